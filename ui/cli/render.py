"""Answers, passages and articles as a person reads them in a terminal; pure functions that give rich text.

Everything shown is text, never markup: names and titles come from strangers.
"""

import shlex
from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dateline.index.types import Article, ArticleRow, Metadata, Passage, Span, Version, date_in_words
from dateline.rag.parsing.date_context import ResolvedDate
from dateline.rag.reader.asked import IN_WORDS
from dateline.rag.types import Answer, Certainty, Citation, Claim
from dateline.rag.writing.local_servers import OfferedModels
from dateline.ui.text import (
    NO_SURE_ANSWER,
    UNCERTAIN,
    days_beside,
    grouped_answers,
    heading,
    is_rewritten,
    printable,
    sureness,
)

_QUOTE = "bold"
_CONTEXT = "dim"
_PLACE = "cyan"
_WARNING = "yellow"
_BLOCKS = {"item": ("- ", ""), "row": ("| ", " |"), "header": ("| ", " |"), "heading": ("\n", "")}
_COPIES = 5  # other articles named behind one


def render_answer(answer: Answer) -> RenderableType:
    """How the question was understood, what an uncertain answer says of itself, the claims, then the rest."""
    line = Text(f"understood as: {printable(answer.stand_alone)}", style=_CONTEXT)
    understood = [line] if is_rewritten(answer) else []
    claims = (render_claim(claim, answer.citations) for claim in answer.claims)
    return Group(*understood, *render_warning(answer.certainty), *claims, render_rest(answer))


def render_warning(certainty: Certainty) -> list[Text]:
    """What is to be known of an answer before it is read; nothing of a likely one."""
    return [Text(f"{UNCERTAIN}:", style=_WARNING)] if certainty == "uncertain" else []


def render_rest(answer: Answer) -> RenderableType:
    """What follows the claims: the notice, then each citation with its place and its words in their context.

    Where there are no claims, the reason, or the quotations that came nearest.
    """
    notice = render_together(answer)
    notice += [Text(printable(answer.notice), style=_WARNING)] if answer.notice else []
    if answer.abstained and not answer.nearest:
        return Group(*notice, Text(f"No answer: {answer.reason}.", style=_WARNING))
    shown = answer.nearest or answer.citations
    above = Text(f"{NO_SURE_ANSWER}:", style=_WARNING) if answer.nearest else Text(sureness(answer), style=_CONTEXT)
    citations = [
        _render_citation(number, citation, _passage_of(citation, answer.passages))
        for number, citation in enumerate(shown, 1)
    ]
    when = _when(answer.short_answer_days)
    return Group(*notice, *when, above, Text(), *citations)


def render_together(answer: Answer) -> list[Text]:
    """What several articles come to, and what was taken to be asked for; nothing of one plain fact."""
    together, lines = answer.together, list[Text]()
    if together.result and answer.asked_for != "list":
        lines.append(Text(f"answer: {printable(together.result)}", style=_QUOTE))
    if together.computed:
        lines.append(Text(f"computed: {printable(together.computed)}"))
    for group in grouped_answers(answer):
        numbers = "".join(f"[{at + 1}]" for at in group.citations)
        day = f", {'earlier, ' if group.superseded else ''}{date_in_words(group.day)}" if group.day else ""
        lines.append(Text(f"  {printable(group.short_answer or '')}{day} ").append(numbers, style=_PLACE))
    if answer.asked_for != "fact":
        lines.append(Text(f"asked for: {IN_WORDS[answer.asked_for]} (--as changes it)", style=_CONTEXT))
    return lines


def render_claim(claim: Claim, citations: Sequence[Citation]) -> Text:
    """A sentence of an answer with the numbers of its citations, marked where nothing supports it."""
    quoted = next((citations[at] for at in claim.citations if citations[at].quote == claim.text), None)
    said = _with_answer(quoted, _QUOTE) if quoted else Text(printable(claim.text), style=_QUOTE)
    before, behind = _BLOCKS.get(claim.begins, ("", ""))
    text = Text(before).append_text(said).append(behind)
    text.append("".join(f" [{number + 1}]" for number in claim.citations), style=_PLACE)
    if not claim.support.holds:
        text.append(f" ({claim.support.verdict}: {printable(claim.support.why)})", style=_WARNING)
    return text


