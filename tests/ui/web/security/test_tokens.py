"""Tokens of programs: where they come from, what is refused, and what protects page and ``/v1`` together."""

from pathlib import Path

import pytest

from dateline.ui.errors import ServeError
from dateline.ui.web.security import Access, read_tokens
from dateline.ui.web.security.tokens import holds_token

_TOKEN = "a-token-of-a-program"


def test_a_token_of_the_environment_is_one_and_a_file_holds_one_a_line(tmp_path: Path) -> None:
    assert read_tokens(f" {_TOKEN}\n", None) == (_TOKEN,)
    assert read_tokens(None, None) == read_tokens(" ", None) == ()
    file = tmp_path / "tokens"
    file.write_text(f"# of the archive\n{_TOKEN}\n\n  another-token-of-one \n", "utf-8")
    assert read_tokens("not-this-one-then", file) == (_TOKEN, "another-token-of-one")
    link = tmp_path / "link"
    link.symlink_to(file)  # as secrets are mounted
    assert read_tokens(None, link) == read_tokens(None, file)


@pytest.mark.threat(60)
@pytest.mark.parametrize("token", ["short-secret-1", "a secret of four words", "geheimes-sécret-00", "s" * 513])
def test_a_token_that_is_none_is_refused_and_not_repeated(tmp_path: Path, token: str) -> None:
    file = tmp_path / "tokens"
    file.write_text(token, "utf-8")
    for given, named in ((token, None), (None, file)):
        with pytest.raises(ServeError) as refused:
            read_tokens(given, named)
        assert "\n" not in str(refused.value)
        assert token not in str(refused.value)


def test_a_file_without_a_token_or_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("# nothing\n", "utf-8")
    (tmp_path / "large").write_bytes(b"x" * 70_000)
    (tmp_path / "raw").write_bytes(b"\xff\xfe\xff")
    for name in ("empty", "large", "raw", "missing", "."):
        with pytest.raises(ServeError, match=r"\A[^\n]+; [^\n]+\Z"):
            read_tokens(None, tmp_path / name)


def test_a_token_is_held_whole_or_not_at_all() -> None:
    tokens = (_TOKEN, "another-token-of-one")
    assert all(holds_token(tokens, token) for token in tokens)
    assert not any(holds_token(tokens, given) for given in ("", _TOKEN[:-1], f"{_TOKEN} ", "\ud800", _TOKEN.upper()))
    assert not holds_token((), "")


@pytest.mark.threat(60)
def test_what_others_reach_or_what_is_protected_in_part_is_not_served() -> None:
    login = ("ann", "a long word")
    for given, line in (
        ({"host": "0.0.0.0", "page": False}, "set DATELINE_TOKEN, give --token-file, or leave --host out"),
        ({"host": "0.0.0.0", "tokens": (_TOKEN,)}, "set DATELINE_AUTH"),
        ({"host": "127.0.0.1", "tokens": (_TOKEN,)}, "a token is for /v1 alone; set DATELINE_AUTH"),
        ({"host": "127.0.0.1", "login": login, "page": False}, "a login is for the page"),
    ):
        with pytest.raises(ServeError) as refused:
            Access(**given)
        assert line in str(refused.value)
        assert _TOKEN not in str(refused.value)
    for given in (
        {"host": "127.0.0.1"},
        {"host": "127.0.0.1", "page": False},
        {"host": "0.0.0.0", "login": login},
        {"host": "0.0.0.0", "login": login, "tokens": (_TOKEN,)},
        {"host": "0.0.0.0", "tokens": (_TOKEN,), "page": False},
    ):
        assert _TOKEN not in repr(Access(**given))


def test_a_program_is_let_in_by_its_token_and_a_person_by_the_login() -> None:
    access = Access(host="0.0.0.0", login=("ann", "a long word"), tokens=(_TOKEN,))
    assert access.admits_program(f"Bearer {_TOKEN}")
    assert access.admits("Basic YW5uOmEgbG9uZyB3b3Jk")
    for header in (None, "", "Bearer", f"Basic {_TOKEN}", "Basic YW5uOmEgbG9uZyB3b3Jk", f"Bearer {_TOKEN}x"):
        assert not access.admits_program(header)
    assert not access.admits(f"Bearer {_TOKEN}")
    assert Access(host="127.0.0.1").admits_program(None)
    assert not Access(host="127.0.0.1", login=("ann", "a long word")).admits_program(None)
