"""From a question to an answer with exact citations: retrieve, read or generate, cite, verify.

The public interface: ``from dateline import Assistant; Assistant.open(folder).ask(question)``.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dateline.rag.assistant import Assistant as Assistant
    from dateline.rag.conversation import Turn as Turn
    from dateline.rag.types import Answer as Answer
    from dateline.rag.types import Citation as Citation
    from dateline.rag.types import Claim as Claim
    from dateline.rag.types import Request as Request
    from dateline.rag.types import Support as Support

if __name__ != "dateline.rag":  # a second copy of every module, beside that of the package
    raise ImportError("the folder 'rag' is imported as 'dateline.rag'")

_MODULES = {
    "Assistant": "dateline.rag.assistant",
    "Turn": "dateline.rag.conversation",
    **dict.fromkeys(("Answer", "Citation", "Claim", "Request", "Support"), "dateline.rag.types"),
}


def __getattr__(name: str) -> object:
    """The public names, imported when first used: a command that only reads settings does without LangChain."""
    if name not in _MODULES:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
