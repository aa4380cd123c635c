import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.types import Article, Metadata, Origin, Passage, Span
from dateline.ui.web.chat_state import new_exchange, with_claims
from dateline.ui.web.html.conversation import Mark, conversation_html, source_html
from tests.ui.talk import abstained, answer, differing, exchange, written


def test_each_number_of_a_claim_opens_its_citation_and_shows_the_quotation() -> None:
    shown = conversation_html([exchange()])
    assert '<button type="button" class="cite" data-number="1"' in shown
    assert '<q dir="auto">Two people died on Monday.</q>' in shown
    assert 'data-article="abababababababab" data-start="22" data-end="48" data-answer="22-25"' in shown
    assert "Lenn Gazette · <time>4 March 2024</time>" in shown


def test_a_verdict_is_a_mark_and_words() -> None:
    assert 'class="verdict"' not in conversation_html([exchange()]), "of a quotation"
    wrong = answer(claim="Three people died.", why="the quote says Two, the answer Three")
    assert "✗</span> unsupported: the quote says Two, the answer Three" in conversation_html([exchange(wrong)])
    held = conversation_html([exchange(written())])
    described = re.findall(r'class="verdict" aria-describedby="([^"]+)"', held)
    assert len(described) == len(set(described)) == 3
    assert all(f'id="{one}">Supported: so</span>' in held for one in described)


def test_lists_stay_lists_and_tables_tables_and_what_only_introduces_has_no_verdict() -> None:
    shown = conversation_html([exchange(written())])
    listed, table = (re.search(rf"<{tag} .*?</{tag}>", shown, re.DOTALL) for tag in ("ul", "table"))
    assert listed
    assert table
    assert listed[0].count("<li>") == listed[0].count("</li>") == 2
    assert "Two people died in &lt;Lenn&gt;." in listed[0]
    assert listed[0].index("All were old.") < listed[0].index("</li>")
    assert re.findall(r'<td class="said" dir="auto">(.*?)</td>', table[0]) == ["Town", "Deaths", "Lenn", "2"]
    assert shown.index("</table>") < shown.index("That is all.")
    assert (shown.count('class="verdict"'), shown.count('class="why"')) == (3, 2)
    assert '<p class="claim plain heading">' in shown


def test_how_long_it_took_is_told_and_when_the_first_sentence_stood() -> None:
    assert "<dt>Time</dt><dd>12 ms</dd>" in conversation_html([exchange()])
    timings = {"read": 12.0, "first_sentence": 800.0, "further_sentences": 1000.0}
    shown = conversation_html([exchange(replace(answer(), timings_ms=timings))])
    assert "1812 ms, the first sentence after 812 ms (read 12, first sentence 800, further sentences 1000)" in shown


def test_how_it_was_answered_names_what_was_read_and_why_nothing_was_said() -> None:
    metadata = Metadata(title="Flood <at> Tolmere", published="2024-03-05")
    passage = Passage(
        article_id="ef" * 8, metadata=metadata, origin="flood.txt", start=10, end=90, text="x" * 80, sentences=(),
        score=0.5, text_rank=2, vector_rank=None, cosine=0.61,
    )  # fmt: skip
    shown = conversation_html([exchange(replace(abstained(), passages=(passage,)))])
    assert "<dt>Declined</dt><dd>Nothing answers it, confidence 0.90</dd>" in shown
    assert "<dt>Asked of</dt><dd>all 1 articles</dd>" in shown
    assert '<button type="button" class="open-source" data-article="efefefefefefefef" data-start="10"' in shown
    assert "Flood &lt;at&gt; Tolmere" in shown
    assert re.findall(r'<td class="number">(.*?)</td>', shown) == ["2", "–", "0.61"]


def test_an_article_that_is_cited_twice_is_one_source_with_two_places() -> None:
    given = answer()
    shown = conversation_html(
        [exchange(replace(given, citations=(*given.citations, replace(given.citations[0], answer=None))))]
    )
    (sources,) = re.findall(r'<ul class="citations".*?</ul>', shown, re.DOTALL)
    assert sources.count("<li>") == sources.count("Storm in Lenn") == 1
    assert re.findall(r'data-number="(\d)" data-article="(.)', sources) == [("1", "a"), ("2", "a")]


def test_the_short_answer_stands_on_top_and_is_marked_in_the_sentence() -> None:
    shown = conversation_html([exchange()])
    assert shown.index("Short answer") < shown.index('class="claim')
    assert '<strong class="words">Two</strong> people died on Monday.' in shown


def test_answers_that_differ_are_listed_with_their_days_and_numbers_that_open_them() -> None:
    shown = conversation_html([exchange(differing())])
    groups = re.search(r'<ul class="groups".*?</ul>', shown, re.DOTALL)
    assert groups
    assert '<strong dir="auto">Two</strong>, <time>4 March 2024</time>' in groups[0]
    assert '<strong dir="auto">storm</strong>, earlier, <time>2 March 2024</time>' in groups[0]
    assert 'class="cite" data-number="2"' in groups[0]
    assert "3 − 1 = 2" in shown
    assert "what is latest" in shown
    assert 'class="groups"' not in conversation_html([exchange()])


