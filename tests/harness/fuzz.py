"""Fuzzing: small valid inputs, altered at random; what raises an error that is not expected is a finding.

``python -m tests.harness.fuzz --minutes N --target reading|markers|samples|arguments`` writes findings to
`data/findings/`, each named by its target; ``test_findings.py`` reads them again, so that what was mended stays mended.
"""

import argparse
import hashlib
import io
import json
import random
import sys
import tempfile
import time
import traceback
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path

from dateline.eval.errors import SamplesError
from dateline.eval.samples import read_samples
from dateline.index.errors import DatelineError, ReadError
from dateline.index.reading import ArticleFile, Skipped, find_files, read_file
from dateline.index.reading.files import SANDBOXED_KINDS, file_kind
from dateline.index.reading.formats import SANDBOXED, Source
from dateline.index.splitting.sentences import MAX_CHARACTERS
from dateline.index.types import Article, Metadata
from dateline.rag.errors import QuestionError
from dateline.rag.request import check_question
from dateline.rag.verification.injection.instructions import paragraph_at
from dateline.rag.verification.verify import verify_claim
from dateline.rag.writing.citation_markers import read_markers
from dateline.rag.writing.sanitize import to_plain
from dateline.rag.writing.sentence_stream import SentenceStream
from dateline.rag.writing.writer import abstains
from tests.harness.documents import INPUTS, SRT
from tests.harness.fakes import FakeEmbedder

FINDINGS = Path(__file__).parent / "data" / "findings"
_HERE = {suffix: SANDBOXED[kind] for suffix, kind in SANDBOXED_KINDS.items()}
_SLOW = 20.0  # seconds, on a busy machine
_MOST_BYTES = 200_000
_LONGEST_COMMAND = 20_000  # bytes; systems take 100,000 and more, which only the words for a wrong option are slow with
_EMBEDDER = FakeEmbedder()
_WORDS = (
    r"\x00 \xff\xfe \xef\xbb\xbf \xed\xa0\x80 \r\n \n\n \t [ ] ( ) { } < > </ <!-- --> <![CDATA[ &#x110000; &amp; "
    r"' \\ \\u0000 \\ud800 [1] [2-4] [99999999] \xe3\x80\x903\xe2\x80\xa0 \xc2\xb3 ^[ <sup>1</sup> ](javascript:a) "
    r"![ //x.y 0 -1 1e999 999999999999999999999999 NaN null true 2024-13-45 1,000.5 % $ not no may say Reuters endobj "
    r"stream xref /Kids\x20[2\x200\x20R] /Length\x20-5 \xe2\x80\xae \xf3\xa0\x81\x81 \xef\xac\x80 \xc4\xb0 \xc3\x9f "
    r"obj\x20<< | , ; = ---\n #\x20 title:\x20 --since --model -- .. / ~ * ::"
)
_DICTIONARY = [word.encode().decode("unicode_escape").encode("latin-1") for word in _WORDS.split()]
_DICTIONARY += [b'"', b" ", "\u0301".encode() * 40]


def _pdf(text: bytes) -> bytes:
    stream = zlib.compress(b"BT /F1 12 Tf 72 700 Td (" + text + b") Tj ET")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R "
        b"/Resources << /Font << /F1 3 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + end


