"""Ways of making a follow-up stand alone: the assistant's rules, and what they were chosen over."""

from collections.abc import Callable, Mapping, Sequence

from dateline.rag.conversation import Turn
from dateline.rag.followups.detect import find_gap
from dateline.rag.followups.resolve import stand_alone
from dateline.rag.followups.tokens import QuestionWord, content, words_of

Rewriter = Callable[[str, Sequence[Turn]], str]
"""From a question and the turns before it, at least one, to the question that is asked."""


def _behind(*texts: str) -> str:
    return " ".join(filter(None, texts))


def _with_words(question: str, text: str, chosen: Callable[[QuestionWord], bool]) -> str:
    have = {word.lower for word in words_of(question)}
    added = dict.fromkeys(word.text for word in content(words_of(text)) if chosen(word) and word.lower not in have)
    return f"{question} ({' '.join(added)})" if added else question


def _words_of_last(question: str, history: Sequence[Turn]) -> str:
    return _with_words(question, history[-1].question, lambda word: True)


def _names_of_last(question: str, history: Sequence[Turn]) -> str:
    return _with_words(question, _behind(history[-1].question, history[-1].answer), lambda word: word.name)


def _where_it_dangles(rewriter: Rewriter) -> Rewriter:
    return lambda question, history: rewriter(question, history) if find_gap(question) else question


REWRITERS: Mapping[str, Rewriter] = {
    "the question as it is asked": lambda question, history: question,
    "behind the question before": lambda question, history: _behind(history[-1].question, question),
    "behind the question and the answer before": lambda question, history: _behind(
        history[-1].question, history[-1].answer, question
    ),
    "behind all questions before": lambda question, history: _behind(*(turn.question for turn in history), question),
    "behind the question before, where it dangles": _where_it_dangles(
        lambda question, history: _behind(history[-1].question, question)
    ),
    "with the names of the turn before, where it dangles": _where_it_dangles(_names_of_last),
    "with the words of the question before, where it dangles": _where_it_dangles(_words_of_last),
    "with the words of the question before, always": _words_of_last,
    "rules": stand_alone,
}
