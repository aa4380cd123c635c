from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.reading.plain_text import Layout, lay_out
from dateline.index.types import Metadata

BODY = "The council closed the harbour on Monday. It opens again in May.\n\nFerries go from Lenn instead, it said."


def _body(text: str, layout: Layout) -> str:
    (span,) = layout.body
    return span.of(text)


def test_the_seed_article_is_understood(seed_article: Path) -> None:
    text = seed_article.read_text("utf-8")
    layout = lay_out(text, titled=True)
    known = layout.metadata
    assert (known.title, known.source, known.published) == (None, "Reuters", "2024-09-08T08:21:10")
    assert known.tags[:3] == ("Sources", "reveal", "details")
    assert len(known.tags) == 9
    assert known.extra == {"dateline": "Iraq"}
    assert _body(text, layout).startswith("Baghdad and Washington have reached")
    assert _body(text, layout).endswith("military posture in the region.")
    assert layout.remarks == ()


@pytest.mark.parametrize(
    ("dateline", "place", "agency"),
    [
        ("Iraq – ", "Iraq", None),
        ("BAGHDAD (Reuters) - ", "BAGHDAD", "Reuters"),
        ("WASHINGTON, Sept 8 (AP) — ", "WASHINGTON", "AP"),
        ("LONDON/PARIS, Sept. 8, 2024 (Reuters) – ", "LONDON/PARIS", "Reuters"),
        ("HARWICK, 8 September 2024 – ", "HARWICK", None),
        ("LOUISVILLE, Ky. — ", "LOUISVILLE, Ky.", None),
        ("NEW YORK--", "NEW YORK", None),
        ("(CNN) ", None, "CNN"),
        ("(CNN) -- ", None, "CNN"),
        ("Washington (CNN)", "Washington", "CNN"),
        ("CNN —\n\n", None, "CNN"),
        ("Kennedy Space Center, Florida CNN —\n\n", "Kennedy Space Center, Florida", "CNN"),
        ("HARWICK (Lenn Gazette) - ", "HARWICK", "Lenn Gazette"),
        ("", None, None),
    ],
)
def test_a_dateline_fills_place_and_source_and_lies_outside_the_body(
    dateline: str, place: str | None, agency: str | None
) -> None:
    text = f"Harbour of Harwick closed\n\n{dateline}{BODY}"
    layout = lay_out(text, titled=True)
    assert _body(text, layout) == BODY
    assert layout.metadata.title == "Harbour of Harwick closed"
    assert layout.metadata.extra.get("dateline") == place
    assert layout.metadata.source == agency


@pytest.mark.parametrize(
    "sentence",
    [
        "Ida Brandt – who is 81 – said she would stay.",
        "Ida Brandt – The Mayor – said she would stay.",
        "The UN (United Nations) said it.",
        "Harwick (pop. 300) - it lies in the north - is quiet.",
        "U.S.-China talks began on Monday.",
        "He said it — Twice.",
        "NATO – the alliance that it leads – met on Monday.",
    ],
)
def test_a_sentence_with_dashes_or_brackets_is_no_dateline(sentence: str) -> None:
    assert _body(sentence, lay_out(sentence)) == sentence


@pytest.mark.parametrize("between", ["\n\n", "\n"])
def test_a_title_line_is_known_by_its_shape(between: str) -> None:
    text = f"Harbour of Harwick closed{between}{BODY}"
    layout = lay_out(text, titled=True)
    assert layout.metadata.title == "Harbour of Harwick closed"
    assert _body(text, layout) == BODY
    assert _body(text, lay_out(text)) == text


@pytest.mark.parametrize(
    "line",
    [
        "The harbour is closed.",
        "By the time it rained",
        "and so it was",
        "Reuters",
        "- a list",
        "He said:",
        "word " * 40,
    ],
)
def test_a_first_line_that_reads_like_text_is_no_title(line: str) -> None:
    text = f"{line}\n\n{BODY}"
    layout = lay_out(text, titled=True)
    assert layout.metadata.title is None
    assert _body(text, layout) == text


def test_hard_wrapped_text_has_no_title() -> None:
    text = (
        "Harwick closed its harbour on Monday after\na storm that took the roof of its market\nhall. It opens in May."
    )
    assert lay_out(text, titled=True).metadata.title is None


