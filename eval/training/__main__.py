"""``python -m dateline.eval.training reader|verifier --data PATH --out DIR``: trains a model that ships.

Its losses and figures go to DIR/log.jsonl, its state to DIR/checkpoint.pt. Stopped or killed, the same command goes on.
With ``--anneal MINUTES`` as well it comes to its end within so many minutes of training, also where it is under way:
what is then in DIR/final.pt is the model.
"""

import argparse
import logging
import sys
from functools import partial
from pathlib import Path

import torch

from dateline.eval.training.desk_passages import ask_desk
from dateline.eval.training.dev_figures import ReaderFigures, VerifierFigures
from dateline.eval.training.export import weights_of
from dateline.eval.training.model import PairModel, ReaderModel, TrainedMarker, VerifierModel, Weights, official_encoder
from dateline.eval.training.reader_mixture import ReaderMixture
from dateline.eval.training.reader_sets import read_sets as read_reader_sets
from dateline.eval.training.trainer import Measure, Recipe, Run, anneal, load_weights, locked
from dateline.eval.training.verifier_mixture import VerifierMixture
from dateline.eval.training.verifier_mixture import read_sets as read_verifier_sets
from dateline.index.errors import DatelineError
from dateline.rag.errors import TrainingError

_NEW_HEADS = 4.0  # times the rate, where they begin at random
_WARMUP = {"reader": 120, "verifier": 200}  # steps


def main() -> None:
    """Train."""
    parser = argparse.ArgumentParser(prog="python -m dateline.eval.training", description=__doc__)
    parser.add_argument("model", choices=("reader", "verifier"))
    parser.add_argument("--data", type=Path, required=True, help="folder of the sets: docs/training.md")
    parser.add_argument("--out", type=Path, required=True, help="folder of the checkpoint and the log")
    parser.add_argument("--start", type=Path, help="weights to begin with: folder of a run, or an exported model.onnx")
    parser.add_argument("--rate", type=float, help="of learning; else 1.5e-4, or 1e-4 with --start")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--anneal", type=float, metavar="MINUTES", help="let the rate fall to 0 within so many")
    options = parser.parse_args()
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    if options.model == "verifier" and not options.start:
        parser.error("a verifier begins with a reader: --start READER_DIR")
    try:
        if options.anneal is not None and anneal(options.out, options.anneal):
            sys.stdout.write(f"the run in {str(options.out)!r} ends after {options.anneal:g} minutes of training\n")
            return
        torch.set_flush_denormal(True)  # such numbers take a hundred times as long
        with locked(options.out):
            _train(options)
    except DatelineError as error:
        parser.exit(1, f"{error}\n")
    finally:
        torch.set_flush_denormal(False)


def _train(options: argparse.Namespace) -> None:
    torch.manual_seed(options.seed)
    model: PairModel
    if options.model == "reader":
        desk = ask_desk(options.data, options.out)
        draw = ReaderMixture(read_reader_sets(options.data), desk, options.seed).round
        model = reader = ReaderModel(official_encoder())
        measure: Measure = partial(ReaderFigures(options.data, desk).measure, TrainedMarker(reader))
    else:
        draw = VerifierMixture(read_verifier_sets(options.data), options.seed).round
        model = verifier = VerifierModel(official_encoder())
        measure = partial(VerifierFigures(options.data).measure, verifier)
    has_heads = bool(options.start) and model.begin_with(_read(options.start))
    recipe = Recipe(
        rate=options.rate or (1e-4 if options.start else 1.5e-4),
        heads=1.0 if has_heads else _NEW_HEADS,
        warmup=_WARMUP[options.model],
        seed=options.seed,
    )
    Run(model, draw, recipe, options.out).go(measure)


def _read(start: Path) -> Weights:
    if start.suffix != ".onnx":
        return load_weights(start)
    try:
        return weights_of(start.read_bytes())
    except OSError as error:
        raise TrainingError(f"can't read {str(start)!r}: {error}") from error


if __name__ == "__main__":
    main()
