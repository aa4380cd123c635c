"""What of a page is seen: text that its styles hide is taken out, unless it is the article, which a script then shows.

Computed as a browser does, from the page's own styles: what isn't drawn, is transparent, of the colour of its ground,
too small, cut off, moved away. What can't be known from them (pictures behind, other elements before, styles elsewhere,
scripts) hides nothing.
"""

import dataclasses
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dateline.index.reading import css_values as css
from dateline.index.reading.cleaning import one_line
from dateline.index.reading.css_values import HEIGHT, WHITE, WIDTH, Color, Lengths, Value
from dateline.index.reading.stylesheets import StyleSheets

_MANY = 5  # words: fewer are a label
_TOLD = 8  # words of what was hidden
_OPAQUE, _FAINT = 0.5, 0.1
_SMALLEST_TEXT = 4.0  # px
_LEAST_CONTRAST = 1.2  # of 21; 1 is none. Pale grey on white, #ddd, has 1.36
_FAR = 400  # px beyond an edge of the window
_BLURRED = 4  # px
_THIN = 4  # px: no line of text goes into less
_SHARE = 0.5  # of the page's prose: more than that is the article
_NOT_DRAWN = {
    *("template", "noscript", "datalist", "noembed", "noframes", "object", "audio", "video", "canvas", "iframe", "rp"),
    *("desc", "metadata", "defs"),
}
_NOT_PROSE = {
    *("a", "nav", "header", "footer", "aside", "form", "button", "select", "menu", "dialog", "label", "svg"),
    *("script", "style", "title", "head", "textarea"),
}
_KNOWN_CLASSES = {"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text"}  # by every large framework
_STREAMED = re.compile(r"S:([0-9a-f]{1,8})")


@dataclass(slots=True)
class _Hiding:
    """An element that hides what is in it, or from which on text can't be seen."""

    element: Any
    words: int = 0
    """Of prose."""
    kept: bool = False


@dataclass(frozen=True, slots=True)
class _Style:
    """What an element hands down to those in it."""

    hidings: tuple[_Hiding, ...] = ()
    own: _Hiding | None = None
    """From where on letters can't be seen, though what is in them may be."""
    visible: bool = True
    color: Color | None = (0.0, 0.0, 0.0, 1.0)
    """None: not known."""
    fill: Color | None = None
    """Instead of ``color``."""
    ground: Color | None = WHITE
    stated: bool = False
    """Whether the ground is known for sure; else it is the window's, unless a style elsewhere says otherwise."""
    shadow: bool = False
    size: float = 16.0
    scale: float = 1.0
    opacity: float = 1.0
    indent: float = 0.0
    spacing: float = 0.0
    custom: Mapping[str, Value] = field(default_factory=dict)
    prose: bool = True


@dataclass(frozen=True, slots=True)
class _Text:
    """A text node: ``element.text`` or ``element.tail``, and what hides it."""

    element: Any
    attribute: str
    hidings: tuple[_Hiding, ...]
    prose: bool
    doubtful: bool

    @property
    def words(self) -> list[str]:
        return (getattr(self.element, self.attribute) or "").split()


def remove_unseen(tree: Any) -> tuple[str, ...]:
    """Take out of the tree of a page what a reader of the page is not shown; gives what is to be told of it.

    Raises:
        ReadError: its style sheets are too large, or nest too deep.
    """
    _join_streamed(tree)
    texts = list(_texts(tree))
    total = sum(len(text.words) for text in texts if text.prose)
    hidings = {id(one): one for text in texts for one in text.hidings}
    for text in texts:
        for one in text.hidings if text.prose else ():
            one.words += len(text.words)
    for one in hidings.values():
        one.kept = one.words > 0 and one.words >= _SHARE * total
    removed = [text for text in texts if not all(one.kept for one in text.hidings)]
    told = (
        _told("removed", removed),
        _told("kept, as most of the page", [text for text in texts if text.hidings and _is_part(text)]),
        _told("kept, as their ground isn't known", [text for text in texts if text.doubtful and not text.hidings]),
    )
    for text in removed:
        setattr(text.element, text.attribute, None)
    for one in hidings.values():
        _tidy(one)
    return tuple(remark for remark in told if remark)


