"""What a person does on the page, and sees there."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dateline.index.library import Library
from tests.browser.playing import Locator, Page, expect
from tests.browser.watching import Watch
from tests.harness.serving import Served

_ANSWERED = """(before) => {
  const last = [...document.querySelectorAll(".exchange")].at(-1);
  return last && last.dataset.exchange !== before && last.dataset.state !== "writing";
}"""
_LAST = "() => [...document.querySelectorAll('.exchange')].at(-1)?.dataset.exchange ?? ''"
_WORDS = """(number) => [...document.querySelectorAll("#source-text mark")]
  .filter((mark) => mark.matches(`[data-numbers~="${number}"]`)).map((mark) => mark.textContent).join("")"""
_CHOSEN = """() => [...document.querySelectorAll("#source-text mark.chosen")]
  .map((mark) => mark.textContent).join("")"""
_CURRENT = """(number) => [...document.querySelectorAll('.cite[aria-current="true"]')]
  .some((cite) => cite.dataset.number === String(number))"""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in front of the page."""

    page: Page
    served: Served
    watch: Watch

    def open(self) -> None:
        """Open the page, or load it again, which may cut off what Gradio waits for."""
        if self.page.url.startswith(self.served.address):
            self.watch.let("Connection errored out")
        self.page.goto(self.served.address)
        self.page.wait_for_selector("body[data-ready=true]")
        self.page.wait_for_selector(".welcome, .exchange")

    @property
    def question(self) -> Locator:
        """Where a question is written."""
        return self.page.locator("#question textarea")

    @property
    def exchanges(self) -> Locator:
        return self.page.locator(".exchange")

    def ask(self, question: str) -> Locator:
        """Ask, and wait for the whole answer."""
        before = self.page.evaluate(_LAST)
        self.question.fill(question)
        self.question.press("Enter")
        return self.answered(before)

    def more(self, exchange: Locator, words: str) -> Locator:
        """Something in the menu of an answer, which is opened."""
        exchange.locator(".actions summary").click()
        return exchange.locator(".menu-box").get_by_role("button", name=words)

    def open_first(self, exchange: Locator) -> None:
        """Open the first citation of an answer, and wait until its words are marked."""
        self.cite(exchange, 1).click()
        self.opened(1)

    def new_conversation(self) -> None:
        """Begin another conversation."""
        self.page.get_by_role("button", name="New conversation").click()
        expect(self.page.locator(".welcome")).to_be_visible()

    @property
    def conversations(self) -> Locator:
        """Those in the rail, the last one first."""
        return self.page.locator("#conversations .conversation")

    def of_conversation(self, name: str, words: str) -> Locator:
        """Something in the menu of a conversation, which is opened."""
        entry = self.page.locator("#conversations li").filter(has_text=name)
        entry.locator("summary").click()
        return entry.get_by_role("button", name=words)

    def ask_example(self, words: str) -> Locator:
        """Ask what the page offers."""
        before = self.page.evaluate(_LAST)
        self.page.get_by_role("button", name=words).click()
        return self.answered(before)

    def answered(self, before: str) -> Locator:
        """The exchange behind another one, once it has ended."""
        self.page.wait_for_function(_ANSWERED, arg=before)
        return self.exchanges.last

    def last(self) -> str:
        """The id of the last exchange."""
        return str(self.page.evaluate(_LAST))

    def record(self, exchange: Locator) -> dict[str, Any]:
        """The exchange as the page keeps it."""
        return dict(json.loads(exchange.locator(".record").text_content() or ""))

    def cite(self, exchange: Locator, number: int) -> Locator:
        """The number of a citation behind its claim."""
        return exchange.locator(f'.claim .cite[data-number="{number}"]').first

    def opened(self, number: int) -> None:
        """Wait until the words of a citation are marked in its article."""
        expect(self.page.locator("#source-text mark.chosen").first).to_be_in_viewport()
        self.page.wait_for_function(_CURRENT, arg=number)

    def marked(self, number: int) -> str:
        """The words that the open article shows marked for a number, joined."""
        return str(self.page.evaluate(_WORDS, number))

    def tab(self, name: str) -> None:
        """Go to a tab."""
        self.page.get_by_role("tab", name=name, exact=True).click()

    def choose(self, box: str, words: str) -> None:
        """Choose from a list, by the id around it."""
        self.page.locator(f"#{box} input").click()
        self.page.get_by_role("option", name=words, exact=True).click()

    def evaluate(self, *samples: Mapping[str, Any], name: str = "own.jsonl") -> Locator:
        """Upload a set, run it, and wait for its report."""
        self.tab("Evaluate")
        lines = "\n".join(map(json.dumps, samples)).encode()
        file: Any = {"name": name, "mimeType": "text/plain", "buffer": lines}
        self.page.locator("#upload-samples input[type=file]").set_input_files(file)
        expect(self.page.locator("#sets input")).to_have_value(re.compile("^own: .*"))
        self.page.get_by_role("button", name="Run").click()
        report = self.page.locator("#evaluation .evaluation")
        expect(report).to_be_visible(timeout=60_000)
        return report

    def check(self, text: str) -> Locator:
        """Paste a text, have it checked, and wait for the verdicts."""
        self.tab("Check")
        self.page.locator("#text-to-check textarea").fill(text)
        self.page.get_by_role("button", name="Check the text").click()
        report = self.page.locator("#checked .check")
        expect(report).to_be_visible(timeout=60_000)
        return report

    def timeline(self, topic: str, since: str = "") -> Locator:
        """Have the timeline of a topic shown."""
        self.tab("Timeline")
        self.page.locator("#topic textarea, #topic input").fill(topic)
        self.page.locator("#timeline-since input, #timeline-since textarea").fill(since)
        self.page.get_by_role("button", name="Show the timeline").click()
        shown = self.page.locator("#timeline .timeline")
        expect(shown).to_be_visible(timeout=60_000)
        return shown

    def choose_filters(self) -> None:
        """Unfold the choice of articles."""
        self.page.get_by_role("button", name="Which articles").click()

    def told(self, words: str) -> None:
        """Wait until the page says something in passing."""
        expect(self.page.locator("#told.shown")).to_contain_text(words)

    def write_with(self, model: str) -> None:
        """Let a chat model that was found write the answers."""
        self.tab("Models")
        self.page.get_by_role("button", name="Look for model servers").click()
        expect(self.page.locator("#models .servers")).to_contain_text(model)
        self.choose("way", f"{model} (OPENAI_BASE_URL)")
        self.tab("Ask")


