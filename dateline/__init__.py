"""Answers questions about a library of news articles, and shows the exact words that every sentence rests on.

    from dateline import Assistant

    with Assistant.open("path/to/library") as assistant:
        answer = assistant.ask("when do coalition troops leave Iraq?")

Names are imported when they are first used, so ``import dateline`` loads no model and no database.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dateline.index.errors import DatelineError as DatelineError
    from dateline.index.library import Library as Library
    from dateline.index.types import Article as Article
    from dateline.index.types import Filter as Filter
    from dateline.index.types import Passage as Passage
    from dateline.rag.assistant import Assistant as Assistant
    from dateline.rag.conversation import Turn as Turn
    from dateline.rag.types import Answer as Answer
    from dateline.rag.types import CheckedSentence as CheckedSentence
    from dateline.rag.types import CheckedText as CheckedText
    from dateline.rag.types import Citation as Citation
    from dateline.rag.types import Claim as Claim
    from dateline.rag.types import Evidence as Evidence
    from dateline.rag.types import Request as Request

_MODULES = {
    "Answer": "dateline.rag.types",
    "Article": "dateline.index.types",
    "Assistant": "dateline.rag.assistant",
    "CheckedSentence": "dateline.rag.types",
    "CheckedText": "dateline.rag.types",
    "Citation": "dateline.rag.types",
    "Claim": "dateline.rag.types",
    "DatelineError": "dateline.index.errors",
    "Evidence": "dateline.rag.types",
    "Filter": "dateline.index.types",
    "Library": "dateline.index.library",
    "Passage": "dateline.index.types",
    "Request": "dateline.rag.types",
    "Turn": "dateline.rag.conversation",
}
__all__ = list(_MODULES)


def __getattr__(name: str) -> object:
    """A public name, imported now."""
    if name not in _MODULES:
        raise AttributeError(f"module 'dateline' has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    """The public names, also those that nothing has used yet."""
    return sorted({*globals(), *_MODULES})
