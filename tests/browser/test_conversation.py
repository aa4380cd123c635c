"""A conversation: kept over a reload, followed up, forgotten, and what can be done with each answer."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dateline.index.library import Library
from tests.browser.conftest import People
from tests.browser.person import Person, assert_highlights
from tests.browser.playing import Download, expect
from tests.harness.servers import Asked, ChatServer, knows, says
from tests.harness.serving import served

pytestmark = pytest.mark.browser

SEED_QUESTION = "when do coalition troops leave Iraq?"
MAYOR, FOLLOW_UP = "Who was elected mayor of Wexling?", "What did she promise?"


def test_after_a_reload_the_conversation_is_there_and_opens_its_sources(person: Person, library: Library) -> None:
    person.ask(MAYOR)
    before = person.record(person.ask(SEED_QUESTION))
    person.open()
    expect(person.exchanges).to_have_count(2)
    exchange = person.exchanges.last
    assert person.record(exchange) == before
    person.cite(exchange, 1).click()
    person.opened(1)
    assert_highlights(person, exchange, library)


def test_a_follow_up_after_a_reload_is_understood(person: Person, library: Library) -> None:
    person.ask(MAYOR)
    person.open()
    exchange = person.ask(FOLLOW_UP)
    expect(exchange.locator(".understood")).to_contain_text("Lenka Osterby")
    person.cite(exchange, 1).click()
    assert_highlights(person, exchange, library)


def test_a_new_conversation_begins_without_losing_the_old_one(person: Person, library: Library) -> None:
    person.open_first(person.ask(MAYOR))
    person.new_conversation()
    expect(person.exchanges).to_have_count(0)
    expect(person.page.locator("#source")).to_be_hidden()
    expect(person.ask(FOLLOW_UP).locator(".understood")).to_have_count(0)
    expect(person.conversations).to_have_count(2)
    person.conversations.filter(has_text=MAYOR).click()
    exchange = person.exchanges.filter(has_text=MAYOR)
    expect(exchange).to_have_count(1)
    expect(person.ask(FOLLOW_UP).locator(".understood")).to_contain_text("Lenka Osterby")
    person.open()
    expect(person.exchanges).to_have_count(2)
    expect(person.conversations).to_have_count(2)
    expect(person.conversations.filter(has_text=MAYOR)).to_have_attribute("aria-current", "true")
    person.open_first(exchange)
    assert_highlights(person, exchange, library)


def test_conversations_are_searched_renamed_deleted_and_brought_back(person: Person) -> None:
    page = person.page
    person.ask(MAYOR)
    person.new_conversation()
    person.ask(SEED_QUESTION)
    find = page.get_by_label("Search conversations")
    find.fill("osterby")
    expect(person.conversations).to_have_text([re.compile(re.escape(MAYOR))])
    find.fill("no such words")
    expect(person.conversations).to_have_count(0)
    expect(page.locator("#no-conversation")).to_have_text("No conversation has these words.")
    find.fill("")
    person.of_conversation(MAYOR, "Rename").click()
    page.get_by_label("Name of the conversation").fill("<b>The vote</b>")
    page.keyboard.press("Enter")
    expect(person.conversations.filter(has_text="<b>The vote</b>")).to_be_focused()
    person.open()
    person.of_conversation("<b>The vote</b>", "Delete").click()
    expect(person.conversations).to_have_count(1)
    person.told("Deleted “<b>The vote</b>”.")
    page.get_by_role("button", name="Undo").click()
    expect(person.conversations).to_have_count(2)
    person.of_conversation(SEED_QUESTION, "Delete").click()
    expect(page.locator(".welcome")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(person.exchanges).to_have_count(1)
    person.of_conversation(SEED_QUESTION, "Delete").click()
    expect(person.conversations).to_have_count(1)
    expect(page.locator(".welcome")).to_be_visible()
    person.open()
    expect(person.conversations).to_have_text([re.compile("<b>The vote</b>")])


def test_all_conversations_are_exported_at_once(person: Person) -> None:
    person.ask(MAYOR)
    person.new_conversation()
    person.ask(SEED_QUESTION)
    expect(person.conversations).to_have_count(2)
    saved = _saved(person, person.page.locator("#every").get_by_role("button", name=".json").click)
    kept = json.loads(Path(saved.path()).read_bytes())["conversations"]
    assert [(one["name"], len(one["exchanges"])) for one in kept] == [(MAYOR, 1), (SEED_QUESTION, 1)]
    saved = _saved(person, person.page.locator("#every").get_by_role("button", name=".md").click)
    assert re.findall("^# .*", Path(saved.path()).read_text("utf-8"), re.MULTILINE) == [
        f"# {MAYOR}",
        f"# {SEED_QUESTION}",
    ]


def test_a_conversation_that_is_left_while_it_is_answered_keeps_its_question(person: Person, model: ChatServer) -> None:
    pace = threading.Event()

    def slowly(asked: Asked) -> Iterator[str]:
        yield from knows({SEED_QUESTION: ["by September 2025"]})(asked)
        while not pace.wait(0.02):
            yield "and then "

    model.play = slowly
    person.write_with("played")
    person.question.fill(SEED_QUESTION)
    person.question.press("Enter")
    expect(person.exchanges.last.locator(".claim.supported")).to_have_count(1)
    expect(person.conversations).to_have_count(1)
    person.new_conversation()
    pace.set()
    person.conversations.click()
    expect(person.exchanges.last).to_contain_text("Stopped; what is above was checked.")
    expect(person.exchanges.last.locator(".claim.supported")).to_have_count(1)


def test_a_link_to_an_answer_or_a_citation_opens_it(people: People, library: Library) -> None:
    person = people()
    exchange = person.ask(MAYOR)
    answer = exchange.get_attribute("data-exchange")
    (citation,) = person.record(exchange)["answer"]["citations"]
    person.new_conversation()
    person.ask(SEED_QUESTION)
    page = person.page
    page.evaluate(f"location.hash = 'answer-{answer}'")
    expect(person.exchanges).to_have_count(1)
    expect(page.locator(f"#exchange-{answer}")).to_be_focused()
    other = people()
    other.page.goto(f"{other.served.address}#answer-{answer}")
    other.told("This answer is kept in the browser that it was asked in")
    place = f"{citation['article_id']}:{citation['start']}-{citation['end']}"
    other.page.goto(f"{other.served.address}#article-{place}")
    expect(other.page.locator("#source-text mark").first).to_be_in_viewport()
    assert other.marked(0) == citation["quote"]


def test_an_answer_is_copied_with_its_citations(person: Person) -> None:
    person.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=person.served.address)
    exchange = person.ask(SEED_QUESTION)
    exchange.get_by_role("button", name="Copy").click()
    person.told("Copied, with its citations.")
    (citation,) = person.record(exchange)["answer"]["citations"]
    copied = person.page.evaluate("navigator.clipboard.readText()")
    assert f"> {citation['quote']}" in copied
    assert f"(article {citation['article_id']}, characters {citation['start']} to {citation['end']})" in copied


def test_an_answer_and_a_conversation_are_saved_as_markdown_and_json(person: Person) -> None:
    person.ask(MAYOR)
    exchange = person.ask(SEED_QUESTION)
    (citation,) = person.record(exchange)["answer"]["citations"]
    markdown = _saved(person, person.more(exchange, "Save .md").click)
    assert re.fullmatch(r"dateline-\d{4}-\d\d-\d\d\.md", markdown.suggested_filename)
    text = Path(markdown.path()).read_text("utf-8")
    assert f"> {citation['quote']}" in text
    assert f"characters {citation['start']} to {citation['end']}" in text
    assert MAYOR not in text
    saved = _saved(person, person.more(exchange, "Save .json").click)
    (kept,) = json.loads(Path(saved.path()).read_bytes())["exchanges"]
    assert {name: kept["citations"][0][name] for name in ("quote", "article_id", "start", "end")} == {
        name: citation[name] for name in ("quote", "article_id", "start", "end")
    }
    whole = _saved(person, person.of_conversation(MAYOR, "Save .json").click)
    exchanges = json.loads(Path(whole.path()).read_bytes())["exchanges"]
    assert [one["question"] for one in exchanges] == [MAYOR, SEED_QUESTION]
    every = _saved(person, person.of_conversation(MAYOR, "Save .md").click)
    assert re.findall("^#+ .*", Path(every.path()).read_text("utf-8"), re.MULTILINE) == [
        f"# {MAYOR}", f"## {MAYOR}", f"## {SEED_QUESTION}",
    ]  # fmt: skip


def test_a_question_is_asked_again_and_edited(person: Person) -> None:
    exchange = person.ask(SEED_QUESTION)
    before = person.last()
    exchange.get_by_role("button", name="Ask again").click()
    exchange = person.answered(before)
    expect(person.exchanges).to_have_count(1)
    expect(exchange.locator(".question")).to_have_text(SEED_QUESTION)
    person.more(exchange, "Edit question").click()
    expect(person.question).to_have_value(SEED_QUESTION)
    expect(person.question).to_be_focused()
    person.page.keyboard.press("End")
    person.page.keyboard.type(" and Syria?")
    person.page.keyboard.press("Enter")
    expect(person.answered(person.last()).locator(".question")).to_have_text(f"{SEED_QUESTION} and Syria?")


@pytest.mark.threat(40)
def test_a_stopped_answer_keeps_what_was_checked_and_leaves_the_model(
    person: Person, library: Library, model: ChatServer
) -> None:
    pace = threading.Event()

    def slowly(asked: Asked) -> Iterator[str]:
        yield from knows({SEED_QUESTION: ["by September 2025"]})(asked)
        yield "Then "
        while not pace.wait(0.02):
            yield "and then "

    model.play = slowly
    model.hung_up.clear()
    person.write_with("played")
    before = person.last()
    person.question.fill(SEED_QUESTION)
    person.question.press("Enter")
    expect(person.exchanges.last.locator(".claim.supported")).to_have_count(1)
    person.page.get_by_role("button", name="Stop", exact=True).click()
    exchange = person.answered(before)
    expect(exchange).to_contain_text("Stopped; what is above was checked.")
    assert model.hung_up.wait(20), "the model still writes"
    pace.set()
    person.cite(exchange, 1).click()
    person.opened(1)
    assert_highlights(person, exchange, library)
    assert person.ask(MAYOR).get_attribute("data-state") == "done"


def test_a_written_sentence_that_its_quote_does_not_support_is_marked_with_the_reason(
    person: Person, library: Library, model: ChatServer
) -> None:
    model.play = knows(
        {SEED_QUESTION: ["by September 2025"]},
        altered=lambda sentence: sentence.replace("September 2025", "March 2027"),
    )
    person.write_with("played")
    exchange = person.ask(SEED_QUESTION)
    claim = exchange.locator(".claim.contradicted")
    expect(claim.locator(".why")).to_contain_text(re.compile("✗ contradicted: .*2025"))
    person.cite(exchange, 1).click()
    person.opened(1)
    assert_highlights(person, exchange, library)


def test_where_the_model_breaks_off_or_is_gone_the_answer_is_quoted_and_says_so(
    people: People, library: Library
) -> None:
    with ChatServer(says()) as gone:
        address = gone.url
    with served(library.folder, environment={"OPENAI_BASE_URL": address, "DATELINE_MODEL": "openai:gone"}) as serving:
        person = people(at=serving)
        exchange = person.ask(SEED_QUESTION)
        expect(exchange.locator(".notice")).to_contain_text(re.compile("quot"))
        expect(exchange.locator(".claim.quoted")).to_have_count(1)
        person.open_first(exchange)
        assert_highlights(person, exchange, library)
    assert serving.said[1:] == []  # it stopped with a page open, and made no fuss


def test_a_question_is_put_to_some_articles_by_day_and_by_source(person: Person) -> None:
    person.choose_filters()
    person.page.locator("#since input").fill("2026-01-01")
    expect(person.page.locator("#scope")).to_contain_text(re.compile(r"over \d+\s+of \d+\s+articles"))
    exchange = person.ask(SEED_QUESTION)
    expect(exchange.locator(".only")).to_have_text("Only articles since 1 January 2026")
    places = person.record(exchange)["answer"]
    assert all(one["metadata"]["published"] >= "2026" for one in (*places["citations"], *places["nearest"])), places
    person.page.get_by_role("button", name="Ask without: since 1 January 2026").click()
    expect(person.page.locator("#since input")).to_have_value("")
    person.choose("only-source", "Reuters")
    expect(person.page.locator("#scope .chip").first).to_contain_text("Reuters")
    exchange = person.ask(SEED_QUESTION)
    expect(exchange.locator(".only")).to_have_text("Only articles from a source like 'Reuters'")
    expect(exchange.locator(".claim.quoted")).to_have_count(1)


def test_right_and_wrong_become_samples(person: Person, library: Library) -> None:
    corrections = library.folder / "samples" / "corrections.jsonl"
    exchange = person.ask(SEED_QUESTION)
    person.more(exchange, "Right").click()
    person.told("kept: 1 sample of yours")
    (citation,) = person.record(exchange)["answer"]["citations"]
    kept = json.loads(corrections.read_text("utf-8").splitlines()[-1])
    assert (kept["question"], kept["quotes"]) == (SEED_QUESTION, [citation["quote"]])
    person.more(exchange, "Wrong").click()
    exchange.get_by_label("The right answer").fill("the end of 2026")
    exchange.get_by_role("button", name="Add to my samples").click()
    expect(exchange.locator(".correct")).to_be_hidden()
    kept = json.loads(corrections.read_text("utf-8").splitlines()[-1])
    assert (kept["question"], kept["answers"]) == (SEED_QUESTION, ["the end of 2026"])
    exchange = person.ask(MAYOR)
    person.more(exchange, "Wrong").click()
    exchange.get_by_label("none: the articles do not answer it").check()
    exchange.get_by_role("button", name="Add to my samples").click()
    expect(exchange.locator(".correct")).to_be_hidden()
    kept = json.loads(corrections.read_text("utf-8").splitlines()[-1])
    assert (kept["question"], kept["unanswerable"]) == (MAYOR, True)
    assert kept["history"][0]["question"] == SEED_QUESTION


def _saved(person: Person, click: Callable[[], None]) -> Download:
    with person.page.expect_download() as waiting:
        click()
    return waiting.value
