"""The recipes that come with dartkit: YAML files in the package `dartkit.pipelines`."""

from __future__ import annotations

from pathlib import Path

from dartkit.errors import UsageError

PACKAGE = "dartkit.pipelines"


def bundled_recipes() -> dict[str, Path]:
    """Return the bundled recipes by name, sorted."""
    from importlib.resources import files

    found = (Path(str(item)) for item in files(PACKAGE).iterdir() if item.name.endswith(".yaml"))
    return {path.stem: path for path in sorted(found)}


def find_recipe(text: str) -> Path:
    """Return the recipe file that a path or the name of a bundled recipe means; a file here wins.

    Raises:
        UsageError: when it is neither, with the nearest name.
    """
    import difflib

    path = Path(text)
    if path.is_file():
        return path
    bundled = bundled_recipes()
    if text in bundled:
        return bundled[text]
    near = difflib.get_close_matches(path.stem, bundled, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    raise UsageError(
        f"no such recipe: '{text}' is neither a file nor a bundled recipe{hint}",
        fix="Bundled recipes: dartkit recipes ls",
    )
