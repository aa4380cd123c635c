"""Files that a person uploaded: copied into the library's folder under safe names, and added in one go.

A browser's name for a file is a stranger's: it never becomes a path, and is shown as text.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import BinaryIO

from dateline.index.ingest import Added, AddReport, Progress, Watch
from dateline.index.reading import MAX_BYTES, Skipped
from dateline.index.reading.files import SUFFIXES, open_file, origin_name, other_kind, unreadable
from dateline.index.reading.inputs import TOO_LARGE
from dateline.index.storage.uploads import keep_copy
from dateline.rag.settings import Settings
from dateline.ui.errors import UploadError
from dateline.ui.services.filenames import safe_name, shown_name
from dateline.ui.services.session import opened_to_write
from dateline.ui.services.zip_uploads import MAX_UNPACKED, Member, unpack

MAX_FILES = 200
MAX_UPLOADED = 200_000_000
"""Bytes, at a time."""
MAX_CHUNKS = 60_000
"""Chunks that an upload may be embedded to, some 30 MB of text: minutes of the machine, and of the writer's lock."""
_STOPPED = "stopped"
_TOO_LONG = f"stopped at {MAX_CHUNKS:,} passages, the limit of an upload; add the rest with 'dateline add'"
_ARCHIVE = ".zip"


class _Stop(Exception):
    """An addition is to end here; what is in the record stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that the server keeps for a moment, and what the browser called it."""

    path: Path
    name: str


def upload(
    settings: Settings,
    uploads: Sequence[Upload],
    watch: Watch = lambda event: None,
    stopped: Callable[[], bool] = lambda: False,
) -> AddReport:
    """Add what was uploaded to the library, which is made where there is none; archives are unpacked.

    Args:
        settings: which library.
        uploads: the files.
        watch: as for ``Library.add``; what is refused has the name that the browser gave.
        stopped: whether to end here, asked after each article; what was added stays.

    Returns:
        What came of it: whole files that the library had already count as known, and what was refused, a zip's members
        too, has the name that the browser gave.

    Raises:
        UploadError: there is nothing, or too much; nothing was added.
        LibraryLocked: another process writes to the library.
    """
    _check_size(uploads)
    progress = _Progress(watch, stopped)
    with opened_to_write(settings) as library:
        try:
            report = library.add(list(_copied(library.folder, uploads, progress)), progress.take)
        except _Stop as stop:
            report = progress.report()
            progress.refused.append(Skipped(origin="the rest", reason=str(stop), refused=True))
            library.index_vectors()
        except OSError as error:
            raise UploadError(f"can't keep what was uploaded: {(error.strerror or str(error)).lower()}") from error
        finally:
            library.tidy_uploads()
    return replace(report, known=report.known + report.unchanged_files, skipped=tuple(progress.refused))


class _Progress:
    """What an upload came to so far; ends it where it is to be stopped."""

    def __init__(self, watch: Watch, stopped: Callable[[], bool]) -> None:
        self.refused: list[Skipped] = []
        self.shown: dict[str, str] = {}  # what the copies are called, by their origins
        self._added: list[Added] = []
        self._chunks = 0
        self._watch, self._stopped = watch, stopped

    def take(self, event: Added | Skipped | Progress) -> None:
        """Note what happened, and hand it on under the name that the browser gave."""
        if isinstance(event, Added):
            self._added.append(event)
            self._chunks += event.chunks
        elif isinstance(event, Skipped):
            event = replace(event, origin=self.shown.get(event.origin, event.origin))
            self.refused.append(event)
        self._watch(event)
        if self._stopped():
            raise _Stop(_STOPPED)
        if self._chunks > MAX_CHUNKS:
            raise _Stop(_TOO_LONG)

    def report(self) -> AddReport:
        """Of an addition that was stopped."""
        states = [one.state for one in self._added]
        return AddReport(
            added=states.count("added"), replaced=states.count("replaced"), known=states.count("known"),
            unchanged_files=0, chunks_embedded=self._chunks, skipped=(),
        )  # fmt: skip


def _copied(folder: Path, uploads: Sequence[Upload], progress: _Progress) -> Iterator[Path]:
    """The copies of what may be articles, in the folder of the library."""
    for item in _files(uploads):
        if isinstance(item, Skipped):
            progress.take(item)
            continue
        path = keep_copy(folder, safe_name(item.name), item.raw)
        progress.shown[origin_name(path)] = item.shown
        yield path


def _check_size(uploads: Sequence[Upload]) -> None:
    """Refuse what is nothing, or too much to be taken at a time."""
    if not uploads:
        raise UploadError("nothing was uploaded; choose some files")
    if len(uploads) > MAX_FILES:
        raise UploadError(
            f"{len(uploads):,} files are more than {MAX_FILES}, the limit; upload a zip of them, or use 'dateline add'"
        )
    size = sum(one.path.stat().st_size for one in uploads if one.path.is_file())
    if size > MAX_UPLOADED:
        limit = MAX_UPLOADED // 1_000_000
        raise UploadError(
            f"{size / 1e6:,.1f} MB are more than {limit} MB, the limit; upload less, or use 'dateline add'"
        )


def _files(uploads: Sequence[Upload]) -> Iterator[Member | Skipped]:
    """The files that may be articles, one in memory at a time, archives unpacked; and what is refused."""
    room = MAX_UNPACKED
    for one in uploads:
        shown, suffix = shown_name(one.name), PurePath(safe_name(one.name)).suffix
        if suffix not in (*SUFFIXES, _ARCHIVE):
            yield Skipped(origin=shown, reason=other_kind(suffix), refused=True)
            continue
        try:
            with open_file(one.path) as stream:
                for item in unpack(stream, shown, room) if suffix == _ARCHIVE else [_whole(stream, one.name)]:
                    room -= len(item.raw) if isinstance(item, Member) and suffix == _ARCHIVE else 0
                    yield item
        except (OSError, ValueError) as error:  # the latter of a null byte in a path
            yield Skipped(origin=shown, reason=unreadable(error), refused=True)


def _whole(stream: BinaryIO, name: str) -> Member | Skipped:
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        return Skipped(origin=shown_name(name), reason=TOO_LARGE, refused=True)
    return Member(name=name, shown=shown_name(name), raw=raw)
