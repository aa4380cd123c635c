import os
import subprocess
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.index.errors import ReadError
from dateline.index.reading import MAX_BYTES, ArticleFile, Skipped, file_sha256, find_files, read_file
from dateline.index.types import Article

STORY = "The council of Harwick closed the harbour on Monday. It opens again in May."


def _read(path: Path) -> list[Article | Skipped]:
    files, skipped = find_files([path])
    return [*skipped, *(item for file in files for item in read_file(file))]


def _one(path: Path, raw: bytes) -> Article | Skipped:
    path.write_bytes(raw)
    (item,) = _read(path)
    return item


def _names(paths: list[Path]) -> list[str]:
    return [Path(file.name).name for file in find_files(paths)[0]]


def _write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(STORY, "utf-8")


def test_a_folder_is_read_recursively_in_order_without_hidden_files_and_other_kinds(tmp_path: Path) -> None:
    _write(
        tmp_path, "b.txt", "a.md", "sub/c.HTML", "sub/picture.png", ".hidden.txt", ".git/d.txt", "noend", "more/e.txt"
    )
    assert _names([tmp_path]) == ["a.md", "b.txt", "e.txt", "c.HTML"]


def test_what_a_folder_holds_beside_articles_is_counted_by_kind(tmp_path: Path) -> None:
    _write(tmp_path, "a.txt", ".b.txt", ".git/c.txt", "d.xyz", "sub/e.XYZ", "sub/f.ppt", "g", "photos/h.jpg")
    told = {one.reason: one.refused for one in find_files([tmp_path])[1]}
    assert told == {
        "2 hidden files passed over": False,
        "5 files of other kinds passed over: .xyz 2, .jpg 1, .ppt 1, without a kind 1": True,
    }


def test_many_other_kinds_are_told_together(tmp_path: Path) -> None:
    _write(tmp_path, *(f"a.x{number:02}" for number in range(12)))
    (one,) = find_files([tmp_path])[1]
    assert one.reason.startswith("12 files of other kinds passed over: .x00 1, .x01 1, ")
    assert one.reason.endswith(", others 4")


def test_a_page_is_read_without_its_own_pictures_scripts_and_frames(tmp_path: Path) -> None:
    _write(tmp_path, "a.html", "a_files/ad.html", "a_files/x.xyz", "b.png", "img/c.webp", "style.css", "a_notes/d.txt")
    files, skipped = find_files([tmp_path])
    assert [Path(file.name).name for file in files] == ["a.html", "d.txt"]
    assert [(one.reason, one.refused) for one in skipped] == [("5 files that belong to pages passed over", False)]


def test_what_a_library_keeps_in_a_folder_of_articles_is_passed_over(tmp_path: Path) -> None:
    own = ("library.sqlite", "vectors/1f/MANIFEST.json", "writer.json", "uploads/2c/b.txt", "evaluations/run.json")
    for name in ("a.txt", "vectors/d.txt", "library/c.txt", *(f"library/{one}" for one in own)):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(STORY, "utf-8")
    assert _names([tmp_path]) == ["a.txt", "c.txt", "d.txt"]
    assert _names([tmp_path / "library/uploads/2c"]) == ["b.txt"]
    assert find_files([tmp_path])[1] == []


def test_a_file_named_twice_or_also_by_its_folder_counts_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY, "utf-8")
    (tmp_path / "b.txt").write_text(STORY, "utf-8")
    assert _names([tmp_path / "b.txt", tmp_path, tmp_path / "a.txt"]) == ["b.txt", "a.txt"]


