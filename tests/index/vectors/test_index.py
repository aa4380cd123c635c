"""The vector index is disposable: whatever happens to it is named, and mended from the record."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from dateline.index.errors import LibraryError
from dateline.index.vectors import chroma
from dateline.index.vectors import index as vectors
from dateline.index.vectors.exact import ExactScan
from dateline.index.vectors.index import Generations

ROOT = Path(__file__).parents[3]
DIMENSIONS = 32


class Vectors:
    """What the record is to the vector index: ids and their vectors, in clusters as texts have them."""

    def __init__(self, count):
        rng = np.random.default_rng(1)
        centres = rng.standard_normal((50, DIMENSIONS))
        rows = centres[rng.integers(0, 50, count)] + 0.5 * rng.standard_normal((count, DIMENSIONS))
        self.matrix = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)
        self.ids = np.arange(10, 10 + 3 * count, 3, dtype=np.int64)

    def load(self, ids):
        assert np.all(ids[1:] > ids[:-1])
        return self.matrix[np.searchsorted(self.ids, ids)]


RECORD = Vectors(3_000)
FEW = RECORD.ids[:600]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with one generation of FEW, closed; tests take copies."""
    folder = tmp_path_factory.mktemp("built") / "vectors"
    index = Generations(folder, DIMENSIONS)
    index.sync(FEW, RECORD.load)
    index.close()
    return folder


@pytest.fixture
def folder(built, tmp_path):
    return Path(shutil.copytree(built, tmp_path / "vectors"))


@pytest.fixture
def index(folder):
    index = Generations(folder, DIMENSIONS)
    yield index
    index.close()


def generation(folder):
    return folder / (folder / "CURRENT").read_text().strip()


def graph_file(folder, name):
    return next(generation(folder).glob(f"*/{name}"))


def holds_exactly(index, ids):
    """Whether every chunk finds itself and nothing but ``ids`` is found; ``sync`` has just run."""
    near = [index.search(vector.astype(np.float32), 10).ids for vector in RECORD.load(ids)]
    itself = sum(number in found for number, found in zip(ids, near, strict=True))
    return np.isin(np.concatenate(near), ids).all() and itself == len(ids)


def test_the_graph_agrees_with_the_exact_scan(tmp_path):
    index, scan = Generations(tmp_path, DIMENSIONS), ExactScan(RECORD.ids, RECORD.matrix)
    index.sync(RECORD.ids, RECORD.load)
    among = RECORD.ids[::7]
    shared = filtered = 0
    for question in RECORD.matrix[::100].astype(np.float32):
        near, exact = index.search(question, 10), scan.search(question, 10)
        shared += len(np.intersect1d(near.ids, exact.ids))
        assert np.allclose(near.cosines[0], exact.cosines[0], atol=1e-4)
        filtered += len(np.intersect1d(index.search(question, 10, among).ids, scan.search(question, 10, among).ids))
    index.close()
    assert shared > 0.99 * 300
    assert filtered > 0.99 * 300


def test_few_changes_are_searched_beside_the_generation_and_many_make_a_new_one(folder, index):
    before = generation(folder)
    changed = np.concatenate([FEW[50:], RECORD.ids[700:800]])
    index.sync(changed, RECORD.load)
    assert generation(folder) == before
    assert holds_exactly(index, changed)
    seen = []
    index.sync(RECORD.ids, RECORD.load, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (3_000, 3_000)
    assert generation(folder) != before
    assert not before.exists()
    assert holds_exactly(index, RECORD.ids)


def test_nothing_is_loaded_where_nothing_differs(index):
    index.sync(FEW, lambda ids: pytest.fail("loaded"))


def test_a_generation_never_changes(folder, index):
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".sqlite3"}
    index.sync(np.concatenate([FEW[300:], RECORD.ids[700:1_000]]), RECORD.load)
    index.search(RECORD.matrix[0].astype(np.float32), 200)
    index.close()
    assert {path: path.read_bytes() for path in files} == files
    index.open(FEW, RECORD.load)
    assert holds_exactly(index, FEW)


def test_what_was_removed_is_left_out_and_does_not_crowd_out_the_rest(index):
    question = RECORD.matrix[0].astype(np.float32)
    nearest = index_of_all_but(index, FEW[:0]).search(question, 500).ids
    rest = index_of_all_but(index, np.sort(nearest[:400])).search(question, 100)
    assert rest.ids.tolist() == nearest[400:500].tolist()


def index_of_all_but(index, gone):
    index.open(np.setdiff1d(FEW, gone), RECORD.load)
    return index


