"""Evaluations as tests show them: right, wrong and hostile ones; and the tags of what is shown."""

from dataclasses import replace
from html.parser import HTMLParser

from dateline.eval.aggregate import figures_of, shortcuts_of
from dateline.eval.types import Evaluation, Outcome, Quoted, Retrieved, Sample
from dateline.rag.conversation import Turn
from dateline.rag.types import Claim, Support

OUTSIDE = "outside.example"
HOSTILE = (
    f"<img src=http://{OUTSIDE}/i><script>fetch('http://{OUTSIDE}/s')</script>\"'><style>@import 'http://{OUTSIDE}/c';"
    f"</style><iframe src=http://{OUTSIDE}/f></iframe></mark></details>{{{{ 7 * 7 }}}}{{% raw %}}"
)
SUPPORT = Support(verdict="quoted", why="quoted word for word")


def a_quotation(**changes: object) -> Quoted:
    quoted = Quoted(
        article_id="0123456789abcdef", title="Harbour opens", source="Gazette", published="2024-09-08", url=None,
        start=9, end=33, before="Lenn. ", quote="It opens on Friday 🚢.", after=" The mayor is glad.", exact=True,
        gold=True,
    )  # fmt: skip
    return replace(quoted, **changes)


def an_outcome(name: str, **changes: object) -> Outcome:
    passage = Retrieved(
        article_id="0123456789abcdef", title="Harbour opens", start=0, end=60, text="It opens on Friday 🚢.",
        quotes=(0,), holds_answer=True,
    )  # fmt: skip
    outcome = Outcome(
        sample=Sample(id=name, question="when does it open?", answers=("Friday",), tags=("when",)),
        stand_alone="when does it open?", answer="It opens on Friday 🚢.",
        short_answer=None, certainty="likely", reason=None, supported_share=None, confidence=0.8,
        claims=(Claim(text="It opens on Friday 🚢.", support=SUPPORT, citations=(0,)),), citations=(a_quotation(),),
        nearest=(), passages=(passage,), scores={"right": 1.0, "answered": 1.0, "contained": 1.0, "mrr@10": 0.5},
        top_passage_scores={"right": 1.0}, right=True, right_if_answered=True, failure=None,
        timings_ms={"retrieve": 3.0, "read": 20.0, "total": 23.0},
    )  # fmt: skip
    return replace(outcome, **changes)


def a_wrong_one(name: str) -> Outcome:
    return an_outcome(
        name, right=False, right_if_answered=False, failure="chosen but abstained", certainty="none", answer="",
        reason="not sure enough", claims=(), citations=(), nearest=(a_quotation(gold=False),),
        scores={"right": 0.0, "answered": 0.0},
    )  # fmt: skip


def an_evaluation(*outcomes: Outcome) -> Evaluation:
    return Evaluation(
        samples="set.jsonl", samples_sha256="0", model="scripted", library="/x", articles=1, chunks=1, version="0.1.0",
        finished="2026-01-02T03:04:05+00:00", figures=figures_of(outcomes), shortcuts=shortcuts_of(outcomes),
        outcomes=outcomes,
    )  # fmt: skip


def a_hostile_one() -> Evaluation:
    sample = Sample(
        id=HOSTILE, question=HOSTILE, answers=(HOSTILE,), quotes=(HOSTILE,), tags=(HOSTILE,),
        history=(Turn(question=HOSTILE, answer=HOSTILE),),
    )  # fmt: skip
    cited = a_quotation(
        title=HOSTILE, source=HOSTILE, url=f"javascript:fetch('http://{OUTSIDE}')", before=HOSTILE, quote=HOSTILE,
        after=HOSTILE,
    )  # fmt: skip
    claim = Claim(text=HOSTILE, support=Support(verdict="unsupported", why=HOSTILE), citations=(0,))
    passage = Retrieved(article_id=HOSTILE, title=HOSTILE, start=0, end=1, text=HOSTILE, quotes=(), holds_answer=False)
    outcome = an_outcome(
        "x", sample=sample, answer=HOSTILE, reason=HOSTILE, claims=(claim,), citations=(cited,), nearest=(cited,),
        passages=(passage,), timings_ms={HOSTILE: 1.0, "total": 1.0},
    )  # fmt: skip
    return replace(an_evaluation(outcome), samples=HOSTILE, model=HOSTILE)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))


def tags_of(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Tags()
    parser.feed(page)
    return parser.found
