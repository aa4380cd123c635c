"""What the papers say is there: commands, options, paths, pages and links, held against the tree."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from dateline.eval.benchmarks.__main__ import main as run_benchmark
from dateline.ui.cli.commands import app

_ROOT = Path(__file__).parent.parent
_DECISIONS = _ROOT / "docs" / "decisions"
_FOLDERS = ("index", "rag", "ui", "eval", "dateline", "tests", "docs", "seeds", ".ci")
_FIRST_COMMANDS = (
    '    pip install -e . && dateline ask "when do coalition troops leave Iraq?" --articles seeds',
    "    pip install -e '.[dev]' && pytest",
)


def _papers() -> Iterator[tuple[Path, str]]:
    """Every paper and its text; a page of a decision that no longer holds may name what is gone, and is left out."""
    cards = (path for name in ("index", "rag", "eval") for path in (_ROOT / name).rglob("README.md"))
    for path in sorted({*_ROOT.glob("*.md"), *(_ROOT / "docs").rglob("*.md"), *cards}):
        text = path.read_text("utf-8")
        if "**Superseded by" not in text:
            yield path, text


def _code() -> Iterator[tuple[str, str]]:
    """Lines of code, and what stands between backticks in the others, each with the name of its paper before it."""
    for paper, text in _papers():
        fenced = False
        for line in text.split("\n"):
            fenced ^= line.startswith("```")
            found = [line] if fenced or line.startswith("    ") else re.findall(r"`([^`]+)`", line)
            yield from ((code, f"{paper.relative_to(_ROOT)}: {code}") for code in found)


def _module(name: str) -> Path:
    """The file that ``python -m NAME`` runs; of a package its ``__main__``."""
    path = _ROOT.joinpath(*name.split("."))
    return path / "__main__.py" if path.is_dir() else path.with_suffix(".py")


def test_every_module_that_is_run_is_there_with_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    for code, place in _code():
        for name, rest in re.findall(r"python -m ((?:dateline|tests)\.[\w.]+)([^#`|]*)", code):
            module = _module(name)
            assert module.is_file(), place
            source = module.read_text("utf-8")
            assert '__name__ == "__main__"' in source, place
            benchmark = re.match(r" ([a-z_]+)\b", rest) if name == "dateline.eval.benchmarks" else None
            known = _help(capsys, benchmark[1]) if benchmark else set(re.findall(r'"(--[a-z-]+)"', source))
            assert set(re.findall(r"--[a-z][a-z-]*", rest)) <= known | {"--help"}, place


def _help(capsys: pytest.CaptureFixture[str], *benchmark: str) -> set[str]:
    """The options of a benchmark; without one the names of all benchmarks, and the options of any."""
    with pytest.raises(SystemExit) as left:
        run_benchmark([*benchmark, "--help"])
    assert not left.value.code, benchmark
    return set(re.findall(r"--[a-z-]+|(?<=[{,])[a-z_]+(?=[},])", capsys.readouterr().out))


def test_every_command_is_there_with_its_options() -> None:
    command = get_command(app)
    for code, place in _code():
        for called in re.findall(r"(?:^|\$ |&& |python -m )\s*dateline ((?:[a-z]+\b)[^|#&]*)", code):
            words = re.sub(r'"[^"]*"', "TEXT", called).split()
            assert set(re.findall(r"--[a-z][a-z-]*", called)) <= _options(command, words, place), place


def _options(command: Any, words: list[str], place: str) -> set[str]:
    """The options of a command and of those that it is one of."""
    own = {name for one in command.params for name in one.opts}
    below = getattr(command, "commands", {})
    if below and words and words[0].isalpha():
        assert words[0] in below, place
        return own | _options(below[words[0]], words[1:], place)
    return own


def test_every_path_between_backticks_is_there() -> None:
    for code, place in _code():
        first, slash, _ = code.partition("/")
        if (" " not in code and slash and first in _FOLDERS) or re.fullmatch(r"[A-Z]+\.md", code):
            assert any(_ROOT.glob(code.rstrip("/"))), place


def test_every_link_leads_to_a_file() -> None:
    for paper, text in _papers():
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            there = target.startswith("https://") or (paper.parent / target.split("#")[0]).is_file()
            assert there, f"{paper.relative_to(_ROOT)}: {target}"


def test_contributing_is_one_page() -> None:
    assert len((_ROOT / "CONTRIBUTING.md").read_bytes()) <= 8_000


def _tree() -> str:
    """The tree of CONTRIBUTING.md, a line a room."""
    return (_ROOT / "CONTRIBUTING.md").read_text("utf-8").split("## The tree")[1].split("\n## ")[0]


def test_every_room_in_the_tree_is_there() -> None:
    above: list[str] = []
    for indent, names in re.findall(r"^ {4}( *)(\S+(?: +\S+\.py)*)", _tree(), re.MULTILINE):
        above = above[: len(indent) // 2]
        for name in names.split():
            assert _ROOT.joinpath(*above, name).exists(), "/".join([*above, name])
        above.append(names.split()[0])


def test_every_room_of_the_packages_is_in_the_tree() -> None:
    for package in ("index", "rag", "ui", "eval"):
        for path in (_ROOT / package).iterdir():
            assert not (path / "__init__.py").is_file() or f"      {path.name}/ " in _tree(), path


def test_the_first_lines_of_the_readme_are_its_two_commands() -> None:
    lines = (_ROOT / "README.md").read_text("utf-8").split("\n")
    code = tuple(line for line in lines if line.startswith("    "))
    assert code[:2] == _FIRST_COMMANDS
    assert not any(line.strip() for line in lines[1 : lines.index(code[0])])


def test_the_index_of_decisions_lists_every_page_once() -> None:
    index = (_DECISIONS / "README.md").read_text("utf-8")
    pages = sorted(path.name for path in _DECISIONS.glob("[0-9]*.md"))
    assert re.findall(r"\]\(([^)]+)\)", index) == pages
    assert len({name[:2] for name in pages}) == len(pages)


def test_a_decision_has_its_question_figures_decision_and_losers_in_this_order() -> None:
    for path in _DECISIONS.glob("[0-9]*.md"):
        headings = re.findall(r"^## (.+)$", path.read_text("utf-8"), re.MULTILINE)
        assert headings == ["Question", "Figures", "Decision", "What lost"], path.name


def test_every_benchmark_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    described = (_ROOT / "docs" / "benchmarks.md").read_text("utf-8").split("\n## ")[0]
    rows = re.findall(r"^\| (`.+?`) \|", described, re.MULTILINE)
    names = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert names == {name for name in _help(capsys) if not name.startswith("-")}
