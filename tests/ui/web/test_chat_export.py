import json
import re

import pytest

from dateline.index.types import Metadata, Span
from dateline.ui.web.chat_export import to_json, to_markdown
from tests.ui.talk import TEXT, abstained, answer, differing, exchange, written


def test_markdown_has_each_claim_with_its_numbers_and_each_quotation_with_its_place() -> None:
    text = to_markdown([exchange(answer(claim="Three people died.", why="the quote says Two, the answer Three"))])
    assert "## how many died?" in text
    assert "Three people died. [1] *(unsupported: the quote says Two, the answer Three)*" in text
    place = "[1] Storm in Lenn, Lenn Gazette, 4 March 2024 (article abababababababab, characters 22 to 48)"
    assert f"{place}\n> Two people died on Monday." in text


def test_markdown_has_what_follows_from_several_quotations_above_them() -> None:
    text = to_markdown([exchange(differing())])
    assert text.index("**2**") < text.index("3 − 1 = 2") < text.index("Two people died on Monday. [1]")


def test_markdown_keeps_headings_lists_and_tables() -> None:
    text = to_markdown([exchange(written())])
    assert "### Deaths\n\nThese are the towns:\n\n- Two people died in \\<Lenn\\>. [1]" in text
    assert "| Town | Deaths |  |\n| --- | --- | --- |\n| Lenn | 2 | [1] |" in text


def test_markdown_of_what_was_declined_quotes_what_is_nearest_or_gives_the_reason() -> None:
    text = to_markdown([exchange(abstained())])
    assert "No sure answer. The nearest passages say:" in text
    assert text.count("> The storm came first.") == 3
    assert "No answer: nothing answers it." in to_markdown([exchange(abstained(nearest=0))])


@pytest.mark.threat(37)
def test_words_of_strangers_are_no_markdown() -> None:
    hostile = "![x](http://evil.example/a) <img src=x> # Title\n- [a](javascript:x) \u202e $x$"
    metadata = Metadata(title=hostile, source=hostile, url="javascript:alert(1)")
    text = to_markdown([exchange(answer(text=hostile + TEXT, span=Span(0, 60), metadata=metadata, claim=hostile))])
    text = re.sub(r"\\.", "", text)  # what is escaped is no markup
    for live in ("![", "](http", "<img", "\n# ", "\n- ", "\u202e", "](javascript", "<javascript"):
        assert live not in text


def test_a_link_of_an_article_stands_beside_its_citation() -> None:
    metadata = Metadata(title="Storm", url="https://news.example/storm?a=1")
    assert "<https://news.example/storm?a=1>" in to_markdown([exchange(answer(metadata=metadata))])


def test_json_is_the_contract_of_the_command_line_for_each_exchange() -> None:
    first, second = json.loads(to_json([exchange(), exchange(abstained())]))["exchanges"]
    (citation,) = first["citations"]
    assert TEXT[citation["start"] : citation["end"]] == citation["quote"]
    assert (first["state"], second["abstained"], second["reason"]) == ("done", True, "nothing answers it")
