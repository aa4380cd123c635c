"""ASGI middleware: checks every request before Gradio sees it, and sets the headers of every response."""

import asyncio
import json
import math
import secrets
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dateline.index.errors import ArgumentError
from dateline.ui.api.validation import check_names
from dateline.ui.services.upload_folder import MOST_BYTES, UploadFolder
from dateline.ui.web.security import routes
from dateline.ui.web.security.access import Access, LoginAttempts
from dateline.ui.web.security.csp import POLICY, harden

_MEGABYTE = 1024 * 1024
_LONGEST_UPLOAD, _LONGEST_BODY = 200 * _MEGABYTE, 2 * _MEGABYTE
_LONGEST_ASKED = 256 * 1024  # of a program: the longest text that is checked, each character as JSON's longest escape
_LONGEST_QUERY = 8 * 1024
_NOTHING = "nothing is served here"
_SHOWN = 60  # characters of a name
_PATIENCE, _SLOWEST = 20.0, 20_000  # seconds that a body may take, and one more for as many bytes
_UPLOADS_AT_ONCE = 8
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
# Gradio builds the addresses of its page from the first three; compressed, what is read here could not be read.
_NOT_HANDED_ON = {b"x-forwarded-host", b"x-forwarded-proto", b"x-gradio-server"}
_NOT_WHERE_WE_READ = _NOT_HANDED_ON | {b"accept-encoding"}


