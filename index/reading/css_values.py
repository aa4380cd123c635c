"""Values of CSS as numbers: lengths in px, colours in sRGB, what a clipping or a transformation leaves of a box."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Value = tuple[Any, ...]
"""Component values of tinycss2, without white space and comments."""
Color = tuple[float, float, float, float]
"""Red, green, blue, opacity, each from 0 to 1."""
WIDTH, HEIGHT = 1280, 800
"""Of the window that is assumed, in px."""
WHITE: Color = (1.0, 1.0, 1.0, 1.0)
_ROOT_SIZE = 16.0  # px
_UNITS = {
    "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.945, "rem": _ROOT_SIZE,
    **dict.fromkeys(("vw", "vi", "svw", "lvw", "dvw", "vmax"), WIDTH / 100),
    **dict.fromkeys(("vh", "vb", "svh", "lvh", "dvh", "vmin"), HEIGHT / 100),
}  # fmt: skip
_EM = {"em": 1.0, "ex": 0.5, "ch": 0.5, "lh": 1.2, "ic": 1.0, "cap": 0.7}
_ANGLES = {"deg": 1.0, "grad": 0.9, "turn": 360.0, "rad": 57.2958}
_DEEPEST = 8  # functions within functions
_MOST_VALUES = 500  # component values that variables may grow to
_LEAST_DIFFERENCE = 0.2  # of one of red, green and blue, where their light is the same
_CANVAS = {"canvas": WHITE, "canvastext": (0.0, 0.0, 0.0, 1.0)}


@dataclass(frozen=True, slots=True)
class Lengths:
    """What lengths are relative to."""

    font: float
    """Size of the letters, px."""

    def of(self, token: Any, whole: float = 0.0, depth: int = 0) -> float | None:
        """A length in px; ``whole`` is what 100 % are; None where it is none that is known."""
        if token.type == "number" and token.value == 0:
            return 0.0
        if token.type == "percentage":
            return float(token.value) / 100 * whole
        if token.type == "dimension":
            unit = token.lower_unit
            factor = _EM[unit] * self.font if unit in _EM else _UNITS.get(unit)
            return None if factor is None else float(token.value) * factor
        if token.type == "function" and depth < _DEEPEST:
            return self._computed(token, whole, depth + 1)
        return None

    def first(self, value: Value, whole: float = 0.0) -> float | None:
        """The first length in a value."""
        return next((found for token in value if (found := self.of(token, whole)) is not None), None)

    def _computed(self, function: Any, whole: float, depth: int) -> float | None:
        sums = [self._sum(part, whole, depth) for part in _parts(function.arguments)]
        known = [one for one in sums if one is not None]
        if not known or len(known) < len(sums):
            return None
        name = function.lower_name
        if name == "clamp" and len(known) == 3:
            return max(known[0], min(known[1], known[2]))
        return {"calc": known[0], "min": min(known), "max": max(known)}.get(name)

    def _sum(self, tokens: Value, whole: float, depth: int) -> float | None:
        """Of terms with ``+`` and ``-``, each of factors with ``*`` and ``/``."""
        total, sign, term, divides = 0.0, 1.0, None, False
        for token in tokens:
            if token.type == "literal":
                if token.value in "+-":
                    total, term = total + sign * (term or 0.0), None
                    sign = -1.0 if token.value == "-" else 1.0
                divides = token.value == "/"
                continue
            if token.type == "() block" and depth < _DEEPEST:
                amount = self._sum(_bare(token.content), whole, depth + 1)
            else:
                amount = float(token.value) if token.type == "number" else self.of(token, whole, depth)
            if amount is None:
                return None
            term = amount if term is None else (term / amount if amount else 0.0) if divides else term * amount
        return total + sign * (term or 0.0)


def word(value: Value) -> str:
    """The first word of a value, in small letters; nothing where it has none."""
    return next((str(token.lower_value) for token in value if token.type == "ident"), "")


def words(value: Value) -> set[str]:
    """All words of a value."""
    return {str(token.lower_value) for token in value if token.type == "ident"}


def number(value: Value) -> float | None:
    """The first number of a value; a percentage as a share."""
    for token in value:
        if token.type in ("number", "percentage"):
            return float(token.value) / (100 if token.type == "percentage" else 1)
    return None


def functions(value: Value) -> Iterator[tuple[str, list[Value]]]:
    """The functions of a value by their names, and their arguments."""
    for token in value:
        if token.type == "function":
            yield token.lower_name, list(_parts(token.arguments))


def substitute(value: Value, custom: Mapping[str, Value], depth: int = 0) -> Value:
    """A value with its variables replaced, as far as they are known."""
    if not any(token.type == "function" for token in value) or depth > _DEEPEST:
        return value
    made: list[Any] = []
    for token in value:
        if token.type == "function" and token.lower_name == "var":
            parts = list(_parts(token.arguments, 1))
            name = next((str(one.value) for one in parts[0]), "") if parts else ""
            made += substitute(custom.get(name, parts[1] if len(parts) > 1 else ()), custom, depth + 1)
        elif token.type == "function":
            changed = copy.copy(token)  # the same token stands in the values of other elements
            changed.arguments = list(substitute(_bare(token.arguments), custom, depth + 1))
            made.append(changed)
        else:
            made.append(token)
        if len(made) > _MOST_VALUES:
            return value
    return tuple(made)


def colors(value: Value, depth: int = 0) -> list[Color]:
    """The colours of a value, those within its gradients too."""
    from tinycss2.color5 import parse_color

    found: list[Color] = []
    for token in value:
        if token.type == "ident" and token.lower_value in _CANVAS:
            found.append(_CANVAS[token.lower_value])
        elif token.type in ("ident", "hash", "function"):
            try:
                color = parse_color(token)
            except (ValueError, TypeError, AttributeError, IndexError, AssertionError):  # odd arguments
                color = None
            if color is not None and color != "currentcolor":
                found.append(_srgb(color))
            elif token.type == "function" and depth < _DEEPEST:
                found += colors(_bare(token.arguments), depth + 1)
    return found


def has_picture(value: Value) -> bool:
    """Whether a background has a picture that isn't known from the page's styles."""
    return any(token.type == "url" or (token.type == "function" and "gradient" not in token.lower_name
               and token.lower_name in ("url", "image", "image-set", "element", "cross-fade", "paint"))
               for token in value)  # fmt: skip


def differ(one: Color, other: Color, least: float) -> bool:
    """Whether two colours can be told apart: by a contrast of ``least`` (WCAG, 1 to 21), or by their hue."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    apart = max(abs(a - b) for a, b in zip(one[:3], other[:3], strict=True))
    return (lighter + 0.05) / (darker + 0.05) >= least or apart >= _LEAST_DIFFERENCE


