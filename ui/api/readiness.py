"""Whether a server can answer: its library opens, and the models are loaded, which begins beside the first requests."""

import logging
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from dateline.index.errors import DatelineError

if TYPE_CHECKING:
    from dateline.ui.services.workspace import Workspace

logger = logging.getLogger(__name__)


class Readiness:
    """Of one workspace; any number of threads may ask."""

    def __init__(self, workspace: "Workspace") -> None:
        self.workspace = workspace
        """That is asked."""
        self._turn = threading.Lock()
        self._warming: threading.Timer | None = None
        self._is_warm = False
        self._told = ""

    def warm_up(self, after: float = 0.0) -> None:
        """Load the models in a thread of its own, some seconds from now; does nothing where that goes on already."""
        with self._turn:
            if self._is_warm or (self._warming and self._warming.is_alive()):
                return
            self._warming = threading.Timer(after, self._load)
            self._warming.daemon = True
            self._warming.start()

    def _load(self) -> None:
        self._is_warm = self.workspace.warm_up()

    def waits_for(self) -> str | None:
        """What is missing, in words; None where questions are answered."""
        try:
            self.workspace.library.count_articles()
        except DatelineError as error:
            self._tell(str(error))
            return "waits for the library"
        self._told = ""
        if self._is_warm:
            return None
        self.warm_up()
        return "waits for the models"

    def _tell(self, line: str) -> None:
        """Log what is wrong, once: it is asked for every few seconds."""
        if line != self._told:
            self._told = line
            logger.warning("%s", line)

    def sizes(self) -> Mapping[str, int]:
        """How many articles and chunks the library holds; nothing where it can't be opened."""
        try:
            library = self.workspace.library
            return {"articles": library.count_articles(), "chunks": library.count_chunks()}
        except DatelineError as error:
            self._tell(str(error))
            return {}

    def wait(self) -> None:
        """Wait until no model is being loaded."""
        with self._turn:
            warming = self._warming
        if warming:
            warming.join()

    def close(self) -> None:
        """Give the library back, once no model is being loaded: Python can't end in the middle of that."""
        with self._turn:
            if self._warming:
                self._warming.cancel()
        self.wait()
        self.workspace.close()
