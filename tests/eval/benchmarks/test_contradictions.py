"""The benchmark of contradicting pairs: on a few invented ones, and what it makes of every answer a way may give."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from dateline.eval.benchmarks import contradictions
from dateline.eval.benchmarks.contradictions import (
    Pair,
    Side,
    by_claims,
    by_passages,
    flagged,
    read_pairs,
    run_contradictions,
    told_by,
)  # fmt: skip
from dateline.eval.errors import SetError
from dateline.index.library import Library
from dateline.rag.assistant import Assistant
from dateline.rag.reader.reader import QuotingReader
from dateline.rag.types import Difference, DifferenceKind, Together
from tests.harness.fakes import TRUSTING, FakeEmbedder, FakeMarker, ScriptedReader

QUESTION = "how many metres deep does the wreck lie?"
FIRST, LATER, AGAIN = (
    "The wreck lies at a depth of 96 metres.",
    "The wreck lies at a depth of 84 metres.",
    "The wreck lies at a depth of 96 metres.",
)


def _write(data: Path, *pairs: tuple[str, str, str]) -> Path:
    folder = data / "eval" / "sets" / "many_articles"
    (folder / "articles").mkdir(parents=True)
    rows = []
    for number, (relation, first, second) in enumerate(pairs):
        sides = {}
        told = (("first", first, "2026-10-16", "Wire"), ("second", second, "2026-10-29", "Post"))
        for side, quote, day, source in told:
            name = f"{day}-{number}.txt"
            (folder / "articles" / name).write_text(f"Ferry\n\n{quote}\nSource: {source}\n{day} 10:00:00\n", "utf-8")
            sides[side] = {"quote": quote, "article": name}
        rows.append({"id": str(number), "relation": relation, "question": QUESTION, **sides})
    (folder / "pairs.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return folder


def _pair(relation: contradictions.Relation) -> Pair:
    side = Side(quote="x", article="x")
    return Pair(id="x", relation=relation, question=QUESTION, first=side, second=side)


def test_a_pair_is_read_with_what_is_known_of_its_articles(tmp_path: Path) -> None:
    ((pair, (first, second)),) = read_pairs(_write(tmp_path, ("contradicts", FIRST, LATER)))
    assert (pair.relation, first.sentence, second.sentence) == ("contradicts", FIRST, LATER)
    assert (first.metadata.source, first.metadata.published) == ("Wire", "2026-10-16T10:00:00")


def test_a_sentence_that_its_article_does_not_hold_is_told(tmp_path: Path) -> None:
    folder = _write(tmp_path, ("agrees", FIRST, AGAIN))
    (folder / "articles" / "2026-10-29-0.txt").write_text("Ferry\n\nAnother text.\n", "utf-8")
    with pytest.raises(SetError, match=r"pair '0': 'The wreck .* does not stand in '2026-10-29-0\.txt'"):
        read_pairs(folder)


def test_two_depths_contradict_each_other_and_one_depth_does_not(tmp_path: Path) -> None:
    rows = read_pairs(_write(tmp_path, ("contradicts", FIRST, LATER), ("agrees", FIRST, AGAIN)))
    way = by_claims(FakeEmbedder())
    assert [way(pair, *sides) for pair, sides in rows] == ["contradicts", "agrees"]


def test_two_values_of_one_fact_are_compared_as_passages_of_a_question(tmp_path: Path) -> None:
    chances = {"96 metres": 0.9, "84 metres": 0.8}
    reader = QuotingReader(marker=FakeMarker(chances), strictness="lenient", weights=TRUSTING)
    rows = read_pairs(_write(tmp_path, ("contradicts", FIRST, LATER), ("agrees", FIRST, AGAIN)))
    first, second = (by_passages(reader)(pair, *sides) for pair, sides in rows)
    assert first == "contradicts"
    assert second != "contradicts"


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        (("contradiction",), "contradicts"), (("update",), "updates"), (("update", "contradiction"), "contradicts"),
        ((), "neither"),
    ],
)  # fmt: skip
def test_an_answer_tells_how_its_articles_stand_to_each_other(
    tmp_path: Path, kinds: tuple[DifferenceKind, ...], told: str
) -> None:
    folder = _write(tmp_path, ("updates", FIRST, LATER))
    with Library.write(tmp_path / "library", FakeEmbedder()) as library:
        library.add([folder / "articles"])
        answer = Assistant(library, ScriptedReader({QUESTION: "96 metres"})).ask(QUESTION)
    differences = tuple(Difference(kind=kind, newer=0, older=1, why="x") for kind in kinds)
    assert told_by(replace(answer, together=Together(differences=differences))) == told


def test_an_answer_from_both_articles_without_a_difference_agrees(tmp_path: Path) -> None:
    folder = _write(tmp_path, ("agrees", FIRST, AGAIN))
    with Library.write(tmp_path / "library", FakeEmbedder()) as library:
        library.add([folder / "articles"])
        answer = Assistant(library, ScriptedReader({QUESTION: "96 metres"})).ask(QUESTION)
    other = replace(answer.citations[0], article_id="another")
    assert told_by(replace(answer, citations=(*answer.citations, other))) == "agrees"


def test_flags_are_shares_of_contradicting_of_other_and_of_unrelated_pairs() -> None:
    rows = [
        (_pair("contradicts"), "contradicts"), (_pair("contradicts"), "updates"), (_pair("updates"), "updates"),
        (_pair("rounds"), "contradicts"), (_pair("agrees"), "neither"), (_pair("unrelated"), "neither"),
    ]  # fmt: skip
    assert [(share[:5], count) for _, share, count in flagged(rows)] == [
        ("0.500", 2), ("0.333", 3), ("0.000", 1), ("0.400", 5),
    ]  # fmt: skip


@pytest.mark.slow
def test_the_wrongly_flagged_are_printed_and_the_rightly_flagged_are_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(tmp_path, ("updates", FIRST, LATER), ("contradicts", FIRST, LATER), ("agrees", FIRST, AGAIN))
    run_contradictions(tmp_path)
    claims, _, answers = re.split(r"by the (?:sentences as passages|answers):\n", capsys.readouterr().out)
    assert [line[:1] for line in claims.splitlines() if not line.startswith(("|", "by "))] == ["0"]
    assert "| contradicting pairs flagged | 1.000 | 1 |" in claims
    assert "| relation told rightly |" in answers
