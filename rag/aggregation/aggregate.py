"""From what was read of one question to what several articles say together, by the kind of answer it asks for.

A plain question is answered as the reader quotes it, with other values of its fact beside it. Lists read more passages,
comparisons ask two questions; what can't be taken apart is answered as one fact.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dateline.index.library import Library
from dateline.index.types import Filter, Passage
from dateline.rag.aggregation import articles, facts
from dateline.rag.aggregation.comparisons import Comparison, compare_answers, read_comparison
from dateline.rag.aggregation.findings import Finding, as_groups, findings, is_later, newest_first
from dateline.rag.aggregation.lists import count_read, list_items, places_of
from dateline.rag.aggregation.yes_no import Statement, shared, to_statement, weigh
from dateline.rag.parsing.parsed_text import parse
from dateline.rag.reader.asked import asked_for
from dateline.rag.reader.question import read_question
from dateline.rag.retrieval import LibraryRetriever, to_passages
from dateline.rag.settings import MAX_PASSAGES
from dateline.rag.types import (
    ALONE,
    AskedFor,
    Difference,
    Group,
    Quotation,
    Reader,
    Reading,
    Reranker,
    Together,
    Verifier,
    YesNo,
)

_LIST_TIMES = 3  # as many times more passages are read for a list
_OF_THRESHOLD = 0.5  # of the confidence from which the reader quotes: what several sentences give is shown from there
_NEAR_BEST = 3.0  # log-odds behind the likeliest sentence: one that gives a number may stand in its place
_WORTH = 0.1  # the least probability of a sentence that says yes or no though the reader would decline
_SAID_BY = 3  # sentences that say yes or no

Find = Callable[[str, Filter | None], tuple[Passage, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """What was read of a question, and what it comes to."""

    asked_for: AskedFor
    """As it was answered: a comparison that could not be taken apart is a fact."""
    passages: tuple[Passage, ...]
    reading: Reading
    """Its quotations are counted by the groups."""
    together: Together = ALONE
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregator:
    """Reads the passages of a question with those of others beside them."""

    library: Library
    reader: Reader
    find: Find
    """The passages for a question."""
    find_many: Find
    """More of them, for a list."""
    verifier: Verifier | None = None

    def retrieve(self, question: str, kind: AskedFor, only: Filter | None) -> tuple[Passage, ...]:
        """The passages to read; for a list more of them, and what is found by its words alone as well."""
        if kind != "list":
            return self.find(question, only)
        found = self.find_many(question, only)
        words = " ".join(word.text for word in parse(question).words if word.is_content)
        known = {(one.article_id, one.start) for one in found}
        further = self.find(words, only) if words else ()
        return (*found, *(one for one in further if (one.article_id, one.start) not in known))

    def read(
        self, question: str, kind: AskedFor | None, passages: tuple[Passage, ...], only: Filter | None
    ) -> Aggregate:
        """What is answered of a question.

        Args:
            question: as it is understood.
            kind: what it asks for; told by its words where it is None.
            passages: that were found for it.
            only: the articles that it is put to.
        """
        kind = kind or asked_for(question)
        if kind == "articles":
            return self._count(question, only)
        comparison = read_comparison(question) if kind == "comparison" else None
        compared = self._compare(comparison, only) if comparison else None
        if compared:
            return compared
        reading = self.reader.read(question, passages)
        if kind == "list" and _is_worth(reading):
            return self._list(question, passages, reading)
        if kind == "yes-no" and reading.likeliest:
            return self._yes_no(question, passages, reading)
        kind = "fact" if kind == "comparison" else kind
        reading, together, notices = facts.combine(read_question(question), kind, reading, passages, self.verifier)
        return Aggregate(asked_for=kind, passages=passages, reading=reading, together=together, notices=notices)

    def _list(self, question: str, passages: tuple[Passage, ...], reading: Reading) -> Aggregate:
        groups = list_items(read_question(question), findings(reading, passages))
        if not groups:
            told = (_at_least(passages),) if reading.quotations else ()
            return Aggregate(asked_for="list", passages=passages, reading=reading, notices=told)
        found, given = places_of(groups)
        items = "; ".join(group.short_answer for group in given if group.short_answer)
        return Aggregate(
            asked_for="list",
            passages=passages,
            reading=_quoting(reading, tuple(one.quotation for one in found)),
            together=Together(groups=given, result=items if len(given) > 1 else None),
            notices=(_at_least(passages),),
        )

    def _count(self, question: str, only: Filter | None) -> Aggregate:
        passages = tuple(self.library.search(*articles.search_topic(question, only)))
        reading, together = articles.count_articles(question, passages)
        told = f"counted are articles that hold all words asked for; {count_read(passages)}"
        return Aggregate(
            asked_for="articles",
            passages=passages,
            reading=reading,
            together=together,
            notices=(told,) if reading.quotations else (),
        )

    def _compare(self, comparison: Comparison, only: Filter | None) -> Aggregate | None:
        """The two answers of a comparison side by side; None where one of them is not found, or they don't compare."""
        passages: list[Passage] = []
        answers: list[Finding] = []
        readings: list[Reading] = []
        for question in comparison.questions:
            some = self.find(question, only)
            reading = self.reader.read(question, some) if some else None
            best = _with_value(reading, some) if reading else None
            if reading is None or best is None:
                return None
            at = len(passages) + best.quotation.passage
            answers.append(replace(best, quotation=replace(best.quotation, passage=at)))
            passages += some
            readings.append(reading)
        compared = compare_answers(comparison, *answers)
        if compared is None:
            return None
        return Aggregate(
            asked_for="comparison",
            passages=tuple(passages),
            reading=Reading(
                quotations=tuple(one.quotation for one in answers),
                confidence=min(one.confidence for one in readings),
                ranking=tuple(range(len(passages))),
            ),
            together=Together(
                groups=as_groups([[one] for one in answers]), computed=compared.computed, result=compared.result
            ),
        )

    def _yes_no(self, question: str, passages: tuple[Passage, ...], reading: Reading) -> Aggregate:
        statement = to_statement(question)
        said = weigh(statement, findings(reading, passages), self.library.embedder, self.verifier)
        said = [(answer, one) for answer, one in said if one.quotation.score >= _WORTH]
        if not said:
            notices = ("no article says yes or no to it; what comes nearest is quoted",) if reading.quotations else ()
            together = Together(verdict="not said")
            return Aggregate(asked_for="yes-no", passages=passages, reading=reading, together=together, notices=notices)
        chosen = _decisive(statement, said)
        verdict = chosen[0][0]
        quotations = tuple(one.quotation for _, one in chosen)
        together = _verdicts(chosen)
        confidence = max(reading.confidence, quotations[0].score)
        given = replace(_quoting(reading, quotations), confidence=confidence)
        return Aggregate(
            asked_for="yes-no",
            passages=passages,
            reading=given,
            together=replace(together, verdict=verdict, result=verdict),
            notices=tuple(one.why for one in together.differences),
        )


