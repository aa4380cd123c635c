"""Chroma is used as a library: its server is never there, and a folder of vectors brings no code along."""

import ast
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from dateline.index.vectors.chroma import ChromaFolder
from tests.harness.fakes import passage

ROOT = Path(__file__).parents[3]
_SERVER = ("chromadb.server", "chromadb.app", "chromadb.cli", "fastapi", "uvicorn")
_HEAVY = ("chromadb", "opentelemetry", "grpc")


def _folder(path: Path) -> Path:
    path.mkdir()
    made = ChromaFolder.create(path, 3)
    made.add([passage("A bridge."), passage("A ferry.", "b2"), passage("A mayor.", "c3")], np.eye(3, dtype=np.float32))
    made.end_build(10)
    made.close()
    return path


@pytest.mark.threat(27)
def test_a_folder_that_names_code_to_run_has_none_of_it_run(tmp_path: Path) -> None:
    from chromadb.utils.embedding_functions import register_embedding_function

    @register_embedding_function
    class Planted:
        built: ClassVar[list[Any]] = []

        def __call__(self, input: Any) -> Any:  # noqa: A002 - Chroma's own name
            return input

        @staticmethod
        def name() -> str:
            return "planted"

        @staticmethod
        def build_from_config(config: dict[str, Any]) -> "Planted":
            Planted.built.append(config)
            return Planted()

        def get_config(self) -> dict[str, Any]:
            return {}

    folder = _folder(tmp_path / "vectors")
    planted = {"type": "known", "name": "planted", "config": {"trust_remote_code": True}}
    with sqlite3.connect(folder / "chroma.sqlite3") as database:
        ((text,),) = database.execute("SELECT schema_str FROM collections").fetchall()
        named = f'"source_key":"#document","embedding_function":{json.dumps(planted)}'
        changed = text.replace('"source_key":"#document"', named)
        assert changed != text
        database.execute("UPDATE collections SET schema_str = ?", (changed,))
    database.close()
    with pytest.raises(ValueError, match="names a model to load"):
        ChromaFolder.open(folder)
    assert Planted.built == []


def test_neither_the_server_of_chroma_is_imported_nor_its_slow_client() -> None:
    script = f"""
import sys, tempfile
from pathlib import Path
import numpy as np
from dateline.index.vectors.chroma import ChromaFolder
from tests.harness.fakes import passage
folder = ChromaFolder.create(Path(tempfile.mkdtemp()), 3)
folder.add([passage("A bridge."), passage("A ferry.", "b2"), passage("A mayor.", "c3")], np.eye(3, dtype=np.float32))
folder.search(np.array([0, 1, 0], np.float32), 1)
folder.close()
print([name for name in sys.modules if name.startswith({_SERVER + _HEAVY!r}) and not name.startswith("chromadb_rust")])
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_module_names_the_server_of_chroma_or_speaks_to_one() -> None:
    for path in (path for package in ("index", "rag", "ui", "eval") for path in (ROOT / package).rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not names & {"HttpClient", "AsyncHttpClient", "CloudClient"}, path
        modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        modules += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        assert not [name for name in modules if name.startswith(_SERVER[:3])], path
