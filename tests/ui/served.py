"""The page as a person starts it: a process of its own, found by the address that it prints."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from tests.ui.commands import ROOT

_ADDRESS = re.compile(r"Dateline is at (\S+)")


class Served:
    """A running server."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self.address = ""
        for line in process.stderr:
            self.lines.append(line)
            if found := _ADDRESS.search(line):
                self.address = found[1]
                break
        Thread(target=lambda: self.lines.extend(process.stderr), daemon=True).start()  # so that it never blocks

    @property
    def said(self) -> str:
        """What it wrote on standard error so far."""
        return "".join(self.lines)

    def stop(self) -> int:
        """End it as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


@contextmanager
def served(library: Path, *arguments: str, **environment: str) -> Iterator[Served]:
    """Serve a library at a free port."""
    command = [sys.executable, "-m", "ui", "serve", "--port", "0", "--library", str(library), *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, stderr=subprocess.PIPE, text=True
    )
    try:
        server = Served(process)
        assert server.address, server.said
        yield server
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
