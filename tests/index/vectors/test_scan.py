import json
import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.index.errors import LibraryDamaged
from dateline.index.library import Library
from dateline.index.storage.record import Record
from dateline.index.types import Chunk, Span
from dateline.index.vectors.codefile import draft_of
from dateline.index.vectors.codes import CodedScan, Codes
from dateline.index.vectors.exact import ExactScan
from dateline.index.vectors.scan import CODES_NAME, Scan
from tests.harness.fakes import FakeEmbedder

_HEAD = 4096
_QUESTION = FakeEmbedder().embed_question("boat 7 in gale 3")


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000), count=st.integers(1, 1_200), spread=st.sampled_from([1e-3, 0.05, 1.0]),
    k=st.integers(0, 40), kept=st.sampled_from([0.0, 0.5, 1.0]), filtered=st.booleans(),
)  # fmt: skip
def test_codes_find_what_comparing_every_vector_finds(
    seed: int, count: int, spread: float, k: int, kept: float, filtered: bool
) -> None:
    rng = np.random.default_rng(seed)
    ids = np.sort(rng.choice(5 * count, count, replace=False)).astype(np.int64)
    rows = rng.standard_normal((3, 16))[rng.integers(0, 3, count)] + spread * rng.standard_normal((count, 16))
    vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)
    question = vectors[rng.integers(count)].astype(np.float32)
    coded = int(rng.integers(1, count + 1))  # the others came later
    there = rng.random(count) <= kept
    among = np.flatnonzero(rng.random(5 * count) < 0.3).astype(np.int64) if filtered else None

    codes = Codes.of((ids[at : min(at + 7, coded)], vectors[at : min(at + 7, coded)]) for at in range(0, coded, 7))
    found = CodedScan(codes, ids[there], lambda wanted: vectors[np.searchsorted(ids, wanted)]).search(
        question, k, among
    )
    exact = ExactScan(ids[there], vectors[there]).search(question, k, among)
    assert np.allclose(found.cosines, exact.cosines, atol=2e-6)
    of_ids = vectors[np.searchsorted(ids, found.ids)].astype(np.float32) @ question
    assert np.allclose(np.clip(of_ids, -1, 1), exact.cosines, atol=2e-6)  # where ids differ, the order of a sum decided
    assert set(found.ids.tolist()) <= set(ids[there].tolist() if among is None else among.tolist())


