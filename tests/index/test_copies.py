from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import pytest

from dateline.index.copies import Folding, copies_of, is_same_sentence, resemblance, shingles
from dateline.index.library import Library
from dateline.index.types import Passage
from dateline.rag.assistant import Assistant
from dateline.rag.types import Quotation, Reading
from tests.harness.fakes import FakeEmbedder, passage

WIRE = (
    "Nordlink ordered two ferries for the line to Lenn Island on Monday. The ships will carry 300 passengers each. "
    "They cost 41 million crowns and are built in Harwick. The first one sails in the spring of next year."
)


def _folded(*passages: Passage) -> list[Passage]:
    folding = Folding()
    for one in passages:
        folding.take(one)
    return folding.passages()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("The ships will carry 300 passengers each.", "THE SHIPS WILL CARRY 300 PASSENGERS EACH", True),
        ("The ships will each carry 300 passengers.", "The ships will carry 300 passengers each.", True),
        ("It’s built in Harwick by forty men.", "Its built in Harwick by forty men.", True),
        ("The ships will carry 300 passengers each.", "The ships will carry 350 passengers each.", False),
        ("The ships will carry 300 passengers.", "The ships will not carry 300 passengers.", False),
        ("The cost is 1,500 crowns at most.", "The cost is 1,600 crowns at most.", False),
        ("The ships won’t carry 300 passengers.", "The ships will carry 300 passengers.", False),
        ("The fire of Marrow killed three people.", "The fire of Marrow killed seven people.", False),
        ("Ida Brandt won the vote in Lenn on Sunday.", "Boris Prell won the vote in Lenn on Sunday.", False),
        ("The council sued the union over pay.", "The union sued the council over pay.", False),
        ("He said so.", "She said so.", False),
        ("He said so.", "he said so", True),
        ("", "", True),
    ],
)
def test_a_sentence_is_a_copy_in_nearly_the_same_words_with_the_same_numbers_names_and_denials(
    one: str, other: str, same: bool
) -> None:
    assert is_same_sentence(one, other) is same
    assert is_same_sentence(other, one) is same


def test_resemblance_is_the_share_of_shingles_that_both_have() -> None:
    assert resemblance(shingles("a b c d"), shingles("A b, c d.")) == 1.0
    assert resemblance(shingles("a b c d"), shingles("a b c e")) == pytest.approx(1 / 3)
    assert resemblance(shingles("a b"), shingles("a b")) == 0.0


def test_a_passage_that_repeats_one_of_another_article_is_put_behind_it() -> None:
    other = passage("LENN – " + WIRE + " Additional reporting by Jo Varga.", article="b")
    (kept,) = _folded(passage(WIRE, article="a"), other)
    assert (kept.article_id, [one.article_id for one in kept.copies]) == ("a", ["b"])
    assert kept.copies[0].text == other.text


def test_what_repeats_it_but_for_a_number_is_another_report() -> None:
    later = passage(WIRE.replace("41 million", "47 million"), article="b")
    assert [one.article_id for one in _folded(passage(WIRE, article="a"), later)] == ["a", "b"]


def test_passages_of_one_article_and_those_with_a_sentence_in_common_stay() -> None:
    overlapping = passage(WIRE, article="a", start=500)
    quoting = passage("The ships will carry 300 passengers each. The union had asked for bigger ones.", article="b")
    assert len(_folded(passage(WIRE, article="a"), overlapping, quoting)) == 3


def test_the_place_of_a_sentence_in_each_copy_is_exact() -> None:
    one, other = passage(WIRE, article="a"), passage("LENN – " + WIRE, article="b", start=70)
    sentence = one.sentences[1]
    ((found, span),) = copies_of(one, sentence, [one, other, other])
    assert found.article_id == "b"
    assert found.words_at(span) == one.words_at(sentence)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    for paper, extra in (("Post", ""), ("Gazette", " Shares of Nordlink rose."), ("Herald", "")):
        text = f"Ferries for Lenn: {paper}\n\n{WIRE}{extra}\n\nSource: Harwick {paper}\n2024-05-02 07:15:00"
        (tmp_path / f"{paper}.txt").write_text(text, "utf-8")
    (tmp_path / "other.txt").write_text("The union\n\nThe union of ferry crews welcomed the ships.", "utf-8")
    with Library.write(tmp_path / "library", FakeEmbedder()) as opened:
        opened.add(sorted(tmp_path.glob("*.txt")))
    return tmp_path / "library"


class _FirstSentences:
    """Quotes the sentence of 300 passengers wherever it stands."""

    id = "all"

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        spans = ((at, span) for at, one in enumerate(passages) for span in one.sentences if "300" in one.words_at(span))
        found = tuple(Quotation(passage=at, span=span, score=0.9) for at, span in spans)
        return Reading(quotations=found, confidence=0.9)


def test_a_search_finds_wire_copy_once_and_names_the_others(library: Path) -> None:
    with Library.open(library, FakeEmbedder()) as opened:
        found = opened.search("ferries that carry 300 passengers", k=5)
        assert len(opened.search("ferries that carry 300 passengers", k=1)[0].copies) == 2
    said = [one.words_at(span) for one in found for span in one.sentences]
    assert len(said) == len(set(said))
    assert {one.metadata.source for one in chain(found, *(one.copies for one in found))} == {
        "Harwick Gazette", "Harwick Herald", "Harwick Post", None,
    }  # fmt: skip


def test_an_answer_quotes_wire_copy_once_with_the_other_places_behind_it(library: Path) -> None:
    with Library.open(library, FakeEmbedder()) as opened:
        answer = Assistant(opened, _FirstSentences()).ask("how many passengers do they carry?")
        (citation,) = answer.citations
        assert len(citation.copies) == 2
        for copy in citation.copies:
            assert opened.article(copy.article_id).text[copy.start : copy.end] == copy.quote == citation.quote
