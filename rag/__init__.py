"""From a question to an answer with exact citations: retrieve, read or generate, cite, verify.

The public interface: ``from rag import Assistant; Assistant.open(folder).ask(question)``.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.chain import Assistant as Assistant
    from rag.conversation import Turn as Turn
    from rag.types import Answer as Answer
    from rag.types import Citation as Citation
    from rag.types import Claim as Claim
    from rag.types import Request as Request
    from rag.types import Support as Support

_MODULES = {
    "Assistant": "rag.chain",
    "Turn": "rag.conversation",
    **dict.fromkeys(("Answer", "Citation", "Claim", "Request", "Support"), "rag.types"),
}


def __getattr__(name: str) -> object:
    """The public names, imported when first used: a command that only reads settings does without LangChain."""
    if name not in _MODULES:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
