import hashlib
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dateline.index.errors import LibraryMismatch, NoLibrary, NoSuchArticle
from dateline.index.ingest import Added, AddReport
from dateline.index.library import Library
from dateline.index.types import Filter
from tests.harness.fakes import FakeEmbedder

ARTICLES = {
    "flood.txt": "Flood in Harwick\n\nThe river Lenn rose four metres on Monday. Two bridges are closed.\n\n"
    "Source: Harwick Post\n2024-03-04 10:00:00",
    "vote.txt": "Harwick votes\n\nMayor Ida Brandt won the vote with 54 per cent. She takes office in May.\n\n"
    "Source: Lenn Gazette\n2024-04-20 18:30:00",
    "strike.txt": "Ferry strike\n\nFerry crews stopped work at dawn. The union asks for eight per cent more pay.\n\n"
    "Source: Harwick Post\n2024-05-02 07:15:00",
}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


def _add(folder: Path, *paths: Path, embedder: FakeEmbedder | None = None) -> AddReport:
    with Library.write(folder, embedder or FakeEmbedder()) as library:
        return library.add(paths)


def _search(folder: Path, question: str, only: Filter | None = None) -> list[str]:
    with Library.open(folder, FakeEmbedder()) as library:
        return [Path(one.origin).name for one in library.search(question, only=only)]


def test_a_question_finds_the_article_and_the_passage_is_a_slice_of_it(files: Path, folder: Path) -> None:
    _add(folder, files)
    with Library.open(folder, FakeEmbedder()) as library:
        best = library.search("who won the vote?")[0]
        article = library.article(best.article_id)
    assert article.metadata.title == "Harwick votes"
    assert article.text[best.start : best.end] == best.text
    assert all(article.text[one.start : one.end].strip() for one in best.sentences)
    assert hashlib.sha256(article.text.encode()).hexdigest()[:16] == best.article_id


def test_the_same_folder_added_twice_embeds_nothing_the_second_time(files: Path, folder: Path) -> None:
    embedder = FakeEmbedder()
    first = _add(folder, files, embedder=embedder)
    embedded = embedder.embedded
    second = _add(folder, files, embedder=embedder)
    assert (first.added, first.chunks_embedded) == (3, embedded)
    assert (second.added, second.unchanged_files, second.chunks_embedded) == (0, 3, 0)
    assert embedder.embedded == embedded


@pytest.mark.threat(15)
def test_an_edited_article_takes_the_place_of_the_old_one(files: Path, folder: Path) -> None:
    _add(folder, files)
    (files / "flood.txt").write_text(ARTICLES["flood.txt"].replace("four metres", "five metres"), "utf-8")
    assert _add(folder, files).replaced == 1
    with Library.open(folder, FakeEmbedder()) as library:
        texts = [article.text for article in library.articles()]
    assert len(texts) == 3
    assert not any("four metres" in text for text in texts)


@pytest.mark.threat(14)
def test_the_same_text_from_two_files_is_one_article_with_both_origins(files: Path, folder: Path) -> None:
    (files / "copy.txt").write_text(ARTICLES["vote.txt"], "utf-8")
    report = _add(folder, files)
    assert (report.added, report.known) == (3, 1)
    with Library.open(folder, FakeEmbedder()) as library:
        assert library.count_articles() == 3
        origins = [Path(one.name).name for one in library.article(str(files / "copy.txt")).origins]
    assert origins == ["copy.txt", "vote.txt"]


def test_two_files_that_swap_their_texts_lose_neither(files: Path, folder: Path) -> None:
    embedder = FakeEmbedder()
    _add(folder, files, embedder=embedder)
    (files / "flood.txt").write_text(ARTICLES["vote.txt"], "utf-8")
    (files / "vote.txt").write_text(ARTICLES["flood.txt"], "utf-8")
    assert _add(folder, files, embedder=embedder).chunks_embedded == 0
    with Library.open(folder, FakeEmbedder()) as library:
        assert library.count_articles() == 3
        assert library.article(str(files / "flood.txt")).text == ARTICLES["vote.txt"]
        assert library.article(str(files / "vote.txt")).text == ARTICLES["flood.txt"]


def test_an_article_stays_until_its_last_origin_is_removed(files: Path, folder: Path) -> None:
    (files / "copy.txt").write_text(ARTICLES["vote.txt"], "utf-8")
    _add(folder, files)
    with Library.write(folder, FakeEmbedder()) as library:
        assert library.remove(str(files / "copy.txt")) == []
        assert library.count_articles() == 3
        assert [one.metadata.title for one in library.remove(str(files / "vote.txt"))] == ["Harwick votes"]
        assert library.count_articles() == 2


