"""A Word document (Office Open XML) of paragraphs with footnotes, written with the standard library alone.

Dates within the archive are fixed, so that the same notes give the same bytes.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from dateline.ui.text import printable

_MADE = (2000, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DOCUMENTS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RAISED = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
_PARTS = ("document", "styles", "footnotes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Footnote:
    """What stands at the foot of the page."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph, with a footnote at its end where it has one."""

    style: str
    """``Heading2``, ``Normal`` or ``Quote``."""
    text: str
    note: Footnote | None = None


def write_docx(paragraphs: Sequence[Paragraph]) -> bytes:
    """The document; what a file of XML can't hold is shown as an escape."""
    body, notes = [], []
    for one in paragraphs:
        mark = ""
        if one.note:
            notes.append(one.note)
            mark = f'<w:r>{_RAISED}<w:footnoteReference w:id="{len(notes)}"/></w:r>'
        body.append(f'<w:p><w:pPr><w:pStyle w:val="{one.style}"/></w:pPr>{_runs(one.text)}{mark}</w:p>')
    files = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations((("officeDocument", "word/document.xml"),)),
        "word/_rels/document.xml.rels": _relations(tuple((part, f"{part}.xml") for part in _PARTS[1:])),
        "word/document.xml": _part("document", f"<w:body>{''.join(body)}<w:sectPr/></w:body>"),
        "word/styles.xml": _part("styles", _STYLES),
        "word/footnotes.xml": _part("footnotes", "".join(map(_footnote, range(1, len(notes) + 1), notes))),
    }
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, _MADE), _HEAD + text, zipfile.ZIP_DEFLATED)
    return raw.getvalue()


def _runs(text: str) -> str:
    lines = (f'<w:t xml:space="preserve">{escape(printable(line))}</w:t>' for line in text.split("\n"))
    return f"<w:r>{'<w:br/>'.join(lines)}</w:r>"


def _footnote(number: int, note: Footnote) -> str:
    mark = f"<w:r>{_RAISED}<w:footnoteRef/></w:r>"
    return f'<w:footnote w:id="{number}"><w:p>{mark}{_runs(" " + note.text)}</w:p></w:footnote>'


def _part(root: str, inside: str) -> str:
    return f"<w:{root} xmlns:w={quoteattr(_WORDS)}>{inside}</w:{root}>"


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="r{number}" Type="{_DOCUMENTS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def _content_types() -> str:
    kinds = {"document": "document.main", "styles": "styles", "footnotes": "footnotes"}
    inside = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_KIND}.{kinds[part]}+xml"/>' for part in _PARTS
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="{relations}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{inside}</Types>'
    )


_STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/><w:basedOn w:val="Normal"/>'
    '<w:pPr><w:keepNext/><w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="1"/></w:pPr>'
    '<w:rPr><w:b/><w:sz w:val="28"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Quote"><w:name w:val="Quote"/><w:basedOn w:val="Normal"/>'
    '<w:pPr><w:ind w:left="567" w:right="567"/><w:spacing w:after="120"/></w:pPr><w:rPr><w:i/></w:rPr></w:style>'
)