def test_a_known_title_is_left_out_of_the_body_and_a_known_source_stands() -> None:
    text = f"Harbour closed\n{BODY}\nSource: Reuters"
    layout = lay_out(text, Metadata(title="Harbour Closed", source="Gazette"))
    assert _body(text, layout) == BODY
    assert (layout.metadata.title, layout.metadata.source) == ("Harbour Closed", "Gazette")
    assert layout.remarks == ("a second source 'Reuters' left aside",)


def test_lines_before_and_after_the_body_come_in_any_order() -> None:
    head = "Published: Sept. 8, 2024\nHarbour of Harwick closed\nUpdated: 2024-09-09 10:00\n\n"
    foot = "\n\n#Harwick #storm\nSource: https://lenn.example/a\n"
    layout = lay_out(text := head + BODY + foot, titled=True)
    known = layout.metadata
    assert _body(text, layout) == BODY
    assert (known.title, known.published, known.tags) == (
        "Harbour of Harwick closed",
        "2024-09-08",
        ("Harwick", "storm"),
    )
    assert (known.source, known.url) == ("lenn.example", "https://lenn.example/a")
    assert known.extra == {"updated": "2024-09-09T10:00:00"}


@pytest.mark.threat(17)
@pytest.mark.parametrize(
    ("lines", "published", "remark"),
    [
        ("03/04/2024", None, "either way round"),
        ("1970-01-01 00:00:00", None, "never set"),
        ("2024-03-04\n2023-01-01", None, "none kept"),
        ("2024-03-04\n2023-01-01\n2022-01-01", None, "several dates, 2022-01-01, 2023-01-01, 2024-03-04: none"),
        ("2023-01-01\nPublished: 2024-03-04", "2024-03-04", "2024-03-04 kept"),
        ("2024-03-04\n2024-03-04 10:00", "2024-03-04T10:00:00", None),
    ],
)
def test_an_unclear_date_or_two_of_them_are_told_and_not_guessed(
    lines: str, published: str | None, remark: str | None
) -> None:
    layout = lay_out(text := f"{BODY}\n{lines}")
    assert _body(text, layout) == BODY
    assert layout.metadata.published == published
    assert (remark or "") in "".join(layout.remarks)
    assert bool(layout.remarks) == bool(remark)


def test_markdown_has_its_title_behind_a_hash_and_a_front_matter() -> None:
    fields = (
        'title: "Harbour: closed"\ndate: 2024-03-04\nsource: Lenn Gazette\nurl: javascript:alert(1)\ntags: [a, "b"]'
    )
    text = f"---\n{fields}\nauthors:\n  - Ida\n  - Tom\n---\n\n{BODY}"
    layout = lay_out(text, markdown=True, titled=True)
    known = layout.metadata
    assert (known.title, known.published, known.source) == ("Harbour: closed", "2024-03-04", "Lenn Gazette")
    assert known.url is None
    assert known.tags == ("a", "b")
    assert known.extra == {"url": "javascript:alert(1)", "authors": ["Ida", "Tom"]}
    assert "no web address" in layout.remarks[0]
    assert _body(text, layout) == BODY
    headed = f"# Harbour\n\n{BODY}\n\n## More\n\nText follows."
    assert lay_out(headed, markdown=True).metadata.title == "Harbour"
    assert _body(headed, lay_out(headed, markdown=True)).startswith("The council")
    assert "## More" in _body(headed, lay_out(headed, markdown=True))


def test_a_rule_between_paragraphs_is_no_front_matter() -> None:
    text = f"---\n{BODY}\n---\nThe end."
    assert _body(text, lay_out(text, markdown=True)) == text


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Ida Brandt", ("Ida Brandt",)),
        ("BY IDA BRANDT and Tom de la Rue", ("IDA BRANDT", "Tom de la Rue")),
        ("By Ida Brandt, Lenn Gazette", ("Ida Brandt", "Lenn Gazette")),
        ("Author: Brandt, Ida", ("Ida Brandt",)),
        ("By Ida Brandt | 8 September 2024 | 4 min read", ("Ida Brandt",)),
    ],
)
def test_a_byline_between_title_and_dateline_is_read(line: str, authors: tuple[str, ...]) -> None:
    text = (
        f"Harbour of Harwick closed\n\n{line}\nPublished Sept. 8, 2024 at 8.00am. 4 min read\n\nHARWICK (AP) — {BODY}"
    )
    layout = lay_out(text, titled=True)
    known = layout.metadata
    assert (known.title, known.source, known.published[:10]) == ("Harbour of Harwick closed", "AP", "2024-09-08")
    assert known.authors == authors
    assert _body(text, layout) == BODY


