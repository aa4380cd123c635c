"""The library as HTML: the table of articles, its figures, what an upload or a check came to."""

import re
from collections.abc import Sequence

from dateline.index.ingest import AddReport
from dateline.index.types import ArticleRow, Passage
from dateline.ui.services.library_admin import LibraryStats
from dateline.ui.web.html.text import TEMPLATES

_MEGABYTE = 1_000_000
_BEFORE, _BEHIND = 90, 200  # characters around a hit
_SHORT = 4  # letters of a word whose last is kept


def articles_html(
    rows: Sequence[ArticleRow], total: int, offset: int = 0, query: str = "", *, shared: bool = False
) -> str:
    """One page of the table of articles, each with buttons to open and to remove it.

    Args:
        rows: those of this page.
        total: how many there are on all pages.
        offset: how many come before.
        query: what was searched for.
        shared: whether nobody removes articles here.
    """
    return _ARTICLES.render(rows=rows, total=total, first=offset + 1, query=query, shared=shared)


def found_html(passages: Sequence[Passage], query: str) -> str:
    """Places in the texts that hold words of a search, with what stands around them.

    Args:
        passages: that were found, the best first.
        query: what was searched for.
    """
    word = _word_pattern(query)
    found = [(one, _around(one.text, word)) for one in passages]
    return _FOUND.render(found=[(one, parts) for one, parts in found if len(parts) > 1], query=query)


def _word_pattern(query: str) -> re.Pattern[str]:
    words = [re.escape(word.rstrip("s") if len(word) > _SHORT else word) for word in re.findall(r"\w+", query)]
    return re.compile(rf"\b(?:{'|'.join(words) or '(?!)'})\w{{0,3}}\b", re.IGNORECASE)


def _around(text: str, word: re.Pattern[str]) -> list[tuple[str, bool]]:
    """Parts of a text around the first hit, and whether each is one; a single part where there is none."""
    first = word.search(text)
    if first is None:
        return [("", False)]
    start = max(0, first.start() - _BEFORE)
    start = 0 if start == 0 else text.find(" ", start, first.start()) + 1 or start
    shown = text[start : first.end() + _BEHIND]
    parts, at = [("…" if start else "", False)], 0
    for hit in word.finditer(shown):
        parts += [(shown[at : hit.start()], False), (hit[0], True)]
        at = hit.end()
    return [*parts, (shown[at:] + ("…" if start + len(shown) < len(text) else ""), False)]


def stats_html(stats: LibraryStats) -> str:
    """What the library holds, in a line and its place."""
    return _STATS.render(held=stats, megabytes=stats.bytes / _MEGABYTE)


def upload_html(report: AddReport) -> str:
    """What an upload came to; what was refused is named with the reason."""
    counts = {"added": report.added, "replaced": report.replaced, "known already": report.known}
    said = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    kinds: dict[str, list[str]] = {}
    for one in report.skipped:
        kinds.setdefault(one.reason, []).append(one.origin)
    return _UPLOAD.render(said=said or "nothing was added", refused=len(report.skipped), kinds=kinds)


def problems_html(problems: Sequence[str], *, repaired: bool = False) -> str:
    """What a check of the library found, or what is left after a repair."""
    return _PROBLEMS.render(problems=problems, repaired=repaired)


def done_html(line: str) -> str:
    """What was done, in a line."""
    return _LINE.render(kind="notice", role="status", sign="✓", line=line)


def failure_html(line: str) -> str:
    """What went wrong, in a line."""
    return _LINE.render(kind="failure", role="alert", sign="✗", line=line)


_ARTICLES = TEMPLATES.get_template("articles.html")
_FOUND = TEMPLATES.from_string(
    """{% if found %}<p class="range" role="status">{{ found|length }}
place{{ "s" if found|length > 1 }} in the texts</p>
<ul class="found">{% for one, parts in found %}<li><button type="button" class="open-source"
data-article="{{ one.article_id }}" data-start="{{ one.start }}" data-end="{{ one.end }}"><span class="title"
dir="auto">{{
title(one.metadata, one.origin) }}</span></button> <span class="place">{{
(one.metadata.source or "unknown source")|printable }} · <time>{{ one.metadata.published|date }}</time></span>
<p dir="auto">{% for words, hit in parts %}{% if hit %}<mark>{{ words|printable }}</mark>{% else %}{{
words|printable }}{% endif %}{% endfor %}</p></li>{% endfor %}</ul>
{% else %}<p class="notice" role="status">No text has words of “{{ query|printable }}”.</p>{% endif %}"""
)
_STATS = TEMPLATES.from_string(
    """<p class="holdings"><strong>{{ "{:,}".format(held.articles) }}</strong> articles,
{{ "{:,}".format(held.chunks) }} chunks, {{ "%.1f"|format(megabytes) }} MB on disk
{%- if held.newest %} · from {{ held.oldest|date }} to {{ held.newest|date }}{% endif %}
 · <code>{{ held.path|printable }}</code></p>"""
)
_UPLOAD = TEMPLATES.from_string(
    """<div class="received" role="status"><p><span aria-hidden="true">✓</span> {{ said }}.</p>
{% if refused %}<p><span aria-hidden="true">✗</span> {{ refused }} refused or left aside:</p>
<ul>{% for reason, names in kinds.items() %}<li>{{ reason|printable }}: {% for name in names %}<bdi>{{ name|printable
}}</bdi>{{ ", " if not loop.last }}{% endfor %}</li>{% endfor %}</ul>
{% endif %}</div>"""
)
_PROBLEMS = TEMPLATES.from_string(
    """<div class="problems" role="status">{% if problems %}<p><span aria-hidden="true">✗</span>
{{ "Not mended:" if repaired else "Found:" }}</p>
<ul>{% for one in problems %}<li>{{ one|printable }}</li>{% endfor %}</ul>
{% else %}<p><span aria-hidden="true">✓</span> The library is in order.</p>{% endif %}</div>"""
)
_LINE = TEMPLATES.from_string(
    '<p class="{{ kind }}" role="{{ role }}"><span aria-hidden="true">{{ sign }}</span> {{ line|printable }}</p>'
)
