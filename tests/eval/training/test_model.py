"""The losses say what is to be learned, and neither padding nor neighbours in a batch change what a pair is told."""

import math

import numpy as np
import pytest
import torch

from dateline.eval.datasets.passages import gold_passage
from dateline.eval.training.examples import CONTRADICTED, FALSE, SUPPORTED, Example, batches
from dateline.eval.training.model import ReaderModel, TrainedMarker, VerifierModel, collate
from dateline.index.types import Metadata, Span
from dateline.rag.errors import TrainingError
from dateline.rag.reader.crossencoder import tokenize_pair
from tests.harness.tiny import make_encoder

_TEXT = "The Old Bridge at Ambleford was built in 1731. It fell into the river in the flood of 1904."


def _example(question: str, label: int = 0, answer: str = "", choice: int = -1) -> Example:
    pair = tokenize_pair(question, Metadata(title="Old Bridge"), _TEXT)
    at = _TEXT.find(answer)
    marked = pair.tokens_of(Span(at, at + len(answer))) if answer else None
    return Example(kind="", pair=pair, label=label, answer=marked, choice=choice)


_RIGHT = _example("When was it built?", 1, "1731")
_WRONG = _example("When, and by whom of all the people there, was it sold?")


@pytest.fixture(scope="module")
def reader() -> ReaderModel:
    return ReaderModel(make_encoder())


@pytest.fixture(scope="module")
def verifier() -> VerifierModel:
    return VerifierModel(make_encoder())


def test_padding_changes_nothing_and_no_answer_stands_outside_the_text(reader: ReaderModel) -> None:
    with torch.inference_mode():
        together, alone = reader(collate([_RIGHT, _WRONG])), reader(collate([_RIGHT]))
    length = len(_RIGHT.pair.ids)
    torch.testing.assert_close(together.first[0, :length], alone.first[0, :length], atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(together.answerable[0], alone.answerable[0], atol=1e-4, rtol=1e-4)
    assert _RIGHT.pair.text <= int(alone.first[0].argmax()) < length - 1


def test_the_reader_learns_spans_only_where_there_are_some(reader: ReaderModel) -> None:
    losses = reader.losses(collate([_WRONG]))
    assert losses["span"] == 0
    assert losses["answerable"] > 0
    assert reader.losses(collate([_RIGHT]))["span"] > 0


def test_the_passages_of_one_question_are_compared_and_those_of_others_not(reader: ReaderModel) -> None:
    right, wrong = (_example("When was it built?", label, choice=3) for label in (1, 0))
    assert reader.losses(collate([_RIGHT, _WRONG]))["choice"] == 0
    compared = reader.losses(collate([right, wrong]))["choice"].item()
    assert compared == pytest.approx(0.5 * math.log(2) / 2, abs=1e-5)  # both are the same pair


def test_the_verifier_learns_false_where_it_is_not_told_which(verifier: VerifierModel) -> None:
    (shares,) = np.exp(verifier.judge([_RIGHT.pair]).astype(float))
    assert sum(shares) == pytest.approx(1, abs=1e-5)
    for label, share in ((SUPPORTED, shares[0]), (CONTRADICTED, shares[1]), (FALSE, shares[1] + shares[2])):
        loss = verifier.losses(collate([Example(kind="", pair=_RIGHT.pair, label=label)]))["verdict"]
        assert loss.item() == pytest.approx(-math.log(share), abs=1e-4)


def test_the_verifier_judges_pairs_in_their_order_whatever_their_length(verifier: VerifierModel) -> None:
    pairs = [_WRONG.pair, _RIGHT.pair, _WRONG.pair]
    alone = np.concatenate([verifier.judge([one]) for one in pairs])
    np.testing.assert_allclose(verifier.judge(pairs), alone, atol=1e-4)


def test_a_verifier_begins_with_the_encoder_of_a_reader_and_a_head_of_its_own(reader: ReaderModel) -> None:
    verifier = VerifierModel(make_encoder(seed=6))
    head = verifier.verdict.weight.clone()
    assert not verifier.begin_with(reader.state_dict())
    assert torch.equal(verifier.verdict.weight, head)
    own, other = verifier.encoder.state_dict(), reader.encoder.state_dict()
    assert all(torch.equal(one, other[name]) for name, one in own.items())
    assert ReaderModel(make_encoder(seed=6)).begin_with(reader.state_dict())


def test_a_model_does_not_begin_with_weights_of_another_kind(reader: ReaderModel) -> None:
    with pytest.raises(TrainingError, match="no weights of a model of this kind"):
        reader.begin_with({"span.weight": reader.span.weight})


def test_the_words_vectors_are_not_trained_on(reader: ReaderModel) -> None:
    frozen = [name for name, one in reader.named_parameters() if not one.requires_grad]
    assert frozen == ["encoder.embeddings.word_embeddings.weight"]


def test_a_reader_in_training_is_asked_like_the_one_that_ships(reader: ReaderModel) -> None:
    passages = [gold_passage(_TEXT, "Old Bridge"), gold_passage("It fell.", "Old Bridge")]
    long, short = TrainedMarker(reader).mark("When was it built?", passages)
    (alone,) = TrainedMarker(reader).mark("When was it built?", passages[1:])
    assert (len(long.first), len(short.first)) == (len(long.tokens), 3)
    np.testing.assert_allclose(short.first, alone.first, atol=1e-4)


def test_batches_keep_groups_together_and_hold_every_example_once() -> None:
    groups = [[_example(f"Question {number}?", choice=number)] * (1 + number % 3) for number in range(200)]
    made = batches(groups, 400, "7 0")
    assert sum(map(len, made)) == sum(map(len, groups))
    for batch in made:
        of_groups = {one.choice for one in batch}
        assert len(batch) == sum(1 + number % 3 for number in of_groups)
        assert max(len(one.pair.ids) for one in batch) * len(batch) <= 400
    assert batches(groups, 400, "7 0") == made
    assert batches(groups, 400, "7 1") != made


def test_a_group_larger_than_a_batch_is_one_of_its_own() -> None:
    group = [_RIGHT] * 20
    assert sorted(map(len, batches([group, [_WRONG]], 100, "1"))) == [1, 20]
