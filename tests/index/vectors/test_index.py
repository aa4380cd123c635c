"""The vector index is disposable: whatever happens to it is named, searched around, and mended from the record."""

import json
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from dateline.index.storage import schema
from dateline.index.storage.record import SqliteRecord
from dateline.index.types import Article, Chunk, Filter, Metadata, Nearest, Origin, Span
from dateline.index.vectors import chroma
from dateline.index.vectors import index as vectors
from dateline.index.vectors.generation import MANIFEST_NAME
from dateline.index.vectors.index import ChromaIndex

DIMENSIONS = 32
FEW = 600


def _clusters(count: int) -> np.ndarray:
    rng = np.random.default_rng(1)
    centres = rng.standard_normal((50, DIMENSIONS))
    rows = centres[rng.integers(0, 50, count)] + 0.5 * rng.standard_normal((count, DIMENSIONS))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


MATRIX = _clusters(3_000)
"""In clusters, as texts have them."""


def text_of(number: int) -> str:
    return f"Barge kestrel{number} sank."


def put(record: SqliteRecord, numbers: range, matrix: np.ndarray = MATRIX) -> None:
    """An article of one chunk for each number, with its row as the vector; every fourth is of another source."""
    with record.transaction():
        for number in numbers:
            text = text_of(number)
            spans = (Span(0, len(text)),)
            metadata = Metadata(source="Post" if number % 4 else "Gazette", published="2024-03-04T10:00:00")
            article = Article(text=text, body=spans, metadata=metadata, origins=())
            chunk = Chunk(start=0, end=len(text), sentences=spans)
            record.put_article(article, [chunk], matrix[number : number + 1])
            record.put_origin(article.id, Origin(name=str(number), sha256="", encoding="utf-8"))


def remove(record: SqliteRecord, numbers: range) -> None:
    with record.transaction():
        for number in numbers:
            record.remove_origin(str(number))


