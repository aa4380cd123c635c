"""Settings, read once, at the edge: flag, then environment, then ``.env``, then ``dateline.toml``."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from dotenv import dotenv_values
from platformdirs import user_data_path

from dateline.index.embedding.embedder import DEFAULT_EMBEDDER
from dateline.index.library import CHROMA_FROM
from dateline.rag.errors import SettingsError

PASSAGES = 10
"""How many passages are read for an answer."""
MAX_PASSAGES = 50
CONTEXT = 4096
"""Tokens that a chat model is taken to hold, prompt and answer together: what local servers give one unless told."""
TIMEOUT = 120
"""Seconds of silence after which a chat model's server is given up: before its first word, and between two."""

LOGIN = "DATELINE_AUTH"
"""Who may see the page, in the environment or ``.env``; no setting, which would be shown."""

_PREFIX = "DATELINE_"
_MAX_CHUNKS = 1_000_000_000
_SMALLEST_CONTEXT, _LARGEST_CONTEXT = 1_024, 10_000_000
_LONGEST_TIMEOUT = 3_600
_DIGITS = 12  # of a number at most: more are out of every range


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a user may choose: names in ``dateline.toml`` and, with ``DATELINE_`` before them, in the environment."""

    library: Path
    """The folder of the library."""
    embedder: str = DEFAULT_EMBEDDER
    """What a new library is built with: the model that is shipped, or a SentenceTransformer by name or path."""
    passages: int = PASSAGES
    """How many passages are read for an answer."""
    chroma_from: int = CHROMA_FROM
    """How many chunks it takes for a Chroma index to be built beside the record; 0 builds one always."""
    model: str = ""
    """The chat model that writes answers, ``provider:name``; without one they are quotations."""
    context: int = CONTEXT
    """Tokens that it holds, prompt and answer together."""
    timeout: int = TIMEOUT
    """Seconds of silence after which its server is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting with its value and the place it came from."""

    name: str
    value: str
    place: str


def read_settings(flags: Mapping[str, str | None], folder: Path | None = None) -> tuple[Settings, tuple[Setting, ...]]:
    """The settings in force, and where each came from.

    Args:
        flags: by name, None where a flag was not given.
        folder: where ``.env`` and ``dateline.toml`` are looked for; the current one.

    Raises:
        SettingsError: a name is unknown, a value is of no use, or a file can't be read.
    """
    folder = folder or _current()
    places: tuple[tuple[str, Mapping[str, str]], ...] = (
        ("flag", {name: value for name, value in flags.items() if value is not None}),
        ("environment", _prefixed(os.environ, "the environment")),
        (".env", _prefixed(_dotenv(folder / ".env"), "'.env'")),
        ("dateline.toml", _toml(folder / "dateline.toml")),
        ("default", _defaults()),
    )
    chosen = tuple(
        next(Setting(name=name, value=values[name], place=place) for place, values in places if name in values)
        for name in _names()
    )
    values = {setting.name: setting.value for setting in chosen}
    settings = Settings(
        library=_folder(values["library"]),
        embedder=values["embedder"],
        passages=_whole_number("passages", values["passages"], range(1, MAX_PASSAGES + 1)),
        chroma_from=_whole_number("chroma_from", values["chroma_from"], range(_MAX_CHUNKS)),
        model=values["model"],
        context=_whole_number("context", values["context"], range(_SMALLEST_CONTEXT, _LARGEST_CONTEXT + 1)),
        timeout=_whole_number("timeout", values["timeout"], range(1, _LONGEST_TIMEOUT + 1)),
    )
    return settings, chosen


def read_environment(folder: Path | None = None) -> Mapping[str, str]:
    """Where chat models are and their keys, by their providers' names, and ``LOGIN``: environment, then ``.env``."""
    return {**_dotenv((folder or _current()) / ".env"), **os.environ}


def _current() -> Path:
    try:
        return Path.cwd()
    except OSError as error:
        raise SettingsError("the current folder is gone; change to one that is there") from error


def _folder(value: str) -> Path:
    if not value or "\0" in value:  # a variable of a script that is not set would make a library of the current folder
        raise SettingsError(f"library is {value!r}; give a folder")
    try:
        return Path(value).expanduser()
    except RuntimeError as error:
        raise SettingsError(f"library is {value!r}, and there is no such home; give a folder") from error


def _defaults() -> dict[str, str]:
    named = {field.name: str(field.default) for field in fields(Settings)}
    return {**named, "library": str(user_data_path("dateline") / "library")}


def _names() -> tuple[str, ...]:
    return tuple(field.name for field in fields(Settings))


def _prefixed(values: Mapping[str, str], place: str) -> dict[str, str]:
    """The values whose names begin with ``DATELINE_``; an empty one counts as not given."""
    names = {name for name in values if name.startswith(_PREFIX)} - {LOGIN}
    ours = {name.removeprefix(_PREFIX).lower(): values[name] for name in names}
    return {name: value for name, value in _known(ours, place, _PREFIX).items() if value}


def _dotenv(path: Path) -> dict[str, str]:
    try:
        return {name: value for name, value in dotenv_values(path).items() if value is not None}
    except (UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"can't read '.env': {error}; save it as utf-8, or remove it") from error


def _toml(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
        raise SettingsError(f"can't read 'dateline.toml': {error}") from error
    return _known({name: str(value) for name, value in values.items()}, "'dateline.toml'", "")


def _known(values: dict[str, str], place: str, prefix: str) -> dict[str, str]:
    unknown = sorted(values.keys() - set(_names()))
    if unknown:
        shown = [f"{prefix}{name.upper() if prefix else name}" for name in (*unknown, *_names())]
        raise SettingsError(f"unknown setting {shown[0]!r} in {place}; there are {', '.join(shown[len(unknown) :])}")
    return values


def _whole_number(name: str, value: str, allowed: range) -> int:
    if not value.isascii() or not value.isdigit() or int(value[:_DIGITS]) not in allowed:
        raise SettingsError(f"{name} is {value!r}; give a whole number from {allowed[0]} to {allowed[-1]}")
    return int(value)
