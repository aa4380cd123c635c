"""Dateline's commands as a person or a script starts them: real processes."""

import os
import pty
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*arguments: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dateline", *map(str, arguments)]
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def in_terminal(*arguments: str | Path, **environment: str) -> str:
    """What a person at a terminal sees, escape sequences and all."""
    master, slave = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "dateline", *map(str, arguments)], cwd=ROOT, stdout=slave, stderr=slave, stdin=slave,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", **environment},
    )  # fmt: skip
    os.close(slave)
    shown = b""
    while True:
        try:
            read = os.read(master, 65536)
        except OSError:  # the child has closed its end
            break
        if not read:
            break
        shown += read
    child.wait()
    os.close(master)
    return shown.decode()
