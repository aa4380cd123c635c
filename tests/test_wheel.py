"""What is built and installed: one top-level name, beside whatever else has folders of the same names."""

import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
FOLDERS = ("index", "rag", "ui", "eval")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the source archive and of the wheel, the latter built from the former."""
    pytest.importorskip("hatchling", reason="hatchling, which builds the wheel, is not installed")
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def _other_wheel(folder: Path) -> Path:
    """Another project's wheel, with top-level packages named as our folders are."""
    path, info = folder / "other-1.0-py3-none-any.whl", "other-1.0.dist-info"
    files = {
        **{f"{name}/__init__.py": f"OTHERS = {name!r}\n" for name in FOLDERS},
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: other\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in (*files, f"{info}/RECORD"))
    with zipfile.ZipFile(path, "w") as wheel:
        for name, content in {**files, f"{info}/RECORD": record}.items():
            wheel.writestr(name, content)
    return path


def _run(*command: object, cwd: Path) -> str:
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env={"HOME": str(cwd)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_wheel_has_one_top_level_name_and_all_that_the_package_needs(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"dateline"}
    tracked = subprocess.run(["git", "ls-files", *FOLDERS], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode == 0:  # in a checkout
        assert {f"dateline/{name}" for name in tracked.stdout.splitlines()} <= set(names)
    assert "dateline/py.typed" in names
    assert len(names) == len(set(names))
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as source:
        assert any(name.endswith("/tests/test_wheel.py") for name in source.getnames())


@pytest.mark.slow
def test_beside_another_wheel_and_a_users_own_modules_of_these_names_nothing_collides(
    built: Path, tmp_path: Path
) -> None:
    (wheel,) = built.glob("*.whl")
    venv.EnvBuilder().create(tmp_path / "env")
    python = tmp_path / "env" / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "--no-input")
    _run(*pip, "install", "--no-index", "--no-deps", wheel, _other_wheel(tmp_path), cwd=tmp_path)
    (site,) = (tmp_path / "env").glob("lib/python*/site-packages")
    work = tmp_path / "work"
    (work / "rag").mkdir(parents=True)
    (work / "index.py").write_text("MINE = 'index'\n", "utf-8")
    (work / "rag" / "__init__.py").write_text("MINE = 'rag'\n", "utf-8")
    (work / "vote.txt").write_text("Mayor Ida Brandt won the vote with 54 per cent.\n", "utf-8")
    (work / "script.py").write_text(
        "import eval, index, rag, ui\n"
        "import dateline\n"
        "from dateline import Assistant, Library\n"
        "with Library.write('library') as library:\n"
        "    library.add('vote.txt')\n"
        "with Assistant.open('library') as assistant:\n"
        "    print(assistant.ask('Who won the vote?').text)\n"
        "print(index.MINE, rag.MINE, ui.OTHERS, eval.OTHERS, dateline.__file__)\n",
        "utf-8",
    )
    libraries = site / "libraries.pth"  # what Dateline needs, from where the tests run
    libraries.write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")
    answer, names = _run(python, "script.py", cwd=work).splitlines()
    assert answer == "Mayor Ida Brandt won the vote with 54 per cent."
    assert names == f"index rag ui eval {site / 'dateline' / '__init__.py'}"
    asked = _run(python, "-m", "dateline", "ask", "Who won the vote?", "--library", "library", cwd=work)
    assert "54 per cent" in asked
    libraries.unlink()
    files = {path for path in (site / "dateline").rglob("*") if "__pycache__" not in path.parts}
    _run(*pip, "uninstall", "--yes", "other", cwd=tmp_path)
    assert not (site / "rag").exists()
    assert {path for path in (site / "dateline").rglob("*") if "__pycache__" not in path.parts} == files


def test_of_a_checkout_no_module_is_imported_twice() -> None:
    script = """
import sys, importlib
sys.path.insert(0, sys.argv[1])
import dateline.index.types, dateline.rag.types, dateline.ui.errors, dateline.eval.types
for name in ("index", "rag", "ui", "eval", "index.types", "rag.types"):
    try:
        importlib.import_module(name)
    except ImportError as error:
        print(error)
twice = [name for name in sys.modules if f"dateline.{name}" in sys.modules and name.split(".")[0] in sys.argv[2:]]
assert not twice, twice
"""
    command = [sys.executable, "-c", script, str(ROOT), *FOLDERS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    said = [f"the folder {name!r} is imported as 'dateline.{name}'" for name in (*FOLDERS, "index", "rag")]
    assert done.stdout.splitlines() == said


def test_the_pinned_versions_are_within_the_ranges_and_leave_nothing_out() -> None:
    rows = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = dict(row.split("==") for row in rows if not row.startswith("#"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [Requirement(one) for one in (*project["dependencies"], *project["optional-dependencies"]["dev"])]
    wrong = [str(one) for one in wanted if pinned.get(one.name.lower().replace("_", "-"), "0") not in one.specifier]
    assert not wrong, "run: python .ci/pin.py > constraints.txt"
