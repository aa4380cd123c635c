"""A library on a server as a person uses it: several write at once, and what the server can't promise is told."""

import multiprocessing
import signal
import threading
from collections.abc import Callable
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dateline.index.backends import Backend
from dateline.index.errors import LibraryConflict, LibraryError, LibraryMismatch, NoLibrary
from dateline.index.fusion import Scored
from dateline.index.ingest import Added
from dateline.index.library import Library
from dateline.index.maintenance.doctor import engine_of, examine, missing_files, repair_library
from dateline.index.postgres.address import ServerAddress
from dateline.index.postgres.record import PostgresRecord
from dateline.index.types import Article, Chunk, Filter, Metadata, Origin, Span
from tests.harness.fakes import FakeEmbedder
from tests.harness.postgres_server import shared_server, why_none

if why_none():
    pytest.skip(str(why_none()), allow_module_level=True)


@pytest.fixture
def address() -> ServerAddress:
    return ServerAddress.parse(shared_server().new_address())


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(80):
        text = f"Kestrel{number} at dawn\n\nKestrel{number} flew over the harbour of Lenn. Ferry {number} was late.\n"
        (folder / f"{number:02}.txt").write_text(text, "utf-8")
    return folder


def record_of(library: Library) -> PostgresRecord:
    assert isinstance(library._record, PostgresRecord)
    return library._record


def in_order(address: ServerAddress) -> list[str]:
    """What the doctor says but for the server of the tests, which does not sync."""
    return [line for line in examine(address, FakeEmbedder()) if "fsync" not in line]


def run_at_once(*tasks: Callable[[], object]) -> None:
    """Run tasks side by side; what one raises is raised."""
    raised: list[BaseException] = []

    def run(task: Callable[[], object]) -> None:
        try:
            task()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


def test_what_was_added_is_found_edited_removed_and_kept_as_a_version(address: ServerAddress, files: Path) -> None:
    with pytest.raises(NoLibrary, match="dateline add PATH"):
        Library.open(address)
    with Library.write(address, FakeEmbedder()) as library:
        assert library.add([files]).added == 80
        assert library.add([files]).unchanged_files == 80
    assert missing_files(address) == []
    with Library.open(address, FakeEmbedder()) as library:
        assert library.search("where did Kestrel7 fly?")[0].text.startswith("Kestrel7 ")
        assert library.place == str(address)
        assert library.bytes_elsewhere() > 100_000
    (files / "07.txt").write_text("Kestrel7 again\n\nKestrel7 is back at the pier.\n", "utf-8")
    (files / "08.txt").unlink()
    with Library.write(address, FakeEmbedder()) as library:
        assert library.add([files], prune=True).replaced == 1
        assert "over the harbour" in library.versions(str(files / "07.txt"))[0].article.text
        edited = library.edit(str(files / "09.txt"), published="2024-05-06", source="Post")
        assert library.search("Kestrel9", only=Filter(since="2024-05", source="post"))[0].article_id == edited.id
        assert library.search("Kestrel8 at dawn")[0].text.count("Kestrel8 ") == 0
        assert len(library.remove(str(files))) == 79
        assert library.count_articles() == library.count_chunks() == 0
    assert in_order(address) == []


def test_many_add_the_same_folder_and_everything_is_there_once(address: ServerAddress, files: Path) -> None:
    Library.write(address, FakeEmbedder()).close()
    embedders = [FakeEmbedder() for _ in range(4)]
    added: list[str] = []

    def add(embedder: FakeEmbedder) -> None:
        with Library.write(address, embedder) as library:
            library.add([files], lambda event: added.append(event.origin) if isinstance(event, Added) else None)

    run_at_once(*(lambda one=one: add(one) for one in embedders))
    with Library.open(address, FakeEmbedder()) as library:
        assert (library.count_articles(), library.count_chunks()) == (80, sum(one.embedded for one in embedders))
    assert sorted(added) == sorted(str(path) for path in files.iterdir()), "each was read by one of them"
    assert in_order(address) == []


def test_what_a_process_had_claimed_that_ended_is_done_by_another(address: ServerAddress, files: Path) -> None:
    class Cut(Exception):
        pass

    def cut_off(event: object) -> None:
        raise Cut

    with Library.write(address, FakeEmbedder()) as library:
        with pytest.raises(Cut):
            library.add([files], cut_off)
        assert record_of(library).run("SELECT count(*) FROM @claims")[0][0] > 0
    with Library.write(address, FakeEmbedder()) as library:
        library.add([files])
        assert library.count_articles() == 80
        assert record_of(library).run("SELECT count(*) FROM @claims") == [(0,)]


