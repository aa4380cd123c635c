"""What of a PDF page is seen: strings that are drawn so that nobody reads them are left out of its text.

Hidden are strings in an invisible mode, transparent, of the colour of their ground, tiny, beside the page or what it is
clipped to, under a box that is drawn over them, or of a layer that is off. A page that is a picture keeps its invisible
text: that is how recognised characters are stored.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dateline.index.reading.css_values import WHITE, Color, differ
from dateline.index.reading.pdf_columns import Piece, by_columns
from dateline.index.reading.pdf_graphics import (
    BLACK,
    IDENTITY,
    Box,
    Matrix,
    around,
    box_of,
    cmyk,
    color_in,
    common,
    gray,
    holds,
    matrix_of,
    moved,
    rgb,
    times,
)
from dateline.index.reading.visibility import hidden_words

_SMALLEST = 1.5  # points
_LEAST_CONTRAST, _FAINT, _OPAQUE = 1.2, 0.1, 0.9
_UNSEEN_MODES = (3, 7)
_WIDTH_OF_LETTER = 0.4  # of its height; too little rather than too much
_COMPARED = 3_000_000  # strings by boxes of a page that are looked at for covering


@dataclass(frozen=True, slots=True)
class _State:
    """Of the graphics, as far as it decides on what is seen."""

    matrix: Matrix = IDENTITY
    clip: Box | None = None
    fill: Color | None = BLACK
    """None: not known."""
    stroke: Color | None = BLACK
    spaces: tuple[Any, Any] = ("/DeviceGray", "/DeviceGray")
    """Of fill and stroke."""
    fill_alpha: float = 1.0
    stroke_alpha: float = 1.0
    blends: bool = False
    mode: int = 0
    size: float = 1.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


@dataclass(frozen=True, slots=True)
class _Region:
    """A box that something was drawn in; its colour is None where it isn't known."""

    box: Box
    color: Color | None
    covers: bool


@dataclass(frozen=True, slots=True)
class _Shown:
    """A string that was shown: where it begins and where it is some way on; how many regions were there before."""

    number: int
    start: tuple[float, float]
    on: tuple[float, float]
    before: int


