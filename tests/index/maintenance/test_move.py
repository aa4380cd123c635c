"""A library that is moved is the same in the other engine, to the bit; cut off, the same command goes on."""

from contextlib import closing
from pathlib import Path

import pytest

from dateline.index.backends import Backend
from dateline.index.errors import ArgumentError, LibraryError, LibraryMismatch
from dateline.index.library import Library
from dateline.index.maintenance.doctor import examine
from dateline.index.maintenance.move import move_library
from dateline.index.postgres.address import ServerAddress, folder_of
from dateline.index.storage.uploads import keep_copy
from tests.harness.fakes import FakeEmbedder
from tests.harness.postgres_server import shared_server, why_none

if why_none():
    pytest.skip(str(why_none()), allow_module_level=True)

_QUESTIONS = ("who closed the harbour of Lenn?", "kestrel7 at dawn", "the ferry 9", "nothing of that kind")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library with all that there may be: edits, versions, several origins, gaps in its numbers, an upload."""
    files, library = tmp_path / "files", tmp_path / "library"
    files.mkdir()
    for number in range(30):
        words = f"Kestrel{number} at dawn. The harbour of Lenn was closed by ferry {number}.\n\n" * 3
        (files / f"{number:02}.txt").write_text(f"Café “{number}” 🦅\n\n{words}", "utf-8")
    (files / "copy.txt").write_bytes((files / "03.txt").read_bytes())
    with Library.write(library, FakeEmbedder()) as opened:
        opened.add([files])
        (files / "04.txt").write_text("Ferry 4 again\n\nKestrel4 returned to Lenn at noon.\n", "utf-8")
        opened.add([files, keep_copy(library, "pasted.txt", b"A pasted text of the mayor of Lenn.\n")])
        opened.remove(str(files / "05.txt"))
        opened.edit(str(files / "06.txt"), title="Another title", published="2024-05-06", authors=["Jo Varga"])
    return library


def contents(place: Path | ServerAddress) -> list[str]:
    """All that a library holds, to the bit; where its own copies of files lie is left out."""
    with closing(Backend.open(place)) as backend:
        record = backend.record
        stored = [repr(record.stored(article)) for article in record.articles()]
        ids, vectors = record.vectors()
        rest = map(repr, [*record.file_states(), *record.origin_names(), ids.tolist(), vectors.tobytes()])
        where = str(folder_of(place).resolve())
        return [one.replace(where, "LIBRARY") for one in stored] + sorted(one.replace(where, "LIBRARY") for one in rest)


def found(place: Path | ServerAddress) -> list[object]:
    """What a library finds."""
    with Library.open(place, FakeEmbedder()) as library:
        return [
            [(one.article_id, one.start, one.end, one.text, one.text_rank, round(one.cosine, 5)) for one in passages]
            for passages in (library.search(question) for question in _QUESTIONS)
        ]


def test_a_library_that_is_moved_there_and_back_is_the_same_to_the_bit(folder: Path, tmp_path: Path) -> None:
    before, seen = contents(folder), found(folder)
    record = (folder / "library.sqlite").read_bytes()
    there = ServerAddress.parse(shared_server().new_address())
    sent = move_library(folder, there)
    assert (folder / "library.sqlite").read_bytes() == record, "the source is not touched"
    assert sent.articles == 30
    assert contents(there) == before
    assert found(there) == seen
    elsewhere = ServerAddress.parse(shared_server().new_address())
    move_library(there, elsewhere)
    back = tmp_path / "back"
    assert move_library(elsewhere, back).articles == sent.articles
    assert contents(back) == before
    assert found(back) == seen
    for place in (there, elsewhere, back):
        assert [one for one in examine(place, FakeEmbedder()) if "fsync" not in one] == []


def test_a_library_that_was_moved_is_used_and_nothing_in_it_is_embedded_again(folder: Path) -> None:
    there = ServerAddress.parse(shared_server().new_address())
    move_library(folder, there)
    embedder = FakeEmbedder()
    with Library.write(there, embedder) as library:
        assert library.add([folder.parent / "files"]).chunks_embedded == 1, "only what was removed before"
        assert library.version(library.versions(str(folder.parent / "files" / "04.txt"))[0].article.id)
        highest = int(library._record.chunk_ids().max())
        (folder.parent / "files" / "new.txt").write_text("Kestrel99 came to Lenn.\n", "utf-8")
        library.add([folder.parent / "files" / "new.txt"])
        assert int(library._record.chunk_ids().max()) > highest
    assert any("'LIBRARY/uploads/" in one for one in contents(there))
    assert list((there.folder / "uploads").rglob("pasted.txt"))


def test_a_move_that_is_cut_off_keeps_others_out_and_goes_on(folder: Path) -> None:
    there = ServerAddress.parse(shared_server().new_address())

    def cut_off(done: int, every: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move_library(folder, there, cut_off)
    with pytest.raises(LibraryMismatch, match="still being moved"):
        Library.open(there)
    with pytest.raises(LibraryMismatch, match="still being moved"):
        Library.write(there)
    with Library.write(folder, FakeEmbedder()) as library:  # meanwhile
        library.remove(str(folder.parent / "files" / "07.txt"))
        library.edit(str(folder.parent / "files" / "08.txt"), title="Changed meanwhile")
    assert move_library(folder, there).articles == 29
    assert contents(there) == contents(folder)


def test_a_place_that_holds_another_library_is_refused(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    with Library.write(other, FakeEmbedder()) as library:
        library.add([folder.parent / "files" / "01.txt"])
    there = ServerAddress.parse(shared_server().new_address())
    move_library(other, there)
    with pytest.raises(LibraryError, match="another library"):
        move_library(folder, there)
    with pytest.raises(LibraryError, match="another library"):
        move_library(folder, other)
    with pytest.raises(ArgumentError, match="already"):
        move_library(folder, folder)
