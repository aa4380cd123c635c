"""The steps of an answer as a tracer sees them by LangChain's callbacks: no other way is needed, and no dependency."""

from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.tracers import context

from dateline import Assistant
from dateline.index.library import Library
from dateline.rag.reader.reader import QuotingReader
from tests.harness.fakes import TRUSTING, FakeEmbedder, FakeMarker

_VOTE = "Mayor Ida Brandt won the vote with 54 per cent."
_QUESTION = "Who won the vote?"


class Recorder(BaseCallbackHandler):
    """Notes each step with the step that it is a part of, and the errors."""

    def __init__(self) -> None:
        self.names: dict[UUID, str] = {}
        self.parents: dict[UUID, UUID | None] = {}
        self.ended: set[UUID] = set()
        self.errors: list[str] = []

    def on_chain_start(self, serialized: Any, inputs: Any, *, run_id: UUID, **told: Any) -> None:
        self.names[run_id], self.parents[run_id] = told["name"], told["parent_run_id"]

    def on_retriever_start(self, serialized: Any, query: str, *, run_id: UUID, **told: Any) -> None:
        self.names[run_id], self.parents[run_id] = f"{told['name']}: {query}", told["parent_run_id"]

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **told: Any) -> None:
        self.ended.add(run_id)

    def on_retriever_end(self, documents: Any, *, run_id: UUID, **told: Any) -> None:
        self.ended.add(run_id)

    def on_chain_error(self, error: BaseException, **told: Any) -> None:
        self.errors.append(type(error).__name__)

    def above(self, name: str) -> list[str]:
        """The steps that one is a part of, from the inside."""
        run: UUID | None = next(run for run, one in self.names.items() if one.startswith(name))
        found = []
        while (run := self.parents[run]) is not None:
            found.append(self.names[run])
        return found


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("traced")
    (folder / "vote.txt").write_text(f"Harwick votes\n\n{_VOTE} She takes office in May.\n", "utf-8")
    with Library.write(folder / "library", FakeEmbedder()) as library:
        library.add([folder / "vote.txt"])
    reader = QuotingReader(FakeMarker({_VOTE: 0.9}, {_VOTE: "Ida Brandt"}), weights=TRUSTING)
    with Assistant(Library.open(folder / "library", FakeEmbedder()), reader) as opened:
        yield opened


@pytest.mark.parametrize("way", ["invoke", "stream"])
def test_every_step_of_an_answer_is_told_with_what_it_is_a_part_of(assistant: Assistant, way: str) -> None:
    recorder = Recorder()
    chain = assistant.chain.with_config(callbacks=[recorder])
    answer = chain.invoke(_QUESTION) if way == "invoke" else [*chain.stream(_QUESTION)][-1]
    assert answer.text == _VOTE
    steps = [name for name in recorder.names.values() if name != "RunnableSequence"]
    assert steps == [
        "answer", "check", "rewrite", "retrieve", f"LibraryRetriever: {_QUESTION}", "read", "cite", "verify", "answer",
    ]  # fmt: skip
    assert recorder.ended == recorder.names.keys()
    assert recorder.above("LibraryRetriever") == ["retrieve", "RunnableSequence", "answer"]
    assert recorder.above("verify")[-1] == "answer"


def test_an_error_is_told_to_the_step_that_failed(assistant: Assistant) -> None:
    recorder = Recorder()
    with pytest.raises(Exception, match="no word"):
        assistant.chain.with_config(callbacks=[recorder]).invoke("?")
    assert set(recorder.errors) == {"QuestionError"}


def test_without_callbacks_nothing_is_told_and_a_hook_of_the_process_reaches_every_question(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder()
    assistant.ask(_QUESTION)
    assert not recorder.names
    monkeypatch.setattr(context, "_configure_hooks", [*context._configure_hooks])
    context.register_configure_hook(ContextVar("recorder", default=recorder), inheritable=True)
    assistant.ask(_QUESTION)
    assert "verify" in recorder.names.values()
