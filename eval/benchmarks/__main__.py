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
    "desk": ("desk", "risk_coverage"), "drafts": ("drafts",), "followups": ("conversations", "followups"),
    "growth": ("growth",), "peers": ("peers",), "reading": ("clapnq", "reading", "squad", "twins"),
    "retrieval": ("beir", "evidence", "multihop", "retrieval", "vectors"), "spelling": ("spelling",),
    "runtime": ("embedding", "listing", "longrun", "sandbox", "startup"), "server": ("server", "servergrowth"),
    "verdicts": ("verdicts",), "verification": ("altered",), "written": ("written",),
