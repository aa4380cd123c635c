"""Roles: who does what to whom, by the order of two names around a word."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dateline.rag.verification.names import Name, read_names
from dateline.rag.verification.tokens import Word, read_words

_BEING = frozenset("is are was were be been being gets got".split())
_NEAR = 6  # words between a name and what it does


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A name that does something, what it does, and the name that it does it to."""

    doer: Name
    deed: str
    """A stem."""
    other: Name


@lru_cache(maxsize=512)
def read_roles(text: str) -> tuple[Role, ...]:
    """The roles of a text; "A was beaten by B" gives the same as "B beat A"."""
    words, names = read_words(text), read_names(text)
    return tuple(role for first, second in itertools.pairwise(names) for role in _between(words, first, second))


def find_swap(claim: Sequence[Role], quote: Sequence[Role]) -> Role | None:
    """A role of the claim that the quote gives the other way round, and not that way as well."""
    for role in claim:
        others = [one for one in quote if one.deed == role.deed]
        if any(_same(one.doer, role.doer) and _same(one.other, role.other) for one in others):
            continue
        if any(_same(one.doer, role.other) and _same(one.other, role.doer) for one in others):
            return role
    return None


def _between(words: Sequence[Word], first: Name, second: Name) -> Iterator[Role]:
    between = [word for word in words if first.end <= word.start and word.end <= second.start]
    if len(between) > _NEAR or any(word.lower in ("and", "or", "who", "which") for word in between):
        return
    passive = any(word.lower in _BEING for word in between) and any(word.lower == "by" for word in between)
    doer, other = (second, first) if passive else (first, second)
    yield from (Role(doer=doer, deed=word.stem, other=other) for word in between if word.is_content)


def _same(one: Name, other: Name) -> bool:
    return bool(set(one.words) & set(other.words))
