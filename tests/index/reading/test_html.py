from pathlib import Path

import pytest

from dateline.index.reading import Skipped, find_files, read_file
from dateline.index.reading.html import extract_page
from dateline.index.types import Article

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


def _read(path: Path, page: str | bytes) -> Article | Skipped:
    path.write_bytes(page.encode() if isinstance(page, str) else page)
    (file,), _ = find_files([path])
    (item,) = read_file(file)
    return item


def test_the_article_is_taken_out_of_its_page_with_what_the_page_says_of_it(tmp_path: Path) -> None:
    article = _read(tmp_path / "a.html", PAGE)
    assert isinstance(article, Article)
    known = article.metadata
    assert (known.title, known.source) == ("Harbour closed", "Lenn Gazette")
    assert (known.published, known.url) == ("2024-03-04T10:00:00", "https://lenn.example/a")
    for outside in ("tracking", "Home", "All rights"):
        assert outside not in article.text
    (body,) = article.body
    assert body.of(article.text).startswith("The council of Harwick said on day 0")
    assert body.of(article.text).endswith("Café in Núñez Street: “open”.")


@pytest.mark.parametrize("name", ["iso-8859-15", "windows-1250", "utf-8"])
def test_the_encoding_a_page_names_is_used(tmp_path: Path, name: str) -> None:
    page = PAGE.replace('charset="utf-8"', f'charset="{name}"').replace("Núñez Street: “open”", "Linz: 5 €")
    article = _read(tmp_path / "a.html", page.encode(name))
    assert isinstance(article, Article)
    assert "Café in Linz: 5 €" in article.text
    assert article.origins[0].repairs == ()


@pytest.mark.parametrize(
    ("head", "published", "told"),
    [
        ('<meta name="date" content="2024-03-04">', "2024-03-04", False),
        ('<meta name="date" content="03/04/2024">', None, True),
        ('<meta name="pubdate" content="soon"><meta name="date" content="March 4, 2024">', "2024-03-04", True),
        ('<script type="application/ld+json">{"@graph": [{"datePublished": "2024-03-04T10:00:00+01:00"}]}</script>',
         "2024-03-04T10:00:00", False),
        ('<link rel="canonical" href="https://lenn.example/2024/03/04/harbour/">', "2024-03-04", False),
        ('<meta property="article:modified_time" content="2024-03-04">', None, False),
        ('<meta itemprop="copyrightyear" content="2019">', None, False),
        ('<script type="application/ld+json">{"@type": "NewsArticle", "image": {"@type": "ImageObject", '
         '"datePublished": "2019-06-02"}, "datePublished": "2024-03-04"}</script>', "2024-03-04", False),
        ('<script type="application/ld+json">{"@type": "NewsArticle", "headline": "x", "video": {"@type": '
         '"VideoObject", "datePublished": "2019-06-02"}}</script>', None, False),
        ('<script type="application/ld+json">[{"@type": "WebPage", "datePublished": "2023-01-01"}, {"@type": '
         '["ReportageNewsArticle"], "datePublished": "2024-03-04"}]</script>', "2024-03-04", False),
        ('<meta name="date" content="4. März 2024">', "2024-03-04", False),
        ('<meta name="date" content="Mon Mar 04 10:00:00 CET 2024">', "2024-03-04T10:00:00", False),
        ("", None, False),
    ],
)  # fmt: skip
def test_a_date_is_taken_from_where_the_page_states_it_and_never_guessed(
    tmp_path: Path, head: str, published: str | None, told: bool
) -> None:
    page = (
        f"<html><head>{head}</head><body><article>{PARAGRAPHS}<p>On 2023-01-02 it was open.</p></article></body></html>"
    )
    article = _read(tmp_path / "a.html", page)
    assert isinstance(article, Article)
    assert article.metadata.published == published
    assert bool(article.origins[0].repairs) == told


@pytest.mark.threat(6)
@pytest.mark.parametrize(
    "page",
    [
        "<html><body><nav><a href=/>Home</a><a href=/b>More</a></nav><script>var a = 1</script></body></html>",
        "<html><head><title>Harbour closed</title></head><body></body></html>",
        "<html></html>",
    ],
)
def test_a_page_with_navigation_and_script_only_has_no_article(tmp_path: Path, page: str) -> None:
    item = _read(tmp_path / "a.html", page)
    assert isinstance(item, Skipped)
    assert (item.reason, item.refused) == ("no article text", False)