def test_declining_gives_the_reason_and_passages_to_open() -> None:
    shown = conversation_html([exchange(abstained())])
    assert "No sure answer. The nearest passages say:" in shown
    assert "Nothing answers it." in conversation_html([exchange(abstained(nearest=0))])
    assert len(re.findall(r'class="open-source" data-article="cdcdcdcdcdcdcdcd" data-start="0"', shown)) == 3


def test_while_it_is_written_what_is_checked_is_shown_and_nothing_can_be_saved() -> None:
    given = answer()
    shown = conversation_html([with_claims(new_exchange("how many died?"), given.claims, given.citations, "likely")])
    assert "people died on Monday." in shown
    assert 'data-state="writing"' in shown
    assert "data-act" not in shown
    assert '<div class="record" hidden>' in shown, "what is left while it is written is kept"


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


class _Shown(HTMLParser):
    """The text of record as a browser would show it, and that of the marks of each number."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.marked, self.answer, self.chosen, self.tags = "", {}, "", "", set()
        self._inside, self._mark = False, None

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.tags.add(tag)
        named = dict(attributes)
        self._inside = self._inside or named.get("class") == "text-of-record"
        if tag == "mark":
            self._mark = named

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._mark = None

    def handle_data(self, data: str) -> None:
        if not self._inside:
            return
        self.text += data
        if self._mark:
            for number in self._mark["data-numbers"].split():
                self.marked[int(number)] = self.marked.get(int(number), "") + data
            self.answer += data if "answer" in self._mark["class"] else ""
            self.chosen += data if "chosen" in self._mark["class"] else ""


def _article(text: str, **known: str) -> Article:
    origin = Origin(name="/news/storm.txt", sha256="", encoding="utf-8")
    return Article(text=text, body=(Span(0, len(text)),), metadata=Metadata(**known), origins=(origin,))


def _shown(article: Article, *marks: Mark, answers: tuple[Span, ...] = (), chosen: int = 0) -> _Shown:
    shown = _Shown()
    shown.feed(source_html(article, marks, answers, chosen))
    shown.close()
    return shown


_PIECES = st.one_of(
    st.text("ab .\n<>&\"'é", min_size=1, max_size=30),
    st.sampled_from(["👩\u200d👩\u200d👧", "e\u0301", "שלום עולם", "العربية", "\U0001f1ee\U0001f1f6"]),
)


@given(st.lists(_PIECES, min_size=1).map("".join), st.data())
def test_the_marked_words_of_a_number_are_the_slice_and_all_words_are_the_text(text: str, data: st.DataObject) -> None:
    span = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted).map(lambda two: Span(*two))
    spans = data.draw(st.lists(span.filter(len), min_size=0, max_size=4))
    short = data.draw(span)
    shown = _shown(_article(text), *(Mark(number=at, span=one) for at, one in enumerate(spans, 1)), answers=(short,))
    assert shown.text == text
    assert shown.marked == {at: one.of(text) for at, one in enumerate(spans, 1)}
    assert shown.answer == short.of(text)


def test_only_the_chosen_number_stands_out() -> None:
    text = "First one. Second one."
    marks = (Mark(number=1, span=Span(0, 10)), Mark(number=2, span=Span(11, 22)))
    assert _shown(_article(text), *marks, chosen=2).chosen == "Second one."


def test_a_span_beyond_the_text_marks_nothing() -> None:
    marks = tuple(Mark(number=1, span=span) for span in (Span(0, 99), Span(-5, 2), Span(3, 3), Span(5, 2)))
    assert _shown(_article("short text"), *marks).marked == {}


def test_an_article_made_of_markup_is_text() -> None:
    hostile = '<script>alert(1)</script><img src=x onerror="x"> {{ 7*7 }} ${7*7} ' + "</div></p></mark>"
    shown = _shown(_article(hostile, title=hostile, source=hostile, url="javascript:alert(1)"))
    assert shown.text == hostile
    assert shown.tags <= {"header", "h3", "p", "time", "bdi", "div", "mark"}


@pytest.mark.threat(22)
def test_a_link_of_the_article_is_one_and_sends_no_referrer() -> None:
    shown = source_html(_article("x", url="https://news.example/a?b=1&c=2"))
    assert 'href="https://news.example/a?b=1&amp;c=2"' in shown
    assert 'rel="noopener noreferrer nofollow"' in shown
    for url in ("javascript:alert(1)", "file:///etc/passwd", "//evil.example/a", "http://192.168.1.1/reboot"):
        assert "href" not in source_html(_article("x", url=url))
