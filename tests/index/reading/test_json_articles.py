import json
from pathlib import Path

import pytest

from dateline.index.reading import MAX_BYTES, Skipped, find_files, read_file
from dateline.index.types import Article


def _read(path: Path, content: str | bytes) -> list[Article | Skipped]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (file,), _ = find_files([path])
    return list(read_file(file))


def _articles(items: list[Article | Skipped]) -> list[Article]:
    return [item for item in items if isinstance(item, Article)]


def _skipped(items: list[Article | Skipped]) -> list[Skipped]:
    return [item for item in items if isinstance(item, Skipped)]


def _key(article: Article) -> str:
    return article.origins[0].name.partition("#")[2]


def test_the_fields_of_an_object_fill_the_metadata_and_the_rest_is_kept(tmp_path: Path) -> None:
    fields = {
        "text": "The harbour is closed.", "title": "Harbour", "source": "Gazette", "url": "https://lenn.example/a",
        "published": "2024/03/04", "tags": ["sea", "town"], "section": {"name": "local"}, "words": 4, "id": "n-1",
    }  # fmt: skip
    (article,) = _articles(_read(tmp_path / "a.json", json.dumps(fields)))
    known = article.metadata
    assert (known.title, known.source, known.url) == ("Harbour", "Gazette", "https://lenn.example/a")
    assert (known.published, known.tags) == ("2024-03-04", ("sea", "town"))
    assert known.extra == {"section": {"name": "local"}, "words": 4, "id": "n-1"}
    assert article.origins[0].name == str(tmp_path / "a.json")
    assert article.origins[0].repairs == ()


def test_a_list_and_lines_hold_one_article_each_under_its_id(tmp_path: Path) -> None:
    rows = [{"id": f"n-{n}", "body": f"Story number {n} is told.", "date": "2024-01-02"} for n in range(3)]
    in_list = _articles(_read(tmp_path / "a.json", json.dumps(rows)))
    in_lines = _articles(_read(tmp_path / "a.jsonl", "\n\n".join(map(json.dumps, rows)) + "\n"))
    assert [one.text for one in in_list] == [one.text for one in in_lines]
    assert [one.origins[0].name for one in in_lines] == [f"{tmp_path}/a.jsonl#n-{n}" for n in range(3)]
    assert in_lines[0].metadata.published == "2024-01-02"
    assert len({one.origins[0].sha256 for one in in_lines}) == 3


def test_no_two_articles_of_a_file_have_the_same_name(tmp_path: Path) -> None:
    rows = [
        {"id": "x"}, {"id": "x", "url": "https://lenn.example/a"}, {"id": "5"}, {"id": "x"}, {"title": "no id"},
        {"id": 7}, {"id": True}, {"id": None, "url": "https://lenn.example/a"}, {"id": ["x"]},
    ]  # fmt: skip
    lines = "\n".join(json.dumps({"text": f"Story {n}.", **row}) for n, row in enumerate(rows))
    names = [_key(one) for one in _articles(_read(tmp_path / "a.jsonl", lines))]
    assert names == ["x", "https://lenn.example/a", "5", "4", "5 (2)", "7", "7 (2)", "8", "9"]


@pytest.mark.threat(21)
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": "cut off', "not json"),
        ("plain words", "not json"),
        ("[1, 2]", "not an object but a list"),
        ('{"title": "no text"}', "no field 'text' or 'body'"),
        ('{"text": null}', "no field 'text' or 'body'"),
        ('{"text": 7}', "field 'text' is not a string but a number"),
        ('{"text": "A story.", "title": ["a"]}', "field 'title' is not a string but a list"),
        ('{"text": "A story.", "x": ' + "[" * 60 + "]" * 60 + "}", "nested deeper"),
        ('{"text": "A story.", "x": ' + '{"a":' * 100_000, "nested deeper"),
        ('{"text": "A story.", "x": ' + "9" * 10_000 + "}", "a number has too many digits"),
        ("\x00\x01\x02\x03\x04\x05\x06\x07" * 9, "not text"),
    ],
)
def test_a_bad_line_is_numbered_and_the_rest_is_read(tmp_path: Path, line: str, reason: str) -> None:
    items = _read(tmp_path / "a.jsonl", f'{{"text": "First story."}}\n{line}\n{{"text": "Third story."}}')
    assert [one.text for one in _articles(items)] == ["First story.", "Third story."]
    (skipped,) = _skipped(items)
    assert skipped.refused
    assert skipped.origin == str(tmp_path / "a.jsonl")
    assert skipped.reason.startswith(f"line 2: {reason}")


def test_a_line_with_an_empty_text_is_skipped_as_nothing_to_read(tmp_path: Path) -> None:
    (skipped,) = _skipped(_read(tmp_path / "a.jsonl", '{"text": " "}'))
    assert (skipped.reason, skipped.refused) == ("line 1: no article text", False)


