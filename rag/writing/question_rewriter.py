"""Has a chat model rewrite a question that follows on others, so that it stands alone."""

import re
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date

from dateline.rag.conversation import Turn
from dateline.rag.errors import ChatModelError
from dateline.rag.writing.chat_models import ChatModel
from dateline.rag.writing.prompts import fresh_delimiter, local_day, write_rewriting
from dateline.rag.writing.sentence_stream import SentenceStream

_LONGEST = 400  # characters that a rewriting may add: what is longer is an answer, or an essay
_LABEL = re.compile(r"\A(?:the )?(?:(?:rewritten|stand-?alone|last|same) )*question[^:?]{0,40}:\s*", re.IGNORECASE)


class ModelRewriter:
    """Has a chat model rewrite a question so that it can be understood without the conversation."""

    def __init__(
        self,
        model: ChatModel,
        today: Callable[[], date] = local_day,
        delimiter: Callable[[], str] = fresh_delimiter,
    ) -> None:
        self._model, self._today, self._delimiter = model, today, delimiter

    def rewrite(self, question: str, turns: Sequence[Turn]) -> str | None:
        """The question as it stands alone; None where the model failed, or wrote what can't be one."""
        messages = write_rewriting(question, turns, self._today(), self._delimiter())
        stream, sentences, most = SentenceStream(), list[str](), len(question) + _LONGEST
        try:
            with closing(self._model.stream(messages)) as pieces:
                for piece in pieces:
                    sentences += stream.feed(piece.text)
                    if sum(map(len, sentences)) > most:
                        return None
        except ChatModelError:
            return None
        sentences += stream.finish()
        text = _LABEL.sub("", " ".join(sentences)).strip(" \"'“”")
        return text if 0 < len(text) <= most and "?" in text else None
