"""What strangers write to make a browser fetch or run something, and a listener that counts whoever comes for it."""

import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

RUN = "window.hostile = true"
"""What every script of theirs does."""
_SVG = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='{at}/svg'/></svg>"


def hostile_texts(at: str) -> Mapping[str, str]:
    """Twenty-two of them by what they try; all point to the address ``at``."""
    return {
        "markdown image": f"![a map]({at}/markdown.png)",
        "reference image": f"![a map][1]\n\n[1]: {at}/reference.png",
        "img": f"<img src='{at}/img.png'>",
        "svg image": f"<svg><image href='{at}/svg.png' /></svg><img src=\"{_SVG.format(at=at)}\">",
        "inline style": f"<div style=\"background:url('{at}/style.png');width:9px;height:9px\">x</div>",
        "video": f"<video autoplay src='{at}/video.mp4' poster='{at}/poster.png'></video>",
        "audio": f"<audio autoplay src='{at}/audio.mp3'></audio>",
        "srcset": f"<img srcset='{at}/srcset.png 1x'><picture><source srcset='{at}/picture.png'><img></picture>",
        "image button": f"<input type='image' src='{at}/input.png'>",
        "table background": f"<table background='{at}/table.png'><tr><td background='{at}/cell'>x</td></tr></table>",
        "mermaid label": f"```mermaid\ngraph TD; A[\"<img src='{at}/mermaid.png'>\"] --> B\n```",
        "script": f"<script>{RUN}; fetch('{at}/script')</script><script src='{at}/script.js'></script>",
        "onerror": f'<img src=x onerror="{RUN}; fetch(\'{at}/onerror\')"><svg onload="{RUN}">',
        "iframe": f"<iframe src='{at}/iframe'></iframe><iframe srcdoc='<script>parent.hostile=1</script>'></iframe>",
        "object": f"<object data='{at}/object'></object><embed src='{at}/embed'>",
        "meta refresh": f"<meta http-equiv='refresh' content='0;url={at}/refresh'>",
        "base": f"<base href='{at}/'><link rel='stylesheet' href='{at}/sheet.css'>",
        "form": f"<form action='{at}/form'><button formaction='{at}/button'>go</button></form>",
        "javascript link": f"[see here](javascript:{RUN}) <a href='javascript:{RUN}'>here</a>",
        "data link": f"[see here](data:text/html,<script>{RUN}</script>) <a href='data:text/html,x'>h</a>",
        "latex": rf"$$\href{{{at}/latex}}{{x}}$$ \(\includegraphics{{{at}/latex.png}}\)",
        "autolink": f"<{at}/autolink> {at}/bare www.evil.example/bare",
    }


class _Listening(BaseHTTPRequestHandler):
    server: "Listener"

    def do_GET(self) -> None:
        self.server.heard.append(self.path)
        self.send_response(204)
        self.end_headers()

    do_POST = do_HEAD = do_OPTIONS = do_GET

    def log_message(self, *_: object) -> None:
        pass


class Listener(ThreadingHTTPServer):
    """Where all of it points to; ``heard`` are the paths that were asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Listening)
        self.heard: list[str] = []
        self.address = f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self.server_close()
