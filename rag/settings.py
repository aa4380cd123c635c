"""Settings, read once, at the edge: flag, then environment, then ``.env``, then ``dateline.toml``."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from dotenv import dotenv_values
from platformdirs import user_data_path

from index.embedding import DEFAULT_EMBEDDER
from rag.errors import SettingsError

_PREFIX = "DATELINE_"
_MAX_PASSAGES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a user may choose: names in ``dateline.toml`` and, with ``DATELINE_`` before them, in the environment."""

    library: Path
    """The folder of the library."""
    embedder: str = DEFAULT_EMBEDDER
    """What a new library is built with: the model that is shipped, or a SentenceTransformer by name or path."""
    passages: int = 10
    """How many passages are read for an answer."""


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
        SettingsError: a name is unknown or a value is of no use.
    """
    folder = folder or Path.cwd()
    places: tuple[tuple[str, Mapping[str, str]], ...] = (
        ("flag", {name: value for name, value in flags.items() if value is not None}),
        ("environment", _prefixed(os.environ, "the environment")),
        (".env", _prefixed(_dotenv(folder / ".env"), "'.env'")),
        ("dateline.toml", _toml(folder / "dateline.toml")),
        (
            "default",
            {"library": str(user_data_path("dateline") / "library"), "embedder": DEFAULT_EMBEDDER, "passages": "10"},
        ),
    )
    chosen = tuple(
        next(Setting(name=name, value=values[name], place=place) for place, values in places if name in values)
        for name in _names()
    )
    values = {setting.name: setting.value for setting in chosen}
    settings = Settings(
        library=Path(values["library"]).expanduser(),
        embedder=values["embedder"],
        passages=_whole_number("passages", values["passages"], _MAX_PASSAGES),
    )
    return settings, chosen


def _names() -> tuple[str, ...]:
    return tuple(field.name for field in fields(Settings))


def _prefixed(values: Mapping[str, str], place: str) -> dict[str, str]:
    """The values whose names begin with ``DATELINE_``; an empty one counts as not given."""
    ours = {name.removeprefix(_PREFIX).lower(): value for name, value in values.items() if name.startswith(_PREFIX)}
    return {name: value for name, value in _known(ours, place, _PREFIX).items() if value}


def _dotenv(path: Path) -> dict[str, str]:
    return {name: value for name, value in dotenv_values(path).items() if value is not None}


def _toml(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"can't read 'dateline.toml': {error}") from error
    return _known({name: str(value) for name, value in values.items()}, "'dateline.toml'", "")


def _known(values: dict[str, str], place: str, prefix: str) -> dict[str, str]:
    unknown = sorted(values.keys() - set(_names()))
    if unknown:
        shown = [f"{prefix}{name.upper() if prefix else name}" for name in (*unknown, *_names())]
        raise SettingsError(f"unknown setting {shown[0]!r} in {place}; there are {', '.join(shown[len(unknown) :])}")
    return values


def _whole_number(name: str, value: str, most: int) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= most:
        raise SettingsError(f"{name} is {value!r}; give a whole number from 1 to {most}")
    return int(value)