@pytest.mark.parametrize("name", ["", " ", "\n", "\ud800", "/n\udcff"])
def test_a_name_of_nothing_or_of_half_a_character_removes_and_finds_nothing(
    files: Path, folder: Path, name: str
) -> None:
    _add(folder, files)
    with Library.write(folder, FakeEmbedder()) as library:
        for ask in (library.remove, library.article):
            with pytest.raises(NoSuchArticle, match="names no article"):
                ask(name)
        assert library.count_articles() == 3


@pytest.mark.threat(16)
def test_a_removed_article_is_never_found_again_and_its_text_is_gone_from_disk(files: Path, folder: Path) -> None:
    _add(folder, files)
    with Library.write(folder, FakeEmbedder()) as library:
        library.remove(library.search("ferry strike")[0].article_id)
    assert "strike.txt" not in _search(folder, "ferry strike union pay")
    on_disk = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"Ferry crews" not in on_disk
    assert b"union" not in on_disk
    assert _add(folder, files).added == 1


def test_a_search_can_be_narrowed_by_date_and_source(files: Path, folder: Path) -> None:
    _add(folder, files)
    question = "Harwick vote flood ferry"
    assert set(_search(folder, question)) == set(ARTICLES)
    assert set(_search(folder, question, Filter(since=date(2024, 4, 20)))) == {"vote.txt", "strike.txt"}
    assert set(_search(folder, question, Filter(until=date(2024, 4, 20)))) == {"vote.txt", "flood.txt"}
    assert set(_search(folder, question, Filter(source="harwick"))) == {"flood.txt", "strike.txt"}
    assert _search(folder, question, Filter(since=date(2030, 1, 1))) == []


def test_no_more_than_five_passages_come_from_one_article(tmp_path: Path, folder: Path) -> None:
    long = "\n\n".join(
        f"Paragraph {number} tells of the harbour. " + "It goes on at length. " * 60 for number in range(9)
    )
    (tmp_path / "long.txt").write_text(long, "utf-8")
    _add(folder, tmp_path / "long.txt")
    with Library.open(folder, FakeEmbedder()) as library:
        assert library.count_chunks() > 5
        assert len(library.search("harbour")) == 5


