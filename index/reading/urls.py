"""Web addresses of articles: which of them may be shown as a link."""

import ipaddress
import re
import socket
import unicodedata
from urllib.parse import unquote, urlsplit

_LONGEST = 2_000  # characters
_REFUSED = re.compile(r"[\s\x00-\x1f\x7f<>\"\\^`{|}]")
_PRIVATE_ENDS = (
    *(
        ".localhost",
        ".local",
        ".internal",
        ".lan",
        ".intranet",
        ".home",
        ".corp",
        ".private",
        ".home.arpa",
        ".localdomain",
    ),
)
_NUMBERS = re.compile(r"[0-9a-fx.]+")


def is_web_address(text: str) -> bool:
    """Whether it is an absolute http or https address: no ``javascript:``, no ``file:``, nothing to break out with.

    One that names this machine or one of a private network is none: a click on it would be a request in there. Names
    are not looked up.
    """
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and "@" not in parts.netloc
            and len(text) <= _LONGEST
            and not _REFUSED.search(text)
            and not _is_private(parts.hostname or "")
        )
    except ValueError:
        return False


def _is_private(host: str) -> bool:
    """As browsers read a host: other forms of digits and dots are digits and dots, ``127.1`` is ``127.0.0.1``."""
    host = unicodedata.normalize("NFKC", unquote(host)).replace("\N{IDEOGRAPHIC FULL STOP}", ".").lower().rstrip(".")
    if f".{host}".endswith(_PRIVATE_ENDS):
        return True
    try:
        packed = socket.inet_aton(host) if _NUMBERS.fullmatch(host) else host
        return not ipaddress.ip_address(packed).is_global
    except (OSError, ValueError):
        return "." not in host  # one word is a machine of the own network
