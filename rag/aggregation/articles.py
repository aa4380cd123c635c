"""How many articles speak of something: those that hold all its words, and of each the sentence that holds most."""

from collections.abc import Sequence

from dateline.index.types import Filter, Passage
from dateline.rag.aggregation.findings import Finding
from dateline.rag.parsing.names import missing_words
from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.parsing.tokens import stem
from dateline.rag.types import Quotation, Reading

MOST_READ = 50
"""Passages that are looked through."""

_ABOUT_ARTICLES = frozenset(
    map(
        stem,
        """article story report piece source paper newspaper news many mention speak tell talk write written say cover
        discuss deal library there concern refer name contain about""".split(),
    )
)


def topic_of(question: str) -> frozenset[str]:
    """Stems of what articles are counted by: a question's words without those for articles and their speaking."""
    return parse(question).stems - _ABOUT_ARTICLES


def count_articles(question: str, passages: Sequence[Passage]) -> tuple[Reading, list[Finding], bool]:
    """A sentence of each article that holds the topic, and whether there may be more than were looked through."""
    topic, names = topic_of(question), parse(question).names
    found: dict[str, Finding] = {}
    last_holds = False
    for at, passage in enumerate(passages):
        around = parse(f"{passage.metadata.title or ''} . {passage.text}")
        holds = topic <= around.stems and not any(missing_words(name, around.name_words) for name in names)
        last_holds = holds
        if topic and holds and passage.article_id not in found and passage.sentences:
            span = max(passage.sentences, key=lambda one: _shared(topic, parse(passage.words_at(one))))
            quotation = Quotation(passage=at, span=span, score=1.0)
            found[passage.article_id] = Finding(quotation=quotation, passage=passage)
    given = list(found.values())
    reading = Reading(
        quotations=tuple(one.quotation for one in given),
        confidence=1.0 if given else 0.0,
        reason=None if given else "no article holds all words of the question",
        ranking=tuple(range(len(passages))),
    )
    return reading, given, last_holds and len(passages) == MOST_READ


def _shared(topic: frozenset[str], sentence: ParsedText) -> int:
    return len(topic & sentence.stems)


def search_topic(question: str, only: Filter | None) -> tuple[str, int, Filter | None]:
    """What the library is searched for: arguments of its search."""
    kept = [word.text for word in parse(question).words if word.is_content and word.stem not in _ABOUT_ARTICLES]
    return " ".join(kept) or question, MOST_READ, only
