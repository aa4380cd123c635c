"""The blocks of a page before its article is extracted.

Rows of tables and captions become sentences, entries of a live blog have their times, and teasers are left out.
"""

import re
from collections.abc import Iterator
from typing import Any

_TEASERS = re.compile(
    r"(?:more|related|other|latest|recent|top|trending|recommended|suggested|popular)"
    r"(?: (?:news|stories|articles|posts|from|on|in|for|reading|coverage|headlines|content|topics)\b.{0,40})?"
    r"|most (?:read|popular|viewed|shared)|read (?:more|next|also)|also read|see also|don['’]t miss|what to read next"
    r"|you (?:may|might) (?:also )?like|editor['’]?s['’]? (?:picks?|choice)",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"(?:read )?(?:more|also|next)|(?:also )?(?:read|watch|related|see also)\b[^:]{0,20}", re.IGNORECASE
)
_NEWSLETTER = re.compile(r"(?:sign up|subscribe)\b.{0,150}\b(?:newsletter|inbox|e-?mail)", re.IGNORECASE)
_INVITATION = 250  # characters; a longer paragraph is about newsletters
_HEADINGS = "h2 or self::h3 or self::h4 or self::h5 or self::h6"
_NO_CONTAINER = re.compile(r"comment|teaser|card|related|promo|widget|sidebar|footer", re.IGNORECASE)
_CARD_LENGTH, _CARD_PARAGRAPHS = 500, 2  # a teaser has less
_MAX_ROWS, _MAX_COLUMNS, _CELL_LENGTH = 500, 20, 80  # of a table of data; others lay a page out
_CAPTION_WORDS = 5
_CLOCK = re.compile(r"(?<!\d)(?:[01]?\d|2[0-3])[:.][0-5]\d(?!\d)")
_LEAST_ENTRIES, _ENTRY_LENGTH, _LONGEST_TIME = (
    3,
    40,
    40,
)  # characters: a time alone, and a paragraph that says something
_PARAGRAPH = 60  # characters of a paragraph of prose
_LEFT_OUT, _LEAST_LEFT_OUT = 0.4, 4  # share and number of paragraphs that are worth a remark


def prepare_page(tree: Any) -> None:
    """Take teasers of other articles out; make rows of tables and captions paragraphs, which extraction keeps whole."""
    _without_teasers(tree)
    _times_to_entries(tree)
    for table in list(tree.iter("table")):
        _table_to_rows(table)
    for caption in list(tree.iter("figcaption")):
        _caption_to_paragraph(caption)


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())


# Teasers


def _without_teasers(tree: Any) -> None:
    half = len(tree.text_content()) / 2
    for element in [*_lists_of_cards(tree), *_headed(tree), *_pointers(tree)]:
        attached = element.getparent() is not None and any(above is tree for above in element.iterancestors())
        if attached and len(element.text_content()) < half and not element.xpath(".//h1"):
            element.drop_tree()


def _lists_of_cards(tree: Any) -> Iterator[Any]:
    """Teasers that stand two or more beside one another."""
    cards: dict[Any, list[Any]] = {}
    for heading in tree.xpath(f"//*[self::{_HEADINGS}][a or parent::a]"):
        card = next((above for above in heading.iterancestors() if above.tag in ("li", "article")), None)
        if card is not None and _is_card(card, heading):
            cards.setdefault(card.getparent(), []).append(card)
    for group in cards.values():
        if len(group) > 1:
            yield from group


def _is_card(card: Any, heading: Any) -> bool:
    link = heading.find("a") if heading.find("a") is not None else heading.getparent()
    leads_away = bool(link.get("href")) and not link.get("href").startswith("#")
    paragraphs = [one for one in card.iter("p") if _text(one)]
    return leads_away and len(paragraphs) <= _CARD_PARAGRAPHS and len(_text(card)) <= _CARD_LENGTH


def _headed(tree: Any) -> Iterator[Any]:
    """What stands under "More stories": the block that the heading opens, where it is little else than links."""
    for heading in tree.xpath(f"//*[self::{_HEADINGS} or self::strong[not(ancestor::p)]]"):
        if not _TEASERS.fullmatch(_text(heading).rstrip(":. ")):
            continue
        block = heading.getparent()
        if block is None or block.tag in ("body", "article", "main", "html"):
            following = heading.getnext()
            if following is not None and following.tag in ("ul", "ol") and _is_linked(following):
                yield following
                yield heading
        elif next(iter(block), None) is heading and (_is_linked(block) or len(_text(block)) == len(_text(heading))):
            yield block


def _pointers(tree: Any) -> Iterator[Any]:
    """Paragraphs that only lead elsewhere: "MORE: another headline", "Sign up for our newsletter"."""
    for paragraph in tree.iter("p"):
        words = _text(paragraph)
        label, colon, _ = words.partition(":")
        pointer = bool(colon) and _POINTER.fullmatch(label.strip()) and _is_linked(paragraph)
        if pointer or (len(words) <= _INVITATION and _NEWSLETTER.match(words)):
            yield paragraph


