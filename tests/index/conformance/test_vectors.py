"""What every vector index does, whichever engine keeps it."""

from pathlib import Path

import pytest

from dateline.index.backends import Backend
from dateline.index.fusion import Scored
from dateline.index.types import Filter, Nearest
from tests.index.conformance.conftest import DIRECTIONS, article, origin, put
from tests.index.conformance.engines import READERS, REMAINS


def texts(backend: Backend, found: Nearest) -> list[str]:
    scored = [Scored(chunk_id=one, score=0.0, text_rank=None, vector_rank=1) for one in found.ids.tolist()]
    return [one.text for one in backend.record.passages(scored)]


def is_first(backend: Backend, number: int) -> bool:
    """Whether the first chunk of an article is the nearest to its own vector."""
    found = backend.vectors.search(DIRECTIONS[2 * number], 5)
    return texts(backend, found)[0] == f"Barge kestrel{number} sank." and found.cosines[0] > 0.99


@pytest.mark.parametrize("synced", [True, False])
def test_every_chunk_is_found_by_its_own_vector(backend: Backend, synced: bool) -> None:
    put(backend.record, *range(50))
    if synced:
        backend.vectors.sync()
    assert all(is_first(backend, number) for number in range(50))
    assert backend.vectors.search(DIRECTIONS[0], 5).approximate == synced


def test_what_is_nearest_comes_first_and_no_more_than_was_asked_for(backend: Backend) -> None:
    put(backend.record, *range(50))
    backend.vectors.sync()
    found = backend.vectors.search(DIRECTIONS[7], 20)
    assert len(found.ids) == len(set(found.ids.tolist())) == 20
    assert (found.cosines[:-1] >= found.cosines[1:]).all()
    assert len(backend.vectors.search(DIRECTIONS[7], 1_000).ids) == 100


def test_an_empty_record_has_nothing_near(backend: Backend) -> None:
    backend.vectors.sync()
    assert len(backend.vectors.search(DIRECTIONS[0], 5).ids) == 0
    assert backend.vectors.problems() == []


@pytest.mark.parametrize("synced", [True, False])
def test_a_filter_leaves_only_what_passes_and_all_of_it(backend: Backend, synced: bool) -> None:
    put(backend.record, *range(50))
    if synced:
        backend.vectors.sync()
    for only in (Filter(source="post"), Filter(source="nobody"), Filter(source="a")):
        passing = backend.record.chunk_ids(only).tolist()
        found = backend.vectors.search(DIRECTIONS[3], 1_000, only)
        assert sorted(found.ids.tolist()) == passing


def test_what_was_added_since_is_found_and_what_was_removed_is_not(backend: Backend) -> None:
    put(backend.record, *range(50))
    backend.vectors.sync()
    put(backend.record, 50, 51)
    assert is_first(backend, 50)
    with backend.record.transaction():
        backend.record.remove_origin(origin(7))
    assert all(is_first(backend, number) for number in range(52) if number != 7)
    everything = texts(backend, backend.vectors.search(DIRECTIONS[14], 1_000))
    assert "Barge kestrel7 sank." not in everything
    assert len(everything) == 102
    backend.vectors.sync()
    assert all(is_first(backend, number) for number in range(52) if number != 7)
    assert backend.vectors.problems() == []


@pytest.mark.threat(16)
def test_a_removed_text_is_in_no_file_and_no_table_as_soon_as_it_is_acknowledged(
    backend: Backend, engine: str, tmp_path: Path
) -> None:
    put(backend.record, *range(20))
    backend.vectors.sync()
    assert REMAINS[engine](tmp_path / "library", "kestrel7")
    with backend.record.transaction():
        backend.record.remove_origin(origin(7))
    backend.record.purge()
    for _ in range(2):
        assert REMAINS[engine](tmp_path / "library", "kestrel7") == []
        backend.vectors.sync()


def test_the_engine_is_named_with_its_reason(backend: Backend) -> None:
    put(backend.record, *range(20))
    without = backend.vectors.engine()
    backend.vectors.sync()
    assert without != backend.vectors.engine()
    assert "40" in backend.vectors.engine()


def test_a_reader_follows_a_writer(backend: Backend, engine: str, tmp_path: Path) -> None:
    put(backend.record, *range(20))
    reader = READERS[engine](tmp_path / "library")
    assert is_first(reader, 3)
    backend.vectors.sync()
    assert is_first(reader, 3)
    assert reader.vectors.search(DIRECTIONS[0], 5).approximate
    put(backend.record, 20)
    assert is_first(reader, 20)
    with backend.record.transaction():
        backend.record.remove_origin(origin(3))
    assert article(3).text.split(".")[0] + "." not in texts(reader, reader.vectors.search(DIRECTIONS[6], 1_000))
    reader.close()
