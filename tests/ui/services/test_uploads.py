"""What strangers upload: files with names that are tricks, and archives that are bombs."""

import io
import os
import struct
import unicodedata
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.errors import LibraryLocked
from dateline.index.ingest import Added, AddReport, Progress
from dateline.index.library import Library
from dateline.index.reading import Skipped
from dateline.rag.settings import Settings
from dateline.ui.errors import UploadError
from dateline.ui.services import uploads
from dateline.ui.services.filenames import safe_name, shown_name
from dateline.ui.services.uploads import MAX_FILES, Upload, upload
from dateline.ui.services.zip_uploads import MAX_MEMBERS, Member, unpack

VOTE = b"Harwick votes\n\nMayor Ida Brandt won the vote with 54 per cent. She takes office in May.\n"
FLOOD = b"Flood in Harwick\n\nThe river Lenn rose four metres on Monday. Two bridges are closed.\n"
ODD = (
    "../../etc/cron.txt", "a\nb.txt", "<img src=x onerror=alert(1)>.txt", "evil\u202etxt.exe.txt", "x" * 5_000 + ".txt",
    "C:\\Users\\me\\news.txt", "\ud800.txt", "\x00.txt", ".txt", "#frag#ment.txt", "  .txt  ",
)  # fmt: skip
NO_NAMES = ("", "..", "/", "../", "a" * 300)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(library=tmp_path / "library")


def _given(folder: Path, *files: tuple[str, bytes]) -> list[Upload]:
    """As a server hands files over: under paths of its own, with the names that a browser gave."""
    folder.mkdir(exist_ok=True)
    uploads = []
    for number, (name, raw) in enumerate(files):
        path = folder / f"blob-{number}"
        path.write_bytes(raw)
        uploads.append(Upload(path=path, name=name))
    return uploads


def _upload(settings: Settings, *files: tuple[str, bytes]) -> AddReport:
    return upload(settings, _given(settings.library.parent / "given", *files))