def test_after_ten_rounds_of_adding_and_removing_every_chunk_is_found_by_its_own_vector(folder, index):
    chance, live, new = random.Random(1), FEW.tolist(), iter(RECORD.ids[600:].tolist())
    for _ in range(10):
        gone = set(chance.sample(live, 60))
        live = [one for one in live if one not in gone] + [next(new) for _ in range(60)]
        index.sync(np.array(live, np.int64), RECORD.load)
    assert holds_exactly(index, np.array(live, np.int64))
    assert index.problems(np.array(live, np.int64), RECORD.load) == []


def test_chunks_that_the_graph_does_not_lead_to_are_found_nevertheless(tmp_path, monkeypatch):
    """Of 30 texts in 100 variants each a graph may lose some, whatever its settings; with these about one in eight."""
    poor = {"max_neighbors": 4, "ef_construction": 20, "ef_search": 20}
    monkeypatch.setattr(chroma, "_GRAPH", {**chroma._GRAPH, **poor})
    chance = np.random.default_rng(3)
    rows = np.concatenate([one + 0.012 * chance.standard_normal((100, 32)) for one in chance.standard_normal((30, 32))])
    alike = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)
    index, ids = Generations(tmp_path, 32), np.arange(len(alike), dtype=np.int64)
    index.sync(ids, lambda wanted: alike[wanted])
    missed = json.loads((generation(tmp_path) / "SEAL").read_text())["missed"]
    looked_for = np.union1d(missed, ids[::10])
    near = [index.search(vector, 10).ids for vector in alike[looked_for].astype(np.float32)]
    index.close()
    assert len(missed) > 50
    assert all(number in found for number, found in zip(looked_for, near, strict=True))


@pytest.mark.parametrize("count", [0, 1])
def test_a_tiny_library_can_be_indexed(tmp_path, count):
    index = Generations(tmp_path, DIMENSIONS)
    index.sync(FEW[:count], RECORD.load)
    found = index.search(RECORD.matrix[0].astype(np.float32), 5)
    assert found.ids.tolist()[:1] == FEW[:count].tolist()[:1]
    assert len(found.ids) == count
    assert not count or index.problems(FEW[:count], RECORD.load) == []
    index.close()


@pytest.mark.parametrize("count", [2, 99, 101, 399, 600])
def test_no_vector_waits_for_the_graph_once_it_is_built(tmp_path, monkeypatch, count):
    monkeypatch.setattr(vectors, "_WRITTEN_AT_ONCE", 30)
    monkeypatch.setattr(vectors, "_WAITING", 100)
    index = Generations(tmp_path / "vectors", DIMENSIONS)
    index.sync(FEW[:count], RECORD.load)
    index.close()
    with closing(sqlite3.connect(generation(tmp_path / "vectors") / "chroma.sqlite3")) as database:
        states = database.execute("SELECT seq_id FROM max_seq_id").fetchall()
    assert states == [(count,), (count,)]  # of what was written, and of what is in the graph


def test_searching_where_nothing_was_built_is_refused(tmp_path):
    index = Generations(tmp_path / "none", DIMENSIONS)
    for look in (lambda: index.open(FEW, RECORD.load), lambda: index.search(np.ones(DIMENSIONS, np.float32), 3)):
        with pytest.raises(LibraryError, match="no vector index"):
            look()


@pytest.mark.threat(43)
def test_a_build_that_fails_leaves_the_generation_as_it_was(folder, index):
    def fail(ids):
        raise LibraryError("the record can't be read")

    with pytest.raises(LibraryError, match="the record"):
        index.sync(RECORD.ids, fail)
    assert [path.name for path in folder.iterdir() if path.name != "CURRENT"] == [generation(folder).name]
    assert index.problems(FEW, RECORD.load) == []


def remove_pointer(folder):
    (folder / "CURRENT").unlink()


def point_nowhere(folder):
    (folder / "CURRENT").write_text("000099\n")


def point_outside(folder):
    (folder / "CURRENT").write_text("../../somewhere\n")


def lose_segment(folder):
    shutil.rmtree(graph_file(folder, "header.bin").parent)


def lose_database(folder):
    (generation(folder) / "chroma.sqlite3").unlink()


def truncate_database(folder):
    os.truncate(generation(folder) / "chroma.sqlite3", 5_000)


def overwrite_database(folder):
    path = generation(folder) / "chroma.sqlite3"
    path.write_bytes(path.read_bytes()[:100] + random.Random(3).randbytes(path.stat().st_size - 100))


def flip_bit(folder):
    path = graph_file(folder, "data_level0.bin")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 16
    path.write_bytes(content)


