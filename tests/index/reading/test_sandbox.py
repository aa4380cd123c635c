"""The process that reads pages and PDF files: what it is asked too much of ends it, and nothing else."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from dateline.index.errors import ReadError
from dateline.index.reading.formats import Source, read_html
from dateline.index.reading.sandbox import Sandbox
from dateline.index.types import Article

ROOT = Path(__file__).parents[3]
PAGE = (
    "<html><head><title>Ferries stay in Harwick</title></head><body><article>"
    + "<p>The council of Harwick met on Monday &#8211; it kept its four ferries, “for now”. \U0001f6a2</p>" * 5
    + "</article></body></html>"
)
SLOW = "<html><body><article>" + "<p>word <b>x</b></p>" * 12_000 + "</article></body></html>"
_ASKS = """
import sys
from dateline.index.reading.sandbox import Sandbox
from dateline.index.reading.formats import Source
sandbox = Sandbox()
read = sandbox.reader("html")
list(read(Source(sys.argv[1].encode(), "a.html")))
print(sandbox.pid, flush=True)
while True:
    list(read(Source(sys.stdin.buffer.read() or b"<p>" * 40_000, "b.html")))
"""


def _source(page: str) -> Source:
    return Source(page.encode(), "a.html")


def test_what_the_sandbox_reads_is_what_is_read_here() -> None:
    sandbox = Sandbox()
    assert list(sandbox.reader("html")(_source(PAGE))) == list(read_html(_source(PAGE)))
    assert list(sandbox.reader("html")(_source("<p>no"))) == list(read_html(_source("<p>no")))
    sandbox.close()


def test_one_process_reads_many_files_from_many_threads() -> None:
    sandbox = Sandbox()
    (first,) = sandbox.reader("html")(_source(PAGE))
    pid, found = sandbox.pid, list[object]()
    threads = [threading.Thread(target=lambda: found.extend(sandbox.reader("html")(_source(PAGE)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [first] * 8
    assert sandbox.pid == pid
    sandbox.close()


@pytest.mark.threat(7)
def test_a_file_that_takes_too_long_is_refused_with_the_limit_and_the_next_is_read() -> None:
    sandbox = Sandbox(seconds=0.2)
    with pytest.raises(ReadError, match=r"more than 0\.2 seconds to read, the limit"):
        list(sandbox.reader("html")(_source(SLOW)))
    assert sandbox.pid is None
    assert not (Path("/proc/self/task").exists() and _zombies())
    slower = Sandbox()
    assert isinstance(next(iter(slower.reader("html")(_source(PAGE)))), Article)
    slower.close()


@pytest.mark.threat(7)
@pytest.mark.slow
def test_a_file_that_takes_too_much_memory_is_refused_and_the_next_is_read() -> None:
    sandbox = Sandbox(megabytes=320)
    assert list(sandbox.reader("html")(_source(PAGE)))
    with pytest.raises(ReadError):
        list(sandbox.reader("html")(_source("<html><body><p>" + "word word <i>x</i> " * 16_000 + "y" * 19_000_000)))
    assert isinstance(next(iter(sandbox.reader("html")(_source(PAGE)))), Article)
    sandbox.close()


def test_a_process_that_is_killed_meanwhile_is_started_again() -> None:
    sandbox = Sandbox()
    assert list(sandbox.reader("html")(_source(PAGE)))
    assert sandbox.pid is not None
    os.kill(sandbox.pid, signal.SIGKILL)
    with suppress(ReadError):  # where its end was not yet seen
        list(sandbox.reader("html")(_source(PAGE)))
    assert list(sandbox.reader("html")(_source(PAGE)))
    sandbox.close()


@pytest.mark.threat(44)
@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="the end of a process that is no child is seen on Linux only")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_the_process_that_started_it(number: signal.Signals) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _ASKS, PAGE], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    assert parent.stdin is not None
    assert parent.stdout is not None
    child = os.pidfd_open(int(parent.stdout.readline()))
    parent.stdin.write(SLOW.encode())
    parent.stdin.close()
    if number == signal.SIGINT:
        os.killpg(parent.pid, number)  # as a terminal sends Ctrl-C: to both
    else:
        parent.send_signal(number)
    assert parent.wait(60) != 0
    ended, _, _ = select.select([child], [], [], 60)
    assert ended
    os.close(child)
    parent.stdout.close()


@pytest.mark.threat(35)
def test_it_is_given_no_key_and_no_address_of_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/proc/self/environ").exists():
        pytest.skip("the environment of a process is seen on Linux only")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-never-to-be-seen")
    sandbox = Sandbox()
    assert list(sandbox.reader("html")(_source(PAGE)))
    assert b"sk-never" not in Path(f"/proc/{sandbox.pid}/environ").read_bytes()
    sandbox.close()


@pytest.mark.threat(7)
@pytest.mark.slow
def test_bombs_cost_the_process_that_adds_them_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "nested.html").write_text("<div>" * 20_000 + "deep", "utf-8")
    (tmp_path / "unclosed.html").write_text("<html><body>" + "<b>" * 200_000, "utf-8")
    (tmp_path / "good.html").write_text(PAGE, "utf-8")
    script = """
import json, sys
from pathlib import Path
from dateline.index.reading import find_files, read_file
files, _ = find_files([Path(sys.argv[1])])
items = {Path(file.name).name: next(iter(read_file(file))) for file in files}
loaded = [name for name in ("lxml", "trafilatura", "pypdf") if name in sys.modules]
print(json.dumps([{name: getattr(item, "reason", "") for name, item in items.items()}, loaded]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    reasons, loaded = json.loads(done.stdout)
    assert reasons["good.html"] == ""
    assert all(reasons[name] for name in ("nested.html", "unclosed.html"))
    assert loaded == [], "the parsers are loaded in the sandbox only"


def _zombies() -> list[str]:
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    pids = children.read_text().split() if children.exists() else []
    return [pid for pid in pids if " Z " in Path(f"/proc/{pid}/stat").read_text()]
