"""The writer lock: one process at a time changes a library, and whoever else would is told which."""

import errno
import json
import os
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from dateline.index.errors import LibraryError, LibraryLocked

_LOCK_NAME = "writer.lock"
_HOLDER_NAME = "writer.json"
_PATIENCE_SECONDS = 1.0  # a writer that is just ending is waited for; a command is refused within 2 s of its start
_POLL_SECONDS = 0.05
_LONGEST_SIGNATURE = 4096  # a damaged one may be a sparse terabyte
_UNSIGNED = (errno.ENOSPC, errno.EDQUOT, errno.EISDIR)  # no reason not to remove something from a full disk


class WriterLock:
    """The right to change a library.

    The operating system keeps the lock, so it ends with the process, however that ends. What the holder wrote about
    itself beside it only serves to name it: left by a killed process it blocks nobody.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Not of a thread: a server may release in another thread than it acquired in.
        self._lock = FileLock(
            folder / _LOCK_NAME, timeout=_PATIENCE_SECONDS, poll_interval=_POLL_SECONDS, thread_local=False
        )
        self._process: int | None = None

    def acquire(self) -> None:
        """Take the lock, waiting at most 1 s for it.

        Raises:
            LibraryLocked: another process, or another lock of this one, holds it.
            LibraryError: nothing can be written in the folder.
        """
        place = str(self._folder)
        if (self._folder / _LOCK_NAME).is_dir():
            raise LibraryError(f"{_LOCK_NAME!r} in library {place!r} is a folder, not the lock; move it away")
        try:
            self._lock.acquire()
            self._process = os.getpid()
            self._sign()
        except Timeout as error:
            who = _signature(self._folder) or "another process"
            raise LibraryLocked(
                f"library {place!r} is being written by {who}; wait for it to end or stop it"
            ) from error
        except OSError as error:
            self.release()
            raise LibraryError(
                f"can't write in library {place!r}: {error.strerror or error}; choose another with --library"
            ) from error

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

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _sign(self) -> None:
        words = [Path(sys.argv[0]).name, *(word for word in sys.argv[1:2] if word.isalpha())]
        since = datetime.now().astimezone().strftime("%H:%M:%S")
        signature = {"process": os.getpid(), "command": " ".join(words), "since": since}
        path = self._folder / _HOLDER_NAME
        draft = path.with_suffix(f".{os.getpid()}")
        try:
            draft.write_text(json.dumps(signature), encoding="utf-8")
            draft.replace(path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            if error.errno not in _UNSIGNED:
                raise


def holder(folder: Path) -> str | None:
    """Who holds the writer lock of a library, in words; None when it is free or there is no library."""
    path = folder / _LOCK_NAME
    if not path.exists():
        return None
    try:
        with FileLock(path, timeout=0):
            return None
    except Timeout:
        return _signature(folder) or "another process"
    except OSError:  # a read-only medium: nobody writes there
        return None


def _signature(folder: Path) -> str | None:
    try:
        with (folder / _HOLDER_NAME).open("rb") as file:
            known = json.loads(file.read(_LONGEST_SIGNATURE))
        return f"process {known['process']} ({known['command']}, since {known['since']})"
    except (OSError, ValueError, KeyError, TypeError):  # not there yet, or of another version
        return None
