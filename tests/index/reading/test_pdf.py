import io
import random
import zlib
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from dateline.index.errors import ReadError
from dateline.index.reading import Skipped, find_files, read_file
from dateline.index.reading.pdf import extract_pdf
from dateline.index.reading.pdf_layout import body_lines, paragraphs, spelt_out
from dateline.index.types import Article

LINES = (
    "The council of Harwick closed the har-",
    "bour on Monday after a storm that took",
    "the roof of its market hall. It opens",
    "again in May.",
    "Ferries go from Lenn instead, said the",
    "mayor.",
)


def _shown(lines: tuple[str, ...]) -> bytes:
    return f"BT /F1 12 Tf 72 700 Td {' '.join(f'({line}) Tj 0 -14 Td' for line in lines)} ET".encode()


def _pdf(*pages: bytes, filters: bytes = b"") -> bytes:
    """A PDF written by hand, of pages whose content streams are given."""
    kids = b" ".join(b"%d 0 R" % (5 + 2 * number) for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, page in enumerate(pages):
        objects.append(b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(page), filters, page))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (4 + 2 * number)
        )
    out, offsets = io.BytesIO(b"%PDF-1.4\n"), []
    out.seek(0, io.SEEK_END)
    for number, content in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start, size = out.tell(), len(objects) + 1
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table))
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start))
    return out.getvalue()


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _read(path: Path, raw: bytes) -> Article | Skipped:
    path.write_bytes(raw)
    (file,), _ = find_files([path])
    (item,) = read_file(file)
    return item


def test_the_lines_of_a_pdf_become_paragraphs_and_parted_words_are_joined(tmp_path: Path) -> None:
    article = _read(tmp_path / "a.pdf", _pdf(_shown(LINES)))
    assert isinstance(article, Article)
    assert article.text.split("\n") == [
        "The council of Harwick closed the harbour on Monday after a storm that took the roof of its market hall. "
        "It opens again in May.",
        "Ferries go from Lenn instead, said the mayor.",
    ]
    assert article.origins[0].encoding == "pdf"


def test_what_every_page_repeats_is_left_out_and_a_sentence_goes_on_over_the_page() -> None:
    pages = [_shown(("Lenn Gazette, page 1", *LINES[:2], "1")), _shown(("Lenn Gazette, page 2", *LINES[2:], "2"))]
    pages.append(_shown(("Lenn Gazette, page 3", "It was quiet.", "3")))
    text, _, _ = extract_pdf(_pdf(*pages))
    assert "Gazette" not in text
    assert "a storm that took the roof" in text
    assert text.endswith("mayor.\nIt was quiet.")


def test_running_heads_of_several_lines_are_left_out() -> None:
    pages = [
        _shown(("Lenn Gazette", "Friday, 3 May", "Section B", *_varied(number), f"Page {number}", "lenn.example"))
        for number in range(1, 5)
    ]
    text, *_ = extract_pdf(_pdf(*pages))
    for outside in ("Gazette", "Friday", "Section", "Page", "lenn.example"):
        assert outside not in text
    assert text.count("was told in the harbour") == 20


def test_what_a_browser_prints_around_a_page_is_left_out() -> None:
    lines = ("5/3/24, 11:19 AM Harbour closed", *LINES, "https://lenn.example/a 1/1")
    text, *_ = extract_pdf(_pdf(_shown(lines)))
    assert text.startswith("The council of Harwick")
    assert text.endswith("mayor.")


def _varied(page: int) -> list[str]:
    words = "storm roof market ferry council".split()
    return [
        f"The {word} of {'Lenn Harwick Ostrel Brandt'.split()[page - 1]} was told in the harbour." for word in words
    ]


def _laid(*lines: str) -> str:
    return "\n".join(paragraphs(body_lines([spelt_out("\n".join(lines)).split("\n")])))


