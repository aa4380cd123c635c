"""Where a claim that repeats a quote departs from it, word by word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from dateline.rag.parsing.names import fold
from dateline.rag.parsing.numbers import NUMBER_WORDS
from dateline.rag.parsing.parsed_text import ParsedText
from dateline.rag.parsing.tokens import Word

_REPEATED = 0.6  # of the claim's words, so that what stands between them stands in their place
_WHOLE = 0.8  # of the quote's words: a claim that takes less of it makes a sentence of its own of them
_LONGEST = 3  # words that change their place with others
_MANY, _TIMES = 40, 3  # words, and how often each of them
_AROUND = 3  # words shown with a change, so that numbers, dates and names in it are read as in the sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Words of a claim that stand where the quote has others; one side is empty where they are put in or left out."""

    quoted: tuple[Word, ...]
    claimed: tuple[Word, ...]
    quote_around: ParsedText
    """What is quoted with the words around it, up to a number or a name that is not part of it."""
    claim_around: ParsedText
    quote_window: str
    """What is quoted with all words around it."""
    claim_window: str
    alone: bool
    """Whether the claim is the whole quote, or nearly so, but for this."""


def read_changes(claim: ParsedText, quote: ParsedText) -> Iterator[Change]:
    """Where a claim departs from a quote; nowhere if it does not repeat it in the main."""
    claimed, quoted = claim.words, quote.words
    if not claimed or _repeats_itself(claimed) or _repeats_itself(quoted):
        return
    theirs, own = ([fold(one.text) for one in words] for words in (quoted, claimed))
    blocks = SequenceMatcher(None, theirs, own, autojunk=False).get_opcodes()
    repeated = sum(last - first for tag, *_, first, last in blocks if tag == "equal")
    if repeated < _REPEATED * len(claimed):
        return
    alone = repeated >= _WHOLE * len(quoted) and sum(tag in ("insert", "replace") for tag, *_ in blocks) == 1
    for at, (tag, i, j, k, m) in enumerate(blocks):
        if tag in ("equal", "delete") or max(j - i, m - k) > _LONGEST or not _is_held(blocks, at):
            continue
        yield Change(
            quoted=quoted[i:j],
            claimed=claimed[k:m],
            quote_around=_around(quote, i, j),
            claim_around=_around(claim, k, m),
            quote_window=_between(quote, i - _AROUND, j + _AROUND),
            claim_window=_between(claim, k - _AROUND, m + _AROUND),
            alone=alone,
        )


def _repeats_itself(words: Sequence[Word]) -> bool:
    """Whether a text says the same words over and over, as no sentence does: comparing two takes cubic time."""
    return len(words) > _MANY and len({word.lower for word in words}) * _TIMES < len(words)


def _is_held(blocks: Sequence[tuple[str, int, int, int, int]], at: int) -> bool:
    """Whether the words on both sides are the same: three in all, or two where a sentence begins or ends."""
    sides = [blocks[place] for place in (at - 1, at + 1) if 0 <= place < len(blocks)]
    if any(tag != "equal" for tag, *_ in sides):
        return False
    return sum(min(last - first, 3) for _, first, last, *_ in sides) >= (3 if len(sides) == 2 else 2)


def _around(parsed: ParsedText, first: int, last: int) -> ParsedText:
    """Some words and those next to them, up to one that may be a number or a name of its own."""
    words, start, end = parsed.words, first, last
    while start > max(0, first - _AROUND) and _is_plain(words[start - 1]):
        start -= 1
    while end < min(len(words), last + _AROUND) and _is_plain(words[end]):
        end += 1
    return ParsedText(_between(parsed, start, end))


def _between(parsed: ParsedText, first: int, last: int) -> str:
    """The text of some words; of those that there are, where there are fewer."""
    words = parsed.words[max(0, first) : last]
    return parsed.text[words[0].start : words[-1].end] if words else ""


def _is_plain(word: Word) -> bool:
    return word.text.isalpha() and word.text.islower() and word.text not in NUMBER_WORDS
