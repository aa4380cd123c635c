"""Server-sent events and turns, without a model: what is told, what ends when a client hangs up, who waits."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing
from typing import Any

import pytest
from starlette.types import Message

from dateline.index.errors import ArgumentError, LibraryError
from dateline.ui.api.streams import Turns, from_thread, stream
from dateline.ui.errors import ServerBusy

_SCOPE: dict[str, Any] = {"type": "http", "asgi": {"spec_version": "2.0"}}


async def _events(parts: Generator[int | str, None, None]) -> AsyncGenerator[tuple[str, dict[str, Any]], None]:
    source = from_thread(parts)
    try:
        async for part in source:
            yield "sentence", {"number": part}
    finally:
        await source.aclose()


async def _told(parts: Generator[Any, None, None], silence: float = 15.0) -> list[str]:
    """All that is sent of a stream, a piece of its body each."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        await asyncio.Event().wait()  # the client stays
        raise AssertionError

    response = await stream(_events(parts), silence)
    await response(_SCOPE, receive, send)
    return [one["body"].decode() for one in sent if one.get("body")]


def test_each_part_is_an_event_with_a_line_of_json() -> None:
    told = asyncio.run(_told(part for part in ("two\nlines", "é")))
    assert told == [
        'event: sentence\ndata: {"number": "two\\nlines"}\n\n',
        'event: sentence\ndata: {"number": "é"}\n\n',
    ]


def test_what_fails_at_once_is_raised_and_what_fails_later_is_the_last_event() -> None:
    def fails(after: int) -> Generator[int, None, None]:
        yield from range(after)
        raise (LibraryError("the library is gone") if after else ArgumentError("of no use"))

    with pytest.raises(ArgumentError, match="of no use"):
        asyncio.run(_told(fails(0)))
    *_, last = asyncio.run(_told(fails(2)))
    assert last == 'event: error\ndata: {"detail": "the library is gone"}\n\n'


def test_a_client_is_told_that_something_is_still_worked_on() -> None:
    heard = threading.Event()

    def slow() -> Generator[int, None, None]:
        yield 1
        heard.wait(60)
        yield 2

    async def run() -> list[str]:
        sent: list[str] = []

        async def send(message: Message) -> None:
            if body := message.get("body"):
                sent.append(body.decode())
                if body.startswith(b":"):
                    heard.set()

        async def receive() -> Message:
            await asyncio.Event().wait()
            raise AssertionError

        response = await stream(_events(slow()), 0.01)
        await response(_SCOPE, receive, send)
        return sent

    first, *meanwhile, last = asyncio.run(run())
    assert "1" in first
    assert set(meanwhile) == {": still at work\n\n"}
    assert "2" in last


async def _hung_up(turns: Turns, parts: Generator[int, None, None]) -> None:
    """A stream whose client goes with the first part."""
    hang_up = asyncio.Event()

    async def events() -> AsyncGenerator[tuple[str, dict[str, Any]], None]:
        async with turns.turn(), aclosing(_events(parts)) as source:
            async for event in source:
                yield event

    async def send(message: Message) -> None:
        if message.get("body"):
            hang_up.set()

    async def receive() -> Message:
        await hang_up.wait()
        return {"type": "http.disconnect"}

    response = await stream(events())
    await response(_SCOPE, receive, send)


def test_a_client_that_hangs_up_ends_what_is_worked_on_and_gives_its_turn_back() -> None:
    closed = threading.Event()

    def endless() -> Generator[int, None, None]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    async def run() -> None:
        turns = Turns(at_once=1, waiting=0)
        await _hung_up(turns, endless())
        assert closed.is_set()
        async with turns.turn():
            pass

    asyncio.run(run())


@pytest.mark.threat(40)
def test_so_many_are_worked_on_so_many_wait_and_the_next_is_told_to_come_again() -> None:
    async def run() -> None:
        turns, go_on, order = Turns(at_once=1, waiting=1), asyncio.Event(), list[int]()

        async def one(number: int) -> None:
            async with turns.turn():
                order.append(number)
                await go_on.wait()

        first, second = asyncio.create_task(one(1)), asyncio.create_task(one(2))
        await asyncio.sleep(0)
        assert order == [1]
        with pytest.raises(ServerBusy, match="2 questions are worked on or wait, the limit; ask again in a while"):
            await one(3)
        go_on.set()
        await asyncio.gather(first, second)
        await one(4)
        assert order == [1, 2, 4]

    asyncio.run(run())
