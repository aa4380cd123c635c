"""A training run in a folder: groups in, checkpoints, figures and a log out; killed at any moment, it goes on again.

All that a run depends on is in its checkpoint: weights, the optimizer's state and its place among the batches, whose
order is a function of seed and round; the models draw no random numbers once they are made.

The rate of learning rises, then stays until it is told to fall: to 0, within so many minutes of training, by the root
of the time (Hägele et al. 2024, arXiv:2405.18392). On a machine whose cores are shared, minutes are what is known
beforehand; steps are not. What is then in ``FINAL`` is the model.
"""

import json
import logging
import math
import os
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock, Timeout
from torch import nn
from torch.optim import AdamW

from dateline.eval.training.examples import Example, Group, batches
from dateline.eval.training.model import PairModel, Weights, collate
from dateline.rag.errors import TrainingError

CHECKPOINT, FINAL = "checkpoint.pt", "final.pt"
PLATEAU = "plateau.pt"
"""The checkpoint at which the rate began to fall: as another folder's ``CHECKPOINT`` a longer run goes on from it."""
LOG = "log.jsonl"

_ANNEAL, _LOCK = "anneal.json", "run.lock"
_LARGEST_GRADIENT = 1.0
_REPORTED, _MEASURED = 25, 500  # steps between two lines of the log, and two measurements
_SAVED = 150  # seconds between two checkpoints
# Such products are twice as fast where the processor has them, and ten times slower where it has not.
_MULTIPLIES_BFLOAT16 = bool(getattr(torch.cpu, "_is_avx512_bf16_supported", bool)())
_PLACE = ("step", "examples", "round", "batch", "annealed", "falling")  # of a run, as a checkpoint has it

logger = logging.getLogger(__name__)

Measure = Callable[[], Mapping[str, object]]
"""The figures of the model that is trained, as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What a run does; a folder keeps to the one it began with."""

    rate: float
    """Of learning, on the plateau."""
    heads: float
    """Times the rate, for the heads."""
    warmup: int
    """Steps."""
    seed: int
    tokens: int = 2600
    """Of a batch, at most: 16 to 24 pairs."""
    decay: float = 0.01
    """Of the weights that multiply; none of biases, norms and heads."""


class Run:
    """A model being trained in a folder."""

    def __init__(self, model: PairModel, draw: Callable[[int], Sequence[Group]], recipe: Recipe, folder: Path) -> None:
        """Begin a run in ``folder``, or go on with the one that is there.

        Args:
            model: to be trained.
            draw: the groups of each round, by its number.
            recipe: how.
            folder: of checkpoints and log.

        Raises:
            TrainingError: the one that is there has another recipe.
        """
        self.model, self._draw, self._recipe, self._folder = model, draw, recipe, folder
        self._optimizer = AdamW(_parameters(model, recipe), lr=recipe.rate, fused=True)
        self.step, self.examples, self.round, self.batch = 0, 0, 0, 0
        self.annealed = 0.0
        """Seconds of training since the rate began to fall."""
        self.falling: float | None = None
        """How many seconds it falls for; None on the plateau."""
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / CHECKPOINT).exists():
            self._load()

    def go(self, measure: Measure | None = None, stop_after: int | None = None) -> None:
        """Train until the rate has fallen to 0, or to a step, for later."""
        if self.step == 0:
            self._report_figures(measure)
        ended = self._train(measure, stop_after)
        self.save(CHECKPOINT)
        if ended:
            self.save(FINAL)
            self._report_figures(measure)

    def _train(self, measure: Measure | None, stop_after: int | None) -> bool:
        """Take the steps; whether the rate has fallen to 0."""
        tally, saved = _Tally(), time.monotonic()
        for examples in self._batches():
            self._look_for_anneal()
            if self.falling is not None and self.annealed >= self.falling:
                return True
            self._learn(examples, tally)
            if self.step % _REPORTED == 0:
                self._report({"step": self.step, "examples": self.examples, "rate": self._rate(), **tally.line()})
                tally = _Tally()
            if self.step % _MEASURED == 0:
                self._report_figures(measure)
                tally = _Tally()
            if time.monotonic() - saved > _SAVED:
                self.save(CHECKPOINT)
                saved = time.monotonic()
            if self.step == stop_after:
                return False
        raise AssertionError("batches never end")

    def _batches(self) -> Iterator[list[Example]]:
        """Those still to come; ``round`` and ``batch`` name the next that is to be learned from."""
        while True:
            groups = self._draw(self.round)
            made = batches(groups, self._recipe.tokens, f"{self._recipe.seed} {self.round}")
            if self.batch == 0:
                self._report({"round": self.round, "groups": len(groups), **_shares(groups)})
            yield from made[self.batch :]
            self.round, self.batch = self.round + 1, 0

    def _rate(self) -> float:
        """Of this step."""
        share = 1 - math.sqrt(min(1.0, self.annealed / self.falling)) if self.falling is not None else 1.0
        return self._recipe.rate * min(1.0, (self.step + 1) / self._recipe.warmup) * share

    def _look_for_anneal(self) -> None:
        if self.falling is None and (self._folder / _ANNEAL).exists():
            self.save(PLATEAU)
            self.falling = 60 * float(json.loads((self._folder / _ANNEAL).read_text("utf-8"))["minutes"])
            self._report({"step": self.step, "annealing_seconds": self.falling})

    def _learn(self, examples: Sequence[Example], tally: "_Tally") -> None:
        """Take one step."""
        started = time.perf_counter()
        for group in self._optimizer.param_groups:
            group["lr"] = self._rate() * group["times"]
        with torch.autocast("cpu", torch.bfloat16, enabled=_MULTIPLIES_BFLOAT16):
            losses = self.model.losses(collate(examples))
        self._optimizer.zero_grad()
        sum(losses.values(), torch.zeros(())).backward()  # type: ignore[no-untyped-call]  # torch leaves its type out
        nn.utils.clip_grad_norm_(self.model.parameters(), _LARGEST_GRADIENT)
        self._optimizer.step()
        tally.add({name: one.item() for name, one in losses.items()}, len(examples))
        self.step, self.batch, self.examples = self.step + 1, self.batch + 1, self.examples + len(examples)
        if self.falling is not None:
            self.annealed += time.perf_counter() - started

    def _report_figures(self, measure: Measure | None) -> None:
        if measure:
            self._report({"step": self.step, **measure()})

    def _report(self, line: Mapping[str, object]) -> None:
        text = json.dumps({**line, "clock": time.strftime("%H:%M:%S")})
        with (self._folder / LOG).open("a", encoding="utf-8") as log:
            log.write(f"{text}\n")
        logger.info("%s", text)

    def save(self, name: str) -> None:
        """Write a checkpoint; the one before is there until this one is whole."""
        state = {
            "recipe": asdict(self._recipe), **{name: getattr(self, name) for name in _PLACE},
            "model": self.model.state_dict(), "optimizer": self._optimizer.state_dict(),
        }  # fmt: skip
        part = self._folder / f"{name}.part"
        with part.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._folder / name)

    def _load(self) -> None:
        state = torch.load(self._folder / CHECKPOINT, weights_only=True)
        if state["recipe"] != asdict(self._recipe):
            raise TrainingError(
                f"the run in {str(self._folder)!r} has another recipe: {state['recipe']}; "
                "go on with the same options, or begin in another folder"
            )
        self.model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        for name in _PLACE:
            setattr(self, name, state[name])
        logger.info("going on after step %d", self.step)


