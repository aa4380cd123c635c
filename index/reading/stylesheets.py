"""The styles of a page: its own style sheets and style attributes, cascaded. What they link to is not fetched.

Only what can hide text is kept of them. A window of 1,280 by 800 is assumed, of a light screen; states such as hovering
are never reached; an animation that stays at its end has ended.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from dateline.index.errors import ReadError
from dateline.index.reading.css_values import WIDTH, Value

_MOST_CHARACTERS = 3_000_000  # of all sheets; those of news pages have up to a fifth
_DEEPEST = 8  # rules within rules
_SIDES = ("top", "right", "bottom", "left")
_RENAMED = {
    "block-size": "height", "inline-size": "width", "max-block-size": "max-height", "max-inline-size": "max-width",
    "inset-inline-start": "left", "inset-inline-end": "right", "inset-block-start": "top", "inset-block-end": "bottom",
    "margin-inline-start": "margin-left", "margin-block-start": "margin-top", "word-wrap": "overflow-wrap",
    "overflow-x": "overflow", "overflow-y": "overflow", "overflow-inline": "overflow", "overflow-block": "overflow",
}  # fmt: skip
# Of these shorthands the longhands have all the values: whoever reads one takes what can be its own.
_SHORTHANDS = {
    "background": ("background-color", "background-image", "background-clip"),
    "font": ("font-size",),
    "animation": ("animation-name", "animation-fill-mode"),
    "inset-inline": ("left", "right"),
    "inset-block": ("top", "bottom"),
    "margin-inline": ("margin-left",),
    "margin-block": ("margin-top",),
}
_KEPT = {
    *("display", "visibility", "content-visibility", "opacity", "filter", "color", "text-fill-color", "text-shadow"),
    *(
        "background-color",
        "background-image",
        "background-clip",
        "font-size",
        "zoom",
        "scale",
        "transform",
        "translate",
    ),
    *("rotate", "position", *_SIDES, "text-indent", "letter-spacing", "margin-left", "margin-top", "overflow", "clip"),
    *("clip-path", "width", "height", "max-width", "max-height", "z-index", "animation-name", "animation-fill-mode"),
    *("backface-visibility", "padding-left"),
}
_NAMES = re.compile(r"[.#][\w-]+")
_NOT_PLAIN = re.compile(r"[(\\\[\"'/]")
_MOST_TRIED = 2_000_000  # selectors by elements; a test takes some microseconds
_MEDIA_WIDTH = re.compile(r"\(\s*(min|max)-(?:device-)?width\s*:\s*([\d.]+)\s*(px|r?em)\s*\)")
_MEDIA_RANGE = re.compile(r"\(\s*width\s*(<=|>=|<|>)\s*([\d.]+)\s*(px|r?em)\s*\)")
_ANOTHER_MEDIUM = re.compile(
    r"\b(?:print|speech|aural|braille|embossed|handheld|projection|tty|tv)\b|color-scheme\s*:\s*dark|:\s*portrait"
    r"|-motion\s*:\s*reduce|colors\s*:\s*(?:active|inverted)|scripting\s*:\s*none|(?:hover|pointer)\s*:\s*(?:none|coarse)"
    r"|contrast\s*:\s*(?:more|less|custom)|display-mode|monochrome"
)


@dataclass(frozen=True, slots=True)
class _Declared:
    """A declaration in a rule; the greater ``weight`` wins, then the more specific selector, then the later one."""

    name: str
    value: Value
    weight: int


@dataclass(slots=True)
class StyleSheets:
    """What the style sheets of a page declare of its elements.

    Raises:
        ReadError: they are larger than is read, or nest too deep.
    """

    tree: Any
    links_outside: bool = field(init=False, default=False)
    """Whether there are others that are not read, being elsewhere."""
    _matcher: Any = field(init=False)
    _final: dict[str, list[_Declared]] = field(init=False, default_factory=dict)  # of animations, by name
    _read: int = field(init=False, default=0)
    _names: set[str] = field(init=False)  # of classes and ids, as selectors have them
    _parsed: dict[str, list[_Declared]] = field(init=False, default_factory=dict)  # style attributes

    def __post_init__(self) -> None:
        from cssselect2 import Matcher

        self._matcher = Matcher()
        self._names = {f".{one}" for text in self.tree.xpath("//@class") for one in text.split()}
        self._names |= {f"#{text}" for text in self.tree.xpath("//@id")}
        try:
            for text in self._sheets():
                self._take_sheet(text)
        except RecursionError as error:
            raise ReadError("the page's style sheets nest too deep") from error
        self._check_tries()

    def _check_tries(self) -> None:
        """Refuse what would take minutes: rules for elements of all kinds, where there are thousands of both."""
        matcher, tries = self._matcher, 0
        for element in self.tree.iter("*"):
            tries += len(matcher.other_selectors) + len(matcher.lower_local_name_selectors.get(element.tag, ()))
            tries += sum(len(matcher.class_selectors.get(one, ())) for one in element.get("class", "").split())
        if tries > _MOST_TRIED:
            raise ReadError(f"the page's style sheets have more rules for its elements than {_MOST_TRIED:,}, the limit")

    def declared(self, element: Any) -> dict[str, Value]:
        """What holds of an element, a wrapper of cssselect2, by the names of properties."""
        found = [
            (one.weight, specificity, order, one)
            for specificity, order, pseudo, declared in self._matcher.match(element)
            if pseudo is None
            for one in declared
        ]
        own = self._attribute(element.etree_element.get("style", ""))
        found += [(one.weight, (9, 9, 9), order, one) for order, one in enumerate(own)]
        found.sort(key=lambda entry: entry[:3])
        values = {one.name: one.value for *_, one in found}
        return {**values, **self._end_of_animation(values)} if "animation-name" in values else values

    def _attribute(self, style: str) -> list[_Declared]:
        import tinycss2

        if style not in self._parsed:
            inside = tinycss2.parse_blocks_contents(style) if style else ()
            self._parsed[style] = list(self._declarations(inside, inline=True))
        return self._parsed[style]

    def _end_of_animation(self, values: dict[str, Value]) -> dict[str, Value]:
        fills = {token.lower_value for token in values.get("animation-fill-mode", ()) if token.type == "ident"}
        if not fills & {"forwards", "both"}:
            return {}
        names = [token.value for token in values["animation-name"] if token.type in ("ident", "string")]
        return {one.name: one.value for name in names for one in self._final.get(name, ())}

    def _sheets(self) -> Iterator[str]:
        for element in self.tree.iter("style", "link"):
            kind, media = element.get("type", "text/css").lower(), element.get("media", "")
            if not kind.startswith("text/css") or not _applies(media):
                continue
            if element.tag == "style":
                yield element.text or ""
            elif "stylesheet" in element.get("rel", "").lower().split():
                yield self._linked(element.get("href", ""))

    def _linked(self, address: str) -> str:
        """A sheet that its own address holds; another is not fetched."""
        head, comma, data = address.strip().partition(",")
        if not (comma and head.lower().startswith("data:")):
            self.links_outside = True
            return ""
        raw = unquote_to_bytes(data)
        try:
            return (base64.b64decode(raw) if head.lower().endswith("base64") else raw).decode("utf-8", "replace")
        except binascii.Error:
            return ""

    def _take_sheet(self, text: str) -> None:
        import tinycss2

        self._read += len(text)
        if self._read > _MOST_CHARACTERS:
            raise ReadError(f"the page has more than {_MOST_CHARACTERS:,} characters of style sheets, the limit")
        rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
        self._take_rules(rules, parents=(), layered=False)

    def _take_rules(self, rules: Iterable[Any], parents: Sequence[str], *, layered: bool) -> None:
        if len(parents) > _DEEPEST:
            raise RecursionError
        for rule in rules:
            if rule.type == "qualified-rule":
                self._take_rule(rule, parents, layered=layered)
            elif rule.type == "at-rule":
                self._take_at_rule(rule, parents, layered=layered)

    def _take_rule(self, rule: Any, parents: Sequence[str], *, layered: bool) -> None:
        import tinycss2

        selector = tinycss2.serialize(rule.prelude)
        if parents:
            parent = f":is({parents[-1]})"
            selector = selector.replace("&", parent) if "&" in selector else f"{parent} {selector}"
        self._take_block(rule.content, selector, parents, layered=layered)

    def _take_block(self, content: Any, selector: str, parents: Sequence[str], *, layered: bool) -> None:
        import tinycss2

        inside = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
        if declared := tuple(self._declarations(inside, layered=layered)):
            for compiled in _compiled(self._possible(selector)):
                self._matcher.add_selector(compiled, declared)
        nested = [one for one in inside if one.type in ("qualified-rule", "at-rule")]
        if nested:
            self._take_rules(nested, (*parents, selector), layered=layered)

    def _possible(self, selector: str) -> str:
        """Of a plain list of selectors those whose classes and ids the page has; most sheets are of a whole site."""
        if _NOT_PLAIN.search(selector):
            return selector
        return ",".join(part for part in selector.split(",") if self._names.issuperset(_NAMES.findall(part)))

    def _take_at_rule(self, rule: Any, parents: Sequence[str], *, layered: bool) -> None:
        import tinycss2

        name, prelude = rule.lower_at_keyword, tinycss2.serialize(rule.prelude).strip()
        if name == "import":
            address = next((one.value for one in rule.prelude if one.type in ("url", "string")), "")
            if text := self._linked(address):
                self._take_sheet(text)
        elif rule.content is None:
            return
        elif name.endswith("keyframes"):
            self._take_animation(prelude.strip("\"'"), rule.content)
        elif name in ("supports", "layer", "container", "scope", "document", "-moz-document") or (
            name == "media" and _applies(prelude)
        ):
            if name == "supports" and prelude.lower().startswith("not"):
                return
            deeper = layered or name == "layer"
            if parents:  # declarations in it are of the rule around it
                self._take_block(rule.content, parents[-1], parents[:-1], layered=deeper)
            else:
                rules = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
                self._take_rules(rules, parents, layered=deeper)

    def _take_animation(self, name: str, content: Any) -> None:
        import tinycss2

        for frame in tinycss2.parse_rule_list(content, skip_comments=True, skip_whitespace=True):
            if frame.type == "qualified-rule" and re.search(
                r"\bto\b|\b100%", tinycss2.serialize(frame.prelude), re.IGNORECASE
            ):
                inside = tinycss2.parse_blocks_contents(frame.content)
                self._final.setdefault(name, []).extend(self._declarations(inside))

    def _declarations(
        self, inside: Iterable[Any], *, inline: bool = False, layered: bool = False
    ) -> Iterator[_Declared]:
        for one in inside:
            if one.type == "declaration":
                value = tuple(token for token in one.value if token.type not in ("whitespace", "comment"))
                for name, part in _longhands(one.name if one.name.startswith("--") else one.lower_name, value):
                    yield _Declared(name, part, 2 * one.important + 1 + inline - layered)


def _longhands(name: str, value: Value) -> Iterator[tuple[str, Value]]:
    """The properties that a declaration sets, those that can hide text."""
    if name.startswith("--"):
        yield name, value
        return
    name = re.sub(r"^-(?:webkit|moz|ms|o)-", "", name)
    if name in ("inset", "margin") and 1 <= len(value) <= 4:
        for side, at in zip(_SIDES, (0, 1, 2, 3), strict=True):
            part = value[at] if at < len(value) else value[at - 2] if at - 2 in range(len(value)) else value[0]
            yield from _longhands(side if name == "inset" else f"margin-{side}", (part,))
        return
    for longhand in _SHORTHANDS.get(name, (_RENAMED.get(name, name),)):
        if longhand in _KEPT:
            yield longhand, value


def _compiled(selector: str) -> Iterator[Any]:
    """The selectors of a list; where one isn't known the others hold, so that it can't be used to switch them off."""
    from cssselect2 import SelectorError, compile_selector_list

    if not selector:
        return
    try:
        yield from compile_selector_list(selector)
    except (SelectorError, NotImplementedError, SyntaxError, MemoryError, UnboundLocalError):
        if "," in selector:
            for part in selector.split(","):
                yield from _compiled(part)


def _applies(media: str) -> bool:
    """Whether a list of media queries holds of the window that is assumed."""
    return not media.strip() or any(_query_applies(one) for one in media.lower().split(","))


def _query_applies(query: str) -> bool:
    if query.strip().startswith("not "):
        return not _query_applies(query.strip()[4:])
    if _ANOTHER_MEDIUM.search(query):
        return False
    for bound, number, unit in _MEDIA_WIDTH.findall(query):
        limit = _number(number) * (1 if unit == "px" else 16)
        if limit > WIDTH if bound == "min" else limit < WIDTH:
            return False
    for sign, number, unit in _MEDIA_RANGE.findall(query):
        limit = _number(number) * (1 if unit == "px" else 16)
        if limit > WIDTH if sign.startswith(">") else limit < WIDTH:
            return False
    return True


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
