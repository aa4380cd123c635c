"""Words are ranked on a server as they are in a folder, to the same order."""

from collections.abc import Iterator

import numpy as np
import pytest

from dateline.index.backends import Backend
from dateline.index.postgres.address import ServerAddress
from dateline.index.types import Article, Chunk, Filter, Metadata, Origin, Span
from tests.harness.postgres_server import shared_server, why_none

if why_none():
    pytest.skip(str(why_none()), allow_module_level=True)

_ARTICLES, _CHUNKS, _SENTENCE = 90, 30, 14
_COMMON = ["harbour", "ferries", "strike", "mayor", "Lenn", "bridges", "closing", "votes"]


def _articles() -> Iterator[tuple[Article, list[Chunk]]]:
    chance = np.random.default_rng(3)
    rare = [f"{one}{number}" for number in range(60) for one in ("kestrel", "Brandt", "quay", "U.S.S. Comstock")]
    words = [*_COMMON, *rare]
    weights = np.array([20.0] * len(_COMMON) + [1.0] * len(rare))
    for number in range(_ARTICLES):
        text, chunks = "", []
        for _ in range(_CHUNKS):
            drawn = chance.choice(words, _SENTENCE + int(chance.integers(0, 20)), p=weights / weights.sum())
            start, text = len(text), text + " ".join(drawn) + ". "
            chunks.append(Chunk(start=start, end=len(text) - 1, sentences=(Span(start, len(text) - 1),)))
        source = "Post" if number % 2 else "Gazette"
        metadata = Metadata(
            title=f"Ferries of {rare[number]}", source=source, published=f"2024-03-{number % 28 + 1:02}"
        )
        yield Article(text=text, body=(Span(0, len(text)),), metadata=metadata, origins=()), chunks


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Backend, Backend]]:
    """The same chunks, by the same numbers, in a folder and on a server."""
    address = ServerAddress.parse(shared_server().new_address())
    backends = Backend.write(tmp_path_factory.mktemp("words") / "library"), Backend.write(address)
    vectors = np.ones((_CHUNKS, 4), np.float32) / 2
    for backend in backends:
        with backend.record.transaction():
            for number, (article, chunks) in enumerate(_articles()):
                backend.record.put_article(article, chunks, vectors)
                backend.record.put_origin(article.id, Origin(name=f"/{number}", sha256="", encoding="utf-8"))
        backend.record.purge()
    yield backends
    for backend in backends:
        backend.close()


@pytest.mark.parametrize("only", [None, Filter(source="post"), Filter(since="2024-03-20"), Filter(source="nobody")])
@pytest.mark.parametrize(
    "question",
    [
        "which ferries did kestrel7 and Brandt11 take?",
        "harbour bridges closed",
        "the mayor of Lenn votes on the strike at quay3",
        "U.S.S. Comstock12 ferry ferries",
        "kestrel5 kestrel5 kestrel6 quay_7",
        "the",
        "nothing of that kind",
    ],
)
def test_words_find_the_same_chunks_in_the_same_order(
    both: tuple[Backend, Backend], question: str, only: Filter | None
) -> None:
    folder, server = (backend.record.search_words(question, 200, only).tolist() for backend in both)
    assert server == folder


def test_words_that_name_and_misspelt_ones_are_understood_alike(both: tuple[Backend, Backend]) -> None:
    for question in ("what of kestrel7?", "Feries of Lenm", "USS Comstock12 at the harbur", "the U.S.S. Comstock1"):
        named = [backend.record.chunks_naming(question, lambda word: word == "harbour").tolist() for backend in both]
        assert named[0] == named[1]
        respelt = [backend.record.respell(question, lambda word: word in ("what", "ship")) for backend in both]
        assert respelt[0] == respelt[1]
