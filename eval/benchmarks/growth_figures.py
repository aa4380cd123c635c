"""The figures of growth as a table of Markdown and as a plot of four panels, both axes logarithmic."""

import math
from collections.abc import Mapping

from dateline.eval.benchmarks.tables import print_table
from dateline.eval.report.page import style_of_page
from dateline.eval.report.plots import Axes, Line, panels

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

_PANELS = {
    "search, ms": {"reader_p50_ms": "p50", "without_p50_ms": "compared, p50", "reader_p95_ms": "p95"},
    "opened and first search, s": {"reader_open_s": "Chroma", "without_open_s": "compared"},
    "memory, MB": {"reader_mb": "Chroma", "without_mb": "compared"},
    "disk, MB": {"library.sqlite_disk_mb": "record", "vectors_disk_mb": "Chroma"},
}
"""By what is drawn, the figures and how they are called."""


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
    plots = [_panel(title, names, found) for title, names in _PANELS.items()]
    return panels("growth by number of chunks", plots, style_of_page())


def _panel(title: str, names: Mapping[str, str], found: Mapping[int, Figures]) -> tuple[Axes, list[Line]]:
    values = [figures[name] for figures in found.values() for name in names if figures.get(name)] or [1.0]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    high = max(high, low + 1)
    least, most = min(found), max(found)

    def place(size: int, value: float) -> tuple[float, float]:
        return math.log10(size / least) / (math.log10(most / least) or 1.0), (math.log10(value) - low) / (high - low)

    lines = []
    for style, (name, said) in enumerate(names.items(), 1):
        points = [place(size, figures[name]) for size, figures in sorted(found.items()) if figures.get(name)]
        lines += [Line(name=said, points=points, style=style)] if points else []
    x_marks = [(place(size, 1)[0], f"{size / 1000:,g}") for size in found]
    y_marks = [(place(least, 10.0**power)[1], f"{10.0**power:g}") for power in range(low, high + 1)]
    return Axes(x=f"{title}, by 1,000 chunks", y=title, x_marks=x_marks, y_marks=y_marks), lines
