"""Zip archives of strangers: unpacked in memory, member by member, within limits; nothing is written here.

Each member that is not taken is named with its reason. Hidden files and folders are passed over in silence, as in
a folder of articles.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from dateline.index.reading import MAX_BYTES, Skipped
from dateline.index.reading.files import SUFFIXES, other_kind
from dateline.index.reading.inputs import TOO_LARGE
from dateline.ui.services.filenames import shown_name

MAX_MEMBERS = 2_000
MAX_UNPACKED = 200_000_000
"""Bytes, of all archives that are uploaded at a time."""
_MAX_RATIO = 100  # news packs 2 to 10 times
_SMALL = 1_000_000  # bytes that may pack as well as they like
_TOO_MANY = f"more than {MAX_MEMBERS:,} members, the limit; split it"
_TIGHT = f"packed more than {_MAX_RATIO} times, as no text is"
_OVERLAP = "its members lie over each other, or are not there"
_LOCAL_HEADER = 30  # bytes, at least, before what a member holds
_NO_ROOM = f"beyond {MAX_UNPACKED // 1_000_000} MB unpacked, the limit; upload the rest by itself"
_END, _END_BYTES = b"PK\x05\x06", 22
_LONG_END, _LONG_END_BYTES = b"PK\x06\x07", 20  # of archives that may have more than 65,535 members
_TAIL_BYTES = _LONG_END_BYTES + _END_BYTES + (1 << 16)  # the end may be followed by a comment
_LONG_ENTRY = 1_000  # bytes of an entry in the list: 46 and its name
_ARCHIVES = (".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar")
_DRIVE = re.compile("[A-Za-z]:")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # Python unpacks the others without a limit
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file out of an archive."""

    name: str
    """As it is called in the archive."""
    shown: str
    """The archive and the member, for a person to read."""
    raw: bytes


def unpack(packed: BinaryIO, shown: str, room: int = MAX_UNPACKED) -> Iterator[Member | Skipped]:
    """The members of an archive that may be articles, and why others are not taken; never raises for what is in it.

    Args:
        packed: the archive.
        shown: what it is called, for a person to read.
        room: bytes that may be unpacked.
    """
    try:
        if _count_members(packed) > MAX_MEMBERS:
            yield _refused(shown, _TOO_MANY)
            return
        with zipfile.ZipFile(packed) as archive:
            yield from _members(archive, shown, room)
    except _BROKEN:
        yield _refused(shown, "no zip archive that can be read")


def _count_members(packed: BinaryIO) -> int:
    """As the archive's own end has it, before its list of members is read, which may be millions.

    Raises:
        ValueError: it has no end.
    """
    packed.seek(-min(packed.seek(0, io.SEEK_END), _TAIL_BYTES), io.SEEK_END)
    tail = packed.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_BYTES:
        raise ValueError("no end of an archive")
    if tail[max(0, at - _LONG_END_BYTES) : at].startswith(_LONG_END):
        return MAX_MEMBERS + 1
    count, list_bytes = struct.unpack("<HL", tail[at + 10 : at + 16])
    return max(int(count), int(list_bytes) // _LONG_ENTRY)  # the count may be a lie


def _members(archive: zipfile.ZipFile, shown: str, room: int) -> Iterator[Member | Skipped]:
    listed = archive.infolist()
    if len(listed) > MAX_MEMBERS:
        yield _refused(shown, _TOO_MANY)
        return
    if _overlap(archive, listed):
        yield _refused(shown, _OVERLAP)
        return
    packed = unpacked = 0  # of what was taken, this member included: many small bombs are one
    for info in listed:
        name = shown_name(f"{shown}/{info.filename}")
        if not info.filename or info.is_dir() or _is_hidden(info.filename):
            continue
        tight = unpacked + info.file_size > _SMALL + _MAX_RATIO * (packed + info.compress_size)
        reason = _reason(info) or (_TIGHT if tight else _NO_ROOM if info.file_size > room else None)
        if reason:
            yield _refused(name, reason)
            continue
        room -= info.file_size
        packed, unpacked = packed + info.compress_size, unpacked + info.file_size
        try:
            with archive.open(info) as stream:
                raw = stream.read(info.file_size + 1)
        except _BROKEN:
            yield _refused(name, "damaged in the archive")
        else:
            yield Member(name=info.filename, shown=name, raw=raw)


def _overlap(archive: zipfile.ZipFile, listed: list[zipfile.ZipInfo]) -> bool:
    """Whether two members share bytes, or one says that it has more than the archive holds."""
    end = archive.start_dir
    for info in sorted(listed, key=lambda one: one.header_offset, reverse=True):
        if info.header_offset + _LOCAL_HEADER + info.compress_size > end:
            return True
        end = info.header_offset
    return False


def _path(name: str) -> PurePosixPath:
    return PurePosixPath(name.replace("\\", "/"))


def _is_hidden(name: str) -> bool:
    parts = _path(name).parts
    return "__MACOSX" in parts or any(part.startswith(".") and part != ".." for part in parts)


def _reason(info: zipfile.ZipInfo) -> str | None:
    """Why a member is not taken, in words; None where it is."""
    path, size = _path(info.filename), info.file_size
    suffix = path.suffix.lower()
    leads_out = path.is_absolute() or ".." in path.parts or bool(_DRIVE.match(info.filename))
    refusals = {
        "its path leads out of the archive": leads_out,
        "a link: not followed": stat.S_ISLNK(info.external_attr >> 16),
        "encrypted": bool(info.flag_bits & 0x1),
        "an archive within an archive: unpack it first": suffix in _ARCHIVES,
        other_kind(suffix[:20]): suffix not in SUFFIXES,
        TOO_LARGE: size > MAX_BYTES,
        "packed in a way that is not read; pack it by deflate": info.compress_type not in _METHODS,
    }
    return next((reason for reason, applies in refusals.items() if applies), None)


def _refused(shown: str, reason: str) -> Skipped:
    return Skipped(origin=shown, reason=reason, refused=True)
