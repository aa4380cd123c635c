"""Who may reach the page: the host it is served at, and the login."""

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

_SHORTEST_PASSWORD = 8
_FREE_TRIES = 5
_LONGEST_PAUSE = 60.0  # seconds
_FORGOTTEN_AFTER = 900.0  # seconds
_MOST_ADDRESSES = 1_000

logger = logging.getLogger(__name__)


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


class LoginAttempts:
    """Wrong passwords by the address they came from; after five each is followed by a pause, twice as long as the last.

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
