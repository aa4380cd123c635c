"""Notes: pinned, remarked on, put in order, exported, and still there after a reload."""

import json
from pathlib import Path

import pytest

from tests.browser.person import Person
from tests.browser.playing import expect

pytestmark = pytest.mark.browser

SEED_QUESTION, MAYOR = "when do coalition troops leave Iraq?", "Who was elected mayor of Wexling?"


def test_quotations_and_answers_are_pinned_remarked_on_moved_and_exported(person: Person) -> None:
    page = person.page
    exchange = person.ask(SEED_QUESTION)
    exchange.get_by_role("button", name="Pin", exact=True).click()
    person.told("Pinned to Notes.")
    person.open_first(person.ask(MAYOR))
    page.locator("#pin-quote").click()
    person.told("Pinned to Notes.")
    person.tab("Notes")
    notes = page.locator("#board .notes > li")
    expect(notes).to_have_count(2)
    remark = notes.first.get_by_role("textbox")
    remark.fill("<script>call the ministry</script>")
    notes.last.get_by_role("button", name="up").click()
    expect(notes.last).to_contain_text(SEED_QUESTION)
    person.open()
    person.tab("Notes")
    expect(notes.last.get_by_role("textbox")).to_have_value("<script>call the ministry</script>")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSL JSON").click()
    kept = json.loads(Path(waiting.value.path()).read_bytes())
    assert [one["type"] for one in kept] == ["article-newspaper"] * 2
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save .docx").click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"PK")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save .md").click()
    text = Path(waiting.value.path()).read_text("utf-8")
    assert text.index("Osterby") < text.index(SEED_QUESTION) < text.index("call the ministry")
    notes.first.locator(".open-source").click()
    expect(page.locator("#source-text mark").first).to_be_in_viewport()
    notes.first.get_by_role("button", name="Remove").click()
    expect(notes).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(notes).to_have_count(2)