def _is_linked(block: Any) -> bool:
    links = sum(len(_text(one)) for one in block.iter("a"))
    return links > 0.4 * max(1, len(_text(block)))


# Live blogs


def _times_to_entries(tree: Any) -> None:
    """Put the time of each entry of a live blog before its first paragraph, as in ``10:15 GMT: The council voted``."""
    entries = [(time, found) for time in tree.iter("time") if (found := _entry_of(time)) is not None]
    if len({id(entry) for _, entry in entries}) < _LEAST_ENTRIES:
        return
    for time, entry in entries:
        words, first = _text(time), next(one for one in entry.iter("p") if len(_text(one)) >= _ENTRY_LENGTH)
        first.text = f"{words.rstrip('.:–— ')}: {(first.text or '').lstrip()}"
        time.drop_tree()


def _entry_of(time: Any) -> Any:
    """The block that a time of day stands above: it has no other time, and a paragraph; None where there is none."""
    if not _CLOCK.search(_text(time)) or len(_text(time)) > _LONGEST_TIME:
        return None
    for above in time.iterancestors():
        if above.tag in ("p", "body") or len(above.findall(".//time")) > 1:
            return None
        if any(len(_text(one)) >= _ENTRY_LENGTH for one in above.iter("p")):
            return above
    return None


# Tables and captions


def _table_to_rows(table: Any) -> None:
    """Make it a paragraph a row, the words of its header beside the values: ``Port: Ostrel; Tonnes: 342``."""
    if table.xpath(".//table") or table.getparent() is None:
        return
    rows = [[(cell.tag, _text(cell)) for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    rows = [row for row in rows if any(text for _, text in row)]
    widest = max(map(len, rows), default=0)
    if not (2 <= len(rows) <= _MAX_ROWS and 2 <= widest <= _MAX_COLUMNS):
        return
    if max(len(text) for row in rows for _, text in row) > 2 * _CELL_LENGTH or table.xpath(".//p[2]"):
        return
    headed = all(tag == "th" for tag, _ in rows[0])
    names = [text for _, text in rows[0]] if headed else []
    block = table.makeelement("div")
    caption = table.find("caption")
    lines = [_text(caption)] if caption is not None else []
    lines += [_row([text for _, text in row], names) for row in rows[headed:]]
    for line in filter(None, lines):
        paragraph = table.makeelement("p")
        paragraph.text = line
        block.append(paragraph)
    block.tail = table.tail
    table.getparent().replace(table, block)


def _row(cells: list[str], names: list[str]) -> str:
    if len(names) == len(cells):
        return (
            "; ".join(f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=True) if cell)
            + "."
        )
    return " | ".join(cells)


def _caption_to_paragraph(caption: Any) -> None:
    """A caption behind its picture, as a paragraph of its own."""
    figure = next((above for above in caption.iterancestors("figure")), None)
    words = _text(caption)
    if (
        figure is None
        or figure.getparent() is None
        or len(words.split()) < _CAPTION_WORDS
        or figure.xpath(".//table|.//p[2]")
    ):
        return
    paragraph = figure.makeelement("p")
    paragraph.text, paragraph.tail, figure.tail = words, figure.tail, None
    figure.addnext(paragraph)
    caption.drop_tree()


# An article in several containers


def join_containers(tree: Any, text: str) -> bool:
    """Move what stands in further containers of the same class into the first, where extraction took only some of them.

    Args:
        tree: of the page.
        text: as it was extracted.

    Returns:
        Whether anything was moved, so that extraction has more to take.
    """
    groups: dict[tuple[Any, str, str], list[Any]] = {}
    for element in tree.xpath("//article//*[@class][p] | //main//*[@class][p]"):
        prose = [one for one in element.iterchildren("p") if len(_text(one)) >= _PARAGRAPH]
        lineage = " ".join(above.get("class") or "" for above in (element, *element.iterancestors()))
        if len(prose) > 1 and not _NO_CONTAINER.search(lineage):
            top = next(above for above in element.iterancestors() if above.tag in ("article", "main"))
            groups.setdefault((top, element.tag, element.get("class")), []).append(element)
    moved = False
    for first, *others in groups.values():
        missing = [one for one in others if not _is_in(one, text)]
        if _is_in(first, text) and missing:
            for other in others:
                first.extend(list(other))
            moved = True
    return moved


def _is_in(element: Any, text: str) -> bool:
    prose = [words for one in element.iterchildren("p") if len(words := _text(one)) >= _PARAGRAPH]
    return bool(prose) and prose[0][:_PARAGRAPH] in text


def left_out(tree: Any, text: str) -> tuple[str, ...]:
    """How many of the page's paragraphs are not in its article, in words, where those are many."""
    prose = {words for one in tree.iter("p") if len(words := _text(one)) >= 2 * _PARAGRAPH}
    missing = [words for words in prose if words[:_PARAGRAPH] not in text]
    if len(missing) < max(_LEAST_LEFT_OUT, _LEFT_OUT * len(prose)):
        return ()
    return (f"{len(missing):,} of the page's {len(prose):,} paragraphs left out",)