def assert_highlights(person: Person, exchange: Locator, library: Library) -> None:
    """Of every number of an exchange the marked words are the citation's quote and the article's characters.

    The source of one of them is open; from there one walks through all of them and around to it.
    """
    page = person.page
    citations = person.record(exchange)["answer"]["citations"]
    placed = exchange.locator(".citations [data-start]").all()
    numbers = sorted(int(one.get_attribute("data-number") or 0) for one in placed)
    assert numbers == list(range(1, len(citations) + 1)) and citations
    shown = page.locator("#place").text_content() or ""
    first = int(shown.partition(" of ")[0])
    if len(citations) > 1:
        expect(page.locator("#walk")).to_be_visible()
    for step in range(len(citations)):
        number = (first - 1 + step) % len(citations) + 1
        person.opened(number)
        citation = citations[number - 1]
        article = library.article(citation["article_id"])
        assert hashlib.sha256(article.text.encode()).hexdigest()[:16] == citation["article_id"]
        assert page.locator(".text-of-record").evaluate("(all) => all.textContent") == article.text
        words = article.text[citation["start"] : citation["end"]]
        assert person.marked(number) == words == citation["quote"]
        assert page.evaluate(_CHOSEN) == words
        assert page.locator("#place").text_content() == f"{number} of {len(citations)}"
        if len(citations) > 1:
            page.locator("#next-citation").click()
    person.opened(first)
