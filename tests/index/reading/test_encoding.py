import random

import pytest

from dateline.index.errors import ReadError
from dateline.index.reading.encoding import decode

STORY = "“The harbour is closed,” the mayor’s office said – until the café’s roof is mended, in May."
RUSSIAN = "Порт Харвика закрыт до мая, сообщил городской совет в понедельник после сильного шторма."


@pytest.mark.threat(3)
@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (STORY.encode("utf-8"), "utf-8"),
        (STORY.encode("utf-8-sig"), "utf-8"),
        (STORY.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + STORY.encode("utf-16-be"), "utf-16"),
        (STORY.encode("utf-32"), "utf-32"),
    ],
)
def test_unicode_is_known_by_its_mark_or_its_validity_and_is_no_guess(raw: bytes, encoding: str) -> None:
    decoded = decode(raw)
    assert (decoded.text, decoded.encoding, decoded.repairs) == (STORY, encoding, ())


@pytest.mark.threat(3)
@pytest.mark.parametrize(
    ("text", "codec", "encoding"),
    [
        (STORY, "cp1252", "windows-1252"),
        ("Bürgermeister Jürgen Größler schließt den Hafen für 300 £.", "latin-1", "windows-1252"),
        (RUSSIAN, "cp1251", "cp1251"),
        (RUSSIAN, "koi8-r", "koi8_r"),
        ("Ο δήμος έκλεισε το λιμάνι τη Δευτέρα μετά από ισχυρή καταιγίδα.", "cp1253", "cp1253"),
        ("市议会周一表示，港口在暴风雨过去之前将继续关闭，预计五月重新开放。", "gb18030", "gb18030"),
    ],
)
def test_an_older_encoding_is_guessed_and_told_as_a_guess(text: str, codec: str, encoding: str) -> None:
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.encoding) == (text, encoding)
    assert decoded.repairs == (f"encoding guessed: {encoding}",)


def test_a_byte_that_no_windows_1252_has_makes_it_latin_1() -> None:
    assert decode(b"The caf\xe9 is closed \x81 until May.").encoding == "latin-1"


def test_a_declared_encoding_is_used_where_the_bytes_are_no_utf_8() -> None:
    text = "Žlutý kůň zavřel přístav"
    assert decode(text.encode("cp1250"), "windows-1250").text == text
    assert decode(text.encode("utf-8"), "windows-1250").text == text
    assert decode("café".encode("cp1252"), "iso-8859-1").encoding == "cp1252"
    assert decode("café".encode("cp1252"), "rot13").text == "café"
    assert decode("café".encode("cp1252"), "no-such-name").text == "café"


@pytest.mark.threat(3)
def test_a_few_broken_places_do_not_turn_utf_8_into_mojibake() -> None:
    decoded = decode((STORY * 5).encode()[:-1] + b"\xe2\x80 end")
    assert decoded.encoding == "utf-8"
    assert decoded.text.startswith(STORY)
    assert decoded.repairs == ("1 unreadable place replaced",)


@pytest.mark.threat(5)
@pytest.mark.parametrize(
    "raw",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        b"PK\x03\x04\x14\x00",
        b"%PDF-1.7\n",
        STORY.encode("utf-16-le"),
        b"\x00" * 500,
        random.Random(3).randbytes(300),
        random.Random(4).randbytes(50_000),
    ],
    ids=["png", "jpeg", "zip", "pdf", "unmarked utf-16", "zeros", "noise", "more noise"],
)
def test_what_is_no_text_is_refused(raw: bytes) -> None:
    with pytest.raises(ReadError, match=r"^not text"):
        decode(raw)
