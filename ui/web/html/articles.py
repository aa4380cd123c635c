"""The library as HTML: the table of articles, its figures, what an upload or a check came to."""

from collections.abc import Sequence

from dateline.index.ingest import AddReport
from dateline.index.types import ArticleRow
from dateline.ui.services.library_admin import LibraryStats
from dateline.ui.web.html.text import TEMPLATES

_MEGABYTE = 1_000_000


def articles_html(rows: Sequence[ArticleRow], total: int, offset: int = 0, query: str = "") -> str:
    """One page of the table of articles, each with buttons to open and to remove it.

    Args:
        rows: those of this page.
        total: how many there are on all pages.
        offset: how many come before.
        query: what was searched for.
    """
    return _ARTICLES.render(rows=rows, total=total, first=offset + 1, query=query)


def stats_html(stats: LibraryStats) -> str:
    """What the library holds, in a line and its place."""
    return _STATS.render(held=stats, megabytes=stats.bytes / _MEGABYTE)


def upload_html(report: AddReport) -> str:
    """What an upload came to; what was refused is named with the reason."""
    counts = {"added": report.added, "replaced": report.replaced, "known already": report.known}
    said = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return _UPLOAD.render(said=said or "nothing was added", refused=report.skipped)


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
_STATS = TEMPLATES.from_string(
    """<p class="holdings"><strong>{{ "{:,}".format(held.articles) }}</strong> articles,
{{ "{:,}".format(held.chunks) }} chunks, {{ "%.1f"|format(megabytes) }} MB on disk
{%- if held.newest %} · from {{ held.oldest|date }} to {{ held.newest|date }}{% endif %}
 · <code>{{ held.path|printable }}</code></p>"""
)
_UPLOAD = TEMPLATES.from_string(
    """<div class="received" role="status"><p><span aria-hidden="true">✓</span> {{ said }}.</p>
{% if refused %}<p><span aria-hidden="true">✗</span> {{ refused|length }} refused or left aside:</p>
<ul>{% for one in refused %}<li><bdi>{{ one.origin|printable }}</bdi>: {{ one.reason|printable }}</li>{% endfor %}</ul>
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
