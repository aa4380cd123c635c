import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.reading import ArticleFile, Skipped, file_sha256, find_files, read_file
from index.types import Article

STORY = "The council of Harwick closed the harbour on Monday. It opens again in May."


def _read(path: Path) -> list[Article | Skipped]:
    files, skipped = find_files([path])
    return [*skipped, *(item for file in files for item in read_file(file))]


def _names(paths: list[Path]) -> list[str]:
    return [file.path.name for file in find_files(paths)[0]]


def test_a_folder_is_read_recursively_in_order_without_hidden_files_and_other_kinds(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "sub/c.html", "sub/picture.png", ".hidden.txt", ".git/d.txt", "noend"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(STORY, "utf-8")
    assert _names([tmp_path]) == ["a.md", "b.txt", "c.html"]
    assert find_files([tmp_path])[1] == []


def test_a_file_named_twice_or_also_by_its_folder_counts_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY, "utf-8")
    assert _names([tmp_path / "a.txt", tmp_path, tmp_path / "a.txt"]) == ["a.txt"]


def test_a_link_out_of_the_folder_is_not_followed_and_one_within_it_is_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("secret", "utf-8")
    inside = tmp_path / "folder"
    inside.mkdir()
    (inside / "a.txt").write_text(STORY, "utf-8")
    (inside / "same.txt").symlink_to(inside / "a.txt")
    (inside / "out.txt").symlink_to(tmp_path / "outside.txt")
    (inside / "loop").symlink_to(inside)
    files, skipped = find_files([inside])
    assert [file.path.name for file in files] == ["a.txt"]
    assert [(Path(one.origin).name, one.refused) for one in skipped] == [("out.txt", False)]


def test_pipes_and_devices_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    assert find_files([tmp_path])[0] == []
    assert [one.reason for one in find_files([tmp_path / "pipe.txt"])[1]] == ["not a regular file"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("missing.txt", "there is no such file"), ("picture.png", "files of kind '.png' are not read")],
)
def test_a_path_that_can_not_be_read_is_refused_with_its_reason(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (one,) = _read(tmp_path / name)
    assert isinstance(one, Skipped)
    assert one.refused
    assert one.reason.startswith(reason)


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(20_000_001)  # sparse: reading it would give null bytes and another reason
    (one,) = _read(path)
    assert isinstance(one, Skipped)
    assert "20 MB are the limit" in one.reason


def test_an_empty_file_is_skipped_as_nothing_to_read(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text(" \n\n", "utf-8")
    (one,) = _read(tmp_path / "empty.txt")
    assert one == Skipped(origin=str(tmp_path / "empty.txt"), reason="empty", refused=False)


@pytest.mark.parametrize("name", ["picture.txt", "picture.md", "picture.html", "picture.json"])
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20)
    (one,) = _read(tmp_path / name)
    assert isinstance(one, Skipped)
    assert "not text" in one.reason


def test_a_file_name_made_to_mislead_is_an_origin_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "line\nbreak<img src=x>\u202etxt.txt"
    path.write_text(STORY, "utf-8")
    (article,) = _read(path)
    assert isinstance(article, Article)
    assert "<img src=x>" in article.origins[0].name


def test_an_origin_keeps_the_hash_of_the_raw_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(STORY.encode("utf-16"))
    (article,) = _read(path)
    assert isinstance(article, Article)
    (file,), _ = find_files([path])
    assert article.origins[0].sha256 == file_sha256(file)
    assert article.origins[0].encoding == "utf-16"


def test_text_with_template_braces_or_serialised_objects_is_plain_text(tmp_path: Path) -> None:
    text = 'The {name} said: {"lc": 1, "type": "constructor", "id": ["os", "system"]} and {{more}}.'
    (tmp_path / "a.txt").write_text(text, "utf-8")
    (article,) = _read(tmp_path / "a.txt")
    assert isinstance(article, Article)
    assert article.text == text


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    raw=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.text(alphabet="#-: \n\r\u200b\u202eSource2024Iraq–()", max_size=200).map(str.encode),
    ),
    suffix=st.sampled_from([".txt", ".md", ".html", ".json", ".jsonl", ".pdf"]),
)
def test_any_bytes_give_articles_that_are_sound_or_a_reason(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(raw)
    for item in read_file(ArticleFile(path=path, name=str(path), size=len(raw))):
        if isinstance(item, Skipped):
            assert item.reason
            continue
        assert unicodedata.is_normalized("NFC", item.text)
        assert not any(unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\t" for one in item.text)
        assert item.body
        previous = 0
        for span in item.body:
            assert previous <= span.start < span.end <= len(item.text)
            assert span.of(item.text) == span.of(item.text).strip()
            previous = span.end
