"""How near the words of an answer are to those expected; several answers may be right, and the best counts.

An answer of several parts states a sequence of texts: short answers where it gives any, else sentences. A text names an
item where one of the item's answers stands in it; one text may name several.
"""

import re
import string
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_GROUPED = re.compile(r"(?<=\d)[,\u202f\u00a0](?=\d{3})")  # 2,500
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")  # U.S., a.m.
_TOKEN = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+")

Items = Sequence[Sequence[str]]
"""Of each item the answers that name it; at least one item."""


def normalize(text: str) -> str:
    """As the SQuAD script has it (Rajpurkar et al. 2016): lower case, without ASCII punctuation and a, an, the."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split())


def exact_match(answer: str, expected: Iterable[str]) -> float:
    """1.0 where the normalised answer is one of those expected (Rajpurkar et al. 2016), else 0.0."""
    return _best(lambda one: float(normalize(answer) == normalize(one)), expected)


def f1(answer: str, expected: Iterable[str]) -> float:
    """Harmonic mean of the precision and recall of the normalised words (Rajpurkar et al. 2016)."""
    return _best(lambda one: _f1(normalize(answer).split(), normalize(one).split()), expected)


def contained(text: str, expected: Iterable[str]) -> float:
    """1.0 where one of the answers expected stands in ``text``, its words in a row, else 0.0."""
    words = _words(text)
    return _best(lambda one: float(_in_a_row(_words(one), words)), expected)


def item_recall(stated: Iterable[str], items: Items) -> float:
    """The share of the items that are named."""
    return len(_named(list(stated), items)) / len(items)


def item_precision(stated: Sequence[str], items: Items) -> float | None:
    """The share of the texts stated that name an item which none before them names; None where nothing is stated.

    What is said a second time counts as wrong: a reader of the list would have to find out that it is the same.
    """
    named: set[int] = set()
    right = 0
    for text in stated:
        new = _named([text], items) - named
        right += bool(new)
        named |= new
    return right / len(stated) if stated else None


def newest_first(stated: Sequence[str], newest: Iterable[str]) -> float:
    """1.0 where the first text stated holds the newest value, given by any of ``newest``, else 0.0."""
    return contained(stated[0], newest) if stated else 0.0


def _named(texts: Sequence[str], items: Items) -> set[int]:
    """The items that are named in any of the texts, by number."""
    return {number for number, names in enumerate(items) if any(contained(text, names) for text in texts)}


def _best(score: Callable[[str], float], expected: Iterable[str]) -> float:
    return max(map(score, expected), default=0.0)


def _f1(said: list[str], wanted: list[str]) -> float:
    if not said or not wanted:
        return float(said == wanted)  # as SQuAD 2.0 has it (Rajpurkar, Jia & Liang 2018)
    shared = sum((Counter(said) & Counter(wanted)).values())
    if not shared:
        return 0.0
    precision, recall = shared / len(said), shared / len(wanted)
    return 2 * precision * recall / (precision + recall)


def _words(text: str) -> list[str]:
    """Lower case, without a, an, the; figures whole: 2,500 is one word, U.S. is us, 12-year-old holds 12."""
    plain = _DOTTED.sub(lambda found: found[0].replace(".", ""), _GROUPED.sub("", text.lower()))
    words = _TOKEN.findall(re.sub("['’]", "", plain))
    return [word for word in words if word not in ("a", "an", "the")]


def _in_a_row(part: list[str], words: list[str]) -> bool:
    return bool(part) and any(words[at : at + len(part)] == part for at in range(len(words) - len(part) + 1))
