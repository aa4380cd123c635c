"""The process that pages, PDF files and other documents are read in, with limits of time and memory.

It takes requests on standard input and answers on standard output until the former is closed: a line of JSON and the
raw bytes in, a line of JSON out. Its parsers are large and written in C in part, and their input comes from strangers:
what a file makes of them ends with this process. It ends by itself soon after the process that started it is gone.
"""

import json
import os
import signal
import sys
import threading
import time
from dataclasses import asdict
from typing import Any, BinaryIO

from dateline.index.errors import ReadError
from dateline.index.reading.formats import SANDBOXED, Source
from dateline.index.reading.inputs import Skipped
from dateline.index.types import Article

_WATCH = 0.5  # seconds between looks at whether anyone still waits


def main() -> None:
    """Serve requests until there are no more."""
    seconds, megabytes = float(sys.argv[1]), int(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that waits, which ends this one
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a parser prints is no answer
    _limit_memory(megabytes)
    while line := sys.stdin.buffer.readline():
        request = json.loads(line)
        raw = sys.stdin.buffer.read(request["size"])
        _limit_time(seconds)
        answer = _answer(request["kind"], Source(raw, request["name"]))
        _limit_time(0)
        _write(out, answer)


def _answer(kind: str, source: Source) -> dict[str, Any]:
    try:
        return {"items": [_fields(item) for item in SANDBOXED[kind](source)]}
    except ReadError as error:
        return {"refused": str(error)}
    except MemoryError:
        return {"memory": True}


def _fields(item: Article | Skipped) -> dict[str, Any]:
    if isinstance(item, Skipped):
        return {"skipped": asdict(item)}
    known = asdict(item.metadata)
    body = [(span.start, span.end) for span in item.body]
    return {"text": item.text, "body": body, "metadata": known, "origins": [asdict(one) for one in item.origins]}


def _write(out: BinaryIO, answer: dict[str, Any]) -> None:
    try:
        out.write(json.dumps(answer).encode() + b"\n")
        out.flush()
    except BrokenPipeError:
        os._exit(0)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH)
    os._exit(0)


def _limit_memory(megabytes: int) -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(seconds: float) -> None:
    """End the process that many seconds from now, whatever it does then; 0 takes the limit back."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)  # nothing handles its signal, so that it ends the process


if __name__ == "__main__":
    main()
