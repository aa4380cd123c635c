"""A checked text as HTML: verdicts in words, quotations that open, and nothing of the text obeyed."""

import pytest

from dateline.index.types import Metadata
from dateline.rag.types import CheckedSentence, CheckedText, Citation, Evidence, LibraryState, Support, Verdict
from dateline.ui.web.html.check import check_html, check_page
from tests.harness.evaluations import HOSTILE, OUTSIDE, tags_of


def evidence(verdict: Verdict, published: str, quote: str = "The toll is 17.", name: str | None = None) -> Evidence:
    citation = Citation(
        article_id="0" * 16, metadata=Metadata(published=published, title=name, source=name), origin="a.txt", start=3,
        end=18, quote=quote,
    )  # fmt: skip
    return Evidence(citation=citation, support=Support(verdict=verdict, why="the article says 17, the text 12"))


def a_check(*sentences: tuple[str, Verdict | None, tuple[Evidence, ...]]) -> CheckedText:
    return CheckedText(
        text="",
        sentences=tuple(
            CheckedSentence(
                text=text, start=0, end=0, evidence=found,
                support=Support(verdict=verdict, why="the article says 17, the text 12") if verdict else None,
                passed_over=None if verdict else "a question",
            )
            for text, verdict, found in sentences
        ),
        notice=None,
        library=LibraryState(path="library", articles=2, chunks=5),
        timings_ms={},
    )  # fmt: skip


CHECK = a_check(
    ("It was 12.", "contradicted", (evidence("contradicted", "2026-02-05"),)),
    ("Is it?", None, ()),
    ("It was 17.", "supported", (evidence("supported", "2026-02-05"),)),
    ("It was a fish.", "unsupported", ()),
)


def test_every_sentence_has_its_verdict_in_words_and_what_is_contradicted_is_open() -> None:
    shown = check_html(CHECK)
    samples = [one for tag, one in tags_of(shown) if tag == "details"]
    assert [(one["data-verdict"], "open" in one) for one in samples] == [
        ("contradicted", True),
        ("supported", False),
        ("unsupported", False),
    ]
    for said in ("1 supported, 1 contradicted, 1 not found; 1 claim nothing", "</span> not found", "a question"):
        assert said in shown


def test_a_quotation_opens_its_source_on_the_page_and_is_named_in_the_report() -> None:
    buttons = [one for tag, one in tags_of(check_html(CHECK)) if tag == "button"]
    assert [(one["class"], one["data-article"], one["data-start"], one["data-end"]) for one in buttons] == [
        ("open-source", "0" * 16, "3", "18")
    ] * 2
    page = check_page(CHECK, "draft.txt")
    assert "article 0000000000000000, characters 3 to 18" in page
    assert "<title>Check of draft.txt</title>" in page
    assert not {"button", "script", "img"} & {tag for tag, _ in tags_of(page)}


def test_where_articles_differ_each_quotation_has_its_verdict() -> None:
    both = (evidence("contradicted", "2026-02-05"), evidence("supported", "2026-02-03"))
    shown = check_html(a_check(("It was 12.", "supported", both)))
    assert shown.index(">contradicted<") < shown.index(">supported</span> the article")
    assert " open>" in shown


@pytest.mark.threat(59)
def test_what_a_text_or_an_article_holds_is_text_and_asks_for_nothing() -> None:
    words = evidence("contradicted", "2026-02-05", HOSTILE, HOSTILE)
    hostile = a_check((HOSTILE, "contradicted", (words,)), (HOSTILE, None, ()))
    for shown in (check_html(hostile), check_page(hostile, HOSTILE)):
        tags = tags_of(shown)
        assert not {"script", "img", "iframe", "object", "form", "a"} & {tag for tag, _ in tags}
        assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    assert f"http://{OUTSIDE}" in check_page(hostile, "a")  # as words, beside which nothing is loaded