@pytest.mark.parametrize(
    "head",
    [
        "Title: Harbour closed\nAuthor: Ida Brandt\nDate: March 4, 2024\nURL: https://lenn.example/a\n\n",
        "Title: Harbour closed\n\nURL Source: https://lenn.example/a\n\nPublished Time: 2024-03-04T08:00Z\n\n"
        "Markdown Content:\n",
        "# Harbour closed\n\nCreated: March 9, 2024 9:14 AM\nTags: sea, storm\nURL: https://lenn.example/a\n"
        "Published: March 4, 2024\n\n",
        '+++\ntitle = "Harbour closed"\ndate = 2024-03-04T08:00:00Z\nauthor = "Ida Brandt"\n+++\n\n',
        "% Harbour closed\n% Ida Brandt; Tom Reed\n% 4 March 2024\n\n",
        '---\ntitle: Harbour closed\nsource: "https://lenn.example/a"\nauthor:\n  - "[[Ida Brandt]]"\n'
        "published: 2024-03-04\n---\n",
    ],
    ids=["headers", "reader", "properties", "toml", "pandoc", "clipper"],
)
def test_title_and_date_are_read_from_the_fields_that_tools_write_before_a_text(head: str) -> None:
    layout = lay_out(text := head + BODY, titled=True, markdown=True)
    known = layout.metadata
    assert (known.title, (known.published or "")[:10]) == ("Harbour closed", "2024-03-04")
    assert known.url == ("https://lenn.example/a" if "https" in head else None)
    assert known.authors[:1] == (("Ida Brandt",) if "Brandt" in head else ())
    assert _body(text, layout) == BODY


def test_the_export_of_a_press_database_is_understood() -> None:
    nexis = (
        "Harbour closed\n\nThe Lenn Gazette\n\nMarch 4, 2024 Monday\n\nCopyright 2024 Lenn Media\n\n"
        f"Section: NEWS; Pg. 2\nLength: 90 words\nByline: By IDA BRANDT\n\nBody\n\n{BODY}\n\n"
        "Load-Date: March 5, 2024\n\n"
        "End of Document\n"
    )
    factiva = (
        "SE World\nHD Harbour closed\nBY Ida Brandt\nWC 90 words\nPD 4 March 2024\nSN The Lenn Gazette\nLA English\n\n"
        f"LP {BODY}\nTD The mayor agreed.\nCO lenn : Lenn\nAN Document LENN0000\n"
    )
    for text in (nexis, factiva):
        layout = lay_out(text, titled=True)
        known = layout.metadata
        assert (known.title, known.source, known.published) == ("Harbour closed", "The Lenn Gazette", "2024-03-04")
        assert [name.lower() for name in known.authors] == ["ida brandt"]
        assert layout.body[0].of(text) == BODY
    assert [span.of(factiva) for span in layout.body] == [BODY, "The mayor agreed."]


def test_what_has_only_lines_around_a_body_has_no_body() -> None:
    assert lay_out("#one #two\nSource: Reuters\n2024-09-08", titled=True).body == ()


_LINES = st.sampled_from(
    [*BODY.split("\n"), "Source: X", "#a #b", "2024-09-08", "Iraq – Then it", "# T", "---", "CNN —", "a: b"]
)


@given(st.lists(_LINES | st.text(max_size=20), max_size=12).map("\n".join), st.booleans(), st.booleans())
def test_the_body_is_a_trimmed_part_of_any_text(text: str, titled: bool, markdown: bool) -> None:
    for span in lay_out(text, titled=titled, markdown=markdown).body:
        assert 0 <= span.start < span.end <= len(text)
        assert span.of(text) == span.of(text).strip()


@pytest.mark.threat(18)
@pytest.mark.parametrize(
    "text",
    ["x" * 2_000_000, "#a " * 600_000, "A " * 600_000, "(" * 500_000, "Aa-" * 500_000, "#a\n" * 300_000,
     "---\na: b\n" * 90_000],
)  # fmt: skip
def test_text_made_to_be_slow_is_read_in_bounded_time(text: str) -> None:
    assert lay_out(text, titled=True, markdown=True)
