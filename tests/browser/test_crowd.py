"""Many at once: each is answered or told to wait, in words, and the page goes on."""

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.browser.person import Person

pytestmark = pytest.mark.browser

SEED_QUESTION = "when do coalition troops leave Iraq?"
_AT_ONCE = 40


@pytest.mark.threat(40)
def test_forty_questions_at_once_are_answered_or_told_to_wait(person: Person) -> None:
    with ThreadPoolExecutor(_AT_ONCE) as people:
        said = list(people.map(lambda _: _ask(person.served.address), range(_AT_ONCE)))
    answered = [one for one in said if "by the end of 2026" in one]
    waiting = [one for one in said if one not in answered]
    assert answered
    assert all("queue is full" in one.lower() or "wait" in one.lower() for one in waiting), waiting
    assert person.ask(SEED_QUESTION).get_attribute("data-state") == "done"
    person.open_first(person.exchanges.last)


def _ask(address: str) -> str:
    """What a program is told that asks the page's endpoint."""
    call = f"{address}gradio_api/call/v2/ask"
    body = json.dumps({"question": SEED_QUESTION}).encode()
    try:
        with urlopen(Request(call, body, {"Content-Type": "application/json"}), timeout=60) as response:
            event = json.loads(response.read())["event_id"]
        with urlopen(f"{call}/{event}", timeout=60) as stream:
            return str(stream.read().decode())
    except HTTPError as refused:
        return str(refused.read().decode())
