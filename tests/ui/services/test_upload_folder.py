"""Where uploads wait: gone with their server, with the next one where that was killed, and after an hour."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from dateline.ui.services.upload_folder import KEPT_SECONDS, UploadFolder, remove_abandoned

_KILLED = """
import os
from dateline.ui.services.upload_folder import UploadFolder
with UploadFolder() as folder:
    (folder.path / "article.txt").write_text("words")
    print(folder.path, flush=True)
    os.kill(os.getpid(), 9)
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


@pytest.mark.threat(56)
def test_the_next_server_removes_what_a_killed_one_left_and_leaves_a_running_one_alone(temporary: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED], capture_output=True, text=True)
    left = Path(killed.stdout.strip())
    assert (left / "article.txt").read_text() == "words"
    (temporary / "dateline-of-another-kind").mkdir()
    (temporary / "dateline-link").symlink_to(temporary)
    with UploadFolder() as running:
        remove_abandoned()
        assert not left.exists()
        assert running.path.is_dir()
    assert not running.path.exists()
    assert (temporary / "dateline-of-another-kind").is_dir()


@pytest.mark.threat(56)
def test_what_is_not_used_for_an_hour_goes() -> None:
    with UploadFolder() as folder:
        for name in ("old", "new"):
            (folder.path / name).mkdir()
            (folder.path / name / "article.txt").write_text("words")
        os.utime(folder.path / "old" / "article.txt", (0, time.time() - KEPT_SECONDS - 1))
        assert folder.bytes_waiting() == 10
        folder.remove_unused(time.time())
        assert sorted(path.name for path in folder.path.iterdir()) == ["new", "server.lock"]


def test_only_its_owner_reads_it() -> None:
    with UploadFolder() as folder:
        assert folder.path.stat().st_mode & 0o777 == 0o700
