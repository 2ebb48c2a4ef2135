"""Several charts in one SVG file, for places that show pictures but no pages: the README of a model on a hub."""

from __future__ import annotations

from collections.abc import Sequence

from dartkit.report.markup import escape
from dartkit.report.svg import HEIGHT, WIDTH, line_chart
from dartkit.report.training_curves import Chart, Row

COLUMNS, GAP, HEAD = 3, 16, 34
STYLE = (
    "text{font:11px system-ui,sans-serif;fill:#5a6875}.title{font-size:14px;font-weight:600;fill:#1c2733}.grid{stroke:#e6ebef}"
    "polyline{fill:none;stroke-width:1.8;stroke-linejoin:round}.curve0{stroke:#0b62a4}.curve1{stroke:#c4551a}.curve2{stroke:#5b8c3e}"
    ".dot0,.key0{fill:#0b62a4}.dot1,.key1{fill:#c4551a}.dot2,.key2{fill:#5b8c3e}"
)


def draw_sheet(charts: Sequence[Chart], rows: Sequence[Row]) -> str:
    """Return an SVG file with those charts that have a number to show, three beside each other, on white."""
    found = [(chart, [curve for curve in chart.curves(rows) if curve.points]) for chart in charts]
    drawn = [(chart, curves) for chart, curves in found if curves]
    tall = HEIGHT + HEAD + GAP
    width = COLUMNS * (WIDTH + GAP) + GAP
    height = -(-len(drawn) // COLUMNS) * tall + GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
        f'<style>{STYLE}</style><rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for number, (chart, curves) in enumerate(drawn):
        x, y = GAP + number % COLUMNS * (WIDTH + GAP), GAP + number // COLUMNS * tall
        parts.append(f'<text class="title" x="{x}" y="{y + 12}">{escape(chart.title)}</text>')
        if len(curves) > 1:
            keys = "".join(
                f'<tspan class="key{place}" dx="8">&#9632; {escape(curve.label)}</tspan>'
                for place, curve in enumerate(curves)
            )
            parts.append(f'<text x="{x - 8}" y="{y + 28}">{keys}</text>')
        chart_svg = line_chart(curves, title=chart.title)
        inner = f'<svg x="{x}" y="{y + HEAD}" width="{WIDTH}" height="{HEIGHT}" '
        parts.append(chart_svg.replace("<svg ", inner, 1))
    return "".join([*parts, "</svg>\n"])
