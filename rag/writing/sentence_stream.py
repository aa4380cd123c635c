"""Sentences out of a stream: each as soon as the word behind it shows that it is done.

What comes out depends on the text alone, never on the pieces it came in: thoughts are taken out, the rest is cut into
words, and words are gathered one by one. nupunkt decides, as it does for articles, whether a full stop ends a sentence,
given the sentence so far and the next word. A marker behind the full stop belongs to what it follows. Markdown that
stands around words is taken off: bullets, numbers of lists, emphasis, fences, the signs of headings and tables; what
it said of a sentence, that an item of a list or a row of a table begins with it, is told beside it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dateline.index.reading.cleaning import one_line
from dateline.index.splitting.sentences import MAX_CHARACTERS, split_sentences
from dateline.index.types import Span
from dateline.rag.types import CELLS, Block

_LONGEST_WORD = 200  # characters: what is longer is cut, so that nothing has to be kept that never ends
_LONGEST_MARKER = 60  # characters of a bracket that may still turn out to be a marker

_PARTS = re.compile(r"\s+|\S+")
_TAG = re.compile(r"<(/?)(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_TAGS = tuple(f"<{slash}{name}>" for slash in ("", "/") for name in ("think", "thinking", "thought", "reasoning"))
_LONGEST_TAG = max(map(len, _TAGS))
_CLOSERS = {"[": "]", "(": ")", "【": "】"}
_RAISED = frozenset("¹²³⁰⁴⁵⁶⁷⁸⁹")
_MARKER_WORDS = frozenset(
    """s p no nos ref refs sentence sentences source sources passage passages article articles line lines l citation
    citations see and to cf""".split()
)
_WORDS = re.compile(r"[^\W\d_]+")
_END = re.compile(r"[.!?…]['\"”’»)\]*_]*\Z")
_BULLET = re.compile(r"(?:[-*+•‣·>–]|\d{1,2}[.)])\Z")
_EMPHASIS = re.compile(r"\*{2,3}|__|`+")
_AROUND = "*_ "
_RULE = re.compile(r"[\s|:-]+\Z")  # between the head of a table and its rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence with its markers, a heading, or a row of a table."""

    text: str
    begins: Block = ""


