import os
from pathlib import Path

import pytest

from dateline.index.errors import DatelineError
from dateline.rag.errors import SettingsError
from dateline.rag.settings import (
    PROVIDERS_OWN,
    Destination,
    current_folder,
    own_file,
    read_destinations,
    read_environment,
    read_settings,
)

_LOCAL, _OPENAI = "http://127.0.0.1:9/v1", "https://api.openai.com/v1"


def _own(text: str) -> Path:
    own_file().parent.mkdir(parents=True, exist_ok=True)
    own_file().write_text(text, "utf-8")
    return own_file()


def _openai(env_file: Path | None = None) -> Destination:
    return next(one for one in read_destinations(env_file) if one.provider == "openai")


def test_a_flag_wins_over_the_environment_over_a_named_file_over_the_users_own_over_the_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def place(flag: str | None = None, env_file: Path | None = None) -> tuple[str, str]:
        shown = read_settings({"library": flag}, tmp_path, env_file)[1]
        return next((one.value, one.place) for one in shown if one.name == "library")

    assert place()[1] == "default"
    (tmp_path / "dateline.toml").write_text('library = "from the folder"\n', "utf-8")
    assert place() == ("from the folder", "dateline.toml")
    own = _own('library = "from the user"\n')
    assert place() == ("from the user", str(own))
    named = tmp_path / "named"
    named.write_text("DATELINE_LIBRARY=from the named file\nOPENAI_API_KEY=other\n", "utf-8")
    assert place(env_file=named) == ("from the named file", repr(str(named)))
    monkeypatch.setenv("DATELINE_LIBRARY", "from environment")
    assert place(env_file=named) == ("from environment", "environment")
    assert place("from flag", named) == ("from flag", "flag")


@pytest.mark.threat(47)
@pytest.mark.parametrize("name", ["model", "embedder", "reader", "reranker"])
def test_a_folder_may_not_choose_a_model(tmp_path: Path, name: str) -> None:
    line = f'{name} = "openai:attacker"'
    (tmp_path / "dateline.toml").write_text(f"passages = 3\n{line}\n", "utf-8")
    with pytest.raises(SettingsError, match=f"may not set '{name}'") as refusal:
        read_settings({}, tmp_path)
    assert repr(str(own_file())) in str(refusal.value)
    assert read_settings({})[0].passages == 10, "who gives no folder, as a server that an editor starts, reads none"
    _own(line)
    (tmp_path / "dateline.toml").write_text("passages = 3\n", "utf-8")
    settings = read_settings({}, tmp_path)[0]
    assert (settings.passages, getattr(settings, name)) == (3, "openai:attacker")


@pytest.mark.threat(47)
def test_a_dotenv_of_the_folder_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("OPENAI_BASE_URL=http://127.0.0.1:9/v1\nDATELINE_DEBUG=1\nDATELINE_MODEL=a:b\n")
    monkeypatch.chdir(tmp_path)
    assert read_settings({}, tmp_path)[0].model == ""
    assert "OPENAI_BASE_URL" not in read_environment()
    os.remove(".env")
    os.mkfifo(".env")
    assert read_settings({}, tmp_path)[0].model == ""


@pytest.mark.threat(47)
def test_the_users_own_file_is_not_taken_for_a_strangers_where_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    own = _own('model = "openai:mine"')
    assert read_settings({}, own.parent)[0].model == "openai:mine"


def test_the_users_own_file_may_be_reached_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "kept elsewhere.toml").write_text('model = "openai:mine"', "utf-8")
    own_file().parent.mkdir(parents=True)
    own_file().symlink_to(tmp_path / "kept elsewhere.toml")
    assert read_settings({}, tmp_path)[0].model == "openai:mine"


