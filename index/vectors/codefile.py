"""The file of codes beside the record: written whole, checked when it is opened, thrown away when it is not right.

    library/codes    a line of JSON, filled up to 4,096 bytes; codes, int8 [n, dimensions]; n ids, scales and errors

Its mark is noted in the record, so that a file of another library, or of a day of this one that was undone by restoring
a copy, is not taken for it. Chunk numbers are never used twice: whatever came and went since, the codes hold.
"""

import json
import logging
import os
import secrets
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from dateline.index.vectors.codes import Block, Codes, encode

_VERSION = 1
_HEAD_BYTES = 4096
_CHECKED_AT_ONCE = 1 << 22

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    mark: str
    count: int
    dimensions: int
    crc32: int
    """Of all that follows."""
    version: int = _VERSION

    def file_bytes(self) -> int:
        return _HEAD_BYTES + self.count * (self.dimensions + 8 + 4 + 4)


def draft_of(path: Path) -> Path:
    """What is written before it takes the place of the file; left behind, it is rubbish."""
    return path.with_name(f"{path.name}.part")


def write_codes(path: Path, blocks: Iterable[Block]) -> str:
    """Write the file whole, and for good when this returns; gives its mark."""
    draft = draft_of(path)
    try:
        with draft.open("wb") as file:
            mark = _fill(file, blocks)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return mark


def _fill(file: BinaryIO, blocks: Iterable[Block]) -> str:
    checksum, dimensions = 0, 0
    file.write(bytes(_HEAD_BYTES))
    columns: tuple[list[bytes], ...] = ([], [], [])
    count = 0
    for block in blocks:
        coded = encode(block)
        dimensions = coded.rows.shape[1]
        raw = coded.rows.tobytes()
        checksum = zlib.crc32(raw, checksum)
        file.write(raw)
        count += len(coded.ids)
        parts = (coded.ids.tobytes(), coded.scales.tobytes(), coded.errors.tobytes())
        for column, part in zip(columns, parts, strict=True):
            column.append(part)
    for column in columns:
        raw = b"".join(column)
        checksum = zlib.crc32(raw, checksum)
        file.write(raw)
    head = _Head(mark=secrets.token_hex(8), count=count, dimensions=dimensions, crc32=checksum)
    file.seek(0)
    file.write(json.dumps(asdict(head)).encode())
    return head.mark


def read_codes(path: Path, mark: str | None) -> Codes | None:
    """The codes in the file that bears a mark; None where they are not there or not what was written."""
    try:
        with path.open("rb") as file:
            head = _Head(**json.loads(file.read(_HEAD_BYTES).rstrip(b"\0")))
            if (head.mark, head.version) != (mark, _VERSION) or path.stat().st_size != head.file_bytes():
                return None
            if _checksum(file) != head.crc32:
                logger.warning("%s is damaged; searching without it", path)
                return None
            return _mapped(path, head)
    except (OSError, ValueError, TypeError):
        return None


def _checksum(file: BinaryIO) -> int:
    checksum = 0
    while block := file.read(_CHECKED_AT_ONCE):
        checksum = zlib.crc32(block, checksum)
    return checksum


def _mapped(path: Path, head: _Head) -> Codes:
    content = np.memmap(path, np.uint8, "r", offset=_HEAD_BYTES)
    rows = content[: head.count * head.dimensions].view(np.int8).reshape(head.count, head.dimensions)
    rest = content[head.count * head.dimensions :].tobytes()
    return Codes(
        ids=np.frombuffer(rest, np.int64, head.count),
        scales=np.frombuffer(rest, np.float32, head.count, 8 * head.count),
        errors=np.frombuffer(rest, np.float32, head.count, 12 * head.count),
        rows=rows,
    )
