import json
from pathlib import Path

import pytest

from index.reading import Skipped, find_files, read_file
from index.types import Article


def _read(path: Path, content: str) -> list[Article | Skipped]:
    path.write_text(content, "utf-8")
    (file,), _ = find_files([path])
    return list(read_file(file))


def _articles(items: list[Article | Skipped]) -> list[Article]:
    return [item for item in items if isinstance(item, Article)]


def test_the_fields_of_an_object_fill_the_metadata_and_the_rest_is_kept(tmp_path: Path) -> None:
    fields = {
        "text": "The harbour is closed.", "title": "Harbour", "source": "Gazette", "url": "https://lenn.example/a",
        "published": "2024/03/04", "tags": ["sea", "town"], "section": {"name": "local"}, "words": 4,
    }  # fmt: skip
    (article,) = _articles(_read(tmp_path / "a.json", json.dumps(fields)))
    known = article.metadata
    assert (known.title, known.source, known.url) == ("Harbour", "Gazette", "https://lenn.example/a")
    assert (known.published, known.tags) == ("2024-03-04", ("sea", "town"))
    assert known.extra == {"section": {"name": "local"}, "words": 4}
    assert article.origins[0].name == str(tmp_path / "a.json")


def test_a_list_and_lines_hold_one_article_each_under_its_id(tmp_path: Path) -> None:
    rows = [{"id": f"n-{n}", "body": f"Story number {n} is told.", "date": "2024-01-02"} for n in range(3)]
    in_list = _articles(_read(tmp_path / "a.json", json.dumps(rows)))
    in_lines = _articles(_read(tmp_path / "a.jsonl", "\n\n".join(map(json.dumps, rows)) + "\n"))
    assert [one.text for one in in_list] == [one.text for one in in_lines]
    assert [one.origins[0].name for one in in_lines] == [f"{tmp_path}/a.jsonl#n-{n}" for n in range(3)]
    assert in_lines[0].metadata.published == "2024-01-02"


def test_an_id_that_comes_again_gives_way_to_the_line_number(tmp_path: Path) -> None:
    lines = '{"id": "x", "text": "One story."}\n{"id": "x", "text": "Two stories."}\n{"text": "Three stories."}'
    names = [one.origins[0].name.partition("#")[2] for one in _articles(_read(tmp_path / "a.jsonl", lines))]
    assert names == ["x", "2", "3"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": "cut off', "not JSON"),
        ("[1, 2]", "not a JSON object"),
        ('{"title": "no text"}', "no field 'text' or 'body'"),
        ('{"text": 7}', "field 'text' is not a string"),
        ('{"text": "A story.", "title": ["a"]}', "field 'title' is not a string"),
        ('{"text": ""}', "no article text"),
        ('{"text": "...", "url": null}', "no article text"),
        ('{"text": "A story.", "x": ' + "[" * 60 + "]" * 60 + "}", "nested deeper"),
        ('{"text": "A story.", "x": ' + "[" * 100_000 + "}", "not JSON"),
        ('{"text": "A story.", "x": ' + "9" * 10_000 + "}", "not JSON"),
    ],
)
def test_a_bad_line_is_numbered_and_the_rest_is_read(tmp_path: Path, line: str, reason: str) -> None:
    items = _read(tmp_path / "a.jsonl", f'{{"text": "First story."}}\n{line}\n{{"text": "Third story."}}')
    assert [one.text for one in _articles(items)] == ["First story.", "Third story."]
    (skipped,) = [item for item in items if isinstance(item, Skipped)]
    assert skipped.refused
    assert skipped.reason.startswith("line 2: ")
    assert reason in skipped.reason


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "lenn.example/a"])
def test_a_url_that_is_not_http_never_becomes_a_link(tmp_path: Path, url: str) -> None:
    (article,) = _articles(_read(tmp_path / "a.json", json.dumps({"text": "A story.", "url": url})))
    assert article.metadata.url is None
    assert article.metadata.extra["url"] == url
    assert "url" in article.origins[0].repairs[0]


def test_escaped_surrogates_and_nulls_never_reach_the_text_or_the_metadata(tmp_path: Path) -> None:
    line = r'{"text": "A\u0000 story \ud800.", "title": "T\u0000\ud800", "id": "\ud800", "more": {"k": "\ud800"}}'
    (article,) = _articles(_read(tmp_path / "a.json", line))
    assert article.text == "A story \ufffd."
    assert article.metadata.title == "T\ufffd"
    json.dumps([dict(article.metadata.extra), article.origins[0].name], ensure_ascii=False).encode()


def test_a_date_that_is_not_understood_is_kept_and_told(tmp_path: Path) -> None:
    (article,) = _articles(_read(tmp_path / "a.json", '{"text": "A story.", "date": "03/04/2024"}'))
    assert article.metadata.published is None
    assert article.metadata.extra["date"] == "03/04/2024"
    assert "not understood" in article.origins[0].repairs[0]
