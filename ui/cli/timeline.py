"""``dateline timeline``: the dated sentences of a topic as a person reads them, or in a form that is kept."""

from datetime import date

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from dateline.index.errors import ArgumentError
from dateline.index.types import date_in_words, read_day
from dateline.rag.timeline import Timeline, TimelineEntry
from dateline.rag.types import Citation
from dateline.ui.date_ranges import iso_day
from dateline.ui.services.session import say
from dateline.ui.text import counts_of_timeline, days_beside, heading, printable

_DIM, _PLACE = "dim", "cyan"
_ALSO = 5  # other articles named behind one


def read_days(since: str | None, until: str | None) -> tuple[date | None, date | None]:
    """The days of the options; one that was given in words is told.

    Raises:
        ArgumentError: one is no day.
    """
    days = []
    for name, given in (("since", since), ("until", until)):
        last = name == "until"
        day = read_day(name, given and iso_day(given, last=last), last=last)
        if given and day and str(day) != given:
            say(f"--{name} {given!r} is {date_in_words(str(day))}")
        days.append(day)
    return days[0], days[1]


def check_forms(*chosen: bool) -> None:
    """Whether at most one form was chosen.

    Raises:
        ArgumentError: several were.
    """
    if sum(chosen) > 1:
        raise ArgumentError("--json, --markdown and --csv exclude each other; give one of them")


def render_timeline(timeline: Timeline) -> RenderableType:
    """Each entry with its day, its quotation and its place, then what was left out."""
    notice = [Text(printable(timeline.notice), style="yellow")] if timeline.notice else []
    return Group(*notice, *map(_entry, timeline.entries), Text(counts_of_timeline(timeline), style="bold"))


def _entry(one: TimelineEntry) -> RenderableType:
    lines = [
        Text(str(one.when), style="bold"),
        Text("> ", style=_PLACE).append(printable(one.citation.quote), "default"),
    ]
    days = days_beside(one.citation.days)
    if days:
        lines.append(Text(f"when: {days}", style=_PLACE))
    lines.append(_place(one.citation))
    if one.also:
        rest = f" and {len(one.also) - _ALSO} more" if len(one.also) > _ALSO else ""
        named = "; ".join(_named(other) for other in one.also[:_ALSO])
        lines.append(Text(f"also in: {named}{rest}", style=_DIM))
    first, *others = lines
    return Group(first, *(Padding(line, (0, 0, 0, 4), expand=False) for line in others), Text())


def _place(citation: Citation) -> Text:
    place = Text(_named(citation))
    return place.append(f" · article {citation.article_id}, characters {citation.start} to {citation.end}", style=_DIM)


def _named(citation: Citation) -> str:
    source = printable(citation.source or "unknown source")
    return f"{heading(citation.metadata, citation.origin)} · {source}, {date_in_words(citation.published)}"
