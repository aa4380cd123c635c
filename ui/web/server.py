"""``dateline serve``: the page, behind what protects it, on a port of this machine."""

import logging
import os
import socket
import threading
from asyncio import CancelledError
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dateline.ui.errors import ServeError
from dateline.ui.services.upload_folder import UploadFolder
from dateline.ui.web.security import Access, BoundedConnection, ErrorMiddleware, SecurityMiddleware

if TYPE_CHECKING:
    from dateline.rag.settings import Settings

_WAITING = 64  # connections
_PAGE_FIRST = 2.0  # seconds in which a page that is opened at once has the machine, before the models are loaded
_CONFIG: dict[str, Any] = {
    "log_level": "warning", "server_header": False, "ws": "none", "http": BoundedConnection,
    "timeout_graceful_shutdown": 2,  # seconds: an open page keeps a connection, and would keep the server from stopping
}  # fmt: skip


def serve(settings: "Settings", access: Access, port: int, ready: Callable[[str], None]) -> None:
    """Serve the page until it is stopped.

    Args:
        settings: in force.
        access: where it is served and who may see it.
        port: to listen on; 0 takes any that is free.
        ready: called with its address once it can be opened.

    Raises:
        ServeError: the port can't be had.
        LibraryError: the library can't be opened.
    """
    listening = _listen(access.host, port)  # first: what is wrong with it is said before anything heavy is imported
    with listening, UploadFolder() as uploads:
        os.environ["GRADIO_TEMP_DIR"] = str(uploads.path)  # what was uploaded goes with the server
        from dateline.ui.services.workspace import open_workspace

        port = listening.getsockname()[1]
        workspace = open_workspace(settings, shared=not access.local)
        warming = threading.Timer(_PAGE_FIRST, workspace.warm_up)
        warming.daemon = True
        try:
            import uvicorn

            from dateline.ui.api.endpoints import ENDPOINTS
            from dateline.ui.web.page.blocks import build_app  # with Gradio, which takes seconds

            app = SecurityMiddleware(ErrorMiddleware(build_app(workspace)), access, port, ENDPOINTS, uploads)
            server = uvicorn.Server(uvicorn.Config(app, **_CONFIG))
            logging.getLogger("uvicorn.error").addFilter(_is_news)
            host = f"[{access.host}]" if ":" in access.host else access.host
            ready(f"http://{host}:{port}/")
            warming.start()
            server.run(sockets=[listening])
        finally:
            warming.cancel()
            if warming.is_alive():  # a model that is still being loaded when Python ends takes it down
                warming.join()
            workspace.close()


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
