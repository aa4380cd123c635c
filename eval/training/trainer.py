"""A training run: examples in, checkpoints, dev figures and a log out; killed at any moment, it goes on when run again.

All that a run depends on is in its checkpoint: weights, the optimizer's state and the number of the step. The order of
the examples and the learning rate are functions of seed and step; the model draws no random numbers once it is made.
"""

import json
import logging
import os
import statistics
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.optim import AdamW

from dateline.eval.datasets.files import spread
from dateline.eval.datasets.natural_questions import ClapnqQuestion, read_clapnq_half
from dateline.eval.datasets.passages import gold_passage
from dateline.eval.datasets.squad import SquadQuestion, read_squad
from dateline.eval.metrics.abstaining import roc_auc
from dateline.eval.metrics.answers import exact_match, f1
from dateline.eval.training.examples import Batch, Examples, batches
from dateline.eval.training.model import ReaderModel, TrainedMarker, apply, loss_of
from dateline.index.types import Span
from dateline.rag.errors import TrainingError
from dateline.rag.reader.crossencoder import PassageMarker

CHECKPOINT = "checkpoint.pt"
TURNING_POINT = "turning-point.pt"
"""The checkpoint at which the rate begins to fall: as another folder's ``CHECKPOINT`` a longer run goes on from it."""
LOG = "log.jsonl"

_DECAY = 0.01  # of the weights that multiply; none of biases and norms
_LARGEST_GRADIENT = 1.0
_REPORTED, _MEASURED = 50, 600  # steps between two lines of the log, and two measurements
_SAVED = 120  # seconds between two checkpoints

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What a run does.

    The rate of learning rises over the warm-up, stays, and falls in a line to zero over the last steps (Hu et al. 2024,
    arXiv:2404.06395). So a run may be made longer or shorter for as long as its rate has not begun to fall: it is then
    what it would have been from the start. How much of a shared machine there will be need not be known before.
    """

    examples: int
    """How many are learnt from in all; more than there are begin another round."""
    batch: int = 16
    rate: float = 1.5e-4
    """Of learning, at its highest."""
    warmup: int = 500
    """Steps."""
    falling: float = 0.4
    """Share of the steps."""
    seed: int = 1

    @property
    def steps(self) -> int:
        """How many in all."""
        return self.examples // self.batch

    @property
    def stays_until(self) -> int:
        """The step from which on the rate falls."""
        return self.steps - int(self.steps * self.falling)

    def rate_at(self, step: int) -> float:
        """The rate of a step, counted from 0."""
        falls = (self.steps - step) / max(1, self.steps - self.stays_until)
        return self.rate * min(1.0, (step + 1) / self.warmup, falls)


class DevSet:
    """Some questions of ``squad/dev`` and the half of ClapNQ that is not trained on."""

    def __init__(self, data: Path, questions: int) -> None:
        """Take ``questions`` of SQuAD's, evenly spread, or all if there are not so many."""
        self._squad = spread(read_squad(data / "squad/dev.jsonl.gz"), questions)
        self._clapnq = read_clapnq_half(data, 1)

    def measure(self, marker: PassageMarker) -> dict[str, float]:
        """The figures of a model: ``exact_match`` and ``f1``, percent of SQuAD's questions, and ``auc``.

        That is how often a passage of ClapNQ that answers its question scores above one that does not.
        """
        found = [(_answer(marker, one), one.answers) for one in self._squad]
        answerable, unanswerable = (_logits(marker, questions) for questions in self._clapnq)
        exact, words = (100 * statistics.mean(score(*one) for one in found) for score in (exact_match, f1))
        return {"exact_match": exact, "f1": words, "auc": roc_auc(answerable, unanswerable)}


def _answer(marker: PassageMarker, one: SquadQuestion) -> str:
    """The words of the likeliest span."""
    (marks,) = marker.mark(one.question, [gold_passage(one.context, one.title)])
    best = marks.best_in(Span(0, len(one.context)))
    return best[0].of(one.context) if best else ""


def _logits(marker: PassageMarker, questions: Iterable[ClapnqQuestion]) -> list[float]:
    """How much each passage seems to answer its question."""
    marks = (marker.mark(one.question, [gold_passage(one.passage, one.title, one.sentences)]) for one in questions)
    return [mark.answerable for (mark,) in marks]