_STORY = (
    "Ferries stay\n\nHARWICK, May 3 (Reuters) - The council of Harwick decided on Monday to keep 4 ferries. “It was "
    "close,” said Ann Bell, 52.\n\nIt may sell 2.5 million tickets by 2026, not 3 million; Iraq's minister denied it.\n"
)
_PAGE = (
    '<!doctype html><html><head><meta charset="utf-8"><title>Ferries</title><meta content="2024-05-03T10:00:00Z" '
    'property="article:published_time"><script type="application/ld+json">{"datePublished":"2024-05-03"}</script>'
    f"</head><body><nav><a href='/'>Home</a></nav><article><h1>Ferries stay</h1><p>{_STORY * 2}</p><table><tr><td>4"
    "</td></tr></table><ul><li>one<li>two</ul></article></body></html>"
)
_RECORD = {"id": "a", "title": "Ferries", "text": _STORY, "url": "https://x.org/a", "published": "2024-05-03"}
_ROWS = [
    {"question": "when?", "answers": ["May 3"], "quotes": ["It was close."], "history": [{"question": "who?"}]},
    {"question": "who was it?", "unanswerable": True, "tags": ["x"], "asked": "2024-05-03"},
    {"question": "who left?", "items": [{"answers": ["Bell"], "quote": "Bell left.", "article": "a.txt"}, "Osterby"]},
    {"question": "how many?", "answers": ["4"], "earlier": [{"answers": ["3"]}], "kind": "latest"},
    {"question": "was it close?", "verdict": "yes", "kind": "yes-no", "quotes": ["It was close."]},
]
_SAID = (
    "The council kept 4 ferries [1][2]. It may sell 3 million tickets (3)! See [the report](https://x.org/a?b=1) [^4].",
    'Ann Bell, 52, denied it.【3†source】 "No," she said on May 3, 2024 ³ <sup>2</sup>.',
    "<think>so</think> **The articles do not answer** this question. - one\n1. two [3-5], www.x.org/q",
)
_COMMANDS = (
    "ask|when do ferries leave?|--since|2024-05-03|--source|cnn|--json",
    "search|ferries|--until|2024-05|-n|3",
    "articles|show|baf61fa4bff1d72f|--text",
    "eval|nothing.jsonl|--fail-under|citation_exactness=1.0|--strict",
    "config|show",
    "doctor|--repair",
    "articles|remove|x",
    "ask|q?|--model|openai:x|--lenient",
)
SEEDS: dict[str, list[tuple[str, bytes]]] = {
    "reading": [
        (".txt", _STORY.encode()),
        (".txt", _STORY.encode("utf-16")),
        (".html", _PAGE.encode()),
        (".pdf", _pdf(b"The council met.")),
        (".md", f"---\ntitle: Ferries\ndate: 2024-05-03\n---\n# Ferries\n\n{_STORY}".encode()),
        (".json", json.dumps([_RECORD]).encode()),
        (".jsonl", b"\n".join([json.dumps(_RECORD).encode()] * 3)),
        *((file_kind(name), raw.encode() if isinstance(raw, str) else raw) for name, raw in INPUTS.items()),
        (".srt", SRT.encode()),
    ],
    "markers": [("", said.encode()) for said in _SAID],
    "samples": [
        (".jsonl", b"\n".join(json.dumps(row).encode() for row in _ROWS)),
        (".csv", b'question,answers,history,asked\nwhen?,May 3|May,"[{""question"": ""who?""}]",2024-05-03\n'),
    ],
    "arguments": [("", command.replace("|", "\0").encode()) for command in _COMMANDS],
}


# The targets


def check_reading(raw: bytes, suffix: str, folder: Path) -> None:
    """A file is read to articles whose spans lie in them, or is skipped with a line that says why."""
    path = folder / f"case{suffix}"
    path.write_bytes(raw)
    files, skipped = find_files([path])
    try:  # here, not apart, so that an error is seen where it is raised
        items = list(_HERE[suffix](Source(raw, path.name)) if suffix in _HERE else _read_all(files))
    except ReadError as error:
        items = [Skipped(origin=path.name, reason=str(error), refused=True)]
    for item in (*skipped, *items):
        if isinstance(item, Skipped):
            assert item.reason
            assert "\n" not in item.reason
        elif isinstance(item, Article):
            item.text.encode()
            assert all(0 <= one.start < one.end <= len(item.text) for one in item.body)
            assert list(item.body) == sorted(item.body)


def _read_all(files: Sequence[ArticleFile]) -> Iterator[Article | Skipped]:
    return (item for file in files for item in read_file(file))