def _add_and_stop(address: ServerAddress, files: Path, told: Connection) -> None:
    """Add files in a process of its own, which stops at the first that is safe, until it is killed."""

    def stop(event: object) -> None:
        if isinstance(event, Added):
            told.send(event.origin)
            told.recv()

    with Library.write(address, FakeEmbedder()) as library:
        library.add([files], stop)


def test_a_process_that_is_killed_leaves_its_files_to_another(address: ServerAddress, files: Path) -> None:
    Library.write(address, FakeEmbedder()).close()
    processes = multiprocessing.get_context("forkserver")
    here, there = processes.Pipe()
    killed = processes.Process(target=_add_and_stop, args=(address, files, there))
    killed.start()
    assert here.recv()
    embedder = FakeEmbedder()

    def add() -> None:
        with Library.write(address, embedder) as library:
            library.add([files])

    def kill() -> None:
        killed.kill()
        killed.join()

    run_at_once(add, kill)
    assert killed.exitcode == -signal.SIGKILL
    with Library.open(address, FakeEmbedder()) as library:
        assert library.count_articles() == 80
        assert 0 < embedder.embedded < library.count_chunks(), "what was acknowledged is not embedded again"
    assert in_order(address) == []


def test_an_article_that_one_removes_and_another_names_stays(address: ServerAddress, files: Path) -> None:
    with Library.write(address, FakeEmbedder()) as one, Library.write(address, FakeEmbedder()) as other:
        one.add([files / "01.txt"])
        article = one.article(str(files / "01.txt"))
        second = Origin(name="/elsewhere/01.txt", sha256="0" * 64, encoding="utf-8")
        meets, named = threading.Event(), threading.Event()

        def name_it() -> None:
            with record_of(other).transaction():
                record_of(other).put_origin(article.id, second)
                named.set()
                meets.wait(5)

        def remove_it() -> None:
            named.wait(5)
            with record_of(one).transaction():
                record_of(one).remove_origin(article.origins[0].name)
                meets.set()

        run_at_once(name_it, remove_it)
        assert [origin.name for origin in one.article(article.id).origins] == [second.name]
        with record_of(one).transaction():
            record_of(one).remove_origin(second.name)
        with pytest.raises(LibraryConflict, match="was removed"), record_of(other).transaction():
            record_of(other).put_origin(article.id, second)
    assert in_order(address) == []


def test_two_that_change_the_same_crosswise_both_end_up_done(address: ServerAddress, tmp_path: Path) -> None:
    names = ["a", "b"]
    for name in names:
        (tmp_path / f"{name}.txt").write_text(f"Title {name}\n\nThe ferry {name} was late again.\n", "utf-8")
    Library.write(address, FakeEmbedder()).close()

    def add(order: list[str]) -> None:
        with Library.write(address, FakeEmbedder()) as library:
            for _ in range(5):
                for name in order:
                    library.add([tmp_path / f"{name}.txt"])
                    library.remove(str(tmp_path / f"{name}.txt")) if name == "b" and order[0] == "a" else None

    def tolerant(order: list[str]) -> None:
        try:
            add(order)
        except LibraryError as error:  # one removed what the other was about to
            assert "no article" in str(error) or isinstance(error, LibraryConflict)

    run_at_once(lambda: tolerant(names), lambda: tolerant(names[::-1]))
    assert in_order(address) == []


def test_of_two_that_begin_with_other_embedders_one_is_refused(address: ServerAddress, files: Path) -> None:
    with Library.write(address, FakeEmbedder()) as one, Library.write(address, FakeEmbedder("other@1")) as other:
        one.add([files / "01.txt"])
        with pytest.raises(LibraryMismatch, match="fake@1"):
            other.add([files / "02.txt"])


def test_threads_of_a_reader_search_side_by_side(address: ServerAddress, files: Path) -> None:
    with Library.write(address, FakeEmbedder()) as library:
        library.add([files])
    with Library.open(address, FakeEmbedder()) as library:

        def ask(number: int) -> None:
            for at in range(number, 80, 8):
                assert library.search(f"Kestrel{at} at dawn")[0].text.startswith(f"Kestrel{at} ")

        run_at_once(*(lambda number=number: ask(number) for number in range(8)))


