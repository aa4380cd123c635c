"""Embedding: from texts to vectors.

The default model is shipped in ``index/embedding/weights`` (its ``README.md`` says what it is and how it was made)
and runs in ONNX Runtime. Any other goes through sentence-transformers, which uses a GPU where there is one.

Each text is a run of its own, on one core, and the cores take texts in turn. On a CPU a batch gains nothing at the
length of a chunk, and int8 activations are scaled by what else is in the batch: the vector of a text would depend on
its neighbours. So there is no padding, no mask and no sorting by length, and a vector depends on its text alone.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dateline.index.embedding.onnx import OnnxModel, cores, load_tokenizer, read_weights
from dateline.index.errors import ModelError
from dateline.index.types import Embedder, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from dateline.index.embedding.onnx import Tokenizer

DEFAULT_EMBEDDER = "all-MiniLM-L6-v2"

_WEIGHTS = files("dateline.index.embedding") / "weights"
_MODEL_SHA256 = "38f712d18a2136179e7585b15faf7d1250c8f8532884c09f3032f40138e778e3"
_TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"


class OnnxEmbedder:
    """all-MiniLM-L6-v2 in int8, as shipped; loaded and checked by hash when first used."""

    name = DEFAULT_EMBEDDER
    id = f"{DEFAULT_EMBEDDER}-int8@{_MODEL_SHA256[:12]}"
    dimensions = 384
    max_tokens = 256
    """What the model was trained with (Reimers, sentence_bert_config.json)."""

    def __init__(self, weights: Traversable | None = None) -> None:
        """Prepare to load ``model.onnx`` and ``tokenizer.json`` from the folder ``weights``; else those shipped."""
        self._weights = weights or _WEIGHTS
        self._model = OnnxModel(self._weights / "model.onnx", _MODEL_SHA256)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without the special ones."""
        return [len(self._tokenizer.encode(text, add_special_tokens=False)) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts that are searched: float32 [n, 384], unit length, in the order given."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        _ = self._tokenizer  # loaded before the threads start, so once
        with ThreadPoolExecutor(cores()) as pool:
            return np.stack(list(pool.map(self.embed_question, texts)))

    def embed_question(self, text: str) -> NDArray[np.float32]:
        """float32 [384], unit length: questions and passages are embedded alike."""
        ids = self._tokenizer.encode(text).ids
        if len(ids) > self.max_tokens:
            ids = [*ids[: self.max_tokens - 1], ids[-1]]
        vector: NDArray[np.float32] = self._model.run(["vector"], {"input_ids": np.array([ids], np.int64)})[0][0]
        return vector

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        return shipped_tokenizer() if self._weights == _WEIGHTS else _tokenizer_in(self._weights)


class SentenceTransformerEmbedder:
    """Any model that sentence-transformers loads by name or from a folder, with its own prompts."""

    def __init__(self, name: str) -> None:
        """Load the model.

        Raises:
            ModelError: it is not there, can't be fetched, or is no such model.
        """
        self.name = name
        self._model = _load(name)
        self.id = f"{Path(self.name).name}@{_hash(self._model)[:12]}"
        self.dimensions = len(self.embed_question(""))  # what the model says of itself may be unknown
        self.max_tokens: int = self._model.max_seq_length or 512

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without the special ones."""
        if not texts:
            return []
        encoded = self._model.tokenizer(list(texts), add_special_tokens=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts that are searched: float32 [n, dimensions], unit length, in the order given."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        vectors = self._model.encode_document(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)

    def embed_question(self, text: str) -> NDArray[np.float32]:
        """float32 [dimensions], unit length: the vector of a question."""
        vector = self._model.encode_query(text, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vector, np.float32)


def load_embedder(name: str = DEFAULT_EMBEDDER) -> Embedder:
    """The embedder of that name: the shipped one, else whatever sentence-transformers finds under it.

    A model's folder may hold code, and so may what the hub has: call it with what the user named, and with nothing
    that a library says.

    Args:
        name: ``all-MiniLM-L6-v2``, or the whole path of a model's folder, or its name on the model hub.

    Raises:
        ModelError: there is no such model, or it can't be fetched.
    """
    return OnnxEmbedder() if name == DEFAULT_EMBEDDER else SentenceTransformerEmbedder(name)


def is_common_word(word: str) -> bool:
    """Whether the shipped embedder's vocabulary has a word, in lower case, whole: some 20,000 of English, and names."""
    return shipped_tokenizer().token_to_id(word) is not None


@cache
def shipped_tokenizer() -> "Tokenizer":
    """The tokenizer of every model that ships."""
    return _tokenizer_in(_WEIGHTS)


def _tokenizer_in(folder: Traversable) -> "Tokenizer":
    return load_tokenizer(read_weights(folder / "tokenizer.json", _TOKENIZER_SHA256))


def check_model_name(name: str) -> None:
    """Refuse the name of a model that a file or folder of the current folder bears, or that nothing here could run.

    Raises:
        ModelError: with the way out.
    """
    if not Path(name).is_absolute() and Path(name).exists():  # it would be taken before the hub's model of this name
        raise ModelError(
            f"{name!r} is a file or folder of the current one, which may be a stranger's; give the whole path of a "
            "model's folder, or run it elsewhere to have the model hub's"
        )
    if not all(map(find_spec, ("torch", "safetensors", "sentence_transformers"))):  # an installation for servers
        raise ModelError(
            f"can't load {name!r}: torch, which runs models of Hugging Face, is not installed; install "
            "'sentence-transformers', or leave the model out of the settings"
        )


def _load(name: str) -> "SentenceTransformer":
    check_model_name(name)
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(name, trust_remote_code=False)
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(
            f"can't load the embedder {name!r}; give a model's folder, or its name while the model hub can be reached, "
            f"or use {DEFAULT_EMBEDDER!r}"
        ) from error


def _hash(model: "SentenceTransformer") -> str:
    """Of the weights themselves, so that a model has one id wherever it was loaded from."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.cpu().float().numpy().tobytes())
    return digest.hexdigest()