def _with_answer(citation: Citation, style: str) -> Text:
    """The quotation, the short answer in it underlined."""
    if citation.answer is None:
        return Text(printable(citation.quote), style=style)
    start, end = citation.answer.start - citation.start, citation.answer.end - citation.start
    text = Text(printable(citation.quote[:start]), style=style)
    text.append(printable(citation.quote[start:end]), style="underline")
    return text.append(printable(citation.quote[end:]))


def _render_citation(number: int, citation: Citation, passage: Passage | None) -> RenderableType:
    place = Text(f"[{number}] ", style=_PLACE)
    place.append(heading(citation.metadata, citation.origin), style="underline")
    place.append(f" · {_source_and_date(citation.metadata)}")
    place.append(f" · article {citation.article_id}, characters {citation.start} to {citation.end}", style=_CONTEXT)
    lines: list[RenderableType] = [place]
    if citation.metadata.url:
        lines.append(Padding(Text(printable(citation.metadata.url), style=_CONTEXT), (0, 0, 0, 4), expand=False))
    if also := _also_in(citation.copies):
        lines.append(Padding(also, (0, 0, 0, 4), expand=False))
    lines += [
        Padding(one, (0, 0, 0, 4), expand=False) for one in (_in_context(citation, passage), *_when(citation.days))
    ]
    lines.append(Text())
    return Group(*lines)


def _when(days: Sequence[ResolvedDate]) -> list[Text]:
    """The days that words such as "Wednesday" mean, beside the quotation and never in it."""
    told = days_beside(days)
    return [Text(f"when: {told}", style=_PLACE)] if told else []


def _source_and_date(metadata: Metadata) -> str:
    by = f", by {printable(', '.join(metadata.authors))}" if metadata.authors else ""
    return f"{printable(metadata.source or 'unknown source')}, {date_in_words(metadata.published)}{by}"


def _also_in(copies: Sequence[Citation | Passage]) -> Text | None:
    """The other articles that say it in nearly the same words."""
    named = (f"{heading(one.metadata, one.origin)} ({_source_and_date(one.metadata)})" for one in copies[:_COPIES])
    rest = f" and {len(copies) - _COPIES} more" if len(copies) > _COPIES else ""
    return Text(f"also in: {'; '.join(named)}{rest}", style=_CONTEXT) if copies else None


def _passage_of(citation: Citation, passages: Iterable[Passage]) -> Passage | None:
    of_article = (one for one in passages if one.article_id == citation.article_id)
    return next((one for one in of_article if one.start <= citation.start and citation.end <= one.end), None)


def _in_context(citation: Citation, passage: Passage | None) -> Text:
    """The quotation between the sentences before and after it in its passage, a line each."""
    before = [one for one in passage.sentences if one.end <= citation.start][-1:] if passage else []
    after = [one for one in passage.sentences if one.start >= citation.end][:1] if passage else []
    lines = [Text(_words(passage, sentence), style=_CONTEXT) for sentence in before]
    lines.append(Text("> ").append_text(_with_answer(citation, "reverse")))
    lines += [Text(_words(passage, sentence), style=_CONTEXT) for sentence in after]
    return Text("\n").join(lines)


def _words(passage: Passage | None, sentence: Span) -> str:
    return printable(passage.words_at(sentence)) if passage else ""


