"""What the verifier learns from: claims with what is cited for them, drawn in groups of claims that differ in little.

A round has as many claims of each set as ``SOURCES`` says, in the first rounds most of the sets that are easy. Which
they are depends on seed and round alone.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from dateline.eval.datasets.claims import JudgedClaim, read_claims, read_judged_claims
from dateline.eval.datasets.desk import DeskArticle, DeskClaim, Part, desk_articles, desk_claims
from dateline.eval.training.examples import CONTRADICTED, FALSE, NOT_SAID, SUPPORTED, Example, Group, taken
from dateline.eval.training.windows import meet, sentences_of
from dateline.index.types import Metadata, Span
from dateline.rag.reader.crossencoder import Pair, tokenize_pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A set that is learned from."""

    first: int
    """Claims of each of the first rounds."""
    then: int
    """Claims of each round after those."""
    licence: str


SOURCES: Mapping[str, Source] = {
    "fever": Source(first=420, then=150, licence="CC BY-SA 3.0"),
    "vitaminc": Source(first=150, then=350, licence="CC BY-SA 3.0"),
    "snli": Source(first=100, then=50, licence="CC BY-SA 4.0"),
    "desk": Source(
        first=170, then=340, licence="claims Apache-2.0; articles CC BY, CC BY-SA or public domain, each by its row"
    ),
    "pairs": Source(first=120, then=90, licence="each by its row"),
    "fm2": Source(first=40, then=20, licence="CC BY-SA 3.0"),
}

_FIRST_ROUNDS = 12
_WIDER = 0.5  # of desk's claims are read with the sentences before the evidence
_TOGETHER = 4  # claims of a text, at most
_SHUFFLED = 3  # seed of FEVER's choice: two thirds of it are true

_NO_METADATA = Metadata()

Key = TypeVar("Key")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim and what is cited for it."""

    kind: str
    text: str
    evidence: str
    label: int
    metadata: Metadata = _NO_METADATA
    wider: str = ""
    """The evidence with the sentence before it; "" where that is not known."""

    def pair(self, wide: bool = True) -> Pair:
        """As the verifier reads it, with ``wide`` in its wider form where there is one."""
        return tokenize_pair(self.text, self.metadata, (wide and self.wider) or self.evidence)


ClaimGroups = Sequence[Sequence[Claim]]
"""Claims that belong into one batch."""


class VerifierMixture:
    """Draws the groups of a round."""

    def __init__(self, sets: Mapping[str, ClaimGroups], seed: int) -> None:
        """Take the groups of each set."""
        self._sets, self._seed = {name: some for name, some in sets.items() if some}, seed

    def round(self, number: int) -> list[Group]:
        """The groups of a round, in no order."""
        return [group for name, some in self._sets.items() for group in self._drawn(name, some, number)]

    def _drawn(self, name: str, some: ClaimGroups, number: int) -> list[Group]:
        source, groups, claims = SOURCES[name], list[Group](), 0
        first = min(number, _FIRST_ROUNDS)
        before = first * source.first + (number - first) * source.then
        at = int(before * len(some) / sum(map(len, some)))
        while claims < (source.first if number < _FIRST_ROUNDS else source.then):
            chance = random.Random(f"{self._seed} {number} {at} {name}")
            group = some[taken(len(some), f"{self._seed} {name}", at)]
            groups.append([_example(name, one, chance.random() < _WIDER) for one in group])
            claims, at = claims + len(group), at + 1
        return groups


def _example(name: str, one: Claim, wide: bool) -> Example:
    return Example(kind=f"{name} {one.kind}".strip(), pair=one.pair(wide), label=one.label)


def read_sets(data: Path) -> dict[str, ClaimGroups]:
    """The groups of each set that may be learned from."""
    fever, vitaminc, snli, fm2 = (
        read_judged_claims(data / f"claims/{name}.jsonl.gz")
        for name in ("fever", "vitaminc", "snli_counterfactual", "fm2")
    )
    pairs = [one for one in read_claims(data / "claims/pairs.jsonl.gz") if not one.is_held_out]
    cases = _grouped((one for one in vitaminc if one.tenth > 1), lambda one: one.case)
    premises = _grouped(pairs, lambda one: one.premise)
    return {
        "fever": [[one] for one in _balanced([claim_of(one) for one in fever if _is_told(one)])],
        "vitaminc": [list(map(claim_of, some)) for some in cases],
        "snli": [list(map(claim_of, some)) for some in _grouped(snli, lambda one: one.claim)],
        "fm2": [[claim_of(one)] for one in fm2],
        "pairs": [
            [
                Claim(kind="", text=o.hypothesis, evidence=o.premise, label=SUPPORTED if o.supported else FALSE)
                for o in some
            ]
            for premise in premises
            for some in _in_parts(premise)
        ],
        "desk": [
            some
            for article in _grouped(
                claims_of_desk(data, "training"), lambda one: (one.metadata.title, one.metadata.published)
            )
            for some in _in_parts(article)
        ],
    }


def claim_of(one: JudgedClaim) -> Claim:
    """A judged claim as one to be learned from."""
    label = NOT_SAID if one.supported is None else SUPPORTED if one.supported else CONTRADICTED
    return Claim(kind="", text=one.claim, evidence=one.text, label=label, metadata=Metadata(title=one.title))


def claims_of_desk(data: Path, part: Part) -> list[Claim]:
    """The claims of a part of desk, with the title and day of their article."""
    articles = desk_articles(data)
    return [_of_desk(one, articles[one.article]) for one in desk_claims(data, part)]


def _of_desk(one: DeskClaim, article: DeskArticle) -> Claim:
    return Claim(
        kind=one.kind,
        text=one.claim,
        evidence=" ".join(one.evidence),
        label=SUPPORTED if one.supported else FALSE,
        metadata=Metadata(title=article.title, published=article.published),
        wider=" ".join(_with_sentence_before(article.text, one.evidence)),
    )


def _with_sentence_before(text: str, evidence: Sequence[str]) -> list[str]:
    """Each part of the evidence behind the sentence before it, where that is not given already."""
    sentences, given, wider = sentences_of(text), -1, list[str]()
    for one in evidence:
        at = text.find(one)
        touched = [number for number, span in enumerate(sentences) if meet(span, Span(at, at + len(one)))]
        if touched and touched[0] > max(0, given + 1):
            wider.append(sentences[touched[0] - 1].of(text))
        wider.append(one)
        given = touched[-1] if touched else given
    return wider


def _is_told(one: JudgedClaim) -> bool:
    """Whether a claim of which nothing is said is one that the text could say something of."""
    return one.supported is not None or one.entity_in_text


def _balanced(claims: Sequence[Claim]) -> list[Claim]:
    """As many supported as contradicted, and half as many of which nothing is said."""
    chance, by_label = random.Random(_SHUFFLED), dict[int, list[Claim]]()
    for one in claims:
        by_label.setdefault(one.label, []).append(one)
    for some in by_label.values():
        chance.shuffle(some)
    true, false, unsaid = (by_label.get(label, []) for label in (SUPPORTED, CONTRADICTED, NOT_SAID))
    least = min(len(true), len(false))
    return [*true[:least], *false[:least], *unsaid[: least // 2]]


def _grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> list[list[Item]]:
    groups: dict[Key, list[Item]] = defaultdict(list)
    for one in items:
        groups[key(one)].append(one)
    return list(groups.values())


def _in_parts(some: Sequence[Item]) -> list[Sequence[Item]]:
    return [some[at : at + _TOGETHER] for at in range(0, len(some), _TOGETHER)]
