"""Plots as SVG, drawn in the colours of the page: numbers in, markup out; every text in it is escaped."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_WIDTH, _HEIGHT = 460, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 24, 14, 42
_PLOT_WIDTH, _PLOT_HEIGHT = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
_BAR, _BAR_GAP, _NAMES, _VALUES = 18, 12, 186, 96
_SWATCH = 14
_LEGEND = _SWATCH + 12

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A named line through points in [0, 1] x [0, 1]."""

    name: str
    points: Sequence[Point]
    style: int = 1
    """Which colour of the page: 1, 2 or 3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar with its value in words, and how far its tail reaches."""

    name: str
    value: float
    said: str
    tail: float | None = None


Marks = Sequence[tuple[float, str]]
"""Positions in [0, 1] with their words."""

SHARES: Marks = tuple((step / 4, f"{step * 25} %") for step in range(5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """The names of both axes and where they are marked."""

    x: str
    y: str
    x_marks: Marks
    y_marks: Marks = SHARES


def line_plot(axes: Axes, lines: Sequence[Line], marks: Sequence[tuple[Point, str]] = (), *, dotted: bool) -> Markup:
    """Lines over a grid; ``marks`` are points of note with what they are; ``dotted`` shows the points themselves."""
    return _svg(_HEIGHT + (_LEGEND if len(lines) > 1 else 0), axes.y, _lines(axes, lines, marks, dotted=dotted))


def panels(label: str, plots: Sequence[tuple[Axes, Sequence[Line]]], style: str) -> Markup:
    """Plots of lines, two in a row, as a file of its own in the colours of ``style``."""
    width, height = 2 * _WIDTH, _HEIGHT + _LEGEND
    drawn = "".join(
        f'<g transform="translate({_WIDTH * (number % 2)},{height * (number // 2)})">{_lines(axes, lines)}</g>'
        for number, (axes, lines) in enumerate(plots)
    )
    size = f'viewBox="0 0 {width} {height * ((len(plots) + 1) // 2)}" style="background: var(--card)"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(label)}">'
    return Markup(f"{head}<style>{style}</style>{drawn}</svg>\n")


def _lines(axes: Axes, lines: Sequence[Line], marks: Sequence[tuple[Point, str]] = (), *, dotted: bool = False) -> str:
    parts = [_grid(axes)]
    for line in lines:
        path = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in line.points)
        parts.append(f'<polyline class="line series{line.style}" points="{path}"/>')
        if dotted:
            parts += [_dot(point, f"dot series{line.style}", f"{line.name}: {point[1]:.3f}") for point in line.points]
    for point, said in marks:
        parts += [_dot(point, "dot mark", said), _beside(point, said)]
    return "".join(parts) + (_legend(lines) if len(lines) > 1 else "")


def bar_plot(label: str, bars: Sequence[Bar]) -> Markup:
    """Horizontal bars, longest at full width, each with its value; a thin tail goes on to ``Bar.tail``."""
    longest = max((max(bar.value, bar.tail or 0.0) for bar in bars), default=0.0) or 1.0
    room = _WIDTH - _NAMES - _VALUES
    parts = []
    for number, bar in enumerate(bars):
        top = number * (_BAR + _BAR_GAP) + 6
        middle, end = top + _BAR / 2, _NAMES + room * bar.value / longest
        parts.append(f'<text class="name" x="{_NAMES - 10}" y="{middle + 4}">{escape(bar.name)}</text>')
        parts.append(
            f'<rect class="bar" x="{_NAMES}" y="{top}" width="{max(1.5, end - _NAMES):.1f}" height="{_BAR}" rx="3"/>'
        )
        reach = end
        if bar.tail is not None:
            reach = max(end, _NAMES + room * bar.tail / longest)
            parts.append(f'<line class="tail" x1="{end:.1f}" x2="{reach:.1f}" y1="{middle}" y2="{middle}"/>')
            parts.append(f'<line class="tail" x1="{reach:.1f}" x2="{reach:.1f}" y1="{top + 3}" y2="{top + _BAR - 3}"/>')
        parts.append(f'<text class="value" x="{reach + 8:.1f}" y="{middle + 4}">{escape(bar.said)}</text>')
    return _svg(len(bars) * (_BAR + _BAR_GAP) + 8, label, "".join(parts))


def _svg(height: float, label: str, content: str) -> Markup:
    """``content`` is markup: every text in it was escaped where it was put in."""
    return Markup(f'<svg viewBox="0 0 {_WIDTH} {height:g}" role="img" aria-label="{escape(label)}">{content}</svg>')


def _grid(axes: Axes) -> str:
    parts = []
    for share, said in axes.y_marks:
        y = _y(share)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="tick end" x="{_LEFT - 8}" y="{y + 4:.1f}">{escape(said)}</text>')
    for share, said in axes.x_marks:
        parts.append(f'<text class="tick" x="{_x(share):.1f}" y="{_HEIGHT - _BOTTOM + 18}">{escape(said)}</text>')
    parts.append(f'<text class="axis" x="{_LEFT + _PLOT_WIDTH / 2}" y="{_HEIGHT - 6}">{escape(axes.x)}</text>')
    return "".join(parts)


def _dot(point: Point, style: str, said: str) -> str:
    x, y = _x(point[0]), _y(point[1])
    return f'<circle class="{style}" cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{escape(said)}</title></circle>'


def _beside(point: Point, said: str) -> str:
    """A label on the side of its point where there is room."""
    left = point[0] > 0.5
    x, y = _x(point[0]) + (-10 if left else 10), _y(point[1]) + (-10 if point[1] < 0.8 else 18)
    return f'<text class="note{" end" if left else ""}" x="{x:.1f}" y="{y:.1f}">{escape(said)}</text>'


def _legend(lines: Sequence[Line]) -> str:
    parts, x = [], float(_LEFT)
    for line in lines:
        swatch = f'x="{x}" y="{_HEIGHT + 6}" width="{_SWATCH}" height="4"'
        parts.append(f'<rect class="swatch series{line.style}" {swatch}/>')
        parts.append(f'<text class="legend" x="{x + _SWATCH + 6}" y="{_HEIGHT + 12}">{escape(line.name)}</text>')
        x += _SWATCH + 30 + 6.5 * len(line.name)
    return "".join(parts)


def _x(share: float) -> float:
    return _LEFT + share * _PLOT_WIDTH


def _y(share: float) -> float:
    return _TOP + (1 - share) * _PLOT_HEIGHT
