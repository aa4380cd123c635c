"""The JSON that scripts depend on: answers, passages and articles as plain values."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from dateline.index.errors import NoSuchArticle
from dateline.index.types import Article, ArticleRow, Passage, Version
from dateline.rag.parsing.date_context import ResolvedDate
from dateline.rag.types import Answer, CheckedText, Citation
from dateline.rag.writing.local_servers import OfferedModels

if TYPE_CHECKING:
    from dateline.index.library import Library


def answer_fields(answer: Answer) -> dict[str, Any]:
    """The object that ``dateline ask --json`` prints."""
    return {
        "question": answer.question,
        "stand_alone": answer.stand_alone,
        "answer": answer.text,
        "short_answer": answer.short_answer,
        "short_answer_days": list(map(day_fields, answer.short_answer_days)),
        **_fields(answer, "abstained reason"),
        "confidence": round(answer.confidence, 4),
        **_fields(answer, "certainty supported_share notice asked_for"),
        **_fields(answer.together, "verdict computed"),
        "groups": [
            {**_fields(group, "short_answer day superseded"), "citations": list(group.citations)}
            for group in answer.together.groups
        ],
        "differences": [_fields(one, "kind newer older why") for one in answer.together.differences],
        "claims": [
            {
                "text": claim.text,
                "support": claim.support.verdict,
                "why": claim.support.why,
                "citations": list(claim.citations),
            }
            for claim in answer.claims
        ],
        "citations": [_citation_fields(citation) for citation in answer.citations],
        "nearest": [_citation_fields(citation) for citation in answer.nearest],
        "passages": [passage_fields(passage) for passage in answer.passages],
        "model": answer.model,
        "library": _fields(answer.library, "path articles chunks"),
        "timings_ms": dict(answer.timings_ms),
    }


def check_fields(checked: CheckedText) -> dict[str, Any]:
    """The object that ``dateline check --json`` prints."""
    return {
        "text": checked.text,
        "counts": {
            "supported": checked.count("quoted", "supported"),
            "contradicted": checked.count("contradicted"),
            "not_found": checked.count("unsupported"),
            "passed_over": checked.passed_over,
        },
        "sentences": [
            {
                **_fields(one, "text start end"),
                "support": one.support.verdict if one.support else None,
                "why": one.support.why if one.support else one.passed_over,
                "evidence": [
                    {"support": each.support.verdict, "why": each.support.why, **_place_fields(each.citation)}
                    for each in one.evidence
                ],
            }
            for one in checked.sentences
        ],
        "notice": checked.notice,
        "library": _fields(checked.library, "path articles chunks"),
        "timings_ms": dict(checked.timings_ms),
    }


def _fields(value: object, names: str) -> dict[str, Any]:
    """Those of its fields that are plain values already."""
    return {name: getattr(value, name) for name in names.split()}


def _citation_fields(citation: Citation) -> dict[str, Any]:
    return {
        **_place_fields(citation),
        "answer_start": citation.answer.start if citation.answer else None,
        "answer_end": citation.answer.end if citation.answer else None,
        "copies": [_fields(copy, "article_id title source published url start end") for copy in citation.copies],
    }


def _place_fields(citation: Citation) -> dict[str, Any]:
    known = _fields(citation, "article_id title source published url start end quote")
    return {**known, "days": list(map(day_fields, citation.days))}


def day_fields(day: ResolvedDate) -> dict[str, Any]:
    """One of the days that a quote speaks of; ``start`` and ``end`` are places in the article's text."""
    return {
        "text": day.text,
        **_fields(day.span, "start end"),
        "first": day.first.isoformat(),
        "last": day.last.isoformat(),
        "certain": day.certain,
    }


def passage_fields(passage: Passage) -> dict[str, Any]:
    """One of the passages in the objects that ``ask --json`` and ``search --json`` print."""
    return {
        "article_id": passage.article_id,
        **_fields(passage.metadata, "title published"),
        **_fields(passage, "start end text"),
        "score": round(passage.score, 6),
        "copies": [_copy_fields(copy) for copy in passage.copies],
    }


def _copy_fields(copy: Passage) -> dict[str, Any]:
    """Another article that says the same in nearly the same words."""
    known = _fields(copy.metadata, "title source published url")
    return {"article_id": copy.article_id, **known, **_fields(copy, "start end")}


def found_fields(query: str, passages: Sequence[Passage], notice: str | None) -> dict[str, Any]:
    """The object that ``dateline search --json`` prints; ``notice`` says which articles were searched, or why none."""
    return {"query": query, "passages": [passage_fields(passage) for passage in passages], "notice": notice}


def listed_fields(library: "Library", rows: Iterable[ArticleRow]) -> list[dict[str, Any]]:
    """What ``articles --json`` lists; an article that was removed since the rows were read is left out."""
    listed = []
    for row in rows:
        with suppress(NoSuchArticle):
            listed.append(article_fields(library.article(row.id)))
    return listed


def article_fields(article: Article) -> dict[str, Any]:
    """One of the articles that ``articles --json`` lists; its text is shown by ``articles show``."""
    known = article.metadata
    return {
        "article_id": article.id,
        **_fields(known, "title source published url"),
        "authors": list(known.authors),
        "tags": list(known.tags),
        "extra": dict(known.extra),
        "edited": list(article.edited),
        "characters": len(article.text),
        "origins": [
            {**_fields(origin, "name sha256 encoding"), "repairs": list(origin.repairs)} for origin in article.origins
        ],
    }


def version_fields(version: Version) -> dict[str, Any]:
    """One of the earlier texts in what ``articles show --versions --json`` prints."""
    return {"until": version.until, **article_fields(version.article), "text": version.article.text}


def server_fields(server: OfferedModels) -> dict[str, Any]:
    """One of the servers that ``models --json`` lists."""
    return {"name": server.name, "address": server.address, "models": list(server.models)}
