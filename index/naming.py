"""What people call an article and a day."""

from datetime import datetime
from pathlib import PurePath

from dateline.index.types import Filter, Metadata


def article_name(metadata: Metadata, origin: str) -> str:
    """The title, else the name of the file it came from."""
    return metadata.title or PurePath(origin.partition("#")[0]).name or origin


def date_in_words(published: str | None) -> str:
    """``8 September 2024`` for an ISO date or date and time; ``undated`` where there is none."""
    if published is None:
        return "undated"
    day = datetime.fromisoformat(published)
    return f"{day.day} {day:%B %Y}"


def filter_in_words(only: Filter) -> str:
    """``since 1 May 2024, until 31 May 2024, from a source like 'cnn'``: the articles that a filter leaves."""
    days = (("since", only.since), ("until", only.until))
    parts = [f"{word} {date_in_words(day.isoformat())}" for word, day in days if day]
    return ", ".join((*parts, f"from a source like {only.source!r}") if only.source else parts)