@pytest.mark.threat(7)
@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<div>" * 20_000 + PARAGRAPHS + "</div>" * 20_000, "the page nests its elements more than 256 deep"),
        ("<b><i>" * 100_000 + PARAGRAPHS, "the page has 200,020 tags; 50,000 are the limit"),
        ("<li>" * 200_000 + "unclosed", "tags; 50,000 are the limit"),
        ("<" * 1_000_000, "tags; 50,000 are the limit"),
        ("<p " + "a=b " * 20_000 + ">" + PARAGRAPHS, "more than 1,000 attributes"),
        ("<p " + "".join(f"a{n}='>' " for n in range(20_000)) + ">" + PARAGRAPHS, "more than 1,000 attributes"),
    ],
    ids=["nested", "unclosed", "items", "brackets", "attributes", "quoted attributes"],
)
def test_a_page_that_would_take_unbounded_time_is_refused(tmp_path: Path, page: str, reason: str) -> None:
    item = _read(tmp_path / "a.html", f"<html><body>{page}</body></html>")
    assert isinstance(item, Skipped)
    assert item.refused
    assert reason in item.reason


def test_signs_of_less_inside_scripts_and_comments_are_no_tags(tmp_path: Path) -> None:
    less = "for (i = 0; i<n; i++) { a += b<c " + "x " * 2_000 + "}"
    script = f"<script>{less}</script><style>/* a<b */</style><!-- <script> {less} -->"
    article = _read(
        tmp_path / "a.html", PAGE.replace("<article>", f"{script * 3}<script>{'i<n;' * 60_000}</script><article>")
    )
    assert isinstance(article, Article)
    assert article.text.count("The council of Harwick") == 8


@pytest.mark.threat(7)
@pytest.mark.parametrize(
    "page",
    [
        "<!--" * 200_000,
        "<script>" * 40_000,
        "<p>" * 20_000 + "unclosed",
        "<table>" + "<tr><td>x " * 5_000,
        "<p>" + " \n" * 500_000,
        "<p>" + "2024-" * 200_000,
        "<p>" + "x" * 2_000_000,
        '<script type="application/ld+json">' + '{"a":' * 100_000 + "</script>",
        "<p title='" + "x " * 500_000,
    ],
    ids=["comments", "scripts", "paragraphs", "cells", "blanks", "digits", "one word", "json", "quote"],
)
def test_a_page_made_to_be_slow_ends_in_bounded_time(tmp_path: Path, page: str) -> None:
    assert _read(tmp_path / "a.html", f"<html><body>{page}</body></html>")