def render_passages(passages: Sequence[Passage]) -> RenderableType:
    """Each passage with its article, its scores and its words."""
    parts: list[RenderableType] = []
    for number, one in enumerate(passages, 1):
        place = Text(f"{number}. ", style=_PLACE)
        place.append(heading(one.metadata, one.origin), style="underline")
        place.append(f" · {_source_and_date(one.metadata)}")
        ranks = f"words {_rank(one.text_rank)}, meaning {_rank(one.vector_rank)}"
        place.append(f" · score {one.score:.4f}, {ranks}, cosine {one.cosine:.3f}", style=_CONTEXT)
        place.append(f" · article {one.article_id}, characters {one.start} to {one.end}", style=_CONTEXT)
        also = [Padding(line, (0, 0, 0, 3), expand=False) for line in (_also_in(one.copies),) if line]
        parts += [place, Padding(Text(printable(one.text)), (0, 0, 0, 3), expand=False), *also, Text()]
    return Group(*parts)


def _rank(rank: int | None) -> str:
    return f"#{rank}" if rank else "–"


def render_articles(rows: Iterable[ArticleRow]) -> RenderableType:
    """A table of articles: id, date, source, length, title."""
    table = Table(box=None, pad_edge=False, header_style=_CONTEXT)
    for column in ("article", "published", "source", "characters"):
        table.add_column(column, no_wrap=True, justify="right" if column == "characters" else "left")
    table.add_column("title or file", overflow="fold")
    for one in rows:
        row = (one.id, (one.published or "undated")[:10], printable(one.source or "–"), str(one.characters))
        table.add_row(*(Text(cell) for cell in (*row, heading(Metadata(title=one.title), one.origin))))
    return table


def render_article(
    article: Article, earlier: Sequence[Version] = (), version: Version | None = None, *, whole: bool = False
) -> RenderableType:
    """One article: what is known of it, then its text.

    Args:
        article: as it is, or as it was.
        earlier: its earlier texts, the latest first; told of, and shown where ``whole``.
        version: what it is an earlier text of, where it is one.
        whole: whether the earlier texts are shown as well.
    """
    known = article.metadata
    head = Table.grid(padding=(0, 2))
    if version:
        line = f"an earlier text, in force until {_moment(version)}; now it is article {version.current}"
        head.add_row(Text("not current", style=_WARNING), Text(line))
    named = {name: getattr(known, name) for name in ("title", "source", "published", "url")}
    named["authors"] = ", ".join(known.authors)
    named = {f"{name}{' (set by you)' if name in article.edited else ''}": value for name, value in named.items()}
    extra = {f"({name})": str(value) for name, value in known.extra.items() if name != "authors"}
    for name, value in {"article": article.id, **named, "tags": ", ".join(known.tags), **extra}.items():
        if value:
            head.add_row(Text(printable(name), style=_CONTEXT), Text(printable(value)))
    for origin in article.origins:
        repairs = f" ({'; '.join(origin.repairs)})" if origin.repairs else ""
        head.add_row(Text("read from", style=_CONTEXT), Text(printable(f"{origin.name}, {origin.encoding}{repairs}")))
    for one in earlier:
        line = f"{one.article.id}, until {_moment(one)}; never answered from"
        head.add_row(Text("earlier text", style=_CONTEXT), Text(line))
    texts = [part for one in (earlier if whole else ()) for part in (Text(), render_article(one.article, version=one))]
    body = "\n".join(printable(line) for line in article.text.split("\n"))
    return Group(head, Text(), Text(body), *texts)


def _moment(version: Version) -> str:
    return f"{version.until[:16].replace('T', ' ')} UTC"


def render_servers(servers: Sequence[OfferedModels]) -> RenderableType:
    """Each server with its models, and the line that has the first of them answer."""
    parts: list[RenderableType] = []
    for server in servers:
        parts.append(Text(f"{server.name} at {printable(server.address)}", style=_PLACE))
        parts += [Text(f"  {printable(model)}") for model in server.models or ("no model; load one there first",)]
    for server in [one for one in servers if one.models][:1]:
        address, model = shlex.quote(server.address), shlex.quote(f"openai:{server.models[0]}")
        use = f"OPENAI_BASE_URL={address} dateline ask QUESTION --model {model}"
        parts += [Text(), Text(f"to use one: {printable(use)}")]
    return Group(*parts)
