"""The writer lock: one process at a time changes a library; who else would waits or is refused, and told for whom."""

import errno
import json
import logging
import os
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from dateline.index.errors import LibraryError, LibraryLocked
from dateline.index.reading.files import open_file
from dateline.index.storage.untrusted import check_entries

_LOCK_NAME = "writer.lock"
_HOLDER_NAME = "writer.json"
_DRAFT_NAME = "writer.new"
_PATIENCE_SECONDS = 1.0  # a writer that is just ending is waited for; a command is refused within 2 s of its start
_POLL_SECONDS = 0.05
_LONGEST_SIGNATURE = 4096  # a damaged one may be a sparse terabyte
_UNSIGNED = (errno.ENOSPC, errno.EDQUOT, errno.EISDIR)  # no reason not to remove something from a full disk
_SOMEBODY = "another process"

logger = logging.getLogger(__name__)


class WriterLock:
    """The right to change a library.

    The operating system keeps the lock, so it ends with the process, however that ends. What the holder wrote about
    itself beside it only serves to name it: left by a killed process it blocks nobody.
    """

    def __init__(self, folder: Path, *, wait: bool = False) -> None:
        """Prepare to lock the library in ``folder``; ``wait`` says whether as long as another process writes to it."""
        self._folder = folder
        self._wait = wait
        # Not of a thread: a server may release in another thread than it acquired in.
        self._lock = FileLock(
            folder / _LOCK_NAME, timeout=_PATIENCE_SECONDS, poll_interval=_POLL_SECONDS, thread_local=False
        )
        self._process: int | None = None

    def acquire(self) -> None:
        """Take the lock; where it is held, for a second or, if it is to wait, for as long as that takes.

        A lock that this process itself holds is never waited for: whoever holds it may be who waits.

        Raises:
            LibraryLocked: another process holds it and it is not waited for, or another lock of this process does.
            LibraryError: nothing can be written in the folder.
        """
        place = str(self._folder)
        if (self._folder / _LOCK_NAME).is_dir():
            raise LibraryError(f"{_LOCK_NAME!r} in library {place!r} is a folder, not the lock; move it away")
        check_entries(self._folder)
        try:
            self._take()
            self._process = os.getpid()
            self._sign()
        except OSError as error:
            self.release()
            raise LibraryError(
                f"can't write in library {place!r}: {error.strerror or error}; choose another with --library"
            ) from error

    def _take(self) -> None:
        place, told = str(self._folder), None
        while True:
            try:
                self._lock.acquire()
                return
            except Timeout as error:
                process, who = _signature(self._folder)
                if not self._wait or process == os.getpid():
                    raise LibraryLocked(
                        f"library {place!r} is being written by {who}; wait for it to end or stop it"
                    ) from error
                if who != told:  # the one that was waited for may have ended, and another been faster
                    logger.warning(
                        "library %r is being written by %s; waiting for it to end (Ctrl-C stops waiting)", place, who
                    )
                    told = who

    def release(self) -> None:
        """Give the lock back; does nothing where it is not held, as in a process forked by the holder."""
        if self._process == os.getpid():
            self._process = None
            with suppress(OSError):
                (self._folder / _HOLDER_NAME).unlink()
            self._lock.release()

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *error: object) -> None:
        self.release()

    def _sign(self) -> None:
        words = [Path(sys.argv[0]).name, *(word for word in sys.argv[1:2] if word.isalpha())]
        since = datetime.now().astimezone().strftime("%H:%M:%S")
        signature = {"process": os.getpid(), "command": " ".join(words), "since": since}
        _remove_drafts(self._folder)
        path, draft = self._folder / _HOLDER_NAME, self._folder / _DRAFT_NAME
        try:
            draft.unlink(missing_ok=True)
            draft.write_text(json.dumps(signature), encoding="utf-8")
            draft.replace(path)
        except OSError as error:
            if error.errno not in _UNSIGNED:
                raise


def _remove_drafts(folder: Path) -> None:
    """Remove what writers of earlier versions left where they were killed: ``writer.PID``."""
    for path in folder.glob("writer.*"):
        if path.suffix[1:].isdigit() and path.is_file():
            with suppress(OSError):
                path.unlink()


def holder(folder: Path) -> str | None:
    """Who holds the writer lock of a library, in words; None when it is free or there is no library."""
    path = folder / _LOCK_NAME
    if not path.exists():
        return None
    try:
        with FileLock(path, timeout=0):
            return None
    except Timeout:
        return _signature(folder)[1]
    except OSError:  # a read-only medium: nobody writes there
        return None


def _signature(folder: Path) -> tuple[int | None, str]:
    """The process that signed last, and what it said of itself."""
    try:
        with open_file(folder / _HOLDER_NAME) as file:
            known = json.loads(file.read(_LONGEST_SIGNATURE))
        process, who = int(known["process"]), f"process {known['process']} ({known['command']}, since {known['since']})"
    except (OSError, ValueError, KeyError, TypeError, RecursionError):  # not there yet, or of another version
        return None, _SOMEBODY
    return process, who if who.isprintable() else _SOMEBODY