@pytest.mark.threat(21)
def test_a_line_over_the_limit_is_passed_over_and_the_next_is_read(tmp_path: Path) -> None:
    large = json.dumps({"text": "x" * MAX_BYTES})
    items = _read(tmp_path / "a.jsonl", f'{large}\n{{"text": "Second story."}}')
    assert [one.text for one in _articles(items)] == ["Second story."]
    assert [one.reason for one in _skipped(items)] == ["line 1: larger than 20 MB, the limit; split it"]


def test_a_file_of_lines_may_itself_be_over_the_limit(tmp_path: Path) -> None:
    line = json.dumps({"text": "A story. " * 250_000})
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([line] * 10), "utf-8")
    (file,), skipped = find_files([path])
    assert skipped == []
    assert file.size > MAX_BYTES
    assert len({one.id for one in _articles(list(read_file(file)))}) == 1


def test_a_file_that_holds_no_articles_at_all_is_given_up(tmp_path: Path) -> None:
    items = _read(tmp_path / "a.jsonl", "name,age\n" * 100_000)
    assert len(items) == 101
    assert "not read on" in _skipped(items)[-1].reason


@pytest.mark.threat(3)
def test_lines_in_utf_16_are_read(tmp_path: Path) -> None:
    content = '{"text": "The “first” story."}\n{"text": "A second\u2028story."}\n'.encode("utf-16")
    articles = _articles(_read(tmp_path / "a.jsonl", content))
    assert [one.text for one in articles] == ["The “first” story.", "A second\nstory."]
    assert {one.origins[0].encoding for one in articles} == {"utf-16"}


@pytest.mark.threat(22)
@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "lenn.example/a", "//lenn.example", "http://",
     "https://user:pass@lenn.example/", "http://127.0.0.1:8080/stop", 'https://lenn.example/"><img>', "http://[::1"],
)  # fmt: skip
def test_what_is_no_web_address_never_becomes_a_link(tmp_path: Path, url: str) -> None:
    (article,) = _articles(_read(tmp_path / "a.json", json.dumps({"text": "A story.", "url": url})))
    assert article.metadata.url is None
    assert article.metadata.extra["url"] == url
    assert "is no web address" in article.origins[0].repairs[0]


def test_nothing_that_no_database_takes_reaches_text_metadata_or_name(tmp_path: Path) -> None:
    fields = r'"title": "T\u0000\ud800", "id": "\ud800\n1", "\ud800": {"k\u0000": ["\ud800"]}'
    line = r'{"text": "A\u0000 story \ud800.", ' + fields + "}"
    (article,) = _articles(_read(tmp_path / "a.jsonl", line))
    assert article.text == "A story \ufffd."
    assert article.metadata.title == "T\ufffd"
    assert article.metadata.extra == {"id": "\ufffd\n1", "\ufffd": {"k": ["\ufffd"]}}
    assert _key(article) == "\ufffd 1"


def test_numbers_that_json_has_no_word_for_are_null(tmp_path: Path) -> None:
    (article,) = _articles(_read(tmp_path / "a.json", '{"text": "A story.", "a": NaN, "b": 1e999, "c": -Infinity}'))
    assert article.metadata.extra == {"a": None, "b": None, "c": None}


@pytest.mark.parametrize("stated", ['"03/04/2024"', "17257", '"1970-01-01"', '["2024-01-01"]'])
def test_a_date_that_is_not_understood_is_kept_and_told(tmp_path: Path, stated: str) -> None:
    (article,) = _articles(_read(tmp_path / "a.json", f'{{"text": "A story.", "date": {stated}}}'))
    assert article.metadata.published is None
    assert article.metadata.extra["date"] == json.loads(stated)
    assert "left unknown" in article.origins[0].repairs[0]


def test_the_text_of_an_object_has_its_dateline_and_its_source_line_outside_the_body(tmp_path: Path) -> None:
    text = "HARWICK (Reuters) - The harbour is closed.\n\nSource: Reuters"
    (article,) = _articles(_read(tmp_path / "a.json", json.dumps({"text": text})))
    assert [span.of(article.text) for span in article.body] == ["The harbour is closed."]
    assert article.text == text
    assert article.metadata.source == "Reuters"


@pytest.mark.threat(24)
def test_an_object_that_looks_like_a_serialised_program_is_data(tmp_path: Path) -> None:
    value = {"lc": 1, "type": "constructor", "id": ["os", "system"], "kwargs": {"command": "{{exit}}"}}
    (article,) = _articles(_read(tmp_path / "a.json", json.dumps({"text": json.dumps(value), "more": value})))
    assert json.loads(article.text) == value
    assert article.metadata.extra == {"more": value}


def test_an_empty_list_is_skipped_as_nothing_to_read(tmp_path: Path) -> None:
    assert [one.refused for one in _skipped(_read(tmp_path / "a.json", "[]"))] == [False]


def test_a_set_of_questions_among_articles_is_left_aside_in_one_line(tmp_path: Path) -> None:
    lines = '\n{"question": "who won?", "answers": ["Ida Brandt"]}\n{"question": "why?", "unanswerable": true}\n'
    (skipped,) = _read(tmp_path / "questions.jsonl", lines)
    assert isinstance(skipped, Skipped)
    assert (skipped.origin, skipped.refused) == (str(tmp_path / "questions.jsonl"), False)
    assert "questions" in skipped.reason


