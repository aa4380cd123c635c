"""Commands in a folder, and on a library, that a stranger made; and two writers of one library. Real processes."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.ui.commands import ROOT, run

pytestmark = pytest.mark.slow  # every command is a process of its own

SECRET = "sk-REAL-SECRET-1234567890"
HOLD = """
import sys
from dateline.index.storage.lock import WriterLock
from pathlib import Path
sys.argv = ["dateline", "add"]
with WriterLock(Path({folder!r})):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Somebody who waits for a request and must not get one: a connection would wait to be accepted."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def _address(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}/v1"


def _nobody_called(listener: socket.socket) -> bool:
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return True
    return False


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    (folder / "a.txt").write_text("The ferry of Lowick sank on Monday. Nobody was hurt.", "utf-8")
    assert run("add", folder / "a.txt", "--library", folder / "library").returncode == 0
    return folder


@pytest.mark.threat(47)
@pytest.mark.parametrize("lines", [(), ('model = "openai:gpt-4o-mini"',)])
def test_a_folder_of_a_stranger_gets_no_question_and_no_key(
    tmp_path: Path, listener: socket.socket, made: Path, lines: tuple[str, ...]
) -> None:
    (tmp_path / ".env").write_text(f"OPENAI_BASE_URL={_address(listener)}\nDATELINE_MODEL=openai:x\n")
    (tmp_path / "dateline.toml").write_text("\n".join(lines), "utf-8")
    done = run("ask", "what sank?", "--library", made / "library", cwd=tmp_path, OPENAI_API_KEY=SECRET)
    assert _nobody_called(listener)
    assert done.returncode == len(lines)
    assert done.stderr.count("\n") == len(lines)
    assert ("may not set 'model'" in done.stderr) == bool(lines)


@pytest.mark.threat(48)
def test_where_requests_and_keys_go_is_shown_and_the_key_is_not(tmp_path: Path, listener: socket.socket) -> None:
    (tmp_path / "named").write_text(f"OPENAI_BASE_URL={_address(listener)}\nANTHROPIC_API_KEY=sk-ant-SECRET\n")
    done = run("config", "show", "--env-file", "named", cwd=tmp_path, OPENAI_API_KEY=SECRET)
    lines, own = done.stdout.splitlines(), "https://api.anthropic.com"
    assert f"openai models = {_address(listener)!r}  ('named'; no key is sent there)" in lines
    assert f"anthropic models = {own!r}  (the provider's own; ANTHROPIC_API_KEY of 'named' is sent there)" in lines
    assert "SECRET" not in done.stdout + done.stderr
    assert _nobody_called(listener)


@pytest.mark.threat(49)
def test_a_pipe_as_a_file_of_settings_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".env")
    assert run("config", "show", cwd=tmp_path).returncode == 0
    done = run("config", "show", "--env-file", ".env", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "can't read '.env'" in done.stderr


@pytest.mark.slow
@pytest.mark.threat(50)
def test_a_library_of_a_stranger_asks_no_hub_and_loads_no_folder(
    tmp_path: Path, listener: socket.socket, made: Path
) -> None:
    model = tmp_path / "stranger" / "model"
    model.mkdir(parents=True)
    (model / "modules.json").write_text('[{"idx": 0, "name": "0", "path": "", "type": "evil.Evil"}]')
    (model / "evil.py").write_text(f"open({str(tmp_path / 'PWNED')!r}, 'w')\n")
    for name in ("attacker/tracking-model", "stranger/model", str(model)):
        with closing(sqlite3.connect(made / "library" / "library.sqlite", isolation_level=None)) as record:
            record.execute("UPDATE manifest SET value = ? WHERE name = 'embedder_name'", (name,))
        hub = {"HF_ENDPOINT": _address(listener), "HF_TOKEN": "hf_SECRET", "HF_HUB_OFFLINE": "0"}
        done = run("search", "what sank?", "--library", made / "library", cwd=tmp_path, **hub)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        assert f"asks for the embedder {name!r}, which may hold code" in done.stderr
    with closing(sqlite3.connect(made / "library" / "library.sqlite", isolation_level=None)) as record:
        record.execute("UPDATE manifest SET value = 'all-MiniLM-L6-v2' WHERE name = 'embedder_name'")
    assert _nobody_called(listener)
    assert not (tmp_path / "PWNED").exists()


@pytest.fixture
def other(made: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that writes to the library until its input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD.format(folder=str(made / "library"))],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def _started(*arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "dateline", *map(str, arguments)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.threat(45)
def test_a_second_writer_says_for_whom_it_waits_and_goes_on_when_that_one_is_killed(
    tmp_path: Path, made: Path, other: subprocess.Popen[str]
) -> None:
    (tmp_path / "b.txt").write_text("The mayor of Lowick resigned on Tuesday.", "utf-8")
    second = _started("add", tmp_path / "b.txt", "--library", made / "library")
    line = second.stderr.readline()
    assert f"is being written by process {other.pid} (dateline add, since " in line
    assert "waiting for it to end" in line
    other.kill()
    out, _ = second.communicate()
    assert second.returncode == 0
    assert out.startswith("added")


@pytest.mark.threat(45)
def test_ctrl_c_ends_the_wait(made: Path, other: subprocess.Popen[str]) -> None:
    second = _started("add", made / "a.txt", "--library", made / "library")
    second.stderr.readline()
    second.send_signal(signal.SIGINT)
    second.communicate()
    assert second.returncode == 130


@pytest.mark.threat(45)
@pytest.mark.parametrize(
    "command",
    [("add", "a.txt"), ("articles", "remove", "a.txt"), ("doctor",), ("ask", "what?", "--articles", "new.txt")],
)
def test_no_wait_refuses_at_once(made: Path, other: subprocess.Popen[str], command: tuple[str, ...]) -> None:
    (made / "new.txt").write_text("The mayor of Lowick resigned on Friday.", "utf-8")
    done = run(*command, "--no-wait", "--library", made / "library", cwd=made)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert f"process {other.pid} (dateline add" in done.stderr
