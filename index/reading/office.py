"""Office documents: DOCX and ODT, a paragraph a line, the cells of a table's row between bars."""

from collections.abc import Callable, Iterator
from typing import Any

from dateline.index.errors import ReadError
from dateline.index.reading.cleaning import counted, one_line
from dateline.index.reading.inputs import Story, is_tool_title
from dateline.index.reading.xml_packages import Package, first, local, text_of
from dateline.index.types import Metadata

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OPEN_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_UNREAD_OPEN = {"tracked-changes", "annotation", "note", "sequence-decls", "forms", "ruby-text"}
_HEADINGS = ("title", "heading1", "heading 1", "heading_20_1")


def extract_docx(raw: bytes) -> Iterator[Story]:
    """The text of a DOCX as it is shown: what was deleted or is hidden in it is left out.

    Raises:
        ReadError: it is broken, encrypted, or too large.
    """
    package = Package(raw, "docx")
    document = package.tree("word/document.xml")
    body = first(document, "body")
    if body is None:
        raise ReadError("the docx is broken")
    hidden = [run for run in body.iter(f"{_WORD}r") if _vanishes(run)]
    for run in hidden:
        run.getparent().remove(run)
    lines, heading = _collect(body, "p", "tr", "tc", _word_text, _word_style)
    properties = package.tree("docProps/core.xml")
    remarks = (counted(len(hidden), "hidden part", "removed"),) if hidden else ()
    yield _story(lines, heading, properties, remarks)


def extract_odt(raw: bytes) -> Iterator[Story]:
    """The text of an ODT, without notes, comments and what was deleted.

    Raises:
        ReadError: it is broken, encrypted, or too large.
    """
    package = Package(raw, "odt")
    if b"encryption-data" in (package.read("META-INF/manifest.xml") or b""):
        raise ReadError("the odt is encrypted; save it without a password")
    document = package.tree("content.xml")
    body = first(document, "text")
    if body is None:
        raise ReadError("the odt is broken")
    for element in [one for one in body.iter() if local(one) in _UNREAD_OPEN and one.getparent() is not None]:
        _drop(element)
    lines, heading = _collect(body, ("p", "h"), "table-row", "table-cell", _open_text, _open_style)
    properties = package.tree("meta.xml")
    yield _story(lines, heading, properties, ())


def _story(lines: list[str], heading: str | None, properties: Any, remarks: tuple[str, ...]) -> Story:
    title = one_line(text_of(first(properties, "title")))
    title = "" if is_tool_title(title) else title
    extra = {"creator": name} if (name := one_line(text_of(first(properties, "creator", "initial-creator")))) else {}
    metadata = Metadata(title=heading or title or None, extra=extra)
    return Story(text="\n".join(lines), metadata=metadata, titled=metadata.title is None, remarks=remarks)


def _collect(
    body: Any,
    paragraph: str | tuple[str, ...],
    row: str,
    cell: str,
    text: Callable[[Any], str],
    style: Callable[[Any], str],
) -> tuple[list[str], str | None]:
    """The lines of a body, and the first of them that is styled as the title."""
    lines: list[str] = []
    heading = None
    named = (paragraph,) if isinstance(paragraph, str) else paragraph
    waiting = list(reversed(list(body)))
    while waiting:
        element = waiting.pop()
        name = local(element)
        if name in named:
            line = text(element).strip()
            if line and heading is None and len(lines) < 3 and style(element).lower() in _HEADINGS:
                heading = one_line(line)
            lines += [" ".join(part.split()) for part in line.split("\n") if part.strip()]
        elif name == row:
            cells = [" ".join(text(one).split()) for one in element if local(one) == cell]
            lines += [" | ".join(cells)] if any(cells) else []
        else:
            waiting += reversed(list(element))
    return lines, heading


def _word_text(element: Any) -> str:
    parts: list[str] = []
    for one in element.iter():
        name = local(one)
        if name == "t" and not any(local(above) in ("Fallback", "del", "moveFrom") for above in one.iterancestors()):
            parts.append(one.text or "")
        elif name in ("tab", "noBreakHyphen"):
            parts.append("-" if name == "noBreakHyphen" else " ")
        elif name in ("br", "cr") or (name == "p" and one is not element):
            parts.append("\n")
    return "".join(parts)


def _word_style(element: Any) -> str:
    style = element.find(f"{_WORD}pPr/{_WORD}pStyle")
    return "" if style is None else style.get(f"{_WORD}val") or ""


def _vanishes(run: Any) -> bool:
    mark = run.find(f"{_WORD}rPr/{_WORD}vanish")
    return mark is not None and mark.get(f"{_WORD}val") not in ("0", "false")


def _open_text(element: Any) -> str:
    return "".join(_open_parts(element))


def _open_parts(element: Any) -> Iterator[str]:
    yield element.text or ""
    for one in element:
        name = local(one)
        if name in ("s", "tab"):
            yield " "
        elif name in ("line-break", "p", "h"):
            yield "\n"
        yield from _open_parts(one)
        yield one.tail or ""


def _open_style(element: Any) -> str:
    return element.get(f"{_OPEN_TEXT}style-name") or ""


def _drop(element: Any) -> None:
    """Take an element out, what stands behind it kept."""
    before, above = element.getprevious(), element.getparent()
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        above.text = (above.text or "") + (element.tail or "")
    above.remove(element)