def test_ligatures_are_letters_and_raised_marks_of_footnotes_are_left_out() -> None:
    assert _laid("The ﬁrst oﬃcer of the ﬂeet was oﬀ duty.") == "The first officer of the fleet was off duty."
    assert _laid("It cost 3 million in 2024.", "1", "  The plan has ﬁve goals.") == (
        "It cost 3 million in 2024. The plan has five goals."
    )
    assert "342" in _laid("Ostrel landed", "342", "tonnes of fish.")


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("the engi-", "neers came", "the engineers came"),
        ("a two-", "lane road", "a two-lane road"),
        ("a state-of-the-", "art store", "a state-of-the-art store"),
        ("the vice-", "president spoke of a Franco-", "the vice-president spoke of a Franco-"),
        ("a Franco-", "Prussian war", "a Franco-Prussian war"),
        ("a well-", "known man", "a well-known man"),
        ("the order 2020–", "0686 stands", "the order 2020–0686 stands"),
        ("call 555-", "0142 now", "call 555-0142 now"),
        ("see https://", "lenn.example/a now", "see https://lenn.example/a now"),
        ("the cold-store is a cold-", "store for fish", "the cold-store is a cold-store for fish"),
    ],
)
def test_a_hyphen_at_the_end_of_a_line_is_kept_where_it_is_one_of_the_word(
    first: str, second: str, joined: str
) -> None:
    assert _laid(first, second) == joined


def test_numbers_in_the_gutter_are_left_out() -> None:
    lines = ["JUDGE FALK: We will hear it.", "MS. OSEI: The town sold the hall", "for 2.1 million euros without"]
    lines += ["a vote.", "JUDGE FALK: Thank you."]
    apart = [part for number, line in enumerate(lines, 1) for part in (str(number), line)]
    before = [f"{number} {line}" for number, line in enumerate(lines, 7)]
    for numbered in (apart, before):
        assert "MS. OSEI: The town sold the hall for 2.1 million euros without a vote." in _laid(*numbered)
    table = ["Ostrel", "342", "Lenn", "17", "Harwick", "5"]
    assert all(cell in _laid(*table) for cell in table)


def test_a_press_release_has_its_title_and_its_day(tmp_path: Path) -> None:
    lines = ("PRESS RELEASE", "FOR IMMEDIATE RELEASE", "4 March 2024", "Harbour of Harwick opens in May",
             "HARWICK, 4 March 2024 - The harbour opens again in May, after a storm that took the roof of",
             "its market hall, the council said on Monday. Ferries go from Lenn.", "### END ###")  # fmt: skip
    article = _read(tmp_path / "a.pdf", _pdf(_shown(lines)))
    assert isinstance(article, Article)
    assert (article.metadata.title, article.metadata.published) == ("Harbour of Harwick opens in May", "2024-03-04")
    assert article.body[0].of(article.text).startswith("The harbour opens again")
    assert article.body[0].of(article.text).endswith("from Lenn.")


@pytest.mark.parametrize(
    ("title", "known"),
    [("Harbour of Harwick closed", "Harbour of Harwick closed"), ("Microsoft Word - draft2.doc", None), ("x1", None)],
)
def test_a_title_in_the_properties_is_used_unless_a_tool_gave_it(tmp_path: Path, title: str, known: str | None) -> None:
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(_pdf(_shown(LINES)))))
    writer.add_metadata({"/Title": title, "/CreationDate": "D:20240304100000Z"})
    article = _read(tmp_path / "a.pdf", _written(writer))
    assert isinstance(article, Article)
    assert article.metadata.title == known
    assert article.metadata.published is None  # when a file was made says nothing of when it was published


LEFT = (
    "Crews of the island ferries",
    "stayed away from work for an",
    "eighth day on Monday, leaving",
    "4,000 islanders without mail.",
    "The union wants a raise of",
    "seven per cent this year.",
)
RIGHT = (
    "Talks go on in Ostrel on the",
    "first day of May, under the",
    "former judge Ilse Roth, who",
    "ended the strike of 2014.",
    "until then the navy brings",
    "medicine twice a week.",
)


