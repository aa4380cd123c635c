"""The architecture: who imports what, how large a module may grow, and how small it may be."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent
_PACKAGES = ("index", "rag", "eval", "ui")  # from the lowest to the highest
_LONGEST_MODULE, _LONGEST_FUNCTION, _SHORTEST_MODULE = 500, 40, 60
# A heavy library, and the modules that may import it.
_DOORS = {
    "chromadb": set(),
    "chromadb_rust_bindings": {"index/vectors/chroma.py"},
    "trafilatura": {"index/reading/html.py"},
    "lxml": {f"index/reading/{name}.py" for name in ("html", "visibility", "xml_packages")},
    "tinycss2": {f"index/reading/{name}.py" for name in ("css_values", "stylesheets", "visibility")},
    "cssselect2": {"index/reading/stylesheets.py", "index/reading/visibility.py"},
    "pypdf": {"index/reading/pdf.py"},
    "onnxruntime": {"index/embedding/onnx.py"},
    "sentence_transformers": {"index/embedding/embedder.py", "rag/reader/hub_models.py"},
    "torch": {"rag/reader/hub_models.py"}
    | {f"eval/training/{name}.py" for name in ("model", "trainer", "export", "injection_model", "__main__")},
    "transformers": {"eval/training/model.py", "rag/reader/hub_models.py"},
    "gradio": {
        f"ui/web/page/{name}.py"
        for name in "ask blocks check components evaluate library models scope timeline".split()
    },
    "fastapi": {"ui/web/page/blocks.py", "ui/web/page/routes.py", "ui/api/http.py"},
    "langchain": {"rag/writing/chat_models.py"},
    "langchain_openai": set(),
    "langchain_ollama": set(),
    "langchain_anthropic": set(),
    "langchain_google_genai": set(),
    "openai": {"rag/writing/chat_models.py"},
    "mcp": {"ui/api/mcp.py"},
    "psycopg": {"index/postgres/connection.py"},
    "psycopg_pool": {"index/postgres/connection.py"},
}
_SQL_FOLDERS = ("index/storage/", "index/postgres/", "index/maintenance/")
_MEASURES_THE_RECORD = ("eval/benchmarks/growth.py",)
_SQL = re.compile(r"\A\s*(?:SELECT|INSERT|DELETE FROM|UPDATE|CREATE|DROP|PRAGMA|WITH) [\w*(]")
# Modules under the floor that one other needs, each for its reason.
_SMALL = {
    "eval/datasets/followups.py": "one set, one reader, as its neighbours",
    "rag/writing/sanitize.py": "links and HTML are taken out in one place, read by whoever audits that",
}


def _modules() -> list[Path]:
    return [path for package in _PACKAGES for path in sorted((_ROOT / package).rglob("*.py"))]


def _name(path: Path) -> str:
    return str(path.relative_to(_ROOT))


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    """All below a node but what only a type checker sees."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _nodes(child)


def _imports(path: Path) -> Iterator[str]:
    """What a module imports, wherever in it: of ``from a import b`` both ``a`` and ``a.b``."""
    for node in _nodes(_parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _dotted(path: Path) -> str:
    return ".".join(("dateline", *path.relative_to(_ROOT).with_suffix("").parts)).removesuffix(".__init__")


@cache
def _graph() -> dict[str, set[str]]:
    """For every module the modules of ours that it imports."""
    names = {_dotted(path) for path in _modules()}
    graph = {}
    for path in _modules():
        found = set(_imports(path)) & names
        packages = {one.rpartition(".")[0] for one in found}  # `from package import module` takes the module
        used_itself = {node.module for node in _nodes(_parsed(path)) if _takes_a_name(node, names)}
        graph[_dotted(path)] = {one for one in found if one not in packages or one in used_itself}
    return graph


def _takes_a_name(node: ast.AST, names: set[str]) -> bool:
    """Whether an import takes something of a module that is no module."""
    return isinstance(node, ast.ImportFrom) and any(f"{node.module}.{alias.name}" not in names for alias in node.names)


def test_imports_point_one_way() -> None:
    for path in _modules():
        package = path.relative_to(_ROOT).parts[0]
        above = _PACKAGES[_PACKAGES.index(package) + 1 :]
        used = {name.split(".")[1] for name in _imports(path) if name.startswith("dateline.")}
        assert used.isdisjoint(above), f"{_name(path)} imports {used & set(above)}"


@pytest.mark.slow
def test_no_module_is_imported_by_the_name_of_its_folder_alone() -> None:
    for path in [*_modules(), *(_ROOT / "tests").rglob("*.py"), *(_ROOT / ".ci").glob("*.py")]:
        assert not {name.split(".")[0] for name in _imports(path)} & {*_PACKAGES}, path


def test_no_modules_import_each_other_in_a_circle() -> None:
    TopologicalSorter(_graph()).prepare()  # which names a circle


def test_each_heavy_library_has_its_door() -> None:
    for path in _modules():
        name = _name(path)
        if name.startswith("eval/benchmarks/"):
            continue  # peers and comparisons are made of these libraries
        for library in {one.split(".")[0] for one in _imports(path)} & _DOORS.keys():
            assert name in _DOORS[library], f"{name} imports {library}"


def test_what_knows_sql_is_the_record_and_what_mends_it() -> None:
    for path in _modules():
        if _name(path).startswith((*_SQL_FOLDERS, *_MEASURES_THE_RECORD)):
            continue
        assert "sqlite3" not in {one.split(".")[0] for one in _imports(path)}, path
        said = (node.value for node in ast.walk(_parsed(path)) if isinstance(node, ast.Constant))
        assert not [one for one in said if isinstance(one, str) and _SQL.match(one)], path


@pytest.mark.parametrize("path", _modules(), ids=_name)
def test_a_module_and_its_functions_stay_small(path: Path) -> None:
    assert path.read_text("utf-8").count("\n") <= _LONGEST_MODULE
    for node in ast.walk(_parsed(path)):
        if isinstance(node, ast.FunctionDef):
            body = [part for part in node.body if not _is_docstring(part)]
            lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            assert lines <= _LONGEST_FUNCTION, node.name


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def test_a_small_module_is_one_that_several_others_need() -> None:
    found = {}
    for path in _modules():
        importers = [one for one, used in _graph().items() if _dotted(path) in used]
        small = path.read_text("utf-8").count("\n") < _SHORTEST_MODULE and not path.name.startswith("__")
        if small and len(importers) < 2:
            found[_name(path)] = importers
    assert found.keys() <= _SMALL.keys(), {name: found[name] for name in found.keys() - _SMALL.keys()}


def test_asking_imports_no_torch_and_no_chat_model(tmp_path: Path, seed_article: Path) -> None:
    script = """
import sys
from pathlib import Path
from dateline import Assistant, Library
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
import dateline
import dateline.rag.writing.local_servers
import dateline.rag.settings
import dateline.ui.cli.commands
heavy = ("torch", "onnxruntime", "langchain_core", "openai", "chromadb", "trafilatura")
print([name for name in heavy if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
