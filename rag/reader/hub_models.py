"""Readers, rerankers and verifiers that a user names: models of Hugging Face, by name or from a folder.

A reader is any extractive question-answering model, a reranker any cross-encoder of sentence-transformers, a verifier
any model of natural language inference. They run through torch, the reranker on a GPU where there is one. A model's
folder may hold code, which is never run.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_config_path
from pydantic import TypeAdapter, ValidationError

from dateline.index.embedding.embedder import check_model_name
from dateline.index.errors import ModelError
from dateline.index.splitting.chunks import embedding_text
from dateline.index.types import Passage, Span
from dateline.rag.reader.confidence import FEATURES, Weights
from dateline.rag.reader.crossencoder import MAX_TOKENS, Marks, log_shares

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_INFERENCE_TOKENS = 512  # of evidence and claim together
_INFERENCE = (("entail", "support"), ("contradict", "refute"), ("neutral", "not_entail", "not enough"))
"""How the labels of a model of inference begin that mean supported, contradicted and neither."""
_WEIGHTS = TypeAdapter(dict[str, Weights])


class HubReader:
    """An extractive question-answering model (SQuAD 2.0's form: its first token stands for "no answer")."""

    def __init__(self, name: str) -> None:
        """Load the model.

        Raises:
            ModelError: it is not there, can't be fetched, or is no such model.
        """
        self.id = name
        self._tokenizer, self._model = _load_question_answering(name)

    def mark(self, question: str, passages: Sequence[Passage]) -> list[Marks]:
        """What it says of each passage, in their order."""
        return [self._mark(question, passage) for passage in passages]

    def _mark(self, question: str, passage: Passage) -> Marks:
        import torch

        heading = embedding_text(passage.metadata, "")
        given = self._tokenizer(
            question, heading + passage.text, truncation="only_second", max_length=MAX_TOKENS,
            return_offsets_mapping=True, return_tensors="pt",
        )  # fmt: skip
        offsets, segments = given.pop("offset_mapping")[0].tolist(), given.sequence_ids(0)
        with torch.inference_mode():
            found = self._model(**given)
        first, last = (logits[0].float().numpy() for logits in (found.start_logits, found.end_logits))
        of_text = [
            at
            for at, (segment, (start, end)) in enumerate(zip(segments, offsets, strict=True))
            if segment == 1 and len(heading) <= start < end
        ]
        moved = passage.start - len(heading)
        best = (first[of_text].max() + last[of_text].max()) if of_text else -np.inf
        return Marks(
            answerable=float(np.clip(best - first[0] - last[0], -20, 20)),
            first=log_shares(first[of_text]),
            last=log_shares(last[of_text]),
            tokens=tuple(Span(offsets[at][0] + moved, offsets[at][1] + moved) for at in of_text),
        )


class HubReranker:
    """A cross-encoder that says how near passages are to a question."""

    def __init__(self, name: str) -> None:
        """Load the model; errors as of ``HubReader``."""
        self.id = name
        self._model = _load_cross_encoder(name)

    def scores(self, question: str, passages: Sequence[Passage]) -> list[float]:
        """How near each passage is, in their order; comparable for one question."""
        pairs = [(question, embedding_text(one.metadata, one.text)) for one in passages]
        found = np.asarray(self._model.predict(pairs, show_progress_bar=False), float).reshape(len(pairs), -1)
        return [float(score) for score in found[:, -1]]


class HubVerifier:
    """A model of natural language inference, which says whether evidence bears a claim out."""

    def __init__(self, name: str) -> None:
        """Load the model; errors as of ``HubReader``."""
        self.id = name
        self._tokenizer, self._model, self._columns = _load_inference(name)

    def probabilities(self, evidence: Sequence[str], claims: Sequence[str]) -> NDArray[np.float64]:
        """That each claim is supported, contradicted or neither, float64 [claims, 3], as ``Verifier`` has it."""
        rows = [self._row(*pair) for pair in zip(evidence, claims, strict=True)]
        return np.array(rows, np.float64).reshape(len(rows), 3)

    def _row(self, evidence: str, claim: str) -> NDArray[np.float64]:
        import torch

        most = min(_INFERENCE_TOKENS, self._tokenizer.model_max_length)
        given = self._tokenizer(evidence, claim, truncation="longest_first", max_length=most, return_tensors="pt")
        with torch.inference_mode():
            shares = self._model(**given).logits[0].double().softmax(-1).numpy()
        return np.array([shares[column] if column is not None else 0.0 for column in self._columns])


def calibrated_weights(reader: str) -> Weights | None:
    """The weights that were fitted for a reader on this machine; None where there are none of use."""
    try:
        weights = _WEIGHTS.validate_json(calibration_file().read_bytes()).get(reader)
    except (OSError, ValidationError):
        return None
    return weights if weights and len(weights.order) == len(weights.sure) == len(FEATURES) else None


def keep_weights(reader: str, weights: Weights) -> Path:
    """Keep the weights of a reader for all commands of this user; gives the file."""
    file = calibration_file()
    try:
        known: dict[str, Any] = json.loads(file.read_bytes())
    except (OSError, ValueError):
        known = {}
    known[reader] = TypeAdapter(Weights).dump_python(weights, mode="json")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(known, indent=1), "utf-8")
    return file


def calibration_file() -> Path:
    """Where the weights of readers are kept that a user calibrated."""
    return user_config_path("dateline") / "readers.json"


def _load_question_answering(name: str) -> tuple[Any, Any]:
    check_model_name(name)
    from safetensors import SafetensorError
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=False, use_fast=True)
        model = AutoModelForQuestionAnswering.from_pretrained(name, trust_remote_code=False, use_safetensors=True)
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise _refused("reader", name, "a question-answering model") from error
    return tokenizer, model.eval()


def _load_cross_encoder(name: str) -> "CrossEncoder":
    check_model_name(name)
    from safetensors import SafetensorError
    from sentence_transformers import CrossEncoder

    try:
        model: CrossEncoder = CrossEncoder(name, trust_remote_code=False)
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise _refused("reranker", name, "a cross-encoder") from error
    return model


def _load_inference(name: str) -> tuple[Any, Any, tuple[int | None, ...]]:
    """Tokenizer and model, and which of its outputs means supported, contradicted and neither."""
    check_model_name(name)
    from safetensors import SafetensorError
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    kind = "a model of inference (entailment, contradiction, neutral)"
    try:
        tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=False, use_fast=True)
        model = AutoModelForSequenceClassification.from_pretrained(name, trust_remote_code=False, use_safetensors=True)
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise _refused("verifier", name, kind) from error
    labels = {at: str(label).lower() for at, label in model.config.id2label.items()}
    columns = [next((at for at, label in labels.items() if label.startswith(words)), None) for words in _INFERENCE]
    if columns[0] is None or columns[1:] == [None, None]:
        raise _refused("verifier", name, kind)
    return tokenizer, model.eval(), tuple(columns)


def _refused(what: str, name: str, kind: str) -> ModelError:
    return ModelError(
        f"can't load the {what} {name!r}; give the folder of {kind}, or its name while the model hub can be "
        f"reached, or leave {what!r} out of the settings"
    )
