"""Settings, read once, at the edge: flags, environment, a file named by ``--env-file``, the user's own, the folder's.

The current folder may be a stranger's: its ``dateline.toml`` sets where the library lies and how much is read, never
what is loaded or where anything is sent. Its ``.env`` is not read unless ``--env-file`` names it.
"""

import io
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dotenv import dotenv_values
from platformdirs import user_config_path, user_data_path

from dateline.index.embedding.embedder import DEFAULT_EMBEDDER
from dateline.index.errors import ArgumentError
from dateline.index.postgres.address import ServerAddress, folder_of, is_server
from dateline.index.reading.files import open_file
from dateline.rag.errors import SettingsError

if TYPE_CHECKING:
    from dateline.rag.writing.chat_models import Provider

PASSAGES = 10
"""How many passages are read for an answer."""
MAX_PASSAGES = 50
CONTEXT = 4096
"""Tokens that a chat model is taken to hold, prompt and answer together: what local servers give one unless told."""
TIMEOUT = 120
"""Seconds of silence after which a chat model's server is given up: before its first word, and between two."""

LOGIN = "DATELINE_AUTH"
"""Who may see the page, in the environment or a file of ``--env-file``; no setting, which would be shown."""
TOKEN = "DATELINE_TOKEN"
"""What a program shows to be answered over HTTP; kept as ``LOGIN`` is."""
FILE_NAME = "dateline.toml"
PROVIDERS_OWN = "the provider's own"

_PREFIX = "DATELINE_"
_NUMBERS = {"passages": range(1, MAX_PASSAGES + 1), "context": range(1_024, 10_000_001), "timeout": range(1, 3_601)}
_DIGITS = 12  # of a number at most: more are out of every range
_OF_A_FOLDER = frozenset({"library", "passages", "context", "timeout"})
_LARGEST_FILE = 64 * 1024  # bytes
_SHOWN = 80  # characters of a value that is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a user may choose: names in ``dateline.toml`` and, with ``DATELINE_`` before them, in the environment."""

    library: Path | ServerAddress
    """The folder of the library, or where it lies on a server."""
    embedder: str = DEFAULT_EMBEDDER
    """What a new library is built with: the model that is shipped, or a SentenceTransformer by name or path."""
    passages: int = PASSAGES
    """How many passages are read for an answer."""
    reader: str = ""
    """What finds the answer in passages, a question-answering model of Hugging Face; the shipped unless named."""
    reranker: str = ""
    """What chooses the passages that are read, a cross-encoder of Hugging Face; none unless named."""
    verifier: str = ""
    """What says whether a written sentence is supported, a model of inference of Hugging Face; rules unless named."""
    model: str = ""
    """The chat model that writes answers, ``provider:name``; without one they are quotations."""
    context: int = CONTEXT
    """Tokens that it holds, prompt and answer together."""
    timeout: int = TIMEOUT
    """Seconds of silence after which its server is given up."""
    env_file: Path | None = None
    """Where addresses and keys stand besides the environment; named by a flag alone."""

    @property
    def folder(self) -> Path:
        """Where files beside the library are kept."""
        return folder_of(self.library)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting with its value, as it may be shown, and the place it came from."""

    name: str
    value: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a chat model's requests go, and where its key comes from."""

    provider: str
    address: str
    """As it is set: it may hold a password."""
    place: str
    """That the address came from."""
    key: str | None
    """The name of its key's variable; None where it has none."""
    key_place: str | None
    """Where the key stands that is sent there; None where none is."""


