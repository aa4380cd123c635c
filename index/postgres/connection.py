"""Connections to a library's database: the only module that imports psycopg, and only when a library is opened.

Nothing is set for a whole session and no statement is prepared, so that a pooler may stand between: what a transaction
needs is set for that transaction. A connection that broke is not handed out again.
"""

import logging
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dateline.index.errors import (
    ExtraMissing,
    LibraryConflict,
    LibraryDamaged,
    LibraryError,
    NoLibrary,
    install_command,
)
from dateline.index.postgres.address import ServerAddress

if TYPE_CHECKING:
    import psycopg
    import psycopg_pool

Row = tuple[Any, ...]
_MOST_CONNECTIONS = 16
_PATIENCE_SECONDS = 10.0
_TABLE = re.compile(r"@([a-z_]+)")
_DAMAGED = "XX"  # the class of states that tell of damaged data
_COPY_BEGINS = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_ENDS = b"\xff\xff"

logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # what it would say is raised as well


class Database:
    """The schema of a library in a database; any number of threads use it side by side, each a connection of its own.

    In a statement ``@name`` is a table of the schema.
    """

    def __init__(self, address: ServerAddress) -> None:
        """Connect.

        Raises:
            ExtraMissing: psycopg is not installed.
            LibraryError: the server can't be reached, or refuses.
        """
        self.address = address
        self.place = str(address)
        self._own = threading.local()
        self._psycopg, pools = _libraries()
        parameters = {**address.parameters(), "autocommit": True, "prepare_threshold": None}
        with self.translating():
            self._psycopg.connect(**parameters).close()  # tells at once what is wrong, where a pool tries on
            self._pool: psycopg_pool.ConnectionPool[psycopg.Connection[Row]] = pools.ConnectionPool(
                kwargs=parameters, min_size=0, max_size=_MOST_CONNECTIONS, num_workers=1, timeout=_PATIENCE_SECONDS,
                max_waiting=0, check=pools.ConnectionPool.check_connection, open=True,
            )  # fmt: skip

    def close(self) -> None:
        """Give the connections back."""
        self._pool.close()

    def run(self, query: str, *values: Any) -> list[Row]:
        """One statement, and its rows: in the transaction of this thread, or in one of its own."""
        text = self.qualified(query)
        # No text there holds a null character: what is looked for with one is not found.
        given = [value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in values]
        with self._connection() as connection, self.translating():
            cursor = connection.execute(text, given or None, binary=True)
            return cursor.fetchall() if cursor.description else []

    def script(self, statements: str) -> None:
        """Several statements at once."""
        with self._connection() as connection, self.translating():
            connection.execute(self.qualified(statements))

    def run_with(self, statement: str, **settings: str) -> None:
        """One statement that can't stand in a transaction, on a connection with settings of its own."""
        with self._connection() as connection, self.translating():
            try:
                for name, value in settings.items():
                    connection.execute("SELECT set_config(%s, %s, false)", (name, value))
                connection.execute(self.qualified(statement))
            finally:
                connection.close()  # not to be handed out with them

    def value(self, query: str, *values: Any) -> Any:
        """The first value of the first row; None where there is no row."""
        return next((row[0] for row in self.run(query, *values)), None)

    def copy_in(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[bytes | None]]) -> None:
        """Write rows, each value in PostgreSQL's binary form; inside a transaction."""
        names = ", ".join(f'"{name}"' for name in columns)
        statement = self.qualified(f"COPY @{table} ({names}) FROM STDIN (FORMAT BINARY)")
        with (
            self._connection() as connection,
            self.translating(),
            connection.cursor() as cursor,
            cursor.copy(statement) as copying,
        ):
            copying.write(_COPY_BEGINS)
            for row in rows:
                copying.write(_copied(row))
            copying.write(_COPY_ENDS)

    @property
    def in_transaction(self) -> bool:
        """Whether this thread is in a transaction or a snapshot."""
        return getattr(self._own, "connection", None) is not None

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[None]:
        """One transaction of this thread: all of it is committed at the end of the block, or none of it is.

        Args:
            read_only: nothing is written, and all that is read is of the moment of the first statement.
        """
        kind = f"BEGIN ISOLATION LEVEL {'REPEATABLE READ READ ONLY' if read_only else 'READ COMMITTED'}"
        with self._connection() as connection:
            with self.translating():
                connection.execute(kind)
            self._own.connection = connection
            try:
                if not read_only:  # what is told as safe is on the disk, whatever the role's default is
                    self.run(
                        "SELECT set_config('synchronous_commit', 'on', true)"
                        " WHERE current_setting('synchronous_commit') = 'off'"
                    )
                yield
                with self.translating():
                    connection.execute("COMMIT")
            except BaseException:
                self._roll_back(connection)
                raise
            finally:
                self._own.connection = None

    def _roll_back(self, connection: "psycopg.Connection[Row]") -> None:
        try:
            connection.execute("ROLLBACK")
        except self._psycopg.Error:  # the connection is gone, and the transaction with it
            connection.close()

    @contextmanager
    def separately(self) -> Iterator["Database"]:
        """A transaction of this thread that goes on beside its others, on a connection of its own."""
        other = object.__new__(Database)
        other.__dict__.update(self.__dict__)
        other._own = threading.local()
        with other.transaction():
            yield other

    @contextmanager
    def _connection(self) -> Iterator["psycopg.Connection[Row]"]:
        own = getattr(self._own, "connection", None)
        if own is not None:
            yield own
            return
        with self.translating():
            connection = self._pool.getconn()
        try:
            yield connection
        finally:
            self._pool.putconn(connection)

    def qualified(self, query: str) -> str:
        """A statement with the names of its tables in full; a percent sign in it is one for psycopg."""
        return _TABLE.sub(rf'"{self.address.schema}".\1', query)

    @contextmanager
    def translating(self) -> Iterator[None]:
        """What psycopg raises inside, and rows that are not of their form, as the user is told it."""
        try:
            yield
        except self._psycopg.Error as error:
            raise self._told(error) from error
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise LibraryDamaged(f"the library at {self.place!r} is damaged: {error}; run 'dateline doctor'") from error

    def _told(self, error: "psycopg.Error") -> LibraryError:
        errors, place = self._psycopg.errors, repr(self.place)
        what = self.address.without_secrets(error.diag.message_primary or str(error)) or "no reason is given"
        known: tuple[tuple[tuple[type[Exception], ...], type[LibraryError], str], ...] = (
            ((errors.DeadlockDetected, errors.SerializationFailure), LibraryConflict,
             f"another process changed the same in the library at {place}; run the command again"),
            ((errors.UndefinedTable, errors.InvalidSchemaName), NoLibrary,
             f"no library at {place}; add articles with 'dateline add PATH'"),
            ((errors.InsufficientPrivilege,), LibraryError,
             f"the library at {place} can't be used: {what}; ask the database's owner for the right"),
            ((errors.ReadOnlySqlTransaction,), LibraryError,
             f"the library at {place} can't be changed there: {what}; name the primary server"),
            ((errors.DiskFull,), LibraryError, f"the library at {place} can't be used: {what}; free some space there"),
            ((errors.ProgramLimitExceeded,), LibraryError,
             f"the library at {place} can't hold that: {what}; shorten the path or address"),
            ((errors.OperationalError,), LibraryError,
             f"the library at {place} can't be reached: {what}; see that the server runs and lets you in"),
        )  # fmt: skip
        if (error.sqlstate or "").startswith(_DAMAGED):
            return LibraryDamaged(f"the library at {place} is damaged: {what}; restore the database from a backup")
        for kinds, told_as, message in known:
            if isinstance(error, kinds):
                return told_as(message)
        return LibraryError(f"the library at {place} can't be used: {what}; run 'dateline doctor'")


def _copied(row: Sequence[bytes | None]) -> bytes:
    parts = [len(row).to_bytes(2, "big")]
    for value in row:
        parts += [b"\xff\xff\xff\xff"] if value is None else [len(value).to_bytes(4, "big"), value]
    return b"".join(parts)


def _libraries() -> tuple[Any, Any]:
    try:
        import psycopg
        import psycopg_pool
    except ImportError as error:
        raise ExtraMissing(
            f"no package for a library in PostgreSQL is installed; install it with: {install_command('postgres')}"
        ) from error
    return psycopg, psycopg_pool
