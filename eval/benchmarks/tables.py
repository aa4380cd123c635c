"""What benchmarks print: means with their standard errors, in tables of Markdown."""

import statistics
from collections.abc import Iterable, Mapping, Sequence

from dateline.eval.metrics.uncertainty import standard_error

Scores = Mapping[str, float]
"""Of one question, by the name of the figure whose mean they make; one that does not apply to it is missing."""


def mean_cell(values: Sequence[float]) -> str:
    """The mean and its standard error: ``0.612 ± 0.009``."""
    if not values:
        return "-"
    error = standard_error(values)
    return f"{statistics.mean(values):.3f}" + ("" if error is None else f" ± {error:.3f}")


def print_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; each row as it comes."""
    print_row(head)
    print_row(["---"] * len(head))
    for row in rows:
        print_row(row)


def print_row(cells: Sequence[object]) -> None:
    """Print one row of a table."""
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def print_means(scores: Sequence[Scores]) -> None:
    """Print the mean of each score over the questions that have it, in the order in which they first come."""
    names = dict.fromkeys(name for one in scores for name in one)
    columns = ((name, [one[name] for one in scores if name in one]) for name in names)
    print_table(("figure", "mean", "questions"), ((name, mean_cell(values), len(values)) for name, values in columns))


def score_cells(scores: Sequence[Scores], names: Iterable[str]) -> list[str]:
    """The mean of each of these scores over the questions that have it."""
    return [mean_cell([one[name] for one in scores if name in one]) for name in names]