class SecurityMiddleware:
    """An ASGI application around another: what it refuses gets one line of JSON, what it lets through its headers."""

    def __init__(
        self,
        app: ASGIApp,
        access: Access,
        port: int,
        endpoints: Mapping[str, Mapping[str, bool]],
        folder: UploadFolder | None = None,
    ) -> None:
        """Stand around ``app``, of whose functions a program may call ``endpoints``, with the arguments they take.

        Args:
            app: what is protected.
            access: where it is served, and who may see it.
            port: that it is served at.
            endpoints: by name, and whether each argument must be given.
            folder: where uploads wait.
        """
        self._app = app
        self._access = access
        self._port = port
        self._endpoints = endpoints
        self._uploads = routes.UploadedFiles()
        self._attempts = LoginAttempts()
        self._folder = folder
        self._uploading = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the application's start and end."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        limit = _LONGEST_ASKED if routes.is_api(scope) else _LONGEST_BODY
        limit = _LONGEST_UPLOAD if scope["path"] == routes.UPLOAD else limit
        outgoing = _Outgoing(scope, send, self._uploads)
        refusal = self._refusal(scope, headers) or _refusal_of_size(scope, headers, limit)
        if refusal is not None:
            await refusal(scope, receive, outgoing)
            return
        incoming = _Incoming(receive, limit, outgoing)
        if scope["path"] != routes.UPLOAD:
            await self._answer(scope, incoming, outgoing)
            return
        self._uploading += 1
        try:
            await self._answer(scope, incoming, outgoing)
        finally:
            self._uploading -= 1

    async def _answer(self, scope: Scope, incoming: "_Incoming", outgoing: "_Outgoing") -> None:
        if routes.calls_a_function(scope):
            body = await incoming.whole()
            refusal = None if incoming.refusal else self._refusal_of_call(scope, body)
            if refusal is not None:
                await refusal(scope, incoming, outgoing)
                return
        try:
            await self._app(_handed_on(scope), incoming, outgoing)
        except Exception:  # it was told that its client is gone, and says so in its own way
            if not incoming.refusal:
                raise
        if incoming.refusal and not outgoing.begun:
            outgoing.closed = False
            await incoming.refusal(scope, incoming, outgoing)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        if not routes.names_this_server(headers, self._access, self._port):
            return _refused(403, f"the page is not served under this name; open http://127.0.0.1:{self._port}")
        if not routes.comes_from_here(scope, headers):
            return _refused(403, "another page asked for this; only the page itself may")
        if not (self._access.page or routes.is_api(scope)):
            return _refused(404, "the page is not served here (--api-only); /v1/openapi.json says what is")
        refusal = self._refusal_of_login(scope, headers)
        if refusal is not None:
            return refusal
        return self._refusal_of_place(scope)

    def _refusal_of_place(self, scope: Scope) -> Response | None:
        if not routes.is_open(scope):
            return _refused_method(methods) if (methods := routes.other_methods(scope)) else _refused(404, _NOTHING)
        if scope["path"] == routes.UPLOAD and (full := self._full()):
            return _refused(503, full)
        name = routes.called_by_name(scope)
        if name is not None and name not in self._endpoints:
            return _refused(404, f"no endpoint is called {name[:_SHOWN]!r}; there are {', '.join(self._endpoints)}")
        return None

    def _refusal_of_login(self, scope: Scope, headers: Headers) -> Response | None:
        if routes.is_probe(scope):
            return None
        given, address = headers.get("authorization"), (scope.get("client") or ("", 0))[0]
        if pause := self._attempts.pause(address):
            response = _refused(429, "too many wrong passwords came from this address; try again later")
            response.headers["retry-after"] = str(math.ceil(pause))
            return response
        if routes.is_api(scope):
            return self._refusal_of_token(given, address)
        if self._access.admits(given):
            self._attempts.note_right(address)
            return None
        if given is not None:
            self._attempts.note_wrong(address)
        response = _refused(401, "a login is needed")
        response.headers["www-authenticate"] = 'Basic realm="Dateline", charset="UTF-8"'
        return response

    def _refusal_of_token(self, given: str | None, address: str) -> Response | None:
        if not self._access.opens_api:
            return _refused(403, "no token is set for programs; serve with DATELINE_TOKEN or --token-file to be let in")
        if self._access.admits_program(given):
            self._attempts.note_right(address)
            return None
        if (given or "").lower().startswith("bearer"):  # another kind is what a browser sends for the page
            self._attempts.note_wrong(address)
        response = _refused(401, "a token is needed: send the header 'Authorization: Bearer TOKEN'")
        response.headers["www-authenticate"] = 'Bearer realm="Dateline"'
        return response

    def _full(self) -> str | None:
        """Why no upload is taken now; None where one is."""
        if self._uploading >= _UPLOADS_AT_ONCE:
            return f"{_UPLOADS_AT_ONCE} uploads are on their way, the limit; wait for one to end"
        if self._folder is not None and self._folder.bytes_waiting() >= MOST_BYTES:
            return f"{MOST_BYTES // 1_000_000:,} MB of uploads wait to be added, the limit; they go after an hour"
        return None

    def _refusal_of_call(self, scope: Scope, body: bytes) -> Response | None:
        if not self._uploads.admit(body):
            return _refused(400, "not JSON, or it names a file that was not uploaded here")
        name = routes.called_by_name(scope)
        if name is not None:
            try:
                by_name = routes.names_its_arguments(scope)
                _check_arguments(name, self._endpoints[name], json.loads(body), by_name=by_name)
            except ArgumentError as error:
                return _refused(400, str(error))
        return None


def _check_arguments(name: str, takes: Mapping[str, bool], body: object, *, by_name: bool) -> None:
    """What is not of the form of a call is left to Gradio."""
    if not isinstance(body, dict):
        return
    if by_name:
        check_names(name, takes, body)
    elif isinstance(values := body.get("data"), list):  # in order, none left out
        given = [*takes][: len(values)] + [f"number {at + 1}" for at in range(len(takes), len(values))]
        check_names(name, dict.fromkeys(takes, True), given)


def _refused(status: int, line: str) -> Response:
    """The form that Gradio's page shows the words of."""
    return JSONResponse({"detail": line}, status)


def _refused_method(methods: str) -> Response:
    response = _refused(405, f"ask by {methods}")
    response.headers["allow"] = methods
    return response


def _too_large(limit: int) -> Response:
    most = f"{limit // _MEGABYTE} MB" if limit >= _MEGABYTE else f"{limit // 1024} kB"
    return _refused(413, f"more than {most} is not taken here; send less at once")


def _too_slow() -> Response:
    response = _refused(408, "the rest of the request did not come in time")
    response.headers["connection"] = "close"
    return response