@pytest.mark.threat(11)
def test_a_link_out_of_a_folder_is_not_followed_and_none_makes_a_loop(tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("secret", "utf-8")
    (tmp_path / "elsewhere").mkdir()
    inside = tmp_path / "folder"
    (inside / ".versions").mkdir(parents=True)
    (inside / "b.txt").write_text(STORY, "utf-8")
    (inside / ".versions" / "2.txt").write_text(STORY, "utf-8")
    (inside / "a.txt").symlink_to(inside / "b.txt")
    (inside / "current.txt").symlink_to(inside / ".versions" / "2.txt")
    (inside / "out.txt").symlink_to(tmp_path / "outside.txt")
    (inside / "folder out").symlink_to(tmp_path / "elsewhere")
    (inside / "loop").symlink_to(inside)
    (inside / "gone.txt").symlink_to(inside / "nothing")
    files, skipped = find_files([inside])
    assert [Path(file.name).name for file in files] == ["b.txt", "current.txt"]
    assert [(Path(one.origin).name, one.reason, one.refused) for one in skipped] == [
        ("folder out", "a link out of its folder: not followed", False),
        ("gone.txt", "a link that leads nowhere", False),
        ("out.txt", "a link out of its folder: not followed", False),
        ("folder", "1 hidden file passed over", False),
    ]


def test_a_link_that_the_user_names_is_followed_and_keeps_its_name(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_text(STORY, "utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (article,) = _read(tmp_path / "link")
    assert isinstance(article, Article)
    assert article.origins[0].name == str(tmp_path / "link" / "a.txt")


@pytest.mark.threat(11)
def test_pipes_and_devices_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    files, skipped = find_files([tmp_path])
    assert files == []
    assert [(Path(one.origin).name, one.refused) for one in skipped] == [("pipe.txt", False), ("zero.txt", False)]
    for name in ("pipe.txt", "zero.txt"):
        (one,) = _read(tmp_path / name)
        assert isinstance(one, Skipped)
        assert (one.reason, one.refused) == ("neither a file nor a folder", True)


@pytest.mark.threat(11)
def test_a_file_that_became_a_pipe_or_a_link_after_it_was_found_is_not_opened(tmp_path: Path) -> None:
    for name in ("pipe.txt", "link.txt", "gone.txt"):
        (tmp_path / name).write_text(STORY, "utf-8")
    files, _ = find_files([tmp_path])
    for file in files:
        file.path.unlink()
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "link.txt").symlink_to("/etc/passwd")
    for file in files:
        (one,) = read_file(file)
        assert isinstance(one, Skipped)
        assert one.refused
        with pytest.raises(ReadError, match="can't be read: "):
            file_sha256(file)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing.txt", "no such file or folder"),
        (
            "picture.png",
            "files of kind '.png' are not read, only ",
        ),
        ("no suffix", "files of kind '' are not read"),
        ("loop.txt", "a link that leads to itself"),
        ("null\0.txt", "can't be read: "),
        ("x" * 300 + ".txt", "can't be read: file name too long"),
    ],
)
def test_a_named_path_that_can_not_be_read_is_refused_with_its_reason(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "no suffix").write_text(STORY, "utf-8")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    (one,) = _read(tmp_path / name)
    assert isinstance(one, Skipped)
    assert one.refused
    assert one.reason.startswith(reason)


@pytest.mark.threat(2)
def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "large.txt").open("wb") as file:
        file.truncate(3 * MAX_BYTES)  # sparse: reading it would give null bytes and another reason
    (one,) = _read(tmp_path)
    assert isinstance(one, Skipped)
    assert (one.reason, one.refused) == ("60.0 MB is larger than 20 MB, the limit; split it", True)


@pytest.mark.threat(2)
def test_a_file_that_has_grown_over_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY, "utf-8")
    (file,), _ = find_files([tmp_path])
    os.truncate(file.path, MAX_BYTES + 1)
    (one,) = read_file(file)
    assert isinstance(one, Skipped)
    assert one.reason.startswith("larger than 20 MB")


@pytest.mark.threat(1)
@pytest.mark.parametrize("suffix", ["txt", "md", "html", "pdf", "json", "jsonl"])
def test_an_empty_file_is_skipped_as_nothing_to_read(tmp_path: Path, suffix: str) -> None:
    for raw in (b"", b" \n\n"):
        one = _one(tmp_path / f"empty.{suffix}", raw)
        assert one == Skipped(origin=str(tmp_path / f"empty.{suffix}"), reason="an empty file", refused=False)


@pytest.mark.threat(5)
@pytest.mark.parametrize("suffix", ["txt", "md", "html", "json", "jsonl"])
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"picture.{suffix}").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(14, 256)) * 20)
    one, *_ = _read(tmp_path)  # of lines, each is told
    assert isinstance(one, Skipped)
    assert one.refused
    assert "not text: a png picture" in one.reason


