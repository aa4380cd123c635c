"""Whatever happens to a file of a library is named in a line, and mended without embedding where the record is whole.

``python -m tests.harness.damage`` does all of it, and mends after each; here what takes seconds is done for some.
"""

import os
import random
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from dateline.index.errors import LibraryDamaged, LibraryError, NoLibrary
from dateline.index.library import Library
from dateline.index.maintenance.doctor import examine, repair_library
from dateline.index.storage.lock import holder
from tests.harness.damage import (
    DAMAGES,
    Damage,
    RefusingEmbedder,
    blow_up,
    content,
    empty,
    files_of,
    flip,
    halve,
    killed_library,
    lose,
    replace_by_folder,
    write_articles,
)
from tests.harness.fakes import FakeEmbedder
from tests.ui.commands import run

pytestmark = pytest.mark.slow

GRAPH = ("data_level0.bin", "header.bin", "index_metadata.pickle", "length.bin", "link_lists.bin")
every_damage = pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.__name__)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with a Chroma index, its writer killed; its last article stands in the log alone."""
    folder = tmp_path_factory.mktemp("damage")
    return killed_library(folder, write_articles(folder / "files", 30))


@pytest.fixture(scope="module")
def whole(killed: Path) -> list[object]:
    return content(killed.with_name("library"))


@pytest.fixture
def library(killed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(killed, tmp_path / "library"))


@pytest.fixture
def closed(killed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(killed.with_name("library"), tmp_path / "library"))


def file_called(library: Path, name: str) -> Path:
    return next(library / file for file in files_of(library) if Path(file).name == name)


def test_these_are_all_the_files_of_a_library(library: Path) -> None:
    record = ("library.sqlite", "library.sqlite-wal", "library.sqlite-shm", "unmerged", "writer.lock", "writer.json")
    index = ("MANIFEST.json", "chroma.sqlite3", *GRAPH)
    assert sorted(Path(file).name for file in files_of(library)) == sorted((*record, *index))


@every_damage
@pytest.mark.parametrize("name", ["MANIFEST.json", *GRAPH])
def test_damage_of_the_vector_index_is_named_without_opening_it(library: Path, name: str, damage: Damage) -> None:
    damage(file_called(library, name))
    found = examine(library, RefusingEmbedder())
    assert [one for one in found if not one.startswith("the vector index is damaged: ")] == []
    assert found


@pytest.mark.parametrize("damage", [empty, halve, lose, blow_up, replace_by_folder], ids=lambda one: one.__name__)
def test_damage_of_chromas_database_is_named_without_opening_it(library: Path, damage: Damage) -> None:
    damage(file_called(library, "chroma.sqlite3"))
    (problem,) = examine(library, RefusingEmbedder())
    assert "chroma.sqlite3" in problem


@pytest.mark.parametrize(
    ("name", "damage"),
    [("MANIFEST.json", replace_by_folder), ("chroma.sqlite3", flip)],
)
def test_a_damaged_vector_index_is_mended_without_embedding_anything(
    library: Path, whole: list[object], name: str, damage: Damage
) -> None:
    damage(file_called(library, name))
    assert repair_library(library, RefusingEmbedder()) == []
    assert content(library) == whole


@every_damage
@pytest.mark.parametrize("name", ["unmerged", "writer.json", "library.sqlite-shm", "writer.lock"])
def test_what_serves_only_the_moment_may_be_damaged(
    library: Path, whole: list[object], name: str, damage: Damage
) -> None:
    """The lock is held by the system, not by what stands in its file; SQLite makes its shared memory anew."""
    damage(file_called(library, name))
    if damage is replace_by_folder and name != "writer.json":
        with pytest.raises(LibraryError, match=rf"{name}.* is a folder.*; move it away"):
            examine(library, RefusingEmbedder())
    else:
        assert examine(library, RefusingEmbedder()) == []
        assert content(library) == whole
        holder(library)


@pytest.mark.parametrize("damage", [empty, halve, flip, lose], ids=lambda one: one.__name__)
def test_a_lost_log_takes_along_only_what_a_reader_kept_in_it_and_is_named(
    closed: Path, killed: Path, whole: list[object], damage: Damage, caplog: pytest.LogCaptureFixture
) -> None:
    """Where nobody is reading, the log is merged and empty before anything is acknowledged."""
    with Library.write(closed, FakeEmbedder()) as opened:
        opened.remove(next(opened.articles()).id)
        assert not (closed / "library.sqlite-wal").stat().st_size
    kept = Path(shutil.copytree(killed, closed.with_name("kept")))
    damage(kept / "library.sqlite-wal")
    lost = "the log of the record was lost, and with it the last changes; add the articles that are missing again"
    assert examine(kept, RefusingEmbedder()) == [f"{lost} after --repair"]
    assert len([one for one in whole if one not in content(kept)]) == 1
    with caplog.at_level("WARNING"), Library.write(kept, FakeEmbedder()):
        assert lost in caplog.text
    assert repair_library(kept, RefusingEmbedder()) == []


def test_a_hole_at_the_end_of_record_and_log_is_harmless(library: Path, whole: list[object]) -> None:
    """SQLite reads as many pages as the record says it has, and the log as far as its checksums hold."""
    blow_up(library / "library.sqlite")
    blow_up(library / "library.sqlite-wal")
    assert examine(library, RefusingEmbedder()) == []
    assert content(library) == whole


@pytest.mark.parametrize(
    ("damage", "error", "words"),
    [
        (empty, LibraryDamaged, "is empty; restore it"),
        (lose, NoLibrary, "'library.sqlite' is missing"),
        (replace_by_folder, LibraryDamaged, "is a folder, not a file of the record; move it away"),
    ],
)
def test_a_record_that_is_gone_is_said_to_be(closed: Path, damage: Damage, error: type[Exception], words: str) -> None:
    damage(closed / "library.sqlite")
    for look in (examine, repair_library):
        with pytest.raises(error, match=words):
            look(closed, FakeEmbedder())


@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_record_says_which_articles_are_lost_and_keeps_the_others(
    closed: Path, whole: list[object], seed: int
) -> None:
    damage_record(closed / "library.sqlite", random.Random(seed))
    try:
        found = examine(closed, FakeEmbedder())
        left = repair_library(closed, FakeEmbedder()) if found else []
    except LibraryDamaged as error:
        assert re.search("restore it from a copy|no article of the record can be read", str(error))
        return
    assert left == []
    articles = [article for article, _ in whole]
    after = [article for article, _ in content(closed)]
    assert [one for one in after if one not in articles] == []
    lost = [one for one in articles if one not in after]
    assert not lost or (closed / "library.sqlite.damaged").exists()
    unnamed = [one for one in lost if one.origins[0].name not in " ".join(found)]
    assert len(unnamed) <= sum(int(count) for count in re.findall(r"lost: (\d+) articles", " ".join(found)))


def damage_record(path: Path, chance: random.Random) -> None:
    """A bit, twenty bits, a page of zeros, or an end that is missing."""
    content = bytearray(path.read_bytes())
    way = chance.choice(["bit", "bits", "page", "end"])
    for _ in range({"bit": 1, "bits": 20}.get(way, 0)):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    page = 4096 * chance.randrange(1, len(content) // 4096)
    if way == "page":
        content[page : page + 4096] = bytes(4096)
    path.write_bytes(content[: -page // 8] if way == "end" else content)


def test_a_title_a_span_or_an_origin_that_was_altered_is_found_by_its_checksum(closed: Path) -> None:
    connection = sqlite3.connect(closed / "library.sqlite")
    connection.execute("UPDATE articles SET title = 'Barge kestrel7 swam' WHERE title = 'Barge kestrel7 sank'")
    connection.execute("UPDATE origins SET encoding = 'latin-1' WHERE name LIKE '%/008.txt'")
    connection.execute(
        "UPDATE chunks SET sentences = replace(sentences, '1', '2') WHERE id = (SELECT max(id) FROM chunks)"
    )
    connection.commit()
    connection.close()
    found = examine(closed, FakeEmbedder())
    assert sum("007.txt" in one or "008.txt" in one for one in found) == 2
    assert sum("chunks or vectors are damaged" in one for one in found) == 1


@pytest.mark.threat(27)
def test_an_older_record_put_back_is_not_searched_by_the_index_of_the_newer(tmp_path: Path) -> None:
    """Chunk numbers are used twice then: the index would find other texts under them."""
    articles, library = write_articles(tmp_path / "files", 9), tmp_path / "library"
    for first in (0, 3):
        with Library.write(library, FakeEmbedder()) as opened:
            opened.add(articles[first : first + 3])
        shutil.copyfile(library / "library.sqlite", tmp_path / f"{first}.sqlite")
    shutil.copyfile(tmp_path / "0.sqlite", library / "library.sqlite")
    with Library.open(library, FakeEmbedder()) as opened:
        assert opened.search("kestrel1")[0].origin == str(articles[1])
        assert opened.engine() == "exact comparison of every chunk; its folder is missing"
    left, fault = examine(library, RefusingEmbedder())
    assert left.endswith("is left of a build that was cut off")
    assert fault == "the vector index is damaged: its folder is missing"
    with Library.write(library, FakeEmbedder()) as opened:
        opened.add(articles[6:])
        assert opened.search("kestrel7")[0].origin == str(articles[7])


# A disk that is full, a folder that may not be written


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(disk)]
    with suppress(OSError):
        if not subprocess.run(mount, capture_output=True, check=False).returncode:
            yield disk
            subprocess.run(["umount", "--lazy", str(disk)], check=True)
            return
    pytest.skip("mounting a small disk is not allowed here")


@pytest.mark.threat(45)
def test_a_full_disk_ends_an_addition_with_a_line_and_everything_before_is_kept(
    small_disk: Path, tmp_path: Path
) -> None:
    library, articles = small_disk / "library", write_articles(tmp_path / "files", 200)
    with Library.write(library, FakeEmbedder()) as opened:
        opened.add(articles[:40])
        before = content(library)
        with pytest.raises(LibraryError, match="full; free some space"):
            opened.add(articles)
    assert [one for one in before if one not in content(library)] == []
    assert [one for one in examine(library, FakeEmbedder()) if "vector index" not in one] == []  # no room for one
    with Library.write(library, FakeEmbedder()) as opened:
        opened.remove(str(articles[0]))  # a full disk still lets go of something
        assert opened.count_articles() >= 39


@pytest.mark.threat(45)
@pytest.mark.parametrize("left", [20_000, 60_000, 150_000])
def test_on_a_full_disk_a_removal_is_told_as_done_where_it_holds_and_only_there(
    small_disk: Path, tmp_path: Path, left: int
) -> None:
    articles, held = write_articles(tmp_path / "files", 20), 20
    with Library.write(small_disk / "library", FakeEmbedder()) as opened:
        opened.add(articles)
        for path in articles[:5]:
            (small_disk / "fill").unlink(missing_ok=True)
            room = os.statvfs(small_disk)
            (small_disk / "fill").write_bytes(bytes(max(0, room.f_bavail * room.f_frsize - left)))
            with suppress(LibraryError):
                opened.remove(str(path))
                held -= 1
            assert opened.count_articles() == held


def test_a_full_disk_leaves_the_library_without_a_vector_index_and_searched_exactly(
    small_disk: Path, tmp_path: Path
) -> None:
    articles = write_articles(tmp_path / "files", 40)
    with Library.write(small_disk / "library", FakeEmbedder()) as opened:
        opened.add(articles)
        assert opened.count_articles() == 40
        assert opened.search("kestrel7")[0].origin == str(articles[7])


@pytest.mark.threat(45)
def test_a_read_only_disk_is_read_and_refused_for_writing(small_disk: Path, tmp_path: Path) -> None:
    library = small_disk / "library"
    with Library.write(library, FakeEmbedder()) as opened:
        opened.add(write_articles(tmp_path / "files", 5))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert read_and_refused(library) == "5 passages; can't write in library"


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_folder_of_another_owner_is_read_and_refused_for_writing(tmp_path: Path) -> None:
    if os.geteuid():
        pytest.skip("only root can become another user")
    with tempfile.TemporaryDirectory() as public:  # no folder above it is closed to others
        library = Path(public) / "library"
        with Library.write(library, FakeEmbedder()) as opened:
            opened.add(write_articles(tmp_path / "files", 5))
        for path, mode in ((public, 0o755), (library, 0o755), (library / "library.sqlite", 0o644)):
            os.chmod(path, mode)  # a library is made for its owner alone
        before, (reading, writing) = content(library), os.pipe()
        child = os.fork()
        if not child:
            os.setuid(65534)
            os.write(writing, read_and_refused(library).encode())
            os._exit(0)
        os.waitpid(child, 0)
        assert os.read(reading, 999).decode() == "5 passages; can't write in library"
        os.close(reading)
        os.close(writing)
        assert content(library) == before


def read_and_refused(library: Path) -> str:
    with Library.open(library, FakeEmbedder()) as opened:
        found = len({one.article_id for one in opened.search("kestrel", k=50)})
    try:
        Library.write(library, FakeEmbedder()).close()
    except LibraryError as error:
        return f"{found} passages; {str(error).split(repr(str(library)))[0].strip()}"
    return f"{found} passages; not refused"


# As a person is told it


def test_the_doctor_names_damage_in_a_line_and_exits_with_1_until_it_is_mended(tmp_path: Path) -> None:
    (tmp_path / "flood.txt").write_text("The river Lenn rose four metres on Monday. Two bridges are closed.", "utf-8")
    library = tmp_path / "library"
    with Library.write(library) as opened:
        opened.add([tmp_path / "flood.txt"])
    doctor = ("doctor", "--library", library)
    blow_up(file_called(library, "MANIFEST.json"))
    told = run(*doctor)
    assert (told.returncode, told.stderr) == (1, "")
    assert told.stdout.splitlines() == [
        "the vector index is damaged: its manifest is missing or altered",
        "searched by exact comparison of every chunk; its manifest is missing or altered",
    ]
    assert run(*doctor, "--repair").returncode == 0
    empty(library / "library.sqlite")
    told = run(*doctor)
    assert (told.returncode, told.stdout) == (1, "")
    assert "is empty; restore it from a copy" in told.stderr
    assert "Traceback" not in told.stderr
