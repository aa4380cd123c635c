"""Where the gold quotations of samples stand in a library, to the character."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dateline.eval.errors import SamplesError
from dateline.eval.samples import SampleFile
from dateline.eval.types import Place, Sample, Target
from dateline.index.library import Library
from dateline.index.types import Article

_SHOWN = 60
_ALIKE = str.maketrans("‘’“”–—\u00a0\u202f", "''\"\"--  ")


def locate(file: SampleFile, library: Library) -> dict[str, Target]:
    """The target of every sample by its id.

    A quotation is looked for in the articles that its sample names, else in all; it may stand in several places.

    Raises:
        SamplesError: with every fault of the file and every article or quotation that is not there.
    """
    quotes = {quote: _plain(quote) for sample in file.samples for quote in sample.quotes}
    known = [_search(article, quotes) for article in library.articles()]
    faults = list(file.faults)
    targets = {}
    for sample in file.samples:
        targets[sample.id], wrong = _target(sample, known, Path(file.name).parent)
        faults += ((sample.line, fault) for fault in wrong)
    if faults:
        raise SamplesError(file.name, [f"line {line}: {fault}" for line, fault in sorted(faults)])
    return targets


@dataclass(frozen=True, slots=True)
class _Known:
    """What is kept of an article: its names, and where the quotations looked for stand in it."""

    id: str
    origins: tuple[str, ...]
    places: dict[str, tuple[Place, ...]]
    nearly: dict[str, str]
    """Quotations that stand in it but for their quotation marks, dashes or white space, as they stand there."""


def _target(sample: Sample, known: Sequence[_Known], folder: Path) -> tuple[Target, list[str]]:
    """The target of a sample, and what of it is not there."""
    faults: list[str] = []
    named: list[_Known] = []
    for name in sample.articles:
        found = _named(name, known, folder)
        named += found
        if len(found) != 1:
            what = "several articles are" if found else "no article is"
            faults.append(f"{what} called {name!r} in the library; give an id of 'dateline articles' or an origin")
    among = named if sample.articles else known
    quotes = [tuple(place for one in among for place in one.places.get(quote, ())) for quote in sample.quotes]
    if not faults:
        where = f"article {', '.join(one.id for one in named)}" if named else "any article of the library"
        absent = (quote for quote, places in zip(sample.quotes, quotes, strict=True) if not places)
        faults += (_missing(quote, among, where) for quote in absent)
    articles = {one.id for one in named} or {place.article_id for places in quotes for place in places}
    return Target(articles=frozenset(articles), quotes=tuple(quotes)), faults


def _named(name: str, known: Sequence[_Known], folder: Path) -> list[_Known]:
    """Those of an id; else of an origin: as it stands, from the samples' folder, or by its last part."""
    whole = {name, str(Path(name).absolute()), str((folder / name).resolve())}
    ends = (f"/{name}", f"\\{name}", f"#{name}")
    ways: tuple[Callable[[_Known], bool], ...] = (
        lambda one: one.id == name,
        lambda one: not whole.isdisjoint(one.origins),
        lambda one: any(origin.endswith(ends) for origin in one.origins),
    )
    return next((found for fits in ways if (found := [one for one in known if fits(one)])), [])


def _search(article: Article, quotes: Mapping[str, str]) -> _Known:
    plain = _plain(article.text)
    places, nearly = {}, {}
    for quote, evened in quotes.items():
        starts = (found.start() for found in re.finditer(re.escape(quote), article.text))
        found = tuple(Place(article_id=article.id, start=at, end=at + len(quote)) for at in starts)
        if found:
            places[quote] = found
        elif evened in plain:
            nearly[quote] = _as_it_stands(quote, article.text)
    return _Known(article.id, tuple(origin.name for origin in article.origins), places, nearly)


def _missing(quote: str, among: Sequence[_Known], where: str) -> str:
    shown = quote if len(quote) <= _SHOWN else f"{quote[:_SHOWN]}…"
    for one in among:
        if quote in one.nearly:
            return f"the quotation {shown!r} is written otherwise in article {one.id}: {one.nearly[quote]!r}"
    return f"the quotation {shown!r} does not stand in {where}; quote it to the character"


def _plain(text: str) -> str:
    return " ".join(text.translate(_ALIKE).lower().split())


def _as_it_stands(quote: str, text: str) -> str:
    """The part of ``text`` that differs from ``quote`` only in what `_plain` evens out."""
    pattern = r"\s+".join(map(re.escape, _plain(quote).split()))
    for plain, alike in (("'", "['‘’]"), ('"', '["“”]'), (r"\-", "[-–—]")):
        pattern = pattern.replace(plain, alike)
    found = re.search(pattern, text, re.IGNORECASE)
    return found[0] if found else quote
