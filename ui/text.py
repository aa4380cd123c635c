"""Text of strangers made fit to be shown: no control or direction characters, cut to length."""

import unicodedata

from dateline.index.types import Metadata, article_name

_TITLE_LENGTH = 100


def printable(text: str) -> str:
    """The text with what a terminal would obey, or what would turn its direction, shown as an escape."""
    return "".join(
        character if character == " " or unicodedata.category(character)[0] not in "CZ" else _escaped(character)
        for character in text
    )


def _escaped(character: str) -> str:
    return " " if character in "\n\t\u00a0" else character.encode("unicode_escape").decode()


def heading(metadata: Metadata, origin: str) -> str:
    """What an article is called, cut and made printable."""
    return cut(article_name(metadata, origin), _TITLE_LENGTH)


def cut(text: str, longest: int) -> str:
    """The beginning of a text, made printable."""
    return printable(text[:longest] + ("…" if len(text) > longest else ""))
