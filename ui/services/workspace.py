"""A library that is kept open, with an assistant for each model and strictness: what the page and MCP share."""

import logging
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from dateline.index.errors import ArgumentError, DatelineError, NoLibrary
from dateline.index.library import Library
from dateline.index.storage.schema import RECORD_NAME
from dateline.rag.assistant import Assistant
from dateline.rag.reader.confidence import Strictness
from dateline.rag.settings import Settings, read_environment
from dateline.rag.writing.addresses import split_address, without_secrets
from dateline.rag.writing.local_servers import OfferedModels, find_models
from dateline.ui.api.validation import read_words
from dateline.ui.services.session import assistant_for, opened_to_read, opened_to_write

QUOTING = "quoting only"
_TRIAL, _SAID = 20, 80  # seconds that a model may be silent when it is tried, and characters that are shown
_FIRST = "when do coalition troops leave Iraq?"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoice:
    """A way of answering."""

    name: str
    """As it is chosen."""
    model: str = ""
    """``provider:name``; empty where answers are quotations."""
    address: str = ""
    """Of the server that was found or set; empty where the environment says."""
    key: str = field(default="", repr=False)
    """Set on the page, for this run."""


class Workspace:
    """Shared by everyone whom a page or a server answers; made once, used by many threads."""

    def __init__(self, settings: Settings, *, shared: bool = False) -> None:
        self.settings = settings
        self.shared = shared
        """Whether others than its owner ask here; they ask no addresses, remove nothing and set no model."""
        first = ModelChoice(name=settings.model or QUOTING, model=settings.model)
        self._models = {first.name: first, QUOTING: ModelChoice(name=QUOTING)}
        self._first = first.name
        self._library: Library | None = None
        self._file: tuple[int, int] | None = None  # that the library reads
        self._assistants: dict[tuple[str, Strictness], Assistant] = {}
        self._turn = threading.Lock()

    @property
    def library(self) -> Library:
        """The library, opened to read when first asked for, and again where another lies there since.

        What others write to it is seen at once.

        Raises:
            NoLibrary: nothing was built there, or it is gone.
        """
        with self._turn:
            file = _file_of(self.settings.folder)
            if self._library is None or self._file != file:  # an open one is not closed: a thread may be asking it
                self._library, self._file = opened_to_read(self.settings), file
                self._assistants.clear()
            return self._library

    def assistant(self, way: object = None, strictness: object = None) -> Assistant:
        """The assistant that answers in one of ``ways``; what is no such way, or no strictness, is the usual one.

        Raises:
            ChatModelError: that model can't be had.
        """
        library = self.library
        name = way if isinstance(way, str) and way in self._models else self._first
        how: Strictness = "strict" if strictness == "strict" else "lenient" if strictness == "lenient" else "balanced"
        with self._turn:
            if (name, how) not in self._assistants:
                self._assistants[name, how] = self._made(self._models[name], library, how)
            return self._assistants[name, how]

    def _made(self, way: ModelChoice, library: Library, how: Strictness) -> Assistant:
        return assistant_for(replace(self.settings, model=way.model), library, how, self._environment(way))

    def _environment(self, way: ModelChoice) -> dict[str, str]:
        """Where the server of a way is, and its key."""
        environment = dict(read_environment(self.settings.env_file))
        if way.address:  # a server that was found here gets no key that is meant for another
            environment.pop("OPENAI_API_KEY", None)
            environment["OPENAI_BASE_URL"] = way.address
            environment |= {"OPENAI_API_KEY": way.key} if way.key else {}
        return environment

    @property
    def models(self) -> Sequence[str]:
        """The names of all ways that are known, the usual one first."""
        return list(self._models)

    def find_models(self) -> tuple[OfferedModels, ...]:
        """Look for servers of chat models on this machine; what they offer are ways from then on.

        Raises:
            ChatModelError: there is none, or the one that the environment names is wrong.
        """
        found = find_models(read_environment(self.settings.env_file))
        for server in found:
            # That of the environment may hold a key, and is shown without.
            address = "" if server.name == "OPENAI_BASE_URL" else server.address
            for model in server.models:
                name = f"{model} ({server.name})"
                self._models[name] = ModelChoice(name=name, model=f"openai:{model}", address=address)
        return found

    def add_model(self, address: object, name: object, key: object = "") -> str:
        """Make a way of answering of a server that a person names; gives the name of the way.

        Args:
            address: of an OpenAI-compatible server.
            name: of its model.
            key: that it asks for, kept in memory alone and sent nowhere else.

        Raises:
            ArgumentError: one of them is no short text, or address or name is missing.
            ServerUnreachable: the address is none.
        """
        where, model = read_words("the address", address), read_words("the name", name)
        secret = read_words("the key", key)
        if not where or not model:
            raise ArgumentError("an address and a name are needed, as 'http://127.0.0.1:11434/v1' and 'llama3.2'")
        way = f"{model} ({without_secrets(where)})"
        choice = ModelChoice(name=way, model=f"openai:{model}", address=split_address(where).geturl(), key=secret)
        with self._turn:
            self._models[way] = choice
            for made in [one for one in self._assistants if one[0] == way]:  # with another key before
                del self._assistants[made]
        return way

    def try_model(self, way: object) -> str:
        """The first words that the model of a way says; empty where that is to quote, which needs none.

        Raises:
            ChatModelError: it does not answer.
        """
        choice = self._models.get(way if isinstance(way, str) else "", self._models[self._first])
        if not choice.model:
            return ""
        from dateline.rag.writing.chat_models import open_model
        from dateline.rag.writing.prompts import Message

        model = open_model(choice.model, self._environment(choice), self.settings.context, _TRIAL)
        said = ""
        with closing(model.stream([Message(role="user", text="Answer with one word: yes.")])) as pieces:
            for piece in pieces:
                said += piece.text
                if len(said) > _SAID:
                    break
        return said.strip()[:_SAID] or "(nothing)"

    def warm_up(self) -> bool:
        """Load the models and read the vectors, so that the first question is as fast as the others.

        Whether that could be done is given back; an empty library has nothing to load them for.
        """
        try:
            if self.library.count_articles():
                self.assistant(QUOTING).ask(_FIRST)
        except DatelineError as error:  # the first question will tell it to a person
            logger.warning("%s", error)
            return False
        return True

    def close(self) -> None:
        """Give the library back."""
        with self._turn:
            if self._library is not None:
                self._library.close()
            self._library = None
            self._assistants.clear()


def _file_of(folder: Path) -> tuple[int, int] | None:
    """What tells a record from another at the same path, as long as it is open; None where there is none."""
    try:
        found = (folder / RECORD_NAME).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def open_workspace(settings: Settings, *, shared: bool = False) -> Workspace:
    """The workspace of a library; where there is none yet, an empty one is made."""
    workspace = Workspace(settings, shared=shared)
    try:
        workspace.library.count_articles()
    except NoLibrary:
        opened_to_write(settings).close()
    return workspace
