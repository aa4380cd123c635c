"""Documents, mail, feeds, tables and archives: each is read, cited exactly, and refused in a line when broken."""

import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from dateline.index.reading import Skipped, find_files, read_file
from dateline.index.types import Article
from tests.harness.documents import BODY, FIRST, INPUTS, SECOND, SRT, VTT, W, docx, runs, zipped


def _read(path: Path, raw: bytes | str) -> list[Article | Skipped]:
    path.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    files, skipped = find_files([path])
    return [*skipped, *(item for file in files for item in read_file(file))]


def _articles(path: Path, raw: bytes | str) -> list[Article]:
    return [item for item in _read(path, raw) if isinstance(item, Article)]


def _body(article: Article) -> str:
    return "\n".join(span.of(article.text) for span in article.body)


_DATED = set(INPUTS) - {"a.docx", "a.odt", "a.rtf"}


@pytest.mark.parametrize("name", INPUTS)
def test_a_format_is_read_with_its_metadata_and_its_exact_text(tmp_path: Path, name: str) -> None:
    first, *_ = _articles(tmp_path / name, INPUTS[name])
    assert _body(first) == BODY
    assert first.metadata.title == "Harbour closed"
    if name in _DATED:
        assert (first.metadata.published or "")[:10] == "2024-03-04"
        assert first.metadata.source == "Lenn Gazette"
    if name in ("a.epub", "a.rss", "a.xml", "b.xml", "c.xml"):
        assert first.metadata.authors == ("Ida Reed",)
    if name in ("a.rss", "a.xml", "a.mhtml", "a.warc"):
        assert first.metadata.url == "https://lenn.example/a"


def test_a_file_that_holds_many_articles_names_each(tmp_path: Path) -> None:
    for name, key in (
        ("a.mbox", "a@lenn.example"), ("a.rss", "https://lenn.example/a"), ("a.epub", "o/a.xhtml"), ("a.csv", "1"),
        ("a.warc", "https://lenn.example/a"), ("c.xml", "urn:a"),
    ):  # fmt: skip
        assert _articles(tmp_path / name, INPUTS[name])[0].origins[0].name == f"{tmp_path / name}#{key}"


@pytest.mark.parametrize(("name", "raw", "lines"), [
    ("a.srt", SRT, [f"[00:00:01] {FIRST}"]),
    ("a.vtt", VTT, ["[00:01:05] Ida Brandt: We open in May."]),
])  # fmt: skip
def test_a_sentence_of_subtitles_keeps_its_time(tmp_path: Path, name: str, raw: str, lines: list[str]) -> None:
    (article,) = _articles(tmp_path / name, raw)
    assert article.text.split("\n") == lines


def test_what_a_document_has_deleted_or_hidden_is_not_read_and_its_tables_are_rows(tmp_path: Path) -> None:
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>The minister was arrested.</w:t></w:r>"
    deleted = "<w:del><w:r><w:delText>He fled.</w:delText></w:r></w:del>"
    cells = "".join(f"<w:tc>{runs(cell)}</w:tc>" for cell in ("Ostrel", "342"))
    body = f"{runs(FIRST)}<w:p>{hidden}{deleted}</w:p><w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    (article,) = _articles(tmp_path / "a.docx", docx(body))
    assert article.text == f"{FIRST}\nOstrel | 342"
    assert article.origins[0].repairs == ("1 hidden part removed",)
    assert article.metadata.extra == {"creator": "desk 4"}


def test_a_mail_of_a_page_alone_is_read_and_its_attachments_are_counted(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"], message["From"] = "Harbour closed", "ida@lenn.example"
    message.set_content(f"<style>p {{}}</style><p>{FIRST}</p><p>{SECOND}</p>", subtype="html")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="a.pdf")
    (article,) = _articles(tmp_path / "a.eml", bytes(message))
    assert _body(article) == BODY
    assert article.origins[0].repairs == ("1 attachment not read",)
    assert article.metadata.source == "lenn.example"


def test_a_table_whose_columns_are_unknown_is_refused_with_their_names(tmp_path: Path) -> None:
    (skipped,) = _read(tmp_path / "a.csv", "name,age\nIda,52\n")
    assert isinstance(skipped, Skipped)
    assert skipped.refused
    assert skipped.reason == "no column is known to hold the text; name one 'text' (its columns are 'name', 'age')"


def test_xml_of_another_kind_is_refused_by_its_root(tmp_path: Path) -> None:
    (skipped,) = _read(tmp_path / "a.xml", "<sitemapindex><x/></sitemapindex>")
    assert isinstance(skipped, Skipped)
    assert skipped.reason == "an xml file of 'sitemapindex': only rss, atom, nitf, newsml and xhtml are read"


@pytest.mark.parametrize("name", [*INPUTS, "a.srt", "a.vtt"])
def test_a_broken_document_is_refused_in_a_line(tmp_path: Path, name: str) -> None:
    if name in ("a.php", "index.html?id=5", "a.xhtml"):
        pytest.skip("a page is read as far as it goes")
    whole = INPUTS.get(name, SRT)
    raw = whole.encode() if isinstance(whole, str) else whole
    for cut in (raw[:20], b"x" * 50, bytes(range(256)), raw[: len(raw) // 2].replace(b"--b", b"--c")):
        for item in _read(tmp_path / name, cut):
            if isinstance(item, Skipped):
                assert item.reason == " ".join(item.reason.split())
    assert any(isinstance(item, Skipped) and item.refused for item in _read(tmp_path / name, b"x" * 50))


_BOMB = 300_000_000


@pytest.mark.threat(9)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("a.docx", "word/document.xml"),
        ("a.odt", "content.xml"),
        ("a.epub", "META-INF/container.xml"),
        ("a.xlsx", "xl/worksheets/sheet1.xml"),
    ],
)
def test_a_package_that_unpacks_to_too_much_is_refused(tmp_path: Path, name: str, member: str) -> None:
    (skipped,) = _read(tmp_path / name, zipped(**{member: b" " * _BOMB}))
    assert isinstance(skipped, Skipped)
    assert "unpacks to more than is safe" in skipped.reason


_ITEM = "{xml}<rss><channel><item><title>Harbour</title><description>{text}</description></item></channel></rss>"
_BARE = "{xml}<w:document {w}><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"


@pytest.mark.threat(8)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.rss", _ITEM),
        ("b.xml", "{xml}<nitf><body><body.content><p>{text}</p></body.content></body></nitf>"),
        ("a.docx", _BARE),
    ],
)
def test_entities_of_a_document_bring_in_no_file(tmp_path: Path, name: str, content: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the password is swordfish", "utf-8")
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol" * 10}">' for n in range(9))
    xml = f'<!DOCTYPE x [<!ENTITY x SYSTEM "file://{secret}">{entities}]>'
    filled = content.format(xml=xml, w=W, text=f"{FIRST} &x; &e8;")
    for item in _read(tmp_path / name, zipped(word__document_xml=filled) if name == "a.docx" else filled):
        assert "swordfish" not in json.dumps([getattr(item, "text", ""), getattr(item, "reason", "")])
        assert len(getattr(item, "text", "")) < 10_000
