"""``python -m tests.harness.damage``: every file damaged in every way: named, mended, nothing else lost?

The ordinary tests hold a part of this (``tests/index/maintenance/test_damage.py``):
a mended vector index takes seconds.
"""

import argparse
import os
import random
import shutil
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from dateline.index.errors import DatelineError
from dateline.index.library import Library
from dateline.index.maintenance.doctor import examine, repair_library
from dateline.index.storage.record import SqliteRecord
from dateline.index.storage.schema import RECORD_NAME
from dateline.index.types import Vectors
from tests.harness.fakes import FakeEmbedder

_WORDS = "harbour bridge mayor vote ferry strike union pay dawn river council budget school storm rail port".split()
_HUGE = 1 << 40


class RefusingEmbedder(FakeEmbedder):
    """Embeds no passage: what is mended with it needed none."""

    def embed_passages(self, texts: object) -> Vectors:
        if texts:
            raise AssertionError("a passage is embedded again")
        return super().embed_passages([])


def empty(path: Path) -> None:
    os.truncate(path, 0)


def halve(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def flip(path: Path) -> None:
    """A bit in each of several places."""
    content, places = bytearray(path.read_bytes()), random.Random(2)
    for _ in range(8 if content else 0):
        content[places.randrange(len(content))] ^= 1 << places.randrange(8)
    path.write_bytes(content)


def lose(path: Path) -> None:
    path.unlink()


def blow_up(path: Path) -> None:
    """A hole of a terabyte at the end."""
    os.truncate(path, _HUGE)


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


Damage = Callable[[Path], None]
DAMAGES: tuple[Damage, ...] = (empty, halve, flip, lose, blow_up, replace_by_folder)


def write_articles(folder: Path, count: int) -> list[Path]:
    """Articles of some chunks each, in files of their own."""
    words, paths = random.Random(1), []
    folder.mkdir(parents=True)
    for number in range(count):
        paragraphs = "\n\n".join(f"The {' '.join(words.choices(_WORDS, k=60))}." for _ in range(4))
        paths.append(folder / f"{number:03}.txt")
        paths[-1].write_text(f"Barge kestrel{number} sank\n\nBarge kestrel{number} sank.\n\n{paragraphs}", "utf-8")
    return paths


def killed_library(folder: Path, articles: list[Path]) -> Path:
    """A library with a Chroma index as a kill leaves it at the worst moment: its last article stands in the log alone.

    It does so because a reader is reading all the while; else the log is merged before an article is acknowledged.
    """
    library = folder / "library"
    with _written(library) as opened:
        opened.add(articles[:-1])
    with _written(library) as opened, closing(SqliteRecord(library, writable=False)) as reader, reader.snapshot():
        reader.count_articles()
        opened.add(articles[-1:])
        return Path(shutil.copytree(library, folder / "killed"))


def files_of(library: Path) -> list[str]:
    """Every file of a library, relative to it."""
    return sorted(str(path.relative_to(library)) for path in library.rglob("*") if path.is_file())


def content(library: Path) -> list[object]:
    """Everything that the record of a library holds of its articles."""
    joined = "chunks JOIN vectors ON chunk = chunks.id JOIN articles ON number = article"
    chunks = f'SELECT start, "end", sentences, vector FROM {joined}'
    with closing(SqliteRecord(library, writable=False)) as record:
        articles = sorted(record.articles(), key=lambda one: one.id)
        return [(one, record.run(f"{chunks} WHERE articles.id = ? ORDER BY chunks.id", one.id)) for one in articles]


def _written(library: Path) -> Library:
    return Library.write(library, FakeEmbedder())


def _tell(library: Path, before: list[object], *, in_record: bool) -> str:
    """What the doctor says of a library, and what comes of it."""
    embedder = FakeEmbedder() if in_record else RefusingEmbedder()
    try:
        found = examine(library, embedder)
        left = repair_library(library, embedder) if found else []
    except DatelineError as error:
        return f"refused: {error}"
    after = content(library)
    lost = [one for one in before if one not in after]
    state = "harmless" if not found else "NOT MENDED" if left else "mended"
    return f"{state}{f', {len(lost)} of {len(before)} articles lost' if lost else ''}: {'; '.join(found)}"


def main() -> None:
    """Damage every file in every way, and print what the doctor makes of it."""
    argparse.ArgumentParser(
        prog="python -m tests.harness.damage", description=(__doc__ or "").split("\n")[0]
    ).parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        killed = killed_library(folder, write_articles(folder / "files", 60))
        before = content(killed)
        for file in files_of(killed):
            for damage in DAMAGES:
                copy = Path(shutil.copytree(killed, folder / "copy"))
                damage(copy / file)
                print(
                    f"{Path(file).name} {damage.__name__}: {_tell(copy, before, in_record=file == RECORD_NAME)}",
                    flush=True,
                )
                shutil.rmtree(copy)


if __name__ == "__main__":
    main()