def read_settings(
    flags: Mapping[str, str | None], folder: Path | None = None, env_file: Path | None = None
) -> tuple[Settings, tuple[Setting, ...]]:
    """The settings in force, and where each came from.

    Args:
        flags: by name, None where a flag was not given.
        folder: whose ``dateline.toml`` is read as well, which may be a stranger's; none unless given.
        env_file: a file of variables, read after the environment.

    Raises:
        SettingsError: a name is unknown, a value is of no use, or a file can't be read.
    """
    own = own_file()
    places: tuple[tuple[str, Mapping[str, str]], ...] = (
        ("flag", {name: value for name, value in flags.items() if value is not None}),
        *((place, _prefixed(values, place)) for place, values in _variables(env_file)),
        (str(own), _toml(own.resolve(), repr(str(own)))),
        (FILE_NAME, _toml_of_folder(folder, own)),
        ("default", _defaults()),
    )
    chosen = tuple(
        next(Setting(name=name, value=values[name], place=place) for place, values in places if name in values)
        for name in _names()
    )
    values = {setting.name: setting.value for setting in chosen}
    library = _library(values["library"], next(one.place for one in chosen if one.name == "library"))
    if isinstance(library, ServerAddress):  # its password is not shown
        chosen = tuple(replace(one, value=str(library)) if one.name == "library" else one for one in chosen)
    settings = Settings(
        library=library,
        embedder=values["embedder"],
        reader=values["reader"],
        reranker=values["reranker"],
        verifier=values["verifier"],
        model=values["model"],
        env_file=env_file,
        **{name: _whole_number(name, values[name], allowed) for name, allowed in _NUMBERS.items()},
    )
    return settings, chosen


def own_file() -> Path:
    """The user's own ``dateline.toml``, which may set everything."""
    return user_config_path("dateline") / FILE_NAME


def read_environment(env_file: Path | None = None) -> Mapping[str, str]:
    """Where chat models are and their keys, by their providers' names, and ``LOGIN``: environment, then ``env_file``.

    A key goes only to an address from the same place or to the provider's own: any other is left out.

    Raises:
        SettingsError: the file can't be read.
    """
    places = _variables(env_file)
    found = {name: value for _, values in reversed(places) for name, value in values.items()}
    for one in read_destinations(env_file):
        if one.key:
            found.pop(one.key, None)
            if one.key_place:
                found[one.key] = dict(places)[one.key_place][one.key]
    return found


def read_destinations(env_file: Path | None = None) -> tuple[Destination, ...]:
    """Where the requests of each provider go as things are set, and whether with a key; no request is made.

    Raises:
        SettingsError: the file can't be read.
    """
    from dateline.rag.writing.chat_models import PROVIDERS

    places = _variables(env_file)
    return tuple(_destination(name, provider, places) for name, provider in PROVIDERS.items())


def _destination(name: str, provider: "Provider", places: Sequence[tuple[str, Mapping[str, str]]]) -> Destination:
    found = ((place, values.get(provider.address_variable, "")) for place, values in places)
    place, address = next((one for one in found if one[1]), (PROVIDERS_OWN, provider.address))
    is_own = address.rstrip("/") == provider.address
    holding = (one for one, values in places if values.get(provider.key_variable or ""))
    key_place = next((one for one in holding if is_own or one == place), None)
    return Destination(provider=name, address=address, place=place, key=provider.key_variable, key_place=key_place)


def current_folder() -> Path:
    """The current folder.

    Raises:
        SettingsError: it is gone.
    """
    try:
        return Path.cwd()
    except OSError as error:
        raise SettingsError("the current folder is gone; change to one that is there") from error


def _library(value: str, place: str) -> Path | ServerAddress:
    if not is_server(value):
        return _folder(value)
    if place == FILE_NAME:  # a stranger's would be told the user's name, and all that is added
        raise SettingsError(
            f"{FILE_NAME!r} of the current folder may not name a library on a server: it may be a stranger's; set it "
            f"in {str(own_file())!r} or as {_PREFIX}LIBRARY in the environment, and remove it there"
        )
    try:
        return ServerAddress.parse(value)
    except ArgumentError as error:
        raise SettingsError(str(error)) from error


def _folder(value: str) -> Path:
    if not value or "\0" in value:  # a variable of a script that is not set would make a library of the current folder
        raise SettingsError(f"library is {_shown(value)}; give a folder")
    if "://" in value or value.startswith("\\\\"):  # opening a share would send the user's name there
        raise SettingsError(f"library is {_shown(value)}; give a folder of this machine")
    try:
        return Path(value).expanduser()
    except RuntimeError as error:
        raise SettingsError(f"library is {_shown(value)}, and there is no such home; give a folder") from error


