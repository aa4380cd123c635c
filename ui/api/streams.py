"""Answers as they come: parts from a thread, told as server-sent events; and how many are worked on at once.

    event: sentence     each sentence as soon as it is checked
    event: result       at the end, the object that is given without streaming
    event: error        in its place, what went wrong: {"detail": LINE}

A line that begins with a colon comes every 15 seconds in which nothing else does, so that no proxy hangs up.
"""

import asyncio
import json
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from anyio import CancelScope
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from dateline.ui.errors import ServerBusy, describe

SILENCE = 15.0
"""Seconds after which a client is told that something is still worked on."""
AT_ONCE = 4
"""Questions that a process works on; the models run on one core each."""
WAITING = 64
"""Questions that may wait for that; more are told to come again."""

_HEADERS = {"x-accel-buffering": "no"}  # nginx would else keep all until the end
_Event = tuple[str, dict[str, Any]]
_Part = TypeVar("_Part")


class Turns:
    """So many are worked on at a time, so many wait, and others are refused."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._room = at_once + waiting
        self._taken = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and have it as long as the block lasts.

        Raises:
            ServerBusy: too many wait already.
        """
        if self._taken >= self._room:
            raise ServerBusy(f"{self._taken} questions are worked on or wait, the limit; ask again in a while")
        self._taken += 1
        try:
            async with self._free:
                yield
        finally:
            self._taken -= 1


async def from_thread(parts: Generator[_Part, None, None]) -> AsyncGenerator[_Part, None]:
    """What a generator gives, each part made in a thread; it is closed when this is, also in the middle."""
    one_at_a_time = threading.Lock()

    def locked(do: Callable[[], _Part | None]) -> _Part | None:
        with one_at_a_time:  # a task that is cancelled leaves a thread behind that still waits for the next part
            return do()

    try:
        while (part := await run_in_threadpool(locked, lambda: next(parts, None))) is not None:
            yield part
    finally:
        await asyncio.shield(asyncio.ensure_future(run_in_threadpool(locked, parts.close)))


async def stream(events: AsyncGenerator[_Event, None], silence: float = SILENCE) -> Response:
    """A response of events; what fails at once, as what is of no use does, is raised before it begins."""
    first = asyncio.ensure_future(anext(events))
    await asyncio.wait({first}, timeout=silence)
    if first.done() and (error := first.exception()):
        raise error
    return _EventResponse(first, events, silence)


class _EventResponse(StreamingResponse):
    """Tells each event as it comes; when the client hangs up, what is being worked on ends."""

    def __init__(self, first: "asyncio.Future[_Event]", events: AsyncGenerator[_Event, None], silence: float) -> None:
        super().__init__(self._lines(), media_type="text/event-stream", headers=_HEADERS)
        self._coming, self._events, self._silence = first, events, silence

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):  # else a client that hangs up would end this, too
                self._coming.cancel()
                await asyncio.wait({self._coming})
                await self._events.aclose()

    async def _lines(self) -> AsyncGenerator[bytes, None]:
        try:
            while True:
                await asyncio.wait({self._coming}, timeout=self._silence)
                if self._coming.done():
                    yield _line(*self._coming.result())
                    self._coming = asyncio.ensure_future(anext(self._events))
                else:
                    yield b": still at work\n\n"
        except StopAsyncIteration:
            return
        except Exception as error:  # the edge: the response has begun
            yield _line("error", {"detail": describe(error)})


def _line(name: str, data: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
