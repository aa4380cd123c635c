"""A question and a passage in tokens: whatever they hold, every token of the text has its place in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.types import Metadata, Span
from dateline.rag.reader.pairs import MAX_TOKENS, PairTokenizer


@pytest.fixture(scope="module")
def tokenizer() -> PairTokenizer:
    return PairTokenizer()


@given(question=st.text(max_size=400), text=st.text(min_size=1, max_size=3000))
def test_every_token_of_the_text_is_a_slice_of_it(tokenizer: PairTokenizer, question: str, text: str) -> None:
    pair = tokenizer.pair(question, Metadata(title="A title", published="2024-09-08"), text)
    assert len(pair.ids) <= MAX_TOKENS
    assert len(pair.ids) == pair.text + len(pair.spans) + 1
    assert all(0 <= span.start <= span.end <= len(text) for span in pair.spans)


def test_an_answer_that_was_cut_off_has_no_tokens(tokenizer: PairTokenizer) -> None:
    text = "word " * MAX_TOKENS + "answer"
    pair = tokenizer.pair("where?", Metadata(), text)
    assert pair.tokens_of(Span(len(text) - 6, len(text))) is None
    assert pair.tokens_of(Span(0, 4)) == (pair.text, pair.text)


def test_heading_and_text_are_read_as_the_embedder_reads_them(tokenizer: PairTokenizer) -> None:
    metadata = Metadata(title="Old Bridge falls", published="1904-03-01T10:00:00")
    pair = tokenizer.pair("What fell?", metadata, "The bridge at Ambleford.")
    assert tokenizer.words(pair.ids[: pair.passage]) == "what fell?"
    assert tokenizer.words(pair.ids[pair.passage : pair.text]) == "old bridge falls 1904 - 03 - 01"
    assert tokenizer.words(pair.ids[pair.text :]) == "the bridge at ambleford."


def test_the_tokens_of_an_answer_span_it_exactly(tokenizer: PairTokenizer) -> None:
    text = "It was built, Vance said, for £1,731 in São Tomé."
    pair = tokenizer.pair("for how much?", Metadata(), text)
    for answer in ("£1,731", "São Tomé", "Vance"):
        start = text.index(answer)
        tokens = pair.tokens_of(Span(start, start + len(answer)))
        assert tokens is not None
        assert pair.span_of(*tokens).of(text) == answer