def test_an_article_may_have_a_field_called_question(tmp_path: Path) -> None:
    (article,) = _articles(_read(tmp_path / "a.jsonl", '{"question": "who won?", "text": "Ida Brandt won the vote."}'))
    assert article.text == "Ida Brandt won the vote."


_STORY = "The council of Harwick closed the harbour on Monday, after a storm that took the roof of its market hall."
_AT = "https://www.lenn.example/2024/03/04/a"


@pytest.mark.parametrize(
    "fields",
    [
        {"articles": [{"source": {"id": None, "name": "Lenn Gazette"}, "author": "Ida Brandt",
                       "title": "Harbour closed", "url": _AT, "publishedAt": "2024-03-04T08:00:00Z",
                       "content": _STORY}]},
        {"response": {"results": [{"webTitle": "Harbour closed", "webUrl": _AT, "webPublicationDate": "2024-03-04",
                                   "fields": {"bodyText": _STORY, "byline": "Ida Brandt"}}]}},
        {"response": {"docs": [{"web_url": _AT, "headline": {"main": "Harbour closed"}, "lead_paragraph": _STORY,
                                "pub_date": "2024-03-04", "source": "Lenn Gazette",
                                "byline": {"original": "By Ida Brandt"}}]}},
        {"title": "Harbour closed", "maintext": _STORY, "authors": ["Ida Brandt"],
         "date_publish": "2024-03-04 08:00:00", "source_domain": "lenn.example", "url": _AT},
        {"title": "Harbour closed", "text": _STORY, "authors": ["Ida Brandt"], "publish_date": "03-04-2024",
         "domain": "lenn.example", "url": _AT},
        {"@type": "NewsArticle", "headline": "Harbour closed", "articleBody": _STORY, "datePublished": "2024-03-04",
         "publisher": {"name": "Lenn Gazette"}, "author": [{"@type": "Person", "name": "Ida Brandt"}], "url": _AT},
        {"version": "https://jsonfeed.org/version/1.1", "title": "Lenn Gazette", "items": [
            {"id": "1", "url": _AT, "title": "Harbour closed", "content_html": f"<p>{_STORY}</p>",
             "date_published": "2024-03-04", "authors": [{"name": "Ida Brandt"}]}]},
        {"title": "Harbour closed", "author": "Ida Brandt", "date": "2024-03-04", "source": _AT, "text": _STORY,
         "source-hostname": "Lenn Gazette", "hostname": "lenn.example", "tags": "sea;storm"},
        {"headline": "Harbour closed", "body_text": _STORY, "versioncreated": "2024-03-04", "byline": "By Ida Brandt",
         "source": "Lenn Gazette", "url": _AT},
        {"posts": [{"thread": {"site": "lenn.example"}, "title": "Harbour closed", "text": _STORY, "url": _AT,
                    "published": "2024-03-04", "author": "Ida Brandt"}]},
        {"title": "Harbour closed", "text": _STORY, "published": 1709539200, "url": _AT, "author": "Ida Brandt"},
    ],
    ids=["newsapi", "guardian", "nyt", "news-please", "realnews", "schema.org", "feed", "trafilatura", "ninjs",
         "webhose", "seconds"],
)  # fmt: skip
def test_an_article_is_read_by_the_names_that_others_give_its_fields(tmp_path: Path, fields: dict[str, object]) -> None:
    (article,) = _articles(_read(tmp_path / "a.json", json.dumps(fields)))
    known = article.metadata
    assert article.text == _STORY
    assert (known.title, known.url, (known.published or "")[:10]) == ("Harbour closed", _AT, "2024-03-04")
    assert known.source in ("Lenn Gazette", "lenn.example")
    assert known.authors == ("Ida Brandt",)


def test_the_articles_of_data_sets_are_read_from_lines_of_either_kind(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.ndjson"):
        rows = [
            {"article": _STORY, "highlights": "x", "id": "a"},
            {"document": f"{_STORY} More.", "summary": "x", "id": "b"},
        ]
        articles = _articles(_read(tmp_path / name, "\n".join(map(json.dumps, rows))))
        assert [one.text for one in articles] == [_STORY, f"{_STORY} More."]
        assert articles[0].metadata.extra["highlights"] == "x"


def test_markup_and_entities_in_a_field_become_text_and_a_cut_is_told(tmp_path: Path) -> None:
    text = f"<p>{_STORY}</p><script>x()</script><ul><li>Ferries &amp; boats</li></ul>"
    (article,) = _articles(_read(tmp_path / "a.json", json.dumps({"text": text, "title": "Harbour&#8217;s end"})))
    assert article.text == f"{_STORY}\nFerries & boats"
    assert article.metadata.title == "Harbour’s end"
    (article,) = _articles(_read(tmp_path / "b.json", json.dumps({"content": f"{_STORY}… [+1203 chars]"})))
    assert article.text == _STORY
    assert article.origins[0].repairs == ("cut off where it comes from: 1203 characters are missing",)
