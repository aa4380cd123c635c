"""Many threads ask one assistant at a time: each gets what it would get alone."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, cast

import pytest

from dateline import Answer, Assistant
from dateline.index.embedding.embedder import OnnxEmbedder
from dateline.index.library import Library
from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Filter, Span
from dateline.rag.reader.crossencoder import CrossEncoder
from dateline.rag.reader.reader import QuotingReader
from dateline.rag.verification.check_sentence import write_with
from dateline.rag.writing.chat_models import open_model
from tests.harness.servers import Act, Asked, ChatServer

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
NEWSROOM = ROOT / "eval" / "sets" / "newsroom"
THREADS = 40
QUESTIONS = 10
PASSAGES = 3  # fewer than usual are read: what is shared by threads is the same
WITH_SOURCE = Filter(source="e")  # those of the newsroom: what is added meanwhile has no source


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("concurrency") / "library"
    with Library.write(folder) as library:
        library.add([NEWSROOM / "articles"])
    return folder


@pytest.fixture(scope="module")
def questions() -> list[str]:
    lines = (NEWSROOM / "questions.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines[:: len(lines) // QUESTIONS][:QUESTIONS]]


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """What ``THREADS`` threads come to that begin at the same moment."""
    start = threading.Barrier(THREADS)

    def begin(number: int) -> Any:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(begin, range(THREADS)))


def untimed(answer: Answer) -> Answer:
    return replace(answer, timings_ms={})


class CountingFolder:
    """A folder of weights that counts how often each file is read."""

    def __init__(self, package: str) -> None:
        self._folder = files(package) / "weights"
        self.read: list[str] = []

    def __truediv__(self, name: str) -> "CountingFile":
        return CountingFile(self, self._folder / name)


class CountingFile:
    def __init__(self, folder: CountingFolder, file: Traversable) -> None:
        self._folder, self._file = folder, file

    def read_bytes(self) -> bytes:
        self._folder.read.append(self._file.name)
        return self._file.read_bytes()


def test_forty_threads_get_the_answers_that_one_gets_and_load_each_model_once(
    folder: Path, questions: list[str]
) -> None:
    with Assistant.open(folder, passages=PASSAGES) as alone:
        expected = [untimed(alone.ask(question)) for question in questions]
    assert sum(not answer.abstained for answer in expected) > QUESTIONS / 2
    embedding, reading = CountingFolder("dateline.index.embedding"), CountingFolder("dateline.rag.reader")
    library = Library.open(folder, OnnxEmbedder(cast(Traversable, embedding)))
    with Assistant(library, QuotingReader(CrossEncoder(cast(Traversable, reading))), PASSAGES) as assistant:
        answers = at_once(lambda number: untimed(assistant.ask(questions[number % QUESTIONS])))
    for number, answer in enumerate(answers):
        assert answer == expected[number % QUESTIONS]
    assert embedding.read.count("model.onnx") == 1
    assert reading.read.count("model.onnx") == 1


def test_threads_that_open_nothing_themselves_share_the_embedder_of_the_library(folder: Path) -> None:
    with Library.open(folder) as library:
        assert len(set(at_once(lambda _: id(library.embedder)))) == 1


ADD_UNTIL_STOPPED = """
import itertools, sys
from pathlib import Path
from dateline.index.library import Library
folder, articles = map(Path, sys.argv[1:])
with Library.write(folder) as library:
    for number in itertools.count():
        article = articles / f"{number}.txt"
        article.write_text(f"Ledger {number}\\n\\nNobody signed the ledger of account {number}.\\n", "utf-8")
        library.add([article])
        print(number, flush=True)
        if (articles / "stop").exists():
            break
"""


@pytest.mark.threat(43)
def test_answers_stay_the_same_while_another_process_adds_articles(
    tmp_path: Path, folder: Path, questions: list[str]
) -> None:
    with Assistant.open(folder, passages=PASSAGES) as assistant:
        expected = [assistant.ask(question, WITH_SOURCE) for question in questions]
        before = assistant.library.count_articles()
        command = [sys.executable, "-c", ADD_UNTIL_STOPPED, str(folder), str(tmp_path)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as adding:
            assert adding.stdout
            assert adding.stdout.readline() == "0\n"
            answers = at_once(lambda number: assistant.ask(questions[number % QUESTIONS], WITH_SOURCE))
            while len({answer.library.articles for answer in answers}) == 1 and adding.poll() is None:
                answers += at_once(lambda number: assistant.ask(questions[number % QUESTIONS], WITH_SOURCE))
            (tmp_path / "stop").touch()
            added = 1 + len(adding.stdout.readlines())
        assert assistant.library.count_articles() == before + added
    assert len({answer.library.articles for answer in answers}) > 1  # it was added to while they were asked
    for number, answer in enumerate(answers):
        alone = expected[number % THREADS % QUESTIONS]
        assert (answer.text, answer.citations) == (alone.text, alone.citations)


def repeats(asked: Asked) -> Iterator[Act]:
    """Says the first three sentences that it is shown, in pieces, each with its number."""
    for number in (1, 2, 3):
        middle = len(asked.sentences[number]) // 2
        yield asked.sentences[number][:middle]
        yield f"{asked.sentences[number][middle:]} [{number}] "


def test_forty_written_answers_at_once_are_those_written_one_by_one(folder: Path, questions: list[str]) -> None:
    with ChatServer(repeats) as server, Library.open(folder) as library:
        environment = {"OPENAI_BASE_URL": server.url}
        writing = write_with(open_model("openai:played", environment, 4096, 60), library.embedder)
        assistant = Assistant(library, passages=PASSAGES, writing=writing)
        expected = [untimed(assistant.ask(question)) for question in questions]
        answers = at_once(lambda number: untimed(assistant.ask(questions[number % QUESTIONS])))
    assert all(answer.claims for answer in expected)
    assert [answer.notice for answer in (*expected, *answers)] == [None] * (QUESTIONS + THREADS)
    for number, answer in enumerate(answers):
        assert answer == expected[number % QUESTIONS]


def test_sentences_are_split_alike_by_many_threads() -> None:
    texts = [path.read_text("utf-8") for path in sorted((NEWSROOM / "articles").iterdir())]

    def split(_: int) -> list[tuple[Span, ...]]:
        return [split_sentences(text, Span(0, len(text))) for text in texts]

    alone = split(0)
    assert all(some == alone for some in at_once(split))
