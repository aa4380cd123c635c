"""Claim detection: a text that someone else wrote in, its sentences out, each with whether it claims anything.

Questions, greetings, headings, lead-ins, words about the text itself and opinions without content claim nothing that
articles could bear out. Markdown that stands around words is no part of a claim; neither is a dateline before it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dateline.index.reading.dateline import find_dateline
from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Span
from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.parsing.tokens import content_stems, is_repetition, stem
from dateline.rag.writing.citation_markers import read_markers
from dateline.rag.writing.sanitize import to_plain

_HEADING_WORDS = 14
_FEW_WORDS = 8
_MARKERS = 1_000  # numbers of citation markers that a text may hold, whatever they stand for

_LINE_START = re.compile(
    r"[ \t]*(?:(?P<heading>#{1,6})(?:[ \t]+|$)|(?:>[ \t]*)+|(?P<item>[-*+•‣·–][ \t]+|\(?\d{1,2}[.)][ \t]+))"
    r"(?P<box>\[[ xX]\][ \t]+)?"
)
_EMPHASIS = re.compile(r"\*{1,3}|(?<!\w)_{1,3}(?=\w)|(?<=[\w.,;:!?])_{1,3}(?!\w)|`+|~~")
_WHOLLY_BOLD = re.compile(r"\*\*[^*\n]+\*\*:?|__[^_\n]+__:?")
_CLOSING = " \"'”’»)*_"
_END = re.compile(r"[.!?…:;,][\"'”’»)\]*_]*$")
_RULE = re.compile(r"[\s|:=*_~`+-]*")
_TABLE_ROW = re.compile(r"\|.*\|$")
_GENRE = r"(?:article|post|summary|answer|text|report|section|piece|briefing|newsletter)"
_ABOUT_THE_TEXT = re.compile(
    rf"here(?:'s| is| are)\b|below (?:is|are|you)\b|in (?:this|the following) {_GENRE}\b|as an ai\b|feel free\b"
    rf"|let me know\b|this {_GENRE} (?:is|was|covers?|gives?|looks?|sums?|summari[sz]es|explains?|describes?)\b"
    r"|(?:sure|certainly|absolutely|of course|yes|no|ok|okay|great question)\b\W{0,3}$"
)
"""Of a sentence in lower case with straight apostrophes."""
_FIRST_PERSON = re.compile(
    r"(?:(?:and|but|so|well|now),? )?i(?:'m|'d|'ll|'ve| (?:am|hope|can|cannot|can't|could|would|will|have|do|don't|did"
    r"|think|believe|guess|feel|wish|suggest|recommend|apologi[sz]e|want|love|like|know|wonder))\b"
    r"|(?:let us|let's|please|click|read (?:more|on|also)|see also|subscribe|follow us|share this|sign up|stay tuned"
    r"|if you (?:have|would|want|need|like)|for (?:more|further) (?:information|details)|do(?:n't| not) hesitate)\b"
)
"""The same of one that has no number, date or name."""
_GREETING = re.compile(
    r"(?:dear|hello|hi|hey|greetings|welcome|good (?:morning|afternoon|evening|day)|thanks|thank you|best|kind|warm|"
    r"many thanks|yours|sincerely|cheers|regards|bye|goodbye|see you)\b"
)
_METADATA = re.compile(
    r"(?:sources?|photo(?:graph)?s?|pictures?|images?|captions?|tags?|by|updated|published|contacts?|media contact"
    r"|press contact|links?|url|for immediate release|embargo(?:ed)?|e-?mail|phone|tel|date|author|keywords)\b\s*:",
    re.IGNORECASE,
)
_EVALUATIVE = frozenset(
    stem(word)
    for word in """absolutely amazing awesome awful bad beautiful best better bit certainly clear clearly course crazy
    day deal disappointing disgusting dreadful easy encouraging enough exciting fact fair fantastic fine
    frankly fun funny glad good great happy hard hope horrible huge important impressive incredible indeed
    inspiring interesting kind lot lovely luckily matter nice obvious obviously odd outrageous pity point quite
    real really remarkable ridiculous right sad sadly scandal serious shame shocking sigh simple sorry sort
    story strange stunning super sure surely surprising terrible terrific thing thought thoughts tragic true
    truly unbelievable unfortunate unfortunately way well wonderful word words wow wrong yes""".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSentence:
    """A sentence of a text."""

    span: Span
    """In the text."""
    claim: str
    """Its words without markup, citation markers and dateline."""
    paragraph: int
    """The number of its paragraph: sentences of one are about the same."""
    passed_over: str | None
    """Why it claims nothing, in words; None where it claims something."""


def detect_claims(text: str) -> tuple[TextSentence, ...]:
    """The sentences of a cleaned text, in order; those that claim nothing say why."""
    sentences, paragraph = [], 0
    spans = split_sentences(text, Span(0, len(text)))
    for at, span in enumerate(spans):
        paragraph += at > 0 and "\n" in text[spans[at - 1].end : span.start]
        line = _Line(text, spans, at)
        claim = _words(line)
        sentences.append(
            TextSentence(span=span, claim=claim, paragraph=paragraph, passed_over=_claims_nothing(line, parse(claim)))
        )
    return tuple(sentences)


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence with what stands around it."""

    text: str
    spans: Sequence[Span]
    at: int

    @property
    def words(self) -> str:
        """The sentence as it stands."""
        return self.spans[self.at].of(self.text)

    @property
    def opens(self) -> bool:
        """Whether a line begins with it."""
        return self.at == 0 or "\n" in self.text[self.spans[self.at - 1].end : self.spans[self.at].start]

    @property
    def following(self) -> "_Line | None":
        """The sentence behind it."""
        return _Line(self.text, self.spans, self.at + 1) if self.at + 1 < len(self.spans) else None

    @property
    def closes(self) -> bool:
        """Whether a line ends with it."""
        following = self.following
        return following is None or following.opens

    @property
    def start(self) -> re.Match[str] | None:
        """What Markdown puts before its words."""
        return _LINE_START.match(self.words) if self.opens else None

    @property
    def is_title(self) -> bool:
        """Whether it is a short line of its own that no full stop ends, and no item of a list."""
        words = self.words
        alone = self.opens and self.closes and not (self.start and self.start["item"]) and not _TABLE_ROW.match(words)
        return alone and not _END.search(words) and len(words.split()) <= _HEADING_WORDS


