"""Timelines: in order of the days that sentences speak of, each sentence word for word, what is told twice once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dateline.index.errors import ArgumentError
from dateline.index.library import Library
from dateline.index.types import Filter
from dateline.rag.timeline import MAX_TOPIC, Timeline, build_timeline

_FOLDER = Path(__file__).parents[2] / "eval" / "sets" / "newsroom" / "articles"
_FLOOD = "flood at Tolmere"
_NAMES = ("tolmere", "welmar-low", "old-tarrow", "new-tarrow", "hollinbrack", "derailment", "flood-play")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("timeline") / "library"
    articles = [path for path in sorted(_FOLDER.glob("*.txt")) if any(name in path.name for name in _NAMES)]
    with Library.write(folder) as library:
        library.add(articles)
    with Library.open(folder) as library:
        yield library


@pytest.fixture(scope="module")
def flood(library: Library) -> Timeline:
    return build_timeline(_FLOOD, library)


def test_the_entries_are_in_order_of_their_days_and_every_quotation_is_exact(library: Library, flood: Timeline) -> None:
    days = [one.when.first for one in flood.entries]
    assert days == sorted(days)
    assert len(days) >= 6
    for one in flood.entries:
        for citation in (one.citation, *one.also):
            text = library.article(citation.article_id).text
            assert text[citation.start : citation.end] == citation.quote
            assert all(day.span.of(text) == day.text for day in citation.days)
        assert one.when in one.citation.days


def test_an_event_stands_on_its_day_and_not_on_that_on_which_it_was_said(flood: Timeline) -> None:
    (burst,) = [one for one in flood.entries if "burst its banks" in one.citation.quote]
    assert (burst.when.text, burst.when.first) == ("Monday", date(2026, 2, 2))
    assert [str(one) for one in burst.citation.days] == ["2 February 2026", "3 February 2026"]


def test_what_several_articles_tell_is_one_entry_with_the_others_behind_it(library: Library, flood: Timeline) -> None:
    rise = [one for one in flood.entries if "risen to 17" in one.citation.quote]
    assert len(rise) == 1
    assert len(rise[0].also) == 1
    assert rise[0].also[0].article_id != rise[0].citation.article_id
    crash = build_timeline("train derailment Hollinbrack", library).entries
    (derailed,) = [one for one in crash if one.when.first == date(2026, 2, 19) and one.also]
    assert {derailed.citation.source, derailed.also[0].source} == {"Tormark Courier", "Vessaly Press Agency"}


def test_sentences_without_a_day_are_counted_and_others_left_out(flood: Timeline) -> None:
    assert flood.undated >= 3
    assert not any("train" in one.citation.quote for one in flood.entries)
    assert flood.passages > len(flood.entries)


def test_it_is_narrowed_down_to_days_and_to_sources(library: Library, flood: Timeline) -> None:
    since, until = date(2026, 2, 4), date(2026, 2, 5)
    narrow = build_timeline(_FLOOD, library, Filter(source="northmere"), since=since, until=until)
    assert narrow.entries
    assert {one.citation.source for one in narrow.entries} == {"Northmere Wire"}
    assert all(one.when.days.overlaps(since, until) for one in narrow.entries)
    assert {one.when.first for one in flood.entries} - {one.when.first for one in narrow.entries}
    assert narrow.notice == (
        "only articles from a source like 'northmere' were read; only days since 4 February 2026, until 5 February 2026"
    )
    nothing = build_timeline(_FLOOD, library, Filter(source="nobody"))
    assert not nothing.entries
    assert "no article has a source like 'nobody'" in (nothing.notice or "")


@pytest.mark.parametrize(
    ("topic", "line"),
    [(None, "the topic is None"), ("  ?! ", "the topic holds no word"), ("x" * (MAX_TOPIC + 1), "401 characters")],
)
def test_what_is_no_topic_is_one_line(library: Library, topic: Any, line: str) -> None:
    with pytest.raises(ArgumentError, match=line):
        build_timeline(topic, library)


def test_days_that_exclude_each_other_are_one_line(library: Library) -> None:
    with pytest.raises(ArgumentError, match="since 2026-02-05 is after until 2026-02-04"):
        build_timeline("flood", library, since=date(2026, 2, 5), until=date(2026, 2, 4))


def test_a_topic_that_no_article_knows_has_an_empty_timeline(library: Library) -> None:
    found = build_timeline("Zanzibar Xylophone Quartet", library)
    assert (found.entries, found.undated) == ((), 0)
