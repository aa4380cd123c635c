"""Files that a library keeps itself: ``uploads/<hash>/<name>`` in its folder, what was uploaded, pasted or fetched.

A page that was fetched lies under the hash of its address, all else under that of its bytes. They give what has no
place of its own one to be named by and to be read again from. The record is the truth: a copy may be missing, and one
from which nothing is recorded is rubbish.
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


def keep_page(folder: Path, address: str, kind: str, raw: bytes) -> None:
    """Keep the bytes of a page as they came, in the place of those that came from its address before.

    Args:
        folder: of the library.
        address: of the page.
        kind: the suffix of its kind of file.
        raw: what it holds.
    """
    place = _place_of(folder, address)
    make_private_folder(place)
    draft = place / _DRAFT
    draft.unlink(missing_ok=True)
    draft.write_bytes(raw)
    for path in place.glob("page*"):
        path.unlink()
    draft.replace(place / f"page{kind}")


def _place_of(folder: Path, address: str) -> Path:
    return _root(folder) / hashlib.sha256(address.encode()).hexdigest()[:_HASH_LENGTH]


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
    origins = list(origins)
    root = origin_of_uploads(folder)
    addresses = {name.partition("#")[0] for name in origins if name.startswith(("http://", "https://"))}
    pages = {path for one in addresses for path in _place_of(folder, one).glob("page*")}
    places = (_PLACE.match(name, len(root) + 1) for name in origins if name.startswith((f"{root}/", f"{root}\\")))
    return pages | {Path(_root(folder), place[1], place[2]) for place in places if place}