def build_aggregator(
    library: Library, reader: Reader, passages: int, reranker: Reranker | None = None, verifier: Verifier | None = None
) -> Aggregator:
    """How the passages of a library are retrieved and read, so many of them for a question; for a list more."""
    more = min(_LIST_TIMES * passages, MAX_PASSAGES)
    usual, many = (LibraryRetriever(library=library, k=count, reranker=reranker) for count in (passages, more))
    return Aggregator(
        library=library,
        reader=reader,
        find=lambda question, only: to_passages(usual.invoke(question, only=only)),
        find_many=lambda question, only: to_passages(many.invoke(question, only=only)),
        verifier=verifier,
    )


def _is_worth(reading: Reading) -> bool:
    """Whether a list or a half of a comparison is given, though the reader may decline one fact of that confidence."""
    return bool(reading.likeliest) and reading.confidence >= _OF_THRESHOLD * reading.threshold > 0


def _quoting(reading: Reading, quotations: tuple[Quotation, ...]) -> Reading:
    return replace(reading, quotations=quotations, reason=None, nearest=())


def _at_least(passages: Sequence[Passage]) -> str:
    return f"at least these; {count_read(passages)}"


def _with_value(reading: Reading, passages: Sequence[Passage]) -> Finding | None:
    """The likeliest sentence that gives a number or a date; None where the reader declines."""
    if not reading.quotations and not _is_worth(reading):
        return None
    found = sorted(findings(reading, passages), key=lambda one: one.quotation.behind)
    near = [one for one in found if one.quotation.behind <= _NEAR_BEST]
    return next((one for one in near if one.number or one.days), None)


def _decisive(statement: Statement, said: Sequence[tuple[YesNo, Finding]]) -> list[tuple[YesNo, Finding]]:
    """The sentences that hold most of a statement, the newest first."""
    most = shared(statement, said[0][1])
    best = [(answer, one) for answer, one in said if shared(statement, one) == most]
    order = newest_first(one for _, one in best)
    return sorted(best, key=lambda pair: order.index(pair[1]))[:_SAID_BY]


def _verdicts(chosen: Sequence[tuple[YesNo, Finding]]) -> Together:
    """Who says yes and who says no; where both are said, how they differ."""
    answers = list(dict.fromkeys(answer for answer, _ in chosen))
    groups = tuple(
        Group(
            citations=tuple(at for at, (answer, _) in enumerate(chosen) if answer == each),
            short_answer=each,
            day=next(one.day or None for answer, one in chosen if answer == each),
            superseded=False,
        )
        for each in answers
    )
    if len(groups) == 1:
        return Together(groups=groups)
    newer, older = (next(one for answer, one in chosen if answer == each) for each in answers)
    later = is_later(newer, older)
    why = f"{answers[0]} ({newer.place}) {'is later than' if later else 'and'} {answers[1]} ({older.place})"
    difference = Difference(
        kind="update" if later else "contradiction",
        newer=0,
        older=1,
        why=why if later else f"{why} contradict each other",
    )
    return Together(groups=(groups[0], replace(groups[1], superseded=later)), differences=(difference,))
