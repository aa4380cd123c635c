"""The figures of growth as a table of Markdown and as a plot of four panels, both axes logarithmic."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from dateline.eval.benchmarks.tables import print_table

Figures = dict[str, float]

_ROWS = {
    "record_s": "record built, s",
    "record_mb": "its process, MB",
    "chroma_s": "Chroma built, s of a core",
    "chroma_mb": "its process, MB",
    "library.sqlite_disk_mb": "record on disk, MB",
    "texts_in_record_mb": "of it texts",
    "vectors_in_record_mb": "of it vectors",
    "words_in_record_mb": "of it the word index",
    "words_texts_in_record_mb": "of it texts once more, for the word index",
    "vectors_disk_mb": "Chroma on disk, MB",
    "reader_open_s": "opened and first search, s",
    "reader_p50_ms": "search p50, ms",
    "reader_p95_ms": "search p95, ms",
    "reader_core_ms": "search, ms of a core",
    "reader_narrowed_p50_ms": "search of half the articles, p50, ms",
    "reader_mb": "memory, MB",
    "reader_most_mb": "most, with mapped files, MB",
    "add_s": "one article added, s",
    "remove_s": "one article removed, s",
    "change_mb": "most of the process that did, MB",
    "without_open_s": "Chroma removed: opened and first search, s",
    "without_p50_ms": "Chroma removed: search p50, ms",
    "without_p95_ms": "Chroma removed: search p95, ms",
    "without_mb": "Chroma removed: memory, MB",
    "exact_p50_ms": "vectors alone, compared: p50, ms",
    "exact_mb": "vectors alone, compared: memory, MB",
    "chroma_open_s": "vectors alone, Chroma: opened and first search, s",
    "chroma_p50_ms": "vectors alone, Chroma: p50, ms",
    "chroma_p95_ms": "vectors alone, Chroma: p95, ms",
    "chroma_recall@10": "vectors alone, Chroma: recall@10",
    "chroma_recall@200": "vectors alone, Chroma: recall@200",
}

_WIDTH, _HEIGHT = 400, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 54, 96, 34, 38
_STYLE = """svg { background: #ffffff; font-family: system-ui, sans-serif; font-size: 12px; } text { fill: #1c1b19; }
.dim { fill: #66625b; } .grid { stroke: #e3dfd8; } .line { fill: none; stroke-width: 2.5; }
.thin { stroke-width: 1.25; }
.line.one { stroke: #1f5fbf; } .line.two { stroke: #b4530f; stroke-dasharray: 6 4; }
.line.three { stroke: #1b6e3c; stroke-dasharray: 2 3; }
@media (prefers-color-scheme: dark) { svg { background: #1e2024; } text { fill: #e9e7e2; } .dim { fill: #a3a097; }
.grid { stroke: #34373d; } .line.one { stroke: #7db0ff; } .line.two { stroke: #f2a268; }
.line.three { stroke: #7fd39d; } }"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    title: str
    lines: tuple[tuple[str, str, str], ...]
    """Figure, name and style of each."""


_PANELS = (
    _Panel(
        title="search, ms",
        lines=(
            ("reader_p50_ms", "p50", "one"),
            ("reader_p95_ms", "p95", "one thin"),
            ("without_p50_ms", "compared, p50", "two"),
        ),
    ),
    _Panel(
        title="opened and first search, s",
        lines=(("reader_open_s", "Chroma", "one"), ("without_open_s", "compared", "two")),
    ),
    _Panel(
        title="memory, MB",
        lines=(("reader_mb", "Chroma", "one"), ("without_mb", "compared", "two")),
    ),
    _Panel(
        title="disk, MB",
        lines=(("library.sqlite_disk_mb", "record", "one"), ("vectors_disk_mb", "Chroma", "two")),
    ),
)


def print_growth(found: Mapping[int, Figures]) -> None:
    """Print a row for each figure and a column for each number of chunks."""
    named = [(name, said) for name, said in _ROWS.items() if any(name in figures for figures in found.values())]
    rows = ([said, *(_cell(name, figures.get(name)) for figures in found.values())] for name, said in named)
    print_table(["chunks", *(f"{size:,}" for size in found)], rows)


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    if "recall" in name:
        return f"{value:.4f}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def draw_growth(found: Mapping[int, Figures]) -> str:
    """A plot as SVG, complete in itself, in the colours of the page."""
    parts = [
        f'<g transform="translate({_WIDTH * (number % 2)},{_HEIGHT * (number // 2)})">{_panel(panel, found)}</g>'
        for number, panel in enumerate(_PANELS)
    ]
    size = f'viewBox="0 0 {2 * _WIDTH} {_HEIGHT * ((len(_PANELS) + 1) // 2)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="growth by number of chunks">'
    return f"{head}<style>{_STYLE}</style>{''.join(parts)}</svg>\n"


def _panel(panel: _Panel, found: Mapping[int, Figures]) -> str:
    drawn = [
        (label, style, [(size, figures[name]) for size, figures in found.items() if figures.get(name)])
        for name, label, style in panel.lines
    ]
    drawn = [line for line in drawn if line[2]]
    values = [value for _, _, points in drawn for _, value in points] or [1.0]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    high = max(high, low + 1)
    sizes = sorted(found)
    span = math.log10(sizes[-1] / sizes[0]) or 1.0

    def place(size: float, value: float) -> tuple[float, float]:
        x = _LEFT + (_WIDTH - _LEFT - _RIGHT) * math.log10(size / sizes[0]) / span
        return x, _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * (math.log10(value) - low) / (high - low)

    parts = [f'<text x="{_LEFT}" y="20">{escape(panel.title)}</text>']
    for power in range(low, high + 1):
        y = place(sizes[0], 10.0**power)[1]
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="dim" text-anchor="end" x="{_LEFT - 8}" y="{y + 4:.1f}">{10.0**power:,g}</text>')
    for size in sizes:
        x = place(size, 10.0**low)[0]
        parts.append(f'<text class="dim" text-anchor="middle" x="{x:.1f}" y="{_HEIGHT - 18}">{size:,}</text>')
    placed = [(label, style, [place(*point) for point in points]) for label, style, points in drawn]
    return Markup("".join([*parts, *_lines(placed)]))


def _lines(placed: Sequence[tuple[str, str, list[tuple[float, float]]]]) -> list[str]:
    """Lines, each with its name at its end; names that would lie on each other are moved apart."""
    parts, lowest = [], 0.0
    for label, style, points in sorted(placed, key=lambda line: line[2][-1][1]):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline class="line {style}" points="{path}"/>')
        x, y = points[-1]
        lowest = max(y, lowest + 14)
        parts.append(f'<text x="{x + 8:.1f}" y="{lowest + 4:.1f}">{escape(label)}</text>')
    return parts
