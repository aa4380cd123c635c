"""The walls of the house: who imports what, and how large a room may grow."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent
_PACKAGES = ("index", "rag", "ui", "eval")
_LONGEST_MODULE, _LONGEST_FUNCTION = 300, 40
# A heavy library, and the modules that may import it.
_DOORS = {
    "chromadb": {"index/vectors/chroma.py"},
    "trafilatura": {"index/reading/html.py"},
    "pypdf": {"index/reading/pdf.py"},
    "onnxruntime": {
        "index/embedding/onnx.py",
        "rag/reader/crossencoder.py",
        "index/embedding/export.py",
        "eval/training/export.py",
    },
    "sentence_transformers": {"index/embedding/embedder.py", "index/embedding/export.py"},
    "torch": {
        "index/embedding/export.py",
        *(f"eval/training/{name}.py" for name in "model training export orders".split()),
    },
    "transformers": {"eval/training/model.py"},
    "sqlite3": {"index/storage/schema.py", "index/storage/record.py", "index/storage/fulltext.py"},
    "gradio": {f"ui/web/page/{name}.py" for name in "ask blocks components evaluate library".split()},
    "fastapi": {"ui/web/page/blocks.py", "ui/web/page/routes.py"},
    "langchain": {"rag/writing/chat_models.py"},
    "langchain_openai": set(),
    "langchain_ollama": set(),
    "langchain_anthropic": set(),
    "langchain_google_genai": set(),
    "openai": {"rag/writing/chat_models.py"},
    "mcp": {"ui/api/mcp.py"},
}
_BELOW = {"index": set(), "rag": {"index"}, "ui": {"index", "rag", "eval"}, "eval": {"index", "rag"}}


def _modules() -> list[Path]:
    return [path for package in _PACKAGES for path in sorted((_ROOT / package).rglob("*.py"))]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_imports_point_one_way() -> None:
    for path in _modules():
        package = path.relative_to(_ROOT).parts[0]
        used = {name.split(".")[0] for name in _imports(path)} & set(_PACKAGES)
        assert used <= _BELOW[package] | {package}, path


def test_each_heavy_library_has_its_door() -> None:
    for path in _modules():
        name = str(path.relative_to(_ROOT))
        if name.startswith("eval/benchmarks/"):
            continue  # peers and comparisons are made of these libraries
        for library in {one.split(".")[0] for one in _imports(path)} & _DOORS.keys():
            assert name in _DOORS[library], f"{name} imports {library}"


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(_ROOT)))
def test_a_module_and_its_functions_stay_small(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= _LONGEST_MODULE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = [part for part in node.body if not _is_docstring(part)]
            lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            assert lines <= _LONGEST_FUNCTION, node.name


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def test_asking_imports_no_torch_and_no_chat_model(tmp_path: Path, seed_article: Path) -> None:
    script = """
import sys
from pathlib import Path
from dateline.index.library import Library
from dateline import Assistant
folder, article = Path(sys.argv[1]), Path(sys.argv[2])
with Library.write(folder) as library:
    library.add([article])
with Assistant.open(folder) as assistant:
    assert not assistant.ask("when do coalition troops leave Iraq?").abstained
heavy = ("torch", "transformers", "sentence_transformers", "gradio", "langchain", "langchain_openai", "openai")
print([name for name in heavy if name in sys.modules])
"""
    command = [sys.executable, "-c", script, str(tmp_path / "library"), str(seed_article)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr


def test_the_command_line_and_its_settings_import_nothing_heavy() -> None:
    script = """
import sys
import dateline.rag.writing.discovery
import dateline.rag.settings
import dateline.ui.cli.app
print([name for name in ("onnxruntime", "langchain_core", "openai", "chromadb", "trafilatura") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
