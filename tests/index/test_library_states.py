"""Whatever is done to a library, and in whatever order, it holds what a dictionary would."""

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from dateline.index.errors import NoSuchArticle
from dateline.index.library import Library
from tests.harness.crash import run_and_kill
from tests.harness.crashing import Ledger, add_and_note, open_to_write, sentence_of
from tests.harness.fakes import FakeEmbedder

_FILES = 6
_SOME = st.sets(st.integers(0, _FILES - 1), min_size=1, max_size=3)


class LibraryMachine(RuleBasedStateMachine):
    """A library with a Chroma index, and a dictionary: paths of files to the texts that were read from them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.held: dict[str, str] = {}
        self.gone: set[str] = set()
        self.made = 0
        self.library = open_to_write(self.folder / "library")

    def teardown(self) -> None:
        self.library.close()
        shutil.rmtree(self.folder)

    @rule(numbers=_SOME)
    def add_or_edit(self, numbers: set[int]) -> None:
        texts = self._written(numbers)
        self.library.add([Path(name) for name in texts])
        self._now_hold(texts)

    @precondition(lambda self: self.held)
    @rule()
    def add_all_again(self) -> None:
        before = self.library.revision
        self.library.add([Path(name) for name in self.held])
        assert self.library.revision == before

    @rule(number=st.integers(0, _FILES - 1))
    def remove(self, number: int) -> None:
        name = self._name(number)
        with suppress(NoSuchArticle):
            self.library.remove(name)
        self.gone.add(self.held.pop(name, ""))

    @rule()
    def reopen(self) -> None:
        self.library.close()
        self.library = open_to_write(self.folder / "library")

    @rule()
    def lose_the_index(self) -> None:
        self.library.close()
        shutil.rmtree(self.folder / "library" / "vectors", ignore_errors=True)
        self.library = open_to_write(self.folder / "library")

    @rule(numbers=_SOME, milliseconds=st.integers(0, 150))
    def kill_while_adding(self, numbers: set[int], milliseconds: int) -> None:
        self.library.close()
        texts = self._written(numbers)
        ledger = self.folder / "ledger"
        ledger.unlink(missing_ok=True)
        run_and_kill(add_and_note, (self.folder / "library", texts, ledger), life=milliseconds / 1000)
        self.library = open_to_write(self.folder / "library")
        safe = {name for line in Ledger(ledger).lines() for name in line["done"]}
        there = {name: text for name, text in texts.items() if self._text_at(name) == text}
        assert safe <= there.keys()
        for name in texts.keys() - there.keys():
            Path(name).write_text(self.held.get(name, ""), "utf-8")
        self._now_hold(there)

    @invariant()
    def it_holds_what_the_dictionary_holds(self) -> None:
        found = {origin.name: article.text for article in self.library.articles() for origin in article.origins}
        assert found == self.held

    @invariant()
    def every_article_is_found_by_a_sentence_of_it_and_nothing_that_is_gone(self) -> None:
        with Library.open(self.folder / "library", FakeEmbedder()) as reader:
            for library in (self.library, reader):
                for name, text in self.held.items():
                    sentence = sentence_of(text)
                    best = library.search(sentence, k=1)[0]
                    assert best.origin == name
                    assert text[best.start : best.end] == best.text
                    assert sentence in best.text
                found = {library.article(one.article_id).text for one in library.search("harbour Lenn", k=50)}
                assert not found & (self.gone - set(self.held.values()))

    def _name(self, number: int) -> str:
        return str(self.folder / f"{number}.txt")

    def _written(self, numbers: set[int]) -> dict[str, str]:
        texts = {}
        for number in sorted(numbers):
            self.made += 1
            title = " ".join(f"heron{self.made:03}{letter}" for letter in "abcdefgh")
            texts[self._name(number)] = f"{title}\n\n{title}.\n\nThe harbour of Lenn was closed.\n"
            Path(self._name(number)).write_text(texts[self._name(number)], "utf-8")
        return texts

    def _now_hold(self, texts: dict[str, str]) -> None:
        self.gone |= {self.held[name] for name in texts if name in self.held}
        self.held |= texts

    def _text_at(self, name: str) -> str | None:
        with suppress(NoSuchArticle):
            return self.library.article(name).text
        return None


@pytest.mark.threat(46)
@pytest.mark.slow
def test_a_library_holds_what_a_dictionary_holds_whatever_is_done_to_it() -> None:
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    chosen = settings(max_examples=3, stateful_step_count=12, deadline=None, suppress_health_check=slow)
    run_state_machine_as_test(LibraryMachine, settings=chosen)
