"""The model that judges whether words bear a claim out: supported, contradicted or not said."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import numpy as np
from numpy.typing import NDArray

from dateline.index.embedding.onnx import OnnxModel, cores
from dateline.index.types import Metadata
from dateline.rag.reader.crossencoder import Pair, log_shares, tokenize_pair

_MODEL_SHA256 = "a7fc1b20c1c45d2361bafd25be9c3d878f497962ccfab0aafbcadb0e2a43c048"
_NO_METADATA = Metadata()
_WINDOW_OVERLAP = 64  # tokens that two windows of long evidence share
_NOT_SAID = 2  # column


class EntailmentModel:
    """The model that ships in ``rag/verification/weights``, int8; loaded and checked by hash when first used.

    It is a ``Verifier``. Evidence that is too long for one reading is read in windows, of which the one decides that
    says the most of the claim, for or against it.
    """

    def __init__(self, weights: Traversable | None = None, sha256: str = _MODEL_SHA256) -> None:
        """Prepare to load ``model.onnx`` of this hash from the folder ``weights``; else the one shipped."""
        self.id = f"verifier-int8@{sha256[:12]}"
        self._model = OnnxModel((weights or files("dateline.rag.verification") / "weights") / "model.onnx", sha256)

    def probabilities(self, evidence: Sequence[str], claims: Sequence[str]) -> NDArray[np.float64]:
        """That each claim is supported, contradicted or not said, float64 [claims, 3], as ``Verifier`` has it.

        Evidence begins with the title and the day of its article, a line each, where they are known.
        """
        windows = [
            (at, pair) for at, texts in enumerate(zip(claims, evidence, strict=True)) for pair in _windows(*texts)
        ]
        with ThreadPoolExecutor(cores()) as pool:
            rows = list(pool.map(self._run, (pair for _, pair in windows)))
        found = np.full((len(claims), 3), 2.0)  # more than any share
        for (at, _), row in zip(windows, rows, strict=True):
            found[at] = min(found[at], row, key=lambda one: float(one[_NOT_SAID]))
        return found

    def _run(self, pair: Pair) -> NDArray[np.float64]:
        segments = np.zeros((1, len(pair.ids)), np.int64)
        segments[0, pair.passage :] = 1
        (odds,) = self._model.run(["verdict"], {"input_ids": np.array([pair.ids], np.int64), "segments": segments})
        return np.exp(log_shares(odds[0]), dtype=np.float64)


def _windows(claim: str, evidence: str) -> Iterator[Pair]:
    """A claim with each part of the evidence that can be read at once."""
    start, end = 0, len(evidence.rstrip())
    while True:
        pair = tokenize_pair(claim, _NO_METADATA, evidence[start:])
        yield pair
        if len(pair.spans) <= _WINDOW_OVERLAP or start + pair.spans[-1].end >= end:
            return
        start += pair.spans[-_WINDOW_OVERLAP].start


@cache
def shipped_verifier() -> EntailmentModel:
    """The model that ships, one for all who ask."""
    return EntailmentModel()
