"""Where a library lies on a server: an address that is never shown with its user or password."""

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from platformdirs import user_data_path

from dateline.index.errors import ArgumentError

SCHEMES = ("postgresql://", "postgres://")
_SCHEMA = "dateline"
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_HOSTS = re.compile(r"[\w.:,%\[\]-]*", re.ASCII)
_DATABASE = re.compile(r"[^/@?#:]*")
_LOOPBACK = ("", "localhost", "127.0.0.1", "[::1]", "::1")
_WRONG = (
    "the library's address is none of a PostgreSQL database; write it like "
    "'postgresql://host/database?schema=news', with signs of a password as %40, or the password in ~/.pgpass"
)


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A schema of a PostgreSQL database; as a text it is without user, password and options."""

    hosts: str
    """As in the address, ports included; empty for the usual one."""
    database: str
    schema: str
    options: Mapping[str, str] = field(repr=False, hash=False)
    """User, password and parameters of the connection, by libpq's names."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """The address of a text.

        Raises:
            ArgumentError: it is none, and is not repeated: it may hold a password.
        """
        try:
            parts = urlsplit(text)
            asked = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        except ValueError as error:
            raise ArgumentError(_WRONG) from error
        login, _, hosts = parts.netloc.rpartition("@")
        database, schema = parts.path.removeprefix("/"), asked.pop("schema", _SCHEMA)
        if "host" in asked:  # as it is given for a folder of sockets
            hosts = ":".join(filter(None, (quote(asked.pop("host"), safe=""), asked.pop("port", ""))))
        fits = _HOSTS.fullmatch(hosts) and _DATABASE.fullmatch(database) and not parts.fragment and "\0" not in text
        if not is_server(text) or not fits:
            raise ArgumentError(_WRONG)
        if not _NAME.fullmatch(schema):
            raise ArgumentError("the schema in the library's address is no plain name; give one like 'schema=news'")
        user, _, password = login.partition(":")
        known = {"user": unquote(user), "password": unquote(password), "dbname": unquote(database)}
        options = asked | {name: value for name, value in known.items() if value}
        return cls(hosts=hosts, database=database, schema=schema, options=options)

    def __str__(self) -> str:
        return f"postgresql://{self.hosts}/{self.database}?schema={self.schema}"

    @property
    def folder(self) -> Path:
        """Where files beside the library are kept on this machine: uploads, samples, results of evaluations."""
        name = hashlib.sha256(str(self).encode()).hexdigest()[:16]
        return user_data_path("dateline") / "servers" / name

    def parameters(self, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
        """What libpq is to connect with.

        What goes over a network is encrypted, and to the server that it names, unless the user says otherwise.
        """
        hosts, ports = _apart(self.hosts)
        found = {**({"host": hosts} if hosts else {}), **({"port": ports} if ports else {}), **self.options}
        places = (found.get(name) or environment.get(f"PG{name.upper()}", "") for name in ("host", "hostaddr"))
        where = [one for names in places for one in names.split(",")]
        stated = "sslmode" in found or environment.get("PGSSLMODE") or environment.get("PGSERVICE")
        if not stated and not all(one in _LOOPBACK or one.startswith("/") for one in where):
            found["sslmode"] = "verify-full"
            own = Path("~/.postgresql/root.crt").expanduser()
            if "sslrootcert" not in found and not environment.get("PGSSLROOTCERT") and not own.exists():
                found["sslrootcert"] = "system"
        return {"application_name": "dateline", "connect_timeout": "10", **found}

    def without_secrets(self, text: str) -> str:
        """A text of others, as of an error, without what must not be shown, in one line."""
        secrets = [value for name, value in self.options.items() if name.endswith("password")]
        for secret in secrets:
            text = text.replace(secret, "…")
        return " ".join(text.split())


def is_server(text: object) -> bool:
    """Whether a text is meant as the address of a PostgreSQL database."""
    return isinstance(text, str) and text.startswith(SCHEMES)


def folder_of(library: Path | ServerAddress) -> Path:
    """Where the files beside a library are kept."""
    return library.folder if isinstance(library, ServerAddress) else library


def _apart(hosts: str) -> tuple[str, str]:
    """Hosts and ports, as libpq wants them: each separated by commas."""
    names, ports = [], []
    for one in hosts.split(","):
        name, _, port = one.rpartition(":") if re.search(r":\d+$", one) and one.count(":") in (1, 8) else (one, "", "")
        if one.startswith("["):
            inside, _, after = one[1:].partition("]")
            name, port = inside, after.removeprefix(":")
        names.append(unquote(name))
        ports.append(port)
    return ",".join(names), ",".join(ports) if any(ports) else ""
