"""The library tab: articles found, opened, uploaded, removed, and the library looked after."""

import io
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dateline.index.library import Library
from tests.browser.conftest import People
from tests.browser.libraries import SEED, fill
from tests.browser.person import Person, assert_highlights
from tests.browser.playing import Locator, expect
from tests.harness.serving import served

pytestmark = pytest.mark.browser

_ROWS = 25


def test_articles_are_found_put_in_order_and_paged(person: Person, library: Library) -> None:
    total = library.count_rows()
    person.tab("Library")
    _shows(person, library, order="newest")
    expect(person.page.locator(".range")).to_have_text(f"1–{_ROWS} of {total} articles")
    person.page.get_by_role("button", name="Next page").click()
    expect(person.page.locator(".range")).to_have_text(f"{_ROWS + 1}–{2 * _ROWS} of {total} articles")
    _shows(person, library, order="newest", offset=_ROWS)
    person.page.get_by_role("button", name="Previous page").click()
    expect(person.page.locator(".range")).to_have_text(f"1–{_ROWS} of {total} articles")
    for words, order in (("by title", "title"), ("longest first", "size"), ("oldest first", "oldest")):
        person.choose("order-articles", words)
        _shows(person, library, order=order)
    person.page.get_by_label("Search title, source and file name").fill("Quillport")
    _shows(person, library, query="Quillport", order="oldest")
    assert 0 < _rows(person).count() < _ROWS
    person.page.get_by_label("Search title, source and file name").fill("no such words")
    expect(person.page.locator("#articles")).to_contain_text("No article has “no such words” in its title")
    expect(person.page.locator("#holdings")).to_contain_text(f"{total} articles")


def test_an_article_of_the_table_opens_beside_it(person: Person, library: Library) -> None:
    person.tab("Library")
    person.page.get_by_label("Search title, source and file name").fill("coalition")
    row = person.page.locator(f'tr[data-article="{SEED}"]')
    row.locator(".open-source").click()
    expect(person.page.locator(".source-proof")).to_contain_text(SEED)
    assert person.page.locator(".text-of-record").evaluate("(all) => all.textContent") == library.article(SEED).text
    expect(person.page.locator("#source-text mark")).to_have_count(0)
    expect(person.page.locator("#walk")).to_be_hidden()
    person.page.locator("#close-source").click()
    expect(row.locator(".open-source")).to_be_focused()


def test_files_are_uploaded_quoted_and_removed(person: Person, library: Library) -> None:
    before = library.count_articles()
    person.tab("Library")
    _upload(
        person,
        _text("ferry.txt", _article("The ferry to Lomvar carries 312 passengers.", "Ferry to Lomvar")),
        _text("<img src=x onerror=window.hostile=1>\u202e.md", _article("Lomvar has 9 lifeboats.", "Boats of Lomvar")),
        _file("news.zip", _zipped({"in/tide.txt": _article("The tide at Lomvar rose 7 metres.", "Tide at Lomvar"),
                                   "../../out.txt": _article("Lomvar has 2 piers.", "Piers of Lomvar")})),
        _file("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0"),
        _file("sums.xlsx", b"PK"),
        _text("empty.txt", ""),
    )  # fmt: skip
    said = person.page.locator("#said-of-library .received")
    expect(said).to_contain_text("added")
    for name in ("picture.txt", "sums.xlsx", "empty.txt"):
        expect(said.get_by_role("listitem").filter(has_text=name)).to_contain_text(": ")
    added = library.count_articles() - before
    assert added >= 3
    assert not list(library.folder.parent.glob("out.txt"))
    person.page.get_by_label("Search title, source and file name").fill("Lomvar")
    expect(_rows(person)).to_have_count(added)
    person.tab("Ask")
    exchange = person.ask("How many passengers does the ferry to Lomvar carry?")
    person.open_first(exchange)
    assert "312 passengers" in person.marked(1)
    assert_highlights(person, exchange, library)
    person.tab("Library")
    dialog = person.page.locator("#sure")
    ferry = person.page.locator("tr").filter(has_text="Ferry to Lomvar")
    ferry.get_by_role("button", name="Remove").click()
    expect(dialog).to_contain_text("Ferry to Lomvar")
    dialog.get_by_role("button", name="Keep").click()
    expect(dialog).to_be_hidden()
    assert library.count_articles() - before == added
    for left in range(added - 1, -1, -1):
        _rows(person).first.get_by_role("button", name="Remove").click()
        dialog.get_by_role("button", name="Remove").click()
        expect(person.page.locator("#said-of-library")).to_contain_text("removed “")
        expect(_rows(person)).to_have_count(left)
    assert library.count_articles() == before
    person.tab("Ask")
    person.watch.let("status of 404")
    person.page.locator("#close-source").click()
    person.cite(exchange, 1).click()
    expect(person.page.locator("#source-text .failure")).to_contain_text("this article is no longer in the library")
    expect(person.ask("How many passengers does the ferry to Lomvar carry?").locator(".abstained")).to_be_visible()