@pytest.mark.threat(48)
@pytest.mark.parametrize(
    ("environment", "named", "address", "key"),
    [
        ({"OPENAI_API_KEY": "sk-mine"}, f"OPENAI_BASE_URL={_LOCAL}", _LOCAL, None),
        ({"OPENAI_BASE_URL": _LOCAL}, "OPENAI_API_KEY=sk-mine", _LOCAL, None),
        ({"OPENAI_BASE_URL": f"{_OPENAI}/"}, "OPENAI_API_KEY=sk-mine", f"{_OPENAI}/", "sk-mine"),
        ({}, "OPENAI_API_KEY=sk-mine", _OPENAI, "sk-mine"),
        ({"OPENAI_API_KEY": "sk-mine"}, "OPENAI_API_KEY=sk-other", _OPENAI, "sk-mine"),
        ({"OPENAI_API_KEY": "sk-mine"}, f"OPENAI_API_KEY=sk-its\nOPENAI_BASE_URL={_LOCAL}", _LOCAL, "sk-its"),
    ],
)  # fmt: skip
def test_a_key_goes_only_to_an_address_of_the_same_place_or_to_the_providers_own(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    named: str,
    address: str,
    key: str | None,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "named").write_text(named, "utf-8")
    found = read_environment(tmp_path / "named")
    assert found.get("OPENAI_API_KEY") == key
    destination = _openai(tmp_path / "named")
    assert (destination.address, destination.key_place is not None) == (address, key is not None)


def test_where_nothing_is_set_requests_would_go_to_the_providers_themselves() -> None:
    assert {one.place for one in read_destinations()} == {PROVIDERS_OWN}
    assert _openai().key_place is None


@pytest.mark.threat(48)
def test_a_named_file_sends_no_other_variable_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "awssecret")
    (tmp_path / "named").write_text("OPENAI_BASE_URL=http://127.0.0.1:9/${AWS_SECRET_ACCESS_KEY}/v1\n", "utf-8")
    assert "awssecret" not in _openai(tmp_path / "named").address


@pytest.mark.threat(49)
@pytest.mark.parametrize("kind", ["pipe", "device", "link to a pipe", "large", "folder", "missing", "bytes"])
def test_a_named_file_that_is_none_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    named = tmp_path / "named"
    if kind in ("pipe", "link to a pipe"):
        os.mkfifo(tmp_path / "pipe")
        named.symlink_to("pipe") if kind != "pipe" else (tmp_path / "pipe").rename(named)
    elif kind == "device":
        named = Path("/dev/zero")
    elif kind == "large":
        named.write_bytes(b"A=1\n" * 100_000)
    elif kind == "folder":
        named.mkdir()
    elif kind == "bytes":
        named.write_bytes(b"\xff\xfe\0")
    with pytest.raises(SettingsError) as refusal:
        read_settings({}, tmp_path, named)
    assert "\n" not in str(refusal.value)


@pytest.mark.threat(49)
@pytest.mark.parametrize("kind", ["pipe", "link", "folder", "large"])
def test_a_folders_file_that_is_none_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "dateline.toml"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        (tmp_path / "private").write_text("secret = 1")
        path.symlink_to("private")
    elif kind == "folder":
        path.mkdir()
    else:
        path.write_bytes(b"# much\n" * 100_000)
    with pytest.raises(SettingsError, match=r"can't read 'dateline\.toml'") as refusal:
        read_settings({}, tmp_path)
    assert "secret" not in str(refusal.value)


def test_an_unknown_setting_is_an_error_that_lists_the_known_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (tmp_path / "dateline.toml", _own("")):
        path.write_text('libary = "typo"\n', "utf-8")
        with pytest.raises(SettingsError, match=r"unknown setting 'libary' in .*dateline\.toml'.*library"):
            read_settings({}, tmp_path)
        path.unlink()
    monkeypatch.setenv("DATELINE_LIBARY", "typo")
    with pytest.raises(SettingsError, match=r"'DATELINE_LIBARY' in the environment.*DATELINE_LIBRARY"):
        read_settings({}, tmp_path)
    monkeypatch.delenv("DATELINE_LIBARY")
    monkeypatch.setenv("DATELINE_ENV_FILE", ".env")
    with pytest.raises(SettingsError, match="unknown setting 'DATELINE_ENV_FILE'"):
        read_settings({}, tmp_path)


