"""The days that sentences speak of: by rules and by ``dateparser``, held against the days of ``eval/sets/days``.

``dateparser`` gives one day and never says that it is not sure: wherever in the days meant that day lies, it counts as
right, and every other one as wrong shown as certain.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from dateparser.search import search_dates

from dateline.eval.benchmarks.tables import print_table
from dateline.index.types import Span
from dateline.rag.parsing.resolved_dates import resolve_dates

SENTENCES = "eval/sets/days/sentences.jsonl"
_OUTCOMES = ("right", "wrong, shown as certain", "wrong, shown as likely", "unknown", "days found where none is")
_PREFERENCES = ("past", "future", "current_period")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """Days that a sentence speaks of, or that were found in it."""

    span: Span
    """In the sentence."""
    first: date | None
    """None where the sentence does not tell."""
    last: date | None
    certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedSentence:
    """A sentence of the set."""

    text: str
    before: str
    published: date
    days: tuple[Meant, ...]
    invented: bool


Way = Callable[[DatedSentence], Sequence[Meant]]


def run_days(data: Path) -> None:
    """Print how many days are resolved rightly, wrongly and not at all; PATH is a checkout."""
    sentences = read_sentences(data / SENTENCES)
    groups: dict[str, Callable[[DatedSentence, Meant], bool]] = {
        "all": lambda one, meant: True,
        "those without a year": lambda one, meant: not any(map(str.isdigit, meant.span.of(one.text)[-4:])),
        "of newsroom": lambda one, meant: not one.invented,
        "invented": lambda one, meant: one.invented,
    }
    ways: dict[str, Way] = {"rules": by_rules}
    ways |= {f"dateparser, {one.replace('_', ' ')} preferred": by_dateparser(one) for one in _PREFERENCES}
    rows = []
    for name, way in ways.items():
        for group, belongs in groups.items():
            counts: Counter[str] = Counter()
            for one in sentences:
                counts.update(judge(one, way(one), belongs))
            total = sum(counts[outcome] for outcome in _OUTCOMES[:-1])
            shares = [f"{counts[outcome] / total:.3f} ({counts[outcome]})" for outcome in _OUTCOMES[:-1]]
            rows.append((name, f"{group}, {total}", *shares, str(counts[_OUTCOMES[-1]]) if group == "all" else ""))
    print_table(("way", "days", *_OUTCOMES), rows)


def read_sentences(path: Path) -> list[DatedSentence]:
    """The sentences with their days."""
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    return [
        DatedSentence(
            text=row["sentence"],
            before=row["before"],
            published=date.fromisoformat(row["published"]),
            days=tuple(
                Meant(
                    span=Span(one["start"], one["start"] + len(one["text"])),
                    first=_day(one["first"]),
                    last=_day(one["last"]),
                )
                for one in row["days"]
            ),
            invented="article" not in row,
        )
        for row in rows
    ]


def judge(
    sentence: DatedSentence, found: Sequence[Meant], counted: Callable[[DatedSentence, Meant], bool]
) -> list[str]:
    """What came of each of the days that count, and of those found that are none."""
    outcomes = []
    for meant in sentence.days:
        here = next((one for one in found if _touch(one, meant)), None)
        if not counted(sentence, meant):
            continue
        if here is None:
            outcomes.append("unknown" if meant.first else "right")
        elif (here.first, here.last) == (meant.first, meant.last):
            outcomes.append("right")
        else:
            outcomes.append(_OUTCOMES[1] if here.certain else _OUTCOMES[2])
    return [*outcomes, *(_OUTCOMES[-1] for one in found if not any(_touch(one, meant) for meant in sentence.days))]


def by_rules(sentence: DatedSentence) -> list[Meant]:
    """What this project resolves."""
    found = resolve_dates(sentence.text, sentence.published, sentence.before)
    return [Meant(span=one.span, first=one.first, last=one.last, certain=one.certain) for one in found]


def by_dateparser(preferred: str) -> Way:
    """What ``dateparser`` resolves where it prefers days of the past, of the future, or of the current period."""

    def found(sentence: DatedSentence) -> list[Meant]:
        base = datetime.combine(sentence.published, time(12))
        settings = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": preferred, "RETURN_AS_TIMEZONE_AWARE": False}
        given = search_dates(sentence.text, languages=["en"], settings=settings) or []
        result, place = [], 0
        for text, moment in given:
            start = sentence.text.find(text, place)
            if start >= 0:
                place = start + len(text)
                result.append(_widened(sentence, Span(start, place), moment.date()))
        return result

    return found


def _widened(sentence: DatedSentence, span: Span, day: date) -> Meant:
    """The days meant where the day lies among them, else the day."""
    for meant in sentence.days:
        within = meant.first and meant.last and meant.first <= day <= meant.last
        if within and span.start < meant.span.end and meant.span.start < span.end:
            return Meant(span=span, first=meant.first, last=meant.last)
    return Meant(span=span, first=day, last=day)


def _touch(one: Meant, other: Meant) -> bool:
    return one.span.start < other.span.end and other.span.start < one.span.end


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
