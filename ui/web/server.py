"""``dateline serve``: the page and ``/v1``, behind what protects them, on a port of this machine.

The page keeps its conversations in one process. Served without it, ``/v1`` keeps nothing, and several processes share
the port, each with a library and models of its own.
"""

import logging
import multiprocessing
import os
import signal
import socket
import tempfile
import threading
from asyncio import CancelledError
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dateline.ui.api.metrics import Metrics
from dateline.ui.api.readiness import Readiness
from dateline.ui.api.request_log import Logging, RequestLog
from dateline.ui.errors import ServeError
from dateline.ui.services.upload_folder import UploadFolder
from dateline.ui.web.security import Access, BoundedConnection, ErrorMiddleware, SecurityMiddleware
from dateline.ui.web.security.routes import is_api

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from dateline.rag.settings import Settings

_WAITING = 64  # connections
_PAGE_FIRST = 2.0  # seconds in which a page that is opened at once has the machine, before the models are loaded
_LEAVE_PAGE, _LEAVE_PROGRAMS = 2, 30  # seconds at the end for what is being answered; an open page keeps a connection
_CONFIG: dict[str, Any] = {
    "log_level": "warning", "server_header": False, "ws": "none", "http": BoundedConnection,
    "timeout_worker_healthcheck": 60,  # seconds: one that loads models beside others may be silent for some
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What is served, where, and how; handed to every process that does."""

    settings: "Settings"
    access: Access
    port: int
    """0 takes any that is free."""
    workers: int = 1
    logging: Logging = field(default_factory=Logging)
    counts: Path = Path()
    """The folder in which all processes count."""

    def __post_init__(self) -> None:
        if self.workers > 1 and self.access.page:
            raise ServeError(
                "the page keeps its conversations in one process; give --api-only with --workers, or leave it out"
            )

    def __call__(self) -> "ASGIApp":
        """The application of one of several processes, as Uvicorn has each make it; it ends with the first one."""
        self.logging.configure()
        parent = multiprocessing.parent_process()
        if parent is not None:
            threading.Thread(target=_end_after, args=(parent,), daemon=True).start()
        from dateline.ui.services.workspace import Workspace

        return self.application(Readiness(Workspace(self.settings)))

    def application(
        self, readiness: Readiness, page: "ASGIApp | None" = None, uploads: UploadFolder | None = None
    ) -> "ASGIApp":
        """``/v1``, beside the page if there is one, and what stands around both."""
        from dateline.ui.api.endpoints import ENDPOINTS
        from dateline.ui.api.http import HttpApi

        metrics = Metrics(self.counts)
        api = HttpApi(readiness, metrics).app()
        app = SecurityMiddleware(_beside(page, api) if page else api, self.access, self.port, ENDPOINTS, uploads)
        return RequestLog(app, metrics, self.logging)


def serve(serving: Serving, ready: Callable[[str], None]) -> None:
    """Serve until it is stopped.

    Args:
        serving: what.
        ready: called with its address once it can be opened.

    Raises:
        ServeError: the port can't be had.
        LibraryError: the library can't be opened.
    """
    access = serving.access
    listening = _listen(access.host, serving.port)  # first: what is wrong is said before anything heavy is imported
    with listening, tempfile.TemporaryDirectory(prefix="dateline-") as counts:
        serving = replace(serving, port=listening.getsockname()[1], counts=Path(counts))
        logging.getLogger("uvicorn.error").addFilter(_is_news)
        serving.logging.configure()
        host = f"[{access.host}]" if ":" in access.host else access.host
        told = partial(
            serving.logging.tell_address if serving.logging.form == "json" else ready, f"http://{host}:{serving.port}/"
        )
        if access.page:
            _serve_page(serving, listening, told)
        else:
            _serve_api(serving, listening, told)


def _serve_page(serving: Serving, listening: socket.socket, ready: Callable[[], None]) -> None:
    with UploadFolder() as uploads:
        os.environ["GRADIO_TEMP_DIR"] = str(uploads.path)  # what was uploaded goes with the server
        from dateline.ui.services.workspace import open_workspace

        readiness = Readiness(open_workspace(serving.settings, shared=not serving.access.local))
        try:
            import uvicorn

            from dateline.ui.web.page.blocks import build_app  # with Gradio, which takes seconds

            page = ErrorMiddleware(build_app(readiness.workspace))
            server = uvicorn.Server(_config(serving, serving.application(readiness, page, uploads)))
            ready()
            readiness.warm_up(_PAGE_FIRST)
            server.run(sockets=[listening])
        finally:
            readiness.close()


def _serve_api(serving: Serving, listening: socket.socket, ready: Callable[[], None]) -> None:
    from uvicorn import Server
    from uvicorn.supervisors import Multiprocess

    from dateline.ui.services.workspace import open_workspace

    open_workspace(serving.settings).close()  # what is wrong with the library is said here, not by each process
    config = _config(serving, serving)
    if serving.workers > 1:
        supervisor = Multiprocess(config, [listening])
        ready()
        supervisor.run()
    else:
        ready()
        Server(config).run(sockets=[listening])


def _config(serving: Serving, app: Any) -> Any:
    """Of Uvicorn: an application, or what makes one in each process."""
    from uvicorn import Config

    is_made = app is serving
    leave = _LEAVE_PAGE if serving.access.page else _LEAVE_PROGRAMS
    logs: dict[str, Any] = (
        {"log_config": None} if serving.logging.form == "json" else {}
    )  # else as lines of its own form
    return Config(app, factory=is_made, workers=serving.workers, timeout_graceful_shutdown=leave, **_CONFIG, **logs)


def _beside(page: "ASGIApp", api: "ASGIApp") -> "ASGIApp":
    """Both under one address; the start and the end of serving are the page's."""

    async def app(scope: "Scope", receive: "Receive", send: "Send") -> None:
        chosen = api if scope["type"] == "http" and is_api(scope) else page
        await chosen(scope, receive, send)

    return app


def _end_after(parent: Any) -> None:
    """End this process when the one that started it is gone, else it would hold the port."""
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a line of the server is worth a person's while: not that an open page was let go at the end."""
    cancelled = record.exc_info is not None and isinstance(record.exc_info[1], CancelledError)
    return not cancelled and "graceful shutdown exceeded" not in record.getMessage()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(_WAITING)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ServeError(f"can't listen at {host!r}, port {port}: {why}; choose another with --port") from error
    return made