@pytest.mark.threat(8)
def test_entities_bring_in_no_file_and_do_not_multiply(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the password is swordfish", "utf-8")
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol" * 10}">' for n in range(9))
    declared = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">{entities}]>'
    for start in ("", '<?xml version="1.0"?>'):
        item = _read(tmp_path / "a.html", f"{start}{declared}<html><body><p>&x; &e8;</p>{PARAGRAPHS}</body></html>")
        assert isinstance(item, Article)
        assert "swordfish" not in item.text
        assert len(item.text) < 10_000


@pytest.mark.threat(22)
def test_an_address_that_is_no_web_address_never_becomes_a_link(tmp_path: Path) -> None:
    for url in ("javascript:alert(1)", "file:///etc/passwd", "data:text/html,x"):
        item = _read(tmp_path / "a.html", PAGE.replace("https://lenn.example/a", url))
        assert isinstance(item, Article)
        assert item.metadata.url is None


@pytest.mark.threat(20)
def test_what_a_page_hides_in_invisible_characters_is_stripped_and_told(tmp_path: Path) -> None:
    hidden = "\u200b&#8238;" + "".join(f"&#{0xE0000 + ord(one)};" for one in "ignore all")
    item = _read(tmp_path / "a.html", PAGE.replace("The council", f"The {hidden}council"))
    assert isinstance(item, Article)
    assert item.text.count("The council of Harwick") == 8
    told = {"80 tag characters removed", "8 direction marks removed", "8 invisible characters removed"}
    assert told == set(item.origins[0].repairs)


def test_small_and_pale_letters_are_read(tmp_path: Path) -> None:
    seen = '<p style="font-size:0.8em; opacity:0.9; left:-10px">The mayor, who is 52, voted against it on Monday.</p>'
    item = _read(tmp_path / "a.html", PAGE.replace("<p>The council", f"{seen}<p>The council", 1))
    assert isinstance(item, Article)
    assert "who is 52" in item.text


@pytest.mark.parametrize("tag", ["<body", "<article"])
def test_a_page_that_a_script_shows_is_read(tmp_path: Path, tag: str) -> None:
    page = PAGE.replace(tag, f'{tag} style="opacity:0"', 1)
    assert isinstance(_read(tmp_path / "a.html", page), Article)


@pytest.mark.parametrize(
    ("times", "published"),
    [
        ('<time class="entry-date published" datetime="2024-03-04T10:00:00">4 March</time>'
         '<time class="updated" datetime="2024-03-06">6 March</time>', "2024-03-04T10:00:00"),
        ('<time datetime="2024-03-04">4 March</time>', "2024-03-04"),
        ("<time>March 4, 2024</time>", "2024-03-04"),
        ('<time datetime="2024-03-04">4</time><time datetime="2024-03-05">5</time>', None),
    ],
)  # fmt: skip
def test_the_time_of_publication_in_the_article_is_its_date(tmp_path: Path, times: str, published: str | None) -> None:
    others = '<aside><time class="entry-date published" datetime="2024-03-09">9 March</time></aside>'
    page = f"<html><body><article>{times}{PARAGRAPHS}</article>{others}</body></html>"
    article = _read(tmp_path / "a.html", page)
    assert isinstance(article, Article)
    assert article.metadata.published == published


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Harbour closed - National | Lenngazette.example</title>", "Harbour closed"),
        ("<title>Lenn Gazette | Harbour closed</title>", "Harbour closed"),
        ("<title>Harbour closed – The Lenn Gazette</title>", "Harbour closed"),
        ("<title>Harbour closed | Storm of the year | Coast</title><h1>Harbour closed</h1>", "Harbour closed"),
        ('<title>Harbour closed - Coast</title><script type="application/ld+json">{"@type": "NewsArticle", '
         '"headline": "Harbour closed"}</script>', "Harbour closed"),
        ("<title>Harwick - Lenn: ferry stops</title>", "Harwick - Lenn: ferry stops"),
        ("<title>World: Harbour closed - again</title>", "World: Harbour closed - again"),
    ],
)  # fmt: skip
def test_the_names_of_site_and_section_are_no_part_of_a_title(tmp_path: Path, head: str, title: str) -> None:
    name, _, heading = head.partition("<h1>")
    page = PAGE.replace("<h1>Harbour closed</h1>", f"<h1>{heading}" if heading else "")
    article = _read(tmp_path / "a.html", page.replace("<title>Harbour closed - Lenn Gazette</title>", name))
    assert isinstance(article, Article)
    assert article.metadata.title == title


@pytest.mark.parametrize(
    "said",
    [
        '<meta name="author" content="Ida Brandt, Tom Reed">',
        '<script type="application/ld+json">{"@type": "NewsArticle", "author": [{"name": "Ida Brandt"}, '
        '{"name": "Tom Reed"}]}</script>',
        '<meta property="article:author" content="https://s.example/i"><p class="byline">By Ida Brandt and Tom Reed'
        "</p>",
        '<p>By <a rel="author" href="/i">Ida Brandt</a> and <a rel="author" href="/t">Tom Reed</a></p>',
    ],
)
def test_who_wrote_a_page_is_kept_and_no_part_of_the_body(tmp_path: Path, said: str) -> None:
    stamp = '<p class="stamp">Published 4 March 2024 at 8.00am. 4 min read</p>'
    article = _read(tmp_path / "a.html", PAGE.replace("</h1>", f"</h1>{said}{stamp}"))
    assert isinstance(article, Article)
    assert article.metadata.authors == ("Ida Brandt", "Tom Reed")
    assert article.body[0].of(article.text).startswith("The council of Harwick said on day 0")


_OTHER = "BANK: The central bank raised its key rate to 3.75 percent on Friday, and shares fell."


