"""Corrections of answers, kept as samples in a file beside the library that ``dateline eval`` can ask.

What comes from the page may be forged: it is held against the library, cut to size, and written a line at a time.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from dateline.index.library import Library
from dateline.index.reading.cleaning import clean
from dateline.index.storage.durability import make_private_folder
from dateline.index.types import Article, is_article_id
from dateline.rag.conversation import Turn, recent_turns
from dateline.rag.errors import QuestionError
from dateline.rag.request import check_question
from dateline.rag.retrieval import find_article
from dateline.ui.errors import CorrectionError
from dateline.ui.services.library_admin import samples_folder

CORRECTIONS_NAME = "corrections.jsonl"
_MAX_BYTES = 10_000_000  # of all corrections; a set of samples may have twice that
_PATIENCE_SECONDS = 5.0
_SHOWN = 60
_MISSING = {
    "wrong": "say what the right answer is, mark the words it rests on, or say that the articles do not answer it",
    "right": "say which answer is right, or mark the words it rests on",
}


def _one_or_many(value: Any) -> Any:
    return [] if value is None else [value] if isinstance(value, str) else value


_Answer = Annotated[str, Field(max_length=1_000)]
_Quote = Annotated[str, Field(max_length=5_000)]
_Id = Annotated[str, Field(max_length=16)]
_Several = BeforeValidator(_one_or_many)


class _Turn(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")
    question: str
    answer: str = ""


class _Given(BaseModel):
    """A correction as the page hands it over."""

    model_config = ConfigDict(strict=True, extra="forbid")
    question: str
    verdict: Literal["wrong", "unanswerable", "right"]
    answers: Annotated[list[_Answer], _Several, Field(max_length=10)] = []
    quotes: Annotated[list[_Quote], _Several, Field(max_length=20)] = []
    article: Annotated[list[_Id], _Several, Field(max_length=20)] = []
    unanswerable: bool = False
    history: Annotated[list[_Turn], Field(max_length=1_000)] = []


def add_correction(given: Mapping[str, Any], library: Library) -> str:
    """Keep a correction as a sample with the library; the same one twice is kept once.

    Args:
        given: ``question``; ``verdict``: wrong, unanswerable or right; ``answers``, any of them right; ``quotes``, the
            words it rests on; ``article``, the ids of articles in which they stand; ``history``, earlier turns.
        library: whose articles were asked.

    Returns:
        What was done, in a line.

    Raises:
        CorrectionError: it is of another form, something is missing, or it does not fit the library.
    """
    row = _row_of(_checked(given), library)
    folder = samples_folder(library.folder)
    try:
        make_private_folder(folder)
        with FileLock(folder / ".corrections.lock", timeout=_PATIENCE_SECONDS):
            count, new = _append(folder / CORRECTIONS_NAME, row)
    except Timeout as error:
        raise CorrectionError("other corrections are being written; try again") from error
    except OSError as error:
        raise CorrectionError(f"can't keep the correction: {(error.strerror or str(error)).lower()}") from error
    kept = "kept" if new else "known already"
    return f"{kept}: {count} sample{'' if count == 1 else 's'} of yours to evaluate"


def _checked(given: object) -> _Given:
    try:
        return _Given.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])[:_SHOWN] or "it"
        raise CorrectionError(f"no correction: {where!r}: {first['msg'].lower()}") from error
    except RecursionError as error:
        raise CorrectionError("no correction: it is nested too deep") from error


def _row_of(given: _Given, library: Library) -> dict[str, Any]:
    """The sample, with no field that is empty; its id tells it from every other correction."""
    try:
        question = check_question(given.question)
    except QuestionError as error:
        raise CorrectionError(str(error)) from error
    answers, quotes = _cleaned(given.answers), _cleaned(given.quotes)
    unanswerable = given.unanswerable or given.verdict == "unanswerable"
    if unanswerable and (answers or quotes or given.verdict == "right"):
        raise CorrectionError("what the articles do not answer has no answer and no words that it rests on")
    if not (unanswerable or answers or quotes):
        raise CorrectionError(_MISSING[given.verdict])
    articles = [_article(library, one) for one in dict.fromkeys(given.article)]
    standing = [quote for quote in quotes if any(quote in article.text for article in articles)]
    _check_standing(quotes, standing, articles)
    turns = recent_turns(Turn(question=turn.question, answer=turn.answer) for turn in given.history)
    row: dict[str, Any] = {
        "question": question,
        "answers": answers,
        "quotes": standing,
        "article": [] if unanswerable else [one.id for one in articles],
        "unanswerable": unanswerable,
        "history": [{"question": turn.question, "answer": turn.answer} for turn in turns],
    }
    row = {name: value for name, value in row.items() if value}
    digest = hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()
    return {"id": f"correction-{digest[:12]}", **row, "tags": ["correction", given.verdict]}


def _cleaned(texts: Iterable[str]) -> list[str]:
    """As samples are cleaned when they are read; what is nothing then is left out."""
    return list(dict.fromkeys(text for one in texts if (text := clean(one).text.strip())))


def _article(library: Library, article_id: str) -> Article:
    if is_article_id(article_id) and (article := find_article(library, article_id)):
        return article
    raise CorrectionError(f"no article {article_id[:_SHOWN]!r} in the library; it may have been removed since")


def _check_standing(quotes: list[str], standing: list[str], articles: list[Article]) -> None:
    """Refuse words of which none stands in an article that is named; those of other articles are left out."""
    if quotes and not articles:
        raise CorrectionError("say in which article the words stand")
    if quotes and not standing:
        where = ", ".join(article.id for article in articles)
        raise CorrectionError(f"{quotes[0][:_SHOWN]!r} does not stand in article {where}; quote it to the character")


def _append(path: Path, row: Mapping[str, Any]) -> tuple[int, bool]:
    """Write a sample to the end of the file where it is not in it; gives how many there are, and whether it is new."""
    raw = path.read_bytes() if path.exists() else b""
    whole = _whole_lines(raw)
    known = set(_ids(whole))
    if row["id"] in known:
        return len(known), False
    line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
    if len(whole) + len(line) > _MAX_BYTES:
        raise CorrectionError(f"there are {_MAX_BYTES // 1_000_000} MB of corrections, the limit; rename {str(path)!r}")
    with path.open("r+b" if path.exists() else "wb") as stream:
        stream.seek(min(len(raw), len(whole) - 1) if whole else 0)
        stream.write(whole[stream.tell() :] + line)
        stream.truncate()
        stream.flush()
        os.fsync(stream.fileno())
    return len(known) + 1, True


def _whole_lines(raw: bytes) -> bytes:
    """Without a last line that a crash cut short, of which nobody was told that it is kept."""
    end = raw.rfind(b"\n") + 1
    try:
        json.loads(raw[end:])
    except ValueError:
        return raw[:end]
    return raw + b"\n"


def _ids(lines: bytes) -> Iterator[str]:
    for line in lines.splitlines():
        try:
            yield str(json.loads(line)["id"])
        except (ValueError, KeyError, TypeError):  # a person has edited the file
            yield hashlib.sha256(line).hexdigest()