def test_text_without_a_word_is_no_article(tmp_path: Path) -> None:
    one = _one(tmp_path / "a.txt", "#one #two\n – \u200b…".encode())
    assert isinstance(one, Skipped)
    assert (one.reason, one.refused) == ("no article text", False)


@pytest.mark.parametrize(
    "text",
    [
        "".join(chr(0xE000 + ord(one)) for one in STORY * 3),
        STORY + "\ufffd\ufffd \ufffd" * 20,
        "".join(one if one.isspace() else chr(ord(one) - 29) for one in STORY.lower() * 3),
        "12.5 17 % 1,204 – 33 (4) " * 20,
    ],
    ids=["private use", "replaced", "shifted", "numbers"],
)
def test_text_that_is_gibberish_is_refused_by_name(tmp_path: Path, text: str) -> None:
    one = _one(tmp_path / "a.txt", text.encode())
    assert isinstance(one, Skipped)
    assert one.refused
    assert one.reason.startswith("its text is gibberish: ")


@pytest.mark.parametrize(
    "text",
    [
        "Ein Krk, prst, vlk: Strč prst skrz krk, řekl starosta města v pondělí večer.",
        "港口城市哈里克周一关闭了鱼市场。五月重新开放。" * 12,
        "مجلس المدينة أغلق الميناء يوم الاثنين بعد العاصفة وسيفتح في مايو",
        "FTSE 100 7,512.3 +0.4 %, DAX 15,204.1 -0.2 %, CAC 40 7,104.9, S&P 500 4,411.2, NASDAQ 14,804.7",
    ],
)
def test_text_in_any_language_or_of_figures_with_names_is_read(tmp_path: Path, text: str) -> None:
    assert isinstance(_one(tmp_path / "a.txt", text.encode()), Article)


@pytest.mark.threat(13)
def test_one_unreadable_file_leaves_the_others_readable_and_is_named(tmp_path: Path) -> None:
    for number in range(50):
        (tmp_path / f"{number:02}.txt").write_text(f"{number}. {STORY}", "utf-8")
    (tmp_path / "07.txt").write_bytes(bytes(range(256)) * 4)
    items = _read(tmp_path)
    assert len({item.id for item in items if isinstance(item, Article)}) == 49
    assert [Path(item.origin).name for item in items if isinstance(item, Skipped) and item.refused] == ["07.txt"]


@pytest.mark.threat(12)
def test_a_file_name_made_to_mislead_is_an_origin_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "line\nbreak\"'<img src=x>\u202etxt.txt"
    article = _one(path, STORY.encode())
    assert isinstance(article, Article)
    assert article.origins[0].name == str(path)


