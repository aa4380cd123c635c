"""What a type checker sees of the public interface: checked by mypy, with the package, and never run."""

from datetime import date
from typing import assert_type

from dateline import Answer, Assistant, CheckedText, Citation, Evidence, Filter, Library, Turn


def use() -> None:
    """Ask as the README does; what is wrong is an error, or the comment that allows it would be one."""
    with Assistant.open("x", model="openai:y", strictness="strict", passages=5) as assistant:
        answer = assistant.ask("why?", Filter(since="2022-01-01"), [Turn(question="who?")])
        assert_type(answer, Answer)
        assert_type(answer.citations, tuple[Citation, ...])
        assert_type(answer.citations[0].published, str | None)
        assert_type(assistant.library, Library)
        checked = assistant.check("It is so.", Filter(since="2022-01-01"))
        assert_type(checked, CheckedText)
        assert_type(checked.sentences[0].evidence, tuple[Evidence, ...])
    assert_type(Filter(until="2022").until, date | None)
    Assistant.open("x", strictness="very")  # type: ignore[arg-type]  # no such strictness
