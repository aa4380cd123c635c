from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.index.types import Metadata, Passage, Span
from dateline.rag.reader.confidence import THRESHOLDS
from dateline.rag.reader.crossencoder import CrossEncoder
from dateline.rag.reader.reader import QuotingReader
from tests.harness.fakes import TRUSTING, FakeMarker

LEAVING = (
    "Baghdad and Washington have agreed on the withdrawal of coalition forces from Iraq.",
    "The plan includes the withdrawal of hundreds of coalition troops by May 2025 and the rest by the end of 2026.",
    "The United States has about 2,500 troops in Iraq and 900 in neighboring Syria.",
    "Farhad Alaaldin, the foreign affairs adviser, said technical talks on the withdrawal had ended.",
)
BRIDGE = (
    "The old bridge of Oosterzele was closed after a lorry hit one of its pillars.",
    "Mayor Ilse Maes said that the repair would cost 4.2 million euros.",
    "The bridge is to open again on 12 March.",
    "About 9,000 cars used to cross the bridge every day.",
    "Shopkeepers fear for their trade because nobody passes their doors any more.",
)


def passage(*sentences, article_id="a" * 16, published=None, title=None, start=0):
    """A passage made of ``sentences``, as if it stood at ``start`` of its article."""
    text, spans = "", []
    for sentence in sentences:
        text += " " if text else ""
        spans.append(Span(start + len(text), start + len(text) + len(sentence)))
        text += sentence
    return Passage(
        article_id=article_id,
        metadata=Metadata(title=title, published=published),
        origin="article.txt",
        start=start,
        end=start + len(text),
        text=text,
        sentences=tuple(spans),
        score=0.03,
        text_rank=1,
        vector_rank=1,
        cosine=0.5,
    )


def quotes(reading, passages):
    return [
        passages[quotation.passage].text[
            quotation.span.start - passages[quotation.passage].start : quotation.span.end
            - passages[quotation.passage].start
        ]
        for quotation in reading.quotations
    ]


def trusting(marker, strictness="balanced"):
    return QuotingReader(marker, strictness, TRUSTING)


@pytest.fixture(scope="module")
def reader():
    return QuotingReader()


sentence_texts = st.text(min_size=1, max_size=60).map(lambda text: f"x{text}y.")
any_passages = st.lists(
    st.builds(
        lambda sentences, number, start: passage(*sentences, article_id=str(number) * 16, start=start),
        st.lists(st.one_of(sentence_texts, st.sampled_from((*LEAVING, *BRIDGE))), min_size=1, max_size=5),
        st.integers(0, 3),
        st.integers(0, 1000),
    ),
    max_size=5,
)
any_question = st.one_of(st.text(max_size=80), st.sampled_from(("when do troops leave Iraq?", "who said what, how?")))


@settings(max_examples=40, deadline=None)
@given(any_question, any_passages, st.sampled_from(tuple(THRESHOLDS)))
def test_every_quotation_is_whole_sentences_of_a_passage_given_with_its_answer_inside(question, passages, strictness):
    reading = QuotingReader(_MARKER, strictness).read(question, passages)
    assert 0 <= reading.confidence <= 1
    assert bool(reading.quotations) == (reading.reason is None)
    assert sorted(reading.ranking) == sorted(set(reading.ranking))
    for quotation in (*reading.quotations, *reading.nearest):
        sentences = passages[quotation.passage].sentences
        assert quotation.span.start in {one.start for one in sentences}
        assert quotation.span.end in {one.end for one in sentences}
        short = quotation.answer
        assert short is None or quotation.span.start <= short.start < short.end <= quotation.span.end
        assert 0 <= quotation.score <= 1
    assert reading == QuotingReader(_MARKER, strictness).read(question, passages)


_MARKER = CrossEncoder()


def test_no_passages_quote_nothing_and_say_so(reader):
    reading = reader.read("when do troops leave Iraq?", ())
    assert (reading.quotations, reading.confidence) == ((), 0.0)
    assert reading.reason == "no passage was found"


@pytest.mark.parametrize("question", ['"', "😀", "(a+)+$", "'; DROP TABLE articles; --", "NEAR(", "<img src=x>", "??"])
def test_signs_answer_nothing(reader, question):
    reading = reader.read(question, [passage(*BRIDGE)])
    assert not reading.quotations
    assert reading.reason


@pytest.mark.parametrize(
    ("question", "sentences", "sentence", "answer"),
    [
        ("when are the coalition troops to be withdrawn?", LEAVING, 1, "May 2025"),
        ("how many troops does the United States have in Iraq?", LEAVING, 2, "2,500"),
        ("who said that technical talks had ended?", LEAVING, 3, "Farhad Alaaldin"),
        ("when does the bridge open again?", BRIDGE, 2, "12 March"),
        ("how many cars cross the bridge every day?", BRIDGE, 3, "9,000"),
        ("how much will the repair of the bridge cost?", BRIDGE, 1, "4.2 million euros"),
        ("why was the bridge closed?", BRIDGE, 0, "lorry hit one of its pillars"),
    ],
)
def test_the_sentence_that_answers_is_quoted_and_the_short_answer_marked_in_it(
    reader, question, sentences, sentence, answer
):
    passages = [passage(*sentences)]
    reading = reader.read(question, passages)
    assert quotes(reading, passages)[0] == sentences[sentence]
    marked = reading.quotations[0].answer
    assert answer in passages[0].text[marked.start : marked.end]