def over(color: Color, ground: Color) -> Color:
    """A colour that lets some of its ground through."""
    share = color[3]
    red, green, blue = (share * a + (1 - share) * b for a, b in zip(color[:3], ground[:3], strict=True))
    return red, green, blue, 1.0


def factor(value: Value) -> float:
    """How a ``transform`` changes the size of text, by its smaller side."""
    result = 1.0
    for name, parts in functions(value):
        amounts = [amount for part in parts if (amount := number(part)) is not None]
        if name.startswith("scale") and amounts:
            result *= min(abs(one) for one in (amounts[:2] if name in ("scale", "scale3d") else amounts[:1]))
        elif name == "matrix" and len(amounts) == 6:
            result *= abs(amounts[0] * amounts[3] - amounts[1] * amounts[2]) ** 0.5
        elif name in ("rotatex", "rotatey") and parts and abs(abs(angle(parts[0])) % 180 - 90) < 1:
            result = 0.0
    return result


def angle(value: Value) -> float:
    """The first angle of a value, in degrees."""
    for token in value:
        if token.type == "dimension" and token.lower_unit in _ANGLES:
            return float(token.value) * _ANGLES[token.lower_unit]
    return 0.0


def clips_away(name: str, value: Value, lengths: Lengths) -> bool:
    """Whether ``clip`` or ``clip-path`` leaves nothing of a box."""
    for function, parts in functions(value):
        whole = 100.0  # of a box whose size isn't known
        flat = [lengths.of(token, whole) for part in parts for token in part]
        known = [one for one in flat if one is not None]
        if name == "clip" and function == "rect" and len(known) == 4:
            top, right, bottom, left = known
            return bottom - top <= 2 or right - left <= 2
        if function == "inset" and known:
            sides = [known[at] if at < len(known) else known[at - 2] if 0 <= at - 2 < len(known) else known[0]
                     for at in range(4)]  # fmt: skip
            return sides[0] + sides[2] >= whole or sides[1] + sides[3] >= whole
        if function in ("circle", "ellipse") and known:
            return min(known[: 1 if function == "circle" else 2]) <= 1
        if function == "polygon" and known:
            return (
                max(known[0::2]) - min(known[0::2]) <= 1
                or max(known[1::2], default=0) - min(known[1::2], default=0) <= 1
            )
    return False


def _parts(tokens: Any, most: int = 1_000) -> Iterator[Value]:
    """Arguments between commas."""
    part: list[Any] = []
    for token in _bare(tokens):
        if token.type == "literal" and token.value == "," and most > 0:
            most -= 1
            yield tuple(part)
            part = []
        else:
            part.append(token)
    yield tuple(part)


def _bare(tokens: Any) -> Value:
    return tuple(token for token in tokens if token.type not in ("whitespace", "comment"))


def _srgb(color: Any) -> Color:
    if color.space in ("oklab", "oklch", "lab", "lch", "xyz", "xyz-d50", "xyz-d65"):
        x, y, z = color.to("xyz-d65" if color.space.startswith("ok") else "xyz-d50").coordinates
        linear = (
            3.2406 * x - 1.5372 * y - 0.4986 * z, -0.9689 * x + 1.8758 * y + 0.0415 * z,
            0.0557 * x - 0.2040 * y + 1.0570 * z,
        )  # fmt: skip
        red, green, blue = (min(1.0, max(0.0, one)) ** (1 / 2.2) for one in linear)
    else:
        if color.space in ("hsl", "hwb"):
            color = color.to("srgb")
        red, green, blue, *_ = (*(min(1.0, max(0.0, one or 0.0)) for one in color.coordinates), 0.0, 0.0)
    return red, green, blue, float(color.alpha)


def _luminance(color: Color) -> float:
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in color[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
