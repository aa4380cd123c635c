"""Web sites on the loopback under any name, for what fetches pages: each answers as it is told, by host and path."""

import gzip
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from dateline.index.fetching import Fetcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a path gives."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    endless: bool = False
    """Whether the body goes on and on, slowly."""

    @classmethod
    def page(cls, text: str) -> Self:
        return cls(body=text.encode(), headers={"Content-Type": "text/html; charset=utf-8"})

    @classmethod
    def packed(cls, text: str) -> Self:
        return cls(body=gzip.compress(text.encode()), headers={"Content-Type": "text/html", "Content-Encoding": "gzip"})

    @classmethod
    def redirect(cls, target: str) -> Self:
        return cls(status=302, headers={"Location": target})


class Sites(ThreadingHTTPServer):
    """Serves ``pages``, by host and path; what was asked stands in ``asked``."""

    daemon_threads = True

    def __init__(self, pages: Mapping[str, Reply] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages = dict(pages or {})
        self.asked: list[str] = []
        self.ended = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def address(self, place: str) -> str:
        """Of a host and a path."""
        host, _, path = place.partition("/")
        return f"http://{host}:{self.port}/{path}"

    def fetcher(self, *, allow: Callable[[str], bool] = lambda digits: True, **limits: float) -> Fetcher:
        """One that takes every name for this server."""
        return Fetcher(lambda host, port: ["127.0.0.1"], allow, **limits)  # type: ignore[arg-type]  # of both kinds

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.ended.set()
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Sites

    def do_GET(self) -> None:
        place = self.headers["Host"].partition(":")[0] + self.path
        self.server.asked.append(place)
        reply = self.server.pages.get(place, Reply(status=404))
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value.replace("PORT", str(self.server.port)))
        if not reply.endless:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)
        started = time.monotonic()
        while reply.endless and time.monotonic() - started < 30 and not self.server.ended.wait(0.02):
            try:
                self.wfile.write(b"x")
            except OSError:
                return

    def log_message(self, *_: object) -> None:
        pass
