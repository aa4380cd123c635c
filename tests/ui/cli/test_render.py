import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console

from dateline.eval.types import Item, Sample
from dateline.index.types import Metadata, Passage, Span
from dateline.rag.parsing.date_context import ResolvedDate
from dateline.rag.types import Answer, AnswerChunk, Citation, Claim, LibraryState, Request, Support
from dateline.ui.api.serializers import answer_fields
from dateline.ui.cli.evaluate import render_evaluation
from dateline.ui.cli.output import show_as_written
from dateline.ui.cli.render import render_answer
from dateline.ui.text import UNCERTAIN
from tests.harness.evaluations import a_wrong_one, an_evaluation
from tests.ui.talk import differing

TEXT = "The storm came first. Two people died on Monday. Rain is expected."
HOSTILE = "\x1b[31mred\x07 [bold]x[/bold] \u202eevil\nline <img src=x>"


def _shown(answer: Answer) -> str:
    stream = io.StringIO()
    Console(file=stream, width=200).print(render_answer(answer))
    return stream.getvalue()


def _answer(*, title: str | None = None, origin: str = "/news/storm.txt", supported: bool = True) -> Answer:
    metadata = Metadata(title=title, source="Lenn Gazette", published="2024-03-04T10:00:00")
    spans = (Span(0, 21), Span(22, 48), Span(49, 66))
    passage = Passage(
        article_id="ab" * 8, metadata=metadata, origin=origin, start=0, end=66, text=TEXT, sentences=spans,
        score=0.5, text_rank=1, vector_rank=None, cosine=0.4,
    )  # fmt: skip
    quote = spans[1].of(TEXT)
    citation = Citation(article_id="ab" * 8, metadata=metadata, origin=origin, start=22, end=48, quote=quote)
    support = Support(
        verdict="quoted" if supported else "unsupported",
        why="quoted word for word" if supported else "the article was removed",
    )
    return Answer(
        question="?", stand_alone="?", text=quote, short_answer=None, certainty="likely", reason=None,
        claims=(Claim(text=quote, support=support, citations=(0,)),), citations=(citation,), nearest=(),
        confidence=0.9, supported_share=None, passages=(passage,),
        model="quoting", library=LibraryState(path="x", articles=1, chunks=1), timings_ms={},
    )  # fmt: skip


def test_the_quotation_stands_between_its_neighbours_with_source_and_date() -> None:
    shown = _shown(_answer())
    assert shown.startswith("Two people died on Monday. [1]")
    context = [line.strip() for line in shown.split("\n") if line.startswith("    ")]
    assert context == ["The storm came first.", "> Two people died on Monday.", "Rain is expected."]
    assert "storm.txt · Lenn Gazette, 4 March 2024" in shown
    assert "characters 22 to 48" in shown


def test_how_a_follow_up_was_understood_is_shown_and_nothing_where_it_stood_alone() -> None:
    rewritten = replace(_answer(), stand_alone=f"How many died in Lenn? {HOSTILE}")
    assert "understood as: How many died in Lenn?" in _shown(rewritten)
    assert "understood as: How many died in Lenn?" in _shown(replace(rewritten, certainty="none", reason="not sure"))
    assert "\x1b" not in _shown(rewritten)
    assert "understood" not in _shown(_answer())
    respelt = replace(_answer(), stand_alone="Who is Griner?", notice="searched for 'Who is Griner?'; and so on")
    assert "understood" not in _shown(respelt), "the notice says it already"


def test_an_unsupported_claim_says_so_in_words() -> None:
    assert "unsupported: the article was removed" in _shown(_answer(supported=False))


@pytest.mark.threat(12)
def test_names_and_titles_from_strangers_are_shown_not_obeyed() -> None:
    shown = _shown(_answer(title=HOSTILE)) + _shown(_answer(origin=f"/news/{HOSTILE}"))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[bold]x[/bold]" in shown
    assert "\\x1b[31mred" in shown


def test_the_short_answer_is_underlined_in_the_claim_and_in_its_quotation() -> None:
    answer = _answer()
    citation = replace(answer.citations[0], answer=Span(22, 25))
    stream = io.StringIO()
    Console(file=stream, width=200, force_terminal=True).print(render_answer(replace(answer, citations=(citation,))))
    assert "\x1b[1;4mTwo\x1b[0m" in stream.getvalue(), "in the claim"
    assert "\x1b[4;7mTwo\x1b[0m" in stream.getvalue(), "in the quotation"
    assert "confidence 0.90" in _shown(answer)


