"""The head's product and the logits: measured scale and cap against what the configuration of each architecture says."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from dartkit.training.head import LogitShape
from dartkit.training.logprobs import measure_logit_shape
from tests.unit.training.architectures import make_model


@pytest.mark.parametrize(
    ("kind", "changes", "scale", "softcap"),
    [
        ("llama", {}, 1.0, None),
        ("granite", {"logits_scaling": 8.0}, 1 / 8, None),  # divides
        ("cohere", {"logit_scale": 0.25}, 0.25, None),  # multiplies
        ("gemma2", {"final_logit_softcapping": 30.0}, 1.0, 30.0),
    ],
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_measured_equals_configured(
    kind: str, changes: dict[str, Any], scale: float, softcap: float | None, dtype: torch.dtype
) -> None:
    shape = measure_logit_shape(make_model(kind, **changes).to(dtype))
    assert shape is not None
    assert shape.scale == pytest.approx(scale, rel=2e-3 if dtype == torch.bfloat16 else 1e-6)
    assert shape.softcap == (None if softcap is None else pytest.approx(softcap))


def test_logits_that_no_scale_or_cap_explains_are_not_taken() -> None:
    """A model that adds something to its logits after the head: no shape, so its own logits are scored."""
    model = make_model("llama")
    forward = model.forward

    def shifted(**inputs: Any) -> Any:
        output = forward(**inputs)
        output.logits = output.logits + torch.arange(output.logits.shape[-1])
        return output

    assert measure_logit_shape(model) == LogitShape()
    model.forward = shifted
    assert measure_logit_shape(model) is None
