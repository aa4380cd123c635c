import pytest

from dateline.eval.errors import SamplesError
from dateline.eval.gold_spans import locate
from dateline.eval.samples import SampleFile
from dateline.eval.types import Sample
from dateline.index.library import Library
from tests.harness.fakes import FakeEmbedder

FIRST = "Harbour\n\nThe harbour of Lenn – “closed” since May – opens on Friday. The mayor is Ida Brandt.\n"
SECOND = "Vote\n\nThe mayor is Ida Brandt. She won the vote with 54 per cent.\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("targets")
    (folder / "news").mkdir()
    (folder / "news" / "harbour.txt").write_text(FIRST, "utf-8")
    (folder / "news" / "vote.txt").write_text(SECOND, "utf-8")
    library = Library.write(folder / "library", FakeEmbedder())
    library.add([folder / "news"])
    return library


def _file(library: Library, *samples: Sample, faults: tuple[tuple[int, str], ...] = ()) -> SampleFile:
    name = str(library.folder.parent / "set.jsonl")
    return SampleFile(name=name, sha256="0", samples=samples, faults=faults)


def _sample(quote: str, *articles: str, line: int = 1) -> Sample:
    return Sample(id=f"{line}", question="who?", quotes=(quote,), articles=articles, line=line)


def test_a_quotation_is_found_to_the_character(library: Library) -> None:
    quote = "She won the vote with 54 per cent."
    target = locate(_file(library, _sample(quote)), library)["1"]
    ((place,),) = target.quotes
    assert library.article(place.article_id).text[place.start : place.end] == quote
    assert target.articles == {place.article_id}


def test_a_quotation_that_stands_in_two_articles_has_two_places(library: Library) -> None:
    (places,) = locate(_file(library, _sample("The mayor is Ida Brandt.")), library)["1"].quotes
    assert len({place.article_id for place in places}) == 2


@pytest.mark.parametrize("name", ["vote.txt", "news/vote.txt", "id", "origin"])
def test_an_article_may_be_named_by_id_origin_or_file_name(library: Library, name: str) -> None:
    article = next(one for one in library.articles() if one.text == SECOND)
    name = {"id": article.id, "origin": article.origins[0].name}.get(name, name)
    target = locate(_file(library, _sample("The mayor is Ida Brandt.", name)), library)["1"]
    assert target.articles == {article.id}
    assert [place.article_id for place in target.quotes[0]] == [article.id]


def test_every_quotation_and_article_that_is_not_there_is_told_with_the_faults_of_the_file(library: Library) -> None:
    file = _file(
        library,
        _sample("Nobody said this.", line=2),
        _sample("She won the vote with 54 per cent.", "harbour.txt", line=3),
        _sample("The mayor is Ida Brandt.", "nowhere.txt", line=4),
        _sample('The harbour of Lenn - "closed" since May - opens on Friday.', line=5),
        faults=((1, "not json"),),
    )
    with pytest.raises(SamplesError) as error:
        locate(file, library)
    title, *lines = str(error.value).split("\n")
    assert title.startswith("5 faults in")
    assert [line.strip()[:7] for line in lines] == ["line 1:", "line 2:", "line 3:", "line 4:", "line 5:"]
    assert "does not stand in any article" in lines[1]
    assert "does not stand in article" in lines[2]
    assert "no article is called 'nowhere.txt'" in lines[3]
    assert "'The harbour of Lenn – “closed” since May – opens on Friday.'" in lines[4]
