"""Many clients at once: errors and throughput of `/v1` with one process and with two.

    python -m tests.harness.http_load --clients 20 --requests 200

Each client puts its requests one after the other, of ten eight searches, one question and one list, to a server of the
sets that ship, on the loopback. Questions wait for a core; 503 is an error here.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import numpy as np

from dateline.index.library import Library
from tests.harness.serving import Served, served

_ROOT = Path(__file__).parents[2]
_ARTICLES = (_ROOT / "seeds", _ROOT / "eval" / "sets" / "newsroom" / "articles")
_QUESTIONS = _ROOT / "eval" / "sets" / "newsroom" / "questions.jsonl"
_TIMEOUT = 120  # seconds
_KINDS = ("search", "search", "ask", "search", "search", "search", "articles", "search", "search", "search")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one request."""

    kind: str
    status: str
    """Or the kind of the error."""
    seconds: float


def questions() -> list[str]:
    """Those of the set that ships."""
    return [json.loads(line)["question"] for line in _QUESTIONS.read_text("utf-8").splitlines() if line.strip()]


def _client(address: str, number: int, requests: int, asked: list[str]) -> Iterator[Outcome]:
    """The requests of one client, over one connection as long as that holds."""
    host, _, port = address.removeprefix("http://").rstrip("/").partition(":")
    connection = HTTPConnection(host, int(port), timeout=_TIMEOUT)
    for at in range(requests):
        kind, words = _KINDS[(at + number) % len(_KINDS)], asked[(at * 7 + number * 31) % len(asked)]
        started = time.perf_counter()
        try:
            status = str(_put(connection, kind, words))
        except (OSError, HTTPException) as error:
            status = type(error).__name__
            connection.close()
        yield Outcome(kind=kind, status=status, seconds=time.perf_counter() - started)
    connection.close()


def _put(connection: HTTPConnection, kind: str, words: str) -> int:
    if kind == "articles":
        connection.request("GET", "/v1/articles?limit=10")
    else:
        body = {"question" if kind == "ask" else "query": words}
        connection.request("POST", f"/v1/{kind}", json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    json.loads(answer.read())
    return answer.status


def wait_until_ready(server: Served) -> None:
    """Until it answers a question, which loads the models of one process at least."""
    *_, last = _client(server.address, 2, 1, ["who won the vote?"])
    assert last.status == "200", last


def load(server: Served, clients: int, requests: int) -> tuple[list[Outcome], float]:
    """What came of all requests, and the seconds that they took together."""
    asked = questions()
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        runs = pool.map(lambda number: [*_client(server.address, number, requests, asked)], range(clients))
        outcomes = [one for run in runs for one in run]
    return outcomes, time.perf_counter() - started


def report(workers: int, outcomes: list[Outcome], seconds: float) -> str:
    """One run in some lines."""
    wrong = Counter(one.status for one in outcomes if one.status != "200")
    lines = [
        f"{workers} {'process' if workers == 1 else 'processes'}: {len(outcomes)} requests in {seconds:.1f} s, "
        f"{len(outcomes) / seconds:.1f} a second, {sum(wrong.values())} errors {dict(wrong) or ''}".rstrip()
    ]
    for kind in sorted({one.kind for one in outcomes}):
        times = np.array([one.seconds for one in outcomes if one.kind == kind]) * 1000
        middle, high = np.percentile(times, (50, 95))
        lines.append(f"    {kind:<9} {len(times):>5}   p50 {middle:7.0f} ms   p95 {high:7.0f} ms")
    return "\n".join(lines)


def main() -> None:
    """Serve with one process, then with two, and put the same requests to each."""
    parser = argparse.ArgumentParser(prog="python -m tests.harness.http_load", description="Load /v1.")
    parser.add_argument("--clients", type=int, default=20, help="at once")
    parser.add_argument("--requests", type=int, default=200, help="of each client")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "library"
        with Library.write(path) as library:
            library.add(_ARTICLES)
        for workers in (1, 2):
            with served(path, "--api-only", "--workers", str(workers)) as server:
                wait_until_ready(server)
                print(report(workers, *load(server, given.clients, given.requests)), flush=True)


if __name__ == "__main__":
    main()
