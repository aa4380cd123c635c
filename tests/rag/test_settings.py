from pathlib import Path

import pytest

from dateline.rag.errors import SettingsError
from dateline.rag.settings import read_environment, read_settings


def test_a_flag_wins_over_the_environment_over_dotenv_over_toml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def place(flag: str | None = None) -> tuple[str, str]:
        library = next(one for one in read_settings({"library": flag}, tmp_path)[1] if one.name == "library")
        return library.value, library.place

    assert place()[1] == "default"
    (tmp_path / "dateline.toml").write_text('library = "from toml"\n', "utf-8")
    assert place() == ("from toml", "dateline.toml")
    (tmp_path / ".env").write_text("DATELINE_LIBRARY=from dotenv\nOPENAI_API_KEY=other\n", "utf-8")
    assert place() == ("from dotenv", ".env")
    monkeypatch.setenv("DATELINE_LIBRARY", "from environment")
    assert place() == ("from environment", "environment")
    assert place("from flag") == ("from flag", "flag")


def test_an_unknown_setting_is_an_error_that_lists_the_known_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dateline.toml").write_text('libary = "typo"\n', "utf-8")
    with pytest.raises(SettingsError, match=r"'libary' in 'dateline.toml'.*library"):
        read_settings({}, tmp_path)
    (tmp_path / "dateline.toml").unlink()
    monkeypatch.setenv("DATELINE_LIBARY", "typo")
    with pytest.raises(SettingsError, match=r"'DATELINE_LIBARY' in the environment.*DATELINE_LIBRARY"):
        read_settings({}, tmp_path)


@pytest.mark.parametrize("value", ["0", "-1", "many", "1e3", "51", "٣"])
def test_a_number_of_passages_that_is_of_no_use_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("DATELINE_PASSAGES", value)
    with pytest.raises(SettingsError, match="whole number from 1 to 50"):
        read_settings({}, tmp_path)


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


def test_addresses_and_keys_of_chat_models_come_from_the_environment_then_dotenv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("OPENAI_API_KEY=dotenv\nOPENAI_BASE_URL=http://dotenv/v1\n", "utf-8")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://environment/v1")
    found = read_environment(tmp_path)
    assert (found["OPENAI_API_KEY"], found["OPENAI_BASE_URL"]) == ("dotenv", "http://environment/v1")


def test_a_login_stands_beside_the_keys_and_is_no_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("DATELINE_AUTH=anna:of dotenv\nDATELINE_PASSAGES=7\n", "utf-8")
    assert read_environment(tmp_path)["DATELINE_AUTH"] == "anna:of dotenv"
    monkeypatch.setenv("DATELINE_AUTH", "anna:of environment")
    assert read_environment(tmp_path)["DATELINE_AUTH"] == "anna:of environment"
    settings, shown = read_settings({}, tmp_path)
    assert settings.passages == 7
    assert not [one for one in shown if "anna" in one.value]
    (tmp_path / "dateline.toml").write_text('auth = "anna:of toml"\n', "utf-8")
    with pytest.raises(SettingsError, match=r"unknown setting 'auth' in 'dateline\.toml'"):
        read_settings({}, tmp_path)


def test_without_a_setting_no_chat_model_is_asked(tmp_path: Path) -> None:
    assert read_settings({}, tmp_path)[0].model == ""


@pytest.mark.parametrize("name", [".env", "dateline.toml"])
@pytest.mark.parametrize(
    "raw", [b"\xff\xfe\0", b"timeout=\xe9", b"a=" + b"[" * 100_000], ids=["bytes", "latin-1", "deep"]
)
def test_a_file_of_settings_that_is_rubbish_is_said_in_one_line(tmp_path: Path, name: str, raw: bytes) -> None:
    (tmp_path / name).write_bytes(raw)
    try:
        read_settings({}, tmp_path)
    except SettingsError as error:
        assert "\n" not in str(error)
        assert f"can't read '{name}'" in str(error)
    else:
        assert (name, raw[:1]) == (".env", b"a"), "deep brackets are a plain value there"


@pytest.mark.parametrize("folder", ["", "a\0b", "~nobody-of-that-name/library"])
def test_a_library_that_names_no_folder_is_refused(tmp_path: Path, folder: str) -> None:
    with pytest.raises(SettingsError, match="give a folder"):
        read_settings({"library": folder}, tmp_path)


@pytest.mark.threat(45)
def test_a_current_folder_that_is_gone_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    for read in (read_settings, lambda flags: read_environment()):
        with pytest.raises(SettingsError, match="the current folder is gone"):
            read({})