def test_few_vectors_are_read_where_codes_tell_them_apart() -> None:
    rows = np.random.default_rng(1).standard_normal((3_000, 64))
    vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)
    ids, read = np.arange(3_000), []
    scan = CodedScan(Codes.of([(ids, vectors)]), ids, lambda wanted: read.append(len(wanted)) or vectors[wanted])
    scan.search(vectors[0].astype(np.float32), 10)
    assert read[0] < 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library with a file of codes."""
    files = tmp_path / "files"
    files.mkdir()
    for number in range(40):
        (files / f"{number:02}.txt").write_text(f"Boat {number} met gale {number % 7} near cape {number % 5}.", "utf-8")
    with Library.write(tmp_path / "library", FakeEmbedder(), chroma_from=0) as library:
        library.add([files])
    return tmp_path / "library"


def _nearest(folder: Path) -> list[int]:
    record = Record(folder, writable=False)
    try:
        found = Scan(record, folder).search(_QUESTION, 5, None)
        exact = ExactScan(*record.vectors()).search(_QUESTION, 5)
    finally:
        record.close()
    assert found.ids.tolist() == exact.ids.tolist()
    return found.ids.tolist()


def _turn_round(path: Path) -> None:
    """Of the same length, and all wrong."""
    content = path.read_bytes()
    path.write_bytes(content[:_HEAD] + content[: _HEAD - 1 : -1])


def _forge(path: Path) -> None:
    """As whole as can be, but of another library."""
    _turn_round(path)
    content = path.read_bytes()
    path.write_bytes(content[:_HEAD].replace(b'"mark": "', b'"mark": "0')[:_HEAD] + content[_HEAD:])


_DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "altered": _turn_round,
    "another's": _forge,
    "no codes": lambda path: path.write_bytes(b"\xff\xfe"),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("damage", _DAMAGES.values(), ids=_DAMAGES)
def test_a_file_of_codes_that_is_not_right_is_passed_over_and_written_anew(
    folder: Path, damage: Callable[[Path], object]
) -> None:
    before, path = _nearest(folder), folder / CODES_NAME
    draft = folder / "codes.part"
    draft.write_bytes(b"left by a writer that was killed")
    damage(path)
    assert _nearest(folder) == before
    if path.is_dir():
        return
    with Library.write(folder, FakeEmbedder(), chroma_from=0) as library:
        library.index_vectors()
    head = json.loads(path.read_bytes()[:_HEAD].rstrip(b"\0"))
    record = Record(folder, writable=False)
    assert (head["mark"], head["count"]) == (record.fact("codes"), record.count_chunks())
    assert not draft.exists()
    record.close()
    assert _nearest(folder) == before


def test_a_file_behind_its_record_finds_what_came_and_not_what_went(folder: Path, tmp_path: Path) -> None:
    before = (folder / CODES_NAME).read_bytes()
    (tmp_path / "new.txt").write_text("Boat 7 was in gale 3 again.", "utf-8")
    with Library.write(folder, FakeEmbedder(), chroma_from=0) as library:
        best = library.search("boat 7 in gale 3")[0]
        library.add([tmp_path / "new.txt"])
        library.remove(best.article_id)
    assert (folder / CODES_NAME).read_bytes() == before
    assert 41 in _nearest(folder)
    with Library.open(folder, FakeEmbedder()) as library:
        assert best.article_id not in {one.article_id for one in library.search("boat 7 in gale 3", 50)}


def test_codes_of_an_embedder_that_was_replaced_are_not_compared(folder: Path) -> None:
    record = Record(folder, writable=True)
    ids = [article_id for (article_id,) in record.run("SELECT id FROM articles")]
    with record.transaction():
        for article_id in ids:
            article = record.article(article_id)
            assert article
            chunk = Chunk(start=0, end=4, sentences=(Span(0, 4),))
            record.put_article(article, [chunk], np.full((1, 32), 32**-0.5, np.float32))
    question = np.full(32, 32**-0.5, np.float32)
    assert len(Scan(record, folder).search(question, 5, None).ids) == 5
    Scan(record, folder).sync(least=0)
    assert len(Scan(record, folder).search(question, 5, None).ids) == 5
    assert Scan(record, folder).problems(least=0) == []
    record.close()


def test_a_record_without_the_vectors_that_its_codes_lead_to_is_damaged(folder: Path) -> None:
    record = Record(folder, writable=True)
    record.run("DELETE FROM vectors")
    with pytest.raises(LibraryDamaged, match="vectors are missing; run 'dateline doctor'"):
        Scan(record, folder).search(_QUESTION, 5, None)
    record.close()


def test_a_small_library_has_no_file_of_codes(folder: Path, tmp_path: Path) -> None:
    assert (folder / CODES_NAME).exists()
    (tmp_path / "new.txt").write_text("Boat 99 came home.", "utf-8")
    with Library.write(folder, FakeEmbedder()) as library:
        library.add([tmp_path / "new.txt"])
    assert not (folder / CODES_NAME).exists()
    _nearest(folder)


def test_codes_that_cant_be_written_are_said_and_done_without(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = _nearest(folder)
    (folder / CODES_NAME).unlink()
    draft_of(folder / CODES_NAME).mkdir()  # where they would be written
    with caplog.at_level(logging.WARNING), Library.write(folder, FakeEmbedder(), chroma_from=0) as library:
        library.index_vectors()
        assert library.search("boat 7 in gale 3")
    assert "codes" in caplog.text
    assert _nearest(folder) == before