@pytest.mark.parametrize(
    "question", ["who won the 2022 World Cup?", "what is the capital of France?", "how does photosynthesis work?"]
)
def test_what_the_passages_do_not_tell_is_declined_and_no_sentence_is_near_without_a_word_of_it(reader, question):
    reading = reader.read(question, [passage(*LEAVING), passage(*BRIDGE, article_id="b" * 16)])
    assert (reading.quotations, reading.nearest) == ((), ())
    assert reading.reason


def test_what_comes_nearest_without_being_an_answer_is_given_best_first():
    marker = FakeMarker({BRIDGE[1]: 0.05, BRIDGE[2]: 0.1, LEAVING[0]: 0.08})
    reading = trusting(marker).read("who paid for the bridge of Oosterzele?", [passage(*BRIDGE), passage(*LEAVING)])
    assert not reading.quotations
    assert 1 <= len(reading.nearest) <= 3
    assert all(one.passage == 0 for one in reading.nearest), "the other passage has no word of the question"
    assert [one.score for one in reading.nearest] == sorted((one.score for one in reading.nearest), reverse=True)


def test_the_passage_that_answers_is_ranked_first(reader):
    passages = [passage(*LEAVING), passage(*BRIDGE, article_id="b" * 16)]
    assert reader.read("when does the bridge open again?", passages).ranking == (1, 0)


def test_the_stricter_the_reader_the_less_it_answers():
    passages = [passage(*LEAVING), passage(*BRIDGE, article_id="b" * 16)]
    for chance in (0.02, 0.3, 0.5, 0.7, 0.98):
        marker = FakeMarker({LEAVING[1]: chance})
        answered = [bool(trusting(marker, name).read("when?", passages).quotations) for name in THRESHOLDS]
        assert answered == sorted(answered)
    assert list(THRESHOLDS) == ["strict", "balanced", "lenient"]


def test_what_is_just_not_enough_is_told_as_less_than_what_is_asked_for():
    reading = trusting(FakeMarker({LEAVING[1]: 0.2996})).read("when do troops leave?", [passage(*LEAVING)])
    assert reading.reason is not None
    assert reading.reason.endswith("a probability of 0.29, 0.30 is asked for")


def test_a_sentence_in_two_passages_is_quoted_once(reader):
    passages = [passage(*BRIDGE[:4]), passage(*BRIDGE[2:], start=140), passage(*BRIDGE, article_id="b" * 16)]
    assert quotes(reader.read("when does the bridge open again?", passages), passages) == [BRIDGE[2]]


OLD, NEW = "The flood in Oosterzele killed 12 people.", "The flood in Oosterzele killed 14 people, police said."


def flood(*, chance_old=0.9, chance_new=0.85):
    """Two articles that contradict each other, the older one first, and a marker that is so sure of each."""
    passages = [
        passage(OLD, article_id="a" * 16, published="2024-05-01"),
        passage(NEW, article_id="b" * 16, published="2024-05-03"),
    ]
    return passages, FakeMarker({OLD: chance_old, NEW: chance_new}, {OLD: "12", NEW: "14"})


@pytest.mark.threat(32)
def test_two_articles_that_contradict_each_other_are_both_quoted_the_newest_first():
    passages, marker = flood()
    assert quotes(trusting(marker).read("how many people died?", passages), passages) == [
        NEW,
        OLD,
    ]


def test_one_that_is_much_less_sure_is_not_quoted_beside_the_other():
    passages, marker = flood(chance_new=0.4)
    assert quotes(trusting(marker).read("how many people died?", passages), passages) == [OLD]


def test_a_sentence_that_points_back_is_quoted_with_the_one_before_it_in_its_paragraph():
    said = "She was elected by 41 votes."
    passages = [passage("Lenka Osterby is mayor of Wexling.", said, "Rain is expected.")]
    marker = FakeMarker({said: 0.9}, {said: "41 votes"})
    assert quotes(trusting(marker).read("how many votes?", passages), passages) == [
        "Lenka Osterby is mayor of Wexling. She was elected by 41 votes."
    ]
    apart = replace(passages[0], text=passages[0].text.replace(f" {said}", f"\n{said}"))
    assert quotes(trusting(marker).read("how many votes?", [apart]), [apart]) == [said]
    assert quotes(trusting(marker).read("how many votes?", [passage(said)]), [passage(said)]) == [said]


def test_of_a_name_alone_the_newest_articles_are_quoted_that_say_something_of_it(reader):
    old = passage("Brittney Griner was arrested in Moscow.", article_id="a" * 16, published="2022-02-17")
    new = passage(
        "Rain is expected.", "A court sentenced Griner to nine years.", article_id="b" * 16, published="2022-08-04"
    )
    reading = reader.read("Griner", [old, new])
    assert not reading.quotations
    assert [(old, new)[one.passage].words_at(one.span) for one in reading.nearest] == [
        "A court sentenced Griner to nine years.", "Brittney Griner was arrested in Moscow.",
    ]  # fmt: skip
