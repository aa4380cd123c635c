"""Standard output and error: what is written to them can always be written, whatever the locale."""

import io
import sys


def open_streams() -> None:
    """UTF-8 for what reads a pipe or a file, a terminal's own encoding for a person; what that lacks is a "?"."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
