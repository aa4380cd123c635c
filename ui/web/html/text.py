"""What several tabs show as HTML: words of strangers as text and nothing else, links to articles, progress, models."""

from collections.abc import Sequence
from pathlib import PurePath

from jinja2 import Environment, PackageLoader, StrictUndefined

from dateline.index.reading.urls import is_web_address
from dateline.index.types import Metadata, article_name, date_in_words
from dateline.rag.reader.asked import IN_WORDS
from dateline.rag.types import Answer, Citation
from dateline.rag.writing.local_servers import OfferedModels
from dateline.ui.text import (
    NO_SURE_ANSWER,
    UNCERTAIN,
    counts_in_words,
    counts_of_timeline,
    cut,
    days_beside,
    grouped_answers,
    is_rewritten,
    printable,
    sureness,
    time_taken,
    verdict_in_words,
)

_TITLE_LENGTH = 160


def link(address: str | None) -> str | None:
    """The address of an article where it may be shown as a link; None of any other."""
    return address if address and is_web_address(address) else None


def file_name(origin: str) -> str:
    """The file of an origin, with the part of it, without the folders."""
    path, mark, part = origin.partition("#")
    return printable(PurePath(path).name + mark + part)


def title(metadata: Metadata, origin: str) -> str:
    """What an article is called on the page: cut, and with nothing in it that turns the direction of the line."""
    return cut(article_name(metadata, origin), _TITLE_LENGTH)


def models_html(model: str, servers: Sequence[OfferedModels] = (), failure: str = "") -> str:
    """What answers, and the servers that were found.

    Args:
        model: ``provider:name`` of the settings; empty where answers are quotations.
        servers: none where nobody has looked yet.
        failure: in a line, why none was found.
    """
    return _MODELS.render(model=model, servers=servers, failure=failure)


def progress_html(done: int, total: int, unit: str = "") -> str:
    """A bar with its numbers, and what they count."""
    return (
        f'<p class="progress"><progress max="{max(total, 1)}" value="{done}" aria-label="Progress"></progress> '
        f"{done:,} of {total:,}{' ' if unit else ''}{unit}</p>"
    )


def by_article(answer: Answer) -> list[list[tuple[int, Citation]]]:
    """The citations with their numbers, those of one article together, the articles in the order of their first."""
    found: dict[str, list[tuple[int, Citation]]] = {}
    for number, citation in enumerate(answer.citations, 1):
        found.setdefault(citation.article_id, []).append((number, citation))
    return list(found.values())


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


TEMPLATES = Environment(
    loader=PackageLoader("dateline.ui.web.html", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
    lstrip_blocks=True,
)  # fmt: skip
"""The templates of this folder; what is put into one is escaped."""
_FILTERS = {
    "printable": printable, "date": date_in_words, "link": link, "file": file_name, "capitalised": _capitalised,
    "sureness": sureness, "is_rewritten": is_rewritten, "time_taken": time_taken, "verdict": verdict_in_words,
    "counts": counts_in_words, "kind": IN_WORDS.__getitem__, "groups": grouped_answers, "days": days_beside,
    "counts_of_timeline": counts_of_timeline, "by_article": by_article,
}  # fmt: skip
TEMPLATES.filters.update(_FILTERS)
TEMPLATES.globals.update(title=title, no_sure_answer=NO_SURE_ANSWER, uncertain=UNCERTAIN)
_MODELS = TEMPLATES.get_template("models.html")