def check_markers(raw: bytes, suffix: str, folder: Path) -> None:
    """What a chat model may write is cut, freed of markers and markup, and judged."""
    text = raw.decode("utf-8", "replace")
    stream = SentenceStream()
    cut = [*stream.feed(text[: len(text) // 2]), *stream.feed(text[len(text) // 2 :]), *stream.finish()]
    whole = SentenceStream()
    assert cut == [*whole.feed(text), *whole.finish()]
    for sentence in cut[:20]:
        marked = read_markers(sentence.text, 5)
        assert all(1 <= number <= 5 for number in marked.numbers)
        plain = to_plain(marked.text, [_STORY])
        assert "](" not in plain.text
        abstains(plain.text)
        quotes = [_STORY.split("\n\n")[1], text[:MAX_CHARACTERS]]
        paragraphs = [paragraph_at(_STORY, 20, 30), paragraph_at(text, 0, min(3, len(text)))]
        assert verify_claim(plain.text, quotes, [Metadata(published="2024-05-03")] * 2, _EMBEDDER, paragraphs).why


def check_samples(raw: bytes, suffix: str, folder: Path) -> None:
    """A set of samples is read, or each fault has its line."""
    path = folder / f"case{suffix}"
    path.write_bytes(raw)
    try:
        found = read_samples(path)
    except SamplesError:
        return
    assert found.samples or found.faults
    assert all(line >= 1 and reason for line, reason in found.faults)


def check_arguments(raw: bytes, suffix: str, folder: Path) -> None:
    """A command ends with one of its exit codes, and no trace of the code is shown."""
    from dateline.ui.cli.commands import main

    words = [word.decode("utf-8", "replace") for word in raw[:_LONGEST_COMMAND].split(b"\0")][:12]
    if words[:1] == ["add"] or any(word.startswith(("--a", "--l", "--h")) for word in words):
        return  # what would read or write files anywhere
    with suppress(QuestionError):
        check_question(" ".join(words[1:2]))
    before, sys.argv = sys.argv, ["dateline", *words]
    shown = io.StringIO()
    try:
        with redirect_stdout(shown), redirect_stderr(shown):
            main()
    except SystemExit as end:
        assert end.code in (None, 0, 1, 2, 3), end.code
    finally:
        sys.argv = before
    assert "Traceback" not in shown.getvalue()
    assert "please report it" not in shown.getvalue(), shown.getvalue()


TARGETS: dict[str, Callable[[bytes, str, Path], None]] = {
    "reading": check_reading, "markers": check_markers, "samples": check_samples, "arguments": check_arguments,
}  # fmt: skip


# Altering


def altered(raw: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """An input with one to eight things altered: bits, runs, words of the dictionary, a part of another input."""
    data = bytearray(raw)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.choice((1, 2, 8, 60)))
        kind = chance.randrange(7)
        if kind == 0 and data:
            data[min(at, len(data) - 1)] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del data[at:end]
        elif kind == 2:
            data[at:at] = data[at:end] * chance.choice((2, 10, 2_000))
        elif kind == 3:
            data[at:at] = chance.choice(_DICTIONARY) * chance.choice((1, 1, 3, 3_000))
        elif kind == 4:
            data[at:end] = chance.choice(_DICTIONARY)
        elif kind == 5:
            data[at:at] = chance.randbytes(chance.choice((1, 4, 50)))
        else:
            other = chance.choice(others)
            data[at:end] = other[chance.randrange(len(other) + 1) :][:200]
    return bytes(data[:_MOST_BYTES])


def inputs(target: str, chance: random.Random) -> Iterator[tuple[bytes, str]]:
    """Altered inputs without end; some of them are altered again."""
    seeds = SEEDS[target]
    kept = list(seeds)
    while True:
        suffix, raw = chance.choice(kept)
        made = altered(raw, [other for _, other in seeds], chance)
        if chance.random() < 0.02:
            kept[len(seeds) :] = [*kept[len(seeds) :], (suffix, made)][-40:]
        yield made, suffix


def main() -> int:
    """Fuzz one target for some minutes, and write down what was found."""
    options = argparse.ArgumentParser(prog="python -m tests.harness.fuzz")
    options.add_argument("--minutes", type=float, required=True)
    options.add_argument("--target", choices=sorted(TARGETS), required=True)
    options.add_argument("--seed", type=int, default=int(time.time()))
    chosen = options.parse_args()
    started, count, found = time.monotonic(), 0, set[str]()
    with tempfile.TemporaryDirectory() as folder:
        for raw, suffix in inputs(chosen.target, random.Random(chosen.seed)):
            if time.monotonic() - started > 60 * chosen.minutes:
                break
            count += 1
            problem = _problem(chosen.target, raw, suffix, Path(folder))
            if problem and problem not in found:
                found.add(problem)
                _write(chosen.target, raw, suffix, problem)
    print(f"{chosen.target}: {count} inputs, {len(found)} findings, seed {chosen.seed}")
    return 1 if found else 0


def _problem(target: str, raw: bytes, suffix: str, folder: Path) -> str | None:
    """What went wrong with an input, and where."""
    begun = time.monotonic()
    try:
        TARGETS[target](raw, suffix, folder)
    except (DatelineError, Exception) as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno}"
    return "slow" if time.monotonic() - begun > _SLOW else None


def _write(target: str, raw: bytes, suffix: str, problem: str) -> None:
    FINDINGS.mkdir(parents=True, exist_ok=True)
    name = f"{target}-{hashlib.sha256(raw).hexdigest()[:10]}{suffix or '.bin'}"
    (FINDINGS / name).write_bytes(raw)
    print(f"{name}: {problem}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
