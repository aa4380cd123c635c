"""Models that ship with the package: checked by hash when loaded, run by ONNX Runtime on one text at a time."""

import hashlib
import os
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from index.errors import ModelError

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


def load_session(model: bytes) -> "InferenceSession":
    """A model that runs on one core, so that several texts run side by side."""
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
