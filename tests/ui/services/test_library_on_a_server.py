"""What the page and other programs do with a library on a server: the same as with a folder."""

import json
from pathlib import Path

import pytest

from dateline.index.postgres.address import ServerAddress
from dateline.rag.settings import Settings
from dateline.ui.api.endpoints import Endpoints
from dateline.ui.services.eval_runs import sample_sets
from dateline.ui.services.feedback import add_correction
from dateline.ui.services.library_admin import library_stats, remove_article
from dateline.ui.services.uploads import Upload, upload
from dateline.ui.services.workspace import open_workspace
from tests.harness.postgres_server import shared_server, why_none

pytestmark = pytest.mark.skipif(bool(why_none()), reason=str(why_none()))

_QUESTION = "when do coalition troops leave Iraq?"


def test_a_page_asks_uploads_corrects_and_removes(tmp_path: Path, seed_article: Path) -> None:
    address = ServerAddress.parse(shared_server().new_address())
    settings = Settings(library=address)
    workspace = open_workspace(settings)
    assert workspace.library.count_articles() == 0
    upload(settings, [Upload(path=seed_article, name="iraq.txt")])
    assert list((address.folder / "uploads").rglob("iraq.txt"))
    answer = workspace.assistant().ask(_QUESTION)
    assert not answer.abstained
    assert answer.library.path == str(address)
    stats = library_stats(workspace.library)
    assert (stats.path, stats.articles, stats.newest) == (str(address), 1, "2024-09-08")
    assert stats.bytes > 50_000
    found = Endpoints(assistant=workspace.assistant).search("coalition troops")
    assert json.dumps(found, default=str).count("coalition")
    (article,) = workspace.library.articles()
    add_correction(
        {"question": _QUESTION, "verdict": "right", "answers": ["2026"], "article": [article.id]}, workspace.library
    )
    assert any("corrections" in one.name for one in sample_sets(settings.folder))
    assert "removed" in remove_article(settings, article.id)
    assert workspace.library.count_articles() == 0
    assert not list((address.folder / "uploads").rglob("iraq.txt"))
    workspace.close()