@dataclass(slots=True)
class _Sight:
    """Follows the operators of one page as pypdf reads its text, and empties strings that aren't seen."""

    page: Any
    layers_off: frozenset[int]
    covered: frozenset[int] = frozenset()
    """Numbers of strings that something lies over, as was found before."""
    invisible_is_read: bool = False
    inverse: bool = False
    """Whether to leave out what is seen instead."""
    hidden: int = 0
    invisible: int = 0
    """Letters in an invisible mode."""
    seen: int = 0
    """Letters that are seen."""
    pictured: float = 0.0
    """Area of pictures."""
    shown: list[_Shown] = field(default_factory=list)
    regions: list[_Region] = field(default_factory=list)
    _count: int = 0
    _state: _State = field(default_factory=_State)
    _saved: list[_State] = field(default_factory=list)
    _forms: list[tuple[_State, list[_State], Any]] = field(default_factory=list)
    _resources: Any = None
    _line: Matrix = IDENTITY
    _path: list[Box] = field(default_factory=list)
    _points: list[tuple[float, float]] = field(default_factory=list)
    _clips: bool = False
    _marks: list[bool] = field(default_factory=list)
    _box: Box = (0.0, 0.0, 612.0, 792.0)

    def __post_init__(self) -> None:
        self._resources = _resolved(self.page.get("/Resources"))
        self._box = common(box_of(self.page.mediabox), box_of(self.page.cropbox))

    def before(self, operator: bytes, operands: Any, *_: Any) -> None:
        """Called before each operator."""
        if operator in _TEXT:
            self._show(operator, operands)
            return
        act = _ACTS.get(operator)
        if act is None:
            return
        try:
            act(self, operands)
        except (IndexError, KeyError, TypeError, ValueError, AttributeError):  # a broken operator does nothing
            return

    def after(self, operator: bytes, operands: Any, *_: Any) -> None:
        """Called after each; what a form was drawn with ends."""
        if operator == b"Do" and self._forms:
            self._state, self._saved, self._resources = self._forms.pop()

    def covered_later(self) -> frozenset[int]:
        """The numbers of the strings over which an opaque box was drawn after them."""
        boxes = [(at, one.box) for at, one in enumerate(self.regions) if one.covers]
        if not boxes or len(boxes) * len(self.shown) > _COMPARED:
            return frozenset()
        return frozenset(
            one.number
            for one in self.shown
            if any(at >= one.before and holds(box, one.start) and holds(box, one.on) for at, box in boxes)
        )

    # Strings

    def _show(self, operator: bytes, operands: Any) -> None:
        if operator in (b"'", b'"'):
            self._next_line([])
        if not operands:
            return
        self._count += 1
        length, shift = _measured(operands[-1])
        invisible = self._state.mode in _UNSEEN_MODES
        unseen = any(self._marks) or self._count in self.covered or self._is_unseen(length, shift)
        if invisible:
            self.invisible += length
            unseen = unseen or not self.invisible_is_read
        if unseen:
            self.hidden += length > 0
        else:
            self.seen += length
        if unseen != self.inverse:
            operands[-1] = _emptied(operands[-1])

    def _is_unseen(self, length: int, shift: float) -> bool:
        state = self._state
        matrix = times(
            (state.size * state.stretch, 0.0, 0.0, state.size, 0.0, state.rise), times(self._line, state.matrix)
        )
        height = math.hypot(matrix[2], matrix[3])
        if not (height >= _SMALLEST and math.hypot(matrix[0], matrix[1]) >= _SMALLEST / 2):
            return True
        x, y = moved(matrix, shift, 0.0)
        end = moved(matrix, shift + length, 0.0)
        bounds = common(self._box, state.clip) if state.clip else self._box
        if min(x, end[0]) > bounds[2] or max(x, end[0]) < bounds[0] or min(y, end[1]) > bounds[3]:
            return True
        if max(y, end[1]) + height < bounds[1] or bounds[2] <= bounds[0] or bounds[3] <= bounds[1]:
            return True
        start = moved(matrix, shift + 0.2, 0.3)
        self.shown.append(
            _Shown(self._count, start, moved(matrix, shift + length * _WIDTH_OF_LETTER, 0.3), len(self.regions))
        )
        return state.mode not in _UNSEEN_MODES and self._has_no_color(start)

    def _has_no_color(self, at: tuple[float, float]) -> bool:
        """Whether what is drawn is transparent, or of the colour of what is behind it."""
        state = self._state
        inks = []
        if state.mode in (0, 2, 4, 6):
            inks.append((state.fill, state.fill_alpha))
        if state.mode in (1, 2, 5, 6):
            inks.append((state.stroke, state.stroke_alpha))
        inks = [one for one in inks if one[1] >= _FAINT]
        if not inks:
            return True
        if state.blends or any(color is None for color, _ in inks):
            return False
        ground = next((one.color for one in reversed(self.regions) if holds(one.box, at)), WHITE)
        return ground is not None and not any(color and differ(color, ground, _LEAST_CONTRAST) for color, _ in inks)

    def _move(self, operands: Any) -> None:
        self._line = times((1.0, 0.0, 0.0, 1.0, float(operands[0]), float(operands[1])), self._line)

    def _move_leading(self, operands: Any) -> None:
        self._state = replace(self._state, leading=-float(operands[1]))
        self._move(operands)

    def _next_line(self, operands: Any) -> None:
        self._move((0.0, -self._state.leading))

    def _set_line(self, operands: Any) -> None:
        self._line = matrix_of(operands)

    def _begin_text(self, operands: Any) -> None:
        self._line = IDENTITY

    # Graphics state

    def _save(self, operands: Any) -> None:
        self._saved.append(self._state)

    def _restore(self, operands: Any) -> None:
        if self._saved:
            self._state = self._saved.pop()

    def _transform(self, operands: Any) -> None:
        self._state = replace(self._state, matrix=times(matrix_of(operands), self._state.matrix))

    def _extended(self, operands: Any) -> None:
        given = _resolved(_resolved(self._resources["/ExtGState"])[operands[0]])
        self._state = replace(
            self._state,
            fill_alpha=float(given.get("/ca", self._state.fill_alpha)),
            stroke_alpha=float(given.get("/CA", self._state.stroke_alpha)),
            blends=given.get("/BM", "/Normal") not in ("/Normal", "/Compatible")
            if "/BM" in given
            else self._state.blends,
        )
        if "/Font" in given:
            self._state = replace(self._state, size=float(_resolved(given["/Font"])[1]))

    def _font(self, operands: Any) -> None:
        self._state = replace(self._state, size=float(operands[1]))

    def _paint(self, color: Color | None, *, stroke: bool, space: Any = None) -> None:
        fill_space, stroke_space = self._state.spaces
        if stroke:
            spaces = (fill_space, space if space is not None else stroke_space)
            self._state = replace(self._state, stroke=color, spaces=spaces)
        else:
            spaces = (space if space is not None else fill_space, stroke_space)
            self._state = replace(self._state, fill=color, spaces=spaces)

    def _space(self, operands: Any, *, stroke: bool) -> None:
        name = operands[0]
        named = _resolved(_resolved((self._resources or {}).get("/ColorSpace")) or {}).get(name, name)
        self._paint(BLACK, stroke=stroke, space=_resolved(named))

    def _ink(self, operands: Any, *, stroke: bool) -> None:
        space = self._state.spaces[1 if stroke else 0]
        self._paint(color_in(space, operands), stroke=stroke)

    # Paths and pictures

    def _rectangle(self, operands: Any) -> None:
        x, y, width, height = (float(one) for one in operands[:4])
        corners = [moved(self._state.matrix, x + a * width, y + b * height) for a in (0, 1) for b in (0, 1)]
        self._path.append(around(corners))

    def _point(self, operands: Any) -> None:
        self._points.append(moved(self._state.matrix, float(operands[-2]), float(operands[-1])))

    def _clip(self, operands: Any) -> None:
        self._clips = True

    def _fill(self, operands: Any) -> None:
        state, boxes, other = self._state, list(self._path), bool(self._points)
        color = state.fill if state.fill_alpha >= 0.5 and not state.blends else None
        nested = (
            any(holds(one, box[:2]) and holds(one, box[2:]) for one in boxes for box in boxes if one is not box)
            if (1 < len(boxes) <= 50)
            else len(boxes) > 50
        )
        exact = not other and not nested
        for whole in (
            boxes if exact else [around([*self._points, *(corner for box in boxes for corner in (box[:2], box[2:]))])]
        ):
            covers = exact and color is not None and state.fill_alpha >= _OPAQUE
            box = common(whole, state.clip) if state.clip else whole
            self.regions.append(_Region(box, color if exact else self._same(box, color), covers))
        self._end(operands)

    def _same(self, box: Box, color: Color | None) -> Color | None:
        """The colour of a shape that isn't a box, where it is that of what is behind it."""
        ground = next((one.color for one in reversed(self.regions) if holds(one.box, box[:2])), WHITE)
        return color if color and ground and not differ(color, ground, _LEAST_CONTRAST) else None

    def _end(self, operands: Any) -> None:
        if self._clips and (self._path or self._points):
            corners = [corner for box in self._path for corner in (box[:2], box[2:])]
            box = around([*self._points, *corners])
            self._state = replace(self._state, clip=common(box, self._state.clip) if self._state.clip else box)
        self._path, self._points, self._clips = [], [], False

    def _picture(self, operands: Any) -> None:
        box = around([moved(self._state.matrix, a, b) for a in (0.0, 1.0) for b in (0.0, 1.0)])
        inside = common(box, self._box)
        self.pictured += max(0.0, inside[2] - inside[0]) * max(0.0, inside[3] - inside[1])
        self.regions.append(_Region(box, None, covers=False))

    def _shade(self, operands: Any) -> None:
        self.regions.append(_Region(self._state.clip or self._box, None, covers=False))

    def _draw(self, operands: Any) -> None:
        kept = (self._state, self._saved, self._resources)
        self._forms.append(kept)
        drawn = _resolved(_resolved(self._resources["/XObject"])[operands[0]])
        if drawn.get("/Subtype") == "/Image":
            self._picture(operands)
            return
        matrix = matrix_of(drawn["/Matrix"]) if "/Matrix" in drawn else IDENTITY
        self._saved, self._state = [], replace(self._state, matrix=times(matrix, self._state.matrix))
        if "/BBox" in drawn:
            left, bottom, right, top = (float(one) for one in _resolved(drawn["/BBox"]))
            box = around([moved(self._state.matrix, x, y) for x in (left, right) for y in (bottom, top)])
            self._state = replace(self._state, clip=common(box, self._state.clip) if self._state.clip else box)
        self._resources = _resolved(drawn.get("/Resources")) or self._resources

    @property
    def area(self) -> float:
        """Of the page."""
        return max(1.0, (self._box[2] - self._box[0]) * (self._box[3] - self._box[1]))

    # Layers

    def _mark(self, operands: Any) -> None:
        off = False
        if len(operands) > 1 and operands[0] == "/OC":
            properties: Any = _resolved((self._resources or {}).get("/Properties")) or {}
            off = self._is_off(properties.raw_get(operands[1]) if operands[1] in properties else None)
        self._marks.append(off)

    def _is_off(self, layer: Any) -> bool:
        if getattr(layer, "idnum", None) in self.layers_off:
            return True
        found = _resolved(layer)
        if not isinstance(found, Mapping) or found.get("/Type") != "/OCMD":
            return False
        groups = found.raw_get("/OCGs") if "/OCGs" in found else ()  # type: ignore[attr-defined]  # pypdf's dictionaries
        groups = groups if isinstance(groups, list) else [groups]
        return bool(groups) and all(getattr(one, "idnum", None) in self.layers_off for one in groups)

    def _unmark(self, operands: Any) -> None:
        if self._marks:
            self._marks.pop()


