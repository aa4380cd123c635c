"""Connections that never finish what they ask: closed after a while, the oldest first where there are many.

Uvicorn closes connections that are idle between two requests, and none whose request is half there.
"""

import asyncio
import logging
from typing import Any

SECONDS = 10.0
"""In which the head of a request must have come."""
MOST_WAITING = 256
"""Connections without a whole head of a request; the oldest is closed for a new one."""
MOST_OPEN = 800
"""Connections of all kinds; most systems let a process have 1,024 files."""
_TOLD_EVERY = 60.0  # seconds

logger = logging.getLogger(__name__)


class BoundedConnection(asyncio.Protocol):
    """One connection, handed on to Uvicorn's protocol as long as it is within bounds."""

    _open: "set[BoundedConnection]" = set()  # noqa: RUF012 - of the process, as are its files
    _waiting: "dict[BoundedConnection, asyncio.TimerHandle]" = {}  # noqa: RUF012 - in the order they came
    _told_at = float("-inf")

    def __init__(self, **given: Any) -> None:
        """Uvicorn makes it as it makes its own."""
        from uvicorn.protocols.http.auto import AutoHTTPProtocol

        self._inner: Any = AutoHTTPProtocol(**given)
        self._loop = asyncio.get_running_loop()
        self._transport: Any = None  # that of uvloop is no asyncio.Transport

    def connection_made(self, transport: Any) -> None:
        """Take it, or close it at once where there are too many."""
        if len(self._open) >= MOST_OPEN:
            self._tell("more than %d connections are open; new ones are closed", MOST_OPEN)
            transport.abort()
            return
        self._transport = transport
        self._open.add(self)
        if len(self._waiting) >= MOST_WAITING:
            self._tell("more than %d connections ask for nothing; the oldest are closed", MOST_WAITING)
            next(iter(self._waiting))._give_up()
        self._inner.connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Hand on, and see whether a whole request is there."""
        if self._transport is None:
            return
        self._inner.data_received(data)
        if self._is_answered():
            self._stop_waiting()
        elif self not in self._waiting and not self._transport.is_closing():
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._stop_waiting()
        if self._transport is not None:
            self._open.discard(self)
            self._inner.connection_lost(exc)

    def eof_received(self) -> None:
        """Hand on."""
        if self._transport is not None:
            self._inner.eof_received()

    def pause_writing(self) -> None:
        """Hand on."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Hand on."""
        self._inner.resume_writing()

    def _is_answered(self) -> bool:
        cycle = self._inner.cycle
        return cycle is not None and not cycle.response_complete

    def _wait(self) -> None:
        self._waiting[self] = self._loop.call_later(SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if (timer := self._waiting.pop(self, None)) is not None:
            timer.cancel()

    def _give_up(self) -> None:
        self._stop_waiting()
        if self._transport is not None and not self._is_answered():
            self._transport.abort()

    def _tell(self, what: str, limit: int) -> None:
        if self._loop.time() - BoundedConnection._told_at > _TOLD_EVERY:
            BoundedConnection._told_at = self._loop.time()
            logger.warning(what, limit)
