"""Verdicts on claims: what is borne out, what is not, and the reason in words."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.embedding.embedder import load_embedder
from dateline.index.types import Article, Metadata
from dateline.rag.types import Citation, Support
from dateline.rag.verification.check_sentence import best_quotes
from dateline.rag.verification.verify import verify_claim, verify_quotation
from tests.harness.fakes import FakeEmbedder, FakeVerifier

_QUOTE = (
    "Sources told Reuters that the plan includes the withdrawal of hundreds of US-led coalition forces by September"
    " 2025 and the rest by the end of 2026."
)
_TROOPS = "The United States has about 2,500 troops in Iraq and 900 in neighboring Syria."
_METADATA = Metadata(title="Iraq and the coalition", published="2024-09-08")
_EMBEDDER = load_embedder()


def why(claim: str, *quotes: str, metadata: Metadata = _METADATA) -> str:
    """The reason for which a claim is marked; empty where it is supported."""
    support = verify_claim(claim, quotes, [metadata] * len(quotes), _EMBEDDER)
    assert support.why
    return "" if support.holds else support.why


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("About 2.5 thousand troops are in Iraq.", _TROOPS),
        ("The United States has 2500 troops in Iraq.", _TROOPS),
        ("The US has about two thousand five hundred troops in Iraq.", _TROOPS),
        ("The cost is 4.2 million dollars.", "The cost is put at $4.2m."),
        ("Turnout was 51%.", "Turnout was 51 per cent, nine points lower than four years ago."),
        ("12 people died in the flood.", "Twelve people died in the flood, police said."),
        ("The bill comes before parliament on March 18, 2026.", "The bill comes before parliament on 18 March 2026."),
        ("Hundreds of coalition forces leave by September 2025.", _QUOTE),
        ("The rest leave by the end of 2026.", _QUOTE),
        ("The rail may have caused the derailment.", "A cracked rail may have caused the derailment last week."),
        ("More than 2,000 people marched.", "On Sunday 2,345 people marched."),
        ("Fremmel will head the commission.", "The commission of five will be headed by Oda Fremmel, a retired judge."),
        ("Iraqi troops stay.", "Troops of Iraq stay, the minister said."),
        ("Roughly 2,500 soldiers are in Iraq.", _TROOPS),
        ("Somebody paid 19 million crowns for it.", "An unnamed bidder paid 19 million crowns for it."),
        ("The recall covers two million prams.", "8tots recalls two million prams."),
        ("Fighters of ISIS left the town.", "Fighters of the Islamic State group left the town."),
        ("The Islamic State left the town.", "Fighters of ISIL left the town, the army said."),
        ("1 in 12 pupils was absent.", "One in twelve pupils was absent on Monday."),
        ("Three in ten trains were late.", "Of the trains 30 per cent were late."),
        ("The US has 3,400 troops in Iraq and Syria together.", _TROOPS),
        ("The bank was sued by the union.", "The union sued the bank on Monday."),
        ("The teachers, sued by the town, stayed.", "The town sued the teachers, who stayed."),
        ("Nine men lost their lives in the mine.", "Nine men died in the mine."),
        ("The mine has only 40 workers.", "The mine has 40 workers."),
        ("Two of the five ferries sank.", "Two of the five ferries sank off Lenn."),
        ("The company has five ferries.", "One of the five ferries of the company sank."),
    ],
)
def test_what_the_quote_says_in_another_form_is_supported(claim: str, quote: str) -> None:
    assert why(claim, quote) == ""


@pytest.mark.threat(41)
@pytest.mark.parametrize(
    ("claim", "quote", "reason"),
    [
        ("The United States has 25,000 troops in Iraq.", _TROOPS, "the quote says about 2,500, the answer 25,000"),
        (
            "The United States has more than 2,500 troops in Iraq.",
            _TROOPS,
            "the quote says about 2,500, the answer more than",
        ),
        ("It cost 12 crowns.", "It cost 12 euros.", "the quote says 12 euros, the answer 12 crowns"),
        ("The rest leave in 2026.", _QUOTE, "the quote says by the end of 2026, the answer in 2026"),
        (
            "The rest leave by the end of 2027.",
            _QUOTE,
            "the quote says by the end of 2026, the answer by the end of 2027",
        ),
        ("Hundreds leave by October 2025.", _QUOTE, "the quote says by September 2025, the answer by October 2025"),
        ("Troops leave Berlin.", "Troops leave Baghdad.", "the quote doesn't name Berlin"),
        ("The bank lost its money.", "The bank denied that it lost its money.", "the quote denies it"),
        (
            "The rail caused the derailment.",
            "A rail may have caused the derailment.",
            "the quote says may, the answer doesn't",
        ),
        ("The bank will not close.", "The bank will close.", "the answer says not, the quote doesn't"),
        ("He is under investigation.", "He is not under investigation.", "the quote says not, the answer doesn't"),
        ("Prices fell by 8 per cent.", "Prices rose by 8 per cent.", "the quote says rose, the answer fell"),
        ("Vell paid Prell.", "Prell paid Vell.", "the quote has it the other way round between Vell and Prell"),
        (
            "Five of the five ferries sank.",
            "Three of the five ferries sank.",
            "the quote says Three of the five, the answer",
        ),
        ("There are 3 dogs and 9 people.", "There are 9 dogs and 3 people.", "the quote says 9, the answer 3"),
        (
            "The bank sued the union over wages.",
            "The miners' union sued the bank over wages.",
            "the quote has it the other way round: there it is union that sued bank",
        ),
        (
            "The rest leave by September 2025.",
            _QUOTE,
            "the quote says by the end of 2026 of it, and by September 2025 of something else",
        ),
        ("All coalition forces leave by September 2025.", _QUOTE, "the quote says by the end of 2026 of it"),
        (
            "All houses lost their roofs.",
            "Several houses lost their roofs.",
            "the quote says Several houses",
        ),
        ("Only the mayor voted for it.", "The mayor voted for it.", "the quote doesn't say only"),
        ("Five ferries sank off Lenn.", "Two of the five ferries sank off Lenn.", "the quote says Two of the five"),
        (
            "The minister hailed the plan.",
            "The minister denounced the plan.",
            "the quote says denounced, the answer hailed",
        ),
        ("Berlin backed the plan.", "The chancellor backed the plan.", "the quote doesn't name Berlin"),
        ("The US has 3,500 troops in both together.", _TROOPS, "the quote says about 2,500, the answer 3,500"),
    ],
)
def test_what_the_quote_says_otherwise_is_marked_with_the_reason(claim: str, quote: str, reason: str) -> None:
    assert why(claim, quote).startswith(reason)


def test_a_number_the_quote_lacks_makes_the_claim_unsupported() -> None:
    assert why("The ferry carried 180 people.", "The ferry carried people.") == "the quote doesn't say 180"


def test_a_claim_about_something_else_is_supported_too_little() -> None:
    assert why("the opera was composed during a rainy summer abroad", _TROOPS) == (
        "the quote says nothing of 'opera', 'composed', 'rainy', 'summer'"
    )


def test_nothing_cited_supports_nothing() -> None:
    assert why("It sank.") == "nothing is cited for it"


def test_a_weekday_is_told_by_the_day_of_publication() -> None:
    quote = "The union said on Wednesday that it would extend its deadline."
    known = Metadata(published="2026-03-12")
    assert why("The union said on 11 March 2026 that it would extend its deadline.", quote, metadata=known) == ""
    assert "Wednesday" in why(
        "The union said on 10 March 2026 that it would extend its deadline.", quote, metadata=known
    )
    assert "Wednesday" in why("The union said on 11 March 2026 that it would extend it.", quote, metadata=Metadata())


def test_a_relative_year_is_told_by_the_day_of_publication() -> None:
    quote = "The deficit will fall next year."
    assert why("The deficit will fall in 2027.", quote, metadata=Metadata(published="2026-02-10")) == ""
    assert why("The deficit will fall in 2028.", quote, metadata=Metadata(published="2026-02-10")) != ""


def test_a_name_may_stand_in_the_title() -> None:
    quote = "The bank limits withdrawals to 500 crowns a day."
    claim = "The Halvern bank limits withdrawals to 500 crowns a day."
    assert why(claim, quote, metadata=Metadata(title="Halvern Savings Bank limits withdrawals")) == ""
    assert why(claim, quote) == "the quote doesn't name Halvern"


def test_several_quotes_are_read_together() -> None:
    assert (
        why("The United States has 900 troops in Syria and the rest leave by the end of 2026.", _TROOPS, _QUOTE) == ""
    )


@given(st.text(max_size=200), st.lists(st.text(max_size=200), max_size=3), st.text(max_size=12))
def test_whatever_comes_there_is_a_verdict_with_a_reason(claim: str, quotes: list[str], published: str) -> None:
    metadata = [Metadata(published=published)] * len(quotes)
    assert verify_claim(claim, quotes, metadata, FakeEmbedder()).why


_PIECES = """
    not may denied 2,500 9 per cent by the end of 2026 Wednesday Berlin rose fell $ % , . ’s twelve hundred million
    1 May
