"""A timeline on the page: days in order, each quotation a click away from its article, and saved in three forms."""

import json

import pytest

from dateline.index.library import Library
from tests.browser.libraries import SEED
from tests.browser.person import Person
from tests.browser.playing import expect

pytestmark = pytest.mark.browser


def test_a_topic_is_shown_by_its_days_and_a_quotation_opens_its_source(person: Person, library: Library) -> None:
    timeline = person.timeline("coalition troops in Iraq")
    days = [one.get_attribute("datetime") or "" for one in timeline.locator(".day time").all()]
    assert days == sorted(days)
    last = timeline.locator(".entries > li").filter(has_text="by September 2025 and the rest").first
    expect(last.locator(".day")).to_have_text("September 2025")
    place = last.locator(".open-source").first
    start, end = (int(place.get_attribute(f"data-{name}") or "") for name in ("start", "end"))
    place.click()
    expect(person.page.locator(".source-proof")).to_contain_text(SEED)
    assert person.marked(0) == library.article(SEED).text[start:end]


def test_it_is_narrowed_down_to_days_and_what_is_no_day_is_told(person: Person) -> None:
    timeline = person.timeline("coalition troops in Iraq", since="2025")
    expect(timeline).to_contain_text("Only days since 1 January 2025.")
    person.page.locator("#timeline-since input, #timeline-since textarea").fill("soon")
    person.page.get_by_role("button", name="Show the timeline").click()
    expect(person.page.locator("#timeline .failure")).to_contain_text("since is 'soon'")


def test_it_is_saved_as_markdown_csv_and_json(person: Person) -> None:
    timeline = person.timeline("coalition troops in Iraq")
    saved = {}
    for ending in ("md", "csv", "json"):
        with person.page.expect_download() as download:
            timeline.get_by_role("button", name=f"Save .{ending}").click()
        assert download.value.suggested_filename.endswith(f".{ending}")
        saved[ending] = download.value.path().read_text("utf-8")
    entries = json.loads(saved["json"])["entries"]
    assert len(entries) == timeline.locator(".entries > li").count()
    assert saved["md"].startswith("## coalition troops in Iraq\n")
    assert saved["csv"].startswith("first,last,certain,words,quote,")
    assert all(f"characters {one['citation']['start']} to" in saved["md"] for one in entries)
