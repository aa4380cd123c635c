"""A question as the articles spell it."""

from pathlib import Path

import pytest

from dateline.index.library import Library
from tests.harness.fakes import FakeEmbedder

ARTICLES = (
    "Farhad Alaaldin advises the government of Iraq. The coalition withdraws its troops in stages, he said.",
    "Mr Aladdin keeps a shop in Łódź. The parade was led by his facades.",
    "The U.S.S. Comstock and an ISIS convoy were seen by the Ofcom staff. Coalitions are opposed by Freja.",
    "Volodymyr Zelensky opposed the election of new judges.",
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder: Path = tmp_path_factory.mktemp("spelling")
    for number, text in enumerate(ARTICLES):
        (folder / f"{number}.txt").write_text(f"Item {number}\n\n{text}\n", "utf-8")
    with Library.write(folder / "library", FakeEmbedder()) as writer:
        writer.add(sorted(folder.glob("*.txt")))
    return Library.open(folder / "library", FakeEmbedder())


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("when does the colition withdrow?", "when does the coalition withdraws?"),  # the form that is there
        ("who oposed the eelction", "who opposed the election"),
        ("what of irak?", "what of Iraq?"),
        ("COLITION TROOPS", "COALITION TROOPS"),
        ("shops in Lodz", "shops in Łódź"),
    ],
)
def test_a_misspelt_word_is_exchanged_for_the_nearest_of_the_articles(
    library: Library, asked: str, understood: str
) -> None:
    assert library.respell(asked) == understood


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("Farad Aladdin", "Farhad Alaaldin"),
        ("who is Farhat Alaldin?", "who is Farhad Alaaldin?"),
        ("Volodimir Zelensky", "Volodymyr Zelensky"),
    ],
)
def test_a_name_is_understood_as_the_words_that_stand_side_by_side(
    library: Library, asked: str, understood: str
) -> None:
    assert library.respell(asked) == understood


def test_initials_are_written_as_the_articles_write_them(library: Library) -> None:
    assert library.respell("where is the USS Comstock?") == "where is the U.S.S. Comstock?"
    assert library.respell("the I.S.I.S. convoy") == "the ISIS convoy"


@pytest.mark.parametrize(
    "asked",
    [
        "when does the coalition withdraw?",
        "why did the minister resign?",  # words that no article holds, but English does
        '"Farad" said what?',
        "“colition”",
        "what says colition.example.com, and reader@oposed.example?",
        "Colitiona and the parad",  # a word with a capital is exchanged for a name only
        "what of GCSF results?",
        "how many in 20244?",
        "an",
        "",
    ],
)
def test_what_is_right_or_quoted_or_like_nothing_is_left_alone(library: Library, asked: str) -> None:
    understood = library.respell(asked)
    assert understood.replace("parade", "parad") == asked


def test_what_is_added_is_known_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The harbour of Quarnby was closed.", "utf-8")
    (tmp_path / "b.txt").write_text("The ferry to Ostervik sank.", "utf-8")
    with Library.write(tmp_path / "library", FakeEmbedder()) as library:
        library.add([tmp_path / "a.txt"])
        assert library.respell("Ostervick") == "Ostervick"
        library.add([tmp_path / "b.txt"])
        assert library.respell("Ostervick") == "Ostervik"
        library.remove(str(tmp_path / "b.txt"))
        assert library.respell("Ostervick") == "Ostervick"