_TEXT = frozenset((b"Tj", b"TJ", b"'", b'"'))
_Act = Callable[[_Sight, Any], None]
_ACTS: dict[bytes, _Act] = {
    b"q": _Sight._save, b"Q": _Sight._restore, b"cm": _Sight._transform, b"gs": _Sight._extended,
    b"BT": _Sight._begin_text, b"Tf": _Sight._font, b"Td": _Sight._move, b"TD": _Sight._move_leading,
    b"Tm": _Sight._set_line, b"T*": _Sight._next_line,
    b"Tr": lambda sight, given: _set(sight, mode=int(given[0])),
    b"Tz": lambda sight, given: _set(sight, stretch=float(given[0]) / 100),
    b"TL": lambda sight, given: _set(sight, leading=float(given[0])),
    b"Ts": lambda sight, given: _set(sight, rise=float(given[0])),
    b"g": lambda sight, given: sight._paint(gray(given), stroke=False, space="/DeviceGray"),
    b"G": lambda sight, given: sight._paint(gray(given), stroke=True, space="/DeviceGray"),
    b"rg": lambda sight, given: sight._paint(rgb(given), stroke=False, space="/DeviceRGB"),
    b"RG": lambda sight, given: sight._paint(rgb(given), stroke=True, space="/DeviceRGB"),
    b"k": lambda sight, given: sight._paint(cmyk(given), stroke=False, space="/DeviceCMYK"),
    b"K": lambda sight, given: sight._paint(cmyk(given), stroke=True, space="/DeviceCMYK"),
    b"cs": lambda sight, given: sight._space(given, stroke=False),
    b"CS": lambda sight, given: sight._space(given, stroke=True),
    **dict.fromkeys((b"sc", b"scn"), lambda sight, given: sight._ink(given, stroke=False)),
    **dict.fromkeys((b"SC", b"SCN"), lambda sight, given: sight._ink(given, stroke=True)),
    b"re": _Sight._rectangle,
    **dict.fromkeys((b"m", b"l", b"c", b"v", b"y"), _Sight._point),
    **dict.fromkeys((b"W", b"W*"), _Sight._clip),
    **dict.fromkeys((b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"), _Sight._fill),
    **dict.fromkeys((b"S", b"s", b"n"), _Sight._end),
    b"sh": _Sight._shade, b"Do": _Sight._draw, b"INLINE IMAGE": _Sight._picture,
    b"BDC": _Sight._mark, b"BMC": _Sight._mark, b"EMC": _Sight._unmark,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page, and what of it is not seen."""

    text: str
    hidden: str = ""
    recognised: bool = False
    """Whether it lies unseen over a picture, as characters that were recognised do."""


def page_text(page: Any, layers_off: frozenset[int]) -> PageText:
    """The text of a page as pypdf gives it, without what isn't seen.

    Args:
        page: of pypdf.
        layers_off: the numbers of layers that aren't shown, as ``hidden_layers`` gives them.
    """
    text, sight = _extracted(_Sight(page, layers_off))
    covered = sight.covered_later()
    recognised = sight.invisible > sight.seen and sight.pictured >= sight.area / 2
    if covered or recognised:
        text, sight = _extracted(_Sight(page, layers_off, covered, recognised))
    if not sight.hidden:
        return PageText(text, recognised=recognised)
    hidden, _ = _extracted(_Sight(page, layers_off, covered, recognised, inverse=True))
    return PageText(text, hidden, recognised)


def hidden_layers(catalog: Any) -> frozenset[int]:
    """The numbers of the layers of a document that are not shown when it is opened."""
    try:
        properties = _resolved(catalog["/OCProperties"])
        shown = _resolved(properties["/D"])
        off = list(_resolved(shown.get("/OFF")) or ())
        if shown.get("/BaseState") == "/OFF":
            on = {one.idnum for one in _resolved(shown.get("/ON")) or ()}
            off += [one for one in _resolved(properties["/OCGs"]) if one.idnum not in on]
        return frozenset(one.idnum for one in off)
    except (KeyError, TypeError, AttributeError):  # none, or broken
        return frozenset()


def remarks(pages: list[PageText]) -> tuple[str, ...]:
    """What is told of what the pages hide."""
    hidden = " ".join(page.hidden for page in pages)
    told = [hidden_words("removed", hidden, len(hidden.split()))]
    if recognised := sum(page.recognised for page in pages):
        told.append(f"text recognised in pictures, {recognised:,} page{'' if recognised == 1 else 's'}")
    return tuple(remark for remark in told if remark)


def _extracted(sight: _Sight) -> tuple[str, _Sight]:
    pieces: list[Piece] = []

    def note(text: str, matrix: list[float], line: list[float], *_: Any) -> None:
        place = times(matrix_of(line), matrix_of(matrix))
        pieces.append(Piece(text, place[4], place[5]))

    text = sight.page.extract_text(
        visitor_operand_before=sight.before, visitor_operand_after=sight.after, visitor_text=note
    )
    return by_columns(pieces) or text, sight


def _set(sight: _Sight, **changes: Any) -> None:
    sight._state = replace(sight._state, **changes)


def _resolved(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value


def _emptied(shown: Any) -> Any:
    """What is shown, without its strings."""
    if isinstance(shown, list):
        return type(shown)(one for one in shown if not isinstance(one, str | bytes))
    return type(shown)() if isinstance(shown, str | bytes) else shown


def _measured(shown: Any) -> tuple[int, float]:
    """How many letters are shown, and how far to the right of where it stands, in letters' heights."""
    parts = shown if isinstance(shown, list) else [shown]
    length, shift = 0, 0.0
    for part in parts:
        if isinstance(part, str | bytes):
            length += len(part)
        elif not length and isinstance(part, int | float):
            shift -= float(part) / 1000
    return length, shift
