"""The vector index is a folder of Chroma that anyone who knows Chroma can use."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings

from dateline.index.embedding.embedder import load_embedder
from dateline.index.library import Library


class OurEmbedder(Embeddings):
    """The embedder of the library, as LangChain has them."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return load_embedder().embed_passages(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        return load_embedder().embed_question(text).tolist()


@pytest.fixture
def library(tmp_path: Path, seed_article: Path) -> Iterator[Library]:
    (tmp_path / "flood.txt").write_text("Flood\n\nThe river Lenn rose four metres.\n\nSource: Harwick Post\n2024-03-04")
    with Library.write(tmp_path / "library") as opened:
        opened.add([seed_article, tmp_path / "flood.txt"])
        yield opened


def test_langchains_own_store_opens_it_and_finds_the_passage_with_its_place(library: Library) -> None:
    (folder,) = (library.folder / "vectors").iterdir()
    store = Chroma(persist_directory=str(folder), collection_name="chunks", embedding_function=OurEmbedder())
    assert store._collection.count() == library.count_chunks() > 2
    (found,) = store.similarity_search("when do coalition troops leave Iraq?", k=1)
    article = library.article(found.metadata["article_id"])
    start, end = found.metadata["start"], found.metadata["end"]
    assert found.page_content == article.text[start:end]
    assert "September 2025" in found.page_content
    assert found.id == f"{article.id}:{start}-{end}"
    late = {"$and": [{"published": {"$gte": 20240301}}, {"published": {"$lte": 20240331}}]}
    (other,) = store.similarity_search("troops", k=1, filter=late)
    flood = library.article(other.metadata["article_id"])
    assert flood.metadata.title == other.metadata.get("title")
    assert (other.metadata["source"], other.metadata["published"]) == ("Harwick Post", 20240304)
    store._client.close()
