"""One measurement."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A value with its unit, and its ratio to something measured or stated in the same run."""

    name: str
    value: float
    unit: str
    ratio: float
    against: str

    def as_dict(self) -> dict[str, object]:
        """Return the row for JSON."""
        return asdict(self)
