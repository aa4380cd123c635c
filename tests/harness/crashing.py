"""What the crash and the power-cut harness run in processes of their own: work, and the look at what it left."""

import hashlib
import itertools
import json
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from dateline.index.errors import DatelineError, NoLibrary, NoSuchArticle
from dateline.index.ingest import Added
from dateline.index.library import Library
from dateline.index.maintenance.doctor import examine, repair_library
from dateline.index.reading import Skipped
from dateline.index.types import Passage
from dateline.rag.assistant import Assistant
from dateline.rag.types import Quotation, Reading
from tests.harness.damage import RefusingEmbedder
from tests.harness.fakes import FakeEmbedder

Texts = Mapping[str, str | None]
"""Paths of files to their texts; None where nothing was read from one, or what was is removed."""
Allowed = dict[str, list[str | None]]
"""For each file what the library may hold of it: one text once that is acknowledged, two while one is under way."""

_FILES = 60
_LONGEST = 40  # paragraphs: long articles fill a batch, so that one addition has several transactions
_ONE_IN_LONG = 12
_ONE_IN_REBUILT = 3  # times that it is opened again
_WORDS = "harbour bridge mayor vote ferry strike union pay dawn river council budget school storm rail port".split()


def title_of(text: str) -> str:
    """The first line of an article; its first sentence says the same."""
    return text.split("\n", 1)[0]


def sentence_of(text: str) -> str:
    """The sentence that says the title of an article."""
    return f"{title_of(text)}."


def stands_in(folder: Path, texts: Iterable[str]) -> set[str]:
    """Of these articles those of which the title stands in a file below a folder."""
    on_disk = b"\0".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return {title_of(text) for text in texts if title_of(text).split()[0].encode() in on_disk}


def id_of(text: str) -> str:
    """The id of an article of this text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Ledger:
    """A file of lines that outlives whoever writes it: what was begun, and what was acknowledged."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, state: str, texts: Texts) -> None:
        """Append a line, in one write: ``begun`` or ``done``."""
        line = json.dumps({state: texts}) + "\n"
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, line.encode())
        os.close(descriptor)

    def lines(self) -> list[dict[str, Texts]]:
        """What stands there, but for a line that was cut off."""
        whole = self._path.read_text("utf-8").split("\n")[:-1] if self._path.exists() else []
        return [json.loads(line) for line in whole]


class Worker:
    """Changes a library at random; knows what it holds by the state it starts from."""

    def __init__(self, folder: Path, held: Texts, seed: int) -> None:
        self._library, self._files = folder / "library", folder / "files"
        self._ledger = Ledger(folder / "ledger")
        self.held = dict(held)
        """What is acknowledged of each file."""
        self._random = random.Random(seed)
        self._seed, self._made = seed, 0

    def work(self, rounds: int | None = None) -> None:
        """Add, replace, remove, build the index anew, open again: so often, or without end."""
        for _ in itertools.count() if rounds is None else range(rounds):
            with open_to_write(self._library) as library:
                for _ in range(self._random.randrange(1, 30)):
                    self.change(library)
            if not self._random.randrange(_ONE_IN_REBUILT):
                self._rebuild()

    def change(self, library: Library) -> None:
        """Add and replace some articles, or remove one."""
        acts: list[Callable[[Library], None]] = [self._add, self._add, self._add, self._remove, self._remove]
        self._random.choice(acts)(library)

    def _add(self, library: Library) -> None:
        chosen = self._random.sample(range(_FILES), self._random.randrange(1, 6))
        texts = {str(self._files / f"{number:03}.txt"): self._article() for number in chosen}
        for name, text in texts.items():
            Path(name).write_text(text, "utf-8")
        self._ledger.note("begun", texts)
        library.add([Path(name) for name in texts], lambda event: self._acknowledge(event, texts))

    def _acknowledge(self, event: object, texts: Mapping[str, str]) -> None:
        if isinstance(event, Skipped):
            raise AssertionError(event)
        if isinstance(event, Added):
            self._done({event.origin: texts[event.origin]})

    def _remove(self, library: Library) -> None:
        there = [name for name, text in self.held.items() if text]
        if there:
            name = self._random.choice(there)
            self._ledger.note("begun", {name: None})
            library.remove(name)
            self._done({name: None})

    def _rebuild(self) -> None:
        shutil.rmtree(self._library / "vectors", ignore_errors=True)
        repair_library(self._library, FakeEmbedder())

    def _done(self, texts: Texts) -> None:
        self.held.update(texts)
        self._ledger.note("done", texts)

    def _article(self) -> str:
        self._made += 1
        mark = f"{self._seed}x{self._made:04}"  # none is the beginning of another
        # Words of no other article, and many: whatever else is near, the chunk with that sentence is found first.
        title = f"Kestrel{mark} {' '.join(f'heron{mark}{letter}' for letter in 'abcdefghijkl')}"
        length = self._random.randrange(1, _LONGEST if not self._random.randrange(_ONE_IN_LONG) else 4)
        paragraphs = [f"The {' '.join(self._random.choices(_WORDS, k=60))}." for _ in range(length)]
        return "\n\n".join([title, f"{title}.", *paragraphs]) + "\n"


def work(folder: Path, held: Texts, seed: int) -> None:
    """Change the library below ``folder`` until this process is killed."""
    Worker(folder, held, seed).work()


