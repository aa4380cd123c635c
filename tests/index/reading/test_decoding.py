import pytest

from index.errors import ReadError
from index.reading.decoding import clean, decode

TEXT = "Élysée: “the price is 5 €,” said Núñez – today."


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-32"), "utf-32"),
        (TEXT.encode("windows-1252"), "windows-1252"),
    ],
)
def test_the_encoding_is_found_and_named(raw: bytes, encoding: str) -> None:
    decoded = decode(raw)
    assert (decoded.text, decoded.encoding) == (TEXT, encoding)
    assert decoded.repairs == ()


def test_latin_1_is_what_is_left() -> None:
    assert decode("na\u00efve \u0081".encode("latin-1")).encoding == "latin-1"


@pytest.mark.parametrize("raw", [b"\xff\xfea", b"text\x00with\x00nulls \xff", bytes(range(32)) * 40])
def test_what_is_no_text_is_refused(raw: bytes) -> None:
    with pytest.raises(ReadError, match="not text"):
        decode(raw)


def test_line_ends_and_composed_characters_are_made_one() -> None:
    assert clean("one\r\ntwo\rthree\u2028four e\u0301").text == "one\ntwo\nthree\nfour é"


@pytest.mark.parametrize(
    ("character", "repair"),
    [
        ("\x07", "1 control characters removed"),
        ("\ud800", "1 lone surrogates replaced"),
        ("\u200b", "1 invisible characters removed"),
        ("\u202e", "1 invisible characters removed"),
        ("\U000e0041", "1 invisible characters removed"),
    ],
)
def test_what_can_not_be_seen_is_removed_and_told(character: str, repair: str) -> None:
    cleaned = clean(f"a{character}b")
    assert cleaned.text in ("ab", "a\ufffdb")
    assert cleaned.repairs == (repair,)


def test_emoji_and_indic_joiners_stay() -> None:
    for text in ("👩\u200d🚒", "क्\u200dष"):
        assert clean(text).text == text
