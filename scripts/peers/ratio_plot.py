"""Draws every contestant's speed relative to the best peer: an SVG that reads in light and dark."""

from __future__ import annotations

import math
from html import escape

from contestants import BENCH

ROW, LEFT, WIDTH, TOP = 24, 220, 560, 56
STYLE = (
    "<style>text{fill:#222}.grid{stroke:#ccc}.peer{fill:#999;fill-opacity:.6}.bench{fill:#3366cc}"
    ".range{stroke:#3366cc;stroke-width:2}.target{stroke:#cc3333;stroke-width:2}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.grid{stroke:#444}.bench{fill:#77aaff}.range{stroke:#77aaff}}"
    "</style>")


def plot(results: list[dict]) -> str:
    """A line for each cell: peers in grey, bench in blue with the range of its rounds, the target in red."""
    results = [result for result in results if (result["best_peer"] or {}).get("bench_is_faster_by")]
    ratios = [ratio for result in results for ratio in [*result["best_peer"]["rounds"], result["target"] or 0]]
    top = math.ceil(max([2, *ratios]) * 2) / 2
    height = TOP + ROW * len(results) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 190} {height}" '
        'font-family="sans-serif" font-size="12" role="img" '
        f'aria-label="Speed of {BENCH} and other frameworks relative to the best of these">', STYLE,
        f'<text x="{LEFT}" y="16" font-weight="bold">Speed relative to the best peer (blue: {BENCH}, with the range of '
        "its rounds; grey: peers; red: target)</text>",
    ]

    def x(ratio: float) -> float:
        return LEFT + WIDTH * ratio / top

    for half in range(int(top * 2) + 1):
        parts.append(
            f'<line class="grid" x1="{x(half / 2):.1f}" y1="{TOP - 14}" x2="{x(half / 2):.1f}" y2="{height - 14}"/>'
            f'<text x="{x(half / 2):.1f}" y="{TOP - 20}" text-anchor="middle">{half / 2:g}</text>')
    for index, result in enumerate(results):
        y, best = TOP + ROW * index, result["best_peer"]
        label = escape(f"{result['model']} {result['pass']}, {result['batch_size']}")
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{label}</text>')
        for row in result["rows"]:
            if not row["ours"] and row["problem"] is None and row["median_s"]:
                parts.append(
                    f'<circle class="peer" cx="{x(best["median_s"] / row["median_s"]):.1f}" cy="{y}" r="4">'
                    f'<title>{escape(row["contestant"])}</title></circle>')
        if result["target"]:
            goal = x(result["target"])
            parts.append(f'<line class="target" x1="{goal:.1f}" y1="{y - 8}" x2="{goal:.1f}" y2="{y + 8}"/>')
        least, most = min(best["rounds"]), max(best["rounds"])
        parts.append(f'<line class="range" x1="{x(least):.1f}" y1="{y}" x2="{x(most):.1f}" y2="{y}"/>')
        ratio = best["bench_is_faster_by"]
        parts.append(f'<circle class="bench" cx="{x(ratio):.1f}" cy="{y}" r="5"><title>{BENCH}</title></circle>')
        parts.append(f'<text x="{x(top) + 8:.1f}" y="{y + 4}">{ratio:.2f} x {escape(best["contestant"])}</text>')
    return "\n".join(parts) + "\n</svg>\n"
