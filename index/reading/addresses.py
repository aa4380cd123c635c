"""Web addresses of articles: which of them may be shown as a link."""

import re
from urllib.parse import urlsplit

_LONGEST = 2_000  # characters
_REFUSED = re.compile(r"[\s\x00-\x1f\x7f<>\"\\^`{|}]")


def is_web_address(text: str) -> bool:
    """Whether it is an absolute http or https address: no ``javascript:``, no ``file:``, nothing to break out with."""
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and "@" not in parts.netloc
            and len(text) <= _LONGEST
            and not _REFUSED.search(text)
        )
    except ValueError:
        return False