def opened(folder: Path, *, writable: bool = True) -> tuple[SqliteRecord, ChromaIndex]:
    if writable:
        schema.create(folder)
    record = SqliteRecord(folder, writable=writable)
    index = ChromaIndex(folder / "vectors", record)
    record.before_removal = index.discard
    return record, index


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with one generation of FEW, closed; tests take copies."""
    folder = tmp_path_factory.mktemp("built")
    record, index = opened(folder)
    put(record, range(FEW))
    index.sync()
    index.close()
    record.close()
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "library"))


@pytest.fixture
def parts(folder: Path) -> Iterator[tuple[SqliteRecord, ChromaIndex]]:
    record, index = opened(folder)
    yield record, index
    index.close()
    record.close()


def generation(folder: Path) -> Path:
    (found,) = [path for path in (folder / "vectors").iterdir() if len(path.name) == 16]
    return found


def graph_file(folder: Path, name: str) -> Path:
    return next(generation(folder).glob(f"*/{name}"))


def numbers_of(record: SqliteRecord, found: Nearest) -> list[int]:
    """The numbers of articles found, in order."""
    names = dict(record.run("SELECT chunks.id, name FROM chunks JOIN origins USING (article)"))
    return [int(names[one]) for one in found.ids.tolist()]


def holds_exactly(record: SqliteRecord, index: ChromaIndex, numbers: list[int]) -> bool:
    """Whether every chunk finds itself, and nothing but these is found."""
    with record.snapshot():
        found = [numbers_of(record, index.search(MATRIX[number], 10)) for number in numbers]
    there = set(numbers)
    return all(number in near and there.issuperset(near) for number, near in zip(numbers, found, strict=True))


def is_searched_by_chroma(index: ChromaIndex) -> bool:
    return index.engine().startswith("Chroma")


def exactly(numbers: range, number: int, k: int) -> set[int]:
    near = np.argsort(-(MATRIX[numbers.start : numbers.stop].astype(np.float16) @ MATRIX[number]))
    return {numbers.start + one for one in near[:k].tolist()}


@pytest.mark.slow
def test_chroma_agrees_with_the_exact_comparison_with_and_without_a_filter(tmp_path: Path) -> None:
    record, index = opened(tmp_path)
    put(record, range(3_000))
    index.sync()
    shared = filtered = 0
    assert is_searched_by_chroma(index)
    for number in range(0, 3_000, 100):
        shared += len(exactly(range(3_000), number, 10) & set(numbers_of(record, index.search(MATRIX[number], 10))))
        only = numbers_of(record, index.search(MATRIX[number], 10, Filter(source="post")))
        rows = MATRIX.astype(np.float16) @ MATRIX[number]
        rows[::4] = -2
        filtered += len(set(np.argsort(-rows)[:10].tolist()) & set(only))
    index.close()
    record.close()
    assert shared > 0.99 * 300
    assert filtered > 0.99 * 300


def test_few_additions_are_compared_beside_the_generation_and_many_make_a_new_one(
    folder: Path, parts: tuple[SqliteRecord, ChromaIndex]
) -> None:
    record, index = parts
    before = generation(folder)
    put(record, range(FEW, FEW + 50))
    index.sync()
    assert generation(folder) == before
    assert holds_exactly(record, index, list(range(FEW + 50)))
    put(record, range(FEW + 50, FEW + 100))
    index.sync()
    assert generation(folder) != before
    assert not before.exists()
    assert holds_exactly(record, index, list(range(FEW + 100)))


def test_a_generation_never_changes(folder: Path, parts: tuple[SqliteRecord, ChromaIndex]) -> None:
    record, index = parts
    files = {path: path.read_bytes() for path in generation(folder).rglob("*") if path.suffix in (".bin", ".pickle")}
    put(record, range(FEW, FEW + 50))
    index.sync()
    index.search(MATRIX[0], 200)
    index.close()
    assert len(files) == 5
    assert {path: path.read_bytes() for path in files} == files


@pytest.mark.threat(27)
def test_a_removal_leaves_no_generation_and_no_word_of_it_and_the_rest_is_found(
    folder: Path, parts: tuple[SqliteRecord, ChromaIndex]
) -> None:
    record, index = parts
    assert any(b"kestrel123 " in path.read_bytes() for path in generation(folder).rglob("*") if path.is_file())
    remove(record, range(123, 124))
    assert list((folder / "vectors").iterdir()) == []
    assert not is_searched_by_chroma(index)
    assert holds_exactly(record, index, [one for one in range(FEW) if one != 123])
    index.sync(100)  # too many to be built at once
    assert not is_searched_by_chroma(index)
    index.sync()
    assert is_searched_by_chroma(index)
    assert holds_exactly(record, index, [one for one in range(FEW) if one != 123])


@pytest.mark.threat(43)
def test_a_removal_that_is_not_committed_costs_the_generation_and_nothing_else(
    folder: Path, parts: tuple[SqliteRecord, ChromaIndex]
) -> None:
    record, index = parts
    with record.transaction():
        record.remove_origin("123")
        record.put_origin(next(record.articles()).id, Origin(name="0", sha256="", encoding="utf-8"))
        index.discard()
    with pytest.raises(RuntimeError), record.transaction():
        record.remove_origin("124")
        raise RuntimeError
    assert holds_exactly(record, index, [one for one in range(FEW) if one != 123])


@pytest.mark.parametrize("count", [1, 3, 150])
def test_no_file_of_a_generation_holds_what_its_process_had_in_memory(tmp_path: Path, count: int) -> None:
    """Chroma writes the places of a graph that no vector took as they were in memory."""
    record, index = opened(tmp_path)
    put(record, range(count))
    index.sync()
    index.search(MATRIX[0], 3)
    (header,) = generation(tmp_path).glob("*/header.bin")
    taken, size = struct.unpack("<i6Q", header.read_bytes()[:52])[3:5]
    content = header.with_name("data_level0.bin").read_bytes()
    assert (taken, len(content)) == (count, max(100, count) * size)
    assert content[: taken * size].count(0) < len(content[: taken * size])
    assert not any(content[taken * size :])
    assert not any(header.with_name("length.bin").read_bytes()[4 * taken :])
    index.close()
    record.close()


def test_a_reader_follows_what_a_writer_does(folder: Path, parts: tuple[SqliteRecord, ChromaIndex]) -> None:
    record, index = parts
    reader, searched = opened(folder, writable=False)
    assert is_searched_by_chroma(searched)
    put(record, range(FEW, FEW + 10))
    assert holds_exactly(reader, searched, list(range(FEW + 10)))
    remove(record, range(5))
    assert holds_exactly(reader, searched, list(range(5, FEW + 10)))
    assert not is_searched_by_chroma(searched)
    index.sync()
    assert holds_exactly(reader, searched, list(range(5, FEW + 10)))
    assert is_searched_by_chroma(searched)
    searched.close()
    reader.close()


@pytest.mark.slow
def test_after_ten_rounds_of_adding_and_removing_every_chunk_is_found_by_its_own_vector(
    parts: tuple[SqliteRecord, ChromaIndex],
) -> None:
    record, index = parts
    live, new = set(range(FEW)), FEW
    for turn in range(10):
        gone = range(60 * turn, 60 * turn + 30)
        if turn % 3:
            remove(record, gone)
            live -= set(gone)
        put(record, range(new, new + 40))
        live |= set(range(new, new + 40))
        new += 40
        index.sync()
    assert holds_exactly(record, index, sorted(live))
    assert index.problems() == []


@pytest.mark.slow
def test_chunks_that_the_graph_does_not_lead_to_are_found_nevertheless(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 30 texts in 100 variants each a graph may lose some, whatever its settings; with these about one in eight."""
    monkeypatch.setattr(chroma, "_GRAPH", {"space": "cosine", "max_neighbors": 4, "ef_construction": 20})
    monkeypatch.setattr(vectors, "_LOOKED_AT", ((3_000, 20),))
    monkeypatch.setattr(vectors, "_LOOKED_AT_FIRST", 20)
    chance = np.random.default_rng(3)
    rows = np.concatenate([one + 0.012 * chance.standard_normal((100, 32)) for one in chance.standard_normal((30, 32))])
    alike = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    record, index = opened(tmp_path)
    put(record, range(len(alike)), alike)
    index.sync()
    missed = json.loads((generation(tmp_path) / MANIFEST_NAME).read_text())["missed"]
    names = dict(record.run("SELECT chunks.id, name FROM chunks JOIN origins USING (article)"))
    looked_for = sorted({*(int(names[one]) for one in missed), *range(0, 3_000, 10)})
    near = [
        numbers_of(record, index.search(alike[one].astype(np.float16).astype(np.float32), 10)) for one in looked_for
    ]
    index.close()
    record.close()
    assert len(missed) > 50
    assert all(number in found for number, found in zip(looked_for, near, strict=True))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_tiny_library_can_be_indexed(tmp_path: Path, count: int) -> None:
    record, index = opened(tmp_path)
    put(record, range(count))
    index.sync()
    assert numbers_of(record, index.search(MATRIX[0], 5))[:1] == list(range(count))[:1]
    assert is_searched_by_chroma(index) == bool(count)
    assert index.problems() == []
    index.close()
    record.close()