def _in_rows(left: tuple[str, ...], right: tuple[str, ...]) -> bytes:
    rows = zip(left, right, strict=True)
    shown = (
        f"BT /F1 12 Tf 1 0 0 1 {x} {700 - 14 * number} Tm ({line}) Tj T* ET"
        for number, row in enumerate(rows)
        for x, line in zip((72, 320), row, strict=True)
    )
    return "\n".join(shown).encode()


def test_columns_that_are_drawn_row_by_row_are_read_one_after_the_other() -> None:
    text, _, _ = extract_pdf(_pdf(_in_rows(LEFT, RIGHT)))
    assert " ".join(text.split()) == " ".join((*LEFT, *RIGHT))


def test_the_cells_of_a_table_stay_in_their_rows() -> None:
    ports = ("Ostrel", "Harwick", "Lenn Island", "Varga", "Kestrel Bay", "Reed Point")
    text, _, _ = extract_pdf(_pdf(_in_rows(ports, ("342 t", "120 t", "17 t", "88 t", "9 t", "1 t"))))
    assert text.index("342 t") < text.index("Harwick") < text.index("120 t") < text.index("Lenn Island")


@pytest.mark.threat(9)
def test_an_encrypted_pdf_is_refused_unless_it_opens_without_a_password(tmp_path: Path) -> None:
    for password, readable, algorithm in (
        ("secret", False, "RC4-128"), ("", True, "RC4-128"), ("", True, "AES-128"), ("", True, "AES-256")
    ):  # fmt: skip
        writer = PdfWriter()
        writer.append(PdfReader(io.BytesIO(_pdf(_shown(LINES)))))
        writer.encrypt(password, owner_password="owner", algorithm=algorithm)
        item = _read(tmp_path / "a.pdf", _written(writer))
        assert isinstance(item, Article) == readable
        if isinstance(item, Skipped):
            assert item.reason == "the pdf is encrypted; save it without a password"


@pytest.mark.threat(9)
@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (_pdf(b""), "the pdf has no text, only pictures"),
        (_pdf(*[b""] * 1_001), "the pdf has 1,001 pages; 1,000 are the limit"),
        (_pdf(zlib.compress(b"0" * 100_000_000), filters=b"/Filter /FlateDecode"), "unpacks to more than is safe"),
        (b"%PDF-1.7 nothing more", "the pdf is broken"),
        (_pdf(_shown(LINES))[:300], "the pdf is broken"),
        (b"words, and no pdf at all", "the pdf is broken"),
    ],
    ids=["pictures", "pages", "bomb", "header", "cut off", "text"],
)
def test_a_pdf_that_can_not_be_read_is_refused_with_its_reason(tmp_path: Path, raw: bytes, reason: str) -> None:
    item = _read(tmp_path / "a.pdf", raw)
    assert isinstance(item, Skipped)
    assert item.refused
    assert reason in item.reason


@pytest.mark.threat(9)
def test_a_damaged_pdf_is_read_or_refused_and_never_raises_anything_else() -> None:
    chance = random.Random(8)
    whole = _pdf(_shown(LINES), zlib.compress(_shown(LINES)))
    pieces = (b"[", b"<<", b"null", b"/X", b"99999999999", b"2 0 R", b"-1", b"(", b"/FlateDecode", b"BI /F /Fl ID")
    for _ in range(600):
        damaged = bytearray(whole)
        for _ in range(chance.choice((1, 3, 12))):
            at = chance.randrange(len(damaged))
            damaged[at : at + chance.randrange(3)] = chance.choice((*pieces, chance.randbytes(2)))
        try:
            extract_pdf(bytes(damaged))
        except ReadError as error:
            assert str(error).startswith("the pdf ")
