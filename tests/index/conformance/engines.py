"""The engines that a library may be kept by: each a line that makes its record and its vector index for a folder."""

from collections.abc import Callable
from pathlib import Path

from dateline.index.backends import Backend

Engine = Callable[[Path], Backend]
"""From a folder of its own to an empty library, open to be written; the same folder again gives what it holds."""

ENGINES: dict[str, Engine] = {"SQLite and Chroma": Backend.write}
READERS: dict[str, Engine] = {"SQLite and Chroma": Backend.open}
