from pathlib import Path

import pytest

from dateline.index.library import Library
from dateline.index.storage.uploads import keep_copy, origin_of_uploads, prune_copies, remove_copies
from tests.harness.fakes import FakeEmbedder

TEXT = b"The river Lenn rose four metres on Monday."


@pytest.mark.parametrize("name", ["library", "a # library", "uploads"])
def test_a_copy_that_is_named_stays_and_any_other_goes(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    kept, lines, other = (keep_copy(folder, one, TEXT) for one in ("kept.txt", "lines.jsonl", "other.txt"))
    assert kept.read_bytes() == TEXT
    prune_copies(folder, [str(kept), f"{lines}#https://news.example/uploads/0123456789abcdef/x.txt"])
    assert (kept.exists(), lines.exists(), other.exists()) == (True, True, False)
    prune_copies(folder, [])
    assert list((folder / "uploads").iterdir()) == []


def test_only_copies_of_this_library_are_removed(tmp_path: Path) -> None:
    mine, foreign = keep_copy(tmp_path / "mine", "a.txt", TEXT), keep_copy(tmp_path / "foreign", "a.txt", TEXT)
    root = origin_of_uploads(tmp_path / "mine")
    (tmp_path / "mine" / "library.sqlite").write_bytes(b"")
    tricks = (str(foreign), f"{root}/../library.sqlite", f"{root}", f"{root}/", f"{root}/{mine.parent.name}", "")
    remove_copies(tmp_path / "mine", tricks)
    assert mine.exists()
    assert foreign.exists()
    assert (tmp_path / "mine" / "library.sqlite").exists()
    remove_copies(tmp_path / "mine", [str(mine)])
    assert not mine.exists()


def test_a_library_reached_by_a_link_keeps_its_copies_in_one_place(tmp_path: Path) -> None:
    with Library.write(tmp_path / "library", FakeEmbedder()) as library:
        library.add([keep_copy(library.folder, "flood.txt", TEXT)])
    (tmp_path / "link").symlink_to(tmp_path / "library")
    with Library.write(tmp_path / "link", FakeEmbedder()) as library:
        library.tidy_uploads()
        (row,) = library.rows()
        assert Path(row.origin).read_bytes() == TEXT
        library.remove(row.id)
    assert list((tmp_path / "library" / "uploads").iterdir()) == []


def test_the_text_is_gone_from_a_library_that_was_moved_too(tmp_path: Path) -> None:
    with Library.write(tmp_path / "library", FakeEmbedder()) as library:
        library.add([keep_copy(library.folder, "flood.txt", TEXT)])
    (tmp_path / "library").rename(tmp_path / "moved")
    with Library.write(tmp_path / "moved", FakeEmbedder()) as library:
        library.remove(library.rows()[0].id)
    assert b"four metres" not in b"".join(
        path.read_bytes() for path in (tmp_path / "moved").rglob("*") if path.is_file()
    )
