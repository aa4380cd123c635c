"""Takes links, images and HTML out of what a chat model wrote, which a page or a terminal might obey.

An answer is plain text. Where an address is not in the quotes that a sentence cites, it came from elsewhere: it is
taken out, so that nothing shows it, sends a request to it or lets anyone follow it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\n]{0,2000}\)")
_PLAIN_TAG = re.compile(r"</?(?:b|i|u|em|strong|p|br|sub|sup|span|ul|ol|li)\s{0,3}/?>", re.IGNORECASE)
_TAG = re.compile(r"<[a-z/!?][^<>]{0,2000}>?", re.IGNORECASE)
_ACTING = r"(?:javascript|vbscript|data):"  # what follows is run or shown, not gone to
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}://[^\s<>\"]*|(?<![\w/])//[\w-][^\s<>\"]*|\bwww\.[^\s<>\"]+"
    rf"|\b{_ACTING}[^\s<>\"]+|\b(?:mailto|file|tel):[^\s<>\"]+"
    r"|(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/[^\s<>\"]*|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,100}",
    re.IGNORECASE,
)
_INNERMOST = 3  # links in links that are looked into
_BEHIND = ".,;:!?…'’”)]*_"  # may end a sentence right behind an address


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A sentence without markup."""

    text: str
    foreign: bool
    """Whether it held a link, an image, a tag, or an address that its quotes lack."""


def to_plain(text: str, quotes: Sequence[str]) -> Plain:
    """The sentence as plain text; of addresses, only those that stand in the quotes are kept."""
    bare = _PLAIN_TAG.sub("", text)
    shown = bare
    for _ in range(_INNERMOST):
        shown = _LINK.sub(r"\1", shown)
    shown = _TAG.sub("", shown)
    shown = _ADDRESS.sub(lambda found: _kept(found[0], quotes), shown)
    foreign = shown != bare
    shown = shown.replace("](", "] (").replace("![", "[")
    return Plain(text=" ".join(shown.split()) if foreign else shown, foreign=foreign)


def _kept(address: str, quotes: Sequence[str]) -> str:
    bare = address.rstrip(_BEHIND)
    if bare and not re.match(_ACTING, bare, re.IGNORECASE) and any(_holds(quote, bare) for quote in quotes):
        return address
    return address[len(bare) :]


def _holds(quote: str, address: str) -> bool:
    """Whether an address stands in a quote, as it is and not as a part of a longer one."""
    return any(found[0].rstrip(_BEHIND) == address for found in _ADDRESS.finditer(quote))
