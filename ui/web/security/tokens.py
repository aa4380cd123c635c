"""Tokens of programs: read from the environment or a file, compared in constant time, shown nowhere."""

from hashlib import sha256
from hmac import compare_digest
from pathlib import Path

from dateline.index.reading.files import open_file
from dateline.ui.errors import ServeError

_SHORTEST, _LONGEST = 16, 512  # characters
_MOST = 100  # tokens of a file
_LARGEST_FILE = 64 * 1024  # bytes


def read_tokens(given: str | None, file: Path | None) -> tuple[str, ...]:
    """The tokens in force: of a file, if one is named, else the one of the environment; no message shows any.

    Args:
        given: the value of ``DATELINE_TOKEN``; empty counts as none.
        file: of a token a line; empty lines and those that begin with ``#`` are passed over.

    Raises:
        ServeError: the file can't be read or holds none, or a token is too short or has characters that no header has.
    """
    if file is None:
        return (_checked(given.strip(), "DATELINE_TOKEN"),) if given and given.strip() else ()
    lines = (line.strip() for line in _read(file).splitlines())
    tokens = tuple(_checked(line, repr(str(file))) for line in lines if line and not line.startswith("#"))
    if not tokens:
        raise ServeError(f"{str(file)!r} holds no token; write one of {_SHORTEST} characters or more on a line")
    if len(tokens) > _MOST:
        raise ServeError(f"{str(file)!r} holds {len(tokens)} tokens; give at most {_MOST}")
    return tokens


def holds_token(tokens: tuple[str, ...], given: str) -> bool:
    """Whether it is one of them; each is compared, so that how long it takes tells nothing."""
    asked, found = sha256(given.encode("utf-8", "surrogatepass")).digest(), False
    for token in tokens:
        found |= compare_digest(asked, sha256(token.encode()).digest())
    return found


def _checked(token: str, place: str) -> str:
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise ServeError(f"the token of {place} has characters that no header has; use letters and digits")
    if not _SHORTEST <= len(token) <= _LONGEST:
        raise ServeError(
            f"the token of {place} has {len(token)} characters; give {_SHORTEST} to {_LONGEST}, for example of: "
            "python -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    return token


def _read(file: Path) -> str:
    try:
        with open_file(file.resolve()) as opened:  # a mounted secret is a link; no pipe or device is waited for
            raw = opened.read(_LARGEST_FILE + 1)
        if len(raw) > _LARGEST_FILE:
            raise ServeError(f"can't read {str(file)!r}: it has over {_LARGEST_FILE // 1024} kB; a token is a line")
        return raw.decode("utf-8")
    except (UnicodeDecodeError, OSError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or "it is no text"
        raise ServeError(f"can't read the tokens of {str(file)!r}: {reason.lower()}; name a plain file") from error