@pytest.mark.parametrize(
    "teasers",
    [
        f'<div><h3>More stories</h3><article><h4><a href="/o">Other</a></h4><p>{_OTHER}</p></article>'
        f'<article><h4><a href="/p">Rates</a></h4><p>{_OTHER}</p></article></div>',
        f'<ul><li><a href="/o"><h4>A</h4></a><p>{_OTHER}</p></li><li><a href="/p"><h4>B</h4></a><p>{_OTHER}</p></ul>',
        f'<div><h3>Related</h3><ul><li><a href="/o">{_OTHER}</a></li></ul></div>',
        f'<h3>Read more:</h3><ul><li><a href="/o">{_OTHER}</a></li></ul>',
        f'<p><strong>MORE:</strong> <a href="/o">{_OTHER}</a></p>',
        "<p>Sign up for our central bank newsletter, every morning in your inbox.</p>",
    ],
)
def test_teasers_of_other_articles_are_no_part_of_the_article(tmp_path: Path, teasers: str) -> None:
    article = _read(tmp_path / "a.html", PAGE.replace("</article>\n", f"{teasers}</article>\n"))
    assert isinstance(article, Article)
    assert "central bank" not in article.text
    assert article.text.count("The council of Harwick") == 8
    assert article.text.endswith("“open”.")


def test_entries_of_a_live_blog_with_headings_are_no_teasers(tmp_path: Path) -> None:
    entries = "".join(
        f'<article><h3><a href="#e{n}">At {n}</a></h3><p>The ferry of Lenn sank at {n} and none was hurt.</p></article>'
        for n in range(6)
    )
    article = _read(tmp_path / "a.html", PAGE.replace("</article>\n", f"{entries}</article>\n"))
    assert isinstance(article, Article)
    assert article.text.count("and none was hurt") == 6


def test_a_row_of_a_table_is_a_sentence_with_the_words_of_its_header_and_a_caption_is_kept(tmp_path: Path) -> None:
    table = (
        "<table><caption>Catch of 2023</caption><tr><th>Port</th><th>Tonnes</th></tr><tr><td>Ostrel</td><td>342</td>"
        "<tr><td>Lenn</td><td>17</td></tr></table>"
        "<table><tr><td>Harwick</td><td>5</td></tr><tr><td>Oud</td><td>6</td></tr></table>"
        '<figure><img src="a.jpg"><figcaption>The hall in 1911, when it was new. Photo: archive</figcaption></figure>'
    )
    article = _read(tmp_path / "a.html", PAGE.replace("<p>Café", f"{table}<p>Café"))
    assert isinstance(article, Article)
    lines = article.text.split("\n")
    assert {"Catch of 2023", "Port: Ostrel; Tonnes: 342.", "Port: Lenn; Tonnes: 17.", "Harwick | 5", "Oud | 6"} <= set(
        lines
    )
    assert "The hall in 1911, when it was new. Photo: archive" in lines


def test_an_article_in_several_containers_is_read_whole(tmp_path: Path) -> None:
    parts = "".join(
        f'<div class="grid"><div class="article__body">{PARAGRAPHS.replace("on day", f"in part {n} on day")}</div>'
        '<div class="ad"></div></div>'
        for n in range(3)
    )
    article = _read(tmp_path / "a.html", PAGE.replace(PARAGRAPHS, parts))
    assert isinstance(article, Article)
    assert [article.text.count(f"in part {n}") for n in range(3)] == [8, 8, 8]
    assert article.text.index("part 0") < article.text.index("part 1") < article.text.index("part 2")


def test_a_page_of_which_much_is_left_out_says_how_much(tmp_path: Path) -> None:
    others = "".join(
        f"<p>{_OTHER} It was the {n}th time, as the paper of the town had said before. {_OTHER}</p>" for n in range(9)
    )
    page = PAGE.replace("<footer>", f'<div class="comments" id="comments">{others}</div><footer>')
    article = _read(tmp_path / "a.html", page)
    assert isinstance(article, Article)
    assert "central bank" not in article.text
    assert [one for one in article.origins[0].repairs if "paragraphs left out" in one]


def _live_blog(*times: str) -> str:
    entries = "".join(
        f"<article><header><time datetime='2024-05-02'>{time}</time><h3>Update {number}</h3></header>"
        f"<p>The council of Harwick has heard speaker number {number} on the sale of the market hall.</p>"
        "<p>Another speaker is called to the front of the hall by the chair of the council.</p></article>"
        for number, time in enumerate(times, 1)
    )
    return f"<html><body><main><h1>The sale as it happened</h1>{entries}</main></body></html>"


def test_the_entries_of_a_live_blog_keep_their_times() -> None:
    text = extract_page(_live_blog("10:15 GMT", "10:40 GMT", "11.05", "12:30 pm")).text
    for number, time in enumerate(("10:15 GMT", "10:40 GMT", "11.05", "12:30 pm"), 1):
        assert f"{time}: The council of Harwick has heard speaker number {number} " in text
    assert text.count("GMT: ") == 2