def test_a_file_name_that_is_no_utf_8_is_told_in_characters_that_are(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    article = _one(path, STORY.encode())
    assert isinstance(article, Article)
    assert article.origins[0].name == f"{tmp_path}/caf\\xe9.txt"


def test_an_origin_keeps_the_hash_of_the_raw_bytes(tmp_path: Path) -> None:
    for suffix in ("txt", "json"):
        path = tmp_path / f"a.{suffix}"
        article = _one(path, (STORY if suffix == "txt" else f'{{"text": "{STORY}"}}').encode("utf-16"))
        (file,), _ = find_files([path])
        assert isinstance(article, Article)
        assert article.origins[0].sha256 == file_sha256(file)
        assert article.origins[0].encoding == "utf-16"


def test_the_same_text_is_the_same_article_whatever_its_bytes(tmp_path: Path) -> None:
    story = f"{STORY}\n\nThe café is closed."
    ways = {
        "a.txt": story.encode(),
        "b.txt": story.replace("\n", "\r\n").encode("utf-16"),
        "c.md": unicodedata.normalize("NFD", story).encode("utf-8-sig"),
        "d.txt": story.encode("cp1252"),
        "e.json": b'{"text": "' + story.replace("\n", "\\n").encode() + b'"}',
    }
    articles = [_one(tmp_path / name, raw) for name, raw in ways.items()]
    assert len({article.id for article in articles if isinstance(article, Article)}) == 1
    assert not [article for article in articles if isinstance(article, Skipped)]


@pytest.mark.parametrize("name", ["2024-03-04-harbour.txt", "harbour 20240304.txt", "harbour_2024_03_04.md"])
def test_a_day_in_the_name_of_a_file_is_its_date_where_nothing_else_says_one(tmp_path: Path, name: str) -> None:
    article = _one(tmp_path / name, STORY.encode())
    assert isinstance(article, Article)
    assert article.metadata.published == "2024-03-04"
    assert article.origins[0].repairs == ("published 2024-03-04: only the file's name says so",)
    dated = _one(tmp_path / name, f"{STORY}\n\n2023-01-02".encode())
    assert isinstance(dated, Article)
    assert (dated.metadata.published, dated.origins[0].repairs) == ("2023-01-02", ())


def test_a_number_or_no_day_in_the_name_of_a_file_is_no_date(tmp_path: Path) -> None:
    for name in ("a 20241345.txt", "120240304.txt", "2024.txt"):
        article = _one(tmp_path / name, STORY.encode())
        assert isinstance(article, Article)
        assert article.metadata.published is None


@pytest.mark.threat(24)
def test_text_with_template_braces_or_serialised_objects_is_plain_text(tmp_path: Path) -> None:
    text = 'The {name} said: {"lc": 1, "type": "constructor", "id": ["os", "system"]} and {{more}} %s.'
    article = _one(tmp_path / "a.txt", text.encode())
    assert isinstance(article, Article)
    assert article.text == text


_TRICKY = st.text('#-: \n\r\u200b\u202e\x00e\u0301Source2024Iraq–()CNN<p>{}[]"', max_size=200)
_ANY = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=300).map(str.encode),
    _TRICKY.map(str.encode),
    _TRICKY.map(lambda text: text.encode("utf-16")),
    st.lists(_TRICKY, max_size=9).map(lambda parts: f"<html><body><p>{'</p><p>'.join(parts)}</p>".encode()),
    st.dictionaries(st.sampled_from(["text", "title", "url", "date", "id", "x"]), _TRICKY).map(
        lambda fields: repr(fields).replace("'", '"').encode()
    ),
)


@settings(max_examples=300)
@given(raw=_ANY, suffix=st.sampled_from(["txt", "md", "html", "json", "jsonl", "pdf"]))
def test_any_bytes_give_articles_that_are_sound_or_a_reason(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any.{suffix}"
    path.write_bytes(raw)
    for item in read_file(ArticleFile(path=path, name=str(path), size=len(raw))):
        if isinstance(item, Skipped):
            assert item.reason == " ".join(item.reason.split())
        else:
            _assert_sound(item)


def _assert_sound(article: Article) -> None:
    assert len(article.origins) == 1
    assert unicodedata.is_normalized("NFC", article.text)
    assert not [one for one in article.text if unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\t"]
    assert article.body
    previous = 0
    for span in article.body:
        assert previous <= span.start < span.end <= len(article.text)
        assert span.of(article.text) == span.of(article.text).strip()
        previous = span.end
    repr((article.metadata, article.origins)).encode()


@pytest.mark.threat(13)
def test_a_path_that_is_too_long_is_named_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text(STORY, "utf-8")
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    levels = (os.pathconf(tmp_path, "PC_PATH_MAX") - 6 - len(str(tmp_path / "deep"))) // 201
    for level in range(levels + 3):  # step by step: together they are longer than a path may be
        os.mkdir("y" * 200)
        os.chdir("y" * 200)
        if level == levels - 1:
            Path("z" * 250 + ".txt").write_text(STORY, "utf-8")
    *others, story = _read(tmp_path)
    monkeypatch.undo()
    assert isinstance(story, Article)
    assert {Path(one.origin).name[0] for one in others if isinstance(one, Skipped)} == {"y", "z"}
    assert all(isinstance(one, Skipped) and one.refused and "file name too long" in one.reason for one in others)
    subprocess.run(["rm", "-rf", str(tmp_path / "deep")], check=True)  # shutil goes by whole paths