def _defaults() -> dict[str, str]:
    named = {field.name: str(field.default) for field in fields(Settings) if field.name in _names()}
    return {**named, "library": str(user_data_path("dateline") / "library")}


def _names() -> tuple[str, ...]:
    return tuple(field.name for field in fields(Settings) if field.name != "env_file")


def _variables(env_file: Path | None) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """The environment, and what the file holds, each with its name."""
    if env_file is None:
        return (("environment", os.environ),)
    name = repr(str(env_file))
    text = _read(env_file, name)
    if text is None:
        raise SettingsError(f"no file {name}; --env-file names one of variables")
    found = dotenv_values(stream=io.StringIO(text), interpolate=False)  # else it could send any variable away
    return (("environment", os.environ), (name, {key: value for key, value in found.items() if value is not None}))


def _prefixed(values: Mapping[str, str], place: str) -> dict[str, str]:
    """The values whose names begin with ``DATELINE_``; an empty one counts as not given."""
    names = {name for name in values if name.startswith(_PREFIX)} - {LOGIN, TOKEN}
    ours = {name.removeprefix(_PREFIX).lower(): values[name] for name in names}
    where = "the environment" if place == "environment" else place
    return {name: value for name, value in _known(ours, where, _PREFIX).items() if value}


def _read(path: Path, name: str) -> str | None:
    """The text of a small file; None where there is none. No pipe or device is waited for."""
    try:
        with open_file(path) as file:
            raw = file.read(_LARGEST_FILE + 1)
        if len(raw) > _LARGEST_FILE:
            raise SettingsError(f"can't read {name}: it has over {_LARGEST_FILE // 1024} kB; settings take a few lines")
        return raw.decode("utf-8")
    except FileNotFoundError:
        return None
    except (UnicodeDecodeError, OSError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or error
        raise SettingsError(f"can't read {name}: {reason}; save it as a plain file of utf-8, or remove it") from error


def _toml_of_folder(folder: Path | None, own: Path) -> Mapping[str, str]:
    """What a folder's file sets, which may be little."""
    if folder is None or (folder / FILE_NAME).resolve() == own.resolve():
        return {}
    values = _toml(folder / FILE_NAME, repr(FILE_NAME))
    for name in values:
        if name not in _OF_A_FOLDER:
            raise SettingsError(
                f"{FILE_NAME!r} of the current folder may not set {name!r}: it may be a stranger's; set it in "
                f"{str(own)!r} or as {_PREFIX}{name.upper()} in the environment, and remove it there"
            )
    return values


def _toml(path: Path, place: str) -> dict[str, str]:
    try:
        values = tomllib.loads(_read(path, place) or "")
    except (ValueError, RecursionError) as error:  # ValueError is the root of tomllib's own, and of a number too long
        raise SettingsError(f"can't read {place}: {str(error)[:_SHOWN]}; write lines like: passages = 10") from error
    return _texts(_known(values, place, ""), place)


def _texts(values: Mapping[str, Any], place: str) -> dict[str, str]:
    """Values of their types as texts."""
    for name, value in values.items():
        if type(value) is not (int if name in _NUMBERS else str):
            wanted = "a whole number without quotes" if name in _NUMBERS else "a text in quotes"
            raise SettingsError(f"{name} is {_shown(value)} in {place}; give {wanted}")
    return {name: str(value) for name, value in values.items()}


def _known(values: Mapping[str, Any], place: str, prefix: str) -> Mapping[str, Any]:
    unknown = sorted(values.keys() - set(_names()))
    if unknown:
        shown = [f"{prefix}{name.upper() if prefix else name}" for name in (unknown[0], *_names())]
        raise SettingsError(f"unknown setting {_shown(shown[0])} in {place}; there are {', '.join(shown[1:])}")
    return values


def _whole_number(name: str, value: str, allowed: range) -> int:
    if not value.isascii() or not value.isdigit() or int(value[:_DIGITS]) not in allowed:
        raise SettingsError(f"{name} is {_shown(value)}; give a whole number from {allowed[0]} to {allowed[-1]}")
    return int(value)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
