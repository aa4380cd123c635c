"""The sets that ship: every gold quotation stands where it says, and the sets hold what they promise."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from dateline.eval.benchmarks.contradictions import read_pairs
from dateline.eval.gold_spans import locate
from dateline.eval.metrics.answers import contained
from dateline.eval.samples import read_samples
from dateline.eval.types import Sample, Target
from dateline.index.library import Library
from tests.harness.fakes import FakeEmbedder

_ROOT = Path(__file__).parents[2]
_SETS = {
    "seeds": (_ROOT / "seeds" / "questions.jsonl", _ROOT / "seeds"),
    "newsroom": (
        _ROOT / "eval" / "sets" / "newsroom" / "questions.jsonl",
        _ROOT / "eval" / "sets" / "newsroom" / "articles",
    ),
    "follow-ups": (
        _ROOT / "eval" / "sets" / "newsroom" / "follow-ups.jsonl",
        _ROOT / "eval" / "sets" / "newsroom" / "articles",
    ),
    "many_articles": (
        _ROOT / "eval" / "sets" / "many_articles" / "questions.jsonl",
        _ROOT / "eval" / "sets" / "many_articles" / "articles",
    ),
}
_WORDS = {"one": "1", "two": "2", "four": "4", "five": "5", "six": "6", "seven": "7", "nine": "9", "eleven": "11"}
Set = tuple[tuple[Sample, ...], dict[str, Target], Library]


@pytest.fixture(scope="module", params=_SETS)
def shipped(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Set:
    samples, articles = _SETS[request.param]
    library = Library.write(tmp_path_factory.mktemp(request.param) / "library", FakeEmbedder())
    report = library.add([articles])
    assert not [one for one in report.skipped if one.refused]
    file = read_samples(samples)
    return file.samples, locate(file, library), library


def test_every_quotation_is_part_of_the_body_of_its_article(shipped: Set) -> None:
    samples, targets, library = shipped
    bodies = {article.id: article.body for article in library.articles()}
    for sample in samples:
        for place in (place for places in targets[sample.id].quotes for place in places):
            assert any(part.start <= place.start and place.end <= part.end for part in bodies[place.article_id]), sample


def test_the_gold_quotations_of_a_sample_hold_one_of_its_answers(shipped: Set) -> None:
    for sample in shipped[0]:
        if not sample.unanswerable:
            assert sample.quotes, sample
            assert not sample.answers or contained(" ".join(sample.quotes), sample.answers), sample


def test_the_quotation_of_an_item_holds_one_of_its_answers_and_stands_in_its_article(shipped: Set) -> None:
    samples, _, library = shipped
    texts = {Path(origin.name).name: article.text for article in library.articles() for origin in article.origins}
    for sample in samples:
        for item in (*sample.items, *sample.earlier):
            assert item.quote and contained(item.quote, item.answers), (sample.id, item)
            assert item.article and item.quote in texts[item.article], (sample.id, item)


def test_the_sets_ask_all_kinds_of_questions() -> None:
    seeds, newsroom, follow_ups, many = (read_samples(path).samples for path, _ in _SETS.values())
    tags = Counter(tag for sample in seeds for tag in sample.tags)
    assert seeds[0].question == "when do coalition troops leave Iraq?"
    assert len(seeds) >= 40
    assert all(tags[kind] >= 3 for kind in ("when", "who", "how many", "where", "why", "what", "paraphrase", "close"))
    assert sum(sample.unanswerable for sample in seeds) >= 10
    assert sum(bool(sample.history) for sample in seeds) == tags["follow-up"] == 5

    tags = Counter(tag for sample in newsroom for tag in sample.tags)
    assert len(newsroom) >= 80
    assert len(list(_SETS["newsroom"][1].glob("*.txt"))) >= 25
    for kind in ("update", "correction", "contradiction", "relative-date", "near-duplicate", "follow-up"):
        assert tags[kind] >= 3, kind

    assert all(sample.history and sample.stand_alone for sample in follow_ups)
    assert sum(sample.stand_alone == sample.question for sample in follow_ups) >= 5

    kinds = Counter(sample.kind for sample in many)
    assert kinds == {"list": 41, "latest": 44, "yes-no": 44, "comparison": 23}
    assert Counter(sample.verdict for sample in many if sample.verdict) == {"yes": 15, "no": 15, "not said": 14}
    assert all(len(sample.items) >= 2 for sample in many if sample.kind == "list")


def test_a_newest_value_stands_in_a_later_article_than_those_before_it() -> None:
    for sample in read_samples(_SETS["many_articles"][0]).samples:
        if sample.kind == "latest":
            days = [name[:10] for name in sample.articles]
            assert sample.earlier, sample
            assert days == sorted(days, reverse=True), sample


def test_a_comparison_names_one_of_its_two_or_the_difference_of_two_numbers_quoted() -> None:
    for sample in read_samples(_SETS["many_articles"][0]).samples:
        if sample.kind == "comparison" and not contained(sample.question, sample.result):
            told = list(_numbers(" ".join(sample.quotes)))
            differences = {round(abs(one - other), 6) for one in told for other in told}
            assert any(number in differences for answer in sample.result for number in _numbers(answer)), sample


def _numbers(text: str) -> Iterator[float]:
    """The numbers of a text, in figures and in small words."""
    plain = text.lower().replace(",", "")
    for word, figure in _WORDS.items():
        plain = re.sub(rf"\b{word}\b", figure, plain)
    plain = re.sub(r"\b(\d+) and a half\b", r"\1.5", plain)
    yield from map(float, re.findall(r"\d+(?:\.\d+)?", plain))


def test_both_sentences_of_a_pair_stand_in_their_articles_and_an_update_comes_later() -> None:
    rows = read_pairs(_SETS["many_articles"][1].parent)
    assert Counter(pair.relation for pair, _ in rows) == {
        "contradicts": 33, "updates": 42, "rounds": 8, "agrees": 31, "unrelated": 12,
    }  # fmt: skip
    assert len({pair.id for pair, _ in rows}) == len(rows)
    for pair, (first, second) in rows:
        assert pair.first.article != pair.second.article or pair.relation == "unrelated", pair
        if pair.relation == "updates":
            assert (first.metadata.published or "") < (second.metadata.published or ""), pair


def test_every_follow_up_is_also_written_to_stand_alone() -> None:
    for path, _ in _SETS.values():
        for sample in read_samples(path).samples:
            assert bool(sample.history) == bool(sample.stand_alone) == ("follow-up" in sample.tags), sample


def test_six_of_the_twenty_sentences_of_every_draft_are_altered_and_each_goes_back_to_an_article() -> None:
    folder = _SETS["newsroom"][1]
    rows = [json.loads(line) for line in (folder.parent / "drafts.jsonl").read_text("utf-8").splitlines()]
    articles = [file.read_text("utf-8") for file in folder.glob("*.txt")]
    for text in {row["text"] for row in rows}:
        some = [row for row in rows if row["text"] == text]
        assert len(some) == 20
        assert sum(row["altered"] is not None for row in some) == 6
    assert all(any(row["quote"] in article for article in articles) for row in rows)
