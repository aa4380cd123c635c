"""What the page adds without a file, and what it sets of an article: pasted texts, addresses, metadata."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from dateline.index.errors import ArgumentError, NoSuchArticle
from dateline.index.fetching import Fetcher, is_address
from dateline.index.ingest import Added, AddReport, Progress, Watch
from dateline.index.reading import MAX_BYTES, Skipped
from dateline.index.reading.inputs import TOO_LARGE
from dateline.index.storage.uploads import keep_copy
from dateline.index.types import is_article_id
from dateline.rag.settings import Settings
from dateline.ui.errors import UploadError
from dateline.ui.services.filenames import safe_name
from dateline.ui.services.session import opened_to_read, opened_to_write
from dateline.ui.text import heading

_EDITED = ("title", "published", "source", "authors")
_NAMED_BY = 60  # characters of a text


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """What came of an addition, and the ids of the articles that are in the library by it."""

    report: AddReport
    articles: tuple[str, ...]


def add_text(settings: Settings, text: object) -> Addition:
    """Add a text that was pasted as an article; its first line names the copy that the library keeps.

    Raises:
        UploadError: there is none, or it is too long.
        LibraryLocked: another process writes to the library.
    """
    if not isinstance(text, str) or not text.strip():
        raise UploadError("there is no text; paste one first")
    raw = text.encode("utf-8", "replace")
    if len(raw) > MAX_BYTES:
        raise UploadError(f"the text holds {TOO_LARGE}")
    name = safe_name(f"{text.strip().splitlines()[0][:_NAMED_BY].replace('.', ' ')}.txt")
    with opened_to_write(settings) as library:
        added: list[str] = []
        try:
            report = library.add([keep_copy(library.folder, name, raw)], _noting(added))
        except OSError as error:
            raise UploadError(f"can't keep the text: {(error.strerror or str(error)).lower()}") from error
        finally:
            library.tidy_uploads()
    return Addition(report=report, articles=tuple(added))


def add_address(settings: Settings, address: object, fetcher: Fetcher | None = None) -> Addition:
    """Add the page or the feed at an address.

    Args:
        settings: which library.
        address: of a person.
        fetcher: asks for it; one that connects to public addresses alone unless given.

    Raises:
        ArgumentError: it is no web address.
        LibraryLocked: another process writes to the library.
    """
    text = address.strip() if isinstance(address, str) else ""
    if not is_address(text):
        raise ArgumentError("that is no web address; give one like 'https://news.example/story'")
    added: list[str] = []
    with opened_to_write(settings) as library:
        report = library.add([text], _noting(added), fetcher=fetcher)
    return Addition(report=report, articles=tuple(added))


def _noting(added: list[str]) -> Watch:
    """Notes the ids of what is added."""

    def watch(event: Added | Skipped | Progress) -> None:
        if isinstance(event, Added):
            added.append(event.article_id)

    return watch


def edit_metadata(settings: Settings, handed: object) -> str:
    """Set what is known of an article, from JSON with its ``id`` and what is to be set; says in a line what was done.

    Raises:
        ArgumentError: it is no such JSON, nothing is set, or a value is of no use.
        NoSuchArticle: that is the id of no article.
        LibraryLocked: another process writes to the library.
    """
    try:
        fields = json.loads(handed) if isinstance(handed, str) else None
    except (ValueError, RecursionError):
        fields = None
    article_id = fields.get("id") if isinstance(fields, Mapping) else None
    if not isinstance(fields, Mapping) or not isinstance(article_id, str) or not is_article_id(article_id):
        raise NoSuchArticle("no article was named")
    given = {name: fields[name] for name in _EDITED if isinstance(fields.get(name), str | list)}
    opened_to_read(settings).close()  # where there is none, writing would make one
    with opened_to_write(settings) as library:
        edited = library.edit(article_id, **given)
    return f"changed “{heading(edited.metadata, edited.origins[0].name)}”; answers and filters go by it from now on"
