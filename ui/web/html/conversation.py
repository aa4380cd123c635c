"""A conversation on the page: questions, answers with numbered citations and verdicts, and what to do with each."""

import json
from collections.abc import Sequence

from dateline.index.types import Passage
from dateline.rag.types import Citation
from dateline.ui.web.chat_state import Exchange, dump_exchange
from dateline.ui.web.html.text import templates, title


def conversation_html(exchanges: Sequence[Exchange], examples: Sequence[str] = ()) -> str:
    """The conversation as HTML; before the first question, what may be asked.

    Args:
        exchanges: the first one first.
        examples: questions that the library answers; none where it is empty.
    """
    records = [json.dumps(dump_exchange(one), ensure_ascii=False) for one in exchanges]
    return _TEMPLATE.render(exchanges=exchanges, records=records, examples=examples)


def _name(place: Citation | Passage) -> str:
    return title(place.metadata, place.origin)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


_ENVIRONMENT = templates()
_ENVIRONMENT.filters["capitalised"] = _capitalised
_ENVIRONMENT.globals["name"] = _name
_TEMPLATE = _ENVIRONMENT.get_template("conversation.html")
