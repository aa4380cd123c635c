import pytest

from dateline.index.errors import ReadError
from dateline.index.reading.html import extract_page
from dateline.index.reading.visibility import tells_of_hidden
from tests.harness import hidden_text
from tests.harness.hidden_text import LIE, SHOWN, is_told, lost, read

PARAGRAPHS = "".join(f"<p>{text}</p>" for text in SHOWN * 100)
_MAY_BE_READ = {"most of the page", "on a ground stated elsewhere"}  # and is told


@pytest.mark.threat(54)
@pytest.mark.parametrize("name", hidden_text.HIDDEN_IN_PAGES)
def test_what_a_page_hides_is_not_read_or_is_told(name: str) -> None:
    article = read(hidden_text.page(hidden_text.HIDDEN_IN_PAGES[name]), "html")
    assert (LIE in article.text) == (name in _MAY_BE_READ)
    assert is_told(article) or (name not in _MAY_BE_READ and not article.origins[0].repairs)
    assert lost(article) == []


@pytest.mark.threat(54)
@pytest.mark.parametrize("name", hidden_text.SHOWN_IN_PAGES)
def test_what_a_page_shows_is_read_whatever_its_styles(name: str) -> None:
    assert lost(read(hidden_text.page(head=hidden_text.SHOWN_IN_PAGES[name]), "html")) == []


@pytest.mark.threat(54)
@pytest.mark.parametrize("name", hidden_text.HIDDEN_IN_PDF)
def test_what_a_pdf_hides_is_not_read_and_is_told(name: str) -> None:
    stream = f"BT /F1 12 Tf {hidden_text.lines()} {hidden_text.HIDDEN_IN_PDF[name]}"
    article = read(hidden_text.pdf(stream), "pdf")
    assert LIE not in " ".join(article.text.split())
    assert is_told(article)
    assert lost(article) == []


@pytest.mark.threat(54)
@pytest.mark.parametrize("name", hidden_text.SHOWN_IN_PDF)
def test_what_a_pdf_shows_is_read(name: str) -> None:
    scale = {"of a scale": 2.0, "a size of one": 1 / 12}.get(name, 1.0)
    stream = hidden_text.SHOWN_IN_PDF[name].replace("{}", hidden_text.lines(scale))
    article = read(hidden_text.pdf(stream), "pdf")
    assert lost(article) == []
    assert article.origins[0].repairs == ()


def test_text_recognised_in_a_picture_is_read_and_told() -> None:
    picture = "q 612 0 0 792 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q"
    article = read(hidden_text.pdf(f"{picture} BT 3 Tr /F1 12 Tf {hidden_text.lines()}"), "pdf")
    assert lost(article) == []
    assert article.origins[0].repairs == ("text recognised in pictures, 1 page",)


def test_an_article_that_came_as_a_stream_is_put_where_its_script_puts_it() -> None:
    first, *others = (f"<p>{text}</p>" for text in SHOWN)
    page = (
        f"<html><body><main><h1>Bridge</h1>{first}<!--$?--><template id='B:0'></template><p>Loading…</p><!--/$-->"
        f"</main><div class='menu'>{'<p><a href=/n>A teaser of another article of this week</a></p>' * 30}</div>"
        f"<div hidden id='S:0'><article>{''.join(others)}</article></div></body></html>"
    )
    article = read(page.encode(), "html")
    assert article.text.split("\n")[-len(SHOWN) :] == SHOWN
    assert "teaser" not in article.text
    assert "Loading" not in article.text


def test_what_is_hidden_in_a_hidden_article_that_is_read_stays_hidden() -> None:
    page = hidden_text.page(f"<p hidden>{LIE}</p>").replace(b"<article>", b"<article style='opacity:0'>")
    article = read(page, "html")
    assert LIE not in article.text
    assert lost(article) == []


def test_a_few_hidden_words_are_not_told() -> None:
    article = read(hidden_text.page("<p hidden>Opens in a window</p>"), "html")
    assert article.origins[0].repairs == ()


def test_a_remark_of_hidden_words_is_told_from_others() -> None:
    (remark,) = read(hidden_text.page(f"<p hidden>{LIE}</p>"), "html").origins[0].repairs
    assert remark == "14 hidden words removed: “The treasurer of Harwick fled to Lenn with …”"
    assert tells_of_hidden(remark)
    assert not tells_of_hidden("8 direction marks removed")


@pytest.mark.threat(7, 54)
@pytest.mark.parametrize(
    ("sheet", "why"),
    [
        ("a{color:red}" * 250_001, "more than 3,000,000 characters of style sheets"),
        ("a{" * 2_000, "nest too deep"),
        ("@media all{" * 3_000, "nest too deep"),
        ("*:not(.a):not(b){color:red}" * 3_000, "more rules for its elements than 2,000,000"),
    ],
)
def test_style_sheets_without_end_are_refused(sheet: str, why: str) -> None:
    with pytest.raises(ReadError, match=why):
        extract_page(f"<html><head><style>{sheet}</style></head><body>{PARAGRAPHS}</body></html>")


@pytest.mark.threat(54)
def test_a_broken_pdf_operator_hides_nothing() -> None:
    broken = "/None gs 1 (x) rg [ ] 0 d /X Do q Q Q Q Tf Td 0 0 cm /OC BDC EMC EMC (a) Tr"
    assert lost(read(hidden_text.pdf(f"{broken} BT /F1 12 Tf {hidden_text.lines()}"), "pdf")) == []
