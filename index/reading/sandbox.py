"""The sandbox: pages and documents are read in a process of their own, which has limits and may be lost.

The process is started with the first such file and kept for the next ones. A file that takes too much of it ends it, is
refused with the limit it broke, and the next file gets a new one.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from dateline.index.errors import ReadError
from dateline.index.reading.formats import Reader, Source
from dateline.index.reading.inputs import Skipped
from dateline.index.types import Article, Metadata, Origin, Span

SECONDS = 60
"""That a file may take; the largest pages that are read take 10, PDF files of 1,000 pages 30 and more."""
MEGABYTES = 2_048
"""Of address space that the process may have; 20 MB of markup take a quarter of it."""

_OUT_OF_TIME = tuple(-getattr(signal, name) for name in ("SIGALRM", "SIGKILL") if hasattr(signal, name))
_WAY_OUT = "split it, or save it as plain text"
_WORKER = "dateline.index.reading.sandbox_worker"
_GRACE = 5.0  # seconds after which a process that does not end itself is killed
# What an interpreter needs to start: no key and no address of a chat model is among it.
_ENVIRONMENT = ("PATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "LANG")


class Sandbox:
    """A process that reads files, started when it is needed; one file at a time, from any thread."""

    def __init__(self, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> None:
        self._seconds, self._megabytes = seconds, megabytes
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return self._child.pid if self._child else None

    def reader(self, kind: str) -> Reader:
        """Reads files of a kind of ``formats.SANDBOXED``."""
        return lambda source: self._read(kind, source)

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def forget(self) -> None:
        """Leave the process to the one that this one was forked from."""
        self._lock, self._child = threading.Lock(), None

    def _read(self, kind: str, source: Source) -> Iterator[Article | Skipped]:
        with self._lock:
            answer = self._ask({"kind": kind, "name": source.name, "size": len(source.raw)}, source.raw)
        if "refused" in answer:
            raise ReadError(answer["refused"])
        yield from (_item(fields) for fields in answer["items"])

    def _ask(self, request: dict[str, Any], raw: bytes) -> dict[str, Any]:
        child = self._running()
        timer = threading.Timer(self._seconds + _GRACE, child.kill)
        timer.daemon = True
        timer.start()
        try:
            _pipe(child.stdin).write(json.dumps(request).encode() + b"\n" + raw)
            _pipe(child.stdin).flush()
            line = _pipe(child.stdout).readline()
        except BrokenPipeError:
            line = b""
        except BaseException:  # Ctrl-C: what it would answer belongs to nobody
            self._end()
            raise
        finally:
            timer.cancel()
        if line.endswith(b"\n"):
            answer: dict[str, Any] = json.loads(line)
            if "memory" not in answer:
                return answer
            self._end()
            raise ReadError(f"it takes more than {self._megabytes} MB of memory to read, the limit; {_WAY_OUT}")
        with suppress(subprocess.TimeoutExpired):  # the pipe is closed a moment before the process has ended
            child.wait(_GRACE)
        self._end()
        raise ReadError(
            f"it takes more than {self._seconds:g} seconds to read, the limit; {_WAY_OUT}"
            if child.returncode in _OUT_OF_TIME
            else f"it breaks what reads it; {_WAY_OUT}"
        )

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end()
            root = str(Path(__file__).parents[3])
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-m", _WORKER, str(self._seconds), str(self._megabytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | {"PYTHONPATH": root},
            )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for stream in (child.stdin, child.stdout):
            with suppress(OSError):  # what was not yet written has nowhere to go
                _pipe(stream).close()


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def _item(fields: dict[str, Any]) -> Article | Skipped:
    if "skipped" in fields:
        return Skipped(**fields["skipped"])
    known = {**fields["metadata"], "tags": tuple(fields["metadata"]["tags"])}
    origins = tuple(Origin(**{**one, "repairs": tuple(one["repairs"])}) for one in fields["origins"])
    body = tuple(Span(start, end) for start, end in fields["body"])
    return Article(text=fields["text"], body=body, metadata=Metadata(**known), origins=origins)


_SHARED = Sandbox()
atexit.register(_SHARED.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_SHARED.forget)


def sandboxed(kind: str) -> Reader:
    """What reads files of a kind in the process that all share: a page as ``read_html`` does."""
    return _SHARED.reader(kind)
