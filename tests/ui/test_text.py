import pytest

from dateline.index.types import Metadata, date_in_words
from dateline.ui.text import heading, printable


@pytest.mark.threat(37)
@pytest.mark.parametrize("text", ["Café 日本語 👍🏽", "tab\tand\nline", "\u0000\ud800"])
def test_printable_text_can_always_be_written(text: str) -> None:
    assert printable(text).encode()
    assert "\n" not in printable(text)


def test_dates_are_written_in_words_and_their_absence_is_said() -> None:
    assert date_in_words("2024-09-08") == "8 September 2024"
    assert date_in_words(None) == "undated"


def test_an_article_without_title_is_called_by_its_file() -> None:
    assert heading(Metadata(), "/news/storm.jsonl#17") == "storm.jsonl"
    assert heading(Metadata(title="Storm"), "/news/storm.txt") == "Storm"
