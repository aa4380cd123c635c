import re
from dataclasses import replace

import pytest

from dateline.index.types import Metadata
from dateline.ui.web.chat_state import new_exchange, with_claims
from dateline.ui.web.html.conversation import conversation_html
from tests.ui.talk import abstained, answer, exchange


def test_each_number_of_a_claim_opens_its_citation_and_shows_the_quotation() -> None:
    shown = conversation_html([exchange()])
    assert '<button type="button" class="cite" data-number="1"' in shown
    assert '<q dir="auto">Two people died on Monday.</q>' in shown
    assert 'data-article="abababababababab" data-start="22" data-end="48" data-answer="22-25"' in shown
    assert "Lenn Gazette · <time>4 March 2024</time>" in shown


def test_a_verdict_is_a_mark_and_words() -> None:
    assert "✓</span> supported: quoted word for word" in conversation_html([exchange()])
    wrong = answer(claim="Three people died.", why="the quote says Two, the answer Three")
    assert "✗</span> unsupported: the quote says Two, the answer Three" in conversation_html([exchange(wrong)])


def test_the_short_answer_stands_on_top_and_is_marked_in_the_sentence() -> None:
    shown = conversation_html([exchange()])
    assert shown.index("Short answer") < shown.index('class="claim')
    assert '<strong class="words">Two</strong> people died on Monday.' in shown


def test_declining_gives_the_reason_and_passages_to_open() -> None:
    shown = conversation_html([exchange(abstained())])
    assert "Nothing answers it." in shown
    assert len(re.findall(r'class="open-source" data-article="cdcdcdcdcdcdcdcd" data-start="0"', shown)) == 4


def test_while_it_is_written_what_is_checked_is_shown_and_nothing_can_be_saved() -> None:
    given = answer()
    shown = conversation_html([with_claims(new_exchange("how many died?"), given.claims, given.citations)])
    assert "people died on Monday." in shown
    assert 'data-state="writing"' in shown
    assert "data-act" not in shown


def test_a_failure_is_told_and_can_be_asked_again() -> None:
    failed = replace(new_exchange("how many?"), state="failed", failure="no library at 'x'")
    shown = conversation_html([failed])
    assert "No library at &#39;x&#39;" in shown
    assert 'data-act="retry"' in shown
    assert 'data-act="save"' not in shown


def test_before_the_first_question_there_are_examples_or_the_way_to_articles() -> None:
    assert 'data-example="what?"' in conversation_html([], ["what?"])
    assert "add some under" in conversation_html([])


@pytest.mark.threat(37)
def test_words_of_strangers_are_text_wherever_they_stand() -> None:
    hostile = "<img src=x onerror=alert(1)><script>x</script>\"'> [a](javascript:x) \u202e"
    metadata = Metadata(title=hostile, source=hostile, url="javascript:alert(1)", published="2024-01-01")
    given = answer(metadata=metadata, origin=hostile, claim=hostile, why=hostile)
    given = replace(
        given, question=hostile, stand_alone=hostile + "?", notice=hostile, model=hostile, short_answer=hostile
    )
    shown = conversation_html([exchange(given), exchange(replace(abstained(), reason=hostile))], [hostile])
    assert "<img" not in shown
    assert "<script" not in shown
    assert 'href="javascript' not in shown
    for attribute in re.findall(r"<[a-z][^>]*>", shown):
        assert "onerror" not in re.sub(r'"[^"]*"', "", attribute)
