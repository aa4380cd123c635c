"""Every list of words in the code: no two words joined, none twice, none that no text has."""

import ast
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
_WORD = re.compile(r"[^\W\d_]+")
_ENDINGS = (("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("ying", "y"))
_SHORT = 3  # letters of what may be an abbreviation, and can't be two words
_RARE = frozenset(
    """abolish acquit advertise allege anticipates append ascii atbash aural avert baseless braille byline cant
    captions chatbot commenter concatenate concede conceivably conjugate contradict copilot creditor criticise
    criticize curtail daydream debtor debug debunked decipher decode decrypt deepen deepfake defy delete demolish
    denounce deplore deport detain didnt disavowed disclaimer docs docx doesnt dont dreamt embed embossed emit
    endorse enquire expel extinguish fasten footnote groundless halve hasten imprison indd inquire insolvent
    instruct isnt jailbreak javascript jested keywords leetspeak llms mailto misleadingly nudge outnumber override
    overtake overturn parse pessimistic placeholder postpone prepend punctuate purportedly quash quotation ratify
    rebuke refs refute sanction satur setback shelve shorten snippet soar soften spoof subscribe thaw thur thurs
    tues tweeted untruthfully vbscript waive webkit wednes withheld woes worsen""".split()
)
"""Words that are right, and parts of names of days, though none of the texts that the vocabulary is of needed them."""
_FOREIGN = ("der", "wann", "address")  # begin lists that no English vocabulary tells: other languages, elements

_GROUP = re.compile(r"\((?:\?:|\?P<\w+>|\?i:)?([^()]*)\)")
_ALTERNATIVE = re.compile(r"([a-z][a-z' ]*[a-z])(\??)")


def _split_lists(tree: ast.AST) -> Iterator[tuple[int, list[str]]]:
    """Texts that the code splits into words, or into rows of words divided by a bar."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "split":
            text = node.func.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_words" and node.args:
            text = node.args[0]
        else:
            text = None
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            yield node.lineno, text.value.split()
        if isinstance(node, ast.Dict) and all(isinstance(one, ast.Constant) for one in node.values):
            values = [one.value for one in node.values if isinstance(one, ast.Constant)]
            if values and all(isinstance(one, str) and re.fullmatch(r"[a-z| \n]*", one) for one in values):
                for one in values:
                    words, *phrases = one.split("|")
                    yield node.lineno, [*words.split(), *(" ".join(phrase.split()) for phrase in phrases)]


def _alternatives(tree: ast.AST) -> Iterator[tuple[int, list[str]]]:
    """Words between which a regular expression chooses."""
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        while found := _GROUP.search(text):
            chosen = [_ALTERNATIVE.fullmatch(one) for one in found[1].split("|")]
            if len(chosen) > 2:
                yield node.lineno, [one[1] + one[2] for one in chosen if one]
            text = text[: found.start()] + "§" + text[found.end() :]


def word_lists() -> Iterator[tuple[str, list[str]]]:
    for folder in ("rag", "index", "ui"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for line, entries in (*_split_lists(tree), *_alternatives(tree)):
                if len(entries) > 2:
                    yield f"{path.relative_to(ROOT)}:{line}", entries


def _fold(word: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(one))


@cache
def vocabulary() -> frozenset[str]:
    """The words, and parts of words, that the embedder's tokenizer has learned of texts; and those of the newsroom."""
    tokenizer = json.loads((ROOT / "index/embedding/weights/tokenizer.json").read_text(encoding="utf-8"))
    articles = (ROOT / "eval/sets/newsroom/articles").rglob("*.*")
    texts = [path.read_text(encoding="utf-8", errors="ignore") for path in articles]
    learned = (token.removeprefix("##") for token in tokenizer["model"]["vocab"])
    return frozenset((*map(_fold, learned), *(_fold(word) for text in texts for word in _WORD.findall(text))))


def is_known(word: str) -> bool:
    """Whether a text has the word, or one that it is a form of: "accuses", "rewritten", "unconfirmed"."""
    bare = re.sub(r"^(?:un|dis|re|pre)(?=[a-z]{4})", "", word)
    return any(_fold(one) in vocabulary() or one in _RARE for one in (word, *_bases(word), bare, *_bases(bare)))


def _bases(word: str) -> Iterator[str]:
    for ending, instead in _ENDINGS:
        if len(word) > 5 and word.endswith(ending):
            yield word.removesuffix(ending) + instead


LISTS = list(word_lists())


def test_the_word_lists_are_found() -> None:
    assert len(LISTS) > 100
    some = {word for _, entries in LISTS for word in entries}
    assert {"likeliest", "failed to", "rise/fall", "wednesday", "thanks", "footnote", "summary"} <= some


def test_no_word_stands_in_a_list_twice() -> None:
    for place, entries in LISTS:
        alike = Counter("/".join(sorted(entry.split("/"))) for entry in entries)
        assert [entry for entry, times in alike.items() if times > 1] == [], place


def test_every_word_of_a_list_is_one_that_texts_have() -> None:
    for place, entries in LISTS:
        words = {word for entry in entries for word in _WORD.findall(entry) if len(word) > _SHORT}
        assert entries[0] in _FOREIGN or {word for word in words if not is_known(word)} == set(), place


def test_two_joined_words_are_no_word() -> None:
    assert not is_known("failsfailed")
    assert not is_known("rumouredclaims")
    assert is_known("failed")


def test_the_rare_words_are_needed() -> None:
    words = {word for _, entries in LISTS for entry in entries for word in _WORD.findall(entry)}
    bases = {base for word in words for base in (word, *_bases(word))}
    assert {word for word in _RARE if word not in bases or _fold(word) in vocabulary()} == set()
