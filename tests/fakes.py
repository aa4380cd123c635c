"""Our protocols, played: small, deterministic, and without any model."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.types import Vectors


class FakeEmbedder:
    """A bag of words hashed into 64 dimensions: texts that share words are near. It counts what it embeds."""

    name = "fake"
    dimensions = 64
    max_tokens = 256

    def __init__(self, id: str = "fake@1") -> None:  # noqa: A002 - the protocol's own name
        self.id = id
        self.embedded = 0

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        return np.stack([self.embed_question(text) for text in texts]) if texts else np.zeros((0, 64), np.float32)

    def embed_question(self, text: str) -> NDArray[np.float32]:
        vector = np.full(self.dimensions, 1e-3, np.float32)
        for word in text.lower().split():
            vector[hashlib.sha256(word.strip(".,?!\"'").encode()).digest()[0] % self.dimensions] += 1
        return vector / np.linalg.norm(vector)
