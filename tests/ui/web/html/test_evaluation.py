"""The evaluation on the page: the report's body, with buttons to open what is cited, and rules that stay within it."""

import re
from dataclasses import replace

import pytest

from dateline.eval.comparison import compare
from dateline.eval.report.page import render_page
from dateline.ui.web.html.evaluation import evaluation_css, evaluation_html
from tests.harness.evaluations import (
    HOSTILE,
    a_hostile_one,
    a_quotation,
    a_wrong_one,
    an_evaluation,
    an_outcome,
    tags_of,
)


def test_it_is_a_fragment_with_the_failing_samples_first() -> None:
    shown = evaluation_html(an_evaluation(an_outcome("right-one"), a_wrong_one("wrong-one")))
    tags = tags_of(shown)
    assert tags[0] == ("div", {"class": "evaluation"})
    assert not {"html", "head", "body", "style", "script", "link", "meta", "title"} & {tag for tag, _ in tags} - {
        "title"
    }
    samples = [attributes for tag, attributes in tags if tag == "details" and attributes.get("class") == "sample"]
    assert [("open" in one, one["id"]) for one in samples] == [(True, "sample-wrong-one"), (False, "sample-right-one")]
    assert shown.count("<svg") == 5
    assert shown.count("<div") == shown.count("</div>")


def test_every_citation_and_every_passage_can_be_opened_where_it_stands() -> None:
    shown = evaluation_html(an_evaluation(an_outcome("one"), a_wrong_one("other")))
    buttons = [attributes for tag, attributes in tags_of(shown) if tag == "button"]
    places = sorted((one["data-start"], one["data-end"]) for one in buttons)
    assert places == [("0", "60"), ("0", "60"), ("9", "33"), ("9", "33")]
    assert {(one["type"], one["class"], one["data-article"]) for one in buttons} == {
        ("button", "open-source", "0123456789abcdef")
    }
    assert "<button" not in render_page(an_evaluation(an_outcome("one")))


def test_what_changed_leads_to_the_samples() -> None:
    before = an_evaluation(a_wrong_one("one 1"), an_outcome("two"))
    after = an_evaluation(an_outcome("one 1"), an_outcome("two"))
    shown = evaluation_html(after, compare(before, after, "earlier"))
    assert "1 better, 0 worse" in shown
    assert 'href="#sample-one%201"' in shown
    assert 'id="sample-one 1"' in shown


def test_nothing_from_samples_articles_or_answers_is_markup() -> None:
    plain = {tag for tag, _ in tags_of(evaluation_html(an_evaluation(an_outcome("x"))))}
    shown = evaluation_html(a_hostile_one())
    for tag, attributes in tags_of(shown):
        assert tag in plain | {"q"}
        assert not {"src", "srcset", "style", "background", "poster", "onload", "onerror"} & attributes.keys(), tag
        assert (attributes.get("href") or "#").startswith("#")
    assert HOSTILE not in shown


@pytest.mark.threat(12)
def test_names_that_turn_the_line_are_shown_as_escapes_and_quotations_as_they_are() -> None:
    quoted = a_quotation(title="evil\u202etxt.exe", quote="as it\u202e is")
    evaluation = an_evaluation(an_outcome("one\u202e", citations=(quoted,)))
    shown = evaluation_html(replace(evaluation, samples="set\u202e.jsonl", model="m\x1b"))
    assert "evil\\u202etxt.exe" in shown
    assert "<h1>set\\u202e.jsonl</h1>" in shown
    assert "answers by m\\x1b" in shown
    assert "<mark>as it\u202e is</mark>" in shown


def test_every_rule_stays_within_the_evaluation() -> None:
    css = evaluation_css()
    assert css.count("{") == css.count("}")
    selectors = [one.strip() for one in re.findall(r"([^{};]+)\{", css) if not one.strip().startswith("@")]
    for one in ", ".join(selectors).split(","):
        assert re.match(r"\s*(\.dark )?\.evaluation\b", one), one
    assert "@media (max-width: 40rem) { .evaluation dl {" in css
    assert ".evaluation svg .tick, .evaluation svg .axis" in css
    assert "prefers-color-scheme" not in css
    assert len(selectors) > 40
    for colour in set(re.findall(r"var\((--[a-z-]+)\)", css)):
        assert css.count(f"{colour}:") == 2, f"{colour} is light and dark"