def tells_of_hidden(remark: str) -> bool:
    """Whether a remark is of ``remove_unseen``, and worth a person's while."""
    return bool(re.match(r"[\d,]+ hidden words ", remark))


def hidden_words(done: str, text: str, count: int) -> str | None:
    """A remark of words that are not seen, how they begin in it; None where they are only a few."""
    if count <= _MANY:
        return None
    words = one_line(text).split()
    return f"{count:,} hidden words {done}: “{' '.join(words[:_TOLD])}{' …' if len(words) > _TOLD else ''}”"


def _told(done: str, texts: list[_Text]) -> str | None:
    prose = [text for text in texts if text.prose]
    words = itertools.islice((word for text in prose for word in text.words), _TOLD + 1)
    return hidden_words(done, " ".join(words), sum(len(text.words) for text in prose))


def _is_part(text: _Text) -> bool:
    """Whether all that hides it is kept, and is less than the whole page, which scripts show as a rule."""
    return all(one.kept for one in text.hidings) and any(
        one.element.tag not in ("html", "body") for one in text.hidings
    )


def _tidy(hiding: _Hiding) -> None:
    """What is kept no longer says that it is hidden: trafilatura would leave it out."""
    element = hiding.element
    if hiding.kept:
        for name in ("hidden", "style", "aria-hidden"):
            element.attrib.pop(name, None)
        if element.tag in _NOT_DRAWN:
            element.tag = "div"


def _join_streamed(tree: Any) -> None:
    """Put parts of a page that came later where its script puts them (React's ``S:0`` in the place of ``B:0``)."""
    from lxml import etree

    places = {element.get("id", ""): element for element in tree.iter("template") if element.get("id")}
    for part in [one for one in tree.xpath("//*[@hidden][@id]") if _STREAMED.fullmatch(one.get("id"))]:
        number = part.get("id")[2:]
        place = places.get(f"B:{number}", places.get(f"P:{number}"))
        if place is None or place.getparent() is None or any(one is part for one in place.iterancestors()):
            continue
        meanwhile = list(itertools.takewhile(lambda one: one.tag is not etree.Comment, place.itersiblings()))
        for one in meanwhile:  # "Loading ..."
            one.drop_tree()
        del part.attrib["hidden"]
        place.addprevious(part)
        place.drop_tree()
        if any(
            one.tag in ("main", "article") for one in part.iterancestors()
        ):  # what is there already is of the article
            for one in [part, *part.iter("main", "article")]:
                one.drop_tag()
    etree.strip_elements(tree, etree.Comment, with_tail=False)


def _texts(tree: Any) -> Iterator[_Text]:
    """All text nodes of a page, in order."""
    from cssselect2 import ElementWrapper

    sheets = StyleSheets(tree)
    styles: dict[Any, _Style] = {}
    window = _Style(stated=not sheets.links_outside)  # whose ground others may state
    for wrapper in ElementWrapper.from_html_root(tree).iter_subtree():
        element = wrapper.etree_element
        parent = styles[wrapper.parent.etree_element] if wrapper.parent else window
        style = styles[element] = _Computing(element, parent, sheets.declared(wrapper)).style()
        hidings = style.hidings + ((style.own,) if style.own else ())
        doubtful = not hidings and sheets.links_outside and not style.stated and _is_of_its_ground(style)
        for node, attribute in ((element, "text"), *((child, "tail") for child in wrapper.etree_children)):
            yield _Text(node, attribute, hidings, style.prose, doubtful)


