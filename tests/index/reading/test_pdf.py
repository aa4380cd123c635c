import io
from pathlib import Path

from pypdf import PdfReader, PdfWriter

from index.reading import Skipped, find_files, read_file
from index.types import Article

LINES = ("The council of Harwick closed the har-", "bour on Monday.", "It opens again in May.")


def _pdf(lines: tuple[str, ...] = LINES) -> bytes:
    """A PDF of one page, written by hand."""
    shown = " ".join(f"({line}) Tj 0 -14 Td" for line in lines)
    stream = f"BT /F1 12 Tf 72 700 Td {shown} ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out, offsets = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, content in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    out.write(b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def _read(path: Path, raw: bytes) -> Article | Skipped:
    path.write_bytes(raw)
    (file,), _ = find_files([path])
    (item,) = read_file(file)
    return item


def test_the_text_of_a_pdf_is_read_and_words_parted_at_line_ends_are_joined(tmp_path: Path) -> None:
    article = _read(tmp_path / "a.pdf", _pdf())
    assert isinstance(article, Article)
    assert "closed the harbour on Monday." in article.text
    assert article.origins[0].encoding == "pdf"


def test_what_can_not_be_read_of_pdfs_is_refused_with_its_reason(tmp_path: Path) -> None:
    blank, locked = PdfWriter(), PdfWriter()
    blank.add_blank_page(100, 100)
    locked.append(PdfReader(io.BytesIO(_pdf())))
    locked.encrypt("secret", algorithm="RC4-128")
    many = PdfWriter()
    for _ in range(501):
        many.add_blank_page(10, 10)
    cases = {"no text, only pictures": blank, "encrypted": locked, "501 pages": many}
    for reason, writer in cases.items():
        out = io.BytesIO()
        writer.write(out)
        item = _read(tmp_path / "a.pdf", out.getvalue())
        assert isinstance(item, Skipped)
        assert reason in item.reason
    item = _read(tmp_path / "a.pdf", b"%PDF-1.7 nothing more")
    assert isinstance(item, Skipped)
    assert "broken" in item.reason