@pytest.mark.parametrize("count", [2, 99, 101, 399, 600])
def test_no_vector_waits_for_the_graph_once_it_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(vectors, "_WRITTEN_AT_ONCE", 30)
    monkeypatch.setattr(vectors, "_WAITING_AT_MOST", 100)
    record, index = opened(tmp_path)
    put(record, range(count))
    index.sync()
    record.close()
    with closing(sqlite3.connect(generation(tmp_path) / "chroma.sqlite3")) as database:
        states = database.execute("SELECT seq_id FROM max_seq_id").fetchall()
    assert states == [(count,), (count,)]  # of what was written, and of what is in the graph


@pytest.mark.threat(43)
def test_a_build_that_fails_leaves_the_generation_as_it_was(
    folder: Path, parts: tuple[SqliteRecord, ChromaIndex], caplog: pytest.LogCaptureFixture
) -> None:
    record, index = parts
    put(record, range(FEW, 2 * FEW))
    record.run("DELETE FROM vectors WHERE chunk = (SELECT max(id) FROM chunks)")
    before = generation(folder)
    index.sync()
    assert "vectors are missing" in caplog.text
    assert [path.name for path in (folder / "vectors").iterdir()] == [before.name]


def lose_generation(folder: Path) -> None:
    shutil.rmtree(generation(folder))


def lose_segment(folder: Path) -> None:
    shutil.rmtree(graph_file(folder, "header.bin").parent)


def lose_database(folder: Path) -> None:
    (generation(folder) / "chroma.sqlite3").unlink()


def truncate_database(folder: Path) -> None:
    os.truncate(generation(folder) / "chroma.sqlite3", 5_000)


def overwrite_database(folder: Path) -> None:
    path = generation(folder) / "chroma.sqlite3"
    path.write_bytes(path.read_bytes()[:100] + random.Random(3).randbytes(path.stat().st_size - 100))


def flip_bit(folder: Path) -> None:
    path = graph_file(folder, "data_level0.bin")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 16
    path.write_bytes(content)


def extend_sparsely(folder: Path) -> None:
    os.truncate(graph_file(folder, "link_lists.bin"), 1 << 40)


def empty_graph(folder: Path) -> None:
    os.truncate(graph_file(folder, "data_level0.bin"), 0)


def lose_manifest(folder: Path) -> None:
    (generation(folder) / MANIFEST_NAME).unlink()


def alter_manifest(folder: Path) -> None:
    """So that what was altered beside it would not be seen."""
    manifest = generation(folder) / MANIFEST_NAME
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "files": []}))


def rename_generation(folder: Path) -> None:
    """As if of another day."""
    generation(folder).rename(folder / "vectors" / "0123456789abcdef")