def extend_sparsely(folder):
    os.truncate(graph_file(folder, "link_lists.bin"), 1 << 40)


def empty_graph(folder):
    os.truncate(graph_file(folder, "data_level0.bin"), 0)


def lose_seal(folder):
    (generation(folder) / "SEAL").unlink()


def lose_vectors(folder):
    """As ``lose_segment``, told by nothing but a search: the ids stay right."""
    lose_segment(folder)
    seal = generation(folder) / "SEAL"
    seal.write_text(json.dumps({**json.loads(seal.read_text()), "files": []}))


DAMAGES = [
    remove_pointer, point_nowhere, point_outside, lose_segment, lose_database, truncate_database, overwrite_database,
    flip_bit, extend_sparsely, empty_graph, lose_seal, lose_vectors,
]  # fmt: skip


@pytest.mark.threat(27)
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damage_is_named_in_one_line(folder, damage):
    damage(folder)
    problems = Generations(folder, DIMENSIONS).problems(FEW, RECORD.load)
    assert problems
    assert all("\n" not in problem for problem in problems)


@pytest.mark.parametrize("damage", [point_nowhere, lose_segment, overwrite_database, extend_sparsely])
def test_damage_is_mended_where_nobody_asked_for_problems(folder, index, damage):
    damage(folder)
    index.sync(FEW, RECORD.load)
    assert holds_exactly(index, FEW)


def test_vectors_that_only_a_search_can_miss_are_mended_once_they_are_missed(folder, index):
    lose_vectors(folder)
    assert "vectors looked for are not found" in index.problems(FEW, RECORD.load)[0]
    index.sync(FEW, RECORD.load)
    assert holds_exactly(index, FEW)


def test_an_index_far_behind_the_record_is_a_problem(index):
    problems = index.problems(RECORD.ids[50:], RECORD.load)
    assert problems == ["the vector index is damaged: 2450 chunks came or went since it was built"]


def test_an_index_of_another_state_of_the_record_is_a_problem(folder):
    problems = Generations(folder, DIMENSIONS, "another stamp").problems(FEW, RECORD.load)
    assert problems == ["the vector index is damaged: it was not built from this state of the record"]


def test_an_index_of_another_embedder_is_a_problem(folder):
    problems = Generations(folder, 64).problems(FEW, RECORD.load)
    assert problems == ["the vector index is damaged: its vectors have 32 dimensions instead of 64"]


def test_leftovers_of_a_build_are_named_and_removed(folder, index):
    (folder / "building-000005").mkdir()
    (folder / "000004").mkdir()
    (folder / "notes.txt").write_text("not ours")
    assert len(index.problems(FEW, RECORD.load)) == 2
    index.sync(FEW, RECORD.load)
    assert sorted(path.name for path in folder.iterdir()) == ["000001", "CURRENT", "notes.txt"]


def test_generations_leave_no_thread_and_no_file_behind(folder, index):
    def held():
        return len(os.listdir("/proc/self/task")), len(os.listdir("/proc/self/fd"))

    if not Path("/proc/self/fd").exists():
        pytest.skip("counts threads and files in /proc")
    index.sync(FEW, RECORD.load)
    index.close()
    index.sync(FEW, RECORD.load)
    before = held()
    for _ in range(20):
        index.close()
        index.open(FEW, RECORD.load)
        index.search(RECORD.matrix[0].astype(np.float32), 3)
    assert np.all(np.subtract(held(), before) <= 4)  # a pool may still grow; a leak would be of 20


KILLED = f"""
import os, signal, sys
sys.path[:0] = [{str(Path(__file__).parent)!r}]
from pathlib import Path
from test_index import RECORD, Generations, DIMENSIONS
ids, left = RECORD.ids[(RECORD.ids >= {{start}}) & (RECORD.ids <= {{end}})], {{moment}}
def audit(event, arguments):
    global left
    if event in ("open", "os.rename", "os.mkdir", "subprocess.Popen", "shutil.rmtree") and "vectors" in str(arguments):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
def load(ids):
    audit("open", "vectors")
    return RECORD.load(ids)
index = Generations(Path({{folder!r}}), DIMENSIONS)
import chromadb
sys.addaudithook(audit)
index.sync(ids, load)
"""


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_kill_in_the_middle_of_a_build_is_mended_by_the_next(folder, index, seed):
    wanted = RECORD.ids[100:700]
    remove_pointer(folder)
    moment = random.Random(seed).randint(2, 25)
    script = KILLED.format(start=wanted[0], end=wanted[-1], moment=moment, folder=str(folder))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    index.sync(wanted, RECORD.load)
    assert holds_exactly(index, wanted)
