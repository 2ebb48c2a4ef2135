"""From a problem to the exact text a model sees; the templates lie beside this file as `.txt`."""

from __future__ import annotations

from dartkit.prompts.render import PromptRenderer, bundled_templates

__all__ = ["PromptRenderer", "bundled_templates"]
