"""Each model is trained by one command, which goes on where it was stopped and can be told to come to its end."""

import json
from pathlib import Path

import pytest

from dateline.eval.training.__main__ import main
from dateline.eval.training.trainer import FINAL, LOG, load_weights, locked
from tests.harness.training_sets import write_reader_sets, write_verifier_sets


def _train(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    monkeypatch.setattr("sys.argv", ["training", *map(str, arguments)])
    main()


@pytest.mark.slow
def test_a_verifier_is_trained_from_a_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, reader, verifier = (tmp_path / name for name in ("data", "reader", "verifier"))
    write_reader_sets(data)
    write_verifier_sets(data)
    _train(monkeypatch, "reader", "--data", data, "--out", reader, "--anneal", 0)
    _train(monkeypatch, "verifier", "--data", data, "--out", verifier, "--start", reader, "--anneal", 0)
    for folder, figures in ((reader, {"squad_f1", "twins_auc", "desk_auc"}), (verifier, {"desk_auc", "vitaminc"})):
        lines = [json.loads(line) for line in (folder / LOG).read_text("utf-8").splitlines()]
        assert lines[0].keys() > figures
        assert (folder / FINAL).exists()
    began, became = load_weights(reader), load_weights(verifier)
    assert all(one.equal(became[name]) for name, one in began.items() if name.startswith("encoder."))


def test_a_run_that_is_under_way_is_told_to_come_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with locked(tmp_path):
        _train(monkeypatch, "reader", "--data", tmp_path, "--out", tmp_path, "--anneal", 20)
        assert capsys.readouterr().out == f"the run in {str(tmp_path)!r} ends after 20 minutes of training\n"
        with pytest.raises(SystemExit, match="1"):
            _train(monkeypatch, "reader", "--data", tmp_path, "--out", tmp_path)
    assert "let it come to its end with --anneal" in capsys.readouterr().err


def test_a_verifier_begins_with_a_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        _train(monkeypatch, "verifier", "--data", tmp_path, "--out", tmp_path)
    assert "--start READER_DIR" in capsys.readouterr().err


def test_a_set_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="1"):
        _train(monkeypatch, "reader", "--data", tmp_path, "--out", tmp_path / "run")
    assert "no file of desk questions at" in capsys.readouterr().err
