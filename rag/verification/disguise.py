"""Disguise: letters that look like others, words with their letters moved or pulled apart, as the words they stand for.

Only for finding out to whom a text speaks: nothing that is read here is shown or compared with a claim.
"""

import re
import unicodedata
from difflib import get_close_matches

_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏкмтвнАЕОРСУХІЈЅКМТВНαοερνικτυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhlkmtbhAEOPCYXIJSKMTBHaoepviktuABEZHIKMNOPTYX",
)
_DIGITS = str.maketrans("013457@$", "oieast" + "as")
_MIXED = re.compile(r"\b(?=[a-z0-9@$]*[a-z])(?=[a-z0-9@$]*[013457@$][a-z]|[a-z][0-9@$]*[013457@$])[a-z0-9@$]+", re.I)
_APART = re.compile(r"(?<=\b\w)[ .*_\-](?=\w\b)")
_WITHIN = re.compile(r"(?<=\w)[-*_.·](?=\w)")
_KEY_WORDS = {
    (word[0], word[-1], "".join(sorted(word))): word
    for word in "ignore disregard forget previous instruction instructions prompt repeat answer assistant".split()
}
_LONG_KEY_WORDS = ("disregard", "previous", "instruction", "instructions", "assistant")
_ONE_LETTER = 0.92  # of likeness: a letter is lacking, or there is one more
_LONG_WORD = re.compile(r"[a-z]{6,12}")


def views(text: str) -> tuple[str, ...]:
    """The text as it may be meant, in lower case: plain letters, parted words joined, marks between words as spaces."""
    plain = _plain_letters(text)
    joined = _WITHIN.sub("", _APART.sub("", plain))
    return tuple(_LONG_WORD.sub(_unmoved, one) for one in dict.fromkeys((plain, joined, _WITHIN.sub(" ", plain))))


def _plain_letters(text: str) -> str:
    bare = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return _MIXED.sub(lambda found: found[0].translate(_DIGITS), bare.translate(_LOOKALIKES).lower())


def _unmoved(found: re.Match[str]) -> str:
    """The key word that has the same letters between the same ends."""
    word = found[0]
    moved = _KEY_WORDS.get((word[0], word[-1], "".join(sorted(word))), word)
    return next(iter(get_close_matches(moved, _LONG_KEY_WORDS, 1, _ONE_LETTER)), moved) if len(word) > 7 else moved
