"""Notes: quotations and answers that a person pinned with a remark, as the browser keeps them, and as files.

What a browser hands over may be forged: what does not hold together is left out.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from dateline.index.library import Library
from dateline.index.types import Metadata, article_name
from dateline.rag.retrieval import find_article
from dateline.rag.types import Citation
from dateline.ui.text import markdown_line, printable
from dateline.ui.web.chat_export import citation_markdown
from dateline.ui.web.chat_state import are_sound
from dateline.ui.web.notes_docx import Footnote, Paragraph, write_docx

MOST_NOTES = 500
_LONGEST = 100_000  # bytes of a note as JSON
_ID = re.compile(r"[0-9-]{1,40}")
_TEX = re.compile(r"([\\{}%&$#_~^])")
_TEX_WORDS = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What was pinned: a quotation, or an answer with its quotations."""

    id: str
    remark: str = ""
    """A person's own words."""
    question: str = ""
    """That was answered; empty of a quotation."""
    text: str = ""
    """Of the answer."""
    citations: tuple[Citation, ...]


_NOTE = TypeAdapter(Note)
_CITATION = TypeAdapter(Citation)


def dump_citation(citation: Citation) -> dict[str, Any]:
    """A citation as JSON values, without what no note shows."""
    known = citation.metadata
    bare = replace(citation, metadata=replace(known, tags=(), extra={"authors": list(known.authors)}), copies=())
    fields: dict[str, Any] = _CITATION.dump_python(bare, mode="json")
    return fields


def read_notes(value: object) -> tuple[Note, ...]:
    """Notes from outside, in their order; what is none is left out."""
    given = value[:MOST_NOTES] if isinstance(value, list) else []
    return tuple(note for note in map(_read, given) if note)


def _read(value: object) -> Note | None:
    try:
        note = _NOTE.validate_python(value)
        size = len(_NOTE.dump_json(note))
    except (ValidationError, PydanticSerializationError, RecursionError):
        return None
    whole = size <= _LONGEST and _ID.fullmatch(note.id) and note.citations and are_sound(note.citations)
    return note if whole else None


def to_markdown(notes: Sequence[Note], library: Library) -> str:
    """Each note with its remark and its quotations, each with its place."""
    return "\n\n".join(part for number, note in enumerate(notes, 1) for part in _markdown(number, note)) + "\n"


def _markdown(number: int, note: Note) -> Iterator[str]:
    yield f"## {number}. {markdown_line(_heading(note))}"
    for words in (note.remark, note.text):
        if words:
            yield markdown_line(words)
    for citation in note.citations:
        yield citation_markdown(citation).rstrip()


def _heading(note: Note) -> str:
    first = note.citations[0]
    return note.question or article_name(first.metadata, first.origin)


def to_docx(notes: Sequence[Note], library: Library) -> bytes:
    """A Word document: remarks and quotations, the places of these as footnotes."""
    parts: list[Paragraph] = []
    for number, note in enumerate(notes, 1):
        parts.append(Paragraph(style="Heading2", text=f"{number}. {_heading(note)}"))
        parts += [Paragraph(style="Normal", text=words) for words in (note.remark, note.text) if words]
        parts += [Paragraph(style="Quote", text=one.quote, note=_footnote(one)) for one in note.citations]
    return write_docx(parts)


def _footnote(citation: Citation) -> Footnote:
    known = citation.metadata
    name, day = article_name(known, citation.origin), (known.published or "")[:10]
    place = f"article {citation.article_id}, characters {citation.start} to {citation.end}"
    return Footnote(text=", ".join(filter(None, (name, known.source, day, known.url, place))))


def to_bibtex(notes: Sequence[Note], library: Library) -> str:
    """The cited articles as BibTeX, each once."""
    return "\n".join(_bibtex(article_id, known) for article_id, known in _sources(notes, library)) + "\n"


def _bibtex(article_id: str, known: Metadata) -> str:
    year, _, rest = (known.published or "")[:10].partition("-")
    fields = {
        "title": known.title, "author": " and ".join(known.authors), "journal": known.source, "year": year,
        "month": rest[:2], "day": rest[3:], "url": known.url, "note": f"article {article_id}",
    }  # fmt: skip
    lines = (f"  {name} = {{{_tex(value)}}}" for name, value in fields.items() if value)
    return f"@article{{dateline-{article_id},\n" + ",\n".join(lines) + "\n}\n"


def _tex(text: str) -> str:
    return _TEX.sub(lambda found: _TEX_WORDS.get(found[1], f"\\{found[1]}"), printable(text))


def to_csl(notes: Sequence[Note], library: Library) -> str:
    """The cited articles as CSL JSON, each once."""
    return json.dumps([_csl(*one) for one in _sources(notes, library)], ensure_ascii=False, indent=1) + "\n"


def _csl(article_id: str, known: Metadata) -> dict[str, Any]:
    day = [int(part) for part in (known.published or "")[:10].split("-") if part]
    fields = {
        "id": f"dateline-{article_id}", "type": "article-newspaper", "title": known.title,
        "author": [{"literal": name} for name in known.authors], "container-title": known.source,
        "issued": {"date-parts": [day]} if day else None, "URL": known.url,
    }  # fmt: skip
    return {name: value for name, value in fields.items() if value}


def _sources(notes: Sequence[Note], library: Library) -> list[tuple[str, Metadata]]:
    """The cited articles as the library knows them now, else as they were when they were cited."""
    cited = {one.article_id: one for note in notes for one in note.citations}
    found = []
    for article_id, citation in cited.items():
        article = find_article(library, article_id)
        known = article.metadata if article else citation.metadata
        found.append((article_id, known if known.title else replace(known, title=article_name(known, citation.origin))))
    return found


Export = Callable[[Sequence[Note], Library], str | bytes]
FORMS: dict[str, tuple[str, Export]] = {
    "markdown": ("text/markdown; charset=utf-8", to_markdown),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", to_docx),
    "bibtex": ("application/x-bibtex; charset=utf-8", to_bibtex),
    "csl": ("application/vnd.citationstyles.csl+json; charset=utf-8", to_csl),
}
"""What notes are exported as: the kind of the file, and what writes it."""
