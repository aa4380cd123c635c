"""Results on disk: an evaluation as JSON."""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from dateline.eval.comparison import Comparison
from dateline.eval.errors import BaselineError
from dateline.eval.types import Evaluation

_MAX_BYTES = 200_000_000  # of an earlier result
_EVALUATION = TypeAdapter(Evaluation)
_COMPARISON = TypeAdapter(Comparison | None)


def evaluation_fields(evaluation: Evaluation, comparison: Comparison | None = None) -> dict[str, Any]:
    """The object that ``dateline eval --json`` prints."""
    fields: dict[str, Any] = _EVALUATION.dump_python(evaluation, mode="json")
    outcomes = fields.pop("outcomes")
    return {**fields, "comparison": _COMPARISON.dump_python(comparison, mode="json"), "outcomes": outcomes}


def read_evaluation(path: Path) -> Evaluation:
    """What ``evaluation_fields`` gave, from a file.

    Raises:
        BaselineError: the file can't be read, or is no such result.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(_MAX_BYTES + 1)
        if len(raw) > _MAX_BYTES:
            raise BaselineError(f"{str(path)!r} is larger than {_MAX_BYTES // 1_000_000} MB, as no result is")
        return _EVALUATION.validate_python(json.loads(raw))
    except OSError as error:
        raise BaselineError(f"can't read {str(path)!r}: {(error.strerror or '').lower()}") from error
    except (ValueError, RecursionError, ValidationError) as error:
        raise BaselineError(
            f"{str(path)!r} is no result of an evaluation; write one with 'dateline eval SAMPLES --json > FILE'"
        ) from error
