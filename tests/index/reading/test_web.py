from pathlib import Path

import pytest

from index.reading import Skipped, find_files, read_file
from index.types import Article

PARAGRAPHS = "".join(
    f"<p>The council of Harwick said on day {n} that the harbour stays closed until the storm has passed.</p>"
    for n in range(8)
)
PAGE = f"""<html><head><title>Harbour closed - Lenn Gazette</title><meta charset="utf-8">
<meta property="og:site_name" content="Lenn Gazette"><link rel="canonical" href="https://lenn.example/a">
<meta property="article:published_time" content="2024-03-04T10:00:00Z"></head>
<body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Harbour closed</h1>{PARAGRAPHS}<p>Café in Núñez Street: “open”.</p></article>
<script>var tracking = "not the article";</script><footer>All rights reserved</footer></body></html>"""


def _read(path: Path, raw: bytes) -> Article | Skipped:
    path.write_bytes(raw)
    (file,), _ = find_files([path])
    (item,) = read_file(file)
    return item


def test_the_article_is_taken_out_of_its_page_with_what_the_page_says_of_it(tmp_path: Path) -> None:
    article = _read(tmp_path / "a.html", PAGE.encode())
    assert isinstance(article, Article)
    assert (article.metadata.title, article.metadata.source) == ("Harbour closed", "Lenn Gazette")
    assert (article.metadata.published, article.metadata.url) == ("2024-03-04", "https://lenn.example/a")
    assert "tracking" not in article.text
    assert "Home" not in article.text
    (body,) = article.body
    assert body.of(article.text).startswith("The council of Harwick said on day 0")


def test_the_encoding_a_page_names_is_used(tmp_path: Path) -> None:
    raw = PAGE.replace('charset="utf-8"', 'charset="iso-8859-15"').replace("“open”", "5 €").encode("iso-8859-15")
    article = _read(tmp_path / "a.html", raw)
    assert isinstance(article, Article)
    assert "Café in Núñez Street: 5 €" in article.text
    assert article.origins[0].encoding == "iso-8859-15"


def test_a_page_with_navigation_and_script_only_has_no_article(tmp_path: Path) -> None:
    page = b"<html><body><nav><a href=/>Home</a><a href=/b>More</a></nav><script>var a = 1</script></body></html>"
    item = _read(tmp_path / "a.html", page)
    assert isinstance(item, Skipped)
    assert item.reason == "no article text"


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 20_000 + "deep" + "</div>" * 20_000,
        "<p>" * 200_000 + "unclosed",
        "<li>" * 200_000 + "unclosed",
        "<" * 1_000_000,
        "<p " + "a=b " * 20_000 + ">" + PARAGRAPHS,
    ],
    ids=["nested", "paragraphs", "items", "brackets", "attributes"],
)
def test_pages_made_to_be_slow_end_in_bounded_time(tmp_path: Path, page: str) -> None:
    assert _read(tmp_path / "a.html", f"<html><body>{page}</body></html>".encode())


def test_entities_bring_in_no_file_and_do_not_multiply(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the password is swordfish", "utf-8")
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol" * 10}">' for n in range(9))
    declared = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">{entities}]>'
    page = f"{declared}<html><body><p>&x; &e8;</p>{PARAGRAPHS}</body></html>"
    item = _read(tmp_path / "a.html", page.encode())
    assert isinstance(item, Article)
    assert "swordfish" not in item.text
    assert len(item.text) < 10_000
