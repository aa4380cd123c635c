"""Pages by address: only what the user names, from public addresses only, within limits of size and time.

A name is looked up here, every address that it has is checked, and the connection goes to an address that was checked,
so that a name server can't give another one in between. Every redirect is an address of its own, and is checked anew.
What comes back is bytes: they are read as a file's are.
"""

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from dateline.index.errors import ReadError
from dateline.index.reading.files import read_bytes
from dateline.index.reading.inputs import MAX_BYTES, Skipped
from dateline.index.reading.sniffing import guess_kind
from dateline.index.types import Article

SECONDS = 30.0
"""That a page may take, with all its redirects."""
MOST_REDIRECTS = 5

_ROBOTS_BYTES = 500_000  # RFC 9309 asks for at least 500 kibibytes; Google reads no more
_CONNECTING = 10.0  # seconds, an address
_BLOCK = 1 << 16
_LONGEST = 2_000  # characters of an address
_UNSAFE = re.compile(r"[\s\x00-\x20\x7f\\^`{|}<>\"]")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_AGENT = "dateline"
_NOT_FREE = re.compile(rb'"isAccessibleForFree"\s*:\s*"?false', re.IGNORECASE)  # schema.org, as paywalls state it
_REDIRECTS = (301, 302, 303, 307, 308)
# Public by their numbers, and asked for a machine's own data: of Azure's hosts, of Oracle's, of protocols' own uses.
_OF_CLOUDS = tuple(map(ipaddress.ip_network, ("168.63.129.16/32", "192.0.0.0/24")))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SAVE = "save the page from your browser, and add the file"
_WHY = {401: "it wants a login", 402: "it wants to be paid for", 403: "it may want a login, or refuses programs"}
_WHY |= {404: "there is no such page", 410: "the page is gone", 429: "it is asked too often; try again later"}
_WHY |= {451: "it is withheld for legal reasons"}

Resolve = Callable[[str, int], Sequence[str]]
"""From a host and a port to the addresses, in digits, that it has."""
Allow = Callable[[str], bool]
"""Whether an address, in digits, may be connected to."""


def is_address(text: object) -> bool:
    """Whether something that was given is meant to be a web address, not a path."""
    return isinstance(text, str) and _ADDRESS.match(text) is not None


def normal_address(text: str) -> str:
    """An address as it is asked for and recorded: in ASCII, scheme and host in lower case, without a fragment.

    Raises:
        ReadError: it is none that can be asked.
    """
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except (ValueError, UnicodeError) as error:
        raise ReadError(f"no web address: {error}".lower()) from error
    if parts.scheme.lower() not in ("http", "https") or not host or len(text) > _LONGEST or _UNSAFE.search(text):
        raise ReadError("no web address that can be read; give one like 'https://news.example/story'")
    if "@" in parts.netloc:
        raise ReadError("an address with a user's name or password is not read")
    place = f"[{host}]" if ":" in host else host
    place += f":{port}" if port not in (None, {"http": 80, "https": 443}[parts.scheme.lower()]) else ""
    path, query = (quote(part, safe="/%:@!$&'()*+,;=~-._?") for part in (parts.path or "/", parts.query))
    return urlunsplit((parts.scheme.lower(), place, path, query, ""))


def is_public(digits: str) -> bool:
    """Whether an address is one of the open internet: no machine of this network, none of a cloud's own services."""
    address = ipaddress.ip_address(digits.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        inner += [ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)] if address in _NAT64 else []
        if not all(one is None or is_public(str(one)) for one in inner):
            return False
        if address.ipv4_mapped:
            return True
    return address.is_global and not address.is_multicast and not any(address in one for one in _OF_CLOUDS)


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system knows them.

    Raises:
        OSError: it has none.
    """
    return list(dict.fromkeys(str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What an address gave."""

    address: str
    """As it was asked for."""
    final: str
    """Where its redirects led."""
    raw: bytes
    content_type: str

    @property
    def kind(self) -> str:
        """The suffix of its kind of file."""
        return guess_kind(self.raw, self.content_type)


def read_page(page: Page) -> Iterator[Article | Skipped]:
    """The articles that an address gave, read as a file's are; one that is a page knows its address and its site."""
    for item in read_bytes(page.raw, page.address, page.kind):
        if isinstance(item, Article):
            yield _placed(item, page) if item.origins[0].name == page.address else item
        elif item.refused:
            yield item
        else:
            reason = f"{item.reason}: a browser may show one by scripts or after a login; {_SAVE}"
            yield replace(item, reason=reason, refused=True)
    if _NOT_FREE.search(page.raw):
        yield Skipped(origin=page.address, reason="it says that it is not free: there may be more", refused=False)


def _placed(article: Article, page: Page) -> Article:
    known = article.metadata
    site = (urlsplit(page.final).hostname or "").removeprefix("www.")
    metadata = replace(known, url=known.url or page.final, source=known.source or site)
    return replace(article, metadata=metadata)


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    headers: http.client.HTTPMessage
    raw: bytes