def test_a_line_that_left_a_file_of_articles_takes_its_article_along(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "news.jsonl"
    lines = [f'{{"id": "{n}", "title": "Title {n}", "text": "Story number {n} happened today."}}' for n in range(4)]
    path.write_text("\n".join(lines), "utf-8")
    embedder = FakeEmbedder()
    assert _add(folder, path, embedder=embedder).added == 4
    path.write_text("\n".join(lines[1:]), "utf-8")
    assert _add(folder, path, embedder=embedder).chunks_embedded == 0
    with Library.open(folder, FakeEmbedder()) as library:
        assert [article.metadata.title for article in library.articles()] == ["Title 1", "Title 2", "Title 3"]


def test_a_file_that_can_no_longer_be_read_whole_loses_nothing(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "news.jsonl"
    path.write_text('{"text": "The first story is told here."}\n{"text": "The second story is told here."}', "utf-8")
    _add(folder, path)
    path.write_text('{"text": "The first story is told here."}\n{"text": "The second', "utf-8")
    report = _add(folder, path)
    assert [one.refused for one in report.skipped] == [True]
    with Library.open(folder, FakeEmbedder()) as library:
        assert library.count_articles() == 2


@pytest.mark.threat(44)
def test_what_was_finished_before_an_interruption_is_not_embedded_again(files: Path, folder: Path) -> None:
    for number in range(300):
        (files / f"more-{number:03}.txt").write_text(f"Short report number {number} from the harbour.", "utf-8")
    embedder = FakeEmbedder()
    acknowledged: list[str] = []

    def stop_after_some(event: object) -> None:
        if isinstance(event, Added):
            acknowledged.append(event.article_id)
            raise KeyboardInterrupt

    with Library.write(folder, embedder) as library, pytest.raises(KeyboardInterrupt):
        library.add([files], stop_after_some)
    before = embedder.embedded
    with Library.open(folder, embedder) as library:
        recorded = library.count_chunks()
        assert library.article(acknowledged[0])
    _add(folder, files, embedder=embedder)
    with Library.open(folder, embedder) as library:
        assert embedder.embedded - before == library.count_chunks() - recorded


@pytest.mark.threat(43)
def test_a_reader_beside_a_writer_sees_what_was_acknowledged(files: Path, folder: Path) -> None:
    _add(folder, files / "flood.txt")
    with Library.open(folder, FakeEmbedder()) as reader, Library.write(folder, FakeEmbedder()) as writer:
        assert [Path(one.origin).name for one in reader.search("who won the vote?")] == ["flood.txt"]
        writer.add([files / "vote.txt"])
        assert Path(reader.search("who won the vote?")[0].origin).name == "vote.txt"


@pytest.mark.threat(45)
def test_a_second_writer_is_refused_and_told_who_the_first_is(files: Path, folder: Path) -> None:
    with Library.write(folder, FakeEmbedder()):
        script = (
            "import sys\nfrom dateline.index.errors import LibraryLocked\nfrom dateline.index.library import Library\n"
            "try:\n    Library.write(sys.argv[1], wait=False)\nexcept LibraryLocked as error:\n    print(error)"
        )
        done = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=True)
    assert "process" in done.stdout
    Library.write(folder, FakeEmbedder()).close()


def test_the_lock_is_free_again_after_a_mismatch(files: Path, folder: Path) -> None:
    _add(folder, files)
    for _ in range(2):
        with pytest.raises(LibraryMismatch, match="other@9"):
            Library.write(folder, FakeEmbedder("other@9"))
    _add(folder, files)


@pytest.mark.threat(27)
def test_a_library_of_another_embedder_is_refused(files: Path, folder: Path) -> None:
    _add(folder, files)
    with pytest.raises(LibraryMismatch, match="fake@1"):
        Library.open(folder, FakeEmbedder("other@9"))


def test_no_library_is_said_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(NoLibrary, match="dateline add PATH"):
        Library.open(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_an_article_is_found_by_id_by_its_beginning_and_by_origin(files: Path, folder: Path) -> None:
    _add(folder, files)
    with Library.open(folder, FakeEmbedder()) as library:
        article = next(iter(library.articles()))
        for name in (article.id, article.id[:8], article.origins[0].name):
            assert library.article(name) == article
        for name in ("", "zzz", article.id[:3], "%", str(files)):
            with pytest.raises(NoSuchArticle):
                library.article(name)


def test_a_library_however_small_is_searched_by_chroma_and_finds_what_the_exact_comparison_finds(
    files: Path, folder: Path
) -> None:
    _add(folder, files)
    questions = ("who won the vote?", "river", "ferry pay")
    with Library.open(folder, FakeEmbedder()) as library:
        by_chroma = [library.search(question) for question in questions]
        assert library.engine().endswith(": 3 chunks, 0 compared exactly")
    shutil.rmtree(folder / "vectors")
    with Library.open(folder, FakeEmbedder()) as library:
        assert [library.search(question) for question in questions] == by_chroma
        assert library.engine() == "exact comparison of every chunk; its folder is missing"


def test_chroma_follows_what_is_added_and_removed(files: Path, folder: Path) -> None:
    _add(folder, files / "flood.txt", files / "strike.txt")
    with Library.write(folder, FakeEmbedder()) as library:
        library.add([files / "vote.txt"])
        assert Path(library.search("who won the vote?")[0].origin).name == "vote.txt"
        library.remove(str(files / "vote.txt"))
        assert "vote.txt" not in [Path(one.origin).name for one in library.search("who won the vote?")]
        assert library.engine().endswith(": 2 chunks, 0 compared exactly")


def test_a_damaged_vector_index_does_not_stop_an_addition(files: Path, folder: Path) -> None:
    _add(folder, files / "flood.txt")
    for path in (folder / "vectors").rglob("*"):
        if path.is_file():
            path.write_bytes(b"damaged")
    _add(folder, files)
    assert _search(folder, "who won the vote?")[0] == "vote.txt"


sentences = st.lists(
    st.sampled_from("river bridge mayor vote ferry strike union pay dawn harbour".split()), min_size=3, max_size=8
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(sentences, min_size=1, max_size=5), question=sentences)
def test_add_close_open_search_is_the_same_as_before(
    tmp_path_factory: pytest.TempPathFactory, texts: list[list[str]], question: list[str]
) -> None:
    base = tmp_path_factory.mktemp("same")
    for number, words in enumerate(texts):
        (base / f"{number}.txt").write_text(f"{' '.join(words).capitalize()} in {number}.", "utf-8")
    with Library.write(base / "library", FakeEmbedder()) as library:
        library.add(sorted(base.glob("*.txt")))
        before = library.search(" ".join(question))
    with Library.open(base / "library", FakeEmbedder()) as library:
        assert library.search(" ".join(question)) == before


@pytest.mark.threat(58)
def test_the_one_article_that_holds_the_rare_name_of_a_question_comes_first_among_alike(tmp_path: Path) -> None:
    towns = [f"rw41t{number}b" for number in range(40)]
    for number, town in enumerate(towns):
        said = "\n\n".join(
            f"The wardens of {town} said in week {week} that tunnel {number * 5 + week} cost {week * 97 % 89} million."
            for week in range(1 + number * 7 % 12)
        )
        (tmp_path / f"{number}.txt").write_text(f"Warden of {town} closes tunnel number {number}\n\n{said}", "utf-8")
    with Library.write(tmp_path / "library") as library:
        library.add([tmp_path])
        found = [library.search(f"Warden of {town} closes tunnel")[0] for town in towns]
    assert [town in one.text for town, one in zip(towns, found, strict=True)] == [True] * len(towns)
