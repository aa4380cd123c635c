"""Models that ship with the package: checked by hash when loaded, run by ONNX Runtime on one text at a time."""

import hashlib
import os
import threading
from collections.abc import Mapping, Sequence
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dateline.index.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession as InferenceSession
    from tokenizers import Tokenizer as Tokenizer


def read_weights(file: Traversable, sha256: str) -> bytes:
    """The content of a file that ships.

    Raises:
        ModelError: it can't be read, or is not what was shipped.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ModelError(f"can't read {str(file)!r}: {error.strerror}; install dateline again") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelError(f"{str(file)!r} is damaged; install dateline again")
    return content


class OnnxModel:
    """A model that runs on one core, so that several texts run side by side; loaded when first run.

    Any number of threads may run it: it is loaded once.
    """

    def __init__(self, file: Traversable, sha256: str) -> None:
        self._file, self._sha256 = file, sha256
        self._session: InferenceSession | None = None
        self._turn = threading.Lock()

    def run(self, outputs: Sequence[str], inputs: Mapping[str, NDArray[np.int64]]) -> list[Any]:
        """The outputs of these names.

        Raises:
            ModelError: the file can't be read, or is not what was shipped.
        """
        results: list[Any] = self._loaded().run(list(outputs), dict(inputs))
        return results

    def _loaded(self) -> "InferenceSession":
        with self._turn:
            if self._session is None:
                self._session = _load_session(read_weights(self._file, self._sha256))
            return self._session


def _load_session(model: bytes) -> "InferenceSession":
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = 1
    return InferenceSession(model, options, providers=["CPUExecutionProvider"])


def load_tokenizer(content: bytes) -> "Tokenizer":
    """A tokenizer that neither cuts nor fills up."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(content.decode())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def cores() -> int:
    """Those this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