def _words(line: _Line) -> str:
    words = line.words
    if _TABLE_ROW.match(words):
        words = ", ".join(cell.strip() for cell in words.strip("|").split("|") if cell.strip())
    start = line.start
    if start:
        words = words[start.end() :]
    words = _EMPHASIS.sub("", words)
    dateline = find_dateline(words) if line.opens else None
    words = words[dateline.end :] if dateline else words
    marked = read_markers(words, _MARKERS).text
    return to_plain(marked, ()).text.strip()


def _claims_nothing(line: _Line, claim: ParsedText) -> str | None:
    """Why a sentence claims nothing; None where it claims something."""
    stems = content_stems(claim.words)
    if claim.words and claim.text.rstrip(_CLOSING).endswith("?"):
        return "a question"
    if not stems or _RULE.fullmatch(line.words) or not any(map(str.isalpha, claim.text)):
        return "no words to check"
    if is_repetition(stems):
        return "the same words again and again"
    if claim.is_foreign:
        return "not in English, in which alone claims can be checked"
    return next((why for why, holds in _reasons(line, claim) if holds), None)


def _reasons(line: _Line, claim: ParsedText) -> Iterator[tuple[str, bool]]:
    """Each reason for which a sentence claims nothing, and whether it holds; the first that does counts."""
    lower = claim.text.lower().replace("’", "'").lstrip(" \"'“‘(")
    few = len(claim.words) <= _FEW_WORDS
    vague = not (claim.numbers or claim.dates or claim.names)
    yield "a lead-in", claim.text.rstrip(_CLOSING).endswith(":")
    yield "a line about the text", line.opens and line.closes and bool(_METADATA.match(claim.text))
    yield "a heading", _is_heading(line)
    yield "a greeting", few and not (claim.numbers or claim.dates) and bool(_GREETING.match(lower))
    yield "about the text itself", bool(_ABOUT_THE_TEXT.match(lower) or (vague and _FIRST_PERSON.match(lower)))
    yield "a name", line.is_title and _is_name(claim)
    yield "an opinion", vague and claim.stems <= _EVALUATIVE


def _is_name(claim: ParsedText) -> bool:
    """Whether it is a name and nothing else, as below a letter."""
    named = {at for name in claim.names for at in range(name.start, name.end)}
    return all(word.start in named for word in claim.words if word.is_content)


def _is_heading(line: _Line) -> bool:
    start, following = line.start, line.following
    if _TABLE_ROW.match(line.words):
        return following is not None and bool(_RULE.fullmatch(following.words))
    if (start and start["heading"]) or (line.closes and line.opens and _WHOLLY_BOLD.fullmatch(line.words)):
        return True
    if not line.is_title or following is None:
        return False
    underline = set(following.words) <= {"="} or set(following.words) <= {"-"}
    return underline or not following.is_title
