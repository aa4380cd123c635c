"""Who may reach the page: the host it is served at, and the login."""

import base64
import binascii
import ipaddress
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest

from dateline.ui.errors import ServeError

_SHORTEST_PASSWORD = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where the page is served, and who may see it.

    Raises:
        ServeError: Where other machines reach the host and there is no login.
    """

    host: str
    login: tuple[str, str] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.login is None and not self.local:
            raise ServeError(
                f"{self.host!r} can be reached from other machines; set DATELINE_AUTH to USER:PASSWORD, or leave "
                "--host out"
            )

    @property
    def local(self) -> bool:
        """Whether only this machine reaches the host."""
        return is_loopback(self.host)

    def admits(self, authorization: str | None) -> bool:
        """Whether a request with that header is let in; how long the comparison takes tells nothing."""
        if self.login is None:
            return True
        kind, _, credentials = (authorization or "").partition(" ")
        try:
            given = base64.b64decode(credentials.strip(), validate=True) if kind.lower() == "basic" else b""
        except (binascii.Error, ValueError):
            given = b""
        return compare_digest(sha256(given).digest(), sha256(":".join(self.login).encode()).digest())


def is_loopback(host: str) -> bool:
    """Whether a host, as a name or an address, is this machine and reached from nowhere else."""
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def parse_login(text: str) -> tuple[str, str]:
    """User and password of ``USER:PASSWORD``; the password may hold colons, no message shows it.

    Raises:
        ServeError: Where one of them is missing, or the password is short.
    """
    user, colon, password = text.partition(":")
    if not (user and colon and password):
        raise ServeError("a login has the form USER:PASSWORD")
    if len(password) < _SHORTEST_PASSWORD:
        raise ServeError(f"the password of {user!r} is too short; give one of {_SHORTEST_PASSWORD} characters or more")
    return user, password