@pytest.mark.parametrize("value", ["0", "-1", "many", "1e3", "51", "٣", "9" * 10_000])
def test_a_number_of_passages_that_is_of_no_use_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("DATELINE_PASSAGES", value)
    with pytest.raises(SettingsError, match="whole number from 1 to 50") as refusal:
        read_settings({}, tmp_path)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    "line",
    [
        *(f"passages = {value}" for value in ("true", "3.5", '"3"', "[3]", "2024-09-08", "51", "9" * 5_000)),
        *(f"library = {value}" for value in ("5", '["a", "b"]', "{}", '""')),
        "context = -1",
    ],
)
def test_a_value_of_a_wrong_kind_is_one_clear_line(tmp_path: Path, line: str) -> None:
    (tmp_path / "dateline.toml").write_text(line, "utf-8")
    with pytest.raises(SettingsError) as refusal:
        read_settings({}, tmp_path)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 250


def test_broken_toml_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "dateline.toml").write_text("library =", "utf-8")
    with pytest.raises(SettingsError) as caught:
        read_settings({}, tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"), [("CONTEXT", "100"), ("CONTEXT", "4k"), ("TIMEOUT", "0"), ("TIMEOUT", "1.5")]
)
def test_a_limit_of_a_chat_model_that_is_of_no_use_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"DATELINE_{name}", value)
    with pytest.raises(SettingsError, match=f"{name.lower()} is '{value}'; give a whole number"):
        read_settings({}, tmp_path)


def test_a_login_stands_beside_the_keys_and_is_no_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = tmp_path / "named"
    named.write_text("DATELINE_AUTH=anna:of the file\nDATELINE_PASSAGES=7\n", "utf-8")
    assert read_environment(named)["DATELINE_AUTH"] == "anna:of the file"
    monkeypatch.setenv("DATELINE_AUTH", "anna:of environment")
    assert read_environment(named)["DATELINE_AUTH"] == "anna:of environment"
    settings, shown = read_settings({}, tmp_path, named)
    assert settings.passages == 7
    assert not [one for one in shown if "anna" in one.value]
    (tmp_path / "dateline.toml").write_text('auth = "anna:of toml"\n', "utf-8")
    with pytest.raises(SettingsError, match=r"unknown setting 'auth' in 'dateline\.toml'"):
        read_settings({}, tmp_path)


def test_without_a_setting_no_chat_model_is_asked(tmp_path: Path) -> None:
    assert read_settings({}, tmp_path)[0].model == ""


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe\0", b"timeout=\xe9", b"a=" + b"[" * 60_000], ids=["bytes", "latin-1", "deep"]
)
def test_a_file_of_settings_that_is_rubbish_is_said_in_one_line(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "dateline.toml").write_bytes(raw)
    with pytest.raises(SettingsError, match=r"can't read 'dateline\.toml'") as refusal:
        read_settings({}, tmp_path)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("folder", ["", "a\0b", "~nobody-of-that-name/library", "http://a/b", "\\\\host\\share"])
def test_a_library_that_names_no_folder_is_refused(tmp_path: Path, folder: str) -> None:
    with pytest.raises(SettingsError, match="give a folder"):
        read_settings({"library": folder}, tmp_path)


@pytest.mark.threat(45)
def test_a_current_folder_that_is_gone_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(DatelineError, match="the current folder is gone"):
        current_folder()


def test_a_library_on_a_server_counts_from_the_user_alone_and_is_shown_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "postgresql://ann:s3cr3t@db.example/desk?schema=news"
    shown = "postgresql://db.example/desk?schema=news"
    (tmp_path / "dateline.toml").write_text(f'library = "{address}"\n', "utf-8")
    with pytest.raises(SettingsError, match="may not name a library on a server") as refused:
        read_settings({}, tmp_path)
    assert "s3cr3t" not in str(refused.value)
    (tmp_path / "dateline.toml").unlink()
    monkeypatch.setenv("DATELINE_LIBRARY", address)
    for flags, place in (({}, "environment"), ({"library": address}, "flag")):
        settings, chosen = read_settings(flags, tmp_path)
        assert str(settings.library) == shown
        assert [(one.value, one.place) for one in chosen if one.name == "library"] == [(shown, place)]
        assert "s3cr3t" not in repr((settings, chosen))
    monkeypatch.delenv("DATELINE_LIBRARY")
    _own(f'library = "{address}"\n')
    assert str(read_settings({}, tmp_path)[0].library) == shown
    with pytest.raises(SettingsError, match="none of a PostgreSQL database") as refused:
        read_settings({"library": "postgresql://ann:s3cr3t/x@db/desk"}, tmp_path)
    assert "s3cr3t" not in str(refused.value)
