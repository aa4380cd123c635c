"""Files that a library keeps itself because they were uploaded: ``uploads/<hash>/<name>`` in its folder.

They give what was uploaded a place to be named by and to be read again from. The record is the truth: a copy may be
missing, and one from which nothing is recorded is rubbish.
"""

import contextlib
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from dateline.index.reading.files import origin_name
from dateline.index.storage.durability import make_private_folder

_UPLOADS_NAME = "uploads"
_DRAFT = ".draft"
_HASH_LENGTH = 16
_PLACE = re.compile(rf"([0-9a-f]{{{_HASH_LENGTH}}})[/\\]([^/\\#]+)")


def origin_of_uploads(folder: Path) -> str:
    """What the origins of all that was uploaded to the library in ``folder`` begin with."""
    return origin_name(_root(folder))


def keep_copy(folder: Path, name: str, raw: bytes) -> Path:
    """Keep the bytes of an uploaded file; the same under the same name are kept once.

    Args:
        folder: of the library.
        name: a plain file name without ``#``.
        raw: what it holds.
    """
    place = _root(folder) / hashlib.sha256(raw).hexdigest()[:_HASH_LENGTH]
    make_private_folder(place)
    draft = place / _DRAFT
    draft.unlink(missing_ok=True)  # of a process that was killed here; a link would be followed
    draft.write_bytes(raw)
    return draft.replace(place / name)


def remove_copies(folder: Path, origins: Iterable[str]) -> None:
    """Remove the copies that origins name; the other articles of such a copy stay in the record."""
    for path in _copies(folder, origins):
        path.unlink(missing_ok=True)


def prune_copies(folder: Path, origins: Iterable[str]) -> None:
    """Remove every copy that none of the origins names: refused files, and what a crash left."""
    named = _copies(folder, origins)
    for path in _root(folder).glob("*/*"):
        if path not in named and not path.is_dir():
            path.unlink(missing_ok=True)
    for place in _root(folder).glob("*"):
        with contextlib.suppress(OSError):  # it is not empty
            place.rmdir()


def _root(folder: Path) -> Path:
    return folder.resolve() / _UPLOADS_NAME


def _copies(folder: Path, origins: Iterable[str]) -> set[Path]:
    root = origin_of_uploads(folder)
    places = (_PLACE.match(name, len(root) + 1) for name in origins if name.startswith((f"{root}/", f"{root}\\")))
    return {Path(_root(folder), place[1], place[2]) for place in places if place}