def _refusal_of_size(scope: Scope, headers: Headers, limit: int) -> Response | None:
    if len(scope["query_string"]) > _LONGEST_QUERY:
        return _refused(414, f"more than {_LONGEST_QUERY} bytes behind the question mark are not read")
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        return _refused(400, "the length of the body is not a number")
    return _too_large(limit) if len(length) > len(str(limit)) or int(length) > limit else None


def _handed_on(scope: Scope) -> Scope:
    """The request as the application sees it."""
    dropped = _NOT_WHERE_WE_READ if scope["path"] in ("/", routes.UPLOAD) else _NOT_HANDED_ON
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name.lower() not in dropped]}


class _Outgoing:
    """The way of a response: its headers are set; the page's HTML and the names of uploads are read when whole."""

    def __init__(self, scope: Scope, send: Send, uploads: routes.UploadedFiles) -> None:
        self.begun = False
        self.closed = False
        self._path: str = scope["path"]
        self._head = scope["method"] == "HEAD"
        self._send = send
        self._uploads = uploads
        self._nonce = secrets.token_urlsafe(16)
        self._start: Message | None = None
        self._held = bytearray()

    async def __call__(self, message: Message) -> None:
        if self.closed:
            return
        if message["type"] == "http.response.start" and self._is_read_here(message):
            self._start = message
        elif self._start is not None:
            self._held += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_held(self._start)
        else:
            await self._pass_on(message)

    def _is_read_here(self, start: Message) -> bool:
        return start["status"] == 200 and self._path in ("/", routes.UPLOAD)

    async def _send_held(self, start: Message) -> None:
        body = bytes(self._held)
        if self._path == routes.UPLOAD:
            self._uploads.remember(body)
        else:
            body = harden(body.decode(), self._nonce).encode()
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["content-length"] = str(len(body))
        if self._head:  # how long the page is isn't known without it
            del headers["content-length"]
        await self._pass_on({**start, "headers": headers.raw})
        await self._pass_on({"type": "http.response.body", "body": body})

    async def _pass_on(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            message = {**message, "headers": self._secured(message)}
        await self._send(message)

    def _secured(self, start: Message) -> list[tuple[bytes, bytes]]:
        kept = [one for one in start["headers"] if not one[0].lower().startswith(b"access-control-")]
        headers = MutableHeaders(raw=kept)
        headers.update(_HEADERS)
        page = f" 'nonce-{self._nonce}' 'unsafe-eval'" if self._path == "/" else ""
        headers["content-security-policy"] = POLICY + page
        lasting = start["status"] in (200, 304) and routes.is_hashed(self._path)
        headers["cache-control"] = "private, max-age=31536000, immutable" if lasting else "no-store"
        return headers.raw


class _Incoming:
    """The way of a body: what passes the limit, or takes too long, is not handed on.

    The application is told that its client is gone then, and ``refusal`` is what the client is told.
    """

    def __init__(self, receive: Receive, limit: int, outgoing: _Outgoing) -> None:
        self.refusal: Response | None = None
        self._receive = receive
        self._limit = self._left = limit
        self._outgoing = outgoing
        self._again: Message | None = None
        self._whole = False
        self._due = asyncio.get_running_loop().time() + _PATIENCE

    async def __call__(self) -> Message:
        if self.refusal:
            return {"type": "http.disconnect"}
        if self._again is not None:
            message, self._again = self._again, None
            return message
        try:
            async with asyncio.timeout_at(None if self._whole else self._due):
                message = await self._receive()
        except TimeoutError:
            return self._refuse(_too_slow())
        size = len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        self._left -= size
        self._due += size / _SLOWEST
        return self._refuse(_too_large(self._limit)) if self._left < 0 else message

    def _refuse(self, refusal: Response) -> Message:
        self.refusal = refusal
        self._outgoing.closed = not self._outgoing.begun  # our line is the response, not what the application says
        return {"type": "http.disconnect"}

    async def whole(self) -> bytes:
        """All of the body; it is still there for the application, in one piece."""
        body, more = bytearray(), True
        while more:
            message = await self()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self._again = {"type": "http.request", "body": bytes(body)}
        return bytes(body)
