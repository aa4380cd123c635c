"""How many articles speak of something: those that hold all its words, and of each the sentence that holds most."""

from collections.abc import Sequence

from dateline.index.types import Filter, Passage
from dateline.rag.aggregation.findings import Finding, as_groups, newest_first
from dateline.rag.parsing.names import missing_words
from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.parsing.tokens import stem
from dateline.rag.types import Quotation, Reading, Together

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


def count_articles(question: str, passages: Sequence[Passage]) -> tuple[Reading, Together]:
    """A sentence of each article that holds the topic, the newest first, and how many there are at least.

    Args:
        question: that asks how many.
        passages: found for its topic; an article that copies another is one of them.
    """
    topic, names = topic_of(question), parse(question).names
    found: dict[str, Finding] = {}
    last_holds = False
    for at, passage in enumerate(passages):
        around = parse(f"{passage.metadata.title or ''} . {passage.text}")
        last_holds = topic <= around.stems and not any(missing_words(name, around.name_words) for name in names)
        if topic and last_holds and passage.article_id not in found and passage.sentences:
            span = max(passage.sentences, key=lambda one: _shared(topic, parse(passage.words_at(one))))
            quotation = Quotation(passage=at, span=span, score=1.0)
            found[passage.article_id] = Finding(quotation=quotation, passage=passage)
    given = newest_first(found.values())
    reading = Reading(
        quotations=tuple(one.quotation for one in given),
        confidence=1.0 if given else 0.0,
        reason=None if given else "no article holds all words of the question",
        ranking=tuple(range(len(passages))),
    )
    articles = {each.article_id for one in given for each in (one.passage, *one.passage.copies)}
    more = "at least " if last_holds and len(passages) == MOST_READ else ""
    result = f"{more}{len(articles)}" if given else None
    return reading, Together(groups=as_groups([[one] for one in given]), result=result)


def _shared(topic: frozenset[str], sentence: ParsedText) -> int:
    return len(topic & sentence.stems)


def search_topic(question: str, only: Filter | None) -> tuple[str, int, Filter | None]:
    """What the library is searched for: arguments of its search."""
    kept = [word.text for word in parse(question).words if word.is_content and word.stem not in _ABOUT_ARTICLES]
    return " ".join(kept) or question, MOST_READ, only
