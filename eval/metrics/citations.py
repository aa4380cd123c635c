"""How well the places cited or retrieved are those that answer, counted in words or in characters of the article.

A word is a run of letters and digits, known by its article and where it begins, so that two spans share a word only
where they share the place. Precision and recall are those of highlights (Rajpurkar et al. 2016 count words of answers
in the same way); a gold quotation that stands in several places is found where it is found best.
"""

import re
from collections.abc import Iterable, Sequence

from dateline.eval.types import Place

Word = tuple[str, int]
"""Id of an article, and where in its text a word begins."""

Words = frozenset[Word]

_WORD = re.compile(r"\w+")


def words_in(article_id: str, quote: str, start: int) -> Words:
    """The words of a quote that begins at ``start`` of an article."""
    return frozenset((article_id, start + found.start()) for found in _WORD.finditer(quote))


def precision(cited: Iterable[Words], gold: Sequence[Sequence[Words]]) -> float | None:
    """The share of the words cited that stand in a gold quotation; None where nothing is cited.

    Args:
        cited: the words of each citation.
        gold: for each gold quotation, its words in each place it stands.
    """
    said = _all(cited)
    right = _all(place for quotation in gold for place in quotation)
    return len(said & right) / len(said) if said else None


def recall(cited: Iterable[Words], gold: Sequence[Sequence[Words]]) -> float:
    """The share of the words of the gold quotations that are cited, each quotation where most of it is."""
    said = _all(cited)
    best = [max(quotation, key=lambda place: len(place & said) / len(place)) for quotation in gold]
    wanted = sum(map(len, best))
    return sum(len(place & said) for place in best) / wanted


def _all(parts: Iterable[Words]) -> Words:
    return frozenset[Word]().union(*parts)


def overlap(found: Iterable[Place], answering: Iterable[Place]) -> dict[str, float]:
    """Spans found against those that answer, of which there is at least one character (Smith & Troynikov 2024).

    The paper speaks of tokens, its ``base_evaluation.py`` counts characters; so does this. What is found twice counts
    twice against precision, as there.

    Returns:
        ``recall``, the share of the answering characters that were found; ``precision``, the share of the characters
        found that answer, 0 where nothing was found; ``IoU``, characters found that answer over all that were found or
        answer.
    """
    said = [character for place in found for character in _characters(place)]
    wanted = {character for place in answering for character in _characters(place)}
    right = len(wanted.intersection(said))
    precision, either = right / len(said) if said else 0.0, len(said) + len(wanted) - right
    return {"recall": right / len(wanted), "precision": precision, "IoU": right / either}


def _characters(place: Place) -> Iterable[tuple[str, int]]:
    return ((place.article_id, at) for at in range(place.start, place.end))
