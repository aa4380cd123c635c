"""Chat models through LangChain: the one module that imports them, and only when one is opened.

``openai:NAME`` speaks to any OpenAI-compatible server (Ollama, LM Studio, llama.cpp, vLLM) by ``OPENAI_BASE_URL``; the
other providers are LangChain packages of their own, each an extra of this one.
"""

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

from dateline.index.errors import install_command
from dateline.rag.errors import ChatModelError
from dateline.rag.writing.addresses import split_address, without_secrets
from dateline.rag.writing.local_servers import read_context
from dateline.rag.writing.prompts import Message
from dateline.rag.writing.provider_errors import Server, broken_off, failure, retry_pause

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

_OPENAI = "https://api.openai.com/v1"
_CONNECT = 5.0  # seconds
_ANSWER = 4  # a quarter of what the model holds is kept for its answer
_LONGEST_ANSWER = 4096  # tokens: room for a model that thinks before it writes
_ATTEMPTS = 3
_NO_KEY = "none"  # a server of one's own asks for none, but the client wants one
_STOPPED = ("finish_reason", "done_reason", "stop_reason")  # as openai, ollama and anthropic say it
_FULL = ("length", "max_tokens", "MAX_TOKENS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What a chat model sends at a time."""

    text: str = ""
    prompt_tokens: int | None = None
    """How many tokens of the prompt the server read, where it says so: mostly in the last piece."""
    full: bool = False
    """The answer ends here because it may be no longer."""


class ChatModel(Protocol):
    """Writes an answer to a prompt, piece by piece."""

    id: str
    """Provider and name, shown with the answer."""

    @property
    def prompt_room(self) -> int:
        """Tokens that a prompt may have."""

    answer_room: int
    """Tokens that an answer may have."""

    def stream(self, messages: Sequence[Message]) -> Generator[Piece, None, None]:
        """The answer as it is written; closing it closes the connection, which stops the server.

        Raises:
            ChatModelError: there is no answer, or it broke off.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    context: int  # tokens
    timeout: float  # seconds

    @property
    def answer(self) -> int:
        return min(self.context // _ANSWER, _LONGEST_ANSWER)


def _openai(limits: _Limits, address: str) -> dict[str, Any]:
    import openai

    silence = openai.Timeout(limits.timeout, connect=_CONNECT)
    # LangChain sends max_tokens as max_completion_tokens; servers of one's own may know the older name only
    older_name = {} if address == _OPENAI else {"extra_body": {"max_tokens": limits.answer}}
    return {"max_tokens": limits.answer, **older_name, "timeout": silence, "max_retries": 0, "stream_usage": True}


def _ollama(limits: _Limits, address: str) -> dict[str, Any]:
    silence = (_CONNECT, limits.timeout, limits.timeout, _CONNECT)
    bounds = {"num_ctx": limits.context, "num_predict": limits.answer}
    return {**bounds, "reasoning": False, "client_kwargs": {"timeout": silence}}


def _others(limits: _Limits, address: str) -> dict[str, Any]:
    return {"max_tokens": limits.answer, "timeout": limits.timeout, "max_retries": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Where a provider's models are asked unless it is set, and the variables that set it."""

    address: str
    address_variable: str
    key_variable: str | None = None
    options: Callable[[_Limits, str], dict[str, Any]] = _others
    """What its LangChain class calls our limits, at an address."""


PROVIDERS: Mapping[str, Provider] = {
    "openai": Provider(
        address=_OPENAI, address_variable="OPENAI_BASE_URL", key_variable="OPENAI_API_KEY", options=_openai
    ),
    "ollama": Provider(address="http://127.0.0.1:11434", address_variable="OLLAMA_HOST", options=_ollama),
    "anthropic": Provider(
        address="https://api.anthropic.com", address_variable="ANTHROPIC_BASE_URL", key_variable="ANTHROPIC_API_KEY"
    ),
    "google-genai": Provider(
        address="https://generativelanguage.googleapis.com",
        address_variable="GOOGLE_GENAI_BASE_URL",
        key_variable="GOOGLE_API_KEY",
    ),
}


def open_model(
    name: str, environment: Mapping[str, str], context: int, timeout: float, wait: Callable[[float], None] = time.sleep
) -> ChatModel:
    """The chat model that a setting names; nothing is asked of its server yet.

    Args:
        name: ``provider:name``, as in ``openai:llama3.2``.
        environment: where addresses and keys stand, by the names that their providers gave them.
        context: tokens that the model holds, prompt and answer together.
        timeout: seconds of silence, before the first word or between two, after which the server is given up.
        wait: lets the seconds pass before a request is repeated.

    Raises:
        ChatModelError: there is no such provider, its package is not installed, or it has no key.
    """
    spelled, _, model = name.partition(":")
    provider_name = spelled.strip().replace("_", "-")
    if provider_name not in PROVIDERS or not model.strip():
        example = "llama3.2" if provider_name in PROVIDERS or not name.strip(" :") else name
        raise ChatModelError(
            f"no chat model {name!r}; write PROVIDER:NAME, as in 'openai:{example}'; there are {', '.join(PROVIDERS)}"
        )
    provider, limits = PROVIDERS[provider_name], _Limits(context=context, timeout=timeout)
    address = environment.get(provider.address_variable) or provider.address
    key = _key(provider, address, environment)
    server = Server(
        model=model.strip(),
        address=without_secrets(address),
        address_variable=provider.address_variable,
        key_variable=provider.key_variable,
        secrets=_secrets(key, address),
    )
    # Ollama's package reads addresses without a scheme by itself, with a port of its own. Always given: the packages
    # would else look for other variables in the environment.
    base_url = address if provider_name == "ollama" else split_address(address).geturl()
    where = {name: value for name, value in (("base_url", base_url), ("api_key", key)) if value}
    chat = _made(provider_name, server.model, provider.options(limits, address) | where)
    served = provider_name == "openai" and address != provider.address  # a server of one's own may hold less
    told = (lambda: _told_context(address, key, server.model)) if served else None
    return LangChainModel(chat, f"{provider_name}:{server.model}", server, limits, wait, told)


def _told_context(address: str, key: str | None, model: str) -> int | None:
    return read_context(address, key if key != _NO_KEY else None, model)


def _key(provider: Provider, address: str, environment: Mapping[str, str]) -> str | None:
    if provider.key_variable is None:
        return None
    key = environment.get(provider.key_variable)
    if not key and address == provider.address:
        own = f", or {provider.address_variable} for a server of your own" if provider.address == _OPENAI else ""
        raise ChatModelError(f"{provider.address} asks for a key; set {provider.key_variable}{own}")
    return key or _NO_KEY


def _secrets(key: str | None, address: str) -> tuple[str, ...]:
    parts = split_address(address)
    return tuple(secret for secret in (key, parts.password, parts.query) if secret and secret != _NO_KEY)


def _made(provider: str, name: str, options: dict[str, Any]) -> "BaseChatModel":
    from langchain.chat_models import init_chat_model

    try:
        made: BaseChatModel = init_chat_model(name, model_provider=provider.replace("-", "_"), temperature=0, **options)
    except ImportError as error:
        command = install_command(provider)
        raise ChatModelError(f"no package for {provider!r} is installed; install it with: {command}") from error
    return made


class LangChainModel:
    """A chat model of LangChain, with its failures told in our words and its requests repeated where that may help."""

    def __init__(
        self,
        chat: "BaseChatModel",
        name: str,
        server: Server,
        limits: _Limits,
        wait: Callable[[float], None],
        told: Callable[[], int | None] | None = None,
    ) -> None:
        self.id = name
        self.answer_room = limits.answer
        self._chat, self._server, self._timeout, self._wait = chat, server, limits.timeout, wait
        self._context, self._told = limits.context, told

    @property
    def prompt_room(self) -> int:
        """Tokens that a prompt may have: of what is set, or of what the server holds where it says that it is less."""
        told = self._told() if self._told else None
        if told:  # a server says the same as long as it runs
            self._context, self._told = min(self._context, told), None
        return self._context - min(self.answer_room, self._context // _ANSWER)

    def stream(self, messages: Sequence[Message]) -> Generator[Piece, None, None]:
        """The answer as it is written; asked for again, a few times, as long as nothing of it has come.

        Raises:
            ChatModelError: there is none, or it broke off.
        """
        turns = [(message.role, message.text) for message in messages]
        for attempt in range(1, _ATTEMPTS + 1):
            started = False
            try:
                with closing(self._pieces(turns)) as pieces:
                    for piece in pieces:
                        started = True
                        yield piece
                return
            except ChatModelError:
                raise
            except Exception as error:  # each provider's package has exceptions of its own, and shares no root
                pause = None if started or attempt == _ATTEMPTS else retry_pause(error, attempt)
                if pause is None:
                    raise failure(error, self._server, self._timeout) from error
            self._wait(pause)

    def _pieces(self, turns: Sequence[tuple[str, str]]) -> Generator[Piece, None, None]:
        stopped = False
        answer = cast("Generator[AIMessageChunk, None, None]", self._chat.stream(list(turns)))  # typed as less
        with closing(answer) as chunks:
            for chunk in chunks:
                piece = _piece(chunk)
                stopped |= any(chunk.response_metadata.get(word) for word in _STOPPED)
                yield piece
        if not stopped:  # a connection that ends without a word looks like an answer that is done
            raise broken_off(self._server)


def _piece(chunk: "AIMessageChunk") -> Piece:
    usage = chunk.usage_metadata
    reason = next((chunk.response_metadata[word] for word in _STOPPED if word in chunk.response_metadata), None)
    read = (usage["input_tokens"] or None) if usage else None
    return Piece(text=str(chunk.text), prompt_tokens=read, full=reason in _FULL)
