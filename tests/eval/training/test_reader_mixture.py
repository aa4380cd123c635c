"""What the reader learns from: answers where they stand, passages that hold none, and nothing of what judges."""

from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from dateline.eval.datasets.desk import desk_articles, desk_questions
from dateline.eval.training.desk_passages import FOUND, AskedDesk, ask_desk, asked_of
from dateline.eval.training.examples import Example, Group
from dateline.eval.training.reader_mixture import ReaderMixture
from dateline.eval.training.reader_sets import SOURCES, read_sets
from dateline.eval.types import Place
from dateline.index.embedding.embedder import shipped_tokenizer
from tests.harness.training_sets import ASIDE, BRIDGE, MARKET, write_reader_sets

_SOURCES = {name: replace(one, quota=3 + one.quota // 8) for name, one in SOURCES.items()}


def _asked(data: Path) -> list[AskedDesk]:
    """The questions of desk, for each of which every article is found, its own first."""
    articles = desk_articles(data)
    asked = [one for part in ("training", "dev", "calibration") for one in desk_questions(data, part)]
    places = {name: Place(article_id=name, start=0, end=len(one.text)) for name, one in articles.items()}
    return [
        asked_of(one, articles, sorted(places.values(), key=lambda at, own=one.article: at.article_id != own))
        for one in asked
    ]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sets")
    write_reader_sets(folder)
    return folder


def _mixture(data: Path, seed: int = 7) -> ReaderMixture:
    return ReaderMixture(read_sets(data), _asked(data), seed, _SOURCES)


@pytest.fixture(scope="module")
def mixture(data: Path) -> ReaderMixture:
    return _mixture(data)


@pytest.fixture(scope="module")
def groups(mixture: ReaderMixture) -> list[Group]:
    return mixture.round(0)


@cache
def _words(ids: tuple[int, ...]) -> str:
    """Tokens put together again."""
    return shipped_tokenizer().decode(list(ids))


def _text(one: Example) -> str:
    return _words(one.pair.ids[one.pair.text : -1])


def test_a_round_draws_of_each_set_as_much_as_stated(groups: list[Group]) -> None:
    drawn = Counter(group[0].kind.split()[0] for group in groups)
    assert drawn["desk"] == _SOURCES["desk"].quota + _SOURCES["desk near"].quota
    quotas = {name: one.quota for name, one in _SOURCES.items() if not name.startswith("desk")}
    assert {name: drawn[name] for name in quotas} == quotas


def test_a_span_marks_the_tokens_of_the_answer(groups: list[Group]) -> None:
    answers = {"1731", "henrietta vance", "1904", "tuesdays", "on tuesdays", "most of them", "the school", "rained"}
    answers |= {"flood of 1904", "forty guineas by the mayor of lenn", "shut"}
    marked = [one for group in groups for one in group if one.answer]
    said = {_words(one.pair.ids[one.answer[0] : one.answer[1] + 1]) for one in marked if one.answer}
    assert said == answers - {"rained"}  # a question of three words
    assert all(one.label == 1 for one in marked)


def test_whole_sentences_are_no_short_answers(groups: list[Group]) -> None:
    drawn = [one for group in groups for one in group if one.kind.startswith(("selqa right", "clapnq"))]
    assert drawn
    assert all(one.answer is None for one in drawn)


def test_a_passage_that_is_said_to_hold_no_answer_holds_none(groups: list[Group]) -> None:
    drawn = [one for group in groups for one in group]
    for one in drawn:
        asked = _words(one.pair.ids[1 : one.pair.passage - 1])
        if one.kind in ("squad same article", "squad deleted"):
            assert ("1731" if "old bridge" in asked else "henrietta vance") not in _text(one)
            assert one.label == 0
        if one.kind == "desk deleted":
            left_out = {"in which": "flood of 1904", "what was": "forty guineas", "when is": "on tuesdays"}
            assert next(answer for begun, answer in left_out.items() if asked.startswith(begun)) not in _text(one)
    made = {"squad same article", "squad exchanged", "desk deleted", "desk other article", "desk near_miss"}
    assert made <= {one.kind for one in drawn}


def test_twins_stand_together_over_the_same_passage(groups: list[Group]) -> None:
    twins = [group for group in groups if group[0].kind.startswith("twins")]
    for right, wrong in twins:
        assert (right.label, wrong.label) == (1, 0)
        assert _text(right) == _text(wrong)
        assert "fall" in _words(right.pair.ids)
        assert "sold" in _words(wrong.pair.ids)


def test_the_passages_of_a_question_have_one_number_and_one_of_them_answers(groups: list[Group]) -> None:
    compared: dict[int, list[Example]] = {}
    for group in groups:
        for one in group:
            if one.choice >= 0:
                compared.setdefault(one.choice, []).append(one)
    assert len(compared) == _SOURCES["desk"].quota
    assert all(sum(one.label for one in some) == 1 for some in compared.values())
    assert max(map(len, compared.values())) > 1


def test_nothing_of_the_parts_kept_aside_is_drawn(mixture: ReaderMixture, groups: list[Group]) -> None:
    drawn = [_words(one.pair.ids) for group in [*groups, *mixture.round(3)] for one in group]
    assert not [text for text in drawn if ASIDE in text]


def test_a_round_depends_on_seed_and_number_alone(data: Path, mixture: ReaderMixture, groups: list[Group]) -> None:
    assert mixture.round(0) == groups
    assert mixture.round(1) != groups
    assert _mixture(data, seed=8).round(0) != groups


def test_a_sentence_of_qamr_stands_among_its_neighbours(data: Path) -> None:
    asked = [one for one in read_sets(data)["qamr"] if one.answer]
    assert {one.context for one in asked} == {"It rained. Ann Hall founded the school. It is shut."}
    assert [one.answer.of(one.context) for one in asked if one.answer] == ["the school", "shut"]


def test_every_set_but_those_kept_aside_is_read(data: Path) -> None:
    sets = read_sets(data)
    assert {name: len(some) for name, some in sets.items()} == {
        "twins": 1, "squad": 2, "nq": 1, "clapnq": 2, "qamr": 2, "shifts": 1, "timeqa": 1, "quoref": 1, "tweetqa": 1,
        "selqa": 1, "onestopqa": 1,
    }  # fmt: skip
    assert {one.context for one in sets["squad"]} == set(BRIDGE)
    assert [one.context for one in sets["onestopqa"]] == [MARKET]


@pytest.mark.slow
def test_desk_is_searched_once_and_kept(data: Path, tmp_path: Path) -> None:
    asked = ask_desk(data, tmp_path)
    assert {one.article.part for one in asked} == {"training", "dev"}
    assert all(found.text for one in asked for found in one.found)
    assert all(one.own for one in asked if one.question.answerable)
    (tmp_path / FOUND).write_text((tmp_path / FOUND).read_text("utf-8").replace('"end": ', '"end": 1'), "utf-8")
    assert ask_desk(data, tmp_path) != asked
