"""What every record does, whichever engine keeps it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from dateline.index.backends import Backend
from dateline.index.fusion import Scored
from dateline.index.types import Filter, Origin, Place, Selection, Version
from tests.harness.fakes import FakeEmbedder
from tests.index.conformance.conftest import article, chunks_of, origin, put, vectors_of
from tests.index.conformance.engines import ENGINES, READERS

OTHER = Origin(name="/news/other.txt", sha256="1" * 64, encoding="latin-1", repairs=("1 control character removed",))


def test_an_article_is_given_back_as_it_was_put(backend: Backend) -> None:
    put(backend.record, 1)
    found = backend.record.article(article(1).id)
    assert found is not None
    assert (found.text, found.body, found.metadata) == (article(1).text, article(1).body, article(1).metadata)
    assert [one.name for one in found.origins] == [origin(1)]
    assert backend.record.article_by_origin(origin(1)) == found
    assert backend.record.articles_beginning(found.id[:6]) == [found]
    assert backend.record.article("0" * 16) is None
    assert backend.record.articles_beginning("zzzzzz") == []


def test_what_is_put_lasts(backend: Backend, engine: str, tmp_path: Path) -> None:
    put(backend.record, 1, 2)
    backend.close()
    again = ENGINES[engine](tmp_path / "library")
    assert [one.id for one in again.record.articles()] == [article(1).id, article(2).id]
    again.close()


def test_a_misspelt_word_is_exchanged_for_the_nearest_that_is_held(backend: Backend) -> None:
    put(backend.record, 1)
    with backend.record.snapshot():
        assert backend.record.respell("harbor of Lenn", lambda word: False) == "harbour of Lenn"
        assert backend.record.respell("harbor of Lenn", lambda word: True) == "harbor of Lenn"


def test_chunks_that_hold_a_word_of_one_article_alone_are_told(backend: Backend) -> None:
    put(backend.record, 1, 2)
    (named,) = backend.record.chunks_naming("barge kestrel1 at the harbour", lambda word: False).tolist()
    scored = [Scored(chunk_id=named, score=1.0, text_rank=1, vector_rank=None)]
    assert "kestrel1" in backend.record.passages(scored)[0].text
    assert backend.record.chunks_naming("barge kestrel1 at the harbour", lambda word: True).tolist() == []
    assert backend.record.chunks_naming("barge of the harbour", lambda word: False).tolist() == []


def test_a_transaction_is_whole_or_nothing(backend: Backend) -> None:
    put(backend.record, 1)
    before = backend.record.revision
    with pytest.raises(RuntimeError), backend.record.transaction():
        backend.record.put_article(article(2), chunks_of(article(2)), vectors_of(2))
        backend.record.put_origin(article(2).id, OTHER)
        backend.record.remove_origin(origin(1))
        backend.record.set_file_state("/news/002.txt", "read")
        raise RuntimeError
    assert backend.record.revision == before
    assert [one.id for one in backend.record.articles()] == [article(1).id]
    assert backend.record.file_state("/news/002.txt") is None
    assert backend.record.origins_in("/news") == [origin(1)]


def test_an_article_goes_with_its_last_origin(backend: Backend) -> None:
    put(backend.record, 1, 2)
    with backend.record.transaction():
        backend.record.put_origin(article(1).id, OTHER)
    with backend.record.transaction():
        backend.record.remove_origin(origin(1))
    assert backend.record.article(article(1).id) is not None
    before = backend.record.revision
    with backend.record.transaction():
        backend.record.remove_origin(OTHER.name)
    backend.record.purge()
    assert backend.record.revision > before
    assert backend.record.article(article(1).id) is None
    assert (backend.record.count_articles(), backend.record.count_chunks()) == (1, 2)
    assert backend.record.search_words("kestrel1", 10).tolist() == []


def test_an_article_put_again_takes_the_place_of_what_was_recorded(backend: Backend) -> None:
    put(backend.record, 1)
    old = backend.record.chunk_ids()
    renamed = article(1, "A title")
    with backend.record.transaction():
        backend.record.put_article(renamed, chunks_of(renamed), vectors_of(3))
    found = backend.record.article(renamed.id)
    assert found is not None
    assert found.metadata.title == "A title"
    ids, vectors = backend.record.vectors()
    assert not set(ids.tolist()) & set(old.tolist()), "a number of a chunk is never used twice"
    assert np.allclose(vectors.astype(np.float32), vectors_of(3), atol=1e-3)


def test_numbers_of_chunks_rise_and_are_never_used_twice(backend: Backend) -> None:
    put(backend.record, 1, 2)
    first = backend.record.chunk_ids()
    with backend.record.transaction():
        backend.record.remove_origin(origin(2))
    put(backend.record, 3)
    now = backend.record.chunk_ids()
    assert np.all(np.diff(now) > 0)
    assert now[:2].tolist() == first[:2].tolist()
    assert now[2:].min() > first.max()
    assert backend.record.chunk_ids(after=int(first.max())).tolist() == now[2:].tolist()


def test_chunks_are_found_by_their_places(backend: Backend) -> None:
    put(backend.record, 1, 2)
    places = [Place(article(2).id, one.start, one.end) for one in reversed(chunks_of(article(2)))]
    wrong = Place(article(2).id, 0, 5)
    found = backend.record.chunks_at([*places, wrong, places[0]])
    assert found[2] == 0
    assert found[3] == found[0]
    scored = [Scored(chunk_id=int(one), score=1.0, text_rank=1, vector_rank=None) for one in found[:2]]
    passages = backend.record.passages(scored)
    assert [Place(one.article_id, one.start, one.end) for one in passages] == places
    assert [one.text for one in passages] == [article(2).text[one.start : one.end] for one in places]
    assert backend.record.chunks_at([]).tolist() == []


def test_passages_come_in_the_order_asked_for_and_leave_out_what_is_gone(backend: Backend) -> None:
    put(backend.record, 1)
    first, second = backend.record.chunk_ids().tolist()
    asked = [Scored(chunk_id=one, score=1.0, text_rank=None, vector_rank=2) for one in (second, 9_999, first)]
    assert [one.text for one in backend.record.passages(asked)] == [
        "The harbour of Lenn was closed.",
        "Barge kestrel1 sank.",
    ]
    assert len(set(backend.record.articles_of(np.array([first, second])).values())) == 1


@pytest.mark.parametrize(
    ("only", "numbers"),
    [
        (Filter(since=date(2024, 3, 8)), {7, 8, 9}),
        (Filter(until=date(2024, 3, 3)), {1, 2}),
        (Filter(since=date(2024, 3, 3), until=date(2024, 3, 5)), {2, 3, 4}),
        (Filter(source="post"), {0, 2, 4, 6, 8}),
        (Filter(source="GAZ", since=date(2024, 3, 8)), {7, 9}),
        (Filter(source="%"), set()),
        (Filter(), set(range(10))),
    ],
)
def test_a_filter_leaves_the_articles_of_its_days_and_source(backend: Backend, only: Filter, numbers: set[int]) -> None:
    put(backend.record, *range(10))
    ids = {number: article(number).id for number in numbers}
    scored = [
        Scored(chunk_id=one, score=0.0, text_rank=None, vector_rank=None)
        for one in backend.record.chunk_ids(only).tolist()
    ]
    assert {one.article_id for one in backend.record.passages(scored)} == set(ids.values())
    by_words = backend.record.search_words("kestrel3 kestrel7 kestrel8", 50, only)
    assert set(by_words.tolist()) <= {one.chunk_id for one in scored}
    assert len(by_words) == len(numbers & {3, 7, 8})
    assert backend.record.count_rows(Selection(only=only)) == len(numbers)


def test_words_are_found_rare_ones_first_and_no_sign_is_an_operator(backend: Backend) -> None:
    put(backend.record, *range(6))
    best = backend.record.search_words("which harbour was kestrel4 in?", 10)
    passages = backend.record.passages([Scored(chunk_id=int(best[0]), score=0.0, text_rank=1, vector_rank=None)])
    assert passages[0].text == "Barge kestrel4 sank."
    assert len(best) == 7
    assert len(backend.record.search_words("harbour", 3)) == 3
    for question in ('"', "kestrel* NOT (", "a AND", "\0", "' OR 1=1 --", ""):
        backend.record.search_words(question, 10)


def test_paths_of_origins_and_states_of_files(backend: Backend) -> None:
    put(backend.record, 1, 2)
    with backend.record.transaction():
        backend.record.set_file_state(origin(1), "read")
    assert backend.record.file_state(origin(1)) == "read"
    assert backend.record.origins_in("/news") == [origin(1), origin(2)]
    assert backend.record.origins_in("/new") == []
    with backend.record.transaction():
        backend.record.remove_origin(origin(1))
    assert backend.record.file_state(origin(1)) is None


def test_articles_are_listed_a_page_at_a_time(backend: Backend) -> None:
    put(backend.record, *range(1, 5))
    rows = backend.record.rows(Selection(), "newest", 0, 3)
    assert [one.published for one in rows] == [f"2024-03-{day:02}T10:00:00" for day in (5, 4, 3)]
    assert len(backend.record.rows(Selection(), "added", 3, 3)) == 1
    assert backend.record.count_rows(Selection(query="003.txt")) == 1
    assert backend.record.sources() == ["Gazette", "Harwick Post"]


def test_facts_are_kept_and_the_note_of_the_index_is_one(backend: Backend) -> None:
    with backend.record.transaction():
        backend.record.set_models(FakeEmbedder(), "chunker/1")
    assert (backend.record.fact("embedder"), backend.record.fact("chunker")) == ("fake@1", "chunker/1")
    assert not backend.record.fact("index")
    backend.record.note_index("of today")
    assert backend.record.fact("index") == "of today"


def test_a_snapshot_is_of_one_moment_whatever_is_written_meanwhile(
    backend: Backend, engine: str, tmp_path: Path
) -> None:
    put(backend.record, 1)
    reader = READERS[engine](tmp_path / "library")
    with reader.record.snapshot():
        assert reader.record.count_articles() == 1
        put(backend.record, 2)
        assert reader.record.count_articles() == 1
        assert reader.record.article(article(2).id) is None
    assert reader.record.count_articles() == 2
    reader.close()


def test_an_article_that_was_updated_is_kept_as_a_version_of_the_later_one(backend: Backend) -> None:
    put(backend.record, 1, 2)
    before = backend.record.article(article(1).id)
    assert before is not None
    with backend.record.transaction():
        backend.record.put_origin(article(2).id, before.origins[0])
        backend.record.keep_version(before, article(2).id, "2024-05-01T10:00:00+00:00")
    (version,) = backend.record.versions(article(2).id)
    assert version == Version(article=before, until="2024-05-01T10:00:00+00:00", current=article(2).id)
    assert backend.record.versions_beginning(before.id[:6]) == [version]
    assert backend.record.article(before.id) is None
    assert backend.record.search_words("kestrel1", 10).tolist() == []
    with backend.record.transaction():
        backend.record.remove_versions_from(origin(2))
    assert backend.record.versions(article(2).id) == [version]
    with backend.record.transaction():
        backend.record.remove_versions_from(origin(1))
    assert backend.record.versions(article(2).id) == []


def test_an_article_that_is_still_named_becomes_no_version(backend: Backend) -> None:
    put(backend.record, 1, 2)
    before = backend.record.article(article(1).id)
    assert before is not None
    with backend.record.transaction():
        backend.record.keep_version(before, article(2).id, "2024-05-01T10:00:00+00:00")
    assert backend.record.versions(article(2).id) == []


def test_a_version_goes_with_its_article_or_by_its_id(backend: Backend) -> None:
    put(backend.record, 1, 2, 3)
    for number, until in ((1, "2024-05-01"), (2, "2024-05-02")):
        before = backend.record.article(article(number).id)
        assert before is not None
        with backend.record.transaction():
            backend.record.put_origin(article(3).id, before.origins[0])
            backend.record.keep_version(before, article(3).id, until)
    assert [one.article.id for one in backend.record.versions(article(3).id)] == [article(2).id, article(1).id]
    with backend.record.transaction():
        backend.record.remove_version(article(2).id)
    assert [one.article.id for one in backend.record.versions(article(3).id)] == [article(1).id]
    with backend.record.transaction():
        for number in (1, 2, 3):
            backend.record.remove_origin(origin(number))
    assert backend.record.versions_beginning(article(1).id) == []


def test_what_the_user_set_is_given_back_by_id_and_by_origin(backend: Backend) -> None:
    put(backend.record, 1, 2)
    made = replace(article(1, "A title"), edited={"title": "A title", "authors": ["Jo Varga"]})
    with backend.record.transaction():
        backend.record.put_article(made, chunks_of(made), vectors_of(1))
    found = backend.record.article(made.id)
    assert found is not None
    assert found.edited == made.edited
    assert backend.record.edits(made.id, "/none") == backend.record.edits("0" * 16, origin(1)) == made.edited
    assert backend.record.edits(article(2).id, origin(2)) == {}