class SentenceStream:
    """Takes the text of an answer in pieces, and gives its sentences with their markers."""

    def __init__(self) -> None:
        self._tag = ""  # what may become a tag
        self._thinking = False
        self._word = ""  # what may go on
        self._newlines = 2  # line ends before the next word; at the beginning as behind a blank line
        self._space = False  # white space stands before it
        self._line = ""  # a heading or a row, which ends where its line does
        self._head = ""  # a row that may be the head of a table
        self._block: Block = "paragraph"  # that the line belongs to
        self._sentence = ""
        self._begins: Block = ""  # with the sentence
        self._next: Block = ""  # with the sentence behind it
        self._held = ""  # words behind the sentence that may be its markers
        self._broken = False  # a line ended between the two

    def feed(self, text: str) -> Iterator[Sentence]:
        """The sentences that are done with this piece of the answer; to be used up before the next."""
        for visible in self._without_thoughts(text):
            yield from self._split(visible)

    def finish(self, *, cut: bool = False) -> Iterator[Sentence]:
        """What is left at the end; of an answer that was ``cut``, only what is sure to be whole."""
        if not cut and not self._thinking:
            yield from self._split(self._tag)
        if not cut or _marked(self._word) < len(self._word):
            yield from self._end_word()
        if not cut:
            yield from self._end_line()
        yield from self._end_table()
        if not cut or _ended(self._sentence):
            yield from self._released(f"{self._sentence} {self._held}" if not cut else self._sentence)
        self._sentence = self._held = self._word = self._tag = self._line = ""

    def _without_thoughts(self, text: str) -> Iterator[str]:
        """The text outside of ``<think>``; what stands before a closing tag alone was a thought as well."""
        text, self._tag, at = self._tag + text, "", 0
        while at < len(text):
            less = text.find("<", at)
            if not self._thinking:
                yield text[at : less if less >= 0 else len(text)]
            if less < 0:
                return
            tag = _TAG.match(text, less)
            if tag:
                if tag[1] and not self._thinking:
                    self._sentence = self._held = self._word = ""
                self._thinking = not tag[1]
                at = tag.end()
            elif any(one.startswith(text[less : less + _LONGEST_TAG].lower()) for one in _TAGS):
                self._tag = text[less:]
                return
            else:
                if not self._thinking:
                    yield "<"
                at = less + 1

    def _split(self, text: str) -> Iterator[Sentence]:
        for part in _PARTS.finditer(text):
            if part[0].isspace():
                yield from self._end_word()
                self._space = True
                self._newlines += part[0].count("\n")
                continue
            self._word += part[0]
            while len(self._word) > _LONGEST_WORD:
                rest, self._word = self._word[_LONGEST_WORD:], self._word[:_LONGEST_WORD]
                yield from self._end_word()
                self._word = rest

    def _end_word(self) -> Iterator[Sentence]:
        word, newlines, space = self._word, self._newlines, self._space
        if not word:
            return
        self._word, self._newlines, self._space = "", 0, False
        if newlines:
            yield from self._end_line()
            if word[0] != "|":
                yield from self._end_table()
            yield from self._begin_line(word, blank=newlines > 1)
        elif self._line:
            yield from self._lengthen(f"{self._line} {word}" if space else self._line + word)
        else:
            yield from self._gather(" " + word if space else word)

    def _begin_line(self, word: str, *, blank: bool) -> Iterator[Sentence]:
        kind = _kind_of_line(word)
        if kind or word.startswith("```"):
            yield from self._released(f"{self._sentence} {self._held}")
            self._sentence, self._held, self._broken = "", "", False
            self._block = kind or self._block
            self._begins = "item" if kind == "item" else ""
            if kind in ("heading", "row"):
                self._line = word
            return
        again = self._block in ("heading", "row") or (self._block == "item" and blank)
        self._next = "paragraph" if again else ""
        self._broken = bool(self._sentence)
        if not self._sentence:
            self._begins = self._begins or self._next
        if again:
            self._block = "paragraph"
        yield from self._gather(f" {word}")

    def _lengthen(self, line: str) -> Iterator[Sentence]:
        self._line = line
        if len(line) > MAX_CHARACTERS:  # no heading and no row is so long
            yield from self._end_line()
            self._block = "paragraph"

    def _end_line(self) -> Iterator[Sentence]:
        """A heading is given as its line ends, a row as the next line tells whether it was the head of a table."""
        line, self._line = self._line, ""
        if line and self._block == "heading":
            yield from _sentence(line.lstrip("# ").rstrip("# "), "heading")
        elif line and _RULE.match(line):
            head, self._head = self._head, ""
            yield from _row(head, "header")
        elif line:
            yield from self._end_table()
            self._head = line

    def _end_table(self) -> Iterator[Sentence]:
        head, self._head = self._head, ""
        return _row(head, "row")

    def _gather(self, word: str) -> Iterator[Sentence]:
        if not self._held and not self._broken and not _ended(self._sentence):
            self._sentence += word
        else:
            yield from self._decide(word)
        if len(self._sentence) > MAX_CHARACTERS:
            yield from self._released(self._sentence)
            self._sentence = ""

    def _decide(self, word: str) -> Iterator[Sentence]:
        """Whether the sentence goes on with this word, after markers that may stand between."""
        self._held += word
        stop, unfinished = _leading_markers(self._held)
        if unfinished:
            return
        self._sentence += self._held[:stop].rstrip()
        following, self._held = self._held[stop:], ""
        if not following.strip():
            return
        if self._broken or _is_end(self._sentence, following.split()[0]):
            yield from self._released(self._sentence)
            self._sentence = following.strip()
            self._begins = self._next if self._broken else ""
        else:
            self._sentence += following
        self._broken = False

    def _released(self, sentence: str) -> Iterator[Sentence]:
        begins, self._begins = self._begins, ""
        return _sentence(sentence, begins)


