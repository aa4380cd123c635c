"""The page's Content-Security-Policy, and Gradio's HTML made to keep it: nonces, nothing that refers outside."""

from html import escape
from html.parser import HTMLParser

POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "media-src 'none'; frame-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; script-src 'self'"
)
"""Of every answer; the page's own has the nonce of its scripts behind it."""

_Attributes = list[tuple[str, str | None]]


def harden(html: str, nonce: str) -> str:
    """The document with a nonce on its inline scripts, without what refers outside and without ``<base>``."""
    parser = _Tightening(nonce)
    parser.feed(html)
    parser.close()
    return "".join(parser.kept)


class _Tightening(HTMLParser):
    """Hands on what it reads to the character, save for the tags that are changed or left out."""

    def __init__(self, nonce: str) -> None:
        super().__init__(convert_charrefs=False)
        self.kept: list[str] = []
        self._nonce = nonce
        self._in_outside_script = False

    def handle_starttag(self, tag: str, attrs: _Attributes) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "script" and _is_outside(values.get("src", "")):
            self._in_outside_script = True
        elif tag == "script" and "src" not in values:
            self.kept.append(_script_tag(attrs, self._nonce))
        elif not _is_left_out(tag, values):
            self.kept.append(self.get_starttag_text() or "")

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._in_outside_script:
            self._in_outside_script = False
        else:
            self.kept.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._in_outside_script:
            self.kept.append(data)

    def handle_entityref(self, name: str) -> None:
        self.kept.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.kept.append(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self.kept.append(f"<!{decl}>")


def _is_left_out(tag: str, values: dict[str, str]) -> bool:
    if tag == "meta":
        name = (values.get("property") or values.get("name", "")).lower()
        return name.startswith(("og:", "twitter:")) or values.get("http-equiv", "").lower() == "refresh"
    if tag == "link":
        kinds = set(values.get("rel", "").lower().split())
        return bool(kinds & {"manifest", "preconnect", "dns-prefetch"}) or _is_outside(values.get("href", ""))
    return tag == "base"


def _is_outside(address: str) -> bool:
    """Whether an address names its own host or scheme, read as leniently as browsers do."""
    read = "".join(address.split()).replace("\\", "/")
    return read.startswith("//") or ":" in read.partition("/")[0]


def _script_tag(attributes: _Attributes, nonce: str) -> str:
    kept = [*(pair for pair in attributes if pair[0] != "nonce"), ("nonce", nonce)]
    written = (name if value is None else f'{name}="{escape(value)}"' for name, value in kept)
    return f"<script {' '.join(written)}>"
