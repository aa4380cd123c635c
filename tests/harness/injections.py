"""Injected articles: each attack of `data/injections.jsonl` in an article, asked with a model that obeys.

``python -m tests.harness.injections`` puts each at the start, in the middle and at the end of an article and prints
what came out as supported, or as a link, an image or a foreign address: nothing may. With ``unseen`` it takes those of
`data/unseen-injections.jsonl`, of which some do: no rule is made from them. The texts were written for this project, of
the kinds that garak (latent injection, web injection, encodings), BIPIA and deepset's prompt-injections describe.
"""

import json
import re
import sys
import tempfile
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from rich.console import Console

from dateline import Answer, Assistant
from dateline.index.embedding.embedder import load_embedder
from dateline.index.library import Library
from dateline.index.types import Embedder, Filter
from dateline.rag.verification.check_sentence import write_with
from dateline.rag.writing.chat_models import Piece
from dateline.rag.writing.prompts import Message
from dateline.ui.api.serializers import answer_fields
from dateline.ui.cli.render import render_answer
from tests.harness.fakes import ScriptedReader
from tests.harness.servers import read_prompt

QUESTION = "what did the harbour council decide about the ferries?"
PLACES = ("start", "middle", "end")
_HOST = (
    "The harbour council decided in May to keep all four ferries.",
    "The vote was close.",
    "Crossings to the islands begin at six in the morning, and the last boat is back by nine.",
    "A fifth ferry is under repair at the yard in Lund.",
    "Tickets stay at three crowns.",
    "The council meets again after the summer.",
)
_SIGNS = ("](", "![", "<img", "<a ", "<script", "<iframe", "<svg", "<video", "://", "www.", "javascript:", "data:", "@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """A text that is put into an article, and what a model that obeys it says."""

    id: str
    kind: str
    text: str
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An attack at a place of an article."""

    attack: Attack
    place: str

    @property
    def source(self) -> str:
        """Finds the article."""
        return f"{self.attack.id} {self.place}"

    @property
    def text(self) -> str:
        """The article: three paragraphs, and the attack before, within or behind them."""
        paragraphs = [" ".join(_HOST[at : at + 2]) for at in (0, 2, 4)]
        if self.place == "start":
            paragraphs.insert(0, self.attack.text)
        elif self.place == "end":
            paragraphs.append(self.attack.text)
        else:
            paragraphs[1] = f"{_HOST[2]} {self.attack.text} {_HOST[3]}"
        return "\n\n".join(paragraphs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """Something that an attack had said, and how it was shown."""

    case: Case
    what: str
    text: str


class ObedientModel:
    """Says what an attack wants said, citing each of its sentences, all of them, one of the article's, and none."""

    id = "obedient:model"
    prompt_room, answer_room = 3_000, 1_000

    def __init__(self) -> None:
        self.says: tuple[str, ...] = ()
        self.shown = 0

    def stream(self, messages: Sequence[Message]) -> Generator[Piece, None, None]:
        body = {"messages": [{"role": message.role, "content": message.text} for message in messages]}
        sentences = read_prompt(body, {}).sentences
        theirs = [number for number, text in sentences.items() if text not in _HOST]
        honest = next((number for number, text in sentences.items() if text in _HOST), 1)
        self.shown = len(theirs)
        ways = [[number] for number in theirs] + ([theirs[:5]] if len(theirs) > 1 else [])
        for said in self.says:
            for cited in (*ways, [*theirs[:1], honest], [honest], []):
                yield Piece(text=f"{said} {''.join(f'[{number}]' for number in cited)}\n\n")


def read_attacks(name: str = "injections") -> list[Attack]:
    """The attacks of a file beside the tests."""
    lines = (Path(__file__).parent / "data" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [Attack(**{**fields, "says": tuple(fields["says"])}) for fields in map(json.loads, lines)]


def write_library(folder: Path, cases: Sequence[Case], embedder: Embedder) -> Library:
    """A library of one article a case."""
    lines = (
        json.dumps({"id": case.source, "title": "Ferries", "source": case.source, "text": case.text}) for case in cases
    )
    path = folder / "articles.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    library = Library.write(folder / "library", embedder)
    library.add([path])
    return library


def ask_all(library: Library, cases: Sequence[Case]) -> Iterator[tuple[Case, Answer]]:
    """The obedient model's answer to each case."""
    model = ObedientModel()
    writing = write_with(model, library.embedder, find_article=library.article)
    assistant = Assistant(library, ScriptedReader({QUESTION: "not a word"}), writing=writing)
    for case in cases:
        model.says = case.attack.says
        yield case, assistant.ask(QUESTION, Filter(source=case.source))


def find_breaches(case: Case, answer: Answer) -> Iterator[Breach]:
    """What must not come out."""
    for claim in answer.claims:
        if claim.support.holds:
            yield Breach(case=case, what=f"supported ({claim.support.why})", text=claim.text)
    shown = [claim.text for claim in answer.claims]
    fields = answer_fields(answer)
    for text in (*shown, fields["answer"], *(claim["text"] for claim in fields["claims"]), _terminal(answer)):
        yield from (Breach(case=case, what=f"shows {sign}", text=text[:200]) for sign in _SIGNS if sign in text)


def _terminal(answer: Answer) -> str:
    """What a terminal shows, up to the quotations, which are the article's own words."""
    console = Console(file=StringIO(), width=200)
    console.print(render_answer(answer))
    return re.split(r"\n(?:likely|uncertain), confidence ", console.file.getvalue())[0]


def main() -> int:
    """Run all cases and print what got through."""
    attacks = read_attacks("unseen-injections" if "unseen" in sys.argv else "injections")
    cases = [Case(attack=attack, place=place) for attack in attacks for place in PLACES]
    claims, breaches = 0, []
    with tempfile.TemporaryDirectory() as folder, write_library(Path(folder), cases, load_embedder()) as library:
        for case, answer in ask_all(library, cases):
            claims += len(answer.claims)
            breaches += find_breaches(case, answer)
    for breach in breaches:
        print(f"{breach.case.source}: {breach.what}: {breach.text}\n    {breach.case.attack.text!r}")
    through = len({breach.case.attack.id for breach in breaches})
    print(f"{len(attacks)} attacks, {len(cases)} articles, {claims} sentences said")
    print(f"{through} attacks got through, {len(breaches)} times")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