class Run:
    """A model being trained."""

    def __init__(self, model: ReaderModel, examples: Examples, schedule: Schedule, folder: Path) -> None:
        """Begin a run in ``folder``, or go on with the one that is there.

        Raises:
            TrainingError: the one that is there has another schedule or other examples.
        """
        self.model, self._examples, self._schedule, self._folder = model, examples, schedule, folder
        self._optimizer = AdamW(_groups(model), lr=schedule.rate, fused=True)
        self.step = 0
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / CHECKPOINT).exists():
            self._load()

    def go(self, dev: DevSet | None = None, stop_after: int | None = None) -> None:
        """Train to the end of the schedule, or to a step of it, for later."""
        self.model.train()
        saved, last = time.monotonic(), min(stop_after or self._schedule.steps, self._schedule.steps)
        losses: list[tuple[float, float]] = []
        started = time.perf_counter()
        for numbers in self._numbers():
            if self.step >= last:
                break
            losses.append(self._learn(self._examples.batch(numbers)))
            self.step += 1
            if self.step == self._schedule.stays_until:
                self.save(TURNING_POINT)
            if self.step % _REPORTED == 0:
                self._report(self._line(losses, time.perf_counter() - started))
                losses, started = [], time.perf_counter()
            if dev and (self.step % _MEASURED == 0 or self.step == self._schedule.steps):
                self._report({"step": self.step, **dev.measure(TrainedMarker(self.model))})
            if time.monotonic() - saved > _SAVED:
                self.save()
                saved = time.monotonic()
        self.save()

    def _numbers(self) -> Iterator[NDArray[np.int64]]:
        """The examples of each step that is still to come, one round of all after the other."""
        lengths, size, seed = self._examples.lengths, self._schedule.batch, self._schedule.seed
        rounds = (batches(lengths, size, seed=seed + number) for number in count())
        return islice(chain.from_iterable(rounds), self.step, None)

    def _learn(self, batch: Batch) -> tuple[float, float]:
        """Take one step; gives its losses of span and answerability."""
        for group in self._optimizer.param_groups:
            group["lr"] = self._schedule.rate_at(self.step)
        span, answerable = loss_of(apply(self.model, batch), batch)
        self._optimizer.zero_grad()
        (span + answerable).backward()  # type: ignore[no-untyped-call]  # torch leaves its type out
        nn.utils.clip_grad_norm_(self.model.parameters(), _LARGEST_GRADIENT)
        self._optimizer.step()
        return span.item(), answerable.item()

    def _line(self, losses: Sequence[tuple[float, float]], seconds: float) -> dict[str, float]:
        """The line of the log for the steps up to this one."""
        span, answerable = np.mean(losses, axis=0).tolist()
        return {
            "step": self.step,
            "span_loss": round(span, 4),
            "answerable_loss": round(answerable, 4),
            "rate": self._schedule.rate_at(self.step - 1),
            "examples_a_second": round(len(losses) * self._schedule.batch / seconds, 2),
            "minutes_left": round((self._schedule.steps - self.step) * seconds / len(losses) / 60, 1),
        }

    def _report(self, line: Mapping[str, float]) -> None:
        with (self._folder / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        logger.info("%s", ", ".join(f"{name} {value:.4g}" for name, value in line.items()))

    def save(self, name: str = CHECKPOINT) -> None:
        """Write a checkpoint; the one before is there until this one is whole."""
        state = {
            "schedule": asdict(self._schedule),
            "examples": self._examples.fingerprint,
            "step": self.step,
            "model": self.model.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "random": torch.get_rng_state(),
        }
        part = self._folder / f"{name}.part"
        with part.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._folder / name)
        logger.info("saved at step %d", self.step)

    def _load(self) -> None:
        state = torch.load(self._folder / CHECKPOINT, weights_only=True)
        before, step = Schedule(**state["schedule"]), state["step"]
        longer = replace(before, examples=self._schedule.examples)  # or shorter
        still_free = step <= min(before.stays_until, self._schedule.stays_until) or longer == before
        if longer != self._schedule or not still_free or state["examples"] != self._examples.fingerprint:
            raise TrainingError(
                f"the run in {str(self._folder)!r} is at step {step} of another: {before}; "
                "go on with the same options and examples, or begin in another folder"
            )
        self.model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"])
        self.step = step
        logger.info("going on after step %d", step)


def load_weights(folder: Path) -> dict[str, torch.Tensor]:
    """The weights of the run in a folder, as far as it has come.

    Raises:
        TrainingError: there is none.
    """
    try:
        weights: dict[str, torch.Tensor] = torch.load(folder / CHECKPOINT, weights_only=True)["model"]
    except FileNotFoundError as error:
        raise TrainingError(f"no run in {str(folder)!r}; begin one with 'python -m dateline.eval.training'") from error
    return weights


def _groups(model: ReaderModel) -> list[dict[str, Any]]:
    """Parameters that decay, and those that don't."""
    decaying, others = ([one for one in model.parameters() if (one.ndim > 1) is many] for many in (True, False))
    return [{"params": decaying, "weight_decay": _DECAY}, {"params": others, "weight_decay": 0.0}]
