"""The conversation as HTML, answers with numbered citations, and beside it the whole article with cited words marked.

What is marked is sliced here, by the offsets of the citations; the page only shows it. All the text of the marks of one
number, joined, is ``article.text[start:end]``, and that of all lines is ``article.text``.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dateline.index.types import Article, Span, Version
from dateline.ui.web.chat_state import Exchange, dump_exchange
from dateline.ui.web.html.text import TEMPLATES, title


def conversation_html(exchanges: Sequence[Exchange], examples: Sequence[str] = ()) -> str:
    """The conversation as HTML; before the first question, what may be asked.

    Args:
        exchanges: the first one first.
        examples: questions that the library answers; none where it is empty.
    """
    records = [json.dumps(dump_exchange(one), ensure_ascii=False) for one in exchanges]
    return _CONVERSATION.render(exchanges=exchanges, records=records, examples=examples)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Cited words to be marked."""

    number: int
    """Of the citation, as the answer shows it; 0 where words are marked that no number names."""
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Words of one line that the same citations cover."""

    text: str
    numbers: tuple[int, ...]
    answer: bool


def source_html(
    article: Article,
    marks: Sequence[Mark] = (),
    answers: Sequence[Span] = (),
    chosen: int = 0,
    versions: Sequence[Version] = (),
    later: Version | None = None,
) -> str:
    """The article with its head and its whole text.

    Args:
        article: of record.
        marks: what is cited; a span beyond the text is left out.
        answers: short answers in it, marked more strongly.
        chosen: the number whose words stand out.
        versions: earlier texts of it.
        later: where it is an earlier text itself, until when and of what.
    """
    length = len(article.text)
    held = [mark for mark in marks if 0 <= mark.span.start < mark.span.end <= length]
    short = [span for span in answers if 0 <= span.start < span.end <= length]
    return _SOURCE.render(
        article=article,
        known=article.metadata,
        name=title(article.metadata, article.origins[0].name),
        repairs=[repair for origin in article.origins[:1] for repair in origin.repairs],
        lines=[list(_parts(article.text, line, held, short)) for line in _lines(article.text)],
        chosen=chosen,
        versions=versions,
        later=later,
    )


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        end = min(start + len(line) + 1, len(text))
        yield Span(start, end)
        start = end


def _parts(text: str, line: Span, marks: Sequence[Mark], answers: Sequence[Span]) -> Iterator[_Part]:
    """The line cut wherever a mark or a short answer begins or ends."""
    here = [mark for mark in marks if mark.span.start < line.end and line.start < mark.span.end]
    short = [span for span in answers if span.start < line.end and line.start < span.end]
    edges = {line.start, line.end}
    for span in (*(mark.span for mark in here), *short):
        edges |= {max(span.start, line.start), min(span.end, line.end)}
    cuts = sorted(edges)
    for start, end in pairwise(cuts):
        yield _Part(
            text=text[start:end],
            numbers=tuple(mark.number for mark in here if mark.span.start <= start and end <= mark.span.end),
            answer=any(span.start <= start and end <= span.end for span in short),
        )


_CONVERSATION = TEMPLATES.get_template("conversation.html")
_SOURCE = TEMPLATES.get_template("source.html")