class _Computing:
    """The style of one element, from that of its parent and what is declared."""

    def __init__(self, element: Any, parent: _Style, declared: Mapping[str, Value]) -> None:
        self._element, self._parent = element, parent
        own = {name: value for name, value in declared.items() if name.startswith("--")}
        self._custom = {**parent.custom, **own} if own else parent.custom
        self._values = {
            name: css.substitute(value, self._custom) for name, value in declared.items() if not name.startswith("--")
        }
        self._size = self._font_size()
        self._lengths = Lengths(self._size)

    def style(self) -> _Style:
        """All of it."""
        parent, element = self._parent, self._element
        if (
            not self._values
            and self._custom is parent.custom
            and not element.attrib
            and element.tag not in _NOT_DRAWN | _NOT_PROSE
        ):
            return parent
        ground, stated = self._ground()
        opacity, scale = parent.opacity * self._opacity(), parent.scale * self._scale()
        hides = self._hides(opacity)
        style = _Style(
            hidings=(*parent.hidings, _Hiding(element)) if hides else parent.hidings,
            own=parent.own,
            visible=self._visible(),
            color=self._color(
                "color", parent.color, element.get("text") if element.tag == "body" else element.get("color")
            ),
            fill=self._color("text-fill-color", parent.fill, None),
            ground=ground,
            stated=stated,
            shadow=self._shadow(),
            size=self._size,
            scale=scale,
            opacity=1.0 if hides else opacity,
            indent=self._inherited("text-indent", parent.indent, WIDTH),
            spacing=self._inherited("letter-spacing", parent.spacing, 0.0),
            custom=self._custom,
            prose=parent.prose and element.tag not in _NOT_PROSE,
        )
        unseen = _unseen(style) and not self._clipped_to_letters()
        own = (parent.own or _Hiding(element)) if unseen else None
        return dataclasses.replace(style, own=own) if own is not style.own else style

    def _get(self, name: str) -> Value:
        return self._values.get(name, ())

    def _word(self, name: str) -> str:
        return css.word(self._get(name))

    def _length(self, name: str, whole: float = 0.0) -> float | None:
        return self._lengths.first(self._get(name), whole)

    def _inherited(self, name: str, before: float, whole: float) -> float:
        found = self._length(name, whole)
        return before if found is None else found

    def _font_size(self) -> float:
        before = self._parent.size
        value = self._values.get("font-size", ())
        keyword = css.words(value)
        if keyword & {"smaller", "larger"}:
            return before * (0.83 if "smaller" in keyword else 1.2)
        if keyword & {"xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "initial", "revert"}:
            return 13.0
        found = Lengths(before).first(value, before)
        return before if found is None else found

    def _visible(self) -> bool:
        stated = self._word("visibility")
        return self._parent.visible if stated in ("", "inherit", "unset") else stated not in ("hidden", "collapse")

    def _color(self, name: str, before: Color | None, attribute: str | None) -> Color | None:
        value = self._get(name)
        if not value and attribute:
            import tinycss2

            value = tuple(tinycss2.parse_component_value_list(attribute))
        found = css.colors(value)
        return found[0] if found else before

    def _ground(self) -> tuple[Color | None, bool]:
        """The colour behind the text, and whether it is stated; None where there is a picture, or what isn't known."""
        parent = self._parent
        ground, stated = parent.ground, parent.stated
        if self._word("position") in ("absolute", "fixed"):
            ground = None  # it may lie over anything
        image = self._get("background-image")
        if css.has_picture(image):
            return None, True
        found = self._color("background-color", None, self._element.get("bgcolor"))
        if any("gradient" in name for name, _ in css.functions(image)):
            shades = css.colors(image)
            if not shades or any(css.differ(shades[0], one, _LEAST_CONTRAST) for one in shades):
                return None, True
            found = shades[0]
        if found is None or found[3] < _FAINT or self._clipped_to_letters():
            return ground, stated
        return (css.over(found, ground) if ground else found if found[3] >= _OPAQUE else None), True

    def _clipped_to_letters(self) -> bool:
        return "text" in css.words(self._get("background-clip"))

    def _shadow(self) -> bool:
        """Whether letters have a shadow that may be seen where they are not."""
        value = self._get("text-shadow")
        if not value or css.word(value) in ("inherit", "unset"):
            return self._parent.shadow
        ground = self._parent.ground
        return any(
            shade[3] >= _FAINT and (ground is None or css.differ(shade, ground, _LEAST_CONTRAST))
            for shade in css.colors(value)
        )

    def _opacity(self) -> float:
        opacity = css.number(self._get("opacity"))
        result = 1.0 if opacity is None else opacity
        for name, parts in css.functions(self._get("filter")):
            share = css.number(parts[0]) if parts else None
            if name == "opacity" and share is not None:
                result *= share
            elif name == "blur" and parts and (self._lengths.first(parts[0]) or 0) >= _BLURRED:
                result = 0.0
        return result

    def _scale(self) -> float:
        result = css.factor(self._get("transform"))
        for name in ("scale", "zoom"):
            amount = css.number(self._get(name))
            result *= 1.0 if amount is None else abs(amount)
        if css.word(self._get("rotate")) in ("x", "y") and abs(css.angle(self._get("rotate")) % 180 - 90) < 1:
            result = 0.0
        return result

    def _hides(self, opacity: float) -> bool:
        """Whether nothing in the element is seen."""
        return (
            self._is_not_drawn()
            or opacity < _FAINT
            or self._word("content-visibility") == "hidden"
            or self._is_cut_off()
            or self._is_moved_away()
            or (
                self._word("backface-visibility") == "hidden"
                and "rotatey" in dict(css.functions(self._get("transform")))
            )
        )

    def _is_not_drawn(self) -> bool:
        element, display = self._element, self._word("display")
        if display and display not in ("revert", "unset", "initial"):
            return display == "none"
        return (
            element.tag in _NOT_DRAWN
            or "hidden" in element.attrib
            or "popover" in element.attrib
            or (element.tag == "dialog" and "open" not in element.attrib)
            or not _KNOWN_CLASSES.isdisjoint(element.get("class", "").split())
        )

    def _is_cut_off(self) -> bool:
        """Whether the box is clipped to nothing, or has no room and lets nothing stand out."""
        moved = self._word("position") in ("absolute", "fixed")
        if moved and css.clips_away("clip", self._get("clip"), self._lengths):
            return True
        if css.clips_away("clip-path", self._get("clip-path"), self._lengths):
            return True
        if self._element.tag == "svg" and "0" in (self._element.get("width"), self._element.get("height")):
            return True
        if not css.words(self._get("overflow")) & {"hidden", "clip", "auto", "scroll"}:
            return False
        sizes = [self._length(name, WIDTH) for name in ("width", "max-width", "height", "max-height")]
        return any(size is not None and size < _THIN for size in sizes) or (
            (self._length("padding-left") or 0.0) > 2 * WIDTH
        )

    def _is_moved_away(self) -> bool:
        """Whether the box is out of the window, or under what is before it."""
        if self._word("position") in ("absolute", "fixed"):
            sides = {name: self._length(name, whole) for name, whole in _WHOLES.items()}
            if any(side is not None and (side <= -_FAR or side >= 2 * _WHOLES[name]) for name, side in sides.items()):
                return True
            if (css.number(self._get("z-index")) or 0) < 0:
                return True
        if any((self._length(name, WIDTH) or 0.0) <= -2 * _FAR for name in ("margin-left", "margin-top")):
            return True
        moves = [self._lengths.first((token,), WIDTH) for token in self._get("translate")]
        for name, parts in css.functions(self._get("transform")):
            if name.startswith("translate"):
                moves += [self._lengths.first(part, WIDTH) for part in parts]
        return any(move is not None and (move <= -WIDTH or move >= 4 * WIDTH) for move in moves)


_WHOLES = {"left": WIDTH, "right": WIDTH, "top": HEIGHT, "bottom": HEIGHT}


def _unseen(style: _Style) -> bool:
    """Whether letters of a style can't be seen."""
    return (
        not style.visible
        or style.size * style.scale < _SMALLEST_TEXT
        or style.indent <= -_FAR
        or style.indent > WIDTH
        or style.spacing <= -0.5 * max(style.size, 1.0)
        or _is_transparent(style)
        or (style.stated and _is_of_its_ground(style))
    )


def _is_transparent(style: _Style) -> bool:
    color = style.fill or style.color
    return color is not None and color[3] < _FAINT and not style.shadow


def _is_of_its_ground(style: _Style) -> bool:
    color = style.fill or style.color
    if color is None or style.ground is None or style.shadow:
        return False
    return not css.differ(css.over(color, style.ground), style.ground, _LEAST_CONTRAST)
