"""One writer a library: held against real processes."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from dateline.index.errors import LibraryError, LibraryLocked
from dateline.index.storage.lock import WriterLock, holder

ROOT = Path(__file__).parents[3]
HOLD = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from dateline.index.storage.lock import WriterLock
sys.argv = ["/somewhere/dateline", "add", "a secret path"]
lock = WriterLock(Path({{folder!r}}))
lock.acquire()
print("held", flush=True)
sys.stdin.read()
lock.release()
"""


@pytest.fixture
def other(tmp_path):
    """Another process that holds the lock of ``tmp_path`` until its stdin is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD.format(folder=str(tmp_path))], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def test_a_second_process_is_refused_with_the_name_of_the_first(tmp_path, other):
    with pytest.raises(LibraryLocked) as refusal:
        WriterLock(tmp_path).acquire()
    assert f"process {other.pid} (dateline add, since " in str(refusal.value)
    assert "secret" not in str(refusal.value)
    assert holder(tmp_path) in str(refusal.value)


def test_the_lock_is_free_once_its_holder_was_killed(tmp_path, other):
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    assert (tmp_path / "writer.json").exists()  # what it wrote about itself is stale
    assert holder(tmp_path) is None
    with WriterLock(tmp_path):
        assert f"process {os.getpid()} " in holder(tmp_path)


def test_the_lock_is_free_once_its_holder_released_it(tmp_path, other):
    other.communicate()
    with WriterLock(tmp_path):
        pass
    assert holder(tmp_path) is None
    assert not (tmp_path / "writer.json").exists()


def test_the_same_process_does_not_get_it_twice(tmp_path):
    with WriterLock(tmp_path), pytest.raises(LibraryLocked, match=f"process {os.getpid()} "):
        WriterLock(tmp_path).acquire()


def test_a_refused_lock_takes_nothing_from_its_holder(tmp_path):
    with WriterLock(tmp_path):
        refused = WriterLock(tmp_path)
        with pytest.raises(LibraryLocked):
            refused.acquire()
        refused.release()
        assert holder(tmp_path)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_neither_releases_nor_keeps_the_lock(tmp_path):
    lock = WriterLock(tmp_path)
    lock.acquire()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(writing)
        lock.release()
        os.read(reading, 1)  # until the parent ends the test
        os._exit(0)
    try:
        assert holder(tmp_path)
        lock.release()
        assert holder(tmp_path) is None
    finally:
        os.close(writing)
        os.waitpid(child, 0)
        os.close(reading)


def test_damaged_words_about_the_holder_still_refuse(tmp_path, other):
    (tmp_path / "writer.json").write_text(json.dumps(["nonsense"]))
    with pytest.raises(LibraryLocked, match="another process"):
        WriterLock(tmp_path).acquire()


@pytest.mark.threat(45)
def test_a_folder_that_can_not_be_written_is_told_with_the_way_out(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryError, match="choose another with --library"):
        WriterLock(tmp_path / "file").acquire()


@contextmanager
def once_told(caplog, act):
    """Do something at the moment at which a writer is told that it waits."""

    def told(record):
        act()
        return True

    caplog.handler.addFilter(told)
    try:
        with caplog.at_level("WARNING"):
            yield
    finally:
        caplog.handler.removeFilter(told)


def test_a_second_writer_waits_and_is_told_for_whom(tmp_path, other, caplog):
    with once_told(caplog, other.stdin.close), WriterLock(tmp_path, wait=True):
        assert f"process {os.getpid()} " in holder(tmp_path)
    (line,) = caplog.messages
    assert f"is being written by process {other.pid} (dateline add, since " in line
    assert "waiting for it to end" in line


def test_a_writer_that_waits_goes_on_when_the_first_is_killed(tmp_path, other, caplog):
    with once_told(caplog, other.kill), WriterLock(tmp_path, wait=True):
        assert f"process {os.getpid()} " in holder(tmp_path)


def test_ctrl_c_ends_the_wait_and_leaves_the_lock_to_its_holder(tmp_path, other, caplog):
    def interrupt():
        raise KeyboardInterrupt

    lock = WriterLock(tmp_path, wait=True)
    with once_told(caplog, interrupt), pytest.raises(KeyboardInterrupt):
        lock.acquire()
    lock.release()
    assert f"process {other.pid} " in holder(tmp_path)
    other.kill()
    with lock:
        assert f"process {os.getpid()} " in holder(tmp_path)


def test_a_process_does_not_wait_for_itself(tmp_path):
    with WriterLock(tmp_path), pytest.raises(LibraryLocked, match=f"process {os.getpid()} "):
        WriterLock(tmp_path, wait=True).acquire()


@pytest.mark.threat(53)
def test_what_a_strangers_file_says_of_the_holder_is_not_shown_to_a_terminal(tmp_path, other):
    words = {"process": other.pid, "command": "\x1b]0;pwned\x07", "since": "‮now"}
    (tmp_path / "writer.json").write_text(json.dumps(words))
    with pytest.raises(LibraryLocked, match="another process"):
        WriterLock(tmp_path).acquire()
