"""The errors of a chat model's provider, each as one line for the user: what, where, and how to mend it.

Every provider's package has exceptions of its own, and some let those of their HTTP library through. They are told
apart by what all of them share: an HTTP status, and the names of their classes and of those that caused them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dateline.rag import errors
from dateline.rag.errors import ChatModelError, ServerFailed, StreamCut

LONGEST_WAIT = 20.0
"""Seconds that a server may ask to be left alone before a request is repeated; one that asks for more is given up."""

_PAUSE = 0.5  # seconds, where the server names none
_AGAIN = (429, 500, 502, 503, 504)  # what may pass by itself
_LONGEST_WORDS = 200  # characters of what the server says
_SILENT = {"TimeoutException", "APITimeoutError", "ModelTimeoutError", "TimeoutError"}
_UNREACHED = {"ConnectError", "ConnectTimeout", "gaierror", "ConnectionRefusedError"}
_BROKEN = {"RemoteProtocolError", "ReadError", "IncompleteRead", "ConnectionResetError"}
_UNREADABLE = {"JSONDecodeError", "ValidationError", "UnicodeDecodeError"}
_OVERFLOW = re.compile(
    r"(?i)context[ _](length|window|size)|maximum context|too many tokens|prompt is too long|exceeds? the context"
)
_KEY_LIKE = re.compile(r"\b(?:(?:sk|pk)[-_]|bearer )[\w*.-]{6,200}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where a model is asked for, as messages name it."""

    model: str
    address: str
    """Without user, password and query."""
    address_variable: str
    key_variable: str | None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What no message may hold."""


def failure(error: Exception, server: Server, timeout: float) -> ChatModelError:
    """The error that a user is shown for an exception that a model's package raised."""
    names, status, words = set(_names(error)), _status(error), _words(error, server)
    where = f"the server at {server.address}"
    if names & _UNREACHED:
        return errors.ServerUnreachable(
            f"no server answers at {server.address}; start it, or set {server.address_variable} to where it runs"
        )
    if names & _SILENT:
        return errors.ServerTimeout(f"{where} was silent for {timeout:g} s; try again, or set DATELINE_TIMEOUT higher")
    if "ContextOverflowError" in names or (status is not None and _OVERFLOW.search(words)):
        return errors.ContextTooSmall(
            f"the question with its passages is too long for {server.model!r} at {server.address}: {words}; raise the "
            "context length there, or set DATELINE_CONTEXT to what it is"
        )
    if names & _BROKEN:
        return broken_off(server)
    if names & _UNREADABLE:
        return ServerFailed(f"{where} sent what can't be read as an answer; is it the address of a chat model's API?")
    return _by_status(status, words, server)


def broken_off(server: Server) -> StreamCut:
    """The error for an answer that ended before the server said that it was done."""
    return StreamCut(f"the server at {server.address} broke off its answer; try again, or look into its log")


def _by_status(status: int | None, words: str, server: Server) -> ChatModelError:
    where = f"the server at {server.address}"
    said = f": {words}" if words else ""
    if status in (401, 403):
        way_out = f"set {server.key_variable}" if server.key_variable else "see what it asks for"
        return errors.AccessRefused(f"{where} refused access ({status}); {way_out}")
    if status == 404:
        return errors.ModelNotOffered(
            f"{where} has no model {server.model!r} (404){said}; see what it offers with 'dateline models', and "
            "whether its address needs '/v1' at the end"
        )
    if status == 429:
        return errors.RateLimited(f"{where} takes no more requests for now (429){said}; try again later")
    if status is not None:
        return ServerFailed(f"{where} failed ({status}){said}; look into its log, or try another model")
    return ServerFailed(f"{where} gave no answer{said}; look into its log, or try another model")


def retry_pause(error: Exception, attempt: int) -> float | None:
    """Seconds to wait before asking again, as the server says; None where it would be of no use.

    Args:
        error: what the request came to.
        attempt: how many requests there were, from 1.
    """
    if _status(error) not in _AGAIN:
        return None
    asked = _retry_after(error)
    if asked is None:
        return _PAUSE * 2.0 ** (attempt - 1)
    return asked if asked <= LONGEST_WAIT else None


def _retry_after(error: Exception) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    value = str(headers.get("retry-after", "")).strip()
    return float(value) if value.isascii() and value.isdigit() and len(value) < 9 else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and those that caused it; bounded, for a chain may close on itself."""
    one: BaseException | None = error
    for _ in range(10):
        if one is None:
            return
        yield one
        one = one.__cause__ or one.__context__


def _names(error: Exception) -> Iterator[str]:
    return (kind.__name__ for one in _chain(error) for kind in type(one).__mro__)


def _status(error: Exception) -> int | None:
    for one in _chain(error):
        for holder in (one, getattr(one, "response", None)):
            status = getattr(holder, "status_code", None)
            if isinstance(status, int) and 100 <= status < 600:
                return status
    return None


def _words(error: Exception, server: Server) -> str:
    """What the server says itself, on one line, cut, without a secret."""
    body = getattr(error, "body", None)
    text = body.get("message") or body.get("detail") if isinstance(body, dict) else getattr(error, "error", None)
    text = text if isinstance(text, str) else str(error)
    for secret in server.secrets:
        text = text.replace(secret, "…")
    text = _KEY_LIKE.sub("…", text)
    text = "".join(letter if letter.isprintable() else " " for letter in text[: 10 * _LONGEST_WORDS])
    text = " ".join(text.split())
    return text[:_LONGEST_WORDS] + ("…" if len(text) > _LONGEST_WORDS else "")
