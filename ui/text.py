"""Text of strangers made fit to be shown: no control or direction characters, cut to length."""

import unicodedata
from collections.abc import Sequence

from dateline.index.types import Metadata, article_name
from dateline.rag.parsing.date_context import ResolvedDate
from dateline.rag.types import Answer, CheckedText, Group, Verdict

NO_SURE_ANSWER = "No sure answer. The nearest passages say"
UNCERTAIN = "Uncertain, the articles may say something else"
"""Said of an uncertain answer before it is read."""

_IN_WORDS: dict[Verdict, str] = {"unsupported": "not found"}
"""Verdicts on sentences that someone else wrote, where they are called by another name."""
_TITLE_LENGTH = 100


def printable(text: str) -> str:
    """The text with what a terminal would obey, or what would turn its direction, shown as an escape."""
    return "".join(
        character if character == " " or unicodedata.category(character)[0] not in "CZ" else _escaped(character)
        for character in text
    )


def _escaped(character: str) -> str:
    return " " if character in "\n\t\u00a0" else character.encode("unicode_escape").decode()


def is_rewritten(answer: Answer) -> bool:
    """Whether it is worth saying how the question was understood; a spelling that was mended is in the notice."""
    told = f"searched for {answer.stand_alone!r}" in (answer.notice or "")
    return answer.stand_alone != answer.question and not told


def sureness(answer: Answer) -> str:
    """How sure an answer is, in words with the number behind them, and how much of what was written is supported."""
    share = answer.supported_share
    written = f", {share:.0%} of its sentences supported" if share is not None else ""
    return f"{answer.certainty}, confidence {answer.confidence:.2f}{written}"


def grouped_answers(answer: Answer) -> list[Group]:
    """The short answers that are worth a list: of what differs, or of a question that asks for more than a fact."""
    groups = [group for group in answer.together.groups if group.short_answer]
    shown = len(groups) > 1 and (answer.asked_for != "fact" or answer.together.differences)
    return groups if shown else []


def time_taken(answer: Answer) -> str:
    """Milliseconds of an answer, and when its first sentence stood where it was written one by one."""
    total, further = sum(answer.timings_ms.values()), answer.timings_ms.get("further_sentences")
    first = f", the first sentence after {total - further:.0f} ms" if further else ""
    return f"{total:.0f} ms{first}"


def verdict_in_words(verdict: Verdict | None) -> str:
    """The verdict on a sentence of a checked text: what no article bears out was not found, which says no more."""
    return "claims nothing" if verdict is None else _IN_WORDS.get(verdict, verdict)


def counts_in_words(checked: CheckedText) -> str:
    """How many sentences have which verdict: ``3 supported, 1 contradicted, 2 not found; 4 claim nothing``."""
    counts = (
        ("supported", checked.count("quoted", "supported")),
        ("contradicted", checked.count("contradicted")),
        (verdict_in_words("unsupported"), checked.count("unsupported")),
    )
    left = f"; {checked.passed_over} claim nothing" if checked.passed_over else ""
    return f"{', '.join(f'{count} {word}' for word, count in counts)}{left}"


def days_beside(days: Sequence[ResolvedDate]) -> str:
    """What the words of a quotation don't tell by themselves: ``Wednesday (21 September 2022); last month (...)``."""
    return "; ".join(f"{printable(one.text)} ({one})" for one in days if not one.told)


def heading(metadata: Metadata, origin: str) -> str:
    """What an article is called, cut and made printable."""
    return cut(article_name(metadata, origin), _TITLE_LENGTH)


def cut(text: str, longest: int) -> str:
    """The beginning of a text, made printable."""
    return printable(text[:longest] + ("…" if len(text) > longest else ""))
