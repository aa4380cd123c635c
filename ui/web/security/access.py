"""Who may reach the page and ``/v1``: the host they are served at, the login of persons, the tokens of programs."""

import base64
import binascii
import ipaddress
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest

from dateline.ui.errors import ServeError
from dateline.ui.web.security.tokens import holds_token

_SHORTEST_PASSWORD = 8
_FREE_TRIES = 5
_LONGEST_PAUSE = 60.0  # seconds
_FORGOTTEN_AFTER = 900.0  # seconds
_MOST_ADDRESSES = 1_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where it is served, and who may see it: the page whoever has the login, ``/v1`` whoever has a token.

    Raises:
        ServeError: Where other machines reach what nothing protects, or only one of page and ``/v1`` is protected.
    """

    host: str
    login: tuple[str, str] | None = field(default=None, repr=False)
    tokens: tuple[str, ...] = field(default=(), repr=False)
    page: bool = True
    """Whether the page is served beside ``/v1``."""

    def __post_init__(self) -> None:
        wrong = self._wrong_with_page() if self.page else self._wrong_without()
        if wrong:
            raise ServeError(wrong)

    def _wrong_with_page(self) -> str | None:
        if self.login is None and not self.local:
            return (
                f"{self.host!r} can be reached from other machines; set DATELINE_AUTH to USER:PASSWORD, or leave "
                "--host out"
            )
        if self.login is None and self.tokens:
            return "a token is for /v1 alone; set DATELINE_AUTH to USER:PASSWORD for the page, or give --api-only"
        return None

    def _wrong_without(self) -> str | None:
        if self.tokens:
            return None
        if not self.local:
            return (
                f"{self.host!r} can be reached from other machines; set DATELINE_TOKEN, give --token-file, or leave "
                "--host out"
            )
        return (
            "a login is for the page; with --api-only set DATELINE_TOKEN, or give --token-file" if self.login else None
        )

    @property
    def opens_api(self) -> bool:
        """Whether ``/v1`` is served at all: not beside a page that asks for a login, unless there is a token for it."""
        return bool(self.tokens) or self.login is None

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

    def admits_program(self, authorization: str | None) -> bool:
        """Whether a request of ``/v1`` with that header is let in; compared as the login is."""
        if not self.tokens:
            return self.opens_api
        kind, _, given = (authorization or "").partition(" ")
        return kind.lower() == "bearer" and holds_token(self.tokens, given.strip())


class LoginAttempts:
    """Wrong passwords and tokens by the address they came from; after five each brings a pause, twice the last one's.

    In a pause nothing from there is compared, so that whoever hangs up and asks again learns nothing.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: dict[str, tuple[int, float]] = {}  # how many, and when the next is heard

    def pause(self, address: str) -> float:
        """Seconds until an address is heard again; 0 where it is heard now."""
        _, until = self._wrong.get(_network(address), (0, 0.0))
        return max(0.0, until - self._clock())

    def note_wrong(self, address: str) -> None:
        """One more wrong password from there."""
        now, network = self._clock(), _network(address)
        count, until = self._wrong.pop(network, (0, 0.0))
        count = 1 if now - until > _FORGOTTEN_AFTER else count + 1
        pause = min(_LONGEST_PAUSE, 2.0 ** min(count - _FREE_TRIES - 1, 30)) if count > _FREE_TRIES else 0.0
        self._wrong[network] = count, now + pause
        if len(self._wrong) > _MOST_ADDRESSES:
            del self._wrong[next(iter(self._wrong))]
        if pause:
            logger.warning("%d wrong passwords from %s; the next is heard in %.0f s", count, network, pause)

    def note_right(self, address: str) -> None:
        """The right one came from there."""
        self._wrong.pop(_network(address), None)


def _network(address: str) -> str:
    """Whom an address is counted as: of IPv6 one machine has a whole network."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address) and not found.ipv4_mapped:
        return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return str(found)


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
