"""What the page adds without a file: pasted texts and addresses; and metadata that is set."""

import json
from pathlib import Path
from typing import Any

import pytest

from dateline.index.errors import ArgumentError, NoSuchArticle
from dateline.index.fetching import Fetcher
from dateline.index.library import Library
from dateline.rag.settings import Settings
from dateline.ui.errors import UploadError
from dateline.ui.services.additions import add_address, add_text, edit_metadata
from tests.ui.services.test_workspace import library_at

PASTED = "Ferry to Lomvar\n\nThe ferry to Lomvar carries 312 passengers.\n\nSource: Lomvar Post\n2022-05-04 06:00:00\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(library=library_at(tmp_path / "library"))


def test_a_pasted_text_is_an_article_with_its_title_source_and_day(settings: Settings) -> None:
    done = add_text(settings, PASTED)
    with Library.open(settings.library) as library:
        (article_id,) = done.articles
        article = library.article(article_id)
        assert article.text == PASTED
        assert (article.metadata.title, article.metadata.source) == ("Ferry to Lomvar", "Lomvar Post")
    again = add_text(settings, PASTED)
    assert (done.report.added, again.report.added) == (1, 0)


@pytest.mark.parametrize("text", ["", "  \n ", None, 3, [], {}])
def test_what_is_no_text_is_refused_in_a_line(settings: Settings, text: Any) -> None:
    with pytest.raises(UploadError, match="there is no text; paste one first"):
        add_text(settings, text)


def test_a_first_line_that_is_a_path_or_a_trick_names_no_file_elsewhere(settings: Settings) -> None:
    for line in ("../../../etc/passwd", "\x00\u202e.exe", "." * 300, "a/b\\c.html"):
        add_text(settings, f"{line}\n\nNothing of it was said in {len(line)} words.\n")
    files = [path for path in settings.library.parent.rglob("*") if path.is_file()]
    outside = [path.name for path in files if settings.library not in path.parents]
    assert outside == ["library.txt"], "of the article that was there before"


def test_an_address_that_is_refused_says_why_and_adds_nothing(settings: Settings) -> None:
    def nobody(host: str, port: int) -> list[str]:
        return ["10.0.0.7"]

    done = add_address(settings, " http://inside.example/story ", Fetcher(nobody))
    assert done.report.added == 0
    assert done.articles == ()
    (refused,) = done.report.skipped
    assert refused.refused
    for address in ("", "news", "file:///etc/passwd", None, 7):
        with pytest.raises(ArgumentError, match="that is no web address"):
            add_address(settings, address)


def test_what_a_person_sets_of_an_article_is_what_it_says_from_then_on(settings: Settings) -> None:
    with Library.open(settings.library) as library:
        article = next(library.articles())
    given = {"id": article.id, "title": "The <vote>", "published": "2021-02-03", "authors": ["A. Lind"]}
    assert "changed “The <vote>”" in edit_metadata(settings, json.dumps(given))
    with Library.open(settings.library) as library:
        known = library.article(article.id).metadata
        assert (known.title, known.published, known.authors) == ("The <vote>", "2021-02-03", ("A. Lind",))
        assert known.source == article.metadata.source


@pytest.mark.parametrize("handed", [None, "", "x", "[]", "{}", '{"id": "../x"}', '{"id": 3}', "[" * 100_000])
def test_what_names_no_article_changes_nothing(settings: Settings, handed: Any) -> None:
    with pytest.raises(NoSuchArticle):
        edit_metadata(settings, handed)


def test_a_day_that_is_none_or_nothing_at_all_is_told(settings: Settings) -> None:
    with Library.open(settings.library) as library:
        article = next(library.articles())
    for given in ({"published": "soon"}, {}, {"title": 3}):
        with pytest.raises(ArgumentError):
            edit_metadata(settings, json.dumps({"id": article.id, **given}))
