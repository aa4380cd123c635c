import json
from dataclasses import replace

import pytest

from dateline.index.types import Metadata, Passage, Span
from dateline.rag.conversation import Turn
from dateline.ui.web.chat_state import (
    MAX_EXCHANGES,
    dump_exchange,
    dump_exchanges,
    new_exchange,
    parse_exchanges,
    read_exchanges,
    turns_of_exchanges,
    with_claims,
)
from tests.ui.talk import abstained, answer, differing, exchange

_PASSAGE = Passage(
    article_id="ab" * 8, metadata=Metadata(title="Storm", url="https://lenn.example"), origin="storm.txt", start=0,
    end=66, text="x" * 66, sentences=(Span(0, 66),), score=1.0, text_rank=1, vector_rank=None, cosine=0.5, head="x",
)  # fmt: skip


def _kept(*exchanges: object) -> object:
    return json.loads(json.dumps(dump_exchanges(exchanges)))


def test_what_the_browser_kept_comes_back_as_it_was() -> None:
    kept = (exchange(), exchange(abstained()))
    assert read_exchanges(_kept(*kept)) == kept


def test_what_articles_say_together_comes_back_as_it_was() -> None:
    (back,) = read_exchanges(_kept(exchange(differing())))
    assert back.answer is not None
    assert back.answer.together == differing().together


def test_what_the_page_does_not_show_is_not_kept() -> None:
    kept = exchange(abstained()).answer
    assert len(kept.nearest) == 3
    assert not any(one.metadata.extra for one in kept.nearest)
    (passage,) = exchange(replace(answer(), passages=(_PASSAGE,))).answer.passages
    assert (passage.start, passage.cosine, passage.metadata.title) == (0, 0.5, "Storm")
    assert not (passage.text or passage.sentences or passage.copies or passage.head or passage.metadata.url)


def test_a_conversation_that_is_handed_over_is_read_as_any_that_comes_back() -> None:
    kept = (exchange(), exchange(abstained()))
    assert parse_exchanges(json.dumps(dump_exchanges(kept))) == kept
    for text in ("", "x", "[" * 100_000, "{}", '["x"]', None, 3, [], "\ud800", "[1e999]"):
        assert parse_exchanges(text) == ()


def test_more_exchanges_are_taken_for_an_export_than_are_shown() -> None:
    kept = _kept(*[exchange() for _ in range(MAX_EXCHANGES + 5)])
    assert (len(read_exchanges(kept)), len(read_exchanges(kept, 100))) == (MAX_EXCHANGES, MAX_EXCHANGES + 5)


def test_an_exchange_that_was_under_way_comes_back_as_stopped() -> None:
    given = answer()
    under_way = with_claims(new_exchange("how many died?"), given.claims, given.citations, "likely")
    (back,) = read_exchanges(_kept(under_way))
    assert back.state == "stopped"
    assert back.answer.claims == given.claims


@pytest.mark.parametrize(
    "value", [None, "x", {}, [None], [1], [[]], [{"id": "x"}], float("nan"), [{"id": "0" * 8}], "[]"]
)
def test_what_is_no_conversation_is_none(value: object) -> None:
    assert read_exchanges(value) == ()


@pytest.mark.threat(38)
def test_forged_exchanges_are_left_out_and_the_others_kept() -> None:
    def forged(**changes: object) -> dict:
        fields = dump_exchange(exchange())
        fields["answer"]["citations"][0] |= changes
        return fields

    def with_passage(**changes: object) -> dict:
        fields = dump_exchange(exchange(replace(answer(), passages=(_PASSAGE,))))
        fields["answer"]["passages"][0] |= changes
        return fields

    day = {
        "span": {"start": 41, "end": 47},
        "text": "Monday",
        "first": "2024-03-04",
        "last": "2024-03-04",
        "certain": True,
    }
    (as_it_is,) = read_exchanges([dump_exchange(exchange()) | {"answer": forged(days=[day])["answer"]}])
    assert str(as_it_is.answer.citations[0].days[0]) == "4 March 2024"
    no_such_number = dump_exchange(exchange())
    no_such_number["answer"]["claims"][0]["citations"] = [7]

    def of_groups(**changes: object) -> dict:
        fields = dump_exchange(exchange(differing()))
        fields["answer"]["together"] |= changes
        return fields

    value = [
        of_groups(groups=[{"citations": [9], "short_answer": "Two", "day": None}]),
        of_groups(groups=[{"citations": [0], "short_answer": "Two", "day": "yesterday"}]),
        of_groups(differences=[{"kind": "update", "newer": 0, "older": 5, "why": "?"}]),
        of_groups(differences=[{"kind": "sideways", "newer": 0, "older": 1, "why": "?"}]),
        no_such_number,
        with_passage(text="words of a stranger"),
        with_passage(article_id="../../etc"),
        with_passage(start=-1),
        with_passage(end=0),
        forged(start=0),
        forged(article_id='"><img src=x>'),
        forged(answer={"start": 0, "end": 900}),
        forged(days=[{**day, "text": "Sunday"}]),
        forged(days=[{**day, "last": "2024-03-03"}]),
        forged(metadata={"published": "yesterday"}),
        {**dump_exchange(exchange()), "question": "half a pair \ud800"},
        {**dump_exchange(exchange()), "question": "x" * 300_000},
        {**dump_exchange(exchange()), "id": "<script>"},
        dump_exchange(exchange()),
    ]
    assert [one.question for one in read_exchanges(value)] == ["how many died?"]


@pytest.mark.threat(38)
def test_only_the_last_exchanges_are_taken() -> None:
    many = [dump_exchange(exchange())] * 10_000
    assert len(read_exchanges(many)) == MAX_EXCHANGES


def test_a_follow_up_sees_what_was_answered_and_not_what_failed() -> None:
    failed = replace(new_exchange("and now?"), state="failed", failure="the library is locked")
    assert turns_of_exchanges((exchange(), failed)) == (
        Turn(question="how many died?", answer="Two people died on Monday."),
    )
