"""A conversation as a Markdown or JSON file, each answer with its citations."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dateline.index.reading.urls import is_web_address
from dateline.index.types import article_name, date_in_words
from dateline.rag.types import CELLS, Answer, Citation, Claim
from dateline.ui.api.serializers import answer_fields
from dateline.ui.text import NO_SURE_ANSWER, days_beside, is_rewritten, markdown_line, sureness
from dateline.ui.web.chat_state import Exchange

_SIGNS = {"heading": "### ", "item": "- "}


def to_markdown(exchanges: Sequence[Exchange], name: str = "") -> str:
    """The exchanges as Markdown: answers with numbers, below each the quotations with their places.

    Args:
        exchanges: of one conversation.
        name: that a person gave it, the heading.
    """
    parts = [f"# {markdown_line(name)}"] if name else []
    return "\n\n".join((*parts, *(_exchange(one) for one in exchanges))) + "\n"


def to_json(exchanges: Sequence[Exchange], name: str = "") -> str:
    """The answers as ``dateline ask --json`` prints them, in a list, with how each exchange ended.

    Args:
        exchanges: of one conversation.
        name: that a person gave it; left out where it has none.
    """
    given = [
        {
            "only": one.only or None,
            "state": one.state,
            "failure": one.failure,
            **(answer_fields(replace(one.answer, passages=())) if one.answer else {"question": one.question}),
        }
        for one in exchanges
    ]
    named: dict[str, Any] = {"name": name} if name else {}
    return json.dumps({**named, "exchanges": given}, ensure_ascii=False, indent=1) + "\n"


def citation_markdown(citation: Citation) -> str:
    """A quotation in Markdown with its article, source, day and place."""
    return _citation("", citation) + "\n"


def _exchange(exchange: Exchange) -> str:
    parts = [f"## {markdown_line(exchange.question)}"]
    if exchange.only:
        parts.append(f"*{markdown_line(exchange.only)}*")
    if exchange.answer:
        parts += _answer(exchange.answer)
    if exchange.state == "stopped":
        parts.append("*Stopped before the end.*")
    if exchange.failure:
        parts.append(markdown_line(exchange.failure))
    return "\n\n".join(parts)


def _answer(answer: Answer) -> list[str]:
    parts = [f"*{markdown_line(answer.notice)}*"] if answer.notice else []
    if is_rewritten(answer):
        parts.append(f"*Understood as: {markdown_line(answer.stand_alone)}*")
    if answer.together.result and answer.asked_for != "list":
        parts.append(f"**{markdown_line(answer.together.result)}**")
    if answer.together.computed:
        parts.append(markdown_line(answer.together.computed))
    block = ""
    for claim in answer.claims:
        again = claim.begins == block != "heading" or (claim.begins, block) == ("row", "header")
        if again and block:  # the items of a list, the rows of a table
            parts[-1] += f"\n{_claim(claim)}"
        else:
            parts.append(_claim(claim))
        block = claim.begins
    if answer.abstained:
        parts.append(f"{NO_SURE_ANSWER}:" if answer.nearest else f"No answer: {markdown_line(answer.reason or '')}.")
    else:
        parts.append(f"*{markdown_line(sureness(answer))}*")
    parts += [_citation(number, one) for number, one in enumerate(answer.nearest or answer.citations, 1)]
    return parts


def _claim(claim: Claim) -> str:
    """A sentence with its numbers and its verdict, or a row of a table with both in a cell of their own."""
    numbers = "".join(f" [{at + 1}]" for at in claim.citations)
    verdict = "" if claim.support.holds else f" *({claim.support.verdict}: {markdown_line(claim.support.why)})*"
    if claim.begins in ("header", "row"):
        cells = [*map(markdown_line, claim.text.split(CELLS)), f"{numbers}{verdict}".strip()]
        rule = f"\n|{' --- |' * len(cells)}" if claim.begins == "header" else ""
        return f"| {CELLS.join(cells)} |{rule}"
    return f"{_SIGNS.get(claim.begins, '')}{markdown_line(claim.text)}{numbers}{verdict}"


def _citation(number: int | str, citation: Citation) -> str:
    url = citation.metadata.url
    address = f", <{url}>" if url and is_web_address(url) else ""
    name = markdown_line(article_name(citation.metadata, citation.origin))
    quote = "\n".join(f"> {markdown_line(line)}" for line in citation.quote.split("\n"))
    days = days_beside(citation.days)
    when = f"\n\n{markdown_line(days)}" if days else ""
    bracketed = f"[{number}] " if number else ""
    return f"{bracketed}{name}{_place(citation)}{address}\n{quote}{when}"


def _place(place: Citation) -> str:
    source = markdown_line(place.metadata.source or "unknown source")
    day = date_in_words(place.metadata.published)
    return f", {source}, {day} (article {place.article_id}, characters {place.start} to {place.end})"
