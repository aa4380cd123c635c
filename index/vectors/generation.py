"""A generation of the vector index on disk, seen from outside: which one is current, and whether it may be opened.

    vectors/CURRENT          the name of the current generation
    vectors/000007/          Chroma's files, and SEAL: what they were when they were last whole
    vectors/building-000008.4f2a/  a build that has not ended; rubbish after a crash

Opening damaged files can end the interpreter (a truncated graph) or hang it (a sparse file of a terabyte), so what
can be told from names, sizes and checksums is told first. Nothing is changed in a generation once it is built: what
comes later is searched beside it. So the checksums of the graph's files hold for its life. The database has none, as
Chroma writes a row to it at every opening (``acquire_write``): what is compared is which chunks it names, and whether
each is found.
"""

import json
import re
import secrets
import shutil
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from dateline.index.storage.durability import sync_file, sync_names
from dateline.index.storage.hardening import armed_object

DATABASE_NAME = "chroma.sqlite3"
POINTER_NAME = "CURRENT"
_SEAL_NAME = "SEAL"
_WRITTEN_LAST = "index_metadata.pickle"
_BUILDING = "building-"
_GENERATION = re.compile(r"\d{6,}")
_READ_BYTES = 1 << 20
_LONGEST_NOTE = 1 << 24  # of CURRENT and SEAL: a damaged one may be a sparse terabyte
_SQLITE_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphFile:
    """A file of the graph."""

    name: str
    """Relative to the generation."""
    bytes: int
    crc32: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What a generation was when it was built."""

    dimensions: int
    stamp: str
    """Of this build alone. The record notes it, so that an index of another record, or of a later state of one that
    was put back, is not taken for its own: in it the same chunk numbers may be of other texts."""
    chunks: int
    """A checksum of the numbers of its chunks."""
    missed: tuple[int, ...]
    """Chunks that the graph does not lead to, though it has them; a graph may lose a few."""
    files: tuple[GraphFile, ...]


def current(folder: Path) -> Path | None:
    """The generation that ``CURRENT`` names; None where it names none that is there."""
    try:
        name = _read(folder / POINTER_NAME).strip()
    except (OSError, UnicodeDecodeError):
        return None
    path = folder / name
    return path if _GENERATION.fullmatch(name) and path.is_dir() else None


def leftovers(folder: Path) -> list[Path]:
    """Builds that were cut off and generations that are not current, none of them needed."""
    if not folder.is_dir():
        return []
    named = current(folder)
    ours = (path for path in folder.iterdir() if path.name.startswith(_BUILDING) or _GENERATION.fullmatch(path.name))
    return sorted(path for path in ours if path != named)


def remove(path: Path) -> None:
    """Remove a build or a generation; what can't be removed now is a leftover, removed another time."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def new_building(folder: Path) -> Path:
    """An empty folder to build the next generation in; a child of a killed process may still read in an earlier one."""
    if folder.is_file():
        folder.unlink()
    numbers = [int(path.name) for path in folder.glob("*") if _GENERATION.fullmatch(path.name)]
    path = folder / f"{_BUILDING}{max(numbers, default=0) + 1:06d}.{secrets.token_hex(2)}"
    path.mkdir(parents=True)
    return path


def promote(building: Path) -> Path:
    """Make a finished build the current generation, so that a crash leaves the one or the other, and whole."""
    for path in sorted(building.rglob("*")):
        (sync_names if path.is_dir() else sync_file)(path)
    sync_names(building)
    generation = building.with_name(building.name.removeprefix(_BUILDING).split(".")[0])
    building.rename(generation)
    sync_names(generation.parent)
    _write(generation.parent / POINTER_NAME, generation.name + "\n")
    return generation


def seal(generation: Path, dimensions: int, chunks: int, missed: Sequence[int]) -> Seal:
    """Note what a fresh build is, closed before.

    A graph of a single vector is never written: its files have no metadata beside them and are made anew when opened.

    Args:
        generation: the folder.
        dimensions: of its vectors.
        chunks: the checksum of their numbers.
        missed: those that the graph does not lead to.
    """
    written = [path.parent for path in generation.glob(f"*/{_WRITTEN_LAST}")]
    graph = tuple(
        GraphFile(name=path.relative_to(generation).as_posix(), bytes=path.stat().st_size, crc32=_crc32(path))
        for path in sorted(generation.glob("*/*"))
        if path.parent in written
    )
    new = Seal(dimensions=dimensions, stamp=secrets.token_hex(8), chunks=chunks, missed=tuple(missed), files=graph)
    _write(generation / _SEAL_NAME, json.dumps(asdict(new)))
    return new


def read_seal(generation: Path) -> Seal | None:
    """The seal; None where there is none that can be read."""
    try:
        known = json.loads(_read(generation / _SEAL_NAME))
        files = tuple(GraphFile(**file) for file in known["files"])
        return Seal(**{**known, "missed": tuple(map(int, known["missed"])), "files": files})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def sign_of_damage(generation: Path, dimensions: int, stamp: str | None) -> str | None:
    """What tells, without opening it, that a generation can't be used, in words; None when nothing does.

    Args:
        generation: the folder.
        dimensions: of the vectors of the record.
        stamp: the last one that the record noted; None where any will do.
    """
    known = read_seal(generation)
    if known is None:
        return "its seal is missing or unreadable"
    if known.dimensions != dimensions:
        return f"its vectors have {known.dimensions} dimensions instead of {dimensions}"
    if stamp not in (None, known.stamp):
        return "it was not built from this state of the record"
    signs = (_sign_in_file(generation, file) for file in known.files)
    return next(filter(None, signs), None) or _sign_in_database(generation / DATABASE_NAME)


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


def _crc32(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            checksum = zlib.crc32(block, checksum)
    return checksum


def _read(note: Path) -> str:
    with note.open("rb") as file:
        return file.read(_LONGEST_NOTE).decode("utf-8")


def _write(path: Path, text: str) -> None:
    """Replace a file whole, and for good when this returns."""
    draft = path.with_name(f"{_BUILDING}{path.name}")
    if path.is_dir():
        remove(path)
    draft.write_text(text, encoding="utf-8")
    sync_file(draft)
    draft.replace(path)
    sync_names(path.parent)
