"""``python -m tests.harness.changes``: a folder of mixed files, a tenth of them edited, renamed, deleted, re-added.

After every addition: is each article there once, is none stale, and was every change told? The ordinary tests hold it
with fewer files (``tests/index/test_changes.py``).
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from dateline.index.ingest import AddReport
from dateline.index.library import Library
from tests.harness.fakes import FakeEmbedder

KINDS = ("txt", "md", "html", "json", "jsonl", "csv", "rss", "eml", "vtt")
_SUBJECTS = "harbour bridge council ferry strike storm market school clinic railway".split()


def _story(mark: str, version: int) -> str:
    subject = _SUBJECTS[sum(map(ord, mark)) % len(_SUBJECTS)]
    return (
        f"The {subject} of {mark} was opened again on Monday, the town said. It had been closed since the autumn. "
        f"Some {100 + version} people of {mark} came to see version{version}of{mark} for themselves, and more will."
    )


def _content(kind: str, mark: str, version: int) -> str:
    """A file of a kind: one article, or two of which the second never changes."""
    story, title = _story(mark, version), f"What became of {mark}"
    other = {"id": f"{mark}b", "title": f"More of {mark}b", "text": _story(f"{mark}b", 0)}
    one = {"id": mark, "title": title, "text": story}
    page = f"<h1>{title}</h1>" + "".join(f"<p>{part}.</p>" for part in story.split(". "))
    items = "".join(
        f"<item><guid>{part['id']}</guid><title>{part['title']}</title><description>{part['text']}</description></item>"
        for part in (one, other)
    )
    return {
        "txt": f"{title}\n\n{story}\n",
        "md": f"# {title}\n\n{story}\n",
        "html": f"<html><head><title>{title}</title></head><body><article>{page}</article></body></html>",
        "json": json.dumps(one),
        "jsonl": f"{json.dumps(one)}\n{json.dumps(other)}\n",
        "csv": f'id,title,text\n{mark},{title},"{story}"\n{mark}b,More,"{other["text"]}"\n',
        "rss": f"<?xml version='1.0'?><rss><channel><title>Lenn Post</title>{items}</channel></rss>",
        "eml": f"From: news@lenn.example\nSubject: {title}\nMessage-ID: <{mark}@lenn.example>\n\n{story}\n",
        "vtt": f"WEBVTT\n\n00:00:01.000 --> 00:00:09.000\n{story}\n",
    }[kind]


@dataclass(kw_only=True)
class Outcome:
    """What was wrong, a line each, and what an addition took."""

    wrong: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    articles: int = 0


class Folder:
    """Files of all kinds in turn, each with a word of its own, and what the library should hold of them."""

    def __init__(self, place: Path, files: int) -> None:
        self.place = place
        self.versions: dict[str, int] = {}
        self.paths: dict[str, Path] = {}
        for number in range(files):
            self.write(f"kestrel{number:05}x", 0)

    def write(self, mark: str, version: int) -> None:
        """Write the file of a word, with a version of its text."""
        number = int("".join(filter(str.isdigit, mark)))
        kind = KINDS[number % len(KINDS)]
        path = self.paths.setdefault(mark, self.place / f"{number % 7}" / f"{mark}.{kind}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_content(kind, mark, version), "utf-8")
        self.versions[mark] = version

    def rename(self, mark: str) -> None:
        """Give the file of a word another name in another folder."""
        path = self.paths[mark]
        self.paths[mark] = path.replace(self.place / "3" / f"renamed-{path.name}")

    def delete(self, mark: str) -> None:
        """Remove the file of a word."""
        self.paths[mark].unlink()
        del self.versions[mark], self.paths[mark]

    def articles_of(self, mark: str) -> int:
        """How many articles the file of a word has."""
        return 2 if self.paths[mark].suffix in (".jsonl", ".csv", ".rss") else 1

    def problems(self, library: Library) -> list[str]:
        """What the library holds that it should not, and the other way round."""
        texts = [article.text for article in library.articles()]
        expected = sum(map(self.articles_of, self.versions))
        wrong = [] if len(texts) == expected else [f"{len(texts)} articles instead of {expected}"]
        held = Counter(word.strip(".,") for text in texts for word in set(text.split()) if word.startswith("version"))
        for mark, version in self.versions.items():
            if (count := held[f"version{version}of{mark}"]) != 1:
                wrong.append(f"{self.paths[mark].name}: its text is there {count} times")
        known = {f"version{version}of{mark}" for mark, version in self.versions.items()}
        known |= {f"version0of{mark}b" for mark in self.versions if self.articles_of(mark) == 2}
        return wrong + [f"stale: {word}" for word in held if word not in known]


def change_a_tenth(place: Path, files: int, embedder: FakeEmbedder | None = None) -> Outcome:
    """Add a folder of that many files below an empty one, change a tenth in each way, and look after every addition."""
    outcome = Outcome()
    folder = Folder(place / "files", files)
    marks = sorted(folder.versions)
    edited, renamed, deleted, back = (marks[start::10] for start in range(4))
    with Library.write(place / "library", embedder or FakeEmbedder()) as library:

        def add(what: str, told: dict[str, int], *, prune: bool = False) -> None:
            started = time.perf_counter()
            report = library.add(folder.place, prune=prune)
            outcome.seconds[what] = time.perf_counter() - started
            outcome.wrong += [f"{what}: {one}" for one in (*_untold(report, told), *folder.problems(library))]

        count = folder.articles_of
        add("added", {"added": sum(map(count, marks))})
        gone = sum(map(count, (*deleted, *back)))
        for mark in edited:
            folder.write(mark, 1)
        for mark in renamed:
            folder.rename(mark)
        for mark in (*deleted, *back):
            folder.delete(mark)
        told = {"replaced": len(edited), "moved": sum(map(count, renamed)), "removed": gone}
        add("edited, renamed and deleted", told, prune=True)
        for mark in renamed:
            folder.write(mark, 1)
        for mark in back:
            folder.write(mark, 0)
        add("renamed ones edited, deleted ones back", {"replaced": len(renamed), "added": sum(map(count, back))})
        add("nothing", {})
        outcome.articles = library.count_articles()
    return outcome


def _untold(report: AddReport, told: dict[str, int]) -> Iterable[str]:
    fates = Counter(one.fate for one in report.missing)
    counts = {"added": report.added, "replaced": report.replaced, "moved": report.moved, "removed": fates["removed"]}
    counts |= {"kept": fates["kept"], "refused": sum(one.refused for one in report.skipped)}
    return [
        f"{name} {count} instead of {told.get(name, 0)}" for name, count in counts.items() if count != told.get(name, 0)
    ]


def main() -> None:
    """Change a folder, and print what it came to; exit 1 where anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.harness.changes", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--files", type=int, default=2_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = change_a_tenth(Path(folder), given.files)
    for what, seconds in outcome.seconds.items():
        print(f"{what}: {seconds:.1f} s")
    print(f"{given.files:,} files, {outcome.articles:,} articles at the end, {len(outcome.wrong)} wrong")
    for line in outcome.wrong[:50]:
        print(line)
    if outcome.wrong:
        parser.exit(1)


if __name__ == "__main__":
    main()
