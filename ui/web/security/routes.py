"""Which requests are let in: to which paths, under which host, from which page, naming which uploaded files.

Gradio hands a function whatever file an object with ``path`` and ``meta`` names. Where its application is mounted, not
launched, it does not look whether that was uploaded: with 6.31 the function behind an upload was handed
``/etc/passwd``, and an address of the web was asked for. Any argument will do, a textbox's too.
"""

import json
import re
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Scope

from dateline.ui.web.security.access import Access, is_loopback

_PART = r"[A-Za-z0-9_@-][A-Za-z0-9_@.-]*"
_GRADIO_GET = rf"info|startup-events|upload_progress|queue/data|heartbeat/{_PART}|call/(v2/)?{_PART}/{_PART}"
_OPEN = {
    "GET": re.compile(
        rf"/|/favicon\.ico|/theme\.css|/config|/gradio_api/({_GRADIO_GET})|/(assets|static|source|quote|page)(/{_PART})+"
    ),
    "POST": re.compile(
        rf"/gradio_api/(queue/join|upload|cancel|reset|call/(v2/)?{_PART})|/corrections|/(export|notes)(/{_PART})+"
    ),
}
_API = {
    "GET": re.compile(r"/v1/articles(/[0-9a-f]{1,64})?|/v1/openapi\.json|/healthz|/readyz|/metrics"),
    "HEAD": re.compile(r"/healthz|/readyz"),
    "POST": re.compile(r"/v1/(ask|check|search|timeline)"),
}
_CALLED = re.compile(rf"/gradio_api/call/(?:v2/)?({_PART})(?:/{_PART})?")
_HASHED = re.compile(r"/assets/.+-[A-Za-z0-9_-]{8,9}\.[a-z0-9]+")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]+)(?::(\d{1,5}))?", re.IGNORECASE)

UPLOAD = "/gradio_api/upload"
_PROBES = ("/healthz", "/readyz")


def is_open(scope: Scope) -> bool:
    """Whether anything is served there at all; of the page ``HEAD`` is where ``GET`` is."""
    method = scope["method"]
    way = _API.get(method) if is_api(scope) else _OPEN.get("GET" if method == "HEAD" else method)
    return way is not None and way.fullmatch(scope["path"]) is not None


def other_methods(scope: Scope) -> str:
    """The methods, with commas between, by which a path of ``/v1`` is served; empty where it is by none."""
    found = [method for method, way in _API.items() if way.fullmatch(scope["path"])]
    return ", ".join(found) if is_api(scope) else ""


def is_api(scope: Scope) -> bool:
    """Whether it is asked for by programs, with a token, and not by the page."""
    path: str = scope["path"]
    return path.startswith("/v1/") or path == "/metrics" or path in _PROBES


def is_probe(scope: Scope) -> bool:
    """Whether what runs the server asks how it is, which is told to anyone in a word."""
    return scope["path"] in _PROBES


def calls_a_function(scope: Scope) -> bool:
    """Whether a function of the page is called, with arguments in JSON."""
    path: str = scope["path"]
    return scope["method"] == "POST" and path.startswith(("/gradio_api/queue/", "/gradio_api/call/"))


def called_by_name(scope: Scope) -> str | None:
    """The endpoint that a program calls, or whose answer it fetches; None where no endpoint is named."""
    found = _CALLED.fullmatch(scope["path"])
    return found and found[1]


def names_its_arguments(scope: Scope) -> bool:
    """Whether an endpoint is called whose arguments are the names of the body."""
    path: str = scope["path"]
    return scope["method"] == "POST" and path.startswith("/gradio_api/call/v2/")


def is_hashed(path: str) -> bool:
    """Whether what is served there never changes: the hash of its content is in its name."""
    return _HASHED.fullmatch(path) is not None


def names_this_server(headers: Headers, access: Access, port: int) -> bool:
    """Whether the name that was asked for is ours: a site that points its own name at this machine is not let in.

    Where others reach the page the names it goes by are not known; the login is in the way there, which a browser does
    not give to another name.
    """
    hosts = headers.getlist("host")
    if len(hosts) != 1:
        return False
    if not access.local:
        return True
    found = _HOST.fullmatch(hosts[0])
    return found is not None and is_loopback(found[1].strip("[]")) and int(found[2] or 80) == port


def comes_from_here(scope: Scope, headers: Headers) -> bool:
    """Whether our own page asks, or a person by an address or a link, or a program that is no browser.

    The same machine under another port is another page: browsers call it the same site, its origin is another.
    """
    origin = headers.get("origin")
    if origin is not None and origin.lower().partition("://")[2] != headers.get("host", "").lower():
        return False
    if headers.get("sec-fetch-site", "none") in ("same-origin", "none"):
        return True
    followed = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return followed and scope["method"] in ("GET", "HEAD")


class UploadedFiles:
    """The files uploaded since the start, by the names that Gradio gave them."""

    def __init__(self) -> None:
        self._paths: set[str] = set()

    def remember(self, response: bytes) -> None:
        """Take note of what an upload answered: a list of paths."""
        self._paths.update(path for path in json.loads(response) if isinstance(path, str))

    def admit(self, body: bytes) -> bool:
        """Whether a body is JSON, and every file that it names was uploaded."""
        try:
            rest: list[Any] = [json.loads(body)]
        except (ValueError, RecursionError):
            return False
        while rest:
            value = rest.pop()
            if isinstance(value, dict):
                if "path" in value and "meta" in value and not self._holds(value["path"]):
                    return False
                rest.extend(value.values())
            elif isinstance(value, list):
                rest.extend(value)
        return True

    def _holds(self, path: object) -> bool:
        return isinstance(path, str) and path in self._paths
