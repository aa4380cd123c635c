"""``python -m dateline.eval.benchmarks NAME --data PATH`` prints the figures of one benchmark.

A benchmark is ``run_NAME(data, *, option=default, ...)`` in one of the modules. Its keyword arguments, each annotated
with what it means, are options of the command. One that makes its own data has no ``data``.
"""

import argparse
import inspect
import logging
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from dateline.index.errors import DatelineError

_MODULES = {
    "answers": ("news_answers", "spans"), "calibration": ("calibration",), "chunking": ("chunking",),
    "contradictions": ("contradictions",),
    "days": ("days",),
    "desk": ("asked", "desk", "lists", "risk_coverage"), "drafts": ("drafts",),
    "followups": ("conversations", "followups"),
    "growth": ("growth",), "peers": ("peers",), "reading": ("clapnq", "reading", "squad", "twins"),
    "retrieval": ("beir", "evidence", "multihop", "retrieval", "vectors"), "spelling": ("spelling",),
    "runtime": ("embedding", "listing", "longrun", "sandbox", "startup"), "server": ("server", "servergrowth"),
    "verdicts": ("verdicts",), "verification": ("altered",), "written": ("written",),
}  # fmt: skip
"""The modules, and the benchmarks in each."""


def main(arguments: Sequence[str]) -> None:
    """Run the benchmark that is named first."""
    parser = argparse.ArgumentParser(
        prog="python -m dateline.eval.benchmarks", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("name", choices=sorted(name for names in _MODULES.values() for name in names))
    name = parser.parse_args(arguments[:1]).name
    (module,) = (module for module, names in _MODULES.items() if name in names)
    run = getattr(import_module(f"dateline.eval.benchmarks.{module}"), f"run_{name}")
    options = _add_options(parser, run)
    given = parser.parse_args(arguments)
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    try:
        run(**{name: getattr(given, name) for name in options})
    except (DatelineError, FileNotFoundError) as error:
        parser.exit(1, f"{error}\n")


def _add_options(parser: argparse.ArgumentParser, run: Callable[..., Any]) -> list[str]:
    """Add the folder of sets, where ``run`` takes it, and its keyword arguments to the command; gives all names."""
    given = inspect.signature(run).parameters.values()
    keywords = [one for one in given if one.kind is one.KEYWORD_ONLY]
    if len(keywords) < len(given):
        parser.add_argument("--data", type=Path, required=True, help="folder of the sets, or the set itself")
    for one in keywords:
        kind, (meaning,) = one.annotation.__origin__, one.annotation.__metadata__
        parser.add_argument(f"--{one.name}", type=kind, default=one.default, help=f"{meaning} ({one.default})")
    return [one.name for one in given]


if __name__ == "__main__":
    main(sys.argv[1:])