def anneal(folder: Path, minutes: float) -> bool:
    """Let the rate of the run in a folder fall to 0 within so many minutes; whether that run is under way.

    One that is not does so when it goes on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{_ANNEAL}.part"
    part.write_text(json.dumps({"minutes": minutes}), "utf-8")
    part.replace(folder / _ANNEAL)
    try:
        with locked(folder):
            return False
    except TrainingError:
        return True


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let no other process train in a folder.

    Raises:
        TrainingError: one does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise TrainingError(f"the run in {str(folder)!r} is under way; let it come to its end with --anneal") from error
    try:
        yield
    finally:
        lock.release()


def load_weights(folder: Path) -> Weights:
    """The weights of the run in a folder: of its end, else as far as it has come.

    Raises:
        TrainingError: there is none.
    """
    for name in (FINAL, CHECKPOINT):
        if (folder / name).exists():
            weights: Weights = torch.load(folder / name, weights_only=True)["model"]
            return weights
    raise TrainingError(f"no run in {str(folder)!r}; begin one with 'python -m dateline.eval.training'")


def mean_of(runs: Sequence[Weights]) -> Weights:
    """The mean of the weights of several runs that began alike (Wortsman et al. 2022, "Model soups")."""
    return {name: torch.stack([one[name].float() for one in runs]).mean(0) for name in runs[0]}


class _Tally:
    """Losses and examples since it was made."""

    def __init__(self) -> None:
        self._losses: list[Mapping[str, float]] = []
        self._examples, self._started = 0, time.perf_counter()

    def add(self, losses: Mapping[str, float], examples: int) -> None:
        """Count a step."""
        self._losses.append(losses)
        self._examples += examples

    def line(self) -> dict[str, float]:
        """The means of the losses, and examples a second."""
        seconds = time.perf_counter() - self._started
        means = {
            f"{name}_loss": round(statistics.mean(one[name] for one in self._losses), 4) for name in self._losses[0]
        }
        return {**means, "examples_a_second": round(self._examples / seconds, 2)}


def _parameters(model: PairModel, recipe: Recipe) -> list[dict[str, Any]]:
    """Those that decay, those that don't, and the heads."""
    encoder = [one for name, one in model.named_parameters() if name.startswith("encoder.") and one.requires_grad]
    heads = [one for name, one in model.named_parameters() if not name.startswith("encoder.")]
    return [
        {"params": [one for one in encoder if one.ndim > 1], "weight_decay": recipe.decay, "times": 1.0},
        {"params": [one for one in encoder if one.ndim <= 1], "weight_decay": 0.0, "times": 1.0},
        {"params": heads, "weight_decay": 0.0, "times": recipe.heads},
    ]


def _shares(groups: Sequence[Group]) -> dict[str, object]:
    """How many examples, their tokens, and the share of each label."""
    examples = [one for group in groups for one in group]
    labels = Counter(one.label for one in examples)
    return {
        "examples": len(examples),
        "tokens": round(statistics.mean(len(one.pair.ids) for one in examples)),
        "labels": {label: round(count / len(examples), 3) for label, count in sorted(labels.items())},
    }
