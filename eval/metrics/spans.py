"""How well spans found are the spans that answer, counted in characters (Smith & Troynikov 2024).

The paper speaks of tokens, its ``base_evaluation.py`` counts characters; so does this. What is found twice counts twice
against precision, as there.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dateline.eval.types import Place

_Character = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Each figure in [0, 1]."""

    recall: float
    """The share of the answering characters that were found."""
    precision: float
    """The share of the characters found that answer; 0 where nothing was found."""
    iou: float
    """Characters found that answer, over all that were found or answer."""


def overlap(found: Iterable[Place], answering: Iterable[Place]) -> Overlap:
    """Spans found against those that answer, of which there is at least one character."""
    said = [character for place in found for character in _characters(place)]
    wanted = {character for place in answering for character in _characters(place)}
    right = len(wanted.intersection(said))
    return Overlap(
        recall=right / len(wanted),
        precision=right / len(said) if said else 0.0,
        iou=right / (len(said) + len(wanted) - right),
    )


def _characters(place: Place) -> Iterable[_Character]:
    return ((place.article_id, at) for at in range(place.start, place.end))
