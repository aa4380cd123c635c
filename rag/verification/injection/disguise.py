"""Disguise: letters that look like others, words with their letters moved or pulled apart, as the words they stand for.

Only for finding out to whom a text speaks: nothing that is read here is shown or compared with a claim.
"""

import re
import unicodedata

_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏкмтвнАЕОРСУХІЈЅКМТВНαοερνικτυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhlkmtbhAEOPCYXIJSKMTBHaoepviktuABEZHIKMNOPTYX",
)
_DIGITS = str.maketrans("013457@$", "oieast" + "as")
_MIXED = re.compile(
    r"\b(?=[a-z0-9@$]{0,30}[a-z])(?=[a-z0-9@$]{0,30}[013457@$][a-z]|[a-z][0-9@$]{0,30}[013457@$])[a-z0-9@$]+", re.I
)
_APART = re.compile(r"(?<=\b\w)[ .*_\-](?=\w\b)")
_WITHIN = re.compile(r"(?<=\w)[-*_.·](?=\w)")
_KEY_WORDS = {
    (word[0], word[-1], "".join(sorted(word))): word
    for word in "ignore disregard forget previous instruction instructions prompt repeat answer assistant".split()
}
_ONE_LESS = {
    word[:at] + word[at + 1 :]: word
    for word in ("disregard", "previous", "instruction", "instructions", "assistant")
    for at in range(1, len(word))
}
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
    """The key word that has the same letters between the same ends, or one more."""
    word = found[0]
    return _ONE_LESS.get(word) or _KEY_WORDS.get((word[0], word[-1], "".join(sorted(word))), word)
