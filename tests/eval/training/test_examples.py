"""From files of questions to packed examples, over a library of their own."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from dateline.eval.training.examples import prepare
from dateline.eval.training.questions import read_training

_PARAGRAPHS = (
    "The Old Bridge at Ambleford was built in 1731. It fell into the river in the flood of 1904, and nobody was hurt.",
    "Its architect, Henrietta Vance, also drew the town hall. She was paid forty guineas.",
)
_QUESTIONS = (("When was the Old Bridge built?", 0, "1731"), ("What was Henrietta Vance paid?", 1, "forty guineas"))


def _write(file: Path, rows: list[dict[str, object]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


def _data(folder: Path) -> Path:
    squad = [
        {
            "id": str(number),
            "title": "Old_Bridge",
            "question": question,
            "context": _PARAGRAPHS[number],
            "answers": [{"text": answer, "start": _PARAGRAPHS[number].index(answer)}],
        }
        for question, number, answer in _QUESTIONS
    ]
    market = {"question": "when is the market", "title": "Market", "context": "On Tuesdays.", "answers": ["tuesdays"]}
    _write(folder / "squad/train.jsonl.gz", squad)
    _write(folder / "nq/train.jsonl.gz", [market])
    for name in ("answerable", "unanswerable"):
        passages = [{"title": "Weavers", "sentences": ["Most were weavers.", "", "They left."]}]
        _write(folder / f"clapnq/{name}.jsonl.gz", [{"input": f"who was {name}", "passages": passages, "output": []}])
    return folder


def test_every_question_is_read_with_its_answer_where_it_stands(tmp_path: Path) -> None:
    asked = read_training(_data(tmp_path))
    found = [one.answer.of(one.article.text) for one in asked if one.answer]
    assert found == ["1731", "forty guineas", "Tuesdays"]
    assert all(one.paragraph.of(one.article.text) in (*_PARAGRAPHS, "On Tuesdays.") for one in asked[:3])


@pytest.mark.slow
def test_examples_are_prepared_once_and_half_of_them_have_no_answer(tmp_path: Path) -> None:
    data = _data(tmp_path / "data")
    examples = prepare(data, tmp_path / "out", seed=1)
    assert np.mean(examples.table[:, 3]) == 0.5
    assert len(examples) == 2 * 2 + 2 * 3 + 2 * 4  # of squad, nq and clapnq
    _write(data / "squad/train.jsonl.gz", [])
    assert prepare(data, tmp_path / "out", seed=1).fingerprint == examples.fingerprint
