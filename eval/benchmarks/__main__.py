"""``python -m eval.benchmarks NAME --data PATH`` prints the figures of one benchmark."""

import argparse
import logging
from importlib import import_module
from pathlib import Path

from index.errors import DatelineError

_NAMES = ("chunking", "crash", "embedding", "indexing", "retrieval", "sentence_reader", "startup", "vectors")


def main() -> None:
    """Run the benchmark that is named."""
    parser = argparse.ArgumentParser(prog="python -m eval.benchmarks", description=__doc__)
    parser.add_argument("name", choices=_NAMES)
    parser.add_argument("--data", type=Path, required=True, help="folder of the sets: news/, spans/, squad/, ...")
    arguments = parser.parse_args()
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    try:
        import_module(f"eval.benchmarks.{arguments.name}").run(arguments.data)
    except (DatelineError, FileNotFoundError) as error:
        parser.exit(1, f"{error}\n")


main()
