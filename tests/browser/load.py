"""``python -m tests.browser.load --questions 2000``: question after question, and what the server's memory does."""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.request import Request, urlopen

import numpy as np

from tests.browser.libraries import shipped_library
from tests.harness.serving import Served, served

_EVERY, _WARM = 100, 600  # questions


def main() -> None:
    """Ask, and print the memory in between and its slope."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=2000)
    count: int = parser.parse_args().questions
    with shipped_library() as library, served(library) as serving:
        seen = []
        began = time.perf_counter()
        for asked, megabytes in _measured(serving, _questions(), count):
            seen.append((asked, megabytes))
            print(f"{asked:6,} questions  {megabytes:7.1f} MB  {time.perf_counter() - began:6.0f} s", flush=True)
    warm = [pair for pair in seen if pair[0] >= _WARM]
    if len(warm) > 1:
        slope = np.polyfit([asked for asked, _ in warm], [megabytes for _, megabytes in warm], 1)[0]
        print(f"slope after {_WARM} questions: {slope * 1000:+.2f} MB per 1,000")


def resident(process: int) -> float:
    """Megabytes that a process holds in memory."""
    status = Path(f"/proc/{process}/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def ask(address: str, question: str) -> dict[str, object]:
    """Ask the page's endpoint, as a program does."""
    call, body = f"{address}gradio_api/call/v2/ask", json.dumps({"question": question}).encode()
    with urlopen(Request(call, body, {"Content-Type": "application/json"}), timeout=60) as response:
        event = json.loads(response.read())["event_id"]
    with urlopen(f"{call}/{event}", timeout=60) as stream:
        said = stream.read().decode()
    data = said.rpartition("data: ")[2]
    answer = json.loads(data)[0]
    assert answer["question"] == question, said
    return dict(answer)


def _questions() -> Sequence[str]:
    root = Path(__file__).parents[2]
    sets = (root / "seeds" / "questions.jsonl", root / "eval" / "sets" / "newsroom" / "questions.jsonl")
    lines = [line for path in sets for line in path.read_text("utf-8").splitlines()]
    return [json.loads(line)["question"] for line in lines]


def _measured(serving: Served, questions: Sequence[str], count: int) -> Iterator[tuple[int, float]]:
    yield 0, resident(serving.process)
    for asked in range(1, count + 1):
        ask(serving.address, questions[asked % len(questions)])
        if asked % _EVERY == 0:
            yield asked, resident(serving.process)


if __name__ == "__main__":
    main()
