"""Checking a text on the page: each sentence with its verdict, and the words of the article a click away."""

import pytest

from dateline.index.library import Library
from tests.browser.libraries import SEED
from tests.browser.person import Person
from tests.browser.playing import expect

pytestmark = pytest.mark.browser

DRAFT = """Here is what we know:

There are about 25,000 American soldiers in Iraq. The plan still awaits its final approval. Is that good news?
"""


def test_a_pasted_text_is_checked_and_what_contradicts_it_opens_beside_it(person: Person, library: Library) -> None:
    report = person.check(DRAFT)
    expect(report).to_contain_text("1 supported, 1 contradicted, 0 not found; 2 claim nothing")
    wrong = report.locator('.sample[data-verdict="contradicted"]')
    expect(wrong).to_contain_text("The article says about 2,500, the text about 25,000.")
    place = wrong.locator(".open-source")
    start, end = (int(place.get_attribute(f"data-{name}") or "") for name in ("start", "end"))
    place.click()
    expect(person.page.locator(".source-proof")).to_contain_text(SEED)
    assert person.marked(0) == library.article(SEED).text[start:end]
    right = report.locator('.sample[data-verdict="supported"]')
    expect(right.locator(".open-source")).to_be_hidden()
    right.locator("summary").click()
    expect(right.locator("mark")).to_contain_text("awaiting final approval")


def test_an_empty_text_is_refused_in_a_line_and_the_next_is_checked(person: Person) -> None:
    page = person.page
    person.tab("Check")
    page.get_by_role("button", name="Check the text").click()
    expect(page.locator("#said-of-text .failure")).to_contain_text("the text holds no word")
    expect(person.check("The moon is made of cheese.")).to_contain_text("1 not found")
    expect(page.locator("#said-of-text")).to_be_empty()
