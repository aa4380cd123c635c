import io
import zipfile

import pytest

from dateline.index.reading.files import SUFFIXES
from dateline.index.reading.sniffing import guess_kind


def _packed(name: str, content: bytes = b"x") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"%PDF-1.7\n", ".pdf"),
        (b"{\\rtf1\\ansi", ".rtf"),
        (b"\xef\xbb\xbfWEBVTT\n", ".vtt"),
        (b"1\r\n00:00:01,000 --> 00:00:02,000\r\nHello", ".srt"),
        (b"  <!DOCTYPE html><html>", ".html"),
        (b"<p>A story</p>", ".html"),
        (b"<?xml version='1.0'?><rss>", ".xml"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html>", ".xhtml"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", ".xml"),
        (b'{"title": "A", "text": "B"}', ".json"),
        (b'{"text": "B"}\n{"text": "C"}\n', ".jsonl"),
        (b"{ this is no json", ".txt"),
        (b"Subject: A\nMessage-ID: <1@a>\nFrom: b@c\n\nText", ".eml"),
        (b"From: <Saved by Blink>\nSnapshot-Content-Location: https://a/\nMIME-Version: 1.0\n\n--x", ".mhtml"),
        (b"Source: Reuters\nDate: 2024-05-02\n\nA story.", ".txt"),
        (b"From b@c Mon May  6 10:00:00 2024\nSubject: A\n\nText", ".mbox"),
        (b"WARC/1.0\r\n", ".warc"),
        (b"---\ntitle: A\n---\nText", ".md"),
        (_packed("word/document.xml"), ".docx"),
        (_packed("xl/workbook.xml"), ".xlsx"),
        (_packed("mimetype", b"application/epub+zip"), ".epub"),
        (_packed("other"), ".txt"),
        (b"A title\n\nA story, plainly told.", ".txt"),
        (b"", ".txt"),
    ],
)
def test_a_kind_is_known_by_how_it_begins(raw: bytes, kind: str) -> None:
    assert guess_kind(raw) == kind
    assert kind in SUFFIXES


def test_what_a_server_states_counts_but_for_text_and_unknown_data() -> None:
    assert guess_kind(b"a,b\n1,2", "text/csv; charset=utf-8") == ".csv"
    assert guess_kind(b"%PDF-1.7", "application/octet-stream") == ".pdf"
    assert guess_kind(b"<rss>", "text/xml") == ".xml"
    assert guess_kind(b"<!doctype html>", "text/plain") == ".html"
