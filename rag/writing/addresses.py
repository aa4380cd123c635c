"""Addresses of model servers: taken apart, and as they may be shown."""

from urllib.parse import SplitResult, urlsplit

from dateline.rag.errors import ServerUnreachable


def split_address(address: str) -> SplitResult:
    """The parts of a server's address, ``http`` where it names no scheme.

    Raises:
        ServerUnreachable: it is no address of a web server.
    """
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return parts
    except ValueError:  # a port that is no number, half an IPv6 address
        pass
    shown = address.rpartition("@")[2].partition("?")[0]
    raise ServerUnreachable(f"{shown!r} is no address of a server; write it like 'http://127.0.0.1:11434/v1'")


def without_secrets(address: str) -> str:
    """An address as it may be shown: without user, password and query."""
    parts = split_address(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")
