"""Notes: read back from a browser that may lie, and written as Markdown, Word, BibTeX and CSL JSON."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from dateline.index.library import Library
from dateline.index.types import Metadata
from dateline.rag.types import Citation
from dateline.ui.web.html.frame import notes_html
from dateline.ui.web.notes import FORMS, dump_citation, read_notes
from tests.ui.services.test_workspace import library_at

QUOTE = "Two people died on Monday."
KNOWN = Metadata(
    title="Storm & flood in {Lenn}", source="Lenn Gazette", published="2024-03-04T10:00:00", url="https://lenn.example/1",
    extra={"authors": ["Åse Öberg", "J. Doe"], "views": 3},
)  # fmt: skip
CITATION = Citation(article_id="ab" * 8, metadata=KNOWN, origin="storm.txt", start=22, end=48, quote=QUOTE)
_TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(library_at(tmp_path_factory.mktemp("notes") / "library")) as opened:
        yield opened


def _note(**changes: Any) -> dict[str, Any]:
    return {"id": "12-3", "remark": "call *them*", "citations": [dump_citation(CITATION)], **changes}


def test_what_was_pinned_comes_back_in_its_order() -> None:
    first, second = read_notes(json.loads(json.dumps([_note(), _note(id="4", question="how many died?", text="Two.")])))
    assert (first.remark, first.citations[0].quote, second.question) == ("call *them*", QUOTE, "how many died?")
    assert first.citations[0].metadata.authors == ("Åse Öberg", "J. Doe")
    assert "views" not in first.citations[0].metadata.extra


@pytest.mark.threat(38)
def test_forged_notes_are_left_out() -> None:
    def citing(**changes: object) -> dict[str, Any]:
        return _note(citations=[{**dump_citation(CITATION), **changes}])

    forged = [
        citing(quote="something else"), citing(article_id="../x"), citing(end=9_000), _note(citations=[]),
        _note(id='"><img>'), _note(remark="x" * 200_000), _note(remark="\ud800"), None, 3, "x", [], {},
    ]  # fmt: skip
    assert [note.id for note in read_notes([*forged, _note()])] == ["12-3"]
    for value in (None, "x", {}, 7, [[["a"]]]):
        assert read_notes(value) == ()


def test_markdown_has_remarks_and_quotations_with_their_places_and_no_markup_of_strangers(library: Library) -> None:
    text = _written("markdown", library, _note(), _note(id="2", question="how many <died>?", text="Two."))
    assert text.startswith("## 1. Storm \\& flood in \\{Lenn\\}\n\ncall \\*them\\*\n\n")
    assert f"> {QUOTE}" in text
    assert "(article abababababababab, characters 22 to 48)" in text
    assert "## 2. how many \\<died\\>?\n\nTwo." not in text
    assert "## 2. how many \\<died\\>?\n\ncall" in text


def test_word_gets_a_document_with_footnotes_that_is_whole_and_the_same_each_time(library: Library) -> None:
    kind, write = FORMS["docx"]
    notes = read_notes([_note(remark="<w:p/> & \x07 two\nlines"), _note(id="2")])
    raw = write(notes, library)
    assert raw == write(notes, library)
    assert "wordprocessingml" in kind
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = {name: ET.fromstring(archive.read(name)) for name in archive.namelist()}
    said = [one.text for one in parts["word/document.xml"].iter(_TEXT)]
    assert said == [
        "1. Storm & flood in {Lenn}",
        "<w:p/> & \\x07 two",
        "lines",
        QUOTE,
        "2. Storm & flood in {Lenn}",
        "call *them*",
        QUOTE,
    ]
    (first, second) = (one.text for one in parts["word/footnotes.xml"].iter(_TEXT))
    place = "article abababababababab, characters 22 to 48"
    assert first == second == f" Storm & flood in {{Lenn}}, Lenn Gazette, 2024-03-04, https://lenn.example/1, {place}"


def test_the_word_document_is_read_by_our_own_reader(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "notes.docx"
    path.write_bytes(FORMS["docx"][1](read_notes([_note()]), library))
    with Library.write(tmp_path / "read") as other:
        report = other.add([path])
        assert (report.added, report.skipped) == (1, ())
        assert QUOTE in next(other.articles()).text


def test_bibtex_and_csl_name_each_article_once_with_its_authors_and_day(library: Library) -> None:
    notes = (_note(), _note(id="2"))
    bibtex = _written("bibtex", library, *notes)
    assert bibtex.count("@article{dateline-abababababababab,") == 1
    for line in (
        "title = {Storm \\& flood in \\{Lenn\\}}",
        "author = {Åse Öberg and J. Doe}",
        "year = {2024}",
        "day = {04}",
    ):
        assert f"  {line}" in bibtex
    (item,) = json.loads(_written("csl", library, *notes))
    assert item["issued"] == {"date-parts": [[2024, 3, 4]]}
    assert item["author"] == [{"literal": "Åse Öberg"}, {"literal": "J. Doe"}]


def test_an_article_that_the_library_holds_is_named_as_it_is_now(library: Library) -> None:
    article = next(library.articles())
    cited = replace(
        CITATION, article_id=article.id, metadata=Metadata(title="Before"), start=0, end=3, quote=article.text[:3]
    )
    (item,) = json.loads(_written("csl", library, _note(citations=[dump_citation(cited)])))
    assert item["title"] == article.metadata.title != "Before"


@pytest.mark.threat(37)
def test_words_of_strangers_are_text_on_the_board() -> None:
    hostile = "<img src=x onerror=alert(1)></textarea><script>x</script>\"'>"
    known = Metadata(title=hostile, source=hostile, published="2024-01-01")
    citation = replace(CITATION, metadata=known, quote=hostile, end=22 + len(hostile))
    note = _note(citations=[dump_citation(citation)], remark=hostile, question=hostile, text=hostile)
    shown = notes_html(read_notes([note]))
    assert "onerror" in shown
    assert "<img" not in shown
    assert "<script" not in shown
    assert shown.count("</textarea>") == 1


def _written(form: str, library: Library, *notes: dict[str, Any]) -> str:
    return str(FORMS[form][1](read_notes(list(notes)), library))
