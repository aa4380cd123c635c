"""Asking a set of samples on the page: progress, figures, what failed, and what changed since."""

import re

import pytest

from dateline.index.library import Library
from dateline.ui.services.eval_runs import list_runs
from tests.browser.person import Person
from tests.browser.playing import expect

pytestmark = pytest.mark.browser

OWN = (
    {"question": "when do coalition troops leave Iraq?", "answers": ["September 2025"]},
    {"question": "who won the 2022 World Cup?", "answers": ["Argentina"]},
)


def test_the_seed_set_is_run_and_what_failed_is_opened(person: Person, library: Library) -> None:
    page = person.page
    person.tab("Evaluate")
    person.choose("sets", "seeds: questions")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#said-of-samples progress")).to_be_visible()
    expect(page.locator("#said-of-samples .progress")).to_contain_text(re.compile(r"\d of 62"))
    report = page.locator("#evaluation .evaluation")
    expect(report).to_be_visible(timeout=60_000)
    expect(page.locator("#said-of-samples")).to_be_empty()
    first = list_runs(library.folder)[0]
    expect(page.locator("#runs input")).to_have_value(first)
    expect(report.locator(".card").first).to_contain_text("%")
    verdicts = [text[0] for text in report.locator(".sample summary .tag").all_text_contents()]
    assert len(verdicts) == 62
    assert verdicts == sorted(verdicts, key="✗✓".index)
    assert set(verdicts) == set("✗✓")
    place = report.locator(".sample").first.locator(".open-source").first
    article, start, end = (place.get_attribute(f"data-{name}") or "" for name in ("article", "start", "end"))
    place.click()
    expect(page.locator(".source-proof")).to_contain_text(article)
    assert person.marked(0) == library.article(article).text[int(start) : int(end)]
    expect(page.locator("#source-text mark").first).to_be_in_viewport()


def test_a_set_of_ones_own_is_run_again_and_compared(person: Person, library: Library) -> None:
    page = person.page
    report = person.evaluate(*OWN)
    expect(report.locator(".sample").first).to_contain_text("✗")
    first = list_runs(library.folder)[0]
    person.choose("earlier-run", first)
    page.get_by_role("button", name="Run").click()
    expect(report).to_contain_text("What changed")
    expect(report).to_contain_text("2 samples compared; 0 better, 0 worse")
    second = list_runs(library.folder)[0]
    assert second != first
    expect(page.locator("#runs input")).to_have_value(second)
    person.choose("runs", first)
    expect(report).not_to_contain_text("What changed")


def test_a_set_that_is_wrong_is_told_line_by_line_and_a_right_one_is_offered(person: Person) -> None:
    page = person.page
    person.tab("Evaluate")
    upload = page.locator("#upload-samples input[type=file]")
    wrong = b'{"question": "who?"}\n{"question": "when do coalition troops leave Iraq?", "answers": ["2026"]}\n{'
    upload.set_input_files({"name": "mine.jsonl", "mimeType": "text/plain", "buffer": wrong})
    expect(page.locator("#said-of-samples .failure")).to_contain_text("line 1")
    expect(page.locator("#said-of-samples .failure")).to_contain_text("line 3")
    upload.set_input_files({"name": "mine.jsonl", "mimeType": "text/plain", "buffer": wrong.split(b"\n")[1]})
    expect(page.locator("#sets input")).to_have_value("own: mine")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#evaluation .sample")).to_have_count(1)


def test_a_run_is_stopped(person: Person) -> None:
    page = person.page
    person.tab("Evaluate")
    person.choose("sets", "newsroom: questions")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#said-of-samples progress")).to_be_visible()
    page.locator("#stop-samples").click()
    expect(page.locator("#said-of-samples")).to_contain_text("Stopped.")