class Fetcher:
    """Gets pages, one after the other; what a site asks of programs (``robots.txt``) is read once and heeded."""

    def __init__(
        self,
        resolve: Resolve = resolve,
        allow: Allow = is_public,
        *,
        seconds: float = SECONDS,
        most_bytes: int = MAX_BYTES,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Nothing is asked yet.

        Args:
            resolve: looks a host up.
            allow: which addresses may be connected to.
            seconds: that a page may take.
            most_bytes: of a page, unpacked.
            tls: whom it trusts; the system's authorities unless given.
        """
        self._resolve, self._allow = resolve, allow
        self._seconds, self._most_bytes = seconds, most_bytes
        self._tls = tls
        self._robots: dict[str, RobotFileParser] = {}

    def get(self, address: str) -> Page:
        """What stands at an address.

        Raises:
            ReadError: it can't be asked, its site asks programs not to, it does not answer, or it gives no page.
        """
        address, until = normal_address(address), time.monotonic() + self._seconds
        final, reply = self._follow(address, until, self._most_bytes, robots=True)
        if reply.status != 200:
            raise ReadError(f"it answers {reply.status}: {_WHY.get(reply.status, 'it has no page to give')}; {_SAVE}")
        return Page(address=address, final=final, raw=reply.raw, content_type=reply.headers.get("Content-Type", ""))

    def _follow(self, address: str, until: float, most: int, *, robots: bool) -> tuple[str, _Reply]:
        for _ in range(MOST_REDIRECTS + 1):
            if robots:
                self._ask_robots(address, until)
            reply = self._request(urlsplit(address), until, most)
            target = reply.headers.get("Location") if reply.status in _REDIRECTS else None
            if target is None:
                return address, reply
            address = normal_address(urljoin(address, target))
        raise ReadError(f"it redirects more than {MOST_REDIRECTS} times")

    def _ask_robots(self, address: str, until: float) -> None:
        site = "/".join(address.split("/", 3)[:3])
        if site not in self._robots:
            rules = RobotFileParser()
            _, reply = self._follow(f"{site}/robots.txt", until, _ROBOTS_BYTES, robots=False)
            if reply.status >= 500:
                raise ReadError(f"whether programs may read it is not known: its robots.txt answers {reply.status}")
            rules.parse(reply.raw.decode("utf-8", "replace").splitlines() if reply.status == 200 else [])
            self._robots[site] = rules
        if not self._robots[site].can_fetch(_AGENT, address):
            raise ReadError(f"its site asks programs not to read it (robots.txt); {_SAVE}")

    def _request(self, parts: SplitResult, until: float, most: int) -> _Reply:
        with _told(parts.hostname or "", self._seconds):
            connection = self._connected(parts, until)
            timer = threading.Timer(max(0.0, until - time.monotonic()), _shut, [connection])
            timer.daemon = True
            timer.start()
            try:
                headers = {"User-Agent": f"{_AGENT}/{version('dateline')}", "Accept": "*/*", "Connection": "close"}
                target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
                connection.request("GET", target, headers=headers | {"Accept-Encoding": "gzip"})
                reply = connection.getresponse()
                raw = _unpacked(reply, most, cut=most == _ROBOTS_BYTES)
                if time.monotonic() > until:
                    raise TimeoutError
                return _Reply(reply.status, reply.headers, raw)
            except (OSError, http.client.HTTPException) as error:
                if time.monotonic() > until:  # the timer has ended it
                    raise TimeoutError from error
                raise
            finally:
                timer.cancel()
                connection.close()

    def _connected(self, parts: SplitResult, until: float) -> http.client.HTTPConnection:
        host, secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        found = self._resolve(host, port)
        if not found or not all(map(self._allow, found)):
            raise ReadError(f"{host!r} is no public address: pages of this machine or its network are not read")
        connection = http.client.HTTPConnection(host, port)
        for number, digits in enumerate(found, 1):
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            try:
                connection.sock = socket.create_connection((digits, port), timeout=min(_CONNECTING, left))
                break
            except OSError:
                if number == len(found):
                    raise
        connection.sock.settimeout(max(0.001, until - time.monotonic()))
        if secure:
            trusted = self._tls or ssl.create_default_context()
            connection.sock = trusted.wrap_socket(connection.sock, server_hostname=host)
        return connection


@contextmanager
def _told(host: str, seconds: float) -> Iterator[None]:
    """What connections raise, as the user is told it."""
    try:
        yield
    except TimeoutError as error:
        raise ReadError(f"{host!r} takes more than {seconds:g} seconds, the limit; {_SAVE}") from error
    except socket.gaierror as error:
        raise ReadError(f"there is no host {host!r}, or no network") from error
    except ssl.SSLError as error:
        raise ReadError(f"{host!r} can't be trusted: {error.reason or error}".lower()) from error
    except (OSError, http.client.HTTPException, zlib.error, ValueError) as error:
        what = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
        raise ReadError(f"{host!r} does not answer as a site does: {what[:200].lower()}") from error


def _shut(connection: http.client.HTTPConnection) -> None:
    """End a connection that another thread waits for."""
    try:
        connection.sock.shutdown(socket.SHUT_RDWR)
    except (OSError, AttributeError):  # it has ended meanwhile
        return


def _unpacked(reply: http.client.HTTPResponse, most: int, *, cut: bool) -> bytes:
    """The body of a reply, unpacked; one that is too large is ``cut``, or refused."""
    packed = reply.headers.get("Content-Encoding", "identity").strip().lower()
    if packed not in ("identity", "gzip", "x-gzip", ""):
        raise ReadError(f"it comes packed as {packed[:20]!r}, which was not asked for")
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS) if "gzip" in packed else None
    parts, size = [], 0
    while block := reply.read1(_BLOCK):
        part = unpacker.decompress(block, most + 1 - size) if unpacker else block
        parts.append(part)
        size += len(part)
        if size > most and not cut:
            raise ReadError(f"it is larger than {most / 1e6:g} MB, the limit")
        if size > most:
            break
    else:
        if reply.length:
            raise http.client.IncompleteRead(b"", reply.length)
    return b"".join(parts)