def _sentence(words: str, begins: Block) -> Iterator[Sentence]:
    """The words without the Markdown around them and what can't be seen, if there is a word in them."""
    text = one_line(_EMPHASIS.sub("", words)).strip(_AROUND)
    if any(letter.isalnum() for letter in text[: _marked(text)]):
        yield Sentence(text=text, begins=begins)


def _row(line: str, begins: Block) -> Iterator[Sentence]:
    cells = (one_line(_EMPHASIS.sub("", cell)).strip(_AROUND) for cell in line.strip(" |").split("|"))
    return _sentence(CELLS.join(cells), begins)


def _kind_of_line(word: str) -> Block:
    """What a line is that begins with this word, other than words that go on."""
    if set(word) == {"#"}:
        return "heading"
    if word[0] == "|":
        return "row"
    return "item" if _BULLET.match(word) else ""


def _ended(sentence: str) -> bool:
    return bool(_END.search(sentence[: _marked(sentence)].rstrip()[-20:]))


def _is_end(sentence: str, word: str) -> bool:
    """Whether the sentence, which has a full stop at its end, is done where this word comes next."""
    text = " ".join(_EMPHASIS.sub("", sentence[: _marked(sentence)]).split())
    following = _EMPHASIS.sub("", word) or word
    spans = split_sentences(f"{text} {following}", Span(0, len(text) + 1 + len(following)))
    return any(span.end == len(text) for span in spans)


def _leading_markers(text: str) -> tuple[int, bool]:
    """Where the markers at the beginning of a text end, and whether another may be on its way."""
    at = 0
    while True:
        start = at + len(text[at:]) - len(text[at:].lstrip())
        if text[start : start + 1] in _RAISED:
            at = start + 1
            continue
        closer = _CLOSERS.get(text[start : start + 1])
        if closer is None:
            return at, False
        stop = text.find(closer, start, start + _LONGEST_MARKER)
        inside = text[start + 1 : stop if stop >= 0 else None]
        if not _only_numbers(inside, whole=stop >= 0):
            return at, False
        if stop < 0:
            return at, len(text) - start < _LONGEST_MARKER
        at = stop + 1
        if text[at : at + 1] in (".", ",", ";") and not text[at + 1 : at + 2].strip():
            at += 1  # "[3]." of a model that puts a second full stop


def _marked(text: str) -> int:
    """Where the markers at the end of a text begin; its length where there are none."""
    end = len(text.rstrip())
    while end:
        if text[end - 1] in _RAISED:
            end -= 1
        elif text[end - 1] in ",;" and text[end - 2 : end - 1] in _CLOSERS.values():
            end -= 1
            continue
        else:
            opener = next((one for one, closer in _CLOSERS.items() if closer == text[end - 1]), None)
            start = text.rfind(opener, max(0, end - _LONGEST_MARKER), end) if opener else -1
            if start < 0 or not _only_numbers(text[start + 1 : end - 1], whole=True):
                break
            end = start
        stripped = len(text[:end].rstrip())
        if not stripped:
            return end
        end = stripped
    return len(text) if end == len(text.rstrip()) else end


def _only_numbers(inside: str, *, whole: bool) -> bool:
    """Whether a bracket holds numbers and the words that go with them; where it isn't whole yet, whether it may."""
    words = [word.casefold() for word in _WORDS.findall(inside)]
    known = all(word in _MARKER_WORDS for word in (words if whole else words[:-1]))
    last = whole or not words or any(one.startswith(words[-1]) for one in _MARKER_WORDS)
    return known and last and (not whole or any(letter.isdigit() for letter in inside))
