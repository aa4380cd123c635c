"""What servers and containers run: Dockerfile, compose.yaml, and an installation without torch, asked and served."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
import yaml

from tests.harness.container import (
    QUESTION,
    ROOT,
    environment_of,
    health_command,
    last,
    linked_environment,
    read_dockerfile,
)
from tests.harness.documents import docx, runs
from tests.harness.hidden_text import pdf
from tests.harness.serving import Served, served

_TOKEN = "a-token-of-a-program"
_REQUIREMENTS = ROOT / "requirements-server.txt"


def _linted(program: str, file: str) -> str:
    path = shutil.which(program, path=str(Path(sys.executable).parent)) or shutil.which(program)
    assert path, f"{program} is not installed; run: pip install -e '.[dev]'"
    done = subprocess.run([path, file], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_linter_of_dockerfiles_finds_nothing() -> None:
    assert not _linted("hadolint", "Dockerfile")


def test_the_linter_of_compose_files_finds_nothing_but_names_without_a_digest() -> None:
    found = _linted("compose-lint", "compose.yaml")
    assert {word for line in found.splitlines() for word in line.split() if word.startswith("CL-")} <= {
        "CL-0019",
        "CL-0019)",
    }


def test_it_runs_as_another_user_with_what_it_writes_in_a_volume() -> None:
    instructions = read_dockerfile()
    assert last(instructions, "USER").value == "10001:10001"
    assert last(instructions, "VOLUME").value == "/data"
    set_ = environment_of(instructions, Path("/image"))
    assert set_["DATELINE_LIBRARY"] == "/image/data/library"
    composed = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    for service in composed["services"].values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert all(":" in volume and not volume.startswith(("/", ".")) for volume in service["volumes"])
    assert composed["services"]["dateline"]["user"] == last(instructions, "USER").value
    assert all(port.startswith("127.0.0.1:") for port in composed["services"]["dateline"]["ports"])
    assert "ports" not in composed["services"]["postgres"]


def test_what_the_build_needs_is_handed_to_it() -> None:
    kept = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")]
    assert all((ROOT / one[1:]).exists() for one in kept)
    assert {"!requirements-server.txt", "!constraints.txt", "!pyproject.toml"} <= set(kept)


def test_the_packages_of_a_server_are_pinned_as_all_are_and_torch_is_none_of_them() -> None:
    rows = [row for row in _REQUIREMENTS.read_text("utf-8").splitlines() if not row.startswith("#")]
    assert set(rows) <= set((ROOT / "constraints.txt").read_text("utf-8").splitlines())
    names = {row.partition("==")[0] for row in rows}
    assert not names & {"torch", "sentence-transformers", "transformers", "kubernetes", "scipy", "grpcio", "sympy"}
    assert {"chromadb", "gradio", "langchain-openai", "onnxruntime", "psycopg"} <= names


@pytest.fixture(scope="module")
def server_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation of the wheel with the packages of a server, and no other."""
    folder = tmp_path_factory.mktemp("server")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("*.whl")
    return linked_environment(folder / "env", _REQUIREMENTS, wheel)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, server_environment: Path) -> Path:
    """A library that was built there, of articles of several kinds."""
    folder = tmp_path_factory.mktemp("built")
    articles = folder / "articles"
    shutil.copytree(ROOT / "seeds", articles)
    (articles / "ferry.html").write_text(
        "<html><body><article><h1>Ferry strike</h1><p>Ferry crews stopped work at dawn on Monday.</p>"
        "<p>The union asks for eight per cent more pay, and the company offers three.</p></article></body></html>",
        "utf-8",
    )
    (articles / "mill.docx").write_bytes(
        docx(runs("The old mill of Harwick burnt down on Friday night, and nobody was hurt."))
    )
    (articles / "bridge.pdf").write_bytes(
        pdf("BT /F1 12 Tf 72 700 Td (The bridge of Lenn is closed until the end of October.) Tj ET")
    )
    done = _run(server_environment, folder, "add", articles, "--library", folder / "library")
    assert done.returncode == 0, done.stderr
    assert "4 added" in done.stderr
    return folder / "library"


def _run(environment: Path, home: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [environment / "bin" / "dateline", *map(str, arguments)]
    surroundings = {"HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=home, env=surroundings, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_without_torch_and_what_chromas_server_asks_for_every_kind_is_read_and_questions_are_answered(
    server_environment: Path, library: Path, tmp_path: Path
) -> None:
    for name in ("torch", "sentence_transformers", "transformers", "kubernetes", "grpc", "scipy"):
        program = [server_environment / "bin" / "python", "-c", f"import {name}"]
        assert subprocess.run(program, capture_output=True, check=False).returncode, name
    asked = _run(server_environment, tmp_path, "ask", QUESTION, "--library", library, "--json")
    answer = json.loads(asked.stdout)
    assert "by the end of 2026" in answer["answer"]
    engine = _run(server_environment, tmp_path, "doctor", "--library", library).stdout
    assert "searched by Chroma" in engine
    assert "the library is in order" in engine
    named = _run(server_environment, tmp_path, "ask", "who?", "--library", library, "--model", "openai:none")
    assert "OPENAI_API_KEY" in named.stderr  # its package is there, a key is not
    wanted = {"DATELINE_READER": "someone/model", "HOME": str(tmp_path)}
    command = [server_environment / "bin" / "dateline", "ask", "who?", "--library", str(library)]
    missing = subprocess.run(command, env=wanted, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert missing.returncode == 1
    assert missing.stderr.count("\n") == 1
    assert "torch, which runs models of Hugging Face, is not installed" in missing.stderr


def _files(environment: Path) -> set[Path]:
    return {path for path in environment.rglob("*") if path.is_symlink() or path.is_file()}


@pytest.fixture
def container(server_environment: Path, library: Path, tmp_path: Path) -> Iterator[Served]:
    """The Dockerfile's entry with the command of compose.yaml, at a free port."""
    composed = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["dateline"]["command"]
    (tmp_path / "token").write_text(f"{_TOKEN}\n", "utf-8")
    command = [one.replace("/run/secrets/token", str(tmp_path / "token")) for one in composed]
    entry = last(read_dockerfile(), "ENTRYPOINT").words()
    program = [str(server_environment / "bin" / entry[0]), *entry[1:]]
    surroundings = {"PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(tmp_path), "PYTHONPATH": ""}
    with served(library, *command[1:], program=program, environment=surroundings) as running:
        yield running


@pytest.mark.slow
def test_the_commands_of_the_container_answer_its_health_check_and_write_nothing_into_the_image(
    container: Served, server_environment: Path
) -> None:
    before, port = _files(server_environment), container.address.rstrip("/").rpartition(":")[2]
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {_TOKEN}"}
    given = json.dumps({"question": QUESTION}).encode()
    with urlopen(Request(f"http://127.0.0.1:{port}/v1/ask", given, headers)) as answered:
        assert "by the end of 2026" in json.load(answered)["answer"]
    program, *arguments = health_command(read_dockerfile())
    check = [str(server_environment / "bin" / program), *(one.replace("7860", port) for one in arguments)]
    assert subprocess.run(check, capture_output=True, check=False).returncode == 0
    assert container.stop() == 0
    assert subprocess.run(check, capture_output=True, check=False).returncode != 0
    assert _files(server_environment) == before


@pytest.mark.slow
def test_the_page_is_served_there_too(server_environment: Path, library: Path) -> None:
    program = [str(server_environment / "bin" / "dateline")]
    with served(library, program=program, environment={"PYTHONPATH": ""}) as page:
        assert "page.js" in urlopen(page.address).read().decode()
