"""A line chart as an SVG element, without scripts, fonts or files from elsewhere. Colours come from the page's style."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dartkit.report.markup import escape

WIDTH, HEIGHT = 360, 170
LEFT, RIGHT, TOP, BOTTOM = 52, 10, 10, 24
TICKS = 4

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a chart."""

    label: str
    points: Points


def line_chart(curves: Sequence[Curve], *, title: str) -> str:
    """Return the chart of curves over one x axis; a curve of one point is a dot. Empty curves are left out.

    Points must be finite. With many steps the line is drawn through at most 400 of them, the extremes of each stretch kept.
    """
    drawn = [Curve(curve.label, thin(curve.points)) for curve in curves if curve.points]
    if not drawn:
        return ""
    xs = [x for curve in drawn for x, _ in curve.points]
    low, high, step = nice_range([y for curve in drawn for _, y in curve.points])
    left, right = min(xs), max(max(xs), min(xs) + 1e-9)

    def place(x: float, y: float) -> tuple[float, float]:
        across = (x - left) / (right - left) * (WIDTH - LEFT - RIGHT)
        up = (y - low) / (high - low) * (HEIGHT - TOP - BOTTOM)
        return round(LEFT + across, 1), round(HEIGHT - BOTTOM - up, 1)

    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">']
    for number in range(round((high - low) / step) + 1):
        value = low + number * step
        y = place(left, value)[1]
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
        parts.append(
            f'<text x="{LEFT - 5}" y="{y + 3.5}" text-anchor="end">{label_number(value, step)}</text>'
        )
    for value, anchor in ((left, "start"), (max(xs), "end")):
        x = LEFT if anchor == "start" else WIDTH - RIGHT
        parts.append(f'<text x="{x}" y="{HEIGHT - 7}" text-anchor="{anchor}">{value:g}</text>')
    for number, curve in enumerate(drawn):
        places = [place(x, y) for x, y in curve.points]
        if len(places) == 1:
            parts.append(f'<circle class="dot{number}" cx="{places[0][0]}" cy="{places[0][1]}" r="2.5"/>')
        else:
            path = " ".join(f"{x},{y}" for x, y in places)
            parts.append(f'<polyline class="curve{number}" points="{path}"/>')
    return "".join([*parts, "</svg>"])


def nice_range(values: Sequence[float]) -> tuple[float, float, float]:
    """Return (low, high, step) of an axis: round steps of 1, 2 or 5 times a power of ten, about four of them, around all values."""
    low, high = min(values), max(values)
    if low == high:
        pad = abs(low) * 0.1 or 1.0
        low, high = low - pad, high + pad
    raw = (high - low) / TICKS
    power = 10.0 ** math.floor(math.log10(raw))
    step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= raw * (1 - 1e-9))
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step


def label_number(value: float, step: float) -> str:
    """Return a tick's number with as many decimals as its steps need; very large and small ones as powers."""
    if step >= 10_000 or step < 1e-4:
        return f"{0.0 if abs(value) < step / 2 else value:.3g}"
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{round(value, decimals) + 0.0:.{decimals}f}"


def thin(points: Points, limit: int = 400) -> Points:
    """Return at most about `limit` points: of each stretch the lowest and the highest, in order."""
    if len(points) <= limit:
        return points
    size = math.ceil(len(points) / (limit / 2))
    found: list[tuple[float, float]] = []
    for start in range(0, len(points), size):
        stretch = points[start : start + size]
        ends = {min(stretch, key=lambda point: point[1]), max(stretch, key=lambda point: point[1])}
        found += sorted(ends)
    return found
