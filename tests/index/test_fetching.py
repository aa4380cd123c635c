"""Pages by address, of sites on the loopback that a resolver of the test takes for public ones."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dateline.index.errors import ReadError
from dateline.index.fetching import MOST_REDIRECTS, Fetcher, is_public, normal_address
from dateline.index.library import Library
from tests.harness.fakes import FakeEmbedder
from tests.harness.sites import Reply, Sites

STORY = (
    "<html><head><title>Ferries for Lenn</title><meta name=author content='Jo Varga'></head><body><article>"
    "<h1>Ferries for Lenn</h1><p>Nordlink ordered two ferries for the line to Lenn Island on Monday. The ships will "
    "carry 300 passengers each.</p><p>They cost 41 million crowns and are built in Harwick, the company said in a "
    "statement. The first one sails in spring.</p></article></body></html>"
)
ENTRY = (
    "<item><guid>{n}</guid><title>Story {n}</title>"
    "<description>The story number {n} was told in Lenn.</description></item>"
)


def _feed(*numbers: int) -> Reply:
    items = "".join(ENTRY.format(n=number) for number in numbers)
    body = f"<?xml version='1.0'?><rss><channel><title>Lenn Post</title>{items}</channel></rss>"
    return Reply(body=body.encode(), headers={"Content-Type": "application/rss+xml"})


@pytest.fixture
def sites() -> Iterator[Sites]:
    with Sites({"news.example/story": Reply.page(STORY)}) as opened:
        yield opened


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.write(tmp_path / "library", FakeEmbedder()) as opened:
        yield opened


def _refused(sites: Sites, place: str, **how: object) -> str:
    with pytest.raises(ReadError) as refusal:
        sites.fetcher(**how).get(sites.address(place))  # type: ignore[arg-type]
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


# Where it may go


@pytest.mark.threat(23)
@pytest.mark.parametrize(
    "digits",
    """127.0.0.1 127.8.8.8 0.0.0.0 2001:0:7f00:1::1
    10.0.0.1 172.16.5.4 192.168.1.1 169.254.169.254 100.64.0.1 100.100.100.200 192.0.0.192
    168.63.129.16 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 198.18.0.1 ::1 :: fe80::1 fe80::1%eth0 fc00::1
    fd00:ec2::254 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 2002:7f00:1::
    2002:a00:1::""".split(),
)
def test_no_address_but_a_public_one_is_connected_to(digits: str) -> None:
    assert not is_public(digits)
    fetcher = Fetcher(lambda host, port: [digits])
    with pytest.raises(ReadError, match="is no public address"):
        fetcher.get("http://news.example/story")


@pytest.mark.parametrize("digits", "93.184.216.34 8.8.8.8 2606:2800:220:1::1 ::ffff:8.8.8.8 64:ff9b::808:808".split())
def test_public_addresses_are(digits: str) -> None:
    assert is_public(digits)


@pytest.mark.threat(23)
def test_a_name_that_has_a_private_address_among_others_is_refused(sites: Sites) -> None:
    fetcher = Fetcher(lambda host, port: ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(ReadError, match="is no public address"):
        fetcher.get("http://news.example/story")


@pytest.mark.threat(23)
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f.1", "[::1]", "0"])
def test_this_machine_is_refused_however_it_is_written(sites: Sites, host: str) -> None:
    with pytest.raises(ReadError, match=r"is no public address|there is no host"):
        Fetcher().get(f"http://{host}:{sites.port}/story")
    assert sites.asked == []


@pytest.mark.threat(23)
def test_every_redirect_is_checked_anew(sites: Sites) -> None:
    sites.pages["news.example/moved"] = Reply.redirect("http://inside.example:PORT/secret")
    sites.pages["inside.example/secret"] = Reply.page(STORY)
    addresses = {"news.example": "127.0.0.1", "inside.example": "127.0.0.2"}
    fetcher = Fetcher(lambda host, port: [addresses[host]], lambda digits: digits == "127.0.0.1")
    with pytest.raises(ReadError, match=r"'inside\.example' is no public address"):
        fetcher.get(sites.address("news.example/moved"))
    assert not any(place.startswith("inside.example") for place in sites.asked)


def test_it_connects_to_the_address_that_was_checked(sites: Sites) -> None:
    """A name server that gives another address the second time is not asked a second time."""
    answers = iter([["127.0.0.1"], ["127.0.0.1"]])  # for robots.txt, and for the page
    page = Fetcher(lambda host, port: next(answers), lambda digits: True).get(sites.address("news.example/story"))
    assert page.raw == STORY.encode()


@pytest.mark.parametrize(
    "address",
    [
        "ftp://news.example/", "file:///etc/passwd", "http://", "http://user:pass@news.example/", "http://a b/",
        "http://news.example:99999/", "http://news.example/\r\nX: y", "javascript:alert(1)",
        f"http://{'a' * 70}.example/",
        f"http://news.example/{'a' * 3000}", "http://[::1/",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_refused_before_anything_is_asked(address: str) -> None:
    with pytest.raises(ReadError):
        normal_address(address)


def test_an_address_has_one_form() -> None:
    assert normal_address("HTTPS://News.Example:443/a b%20c?q=é#part".replace(" b", "")) == (
        "https://news.example/a%20c?q=%C3%A9"
    )
    assert normal_address("http://münchen.example") == "http://xn--mnchen-3ya.example/"
    assert normal_address("http://news.example:8080/x") == "http://news.example:8080/x"


# Limits


@pytest.mark.slow
def test_a_page_that_is_too_large_too_slow_or_packed_too_tight_is_refused(sites: Sites) -> None:
    sites.pages["news.example/large"] = Reply(body=b"x" * 50_001)
    sites.pages["news.example/packed"] = Reply.packed("x" * 50_001)
    sites.pages["news.example/slow"] = Reply(endless=True)
    assert "it is larger than 0.05 MB" in _refused(sites, "news.example/large", most_bytes=50_000)
    assert "it is larger than 0.05 MB" in _refused(sites, "news.example/packed", most_bytes=50_000)
    assert "takes more than 0.3 seconds, the limit" in _refused(sites, "news.example/slow", seconds=0.3)


def test_a_packed_page_is_unpacked(sites: Sites) -> None:
    sites.pages["news.example/packed"] = Reply.packed(STORY)
    assert sites.fetcher().get(sites.address("news.example/packed")).raw == STORY.encode()


def test_redirects_without_end_are_refused(sites: Sites) -> None:
    sites.pages["news.example/round"] = Reply.redirect("/round")
    assert _refused(sites, "news.example/round") == f"it redirects more than {MOST_REDIRECTS} times"


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "it wants a login"), (403, "it may want a login"), (404, "no such page"), (500, "no page")],
)
def test_what_a_site_answers_is_told(sites: Sites, status: int, words: str) -> None:
    sites.pages["news.example/other"] = Reply(status=status)
    told = _refused(sites, "news.example/other")
    assert f"it answers {status}: " in told
    assert words in told


def test_a_reply_that_breaks_off_is_refused(sites: Sites) -> None:
    sites.pages["news.example/cut"] = Reply(body=b"half", headers={"Content-Length": "100"})
    assert "does not answer as a site does" in _refused(sites, "news.example/cut", seconds=2)


def test_what_a_site_asks_of_programs_is_heeded_and_told(sites: Sites) -> None:
    sites.pages["news.example/robots.txt"] = Reply(body=b"User-agent: *\nDisallow: /private/\n")
    sites.pages["news.example/private/story"] = Reply.page(STORY)
    sites.pages["other.example/to"] = Reply.redirect("http://news.example:PORT/private/story")
    assert "asks programs not to read it (robots.txt)" in _refused(sites, "news.example/private/story")
    assert "asks programs not to read it (robots.txt)" in _refused(sites, "other.example/to")
    assert "news.example/private/story" not in sites.asked
    sites.pages["news.example/robots.txt"] = Reply(status=503)
    assert "its robots.txt answers 503" in _refused(sites, "news.example/story")


def test_robots_are_asked_for_once_a_site(sites: Sites) -> None:
    fetcher = sites.fetcher()
    for _ in range(3):
        fetcher.get(sites.address("news.example/story"))
    assert sites.asked.count("news.example/robots.txt") == 1


# What becomes of it


def test_a_page_is_read_as_a_file_is_and_keeps_its_address_and_its_bytes(sites: Sites, library: Library) -> None:
    address = sites.address("news.example/story")
    assert library.add(f"{address}#part", fetcher=sites.fetcher()).added == 1
    article = library.article(address)
    assert (article.metadata.title, article.metadata.authors) == ("Ferries for Lenn", ("Jo Varga",))
    assert (article.metadata.url, article.metadata.source) == (address, "news.example")
    assert "carry 300 passengers" in article.text
    (kept,) = (library.folder / "uploads").glob("*/page.html")
    assert kept.read_bytes() == STORY.encode()
    assert library.add([address], fetcher=sites.fetcher()).unchanged_files == 1
    library.remove(article.id)
    assert b"300 passengers" not in b"".join(one.read_bytes() for one in library.folder.rglob("*") if one.is_file())


def test_refresh_replaces_a_page_that_changed_and_keeps_its_earlier_text(sites: Sites, library: Library) -> None:
    address = sites.address("news.example/story")
    library.add(address, fetcher=sites.fetcher())
    sites.pages["news.example/story"] = Reply.page(STORY.replace("300", "350"))
    assert library.refresh(fetcher=sites.fetcher()).replaced == 1
    assert "350 passengers" in library.article(address).text
    assert "300 passengers" in library.versions(address)[0].article.text
    sites.pages["news.example/story"] = Reply(status=404)
    (skipped,) = library.refresh(fetcher=sites.fetcher()).skipped
    assert "it answers 404" in skipped.reason
    assert "350 passengers" in library.article(address).text


def test_refresh_adds_what_is_new_in_a_feed_and_keeps_what_left_it(sites: Sites, library: Library) -> None:
    sites.pages["news.example/feed"] = _feed(1, 2)
    address = sites.address("news.example/feed")
    assert library.add(address, fetcher=sites.fetcher()).added == 2
    sites.pages["news.example/feed"] = _feed(2, 3)
    assert library.refresh(fetcher=sites.fetcher()).added == 1
    assert {one.metadata.title for one in library.articles()} == {"Story 1", "Story 2", "Story 3"}
    assert library.addresses() == [address]


@pytest.mark.parametrize("body", ["", "<html><body><div id=root></div></body></html>"])
def test_a_page_without_an_article_is_refused_with_the_way_out(sites: Sites, library: Library, body: str) -> None:
    sites.pages["news.example/empty"] = Reply.page(body)
    (skipped,) = library.add(sites.address("news.example/empty"), fetcher=sites.fetcher()).skipped
    assert skipped.refused
    assert "save the page from your browser" in skipped.reason
    assert list((library.folder / "uploads").glob("*/*")) == []


def test_a_page_that_says_it_is_not_free_is_told(sites: Sites, library: Library) -> None:
    paid = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
    sites.pages["news.example/paid"] = Reply.page(STORY.replace("</head>", f"{paid}</head>"))
    report = library.add(sites.address("news.example/paid"), fetcher=sites.fetcher())
    assert report.added == 1
    assert [one.reason for one in report.skipped] == ["it says that it is not free: there may be more"]


def test_files_and_addresses_are_added_together_and_each_failure_is_named(
    sites: Sites, library: Library, tmp_path: Path
) -> None:
    (tmp_path / "vote.txt").write_text("Harwick votes\n\nMayor Ida Brandt won the vote.", "utf-8")
    given = [tmp_path / "vote.txt", sites.address("news.example/none"), sites.address("news.example/story")]
    report = library.add(given, fetcher=sites.fetcher())
    assert (report.added, [one.origin for one in report.skipped]) == (2, [given[1]])
