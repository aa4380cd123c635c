from pathlib import Path

import pytest

from index.reading.plain import Laid, lay_out

BODY = "The council closed the harbour on Monday. It opens again in May.\n\nFerries go from Lenn instead."


def _body(text: str, laid: Laid) -> str:
    (span,) = laid.body
    return span.of(text)


def test_the_seed_article_is_understood(seed_article: Path) -> None:
    text = seed_article.read_text("utf-8")
    laid = lay_out(text, markdown=False)
    assert laid.metadata.source == "Reuters"
    assert laid.metadata.published == "2024-09-08T08:21:10"
    assert laid.metadata.tags[:2] == ("Sources", "reveal")
    assert laid.metadata.title is None
    assert laid.metadata.extra == {"dateline": "Iraq"}
    assert _body(text, laid).startswith("Baghdad and Washington have reached")
    assert _body(text, laid).endswith("military posture in the region.")


@pytest.mark.parametrize(
    ("dateline", "place", "source"),
    [
        ("Iraq – ", "Iraq", None),
        ("BAGHDAD (Reuters) - ", "BAGHDAD", "Reuters"),
        ("WASHINGTON, Sept 8 (AP) — ", "WASHINGTON", "AP"),
        ("New York, N.Y. – ", "New York, N.Y.", None),
        ("(CNN)", None, "CNN"),
        ("(CNN) -- ", None, "CNN"),
        ("", None, None),
    ],
)
def test_a_dateline_is_known_and_lies_outside_the_body(dateline: str, place: str | None, source: str | None) -> None:
    text = dateline + BODY
    laid = lay_out(text, markdown=False)
    assert _body(text, laid) == BODY
    assert laid.metadata.extra.get("dateline") == place
    assert laid.metadata.source == source


@pytest.mark.parametrize(
    "opening",
    [
        "President Joe Biden – who spoke on Monday – said the harbour stays closed.",
        "Long-time Mayor Ida Brandt - known for her patience - left the room.",
    ],
)
def test_a_sentence_with_dashes_is_no_dateline_unless_it_begins_with_a_place(opening: str) -> None:
    laid = lay_out(f"{opening}\n\n{BODY}", markdown=False)
    assert laid.body[0].start in (0, opening.index(" – ") + 3 if " – " in opening else 0)


def test_a_title_line_is_known_by_its_shape() -> None:
    for text in (f"Harbour closed\n\n{BODY}", f"Harbour closed\n{BODY}"):
        laid = lay_out(text, markdown=False)
        assert laid.metadata.title == "Harbour closed"
        assert _body(text, laid) == BODY
    assert lay_out(BODY, markdown=False).metadata.title is None


def test_markdown_has_its_title_behind_a_hash_and_a_front_matter() -> None:
    fields = 'title: "Harbour closed"\ndate: 2024-03-04\nsource: Lenn Gazette\nurl: javascript:alert(1)\nmood: calm'
    text = f"---\n{fields}\n---\n\n{BODY}"
    laid = lay_out(text, markdown=True)
    assert (laid.metadata.title, laid.metadata.published) == ("Harbour closed", "2024-03-04")
    assert laid.metadata.source == "Lenn Gazette"
    assert laid.metadata.url is None
    assert laid.metadata.extra == {"mood": "calm", "url": "javascript:alert(1)"}
    assert _body(text, laid) == BODY
    headed = f"# Harbour closed\n\n{BODY}"
    assert lay_out(headed, markdown=True).metadata.title == "Harbour closed"
    assert _body(headed, lay_out(headed, markdown=True)) == BODY


def test_an_unclear_or_a_second_date_is_told_and_not_guessed() -> None:
    laid = lay_out(f"{BODY}\n03/04/2024", markdown=False)
    assert laid.metadata.published is None
    assert "not understood" in laid.remarks[0]
    laid = lay_out(f"{BODY}\n2024-03-04\n2023-01-01", markdown=False)
    assert laid.metadata.published == "2023-01-01"
    assert "second date" in laid.remarks[0]


def test_the_lines_around_the_body_never_empty_it() -> None:
    assert lay_out("Source: Reuters", markdown=False).body


@pytest.mark.parametrize("text", ["#" * 100_000, "A " * 100_000, "(" * 100_000, "Aa-" * 60_000, "- " * 100_000])
def test_lines_made_to_be_slow_are_read_in_bounded_time(text: str) -> None:
    lay_out(text, markdown=True)
