"""``dateline serve`` as a process of its own, found by the address that it prints."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_ADDRESS = re.compile(r"http://[\w.:]+/")
_STOPPED_WITHIN = 20  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A page that is served."""

    address: str
    library: Path
    running: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    """The lines of its standard error."""

    @property
    def process(self) -> int:
        """Its number."""
        return self.running.pid

    def stop(self) -> int:
        """End it as Ctrl-C does; gives its exit code."""
        self.running.send_signal(signal.SIGINT)
        return self.running.wait(_STOPPED_WITHIN)


@contextmanager
def served(
    library: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    program: Sequence[str] = (sys.executable, "-m", "dateline"),
) -> Iterator[Served]:
    """Serve a library at a free port, as long as the block lasts.

    Args:
        library: its folder.
        arguments: further ones of the command.
        environment: beside what every process is given; no setting of the person who runs this is seen.
        program: that has the command.
    """
    home = library.parent / "home"
    theirs = ("DATELINE_", "OPENAI_", "OLLAMA_", "GRADIO_")
    surroundings = {
        **{name: value for name, value in os.environ.items() if not name.startswith(theirs)},
        "HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "XDG_CACHE_HOME": str(home / "cache"),
        "HF_HUB_OFFLINE": "1", "GRADIO_TEMP_DIR": str(home / "uploads"), **(environment or {}),
    }  # fmt: skip
    command = [*program, "serve", *arguments, "--port", "0", "--library", str(library)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=surroundings, cwd=_ROOT)
    assert process.stderr is not None
    said: list[str] = []
    hearing: threading.Thread | None = None
    try:
        for line in process.stderr:
            said.append(line.rstrip())
            if found := _ADDRESS.search(line):
                hearing = threading.Thread(target=_hear, args=(process.stderr, said), daemon=True)
                hearing.start()
                yield Served(address=found[0], library=library, running=process, said=said)
                return
        raise RuntimeError("the page is not served: " + "\n".join(said))
    finally:
        process.terminate()
        try:
            process.wait(_STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        if hearing:
            hearing.join()


def _hear(lines: Iterable[str], said: list[str]) -> None:
    said.extend(line.rstrip() for line in lines)
