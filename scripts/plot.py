"""Draws measured rates as bars under the machine's FMA peak: an SVG that reads in light and dark."""

from html import escape

COLOURS = {"auto": "#3366cc", "winograd": "#3366cc", "direct": "#dd8800", "im2col": "#338855", "naive": "#999999"}
ROW, LEFT, WIDTH, TOP = 18, 310, 560, 46


def bars(table: list[dict]) -> str:
    """A bar for each row of the table: effective GFLOP/s, with a line at the measured peak."""
    peak = max(row["peak_flop_per_s"] for row in table)
    top = max(peak, max(row["flop_per_s"] for row in table)) * 1.02
    height = TOP + ROW * len(table) + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 80} {height}" '
        'font-family="sans-serif" font-size="12">',
        "<style>text{fill:#222}.grid{stroke:#bbb}@media(prefers-color-scheme:dark){text{fill:#ddd}.grid{stroke:#555}}"
        "</style>",
        f'<text x="{LEFT}" y="16" font-weight="bold">Effective GFLOP/s (operations of direct convolution)</text>',
    ]
    x = LEFT + WIDTH * peak / top
    parts.append(f'<line x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" y2="{height - 24}" stroke="#cc3333"/>')
    parts.append(f'<text x="{x:.1f}" y="{TOP - 12}" text-anchor="middle">FMA peak {peak / 1e9:.0f}</text>')
    for index, row in enumerate(table):
        y = TOP + index * ROW
        length = WIDTH * row["flop_per_s"] / top
        label = escape(f"{row['model']} {row['pass']}, {row['backend']}")
        parts.append(f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{label}</text>')
        colour = COLOURS.get(row["backend"], "#666699")
        parts.append(f'<rect x="{LEFT}" y="{y + 2}" width="{length:.1f}" height="{ROW - 5}" fill="{colour}"/>')
        parts.append(f'<text x="{LEFT + length + 5:.1f}" y="{y + 12}">{row["flop_per_s"] / 1e9:.0f}</text>')
    parts.append(f'<line class="grid" x1="{LEFT}" y1="{TOP - 8}" x2="{LEFT}" y2="{height - 24}"/>')
    return "\n".join(parts) + "\n</svg>\n"
