from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dateline.index.backends import Backend
from dateline.index.ports import Record
from dateline.index.types import Article, Chunk, Metadata, Origin, Span
from tests.harness.postgres_server import why_none
from tests.index.conformance.engines import ENGINES

DIMENSIONS = 16
_CHANCE = np.random.default_rng(5)
DIRECTIONS = _CHANCE.standard_normal((400, DIMENSIONS)).astype(np.float32)
DIRECTIONS /= np.linalg.norm(DIRECTIONS, axis=1, keepdims=True)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The name of an engine."""
    if "PostgreSQL" in request.param and (why := why_none()):
        pytest.skip(why)
    return str(request.param)


@pytest.fixture
def backend(engine: str, tmp_path: Path) -> Iterator[Backend]:
    """An empty library, open to be written."""
    opened = ENGINES[engine](tmp_path / "library")
    yield opened
    opened.close()


def article(number: int, title: str | None = None) -> Article:
    """An article of two sentences; those of even numbers are by the Post, and every one is a day later."""
    text = f"Barge kestrel{number} sank. The harbour of Lenn was closed."
    day = f"2024-03-{number % 28 + 1:02}T10:00:00" if number % 5 else None
    metadata = Metadata(title=title, source="Harwick Post" if number % 2 == 0 else "Gazette", published=day)
    return Article(text=text, body=(Span(0, len(text)),), metadata=metadata, origins=())


def chunks_of(made: Article) -> list[Chunk]:
    """A chunk for each of its sentences."""
    end = made.text.index(".") + 1
    spans = (Span(0, end), Span(end + 1, len(made.text)))
    return [Chunk(start=one.start, end=one.end, sentences=(one,)) for one in spans]


def vectors_of(number: int) -> np.ndarray:
    """float32 [2, 16]: of its two chunks."""
    return DIRECTIONS[[2 * number, 2 * number + 1]]


def put(record: Record, *numbers: int) -> None:
    """Record articles, each from an origin of its own, in one transaction."""
    with record.transaction():
        for number in numbers:
            made = article(number)
            record.put_article(made, chunks_of(made), vectors_of(number))
            record.put_origin(made.id, Origin(name=origin(number), sha256="0" * 64, encoding="utf-8"))


def origin(number: int) -> str:
    """Where an article came from."""
    return f"/news/{number:03}.txt"