"""


@given(st.lists(st.sampled_from(_PIECES.split()), max_size=40), st.lists(st.sampled_from(_PIECES.split()), max_size=40))
def test_words_that_rules_look_for_never_break_them(claim: list[str], quote: list[str]) -> None:
    for published in ("0001-01-01", "9999-12-31", "2026-02-29"):
        metadata = [Metadata(published=published)]
        assert verify_claim(" ".join(claim), [" ".join(quote)], metadata, FakeEmbedder()).why


@given(st.lists(st.sampled_from(_PIECES.split()), min_size=2, max_size=40))
def test_a_quote_supports_itself(words: list[str]) -> None:
    quote = " ".join(words)
    assert verify_claim(quote, [quote], [Metadata()], FakeEmbedder()).holds


@pytest.mark.parametrize(
    "piece", ["not ", "1 ", "million ", "May ", "A ", "(", "2026 ", "by the ", "9.", "Ab-", "said ", ","]
)
def test_hostile_repetitions_come_to_an_end(piece: str) -> None:
    text = piece * (4_000 // len(piece))
    assert verify_claim(text, ["It sank.", text[:500]], [Metadata()] * 2, FakeEmbedder()).why


def test_the_best_sentences_are_found_for_a_claim_without_a_marker() -> None:
    sentences = ["The market was closed.", _QUOTE, _TROOPS, "Nobody knows why."]
    assert best_quotes("About 2,500 troops are in Iraq.", sentences, _EMBEDDER)[0] == 2
    assert best_quotes("900 troops in Syria leave by the end of 2026.", sentences, _EMBEDDER)[:2] in ((1, 2), (2, 1))
    assert best_quotes("Zebras graze.", sentences, _EMBEDDER) == ()
    assert best_quotes("", [], _EMBEDDER) == ()


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=8), st.integers(1, 3))
def test_the_best_sentences_are_some_of_those_given(claim: str, sentences: list[str], most: int) -> None:
    found = best_quotes(claim, sentences, FakeEmbedder(), most)
    assert len(found) == len(set(found)) <= most
    assert all(0 <= at < len(sentences) for at in found)


def test_a_quotation_is_compared_with_its_article() -> None:
    article = Article(text=_TROOPS, body=(), metadata=_METADATA, origins=())
    citation = Citation(article_id=article.id, metadata=_METADATA, origin="a", start=0, end=17, quote=_TROOPS[:17])
    assert verify_quotation(citation, article).holds
    assert not verify_quotation(replace(citation, end=18), article).holds
    assert not verify_quotation(citation, None).holds


def test_a_last_quote_that_ends_with_the_month_may_is_read_with_those_before() -> None:
    quotes = ["The vote is near.", "It is set for spring: May"]
    assert verify_claim("The vote is in April.", quotes, [Metadata()] * 2, FakeEmbedder()).why


_ALL, _NOTHING, _OTHERWISE = (0.98, 0.01), (0.01, 0.02), (0.01, 0.97)


def _judged(claim: str, quote: str, supported: float, contradicted: float) -> Support:
    return verify_claim(claim, [quote], [_METADATA], _EMBEDDER, verifier=FakeVerifier(supported, contradicted))


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The ferry sank with 52 people on board.", "The ferry sank with 25 people on board."),
        ("The bank lost its money.", "The bank denied that it lost its money."),
        ("Vell paid Prell.", "Prell paid Vell."),
        ("Oda Fremmel will lead the commission.", "A retired judge will lead the commission."),
    ],
)
def test_a_rule_that_is_sure_overrules_the_model(claim: str, quote: str) -> None:
    assert not _judged(claim, quote, *_ALL).holds


def test_a_rule_that_is_often_wrong_is_outweighed_by_the_model() -> None:
    claim, quote = "Every year about $23 million goes to the centre.", "It is a 10-year, $230 million investment in it."
    assert _judged(claim, quote, *_ALL).holds
    assert not _judged(claim, quote, 0.05, 0.3).holds


def test_what_the_model_refuses_is_told_with_the_words_that_differ() -> None:
    claim, quote = "The council praised the plan.", "The council called the plan a waste of money."
    assert _judged(claim, quote, *_OTHERWISE) == Support(
        verdict="contradicted", why="the quote says otherwise than 'praised'"
    )
    assert _judged(claim, quote, *_NOTHING) == Support(verdict="unsupported", why="the quote says nothing of 'praised'")
    whole = _judged("The plan is money.", quote, *_NOTHING)
    assert whole.why == "the quote has its words but does not say so"


def test_numbers_names_and_days_are_read_as_the_quote_writes_them() -> None:
    reader = FakeVerifier(*_ALL)
    quote = "The United States has about 2,500 troops in Iraq; they leave next year."
    verify_claim(
        "The US has 2500 troops in Iraq, which leave in 2025.", [quote], [_METADATA], _EMBEDDER, verifier=reader
    )
    (read,) = (claim for _, claim in reader.read)
    assert read == "The United States has about 2,500 troops in Iraq, which leave in next year."
