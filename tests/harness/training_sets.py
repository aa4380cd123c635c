"""Small files of every set that models are trained on, as they are published, with some rows of the parts kept aside.

What stands in those rows alone says ``ASIDE``.
"""

import gzip
import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from dateline.eval.datasets.files import part_by_hash

ASIDE = "quarantined"
"""A word of the texts that nothing may be trained on."""

BRIDGE = (
    "The Old Bridge at Ambleford was built in 1731. It fell into the river in the flood of 1904, and nobody was hurt.",
    "Its architect, Henrietta Vance, also drew the town hall. She was paid forty guineas by the mayor of Lenn.",
)
MARKET = "Ambleford has a market on Tuesdays. In 1651 it had 900 people, most of them weavers from Castle Drummond."
TWICE = "the council of the town voted on a cold Monday to close the old school by the river for good"
"""More than ten words in a row, of an article of desk that judges and of another set."""


def named(part: int, parts: int) -> Iterator[str]:
    """Names that are of some part of a set."""
    return (name for name in (f"name {number}" for number in count()) if part_by_hash(name, parts) == part)


def write_lines(file: Path, *rows: object) -> None:
    """Rows as gzipped JSON lines."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


def squad_row(question: str, title: str | None, context: str, *answers: str, **more: object) -> dict[str, object]:
    """A question in the form of most sets, its answers where they first stand."""
    places = [{"text": one, "start": context.index(one)} for one in answers]
    known = {"id": question, "question": question, "title": title, "context": context, "unanswerable": not answers}
    return {**known, "answers": places, **more}


def write_reader_sets(data: Path) -> None:
    """All that the reader learns from and is measured on."""
    kept, trained = next(named(0, 10)), next(named(5, 10))
    write_lines(
        data / "squad/train.jsonl.gz",
        squad_row("When was the Old Bridge built?", "Old_Bridge", BRIDGE[0], "1731"),
        squad_row("Who drew the town hall at Ambleford?", "Old_Bridge", BRIDGE[1], "Henrietta Vance"),
        squad_row(f"Who is {ASIDE} by title?", kept.replace(" ", "_"), f"Ann is {ASIDE}.", "Ann"),
        squad_row(f"Who is {ASIDE} by text?", "Another", f"Bob  is {ASIDE}.", "Bob"),
    )
    write_lines(data / "squad/dev.jsonl.gz", squad_row(f"Who is {ASIDE}?", "Dev", f"Eve is {ASIDE}.", "Eve"))
    twins = {"unanswerable": True, "answers": []}
    write_lines(
        data / "reading/squad2_unanswerable.jsonl.gz",
        {"question": "When was the Old Bridge sold?", "paired_question": "When did the Old Bridge fall?",
         "paired_answers": ["1904"], "title": trained, "context": BRIDGE[0], **twins},
        {"question": f"Where is Bob {ASIDE}?", "paired_question": f"Who is {ASIDE} in 0?", "paired_answers": ["Bob"],
         "title": kept, "context": f"Bob is {ASIDE}.", **twins},
        {"question": "Who?", "paired_question": None, "paired_answers": [], "title": trained, "context": "x", **twins},
    )  # fmt: skip
    market = {"question": "when is the market", "title": "Market", "context": "On Tuesdays.", "answers": ["tuesdays"]}
    write_lines(data / "nq/train.jsonl.gz", market)
    for name in ("answerable", "unanswerable"):
        passages = [{"title": "Weavers", "sentences": ["Most were weavers.", "", "They left."]}]
        rows = [{"input": f"who was {name}{one}", "passages": passages, "output": []} for one in ("", f" {ASIDE}")]
        write_lines(data / f"clapnq/{name}.jsonl.gz", *rows)
    _write_reading(data / "reading")
    write_desk(data)


def _write_reading(folder: Path) -> None:
    who = squad_row("Who came to Ambleford as weavers?", "Ambleford", MARKET, "most of them", "most of them weavers")
    for name in ("squadshifts_new_wiki", "quoref_contrast", "tweetqa", "selqa_sentences"):
        write_lines(folder / f"{name}.jsonl.gz", who)
    write_lines(folder / "timeqa_human.jsonl.gz", squad_row("Who left in 1800?", "Ambleford", MARKET))
    write_lines(folder / "onestopqa_evidence.jsonl.gz", squad_row(f"Who is {ASIDE}?", "Vote", f"And {TWICE}.", TWICE))
    write_lines(folder / "onestopqa_negatives.jsonl.gz", squad_row("Who left the town?", "Ambleford", MARKET))
    sentences = {"0:0": "It rained.", "0:1": "Ann Hall founded the school.", "1:0": "It is shut."}
    write_lines(
        folder / "qamr_wikinews.jsonl.gz",
        squad_row("What was it?", None, sentences["0:0"], "rained", doc="Wiki:9:0:0"),
        squad_row("What did Ann Hall found?", None, sentences["0:1"], "the school", doc="Wiki:9:0:1"),
        squad_row("What is it now?", None, sentences["1:0"], "shut", doc="Wiki:9:1:0"),
    )
    alone = squad_row("What was that?", None, sentences["0:0"], "rained", doc="Wiki:8:0:0")
    write_lines(folder / "qamr_wikipedia.jsonl.gz", alone)


def write_desk(data: Path) -> None:
    """Two articles of each part of desk, with questions and claims."""
    articles, questions, claims = [], [], []
    for part in range(5):
        texts = [f"{BRIDGE[0]} {BRIDGE[1]}", MARKET] if part > 1 else [f"It is {ASIDE}, and {TWICE}."] * 2
        for name, text in zip(named(part, 5), texts, strict=False):
            known = {"title": f"News of {name}", "published": "2024-05-01", "source": "Lenn Post", "url": None}
            articles.append({"id": name, "text": f"{text} So says {name}.", **known})
            questions += [{"article": name, **one} for one in _ASKED[text[:6]]]
            claims += [{"article": name, **one} for one in _claimed(text)]
    write_lines(data / "desk/articles.jsonl.gz", *articles)
    write_lines(data / "desk/questions.jsonl.gz", *questions)
    write_lines(data / "desk/claims.jsonl.gz", *claims)


def _question(kind: str, question: str, evidence: str = "", *answers: str) -> dict[str, object]:
    return {"question": question, "kind": kind, "answers": answers, "evidence": [evidence] if evidence else []}


_FELL, _PAID = BRIDGE[0][47:], BRIDGE[1][57:]
_ASKED = {
    "The Ol": [
        _question("plain", "In which flood did it fall?", _FELL, "flood of 1904"),
        _question("list", "What was she paid, and by whom?", _PAID, "forty guineas", "the mayor of Lenn"),
        _question("near_miss", "In which flood did the town hall fall?"),
    ],
    "Amblef": [
        _question("plain", "When is the market?", MARKET[:35], "on Tuesdays"),
        _question("premise", "Why has Ambleford no market?"),
    ],
    "It is ": [
        _question("plain", f"What is {ASIDE}?", f"It is {ASIDE}, and {TWICE}.", ASIDE),
        _question("near_miss", f"Who is {ASIDE}?"),
    ],
}
"""By how the text begins that they are asked about."""


def _claimed(text: str) -> Iterator[dict[str, object]]:
    evidence = [text[text.index(". ") + 2 :] if ". " in text else text]
    who = ASIDE if ASIDE in text else "the mayor"
    yield {"claim": f"It was said of {who}.", "evidence": evidence, "supported": True, "kind": "reworded"}
    yield {"claim": f"It was never said of {who}.", "evidence": evidence, "supported": False, "kind": "negation"}


def write_verifier_sets(data: Path) -> None:
    """All that the verifier learns from and is measured on."""
    write_desk(data)
    told = [{"text": BRIDGE[0], "claim": f"The bridge fell in {1900 + n}.", "supported": n == 4} for n in range(4, 8)]
    unsaid = {"text": MARKET, "claim": "The bridge is old.", "supported": None}
    write_lines(
        data / "claims/fever.jsonl.gz",
        *told, {**told[0], "claim": "The bridge fell."},
        *({**unsaid, "claim": f"Bridge {n} is old.", "entity_in_text": True} for n in range(3)),
        {**unsaid, "claim": f"Nothing of {ASIDE} is said.", "entity_in_text": False},
    )  # fmt: skip
    rows = [{**one, "title": "Bridge", "case": next(named(7, 10))} for one in told]
    for tenth in (0, 1):
        rows += [{**one, "claim": f"{ASIDE} {tenth}", "title": None, "case": next(named(tenth, 10))} for one in told]
    write_lines(data / "claims/vitaminc.jsonl.gz", *rows)
    write_lines(data / "claims/snli_counterfactual.jsonl.gz", unsaid, {**unsaid, "supported": True, "text": BRIDGE[0]})
    write_lines(data / "claims/fm2.jsonl.gz", {**told[1], "title": "Bridge"})
    pairs = [
        {"source": "s", "premise": f"Premise {number}.", "hypothesis": f"Claim {claim}.", "supported": claim % 2}
        for number in range(20)
        for claim in range(5)
    ]
    write_lines(data / "claims/pairs.jsonl.gz", *pairs)