def rename_chunk(folder: Path) -> None:
    with closing(sqlite3.connect(generation(folder) / "chroma.sqlite3")) as database, database:
        for (name,) in database.execute("SELECT embedding_id FROM embeddings").fetchall():
            changed = f"{'0' * 16}:{name.partition(':')[2]}"
            database.execute("UPDATE embeddings SET embedding_id = ? WHERE embedding_id = ?", (changed + name, name))


DAMAGES = [
    lose_generation, lose_segment, lose_database, truncate_database, overwrite_database, flip_bit, extend_sparsely,
    empty_graph, lose_manifest, alter_manifest, rename_generation, rename_chunk,
]  # fmt: skip
by_name = pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)


@pytest.mark.threat(27)
@by_name
def test_damage_is_named_in_one_line_and_mended(folder: Path, damage: Callable[[Path], None]) -> None:
    damage(folder)
    record, index = opened(folder)
    problems = index.problems()
    assert problems
    assert all("\n" not in problem for problem in problems)
    index.sync()
    assert is_searched_by_chroma(index)
    assert index.problems() == []
    index.close()
    record.close()


@pytest.mark.threat(27)
@by_name
def test_a_reader_of_a_damaged_index_finds_everything_and_says_by_which_engine(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    """Which chunk a vector is of stands in a file of the graph, which has a checksum."""
    damage(folder)
    record, index = opened(folder, writable=False)
    assert holds_exactly(record, index, list(range(FEW)))
    engine = "Chroma" if damage is rename_chunk else "exact comparison of every chunk; "
    assert index.engine().startswith(engine)
    index.close()
    record.close()


@pytest.mark.parametrize("damage", [lose_generation, lose_segment, extend_sparsely, alter_manifest])
def test_damage_is_mended_where_nobody_asked_for_problems(folder: Path, damage: Callable[[Path], None]) -> None:
    damage(folder)
    record, index = opened(folder)
    index.sync()
    assert is_searched_by_chroma(index)
    assert holds_exactly(record, index, list(range(FEW)))
    index.close()
    record.close()


def test_an_index_of_another_record_is_not_believed(folder: Path, tmp_path: Path) -> None:
    record, index = opened(tmp_path)
    put(record, range(FEW, 2 * FEW))
    shutil.copytree(folder / "vectors", tmp_path / "vectors")
    record.note_index(generation(folder).name)
    assert holds_exactly(record, index, list(range(FEW, 2 * FEW)))
    assert "names chunks that the record does not hold" in index.engine()
    index.close()
    record.close()


def test_leftovers_of_a_build_and_of_an_earlier_version_are_named_and_removed(
    folder: Path, parts: tuple[SqliteRecord, ChromaIndex]
) -> None:
    _, index = parts
    for name in ("building-000005", "000004", "0123456789abcdef"):
        (folder / "vectors" / name).mkdir()
    (folder / "vectors" / "CURRENT").write_text("000004\n")
    (folder / "vectors" / "notes.txt").write_text("not ours")
    assert len(index.problems()) == 4
    index.sync()
    assert {path.name for path in (folder / "vectors").iterdir()} == {generation(folder).name, "notes.txt"}
    assert index.problems() == []


def test_generations_leave_no_thread_and_no_file_behind(parts: tuple[SqliteRecord, ChromaIndex]) -> None:
    def held() -> tuple[int, int]:
        return len(os.listdir("/proc/self/task")), len(os.listdir("/proc/self/fd"))

    if not Path("/proc/self/fd").exists():
        pytest.skip("counts threads and files in /proc")
    _, index = parts
    for _ in range(3):
        index.search(MATRIX[0], 3)
        index.close()
    before = held()
    for _ in range(20):
        index.search(MATRIX[0], 3)
        index.close()
    assert np.all(np.subtract(held(), before) <= 4)  # a pool may still grow; a leak would be of 20


KILLED = f"""
import os, signal, sys
sys.path[:0] = [{str(Path(__file__).parent)!r}]
from pathlib import Path
from test_index import opened
left = {{moment}}
def audit(event, arguments):
    global left
    if event in ("open", "os.rename", "os.mkdir", "shutil.rmtree") and "vectors" in str(arguments):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
record, index = opened(Path({{folder!r}}))
sys.addaudithook(audit)
index.sync()
"""


@pytest.mark.parametrize("moment", [2, 4, 7])
def test_a_kill_in_the_middle_of_a_build_is_mended_by_the_next(folder: Path, moment: int) -> None:
    lose_segment(folder)
    script = KILLED.format(moment=moment, folder=str(folder))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    record, index = opened(folder)
    index.sync()
    assert is_searched_by_chroma(index)
    assert index.problems() == []
    index.close()
    record.close()
