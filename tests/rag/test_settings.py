from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.settings import read_settings


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
