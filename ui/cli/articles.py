"""``dateline articles``: list articles, show one, set its metadata, remove one."""

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from dateline.index.errors import NoSuchArticle
from dateline.ui.cli import options
from dateline.ui.cli.output import print_json, show
from dateline.ui.services.session import opened_to_read, opened_to_write, say, settings_for

if TYPE_CHECKING:
    from dateline.index.library import Library
    from dateline.index.types import Article, Filter, Version

_ALL = 1_000_000_000


def _named(name: str) -> str:
    """An id or origin as it was given; of a file name that is no UTF-8 what stands in the library."""
    if not name.strip():  # a variable of a script that is not set: every origin begins with nothing
        raise typer.BadParameter("it names nothing; 'dateline articles' lists ids and origins")
    return os.fsencode(name).decode("utf-8", "backslashreplace")


app = typer.Typer(help="List, show, edit and remove articles.", invoke_without_command=True)


@app.callback()
def articles_list(
    context: typer.Context,
    query: Annotated[
        str, typer.Option("--query", metavar="WORDS", help="Only with all these words in title, source, origin or id.")
    ] = "",
    since: options.Since = None,
    until: options.Until = None,
    source: options.Source = None,
    library: options.Library = None,
    env_file: options.EnvFile = None,
    as_json: options.Json = False,
) -> None:
    """List the articles of the library; `articles show` and `articles remove` take one by its id or origin."""
    if context.invoked_subcommand:
        return
    from dateline.ui.api.serializers import listed_fields
    from dateline.ui.cli.render import render_articles

    only = options.filter_of(since, until, source)
    with opened_to_read(settings_for(library, env_file=env_file)) as opened:
        rows = opened.rows(query, "added", limit=_ALL, only=only)[::-1]
        if as_json:
            print_json({"articles": listed_fields(opened, rows)})
        else:
            show(render_articles(rows))
        if not rows and (query or only):
            say(_why_none(opened, query, only))


def _why_none(library: "Library", query: str, only: "Filter | None") -> str:
    from dateline.rag.retrieval import explain_empty

    if query and library.count_rows(only=only):
        return f"no article has all words of {query!r} in title, source, origin or id"
    return explain_empty(library, only)


@app.command("show")
def articlesshow(
    article: Annotated[str, typer.Argument(metavar="ID", callback=_named)],
    text: Annotated[bool, typer.Option("--text", help="The text of record and nothing else.")] = False,
    versions: Annotated[bool, typer.Option("--versions", help="Its earlier texts as well.")] = False,
    library: options.Library = None,
    env_file: options.EnvFile = None,
    as_json: options.Json = False,
) -> None:
    """Show one article, by its id, 6 or more digits of it, or its origin; with --text its text of record.

    An id of an earlier text shows that, and says so.
    """
    from dateline.ui.api.serializers import article_fields, version_fields
    from dateline.ui.cli.render import render_article

    with opened_to_read(settings_for(library, env_file=env_file)) as opened:
        found, earlier, version = _found(opened, article)
    if text:
        sys.stdout.buffer.write(found.text.encode())  # as it is: no line end is added or changed
    elif as_json:
        told: dict[str, object] = {"versions": [version_fields(one) for one in earlier]} if versions else {}
        told |= {"until": version.until, "current": version.current} if version else {}
        print_json({**article_fields(found), "text": found.text, **told})
    else:
        show(render_article(found, earlier, version, whole=versions))


def _found(library: "Library", name: str) -> "tuple[Article, list[Version], Version | None]":
    """The article of a name with its earlier texts, or the earlier text that has it for an id."""
    try:
        return library.article(name), library.versions(name), None
    except NoSuchArticle as error:
        with suppress(NoSuchArticle):
            version = library.version(name)
            return version.article, [], version
        raise error


@app.command("edit")
def articles_edit(
    article: Annotated[str, typer.Argument(metavar="ID", callback=_named)],
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="Its title; '' is unknown.")] = None,
    published: Annotated[str | None, typer.Option("--published", metavar="DAY", help="Like 2024-09-08.")] = None,
    source: Annotated[str | None, typer.Option("--source", metavar="NAME", help="Who published it.")] = None,
    author: Annotated[
        list[str] | None, typer.Option("--author", metavar="NAME", help="Who wrote it; may be repeated.")
    ] = None,
    library: options.Library = None,
    env_file: options.EnvFile = None,
    no_wait: options.NoWait = False,
    quiet: options.Quiet = False,
) -> None:
    """Set what the file of an article says wrongly, or not at all; it stays when the file is read again."""
    settings = settings_for(library, env_file=env_file)
    opened_to_read(settings).close()  # says that there is no library, where writing would make one
    with opened_to_write(settings, wait=not no_wait) as opened:
        edited = opened.edit(article, title=title, published=published, source=source, authors=author)
    if not quiet:
        known = {**{name: getattr(edited.metadata, name) for name in edited.edited}}
        said = ", ".join(f"{name} {_in_words(value)}" for name, value in known.items())
        say(f"{edited.id} has from you: {said}")


def _in_words(value: str | tuple[str, ...] | None) -> str:
    return repr(value if isinstance(value, str) else ", ".join(value)) if value else "unknown"


@app.command("remove")
def articles_remove(
    article: Annotated[str, typer.Argument(metavar="ID|ORIGIN", callback=_named)],
    library: options.Library = None,
    env_file: options.EnvFile = None,
    no_wait: options.NoWait = False,
    quiet: options.Quiet = False,
) -> None:
    """Remove one article, or all that was read from a file or folder; the files themselves are not touched."""
    from dateline.ui.services.library_admin import still_quoting
    from dateline.ui.text import heading

    settings = settings_for(library, env_file=env_file)
    opened_to_read(settings).close()  # says that there is no library, where writing would make one
    with opened_to_write(settings, wait=not no_wait) as opened:
        removed = opened.remove(article)
    if quiet:
        return
    for one in removed:
        say(f"removed {one.id} {heading(one.metadata, one.origins[0].name)}")
    if quoting := still_quoting(settings.folder, removed):
        say(quoting)
