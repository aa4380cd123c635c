import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embedding import load_embedder
from index.types import Metadata, Passage, Span
from rag.reader import SentenceReader
from tests.fakes import FakeEmbedder

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


def passage(*sentences, article_id="a" * 16, published=None, title=None, cosine=0.5, start=0):
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
        cosine=cosine,
    )


def quotes(reading, passages):
    return [
        passages[quotation.passage].text[
            quotation.span.start - passages[quotation.passage].start : quotation.span.end
            - passages[quotation.passage].start
        ]
        for quotation in reading.quotations
    ]


@pytest.fixture(scope="module")
def reader():
    return SentenceReader(load_embedder())


sentence_texts = st.text(min_size=1, max_size=60).map(lambda text: f"x{text}y.")
any_passages = st.lists(
    st.builds(
        lambda sentences, number, start, cosine: passage(
            *sentences, article_id=str(number) * 16, start=start, cosine=cosine
        ),
        st.lists(st.one_of(sentence_texts, st.sampled_from((*LEAVING, *BRIDGE))), min_size=1, max_size=5),
        st.integers(0, 3),
        st.integers(0, 1000),
        st.floats(-1, 1),
    ),
    max_size=5,
)
any_question = st.one_of(st.text(max_size=80), st.sampled_from(("when do troops leave Iraq?", "who said what, how?")))


@settings(max_examples=150)
@given(any_question, any_passages)
def test_every_quotation_is_whole_sentences_of_a_passage_given(question, passages):
    reading = SentenceReader(FakeEmbedder()).read(question, passages)
    assert 0 <= reading.confidence <= 1
    assert bool(reading.quotations) == (reading.reason is None)
    for quotation in reading.quotations:
        spans = passages[quotation.passage].sentences
        assert quotation.span.start in {span.start for span in spans}
        assert quotation.span.end in {span.end for span in spans}
        assert 0 <= quotation.score <= 1
    assert reading == SentenceReader(FakeEmbedder()).read(question, passages)


def test_no_passages_quote_nothing_and_say_so(reader):
    reading = reader.read("when do troops leave Iraq?", ())
    assert (reading.quotations, reading.confidence) == ((), 0.0)
    assert reading.reason == "no passage was found"


@pytest.mark.parametrize(
    "question",
    [
        '"',
        "😀",
        "(a+)+$",
        "'; DROP TABLE articles; --",
        "NEAR(",
        "<img src=x onerror=alert(1)>",
        "wann gehen sie?",
        "??",
    ],
)
def test_signs_and_other_languages_are_words_and_answer_nothing(reader, question):
    reading = reader.read(question, [passage(*BRIDGE)])
    assert not reading.quotations
    assert reading.reason


@pytest.mark.parametrize(
    ("question", "sentences", "answer"),
    [
        ("when do coalition troops leave Iraq?", LEAVING, 1),
        ("how many troops does the United States have in Iraq?", LEAVING, 2),
        ("who said that technical talks had ended?", LEAVING, 3),
        ("when does the bridge open again?", BRIDGE, 2),
        ("how many cars cross the bridge every day?", BRIDGE, 3),
        ("how much will the repair of the bridge cost?", BRIDGE, 1),
        ("why was the bridge closed?", BRIDGE, 0),
    ],
)
def test_the_sentence_that_answers_is_quoted(reader, question, sentences, answer):
    passages = [passage(*sentences)]
    assert quotes(reader.read(question, passages), passages) == [sentences[answer]]


@pytest.mark.parametrize(
    "question", ["who won the 2022 World Cup?", "what is the capital of France?", "how does photosynthesis work?"]
)
def test_what_the_passages_do_not_tell_is_declined(reader, question):
    reading = reader.read(question, [passage(*LEAVING, cosine=0.1), passage(*BRIDGE, article_id="b" * 16, cosine=0.1)])
    assert not reading.quotations
    assert reading.reason


@pytest.mark.parametrize(
    ("question", "plain", "answer"),
    [
        ("when does the market open?", "The market will open.", "The market will open in May."),
        ("how many stalls does the market have?", "The market has many stalls.", "The market has 80 stalls."),
        ("who runs the market?", "A woman runs the market.", "The woman who runs the market is Ilse Maes."),
        ("where is the market?", "The market is outdoors.", "The market is held outdoors in Ghent."),
    ],
)
def test_a_sentence_with_an_expression_of_the_kind_wanted_comes_first(question, plain, answer):
    passages = [passage(plain, answer)]
    assert quotes(SentenceReader(FakeEmbedder()).read(question, passages), passages) == [answer]


def test_an_expression_that_the_question_holds_answers_nothing():
    passages = [passage("The market of 1998 closed.", "The market of 1998 closed in 2003.")]
    reading = SentenceReader(FakeEmbedder()).read("when did the market of 1998 close?", passages)
    assert quotes(reading, passages) == ["The market of 1998 closed in 2003."]


def test_a_sentence_in_two_passages_is_quoted_once(reader):
    passages = [
        passage(*BRIDGE[:4]),
        passage(*BRIDGE[2:], start=140),
        passage(*BRIDGE, article_id="b" * 16),
    ]
    assert quotes(reader.read("when does the bridge open again?", passages), passages) == [BRIDGE[2]]


def test_two_articles_that_contradict_each_other_are_both_quoted_the_newest_first(reader):
    old, new = "The flood in Oosterzele killed 12 people.", "The flood in Oosterzele killed 14 people, police said."
    passages = [
        passage(old, article_id="a" * 16, published="2024-05-01", cosine=0.7),
        passage(new, article_id="b" * 16, published="2024-05-03", cosine=0.7),
    ]
    assert quotes(reader.read("how many people did the flood in Oosterzele kill?", passages), passages) == [new, old]
