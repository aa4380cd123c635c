"""What the model that ships says of passages: spans that slice back, and shares that sum to one."""

import shutil
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.index.embedding.embedder import shipped_tokenizer
from dateline.index.errors import ModelError
from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Metadata, Passage, Span
from dateline.rag.reader.crossencoder import MAX_TOKENS, CrossEncoder, tokenize_pair

TEXT = "The old bridge was closed on Monday. Mayor Ilse Maes said that the repair would cost 4.2 million euros."
QUESTION = "who said what the repair would cost?"
_MODEL = CrossEncoder()


def _passage(text: str, start: int = 0, title: str | None = "Bridge closed") -> Passage:
    sentences = tuple(
        Span(one.start + start, one.end + start) for one in split_sentences(text, Span(0, len(text)))
    )  # fmt: skip
    return Passage(
        article_id="a" * 16, metadata=Metadata(title=title, published="2024-03-04"), origin="a.txt", start=start,
        end=start + len(text), text=text, sentences=sentences, score=0.03, text_rank=1, vector_rank=1, cosine=0.5,
    )  # fmt: skip


def test_the_answer_is_found_where_it_stands_in_the_article() -> None:
    passage = _passage(TEXT, start=1_000)
    (marks,) = _MODEL.mark(QUESTION, [passage])
    span, share = marks.best_in(passage.sentences[1]) or (Span(0, 0), 0.0)
    assert TEXT[span.start - 1_000 : span.end - 1_000] in ("Ilse Maes", "Mayor Ilse Maes")
    assert share < 0


def test_a_passage_that_answers_is_told_from_one_that_does_not() -> None:
    other = "Nine actors play more than thirty parts. Water is never seen on the stage."
    answering, not_answering = _MODEL.mark(QUESTION, [_passage(TEXT), _passage(other, title="Play opens")])
    assert answering.answerable > 0 > not_answering.answerable


@settings(max_examples=30, deadline=None)
@given(
    text=st.text(min_size=1, max_size=80).map(lambda one: f"x{one}. Then the bridge fell."), start=st.integers(0, 99)
)
def test_marks_lie_in_the_passage_and_shares_sum_to_one(text: str, start: int) -> None:
    passage = _passage(text, start)
    (marks,) = _MODEL.mark(QUESTION, [passage])
    assert len(marks.tokens) == len(marks.first) == len(marks.last)
    assert np.exp(marks.first).sum() == pytest.approx(1, abs=1e-4)
    assert all(start <= token.start <= token.end <= passage.end for token in marks.tokens)
    for sentence in passage.sentences:
        span, share = marks.best_in(sentence) or (sentence, 0.0)
        assert sentence.start <= span.start <= span.end <= sentence.end
        assert share <= 1e-4


def test_what_there_is_no_room_for_is_left_unread() -> None:
    text = "The bridge fell on Monday. " * 100
    passage = _passage(text.strip())
    (marks,) = _MODEL.mark(QUESTION, [passage])
    assert marks.best_in(passage.sentences[0]) is not None
    assert marks.best_in(passage.sentences[-1]) is None


def test_passages_are_told_apart_whatever_their_order() -> None:
    passages = [_passage(TEXT), _passage(TEXT * 3, start=7), _passage("It rained.")]
    one_way, other_way = _MODEL.mark(QUESTION, passages), _MODEL.mark(QUESTION, passages[::-1])
    assert [marks.answerable for marks in one_way] == [marks.answerable for marks in other_way[::-1]]
    alone = _MODEL.mark(QUESTION, [replace(passages[0])])
    assert alone[0].answerable == one_way[0].answerable


def test_damaged_or_missing_weights_are_refused(tmp_path: Path) -> None:
    shutil.copyfile(Path(str(files("dateline.rag.reader"))) / "weights" / "model.onnx", tmp_path / "model.onnx")
    with (tmp_path / "model.onnx").open("r+b") as model:
        model.seek(1_000_000)
        model.write(b"\x00\x01")
    with pytest.raises(ModelError, match="damaged; install dateline again"):
        CrossEncoder(tmp_path).mark(QUESTION, [_passage(TEXT)])
    with pytest.raises(ModelError, match="can't read"):
        CrossEncoder(tmp_path / "nowhere").mark(QUESTION, [_passage(TEXT)])


@given(question=st.text(max_size=400), text=st.text(min_size=1, max_size=3000))
def test_every_token_of_the_text_is_a_slice_of_it(question: str, text: str) -> None:
    pair = tokenize_pair(question, Metadata(title="A title", published="2024-09-08"), text)
    assert len(pair.ids) <= MAX_TOKENS
    assert len(pair.ids) == pair.text + len(pair.spans) + 1
    assert all(0 <= span.start <= span.end <= len(text) for span in pair.spans)


def test_an_answer_that_was_cut_off_has_no_tokens() -> None:
    text = "word " * MAX_TOKENS + "answer"
    pair = tokenize_pair("where?", Metadata(), text)
    assert pair.tokens_of(Span(len(text) - 6, len(text))) is None
    assert pair.tokens_of(Span(0, 4)) == (pair.text, pair.text)


def test_heading_and_text_are_read_as_the_embedder_reads_them() -> None:
    metadata = Metadata(title="Old Bridge falls", published="1904-03-01T10:00:00")
    pair = tokenize_pair("What fell?", metadata, "The bridge at Ambleford.")
    words = shipped_tokenizer().decode
    assert words(pair.ids[: pair.passage]) == "what fell?"
    assert words(pair.ids[pair.passage : pair.text]) == "old bridge falls 1904 - 03 - 01"
    assert words(pair.ids[pair.text :]) == "the bridge at ambleford."


def test_the_tokens_of_an_answer_span_it_exactly() -> None:
    text = "It was built, Vance said, for £1,731 in São Tomé."
    pair = tokenize_pair("for how much?", Metadata(), text)
    for answer in ("£1,731", "São Tomé", "Vance"):
        start = text.index(answer)
        tokens = pair.tokens_of(Span(start, start + len(answer)))
        assert tokens is not None
        first, last = (pair.spans[token - pair.text] for token in tokens)
        assert text[first.start : last.end] == answer
