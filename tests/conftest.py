"""What every test lives by: no network but the loopback, and a home of its own."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

_MOST_PROCESSES = 4

settings.register_profile("untimed", deadline=None)  # speed is measured by benchmarks, not by tests on a busy machine
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else address
        if self.family == socket.AF_UNIX or host in ("127.0.0.1", "::1", "localhost"):
            return connect(self, address)
        raise AssertionError(f"a test tried to reach {address!r}")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting, library or model of the person who runs the tests is seen."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for name in [name for name in os.environ if name.startswith(("DATELINE_", "OPENAI_", "OLLAMA_"))]:
        monkeypatch.delenv(name)
    yield


@pytest.fixture
def seed_article() -> Path:
    """The article that the README asks about."""
    return Path(__file__).parent.parent / "seeds" / "2024-09-08-iraq-coalition-withdrawal.txt"


def pytest_configure() -> None:
    """Ctrl-C reaches what tests start, also where they run in the background of a shell, which has it ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """The whole suite is run by several processes, a part of it that is named by this one."""
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return min(_MOST_PROCESSES, os.cpu_count() or 1) if whole else 0


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a browser or a model server are slow; those of a browser come last, those of a file stay together.

    As long as a browser is open, no other test of its process could run an event loop of its own.
    """
    items.sort(key=_in_browser)
    for item in items:
        if _in_browser(item) or item.get_closest_marker("server"):
            item.add_marker(pytest.mark.slow)
        item.add_marker(pytest.mark.xdist_group(_group(item)))


def _in_browser(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None


def _group(item: pytest.Item) -> str:
    """What one process runs: the tests of a file, or all those in which a browser is opened."""
    return "browser" if _in_browser(item) else item.path.as_posix()