@given(
    text=st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1, max_size=200),
    data=st.data(),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_passage_is_a_slice_of_its_article_whatever_the_script(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    with closing(Backend.write(_shared())) as backend:
        made = Article(text=text, body=(Span(start, end),), metadata=Metadata(), origins=())
        chunk = Chunk(start=start, end=end, sentences=(Span(start, end),))
        with backend.record.transaction():
            backend.record.put_article(made, [chunk], np.ones((1, 4), np.float32) / 2)
            backend.record.put_origin(made.id, Origin(name="one", sha256="", encoding="utf-8"))
        (number,) = backend.record.chunk_ids().tolist()
        (found,) = backend.record.passages([Scored(chunk_id=number, score=1.0, text_rank=1, vector_rank=None)])
        stored = backend.record.article(made.id)
        assert stored is not None
        assert (found.text, found.head, stored.text) == (text[start:end], text[:start], text)


_ADDRESS: list[ServerAddress] = []


def _shared() -> ServerAddress:
    if not _ADDRESS:
        _ADDRESS.append(ServerAddress.parse(shared_server().new_address()))
    return _ADDRESS[0]


def test_the_graph_is_built_where_comparing_would_be_slow_and_then_grows(address: ServerAddress, files: Path) -> None:
    with Library.write(address, FakeEmbedder()) as library:
        library.add([files])
    assert "exact comparison" in engine_of(address)
    with closing(Backend.on_server(address, writable=True, exact_up_to=50)) as backend:
        assert backend.vectors.problems() == [
            "the vector index is missing, every vector is compared; --repair builds it"
        ]
        backend.vectors.sync()
        assert backend.vectors.problems() == []
        question = FakeEmbedder().embed_question("Kestrel7 flew over the harbour of Lenn")
        near, compared = backend.vectors.search(question, 20), Backend.on_server(address, writable=False)
        assert near.approximate
        assert near.ids.tolist() == compared.vectors.search(question, 20).ids.tolist()
        compared.close()


def test_damage_is_named_and_mended(address: ServerAddress, files: Path) -> None:
    with Library.write(address, FakeEmbedder()) as library:
        library.add([files])
        run = record_of(library).run
        numbers = [number for (number,) in run("SELECT number FROM @articles ORDER BY number")]
        run("UPDATE @articles SET text = replace(text, 'late', 'soon') WHERE number = %s", numbers[0])
        run("UPDATE @articles SET title = 'Forged' WHERE number = %s", numbers[1])
        run("UPDATE @origins SET sha256 = repeat('f', 64) WHERE article = %s", numbers[2])
        run("DELETE FROM @chunks WHERE article = %s", numbers[3])
        run("UPDATE @vectors SET vector = '[1,2]'::halfvec WHERE article = %s", numbers[4])
        run("UPDATE @words SET stems = 'forg:1'::tsvector WHERE article = %s", numbers[5])
        run("DELETE FROM @frequencies WHERE stem = 'harbour'")
    named = "\n".join(in_order(address))
    assert named.count("--repair removes it") == 3
    assert "2 articles have broken chunks or vectors" in named
    assert "word index differs" in named
    embedder = FakeEmbedder()
    assert [line for line in repair_library(address, embedder) if "fsync" not in line] == []
    assert 0 < embedder.embedded < 10, "only what is damaged is embedded again"
    with Library.write(address, FakeEmbedder()) as library:
        assert library.count_articles() == 77
        assert library.add([files]).added == 3
        assert library.search("Ferry 5 harbour")[0].text.count("Ferry 5 ") == 1
    assert in_order(address) == []


def test_a_server_that_does_not_sync_is_named(address: ServerAddress) -> None:
    Library.write(address, FakeEmbedder()).close()
    assert "fsync = off" in "\n".join(examine(address, FakeEmbedder()))


def test_what_is_acknowledged_is_on_the_disk_whatever_the_database_usually_does() -> None:
    with Library.write(
        f"{shared_server().new_address()}&options=-csynchronous_commit%3Doff", FakeEmbedder()
    ) as library:
        record = record_of(library)
        assert record.run("SELECT current_setting('synchronous_commit')") == [("off",)]
        with record.transaction():
            assert record.run("SELECT current_setting('synchronous_commit')") == [("on",)]
