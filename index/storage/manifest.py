"""What a library was built with, and whether this Dateline and its embedder can go on with it."""

from dataclasses import dataclass

from dateline.index.embedding.embedder import DEFAULT_EMBEDDER, load_embedder
from dateline.index.errors import LibraryMismatch
from dateline.index.ports import Record
from dateline.index.splitting.chunks import CHUNKER_ID
from dateline.index.types import Embedder

_SHOWN = 200  # characters of a name that a record gives


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltWith:
    """What a library was built with; None while it holds nothing."""

    embedder: str | None
    """Name and hash of the weights."""
    chunker: str | None


def built_with(record: Record) -> BuiltWith:
    """What the record says of it."""
    return BuiltWith(embedder=record.fact("embedder"), chunker=record.fact("chunker"))


def note_models(record: Record, embedder: Embedder) -> None:
    """Write down what the first articles of a library are embedded and split with."""
    if record.fact("embedder") is None:
        with record.transaction():
            record.set_models(embedder, CHUNKER_ID)


def choose_embedder(record: Record, place: object, chosen: Embedder | str | None) -> Embedder:
    """The embedder of a library. What its record names is loaded only where it is shipped or the user named it as well.

    Args:
        record: of the library.
        place: where it lies.
        chosen: by the user: an embedder, the name of one, or none, which is the shipped one.

    Raises:
        LibraryMismatch: it was built with one that is not shipped and that the user did not name.
        ModelError: it can't be loaded.
    """
    if chosen is None or isinstance(chosen, str):
        recorded, named = record.fact("embedder_name"), chosen or DEFAULT_EMBEDDER
        if recorded not in (None, DEFAULT_EMBEDDER, named):
            raise LibraryMismatch(
                f"the library at {str(place)!r} asks for the embedder {recorded[:_SHOWN]!r}, which may hold code and "
                "is loaded only if you name it yourself; if you trust it, set DATELINE_EMBEDDER to this name"
            )
        return load_embedder(recorded or named)
    return chosen


def check_embedder(record: Record, place: object, embedder: Embedder | str | None) -> None:
    """Refuse an embedder whose vectors can't be compared with those of the library.

    Raises:
        LibraryMismatch: it was built with another one.
    """
    built = built_with(record).embedder
    if embedder and not isinstance(embedder, str) and built not in (None, embedder.id):
        raise LibraryMismatch(
            f"the library at {str(place)!r} was built with {built!r}, not {embedder.id!r}; "
            "'dateline doctor --repair' embeds its articles again, --library chooses another"
        )


def check_chunker(record: Record, place: object) -> None:
    """Refuse to add to a library what would be split otherwise than its articles are.

    Raises:
        LibraryMismatch: it was split by another Dateline.
    """
    built = built_with(record).chunker
    if built not in (None, CHUNKER_ID):
        raise LibraryMismatch(
            f"the library at {str(place)!r} was split by {built!r}, this Dateline splits by {CHUNKER_ID!r}; "
            "'dateline doctor --repair' splits and embeds its articles again"
        )
