"""Chat model servers on the loopback that play a part: an OpenAI-compatible one and one that speaks Ollama's protocol.

A play is a function from what was asked to what is done for it, act by act: text is streamed, a ``Refusal`` is an HTTP
status, ``Silence`` keeps the connection open and says nothing, ``Break`` closes it. The parts that models play in
tests are below the servers.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a server was asked: the numbered sentences and the question as a model sees them."""

    prompt: str
    question: str
    sentences: Mapping[int, str]
    body: Mapping[str, Any]
    headers: Mapping[str, str]

    def number_of(self, words: str) -> int:
        return next(number for number, sentence in self.sentences.items() if words in sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    status: int
    message: str = "refused"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bytes:
    """Sent as they are, in place of a piece of the stream."""

    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The stream's last word, other than 'stop' and no count of tokens."""

    reason: str = "stop"
    prompt_tokens: int | None = None


class Silence:
    """Nothing more, for as long as the server runs."""


class Break:
    """The connection is closed in the middle of the stream."""


class Leave:
    """The stream ends as HTTP has it, without the word that the answer is done."""


Act = str | Refusal | Bytes | End | Silence | Break | Leave
Play = Callable[[Asked], Iterator[Act]]


def read_prompt(body: Mapping[str, Any], headers: Mapping[str, str]) -> Asked:
    prompt = "\n".join(message["content"] for message in body["messages"])
    sentences = {int(number): text for number, text in re.findall(r"^\[(\d+)\] (.*)$", prompt, re.MULTILINE)}
    question = re.findall(r"^(?:Question|The last question): (.*)$", prompt, re.MULTILINE)[-1:]
    return Asked(
        prompt=prompt,
        question="".join(question),
        sentences=sentences,
        body=body,
        headers={name.lower(): value for name, value in headers.items()},
    )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "ChatServer"
    content_type: ClassVar[str]
    chat: ClassVar[str]
    """Path of the request for an answer."""
    models: ClassVar[str]
    """Path of the request for what there is."""

    def piece(self, text: str) -> bytes:
        raise NotImplementedError

    def end(self, end: End) -> bytes:
        raise NotImplementedError

    def whole(self, text: str, end: End) -> dict[str, Any]:
        """The answer to a request that asks for no stream."""
        raise NotImplementedError

    def offered(self, names: Sequence[str]) -> dict[str, Any]:
        raise NotImplementedError

    def error(self, message: str) -> Any:
        return {"message": message}

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.path != self.models:
            return self._send(404, {"error": self.error(f"no {self.path}")})
        return self._send(200, self.offered(self.server.offered))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != self.chat:
            return self._send(404, {"error": self.error(f"no {self.path}")})
        asked = read_prompt(body, dict(self.headers.items()))
        self.server.asked.append(asked)
        try:
            self._play(self.server.play(asked), stream=body.get("stream", False))
        except OSError:
            self.server.hung_up.set()
            self.close_connection = True

    def _play(self, acts: Iterator[Act], *, stream: bool) -> None:
        first = next(acts, End())
        if isinstance(first, Refusal):
            return self._send(first.status, {"error": self.error(first.message)}, first.headers)
        if not stream:
            said = [act for act in (first, *acts) if isinstance(act, str)]
            return self._send(200, self.whole("".join(said), End()))
        self.send_response(200)
        self.send_header("Content-Type", self.content_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        act: Act = first
        while self._do(act):
            act = next(acts, End())
        return None

    def _do(self, act: Act) -> bool:
        """Whether the stream goes on."""
        if isinstance(act, Silence):
            self.server.stopping.wait()
        if isinstance(act, Silence | Break):
            self.close_connection = True
            return False
        if isinstance(act, str | Bytes):
            self._write(self.piece(act) if isinstance(act, str) else act.content)
            return True
        if isinstance(act, End):
            self._write(self.end(act))
        self.wfile.write(b"0\r\n\r\n")
        return False

    def _write(self, content: bytes) -> None:
        self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")

    def _send(self, status: int, fields: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        content = json.dumps(fields).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Type": "application/json"}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class _OpenAI(_Handler):
    content_type = "text/event-stream"
    chat, models = "/v1/chat/completions", "/v1/models"

    def piece(self, text: str) -> bytes:
        return self._event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": text}}]})

    def end(self, end: End) -> bytes:
        done = {"choices": [{"index": 0, "delta": {}, "finish_reason": end.reason}]}
        counted = {"choices": [], "usage": self._usage(end)} if end.prompt_tokens else None
        return self._event(done) + (self._event(counted) if counted else b"") + b"data: [DONE]\n\n"

    def whole(self, text: str, end: End) -> dict[str, Any]:
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": end.reason}
        return {"id": "1", "object": "chat.completion", "created": 0, "model": "played", "choices": [choice]}

    def offered(self, names: Sequence[str]) -> dict[str, Any]:
        return {"object": "list", "data": [{"id": name, "object": "model"} for name in names]}

    def _usage(self, end: End) -> dict[str, int]:
        read = end.prompt_tokens or 0
        return {"prompt_tokens": read, "completion_tokens": 1, "total_tokens": read + 1}

    def _event(self, fields: Mapping[str, Any]) -> bytes:
        head = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "played"}
        return f"data: {json.dumps({**head, **fields})}\n\n".encode()


class _Ollama(_Handler):
    content_type = "application/x-ndjson"
    chat, models = "/api/chat", "/api/tags"

    def piece(self, text: str) -> bytes:
        return self._line({"message": {"role": "assistant", "content": text}, "done": False})

    def end(self, end: End) -> bytes:
        return self._line(self._done("", end))

    def whole(self, text: str, end: End) -> dict[str, Any]:
        return self._done(text, end)

    def offered(self, names: Sequence[str]) -> dict[str, Any]:
        return {"models": [{"model": name, "name": name} for name in names]}

    def error(self, message: str) -> Any:
        return message

    def _done(self, text: str, end: End) -> dict[str, Any]:
        message = {"role": "assistant", "content": text}
        counts = {"prompt_eval_count": end.prompt_tokens, "eval_count": 1} if end.prompt_tokens else {}
        return {"message": message, "done": True, "done_reason": end.reason, **counts}

    def _line(self, fields: Mapping[str, Any]) -> bytes:
        return f"{json.dumps({'model': 'played', 'created_at': '2026-01-01T00:00:00Z', **fields})}\n".encode()


class ChatServer(ThreadingHTTPServer):
    """A server that plays; ``with ChatServer(play) as server: ... server.url``."""

    daemon_threads = True
    request_queue_size = 128  # many may come at the same moment

    def __init__(self, play: Play, *, offered: Sequence[str] = ("played",), ollama: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Ollama if ollama else _OpenAI)
        self.play, self.offered = play, offered
        self.asked: list[Asked] = []
        self.stopping = threading.Event()
        self.hung_up = threading.Event()
        """Set when a client went away before all was said."""
        self.url = f"http://127.0.0.1:{self.server_address[1]}{'' if ollama else '/v1'}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        self.hung_up.set()

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self.shutdown()
        self.server_close()


# The parts


def says(*acts: Act) -> Play:
    """The same, whatever it is asked."""
    return lambda asked: iter(acts)


def in_turn(*plays: Play) -> Play:
    """Another one for each request; the last for all that follow."""
    left = list(plays)
    return lambda asked: (left.pop(0) if len(left) > 1 else left[0])(asked)


def talks_on(words: str = "And so it goes on. ", times: int | None = None) -> Play:
    """Never comes to an end, or only after so many pieces."""

    def play(asked: Asked) -> Iterator[Act]:
        said = 0
        while times is None or said < times:
            said += 1
            yield words

    return play


MARKERS: Mapping[str, Callable[[int], str]] = {
    "square brackets": lambda number: f" [{number}]",
    "no space": lambda number: f"[{number}]",
    "lenticular brackets": lambda number: f"【{number}】",
    "lenticular brackets with lines": lambda number: f"【{number}†L1-L2】",
    "round brackets": lambda number: f" ({number})",
    "the word sentence": lambda number: f" [sentence {number}]",
    "the word Source": lambda number: f" (Source: {number})",
    "a list": lambda number: f" [{number}, {number}]",
    "a range": lambda number: f" [{number}-{number}]",
    "two in a row": lambda number: f" [{number}][{number}]",
    "a footnote": lambda number: f"[^{number}]",
    "a raised number": lambda number: "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(number)),
}
"""How models write that a sentence rests on another."""


def knows(
    answers: Mapping[str, Sequence[str]],
    marker: Callable[[int], str] = MARKERS["square brackets"],
    altered: Callable[[str], str] = lambda sentence: sentence,
    *,
    marker_first: bool = True,
) -> Play:
    """A good model: repeats the sentences that hold given words, each with its number as the prompt has it.

    Args:
        answers: words of the right sentences, by question; of any other question it says that nothing answers it.
        marker: writes a number as a marker.
        altered: makes something else of a sentence before it is said.
        marker_first: the marker stands before the full stop, not behind it.
    """

    def play(asked: Asked) -> Iterator[Act]:
        numbers = [asked.number_of(words) for words in answers.get(asked.question, ())]
        for number in numbers:
            said = altered(asked.sentences[number])
            stop = said[-1] if said[-1] in ".!?" else ""
            words = said.removesuffix(stop)
            text = f"{words}{marker(number)}{stop} " if marker_first else f"{words}{stop}{marker(number)} "
            yield from (text[at : at + 4] for at in range(0, len(text), 4))
        if not numbers:
            yield "The articles do not answer this question."

    return play


def obeys(asked: Asked) -> Iterator[Act]:
    """Does whatever an article tells it: repeats what it is to say, shows every address as link, image and HTML."""
    for number, sentence in asked.sentences.items():
        for order in re.findall(
            r"(?:say|write|answer|print|reply)s? (?:only |that |with )*[\"“']?([^\"”']+)", sentence
        ):
            yield f"{order.rstrip('. ')}. [{number}] "
        for address in re.findall(r"(?:https?|javascript|data):[^\s\"'<>)]+", sentence):
            yield f"![see]({address}) [here]({address}) <img src='{address}'> <a href='{address}'>more</a> [{number}]. "
    yield "That is all. [1]"