def read_on(folder: Path, held: Texts, seed: int) -> None:
    """Search the library below ``folder`` for what it holds until this process is killed; note what is wrong.

    What a change was begun of may be there or not; all else is found by its own sentence, word for word.
    """
    chance, notes, ledger = random.Random(seed), Ledger(folder / f"wrong-{seed}"), Ledger(folder / "ledger")
    texts = {name: text for name, text in held.items() if text}
    while texts:
        try:
            with Library.open(folder / "library", FakeEmbedder()) as library:
                for name in chance.sample(sorted(texts), min(10, len(texts))):
                    wrong = _wrong(library, texts[name])
                    if wrong and name not in {one for line in ledger.lines() for one in line.get("begun", {})}:
                        notes.note(wrong, {name: library.engine()})
        except DatelineError as error:
            notes.note("not usable", {str(folder): str(error)})


def _wrong(library: Library, text: str) -> str | None:
    """What is wrong with what the sentence of an article finds first."""
    best = library.search(sentence_of(text), k=1)
    if not best or best[0].article_id != id_of(text):
        return "not found"
    return None if text[best[0].start : best[0].end] == best[0].text else "other words"


@dataclass(kw_only=True)
class Findings:
    """What a fresh process finds in a library whose writer was killed, or its machine."""

    held: dict[str, str | None] = field(default_factory=dict)
    """What it holds of each file."""
    lost: set[str] = field(default_factory=set)
    """Files of which it holds nothing that it may, or that can't be cited, and which of the two."""
    stale: set[str] = field(default_factory=set)
    """Files of which it holds or cites what was removed or replaced; titles of removed articles left on the disk."""
    problems: list[str] = field(default_factory=list)
    """What the doctor named."""
    left: list[str] = field(default_factory=list)
    """What it could not mend."""

    def __str__(self) -> str:
        """All but what it holds."""
        return f"lost {self.lost}, stale {self.stale}, left {self.left}, named {self.problems}"


def inspect(
    folder: Path, allowed: Allowed, gone: Sequence[str], report: Path, *, doctored: bool, overwritten: bool = True
) -> None:
    """Question the library below ``folder`` as it was left, then as the doctor leaves it, and write the findings.

    Args:
        folder: what the worker was given.
        allowed: what the library may hold.
        gone: texts whose removal was acknowledged.
        report: the file for the findings.
        doctored: whether the doctor is called.
        overwritten: whether no word of a removed article may be on the disk.
    """
    library, found = folder / "library", Findings(held=dict.fromkeys(allowed))
    try:
        found.stale |= stands_in(library, gone) if overwritten else set()
        with Library.open(library, FakeEmbedder()) as opened:
            look_into(opened, allowed, gone, found)
        if doctored:
            found.problems = examine(library, RefusingEmbedder())
            found.left = repair_library(library, RefusingEmbedder()) if found.problems else []
            with open_to_write(library) as opened:
                look_into(opened, allowed, gone, found)
    except NoLibrary as error:  # the first kill may have come before it was made
        found.left = [str(error)] if any(None not in texts for texts in allowed.values()) else []
        if not found.left:
            open_to_write(library).close()
    except DatelineError as error:
        found.left = [str(error)]
    draft = Path(tempfile.mkstemp(dir=folder)[1])
    draft.write_text(json.dumps(asdict(found), default=list), "utf-8")
    draft.replace(report)


def look_into(library: Library, allowed: Allowed, gone: Sequence[str], found: Findings) -> None:
    """Note what a library holds, and what is wrong with it."""
    assistant = Assistant(library, TitleReader())
    for name, texts in allowed.items():
        held = _text_at(library, name)
        found.held[name] = held
        if held not in texts:
            (found.stale if held and None in texts else found.lost).add(f"{name}: not what it may be")
        elif held and not _is_cited(assistant, held):
            found.lost.add(f"{name}: not cited")
    named = {origin.name for article in library.articles() for origin in article.origins}
    found.stale |= named - allowed.keys()
    found.stale |= {title_of(text) for text in gone if _is_cited(assistant, text)}


def _text_at(library: Library, name: str) -> str | None:
    try:
        article = library.article(name)
    except NoSuchArticle:
        return None
    return article.text if article.id == id_of(article.text) else "altered"


def _is_cited(assistant: Assistant, text: str) -> bool:
    """Whether the sentence that says an article's title is quoted from it, from and to the character."""
    sentence = sentence_of(text)
    citations = [one for one in assistant.ask(sentence).citations if one.article_id == id_of(text)]
    return any(one.quote == sentence == text[one.start : one.end] for one in citations)


class TitleReader:
    """Quotes the sentence that a question repeats."""

    id = "title"

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        found = [
            Quotation(passage=number, span=span, score=1.0)
            for number, passage in enumerate(passages)
            for span in passage.sentences
            if passage.text[span.start - passage.start : span.end - passage.start] == question
        ]
        return Reading(quotations=tuple(found[:1]), confidence=1.0, reason=None if found else "no such sentence")


def add_and_note(library: Path, texts: Mapping[str, str], ledger: Path) -> None:
    """Add the files of these texts, noting each that is safe."""
    notes = Ledger(ledger)
    with open_to_write(library) as opened:

        def watch(event: object) -> None:
            if isinstance(event, Added):
                notes.note("done", {event.origin: texts[event.origin]})

        opened.add([Path(name) for name in texts], watch)


def open_to_write(folder: Path) -> Library:
    """A library of the fake embedder."""
    return Library.write(folder, FakeEmbedder())
