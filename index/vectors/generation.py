"""A generation of the vector index on disk, seen from outside: whether it may be opened.

    vectors/9b2f00c4d1e8a37c/         Chroma's files, and MANIFEST.json: what they were when they were whole
    vectors/building-4f2a9c01/        a build that has not ended; rubbish after a crash

A generation is named by the hash of its manifest, and the record notes the name: so nothing in the folder can take the
place of what was built from the record, neither a generation of another day nor an altered manifest. Opening damaged
files can end the interpreter (a truncated graph) or hang it (a sparse file of a terabyte), so what can be told from
names, sizes and checksums is told first. Nothing is changed in a generation once it is built: the checksums of the
graph's files hold for its life. The database has none, as Chroma writes a row to it at every opening
(``acquire_write``): what is compared is which chunks it names, and whether each is found.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import struct
import zlib
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from dateline.index.storage.durability import make_private_folder, sync_file, sync_names
from dateline.index.storage.untrusted import armed_object

DATABASE_NAME = "chroma.sqlite3"
MANIFEST_NAME = "MANIFEST.json"
_HEADER = struct.Struct("<i6Q")  # of hnswlib: version, offset, places, places taken, bytes of each, two offsets
_LENGTH_BYTES = 4
_TIMES_REMOVED = 5
_BUILDING = "building-"
_NAME_DIGITS = 16
_OURS = re.compile(rf"[0-9a-f]{{{_NAME_DIGITS}}}|\d{{6,}}|{_BUILDING}.*|CURRENT")  # also those of an earlier Dateline
_READ_BYTES = 1 << 20
_LONGEST_MANIFEST = 1 << 24  # a damaged one may be a sparse terabyte
_SQLITE_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphFile:
    """A file of the graph."""

    name: str
    """Relative to the generation."""
    bytes: int
    crc32: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a generation was when it was built."""

    dimensions: int
    chunks: int
    """How many it holds."""
    last: int
    """The greatest of their numbers: what is above it in the record was added since."""
    names: int
    """A checksum of the names of its chunks."""
    missed: tuple[int, ...]
    """The numbers of chunks that the graph does not lead to, though it has them; a graph may lose a few."""
    files: tuple[GraphFile, ...]
    build: str
    """Of this build alone."""


def folders_but(folder: Path, name: str | None) -> list[Path]:
    """Builds that were cut off and generations but the one of a name, none of them needed."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _OURS.fullmatch(path.name) and path.name != name)


def remove(path: Path) -> bool:
    """Remove a build or a generation, and tell whether it is gone; what is left over is removed another time.

    Who has it open may write a journal into it while it is removed; who is just opening it makes an empty one.
    """
    if path.is_dir() and not path.is_symlink():
        with suppress(OSError):
            path = path.rename(path.with_name(f"{_BUILDING}{secrets.token_hex(4)}"))
        for _ in range(_TIMES_REMOVED):
            shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
    sync_names(path.parent)
    return not path.exists()


def new_building(folder: Path) -> Path:
    """An empty folder to build the next generation in."""
    if folder.is_file():
        folder.unlink()
    path = folder / f"{_BUILDING}{secrets.token_hex(4)}"
    make_private_folder(path)
    sync_names(folder.parent)
    return path


def promote(building: Path, manifest: Manifest) -> Path:
    """Make a finished build a generation, whole and for good when this returns; its name is to be noted then."""
    content = json.dumps(asdict(manifest)).encode()
    (building / MANIFEST_NAME).write_bytes(content)
    for path in sorted(building.rglob("*")):
        (sync_names if path.is_dir() else sync_file)(path)
    sync_names(building)
    generation = building.with_name(_name_of(content))
    building.rename(generation)
    sync_names(generation.parent)
    return generation


def graph_files(generation: Path) -> tuple[GraphFile, ...]:
    """The files of the graph of a fresh build, closed before."""
    return tuple(
        GraphFile(name=path.relative_to(generation).as_posix(), bytes=path.stat().st_size, crc32=_crc32(path))
        for path in sorted(generation.glob("*/*"))
    )


def blank_unused(building: Path) -> None:
    """Overwrite the places of the graph that no vector took: Chroma writes there what its process had in memory.

    Raises:
        ValueError: the files are of a form that is not known.
    """
    for header in building.glob("*/header.bin"):
        _, _, _, taken, size, *_ = _HEADER.unpack(header.read_bytes()[: _HEADER.size])
        for name, each in (("data_level0.bin", size), ("length.bin", _LENGTH_BYTES)):
            path = header.with_name(name)
            places, rest = divmod(path.stat().st_size, each)
            if rest or taken > places:
                raise ValueError(f"{name!r} is of a form that is not known")
            with path.open("r+b") as file:
                file.seek(taken * each)
                for _ in range(taken, places):
                    file.write(bytes(each))


def read_manifest(generation: Path) -> Manifest | None:
    """The manifest; None where it is not the one that the generation is named by."""
    try:
        with (generation / MANIFEST_NAME).open("rb") as file:
            content = file.read(_LONGEST_MANIFEST)
        if _name_of(content) != generation.name:
            return None
        known = json.loads(content)
        files = tuple(GraphFile(**file) for file in known["files"])
        return Manifest(**{**known, "missed": tuple(known["missed"]), "files": files})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def sign_of_damage(generation: Path, manifest: Manifest | None) -> str | None:
    """What tells, without opening it, that a generation can't be used, in words; None when nothing does."""
    if manifest is None:
        return "its manifest is missing or altered" if generation.is_dir() else "its folder is missing"
    signs = (_sign_in_file(generation, file) for file in manifest.files)
    return (
        next(filter(None, signs), None) or _sign_in_database(generation / DATABASE_NAME) or _sign_in_rights(generation)
    )


def _name_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_NAME_DIGITS]


def _sign_in_file(generation: Path, file: GraphFile) -> str | None:
    path = generation / file.name
    if not path.is_file():
        return f"{file.name!r} is missing"
    if path.stat().st_size != file.bytes:  # before it is read: it may be a sparse terabyte
        return f"{file.name!r} has {path.stat().st_size:,} bytes instead of {file.bytes:,}"
    return f"{file.name!r} was altered" if _crc32(path) != file.crc32 else None


def _sign_in_database(path: Path) -> str | None:
    """SQLite's own header says how long the file is; while a journal lies beside it, the header may be ahead of it."""
    if not path.is_file():
        return f"{path.name!r} is missing"
    with path.open("rb") as file:
        header = file.read(32)
    if len(header) < 32 or not header.startswith(_SQLITE_MAGIC):
        return f"{path.name!r} is not a database"
    page_bytes = int.from_bytes(header[16:18], "big")
    page_bytes = 65536 if page_bytes == 1 else page_bytes  # as the format has it
    expected = page_bytes * int.from_bytes(header[28:32], "big")
    journal = path.with_name(path.name + "-journal")
    if path.stat().st_size != expected and not journal.exists():
        return f"{path.name!r} has {path.stat().st_size:,} bytes instead of {expected:,}"
    return armed_object(path)


def _sign_in_rights(generation: Path) -> str | None:
    if all(os.access(path, os.W_OK) for path in (generation, generation / DATABASE_NAME)):
        return None
    return "its folder can't be written to, and Chroma writes a row wherever it is opened"


def _crc32(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            checksum = zlib.crc32(block, checksum)
    return checksum
