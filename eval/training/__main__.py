"""``python -m dateline.eval.training --data PATH --out DIR``: prepares examples and trains the reader's model.

Its losses and dev figures go to DIR/log.jsonl, its state to DIR/checkpoint.pt.

Stopped or killed, the same command goes on.
"""

import argparse
import logging
from pathlib import Path

from dateline.eval.training.examples import prepare
from dateline.eval.training.model import official_model
from dateline.eval.training.trainer import DevSet, Run, Schedule, load_weights
from dateline.index.errors import DatelineError


def main() -> None:
    """Train."""
    parser = argparse.ArgumentParser(prog="python -m dateline.eval.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the sets: squad/, nq/, clapnq/")
    parser.add_argument("--out", type=Path, required=True, help="folder of the checkpoint and the log")
    parser.add_argument("--prepared", type=Path, help="folder of the prepared examples, for several runs; else OUT")
    parser.add_argument("--start", type=Path, help="folder of a run whose weights to begin with")
    parser.add_argument("--examples", type=int, default=160_000, help="in all; may be changed until the rate falls")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1.5e-4, help="of learning, at its highest")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stop-after", type=int, metavar="STEP", help="leave the rest for later")
    parser.add_argument("--dev-questions", type=int, default=600)
    options = parser.parse_args()
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    try:
        examples = prepare(options.data, options.prepared or options.out, options.seed)
        dev = DevSet(options.data, options.dev_questions)
        schedule = Schedule(examples=options.examples, batch=options.batch, rate=options.rate, seed=options.seed)
        model = official_model(options.seed)
        if options.start:
            model.load_state_dict(load_weights(options.start))
        Run(model, examples, schedule, options.out).go(dev, options.stop_after)
    except DatelineError as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
