"""What a server counts: requests, how long they took, questions answered and declined, in Prometheus' text format.

Several processes serve one port, and whoever asks reaches any of them. So each counts in a file of its own, of numbers
at fixed places, and whoever is asked adds up the files of all. One of a process that ended stays: no counter falls.
"""

import mmap
import struct
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from uuid import uuid4

ROUTES = (
    "/v1/ask", "/v1/check", "/v1/search", "/v1/timeline", "/v1/articles", "/v1/articles/{article_id}",
    "/v1/openapi.json", "/healthz", "/readyz", "/metrics", "page",
)  # fmt: skip
"""What requests are counted by; ``page`` is every other path."""
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds of a request's time, in seconds; a last one has none."""
GONE = 499
"""The status of a request whose client hung up before anything was answered, as proxies count it."""
OUTCOMES = ("answered", "declined")
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_STATUSES = (200, 304, 400, 401, 403, 404, 405, 408, 413, 414, 415, 422, 429, GONE, 500, 503)
_OTHER = 0  # the status of all others
_NUMBER = struct.Struct("<d")
_LARGEST = len(BOUNDS)  # the place of the bucket without a bound

_Key = tuple[str, ...]
_REQUESTS, _BUCKET, _SUM, _QUESTIONS = "requests", "bucket", "sum", "questions"
_KEYS: tuple[_Key, ...] = (
    *((_REQUESTS, route, str(status)) for route in ROUTES for status in (*_STATUSES, _OTHER)),
    *((_BUCKET, route, str(at)) for route in ROUTES for at in range(_LARGEST + 1)),
    *((_SUM, route) for route in ROUTES),
    *((_QUESTIONS, outcome) for outcome in OUTCOMES),
)
_PLACES: Mapping[_Key, int] = {key: _NUMBER.size * at for at, key in enumerate(_KEYS)}
_SIZE = _NUMBER.size * len(_KEYS)
_SUFFIX = ".counts"


class Metrics:
    """The counts of this process, and those of all that serve with it; any number of threads may count."""

    def __init__(self, folder: Path) -> None:
        """Count in a file of ``folder``, which all processes of a server share."""
        self._folder = folder
        self._turn = threading.Lock()
        with (folder / f"{uuid4().hex}{_SUFFIX}").open("w+b") as file:
            file.truncate(_SIZE)
            self._counts = mmap.mmap(file.fileno(), _SIZE)

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """One more request was answered."""
        at = next((at for at, bound in enumerate(BOUNDS) if seconds <= bound), _LARGEST)
        with self._turn:
            self._add((_REQUESTS, route, str(status if status in _STATUSES else _OTHER)))
            self._add((_BUCKET, route, str(at)))
            self._add((_SUM, route), seconds)

    def count_question(self, outcome: str) -> None:
        """One more question was answered, or declined."""
        with self._turn:
            self._add((_QUESTIONS, outcome))

    def _add(self, key: _Key, amount: float = 1.0) -> None:
        place = _PLACES[key]
        (before,) = _NUMBER.unpack_from(self._counts, place)
        _NUMBER.pack_into(self._counts, place, before + amount)

    def render(self, library: Mapping[str, int]) -> str:
        """All counts as text; ``library`` is what its size is now, by what is counted."""
        total = self._total()
        parts = (_requests(total), _times(total), _questions(total), _sizes(library))
        return "\n".join([line for part in parts for line in part]) + "\n"

    def _total(self) -> Mapping[_Key, float]:
        sums = [0.0] * len(_KEYS)
        for path in self._folder.glob(f"*{_SUFFIX}"):
            raw = path.read_bytes()
            if len(raw) == _SIZE:  # else it is being made
                sums = [one + number for one, (number,) in zip(sums, _NUMBER.iter_unpack(raw), strict=True)]
        return dict(zip(_KEYS, sums, strict=True))


def _head(name: str, kind: str, said: str) -> tuple[str, str]:
    return f"# HELP {name} {said}", f"# TYPE {name} {kind}"


def _requests(total: Mapping[_Key, float]) -> Iterator[str]:
    name = "dateline_http_requests_total"
    yield from _head(name, "counter", "Requests by route and status; status 0 is any other.")
    for kind, *labels in _KEYS:
        if kind == _REQUESTS and (count := total[kind, *labels]):
            route, status = labels
            yield f'{name}{{route="{route}",status="{status}"}} {count:.0f}'


def _times(total: Mapping[_Key, float]) -> Iterator[str]:
    name = "dateline_http_request_seconds"
    yield from _head(name, "histogram", "Seconds from a request to the end of its answer.")
    for route in ROUTES:
        counts = [total[_BUCKET, route, str(at)] for at in range(_LARGEST + 1)]
        if any(counts):
            yield from _histogram(name, route, counts, total[_SUM, route])


def _histogram(name: str, route: str, counts: Iterable[float], seconds: float) -> Iterator[str]:
    so_far = 0.0
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), counts, strict=True):
        so_far += count
        yield f'{name}_bucket{{route="{route}",le="{bound}"}} {so_far:.0f}'
    yield f'{name}_sum{{route="{route}"}} {seconds:.6f}'
    yield f'{name}_count{{route="{route}"}} {so_far:.0f}'


def _questions(total: Mapping[_Key, float]) -> Iterator[str]:
    name = "dateline_questions_total"
    yield from _head(name, "counter", "Questions put to /v1/ask by what came of them.")
    for outcome in OUTCOMES:
        yield f'{name}{{outcome="{outcome}"}} {total[_QUESTIONS, outcome]:.0f}'


def _sizes(library: Mapping[str, int]) -> Iterator[str]:
    for what, count in library.items():
        name = f"dateline_library_{what}"
        yield from _head(name, "gauge", f"How many {what} the library holds.")
        yield f"{name} {count}"