def test_a_notice_stands_behind_the_claims_and_above_the_reason_to_give_none() -> None:
    answer = replace(_answer(), notice="answered by quotations, because \x1b[31mit failed")
    abstained = replace(answer, claims=(), citations=(), certainty="none", reason="nothing fits")
    told = "answered by quotations, because \\x1b[31mit failed"
    assert _shown(answer).index(answer.claims[0].text) < _shown(answer).index(told) < _shown(answer).index("confidence")
    assert _shown(abstained).startswith(told)


def test_an_uncertain_answer_says_so_before_it_is_read_and_a_likely_one_says_how_sure_it_is() -> None:
    likely, uncertain = _answer(), replace(_answer(), certainty="uncertain", confidence=0.31)
    assert "likely, confidence 0.90" in _shown(likely)
    assert "ncertain" not in _shown(likely)
    shown = _shown(uncertain)
    assert shown.index("Uncertain") < shown.index(uncertain.claims[0].text)
    assert "uncertain, confidence 0.31" in shown


def test_of_a_written_answer_the_share_of_supported_sentences_is_told() -> None:
    assert "likely, confidence 0.90, 75% of its sentences supported" in _shown(replace(_answer(), supported_share=0.75))


def test_where_no_answer_is_sure_the_nearest_sentences_are_quoted_with_their_places() -> None:
    answer = _answer()
    declined = replace(
        answer, claims=(), citations=(), nearest=answer.citations, certainty="none", reason="nothing fits"
    )
    shown = _shown(declined)
    assert shown.startswith("No sure answer. The nearest passages say:")
    assert "> Two people died on Monday." in shown
    assert "Lenn Gazette, 4 March 2024" in shown
    assert "confidence" not in shown
    assert _shown(replace(declined, nearest=())).startswith("No answer: nothing fits.")


class _Playing:
    """An assistant that writes what it is given."""

    def __init__(self, *parts: AnswerChunk | Answer) -> None:
        self._parts = parts

    def stream(self, request: Request) -> Iterator[AnswerChunk | Answer]:
        yield from self._parts


def test_an_uncertain_answer_says_so_once_though_its_first_sentences_cite_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = replace(_answer(), certainty="uncertain")
    bare = Claim(text="Nothing is cited for it.", support=Support(verdict="unsupported", why="?"), citations=())
    chunks = [
        AnswerChunk(claim=bare, citations=(), certainty="uncertain"),
        AnswerChunk(claim=answer.claims[0], citations=answer.citations, certainty="uncertain"),
    ]
    show_as_written(_Playing(*chunks, answer), Request(question="?"))
    assert capsys.readouterr().out.count(f"{UNCERTAIN}:") == 1


def test_what_was_expected_of_a_list_a_verdict_or_a_comparison_is_told() -> None:
    items = (Item(answers=("Reve", "Jonas Reve")), Item(answers=("Varn",)))
    samples = (
        Sample(id="list", question="who left?", kind="list", items=items),
        Sample(id="rain", question="did it rain?", kind="yes-no", verdict="no"),
        Sample(id="more", question="how many more?", kind="comparison", result=("27", "twenty-seven")),
    )
    stream = io.StringIO()
    shown = render_evaluation(an_evaluation(*(replace(a_wrong_one(one.id), sample=one) for one in samples)), None)
    Console(file=stream, width=200).print(shown)
    for expected in ("'Reve, Varn'", "'no'", "'27'"):
        assert f"expected {expected}; it declined" in stream.getvalue()


def test_answers_that_differ_are_listed_with_their_days_and_what_was_asked_for_is_told() -> None:
    shown = _shown(differing())
    assert "answer: 2\ncomputed: 3 − 1 = 2\n" in shown
    assert "  Two, 4 March 2024 [1]\n  storm, earlier, 2 March 2024 [2]\n" in shown
    assert "asked for: what is latest (--as changes it)" in shown
    assert "asked for" not in _shown(_answer())


def test_the_day_that_a_weekday_means_stands_beside_the_quotation() -> None:
    given = _answer()
    monday = ResolvedDate(span=Span(41, 47), text="Monday", first=date(2024, 3, 4), last=date(2024, 3, 4), certain=True)
    told = replace(monday, told=True)
    (citation,) = given.citations
    dated = replace(given, citations=(replace(citation, days=(monday,), answer=Span(41, 47)),))
    assert _shown(dated).count("when: Monday (4 March 2024)") == 2, "below the answer, and below its citation"
    assert "> Two people died on Monday.\n" in _shown(dated)
    assert "when:" not in _shown(replace(given, citations=(replace(citation, days=(told,)),)))
    assert answer_fields(replace(dated, short_answer="Monday"))["short_answer_days"] == [
        {"text": "Monday", "start": 41, "end": 47, "first": "2024-03-04", "last": "2024-03-04", "certain": True}
    ]
    assert "\x1b" not in _shown(replace(given, citations=(replace(citation, days=(replace(monday, text=HOSTILE),)),)))
