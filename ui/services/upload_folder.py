"""The folder in which a server keeps what is uploaded until it is added: of one server, and gone with it.

A server that was killed leaves its folder behind, whole articles in it; the next one removes it. Whether the server of
a folder still runs is told by a lock in it, which the operating system gives back however a process ends.
"""

import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

KEPT_SECONDS = 3_600
"""That an upload may lie there unused."""
MOST_BYTES = 1_000_000_000
"""That may lie there."""
_LOOKS_EVERY = 300  # seconds
_PREFIX, _LOCK = "dateline-", "server.lock"

logger = logging.getLogger(__name__)


class UploadFolder:
    """A temporary folder with a lock, looked after while it is open."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._watching = threading.Thread(target=self._look_after, daemon=True)
        self._lock: FileLock | None = None
        self.path = Path()

    def __enter__(self) -> Self:
        remove_abandoned()
        while self._lock is None:
            self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
            lock = FileLock(self.path / _LOCK, thread_local=False)
            lock.acquire()
            if (self.path / _LOCK).exists():  # another server may have taken it for abandoned a moment before
                self._lock = lock
        self._watching.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopped.set()
        self._watching.join()
        if self._lock is not None:
            self._lock.release()
        shutil.rmtree(self.path, ignore_errors=True)

    def bytes_waiting(self) -> int:
        """How much lies there."""
        return sum(size for _, size, _ in self._files())

    def remove_unused(self, now: float) -> None:
        """Remove what has lain there for longer than an hour, by ``now``, seconds since 1970."""
        removed = 0
        for path, _, written in list(self._files()):
            if now - written > KEPT_SECONDS:
                with suppress(OSError):
                    path.unlink()
                    removed += 1
        for place in self.path.iterdir():
            with suppress(OSError):  # it is not empty, or no folder
                place.rmdir()
        if removed:
            logger.info("removed %d uploads that were not used for an hour", removed)

    def _files(self) -> Iterator[tuple[Path, int, float]]:
        for place, _, names in os.walk(self.path):
            for name in names:
                path = Path(place, name)
                with suppress(OSError):  # gone meanwhile
                    found = path.lstat()
                    if name != _LOCK:
                        yield path, found.st_size, found.st_mtime

    def _look_after(self) -> None:
        while not self._stopped.wait(_LOOKS_EVERY):
            self.remove_unused(time.time())


def remove_abandoned() -> None:
    """Remove the folders of servers that were killed: our own ones, whose lock nobody holds."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError, Timeout):
            if folder.is_symlink() or not (folder / _LOCK).is_file() or not _is_ours(folder):
                continue
            with FileLock(folder / _LOCK, timeout=0):
                shutil.rmtree(folder, ignore_errors=True)


def _is_ours(folder: Path) -> bool:
    return not hasattr(os, "getuid") or folder.lstat().st_uid == os.getuid()
