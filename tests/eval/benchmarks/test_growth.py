import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from dateline.eval.benchmarks import growth
from dateline.eval.benchmarks.runtime import slope_in_words
from dateline.eval.datasets import generated
from dateline.eval.datasets.generated import CHUNKS_AN_ARTICLE, Newsroom
from dateline.index.library import Library
from tests.harness.fakes import FakeEmbedder

pytestmark = pytest.mark.slow


def test_generated_articles_are_whole_and_the_same_each_time() -> None:
    made = list(Newsroom(FakeEmbedder()).articles(CHUNKS_AN_ARTICLE + 5))
    assert [len(one.chunks) for one in made] == [CHUNKS_AN_ARTICLE, 5]
    for one in made:
        assert np.allclose(np.linalg.norm(one.vectors, axis=1), 1, atol=1e-5)
        for chunk in one.chunks:
            assert (chunk.sentences[0].start, chunk.sentences[-1].end) == (chunk.start, chunk.end)
            assert all(span.of(one.article.text).endswith(".") for span in chunk.sentences)
    again = Newsroom(FakeEmbedder()).article(1, 5)
    assert (again.article.id, again.vectors.tolist()) == (made[1].article.id, made[1].vectors.tolist())


def test_made_up_questions_differ_by_seed_and_are_in_words_of_articles() -> None:
    newsroom = Newsroom(FakeEmbedder())
    first, second = newsroom.questions(20, 1), newsroom.questions(20, 2)
    assert len(set(first) | set(second)) == 40
    assert first == newsroom.questions(20, 1)


def test_every_step_of_growth_measures_a_generated_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generated, "_TOPICS", 50)
    monkeypatch.setattr(growth, "_PAUSE", 0.0)
    monkeypatch.setattr(growth, "_QUESTIONS", 5)
    size, found = 40, {}
    for step, measure in growth.STEPS.items():
        found[step] = measure(tmp_path, size)
    with Library.open(tmp_path / "library") as library:
        assert (library.count_articles(), library.count_chunks()) == (3, size)
    assert found["exact"]["record on disk: vectors, MB"] == pytest.approx(size * 768 / 1e6)
    assert found["by_chroma"]["vectors alone, Chroma: recall@10"] == 1.0
    assert found["reader"]["search p50, ms"] > 0
    assert found["without"]["Chroma removed: search p50, ms"] > 0
    assert all(value >= 0 for figures in found.values() for value in figures.values())


def test_growth_is_printed_by_size_and_drawn_as_one_svg(capsys: pytest.CaptureFixture[str]) -> None:
    found = {
        1_000: {"record built, s": 1.5, "search p50, ms": 8.0, "vectors alone, Chroma: recall@10": 0.99},
        100_000: {"record built, s": 150.0, "search p50, ms": 80.0},
    }
    growth.print_growth(found)
    rows = capsys.readouterr().out.splitlines()
    assert rows[0] == "| chunks | 1,000 | 100,000 |"
    assert "| record built, s | 1.50 | 150 |" in rows
    assert "| vectors alone, Chroma: recall@10 | 0.9900 | - |" in rows
    drawing = ET.fromstring(growth.draw_growth(found))
    (line,) = [one for one in drawing.iter() if one.tag.endswith("polyline")]
    (left, high), (right, low) = (map(float, point.split(",")) for point in line.get("points", "").split())
    assert left < right
    assert high > low


def test_a_slope_is_told_with_its_error() -> None:
    measured = [(500.0 * n, 100 + 0.4 * n) for n in range(10)]
    assert slope_in_words(measured) == "slope: +0.80 ± 0.00 MB for 1,000 questions"
    assert slope_in_words(measured[:2]) == "too few questions for a slope"
