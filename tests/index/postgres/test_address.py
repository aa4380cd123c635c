"""The address of a library on a server: how it is read, what is never shown of it, and how it is connected to."""

from pathlib import Path

import pytest

from dateline.index.errors import ArgumentError, ExtraMissing, LibraryError, NoLibrary
from dateline.index.library import Library
from dateline.index.postgres.address import ServerAddress
from tests.harness.postgres_server import shared_server, why_none

_SECRET = "s3cr3t w/ord@"
_WITH_SECRET = "postgresql://ann:s3cr3t%20w%2Ford%40@db.example:6432/desk?schema=news&sslpassword=s3cr3t%20w%2Ford%40"


def test_an_address_is_shown_without_user_password_and_options() -> None:
    address = ServerAddress.parse(_WITH_SECRET)
    for text in (str(address), repr(address), f"{address!s:>10}", str(address.folder)):
        assert "s3cr3t" not in text
        assert "ann" not in text
    assert str(address) == "postgresql://db.example:6432/desk?schema=news"
    assert address.parameters({})["password"] == _SECRET
    assert (address.parameters({})["host"], address.parameters({})["port"]) == ("db.example", "6432")
    assert address.without_secrets(f"no such user\n  {_SECRET}!") == "no such user …!"


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://ann:xq/zq@db/desk",
        "postgresql://ann:xq?zq@db/desk",
        "postgresql://ann:xq#zq@db/desk",
        "postgresql://db/desk/xq",
        "postgresql://db/desk?xq",
        "postgresql://db/desk?schema=a%22;drop",
        "postgresql://db/desk?schema=News",
        "postgresql://db/de\0sk",
        "http://ann:xq@db/desk",
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        ServerAddress.parse(text)
    assert not {"xq", "zq"} & {str(refused.value)[at : at + 2] for at in range(len(str(refused.value)))}


@pytest.mark.parametrize(
    ("text", "environment", "mode"),
    [
        ("postgresql://db.example/desk", {}, "verify-full"),
        ("postgresql://localhost,db.example/desk", {}, "verify-full"),
        ("postgresql://localhost/desk?hostaddr=192.0.2.1", {}, "verify-full"),
        ("postgresql:///desk", {"PGHOST": "db.example"}, "verify-full"),
        ("postgresql://db.example/desk?sslmode=require", {}, "require"),
        ("postgresql://db.example/desk", {"PGSSLMODE": "disable"}, None),
        ("postgresql://localhost:5433/desk", {}, None),
        ("postgresql://[::1]:5433/desk", {}, None),
        ("postgresql:///desk", {}, None),
        ("postgresql:///desk?host=/var/run/postgresql", {}, None),
    ],
)
def test_what_goes_over_a_network_is_encrypted_to_the_server_that_it_names(
    text: str, environment: dict[str, str], mode: str | None
) -> None:
    found = ServerAddress.parse(text).parameters(environment)
    assert found.get("sslmode") == mode
    assert ("sslrootcert" in found) == (mode == "verify-full")


def test_hosts_and_ports_are_given_to_libpq_one_by_one() -> None:
    found = ServerAddress.parse("postgresql://one:5433,two:5434/desk").parameters({})
    assert (found["host"], found["port"]) == ("one,two", "5433,5434")
    found = ServerAddress.parse("postgresql://[::1]:5433/desk").parameters({})
    assert (found["host"], found["port"]) == ("::1", "5433")


@pytest.mark.skipif(bool(why_none()), reason=str(why_none()))
def test_a_server_that_is_not_encrypted_is_not_used_under_another_name() -> None:
    address = shared_server().address(more="&hostaddr=127.0.0.1").replace("@127.0.0.1", ":s3cr3t@db.example")
    with pytest.raises(LibraryError, match="SSL") as refused:
        Library.open(address)
    assert "s3cr3t" not in str(refused.value)
    with pytest.raises(NoLibrary):
        Library.open(f"{address}&sslmode=disable")


def test_a_server_that_does_not_answer_is_told_in_a_line_without_the_password() -> None:
    address = (
        f"postgresql://ann:s3cr3t@127.0.0.1:{shared_server().port + 1 if shared_server().port < 65_000 else 1}/desk"
    )
    with pytest.raises(LibraryError, match="can't be reached") as refused:
        Library.open(address)
    assert "\n" not in str(refused.value)
    assert "s3cr3t" not in str(refused.value)


def test_a_part_that_is_not_installed_is_named_with_its_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "psycopg.py").write_text("raise ImportError('no psycopg')", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("psycopg", "psycopg_pool"):
        monkeypatch.delitem(__import__("sys").modules, name, raising=False)
    with pytest.raises(ExtraMissing, match=r"pip install .*\[postgres\]"):
        Library.open("postgresql://localhost/desk")
