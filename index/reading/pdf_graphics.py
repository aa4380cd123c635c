"""Points, boxes and colours as a PDF page has them: what its matrices and colour spaces come to."""

from typing import Any

from dateline.index.reading.css_values import WHITE, Color

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
BLACK: Color = (0.0, 0.0, 0.0, 1.0)
_DEVICES = ("/DeviceGray", "/CalGray", "/G", "/DeviceRGB", "/CalRGB", "/RGB", "/DeviceCMYK", "/CMYK", "/ICCBased")


def color_in(space: Any, operands: Any) -> Color | None:
    """The colour that numbers give in a colour space; None where it isn't known, as of a pattern."""
    numbers = [one for one in operands if isinstance(one, int | float)]
    if len(numbers) < len(operands):
        return None  # a pattern
    kind = space[0] if isinstance(space, list) and space else space
    if kind in _DEVICES:
        return {1: gray, 3: rgb, 4: cmyk}.get(len(numbers), lambda given: None)(numbers)
    if kind in ("/Separation", "/DeviceN") and not any(numbers):
        return WHITE  # no ink at all
    return None


def gray(given: Any) -> Color:
    """Of one number."""
    return float(given[0]), float(given[0]), float(given[0]), 1.0


def rgb(given: Any) -> Color:
    """Of three."""
    return float(given[0]), float(given[1]), float(given[2]), 1.0


def cmyk(given: Any) -> Color:
    """Of four, of ink."""
    cyan, magenta, yellow, black = (float(one) for one in given[:4])
    return (1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black), 1.0


def matrix_of(given: Any) -> Matrix:
    """From six numbers."""
    a, b, c, d, e, f = (float(one) for one in given)
    return a, b, c, d, e, f


def times(one: Matrix, other: Matrix) -> Matrix:
    """First ``one``, then ``other``."""
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Where a point comes to lie."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def around(points: list[tuple[float, float]]) -> Box:
    """The smallest box around points."""
    xs, ys = [x for x, _ in points] or [0.0], [y for _, y in points] or [0.0]
    return min(xs), min(ys), max(xs), max(ys)


def common(one: Box, other: Box) -> Box:
    """What two boxes have in common; its sides are crossed where that is nothing."""
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def holds(box: Box, point: tuple[float, float]) -> bool:
    """Whether a point is in a box."""
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def box_of(box: Any) -> Box:
    """From four numbers."""
    return float(box[0]), float(box[1]), float(box[2]), float(box[3])