def _zip(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, raw in members:
            archive.writestr(name, raw)
    return stream.getvalue()


def _copies(settings: Settings) -> list[str]:
    return sorted(path.name for path in (settings.library / "uploads").glob("*/*"))


def _everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def _titles(settings: Settings) -> set[str | None]:
    with Library.open(settings.library) as library:
        return {row.title for row in library.rows()}


def test_what_is_uploaded_is_added_and_its_origin_lies_in_the_library(settings: Settings) -> None:
    received = _upload(settings, ("vote.txt", VOTE))
    assert (received.added, received.replaced, received.known, received.skipped) == (1, 0, 0, ())
    with Library.open(settings.library) as library:
        (row,) = library.rows()
    assert Path(row.origin).read_bytes() == VOTE
    assert Path(row.origin).is_relative_to(settings.library / "uploads")
    assert Path(row.origin).name == "vote.txt"


def test_the_same_file_again_is_known_and_lies_there_once(settings: Settings) -> None:
    _upload(settings, ("vote.txt", VOTE))
    assert _upload(settings, ("vote.txt", VOTE), ("vote.txt", VOTE)).known == 1
    assert _copies(settings) == ["vote.txt"]
    assert _upload(settings, ("other.txt", VOTE)).known == 1
    assert _titles(settings) == {"Harwick votes"}


def test_a_removed_article_is_gone_from_the_copies_too(settings: Settings) -> None:
    _upload(settings, ("vote.txt", VOTE), ("again.txt", VOTE), ("flood.txt", FLOOD))
    with Library.write(settings.library) as library:
        library.remove(library.rows("votes")[0].id)
    assert b"Ida Brandt" not in _everything(settings.library)
    assert _copies(settings) == ["flood.txt"]
    assert _upload(settings, ("vote.txt", VOTE)).added == 1


def test_one_article_of_a_file_of_many_is_gone_too_and_the_others_stay(settings: Settings) -> None:
    lines = b'{"text": "The mayor is Ida Brandt of Harwick."}\n{"text": "The river rose four metres on Monday."}\n'
    assert _upload(settings, ("news.jsonl", lines)).added == 2
    with Library.write(settings.library) as library:
        library.remove(next(one.id for one in library.articles() if "Brandt" in one.text))
        assert [one.text for one in library.articles()] == ["The river rose four metres on Monday."]
    assert b"Ida Brandt" not in _everything(settings.library)
    assert _upload(settings, ("news.jsonl", lines)).added == 1


def test_a_removal_leaves_the_files_of_the_person_alone(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "vote.txt").write_bytes(VOTE)
    with Library.write(settings.library) as library:
        library.add([tmp_path / "vote.txt"])
    _upload(settings, ("vote.txt", VOTE))
    with Library.write(settings.library) as library:
        library.remove(library.rows()[0].id)
    assert (tmp_path / "vote.txt").read_bytes() == VOTE
    assert _copies(settings) == []


@pytest.mark.threat(10)
@pytest.mark.parametrize("name", ODD)
def test_a_name_that_is_a_trick_is_a_plain_file_in_its_place(settings: Settings, tmp_path: Path, name: str) -> None:
    assert _upload(settings, (name, VOTE)).added == 1
    assert {path.name for path in tmp_path.rglob("*") if not path.is_relative_to(settings.library)} == {
        "given",
        "blob-0",
    }
    (path,) = (settings.library / "uploads").glob("*/*")
    assert path.read_bytes() == VOTE


@pytest.mark.parametrize("name", NO_NAMES)
def test_what_has_no_name_of_a_kind_that_is_read_is_refused(settings: Settings, name: str) -> None:
    received = _upload(settings, (name, VOTE))
    assert (received.added, len(received.skipped)) == (0, 1)
    assert received.skipped[0].origin
    assert _copies(settings) == []


@given(name=st.one_of(st.text(), st.sampled_from((*ODD, *NO_NAMES)), st.none(), st.integers()))
def test_any_name_becomes_one_that_every_disk_takes_and_one_that_can_be_shown(name: object) -> None:
    safe = safe_name(name)
    assert safe
    assert safe not in (".", "..")
    assert len(safe.encode()) <= 255
    assert not set(safe) & set('/\\:*?"<>|#\x00\n')
    assert not safe.startswith(".")
    shown = shown_name(name)
    assert 0 < len(shown) < 2_000
    assert all(unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in shown)


def test_a_name_keeps_its_letters_and_its_kind() -> None:
    assert safe_name("Größe der Brücke (2024).TXT") == "Größe der Brücke (2024).txt"
    assert safe_name("a/b\\c.Md") == "c.md"


def test_each_refused_file_is_named_with_its_reason_and_its_copy_is_gone(settings: Settings) -> None:
    received = _upload(
        settings, ("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(99)), ("empty.txt", b" "), ("program.exe", b"MZ"),
        ("big.txt", b"a" * 20_000_001), ("vote.txt", VOTE), ("<b>\u202e.txt", b"\x00\x01\x02" * 99),
    )  # fmt: skip
    assert received.added == 1
    reasons = {one.origin: one.reason for one in received.skipped}
    assert reasons.keys() == {"picture.txt", "empty.txt", "program.exe", "big.txt", "<b>\\u202e.txt"}
    assert "png" in reasons["picture.txt"]
    assert reasons["empty.txt"] == "an empty file"
    assert "'.exe' are not read" in reasons["program.exe"]
    assert "larger than 20 MB" in reasons["big.txt"]
    assert _copies(settings) == ["vote.txt"]


def test_a_file_that_is_gone_or_is_no_file_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_bytes(VOTE)
    (tmp_path / "link").symlink_to(tmp_path / "secret.txt")
    os.mkfifo(tmp_path / "pipe")
    paths = (tmp_path / "link", tmp_path / "pipe", tmp_path / "missing", tmp_path, Path("a\x00b"))
    received = upload(settings, [Upload(path=path, name="news.txt") for path in paths])
    assert (received.added, len(received.skipped)) == (0, 5)
    assert _copies(settings) == []


def test_too_much_at_a_time_is_refused_before_anything_is_done(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(UploadError, match="nothing was uploaded"):
        upload(settings, [])
    (one,) = _given(tmp_path / "given", ("vote.txt", VOTE))
    with pytest.raises(UploadError, match="201 files are more than 200"):
        upload(settings, [one] * (MAX_FILES + 1))
    with one.path.open("wb") as stream:
        stream.truncate(150_000_000)  # sparse
    with pytest.raises(UploadError, match=r"300\.0 MB are more than 200 MB"):
        upload(settings, [one, replace(one, name="other.txt")])
    assert not settings.library.exists()


def test_a_library_that_is_being_written_is_told_and_nothing_is_kept(settings: Settings, tmp_path: Path) -> None:
    uploads = _given(tmp_path / "given", ("vote.txt", VOTE))
    with Library.write(settings.library), pytest.raises(LibraryLocked):
        upload(settings, uploads)
    assert _copies(settings) == []


def test_a_place_that_can_not_be_written_to_is_told(settings: Settings) -> None:
    _upload(settings, ("vote.txt", VOTE))
    with Library.write(settings.library) as library:
        library.remove(library.rows()[0].id)
    (settings.library / "uploads").rmdir()
    (settings.library / "uploads").write_text("no folder", "utf-8")
    with pytest.raises(UploadError, match="can't keep what was uploaded: not a directory"):
        _upload(settings, ("vote.txt", VOTE))


def test_what_a_crash_left_behind_is_removed_by_the_next_upload(settings: Settings) -> None:
    _upload(settings, ("vote.txt", VOTE))
    left = settings.library / "uploads" / ("ab" * 8)
    left.mkdir()
    (left / "half.txt").write_bytes(FLOOD)
    _upload(settings, ("vote.txt", VOTE))
    assert _copies(settings) == ["vote.txt"]
    assert not left.exists()


def test_the_watch_sees_what_is_added_and_what_is_refused_by_the_name_given(settings: Settings, tmp_path: Path) -> None:
    events: list[Added | Skipped | Progress] = []
    upload(settings, _given(tmp_path / "given", ("vote.txt", VOTE), ("x.txt", b"")), events.append)
    assert [one.state for one in events if isinstance(one, Added)] == ["added"]
    assert [one.origin for one in events if isinstance(one, Skipped)] == ["x.txt"]
    assert any(isinstance(one, Progress) for one in events)


@pytest.mark.threat(10)
def test_an_archive_is_unpacked_and_each_member_that_is_not_taken_is_named(settings: Settings, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    inner = _zip(("vote.txt", VOTE))
    packed = _zip(
        ("folder/", b""), ("folder/vote.txt", VOTE), ("flood.txt", FLOOD), ("../up.txt", VOTE), ("a/../../b.txt", VOTE),
        ("/etc/abs.txt", VOTE), ("C:\\win.txt", VOTE), ("..\\win.txt", VOTE), (link, b"/etc/passwd"),
        ("inner.zip", inner), ("run.exe", b"MZ"), ("zeros.txt", bytes(19_000_000)), ("__MACOSX/._vote.txt", b"x"),
        (".DS_Store", b"x"), ("huge.txt", bytes(20_000_001)), ("evil\u202e<b>\n.txt", FLOOD + b"2"),
    )  # fmt: skip
    received = _upload(settings, ("news.ZIP", packed))
    assert (received.added, _titles(settings)) == (3, {"Harwick votes", "Flood in Harwick"})
    reasons = {one.origin: one.reason for one in received.skipped}
    out = "its path leads out of the archive"
    expected = {
        "../up.txt": out, "a/../../b.txt": out, "/etc/abs.txt": out, "C:\\win.txt": out, "..\\win.txt": out,
        "link.txt": "a link: not followed", "inner.zip": "an archive within an archive: unpack it first",
        "zeros.txt": "packed more than 100 times, as no text is", "huge.txt": "larger than 20 MB, the limit; split it",
    }  # fmt: skip
    assert {name: reasons[f"news.ZIP/{name}"] for name in expected} == expected
    assert reasons.keys() - {f"news.ZIP/{name}" for name in expected} == {"news.ZIP/run.exe"}
    assert not (tmp_path / "up.txt").exists()
    assert len(_copies(settings)) == 3


def _unpacked(packed: bytes, room: int = 1_000_000) -> tuple[list[str], list[str]]:
    items = list(unpack(io.BytesIO(packed), "a.zip", room))
    return [one.name for one in items if isinstance(one, Member)], [
        one.reason for one in items if isinstance(one, Skipped)
    ]


def test_an_archive_that_unpacks_to_more_than_there_is_room_for_is_cut_there() -> None:
    texts = [(f"{number}.txt", os.urandom(300)) for number in range(5)]
    names, reasons = _unpacked(_zip(*texts), room=1_000)
    assert (names, len(reasons)) == (["0.txt", "1.txt", "2.txt"], 2)
    assert "200 MB unpacked" in reasons[0]


def test_an_archive_of_too_many_members_is_refused_whole(tmp_path: Path) -> None:
    packed = _zip(*((f"{number}.txt", b"a") for number in range(MAX_MEMBERS + 1)))
    assert _unpacked(packed) == ([], ["more than 2,000 members, the limit; split it"])
    at = packed.rindex(b"PK\x05\x06")
    lie = packed[: at + 8] + struct.pack("<HH", 1, 1) + packed[at + 12 :]
    assert _unpacked(lie) == ([], ["more than 2,000 members, the limit; split it"])


def test_an_encrypted_a_damaged_and_an_unusually_packed_member_is_refused() -> None:
    packed = bytearray(_zip(("vote.txt", VOTE)))
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    assert _unpacked(bytes(packed)) == ([], ["encrypted"])
    packed = bytearray(_zip(("vote.txt", VOTE), method=zipfile.ZIP_STORED))
    packed[packed.index(b"Brandt")] ^= 1
    assert _unpacked(bytes(packed)) == ([], ["damaged in the archive"])
    packed = _zip(("vote.txt", VOTE), method=zipfile.ZIP_BZIP2)
    assert _unpacked(packed) == ([], ["packed in a way that is not read; pack it by deflate"])


def test_a_member_that_says_it_is_shorter_than_it_is_is_not_read_on() -> None:
    packed = bytearray(_zip(("zeros.txt", bytes(50_000_000))))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = packed.index(mark) + at
        packed[start : start + 4] = struct.pack("<L", 1_000)
    assert _unpacked(bytes(packed)) == ([], ["damaged in the archive"])


@given(st.binary(max_size=300), st.integers(0, 400), st.binary(max_size=8))
def test_rubbish_for_an_archive_is_refused_and_never_an_unforeseen_error(raw: bytes, at: int, patch: bytes) -> None:
    good = _zip(("vote.txt", VOTE), ("flood.txt", FLOOD))
    for packed in (raw, good[:at], good[:at] + patch + good[at + len(patch) :]):
        names, reasons = _unpacked(packed)
        assert names or reasons or len(packed) >= len(good)


@pytest.mark.threat(57)
def test_many_small_bombs_are_one() -> None:
    members = [(f"{number}.txt", bytes([97 + number % 26]) * 900_000) for number in range(30)]
    found = list(unpack(io.BytesIO(_zip(*members)), "bombs.zip"))
    assert len([one for one in found if isinstance(one, Member)]) == 1
    assert {one.reason for one in found if isinstance(one, Skipped)} == {"packed more than 100 times, as no text is"}


@pytest.mark.threat(57)
def test_members_that_lie_over_each_other_are_refused() -> None:
    raw = bytearray(_zip(("a.txt", VOTE * 50), ("b.txt", FLOOD * 50)))
    second = raw.rindex(b"PK\x01\x02")
    raw[second + 42 : second + 46] = struct.pack("<L", 10)  # begins within the first
    (refused,) = unpack(io.BytesIO(bytes(raw)), "over.zip")
    assert isinstance(refused, Skipped)
    assert refused.reason == "its members lie over each other, or are not there"


@pytest.mark.threat(57)
def test_an_upload_can_be_stopped_and_what_was_added_stays(settings: Settings, tmp_path: Path) -> None:
    files = [(f"{n}.txt", f"Report {n} of the harbour says that {n} boats came in.".encode()) for n in range(600)]
    archive = _zip(*files)
    seen: list[object] = []
    received = upload(
        settings, _given(tmp_path / "given", ("all.zip", archive)), seen.append,
        lambda: any(isinstance(one, Added) for one in seen),
    )  # fmt: skip
    assert 0 < received.added < 600
    assert [(one.origin, one.reason) for one in received.skipped] == [("the rest", "stopped")]
    with Library.open(settings.library) as library:
        assert library.count_articles() >= received.added


@pytest.mark.threat(57)
def test_an_upload_of_more_text_than_an_hour_takes_is_stopped(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_CHUNKS", 1)
    files = [(f"{n}.txt", f"Report {n} of the harbour says that {n} boats came in.".encode()) for n in range(600)]
    received = upload(settings, _given(tmp_path / "given", ("all.zip", _zip(*files))))
    assert received.added < 600
    assert "the limit of an upload; add the rest with 'dateline add'" in received.skipped[-1].reason
