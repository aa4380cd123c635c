import textwrap

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dateline.index.splitting.sentences import MAX_CHARACTERS, split_sentences
from dateline.index.types import Span

PARAGRAPHS = (
    "Harbor Commissioner Dana Whitlock said on Tuesday that the ferry line between Port Alder and the outer islands "
    "will close for repairs on Sept. 8. The closing was agreed with the U.S. Coast Guard, which inspected both boats.",
    "“We had no choice,” Whitlock told the Alder Bay Courier. “The hull of No. 1 is thinner than it was in 2019, and "
    "nobody wants to find out how thin it may get.” The repairs will cost about $4.5 million, said Mr. Lee.",
    "Islanders who work on the mainland will be carried by the Northern Star Shipping Company, which runs a service of "
    "its own between the harbors of Alder and Crane. The company promised eight crossings a day.",
)

any_text = st.text(alphabet=st.sampled_from('aB1 .?!\n\t\u00a0“”’")(…é界🙂,-'), max_size=400) | st.text(max_size=200)


def sentences_of(text: str) -> list[str]:
    return [span.of(text) for span in split_sentences(text, Span(0, len(text)))]


@given(any_text, st.data())
@example("a. \n\n ”\n", None)
def test_sentences_cover_all_but_white_space_in_order_and_are_trimmed(text, data):
    start = data.draw(st.integers(0, len(text))) if data else 0
    end = data.draw(st.integers(start, len(text))) if data else len(text)
    sentences = split_sentences(text, Span(start, end))
    at = start
    for one in sentences:
        assert at <= one.start < one.end <= end
        assert not text[at : one.start].strip()
        assert one.of(text) == one.of(text).strip()
        at = one.end
    assert not text[at:end].strip()


@given(any_text, any_text)
def test_a_blank_line_always_ends_a_sentence(before, after):
    text = f"{before}\n\n{after}"
    assert not any(
        one.start < len(before) and one.end > len(before) + 2 for one in split_sentences(text, Span(0, len(text)))
    )


@given(any_text, any_text, any_text)
def test_what_stands_outside_the_span_has_no_say(before, text, after):
    inside = Span(len(before), len(before) + len(text))
    moved = [Span(one.start + len(before), one.end + len(before)) for one in split_sentences(text, Span(0, len(text)))]
    assert list(split_sentences(before + text + after, inside)) == moved


@pytest.mark.parametrize(
    "sentences",
    [
        ("Mr. Ortiz met Sen. Ada Poole in the U.S. Senate on Sept. 8.", "Bill No. 1 passed."),
        ("“We won.”", "He smiled.", "(Nobody else did.)", "Then it ended."),
        ("“It was great!” said Mrs. J. K. Marlow.", '"No way."', "She left."),
        ("He said he would... maybe not.", "“I don’t know …” she said.", "The fund fell 1.5%.", "It ended at 3.5."),
        ("Lt. Col. Dee Haas and Reps. Kim Ito and Bo Lund spoke at 5 p.m. Tuesday.", "They were heard."),
        ("The plant reopened last month.", "Capt. Ray Holt spoke, the Alder Bay Courier reports.", "Nobody fell."),
        ("“He asked me, ‘What’s wrong?’ ” the keeper said.", "“I asked, ‘Who’s there?’ ”", "No one was."),
        ("The man (born Jan. 3, 1950, in St. Anne) died.", "Gov. Lou Reyes, D-Wash., said so."),
    ],
)  # fmt: skip
def test_sentences_of_news_end_where_a_reader_ends_them(sentences):
    assert sentences_of(" ".join(sentences)) == list(sentences)


def test_a_closing_quote_belongs_to_the_sentence_it_closes_even_without_a_space_behind_it():
    assert sentences_of("“I am here.”He left. (So did she.)") == ["“I am here.”", "He left.", "(So did she.)"]


def test_a_newline_ends_a_sentence_where_paragraphs_are_written_one_a_line():
    text = "Ferry line to close\n" + "\n".join(PARAGRAPHS) + "\nPhoto by R. Amsel\nmap by the Courier"
    assert sentences_of(text)[0] == "Ferry line to close"
    assert sentences_of(text)[-2:] == ["Photo by R. Amsel", "map by the Courier"]


@pytest.mark.parametrize("width", [50, 60, 72, 80, 100])
@pytest.mark.parametrize("between", ["\n\n", "\n", "\n    "])
def test_a_newline_is_a_space_where_text_is_wrapped(width, between):
    text = between.join(textwrap.fill(paragraph, width) for paragraph in PARAGRAPHS)
    found = [" ".join(one.split()) for one in sentences_of(text)]
    assert found == [one for paragraph in PARAGRAPHS for one in sentences_of(paragraph)]


def test_a_short_line_ends_its_paragraph_in_wrapped_text():
    text = "Ferry line to close\n" + "\n".join(textwrap.fill(paragraph, 72) for paragraph in PARAGRAPHS)
    assert sentences_of(text)[0] == "Ferry line to close"


def test_a_number_that_wrapping_put_at_the_beginning_of_a_line_does_not_hide_the_end_of_its_sentence():
    text = (
        "the laws of the islands were to take effect on July\n24. Nobody had told the harbor master so\nwhen he left."
    )
    assert len(sentences_of(text)) == 2


def test_a_long_paragraph_is_split_as_its_parts_are():
    text = " ".join(PARAGRAPHS * 20)
    assert sentences_of(text) == [one for paragraph in PARAGRAPHS * 20 for one in sentences_of(paragraph)]


@pytest.mark.threat(18)
@pytest.mark.parametrize(
    "text",
    [
        "x" * 200_000,
        "x." * 100_000,
        '."' * 50_000,
        "? " * 100_000,
        ". )" * 50_000,
        "word " * 5_000,
        "\n" * 200_000 + "x",
        "x." + " " * 200_000 + "y",
        "x \n" * 50_000,
    ],
    ids=lambda text: repr(text[:4]),
)
def test_no_text_makes_a_sentence_too_long_or_loses_a_character(text):
    sentences = split_sentences(text, Span(0, len(text)))
    assert max(map(len, sentences)) <= MAX_CHARACTERS
    assert "".join("".join(one.of(text).split()) for one in sentences) == "".join(text.split())


def test_an_overlong_sentence_is_cut_between_words():
    text = "word " * 5_000
    assert all(set(one.split()) == {"word"} for one in sentences_of(text))
