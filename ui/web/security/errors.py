"""ASGI middleware for errors that nobody caught: a line of JSON and a line on the terminal, no stack of calls.

Gradio raises where a call has no such function, lacks an argument or has one too many, and where FastAPI would repeat
a body that JSON can't hold (a NaN, half a surrogate pair); its server then writes some fifty lines for each.
"""

import logging

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dateline.ui.errors import describe

_NOT_OF_ITS_FORM = "the call is not of its form; /gradio_api/info has the names and the arguments"

logger = logging.getLogger(__name__)


class ErrorMiddleware:
    """An ASGI application around another: where it fails, the response is a line of JSON."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the application's start and end."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        try:
            await self._app(scope, receive, answer)
        except Exception as error:  # the edge
            posted = scope["method"] == "POST"
            line = _NOT_OF_ITS_FORM if posted else describe(error)
            refused = isinstance(error.__cause__, HTTPException)  # after the response had begun, as of no session
            if not (refused or isinstance(error, ClientDisconnect)):
                logger.warning("%s %r: %s (%s)", scope["method"], scope["path"], line, type(error).__name__)
            if answer.begun:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            else:
                await JSONResponse({"detail": line}, 422 if posted else 500)(scope, receive, send)
        else:
            await answer.send_held()


class _Answer:
    """The way of a response; one that says the application failed waits until it is known whether it raises, too."""

    def __init__(self, send: Send) -> None:
        self.begun = False
        self._send = send
        self._held: list[Message] = []

    async def __call__(self, message: Message) -> None:
        if self._held or message.get("status", 200) >= 500:
            self._held.append(message)
        else:
            self.begun = True
            await self._send(message)

    async def send_held(self) -> None:
        """Hand on what waited."""
        for message in self._held:
            await self._send(message)