def test_a_text_is_pasted_found_by_its_words_edited_and_asked(person: Person, library: Library) -> None:
    page = person.page
    person.tab("Library")
    page.get_by_label("Or a text, its title in the first line").fill(
        _article("The lock at Sundmere lifts barges by 14 metres.", "Lock at Sundmere")
    )
    page.get_by_role("button", name="Add the text").click()
    expect(page.locator("#said-of-library .received")).to_contain_text("1 added")
    expect(page.get_by_label("Or a text, its title in the first line")).to_have_value("")
    page.get_by_label("Search title, source and file name").fill("barges Sundmere")
    expect(page.locator("#articles .notice")).to_be_visible()
    page.get_by_role("button", name="Search the texts").click()
    hit = page.locator("#articles .found li").first
    expect(hit.locator("mark")).to_have_text(["Sundmere", "barges"])
    hit.locator(".open-source").click()
    expect(page.locator(".source-title")).to_have_text("Lock at Sundmere")
    page.get_by_label("Search title, source and file name").fill("Sundmere")
    page.get_by_role("button", name="Edit Lock at Sundmere").click()
    page.locator("#edit").get_by_label("Title").fill("The <lock>")
    page.locator("#edit").get_by_label("Published").fill("2021-02-03")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#said-of-library")).to_contain_text("changed “The <lock>”")
    person.tab("Ask")
    exchange = person.ask("By how many metres does the lock at Sundmere lift barges?")
    expect(exchange.locator(".citations")).to_contain_text("The <lock>")
    expect(exchange.locator(".citations")).to_contain_text("3 February 2021")
    person.tab("Library")
    page.get_by_label("Search title, source and file name").fill("The <lock>")
    _rows(person).first.get_by_role("button", name="Remove").click()
    page.locator("#sure").get_by_role("button", name="Remove").click()
    expect(page.locator("#said-of-library")).to_contain_text("removed “")


def test_an_address_that_is_not_public_is_refused_with_the_reason(person: Person) -> None:
    person.tab("Library")
    for address, why in (("news", "that is no web address"), ("http://127.0.0.1:9/story", "127.0.0.1")):
        person.page.get_by_label("Or the address of a page or a feed").fill(address)
        person.page.get_by_role("button", name="Add the page").click()
        expect(person.page.locator("#said-of-library")).to_contain_text(why)


def test_the_library_is_checked_and_repaired(person: Person) -> None:
    person.tab("Library")
    person.page.get_by_role("button", name="Check the library").click()
    expect(person.page.locator("#said-of-library")).to_contain_text("The library is in order.")
    person.page.get_by_role("button", name="Repair").click()
    expect(person.page.locator("#said-of-library")).to_contain_text("The library is in order.")


def _alter(record: Path) -> None:
    with closing(sqlite3.connect(record, isolation_level=None)) as connection:
        connection.execute("UPDATE articles SET text = replace(text, 'Friday', 'Sunday')")


def _blot_out(record: Path) -> None:
    """Zeros in place of the page that the word index begins with."""
    with closing(sqlite3.connect(record)) as connection:
        ((page,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'words_data'")
        ((size,),) = connection.execute("PRAGMA page_size")
    with record.open("r+b") as stream:
        stream.seek((page - 1) * size)
        stream.write(bytes(size))


@pytest.mark.parametrize(
    ("damage", "named", "left"),
    [(_alter, "were altered", ["tide.txt"]), (_blot_out, "damaged", ["ferry.txt", "tide.txt"])],
)
def test_a_damaged_library_is_named_and_mended(
    people: People, tmp_path: Path, damage: Callable[[Path], None], named: str, left: list[str]
) -> None:
    articles = {
        "ferry.txt": _article("The ferry to Lomvar leaves on Friday.", "Ferry to Lomvar"),
        "tide.txt": _article("The tide at Lomvar rose 7 metres.", "Tide at Lomvar"),
    }
    for name, text in articles.items():
        (tmp_path / name).write_text(text, "utf-8")
    fill(tmp_path / "library", *(tmp_path / name for name in articles))
    with served(tmp_path / "library") as serving:
        person = people(at=serving)
        person.tab("Library")
        expect(_rows(person)).to_have_count(2)
        damage(tmp_path / "library" / "library.sqlite")
        said = person.page.locator("#said-of-library")
        person.page.get_by_role("button", name="Check the library").click()
        expect(said).to_contain_text(named)
        person.page.get_by_role("button", name="Repair").click()
        expect(said).to_contain_text("The library is in order.")
        expect(_rows(person)).to_have_count(len(left))
        person.tab("Ask")
        exchange = person.ask("How many metres did the tide at Lomvar rise?")
        person.open_first(exchange)
        assert "7 metres" in person.marked(1)
        with Library.open(tmp_path / "library") as library:
            assert sorted(Path(row.origin).name for row in library.rows()) == left
            assert_highlights(person, exchange, library)
    assert not [line for line in serving.said if "Traceback" in line]


def _rows(person: Person) -> Locator:
    return person.page.locator("#articles tbody tr")


def _shows(person: Person, library: Library, *, query: str = "", order: Any, offset: int = 0) -> None:
    """The table comes to hold what the library lists, in its order."""
    wanted = [row.id for row in library.rows(query, order, offset, _ROWS)]
    person.page.wait_for_function(
        """(wanted) => [...document.querySelectorAll("#articles tbody tr")].map((row) => row.dataset.article)
          .join() === wanted.join()""",
        arg=wanted,
    )


def _upload(person: Person, *files: Any) -> None:
    person.page.locator("#upload input[type=file]").set_input_files(list(files))


def _file(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def _text(name: str, text: str) -> dict[str, Any]:
    return _file(name, text.encode())


def _article(sentence: str, title: str) -> str:
    return f"{title}\n\n{sentence} Nobody else counted.\n\nSource: Lomvar Post\n2022-05-04 06:00:00\n" if title else ""


def _zipped(members: dict[str, str]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return raw.getvalue()
