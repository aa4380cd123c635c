"""Files that articles were read from and that are gone since: renamed, renamed and edited, or deleted."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from dateline.index.copies import resemblance, shingles
from dateline.index.ports import Record
from dateline.index.reading.files import SUFFIXES, file_kind, origin_name
from dateline.index.types import Article

_ADDRESS = re.compile(r"https?://")
_SAME_ARTICLE = 0.8  # resemblance of a file that is gone and one that is new: renamed and edited
_LOOKED_AT = 5  # new articles for one that is gone
_MOST_SHINGLES = 5_000  # that are looked at of an article

Fate = Literal["moved", "edited", "kept", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingFile:
    """A file that an article was read from, and that is gone."""

    origin: str
    article_id: str
    title: str | None
    fate: Fate
    """``moved``: another file has the text; ``edited``: another has a later text of it, as whose earlier version it is
    kept; ``kept``: it is answered from all the same; ``removed``: it left the library with its file."""
    successor: str | None = None
    """The id of the later text, where it is ``edited``."""
    edits: Mapping[str, Any] = field(default_factory=dict)
    """What the user had set of it."""


def is_missing(origin: str) -> bool:
    """Whether the file that an origin names is gone; of a web address, or where it can't be told, it is not."""
    if _ADDRESS.match(origin) or (os.sep == "/" and "\\x" in origin):  # bytes of a name that are no UTF-8
        return False
    return all(map(_is_gone, _files_of(origin)))


def folder_is_there(origin: str) -> bool:
    """Whether the folder that a file lay in is there: else its whole disk may only not be mounted."""
    return os.path.isdir(os.path.dirname(origin.partition("#")[0]))


def file_of(origin: str) -> str:
    """The file that an origin most likely names: of one of several articles the part before its ``#``."""
    return next((one for one in _files_of(origin) if file_kind(one) in SUFFIXES), origin)


def now() -> str:
    """This moment in UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def settle_missing(
    record: Record, folders: Sequence[Path], found: Set[str], added: Sequence[str], *, prune: bool, kept: str
) -> list[MissingFile]:
    """Find the files below folders that are gone, and let go of what another file holds.

    Args:
        record: whose files are looked for.
        folders: all of whose files were just added.
        found: the names of those.
        added: the ids of the articles that came new with them.
        prune: whether the articles of the others are removed.
        kept: a folder whose files may be missing: copies that the library keeps itself.
    """
    known = dict.fromkeys(name for folder in folders for name in record.origins_in(origin_name(folder)))
    gone = [one for one in known if found.isdisjoint(_files_of(one)) and not _is_below(one, kept) and is_missing(one)]
    if not gone:
        return []
    settled: list[MissingFile] = []
    successors = _Successors(record, added)
    with record.transaction():
        for name in gone:
            if article := record.article_by_origin(name):
                settled.append(_settle(record, name, article, successors, prune=prune))
    return settled


def _settle(record: Record, name: str, article: Article, successors: "_Successors", *, prune: bool) -> MissingFile:
    fate: Fate = "removed" if prune else "kept"
    is_elsewhere = any(not is_missing(one.name) for one in article.origins)
    successor = None if is_elsewhere else successors.of(article)
    if is_elsewhere or successor:
        fate = "edited" if successor else "moved"
    if fate != "kept":
        record.remove_origin(name)
    if successor:
        record.keep_version(article, successor, now())
    return MissingFile(
        origin=name, article_id=article.id, title=article.metadata.title, fate=fate, successor=successor,
        edits=article.edited if successor else {},
    )  # fmt: skip


class _Successors:
    """Which of the articles that are new has a later text of one whose file is gone."""

    def __init__(self, record: Record, added: Sequence[str]) -> None:
        self._record, self._added = record, added
        self._taken: set[str] = set()
        self._holders: dict[tuple[str, ...], list[str]] | None = None

    def of(self, article: Article) -> str | None:
        """The id of the one that is most like it, if one is; it is none of another."""
        parts = shingles(article.text)
        shared = Counter(name for part in [*parts][:_MOST_SHINGLES] for name in self._holding().get(part, ()))
        for name, _ in shared.most_common(_LOOKED_AT):
            other = None if name in self._taken else self._record.article(name)
            if other and _same_day(article, other) and resemblance(parts, shingles(other.text)) >= _SAME_ARTICLE:
                self._taken.add(name)
                return name
        return None

    def _holding(self) -> dict[tuple[str, ...], list[str]]:
        if self._holders is None:
            self._holders = {}
            for name in self._added:
                if article := self._record.article(name):
                    for part in shingles(article.text):
                        self._holders.setdefault(part, []).append(name)
        return self._holders


def _same_day(one: Article, other: Article) -> bool:
    days = {article.metadata.published[:10] for article in (one, other) if article.metadata.published}
    return len(days) < 2


def _files_of(origin: str) -> Iterator[str]:
    """What an origin may name: a file, or before one of its ``#`` the file that it is one article of."""
    yield origin
    for sign in re.finditer("#", origin):
        yield origin[: sign.start()]


def _is_below(name: str, folder: str) -> bool:
    return name.startswith((f"{folder}/", f"{folder}\\"))


def _is_gone(path: str) -> bool:
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):  # it may be there, and not be told
        return False
    return False
