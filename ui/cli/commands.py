"""The command line: a command parses, calls one function, prints.

What is heavy is imported by the command that needs it.
"""

import logging
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from dateline.index.errors import ArgumentError, LibraryDamaged
from dateline.ui.cli import articles as article_commands
from dateline.ui.cli import options
from dateline.ui.cli.output import open_streams, print_json, show, show_as_written, write_page
from dateline.ui.errors import describe
from dateline.ui.services.session import (
    add_new,
    add_paths,
    assistant_for,
    offer_server,
    opened_to_read,
    read_pasted,
    refresh_pages,
    say,
    settings_for,
    summary,
    told_of_missing,
)
from dateline.ui.text import printable

if TYPE_CHECKING:
    from dateline.index.ingest import AddReport

_FAILED, _WRONG_USAGE, _IN_PART, _CONTRADICTED = 1, 2, 3, 4
_UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__base__)  # Typer's own, or Click's in older ones

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
config_app = typer.Typer(help="The settings in force.", no_args_is_help=True)
app.add_typer(article_commands.app, name="articles")
app.add_typer(config_app, name="config")


def main() -> None:
    """Run the command line; what goes wrong is told in one line on standard error."""
    open_streams()
    logging.basicConfig(format="dateline: %(message)s", level=logging.WARNING)
    try:
        code = app(standalone_mode=False)
    except _UsageError as error:
        code = _WRONG_USAGE
        message, command = error.format_message().rstrip("."), error.ctx.command_path if error.ctx else "dateline"
        if message:  # none where the help was shown instead
            say(f"{message[0].lower()}{message[1:]}; see '{command} -h'", style="red")
    except Exception as error:  # the edge: what nobody foresaw is a line too
        code = _WRONG_USAGE if isinstance(error, ArgumentError) else _FAILED
        say(describe(error), style="red")
    sys.exit(code)


@app.callback(invoke_without_command=True)
def dateline(show_version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Answer questions about a library of news articles, with the exact words that every answer rests on."""
    if show_version:
        print(f"dateline {version('dateline')}")
        raise typer.Exit


@app.command()
def add(
    paths: Annotated[list[str], typer.Argument(metavar="PATH|ADDRESS|-...", parser=options.read_input)],
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove the articles of files that are gone from the folders named.")
    ] = False,
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="What standard input is called; its kind is guessed.")
    ] = "pasted",
    library: options.Library = None,
    env_file: options.EnvFile = None,
    no_wait: options.NoWait = False,
    quiet: options.Quiet = False,
) -> None:
    """Read files, folders, pages and feeds by address, and standard input (-) into the library.

    What has not changed since is left alone.
    """
    settings = settings_for(library, env_file=env_file)
    given = [read_pasted(name) if one == "-" else one for one in dict.fromkeys(paths)]
    acknowledge = not sys.stdout.isatty()
    _tell(add_paths(settings, given, quiet=quiet, acknowledge=acknowledge, wait=not no_wait, prune=prune), quiet=quiet)


@app.command()
def refresh(
    library: options.Library = None,
    env_file: options.EnvFile = None,
    no_wait: options.NoWait = False,
    quiet: options.Quiet = False,
) -> None:
    """Read again the pages and feeds that were added by address: what changed is replaced, new entries are added."""
    settings = settings_for(library, env_file=env_file)
    opened_to_read(settings).close()  # says that there is no library, where writing would make one
    _tell(refresh_pages(settings, quiet=quiet, acknowledge=not sys.stdout.isatty(), wait=not no_wait), quiet=quiet)


def _tell(report: "AddReport", *, quiet: bool) -> None:
    """What an addition came to; where some inputs were refused the command ends here, done in part."""
    if not sys.stdout.isatty():
        for one in report.missing:
            print(f"{one.fate}\t{one.article_id}\t{printable(one.origin)}")
    for line in () if quiet else (summary(report), *told_of_missing(report)):
        say(line)
    _exit_if_refused(report)


@app.command()
def ask(
    question: Annotated[list[str], typer.Argument(metavar="QUESTION")],
    articles: options.Articles = None,
    since: options.Since = None,
    until: options.Until = None,
    source: options.Source = None,
    model: options.Model = None,
    strict: options.Strict = False,
    lenient: options.Lenient = False,
    asked_as: options.AskedAs = None,
    library: options.Library = None,
    env_file: options.EnvFile = None,
    no_wait: options.NoWait = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Answer a question with the exact words it rests on, or say that the articles do not answer it."""
    settings, strictness = settings_for(library, model, env_file), options.strictness_of(strict=strict, lenient=lenient)
    only = options.filter_of(since, until, source)
    report = add_new(settings, articles or [], quiet=quiet, wait=not no_wait)
    from dateline.rag.request import read_request
    from dateline.ui.api.serializers import answer_fields
    from dateline.ui.cli.render import render_answer

    request = read_request({"question": " ".join(question), "only": only, "asked_for": asked_as})

    with opened_to_read(settings) as opened:
        assistant = assistant_for(settings, opened, strictness)
        if as_json:
            print_json(answer_fields(assistant.chain.invoke(request)))
        elif sys.stdout.isatty():
            show_as_written(assistant, request)
            offer_server(settings, quiet=quiet)
        else:
            show(render_answer(assistant.chain.invoke(request)))
    _exit_if_refused(report)


@app.command()
def check(
    text: Annotated[Path, typer.Argument(metavar="FILE|-", parser=options.read_path)],
    articles: options.Articles = None,
    since: options.Since = None,
    until: options.Until = None,
    source: options.Source = None,
    html: options.Html = None,
    library: options.Library = None,
    env_file: options.EnvFile = None,
    no_wait: options.NoWait = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Check a text that someone else wrote, sentence by sentence; exit 4 where an article contradicts it."""
    from dateline.ui.api.serializers import check_fields
    from dateline.ui.cli.check import check_given, read_given, render_check

    settings, only = settings_for(library, env_file=env_file), options.filter_of(since, until, source)
    given = read_given(text)
    report = add_new(settings, articles or [], quiet=quiet, wait=not no_wait)
    with opened_to_read(settings) as opened:
        checked = check_given(given, opened, only, quiet=quiet)
    if as_json:
        print_json(check_fields(checked))
    else:
        show(render_check(checked))
    if html:
        from dateline.ui.web.html.check import check_page

        write_page(html, check_page(checked, text.name))
    if checked.count("contradicted"):
        raise typer.Exit(_CONTRADICTED)
    _exit_if_refused(report)


@app.command()
def search(
    query: Annotated[list[str], typer.Argument(metavar="QUERY")],
    since: options.Since = None,
    until: options.Until = None,
    source: options.Source = None,
    library: options.Library = None,
    env_file: options.EnvFile = None,
    as_json: options.Json = False,
) -> None:
    """Show the passages nearest to a query, with their scores."""
    from dateline.rag.request import check_question
    from dateline.rag.retrieval import search as find
    from dateline.ui.api.serializers import found_fields
    from dateline.ui.cli.render import render_passages

    settings, only = settings_for(library, env_file=env_file), options.filter_of(since, until, source)
    words = check_question(" ".join(query))
    with opened_to_read(settings) as opened:
        passages, notice = find(opened, words, settings.passages, only)
    if as_json:
        print_json(found_fields(words, passages, notice))
        return
    if notice:
        say(notice)
    if passages:
        show(render_passages(passages))


@app.command()
def serve(
    host: Annotated[
        str, typer.Option("--host", help="Where to listen; other than this machine only with a login.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="0 takes any that is free.")] = 7860,
    auth: Annotated[
        str | None,
        typer.Option(
            "--auth",
            metavar="USER:PASSWORD",
            help="Who may see the page; set DATELINE_AUTH to it instead where others may list the processes.",
        ),
    ] = None,
    articles: options.Articles = None,
    model: options.Model = None,
    library: options.Library = None,
    env_file: options.EnvFile = None,
    no_wait: options.NoWait = False,
    quiet: options.Quiet = False,
) -> None:
    """Open the page: ask, read the answer, check it against the article beside it."""
    from dateline.rag.settings import LOGIN, read_environment
    from dateline.ui.web.security import Access, parse_login
    from dateline.ui.web.server import serve as serve_page

    login = auth or read_environment(env_file).get(LOGIN)
    access = Access(host=host, login=parse_login(login) if login else None)
    settings = settings_for(library, model, env_file)
    report = add_new(settings, articles or [], quiet=quiet, wait=not no_wait)
    serve_page(settings, access, port, lambda address: say(f"Dateline is at {address} (Ctrl-C stops it)"))
    _exit_if_refused(report)


@app.command()
def mcp(
    model: options.Model = None,
    strict: options.Strict = False,
    lenient: options.Lenient = False,
    library: options.Library = None,
    env_file: options.EnvFile = None,
) -> None:
    """Answer other programs over the Model Context Protocol, on standard input and output.

    The program that starts it chooses the current folder, whose dateline.toml is therefore not read.
    """
    from dateline.ui.api.endpoints import Endpoints
    from dateline.ui.api.mcp import serve_tools
    from dateline.ui.services.workspace import Workspace

    strictness = options.strictness_of(strict=strict, lenient=lenient)
    settings = settings_for(library, model, env_file, here=False)
    if sys.stdin.isatty():
        say("waiting for a program that speaks the Model Context Protocol; Ctrl-D ends")
    workspace = Workspace(settings)
    serve_tools(Endpoints(assistant=lambda: workspace.assistant(strictness=strictness)))


@app.command()
def models(env_file: options.EnvFile = None, as_json: options.Json = False) -> None:
    """List the chat models that a server on this machine offers, or the one that OPENAI_BASE_URL names."""
    from dateline.rag.settings import read_environment
    from dateline.rag.writing.local_servers import find_models
    from dateline.ui.api.serializers import server_fields
    from dateline.ui.cli.render import render_servers

    servers = find_models(read_environment(env_file))
    if as_json:
        print_json({"servers": [server_fields(server) for server in servers]})
    else:
        show(render_servers(servers))


@app.command()
def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False,
    library: options.Library = None,
    env_file: options.EnvFile = None,
    no_wait: options.NoWait = False,
) -> None:
    """Check the library and say what is wrong with it, a line each."""
    from dateline.index.maintenance.doctor import engine_of, examine, missing_files, repair_library

    settings = settings_for(library, env_file=env_file)
    found = left = examine(settings.library, settings.embedder, wait=not no_wait)
    if found and repair:
        left = repair_library(settings.library, settings.embedder, wait=not no_wait)
    for problem in found:
        print(problem if problem in left else f"mended: {problem}")
    with suppress(LibraryDamaged):  # then it answers nothing, as was said
        print(f"searched by {engine_of(settings.library)}")
        for line in missing_files(settings.library):
            print(line)
    if not left:
        print("the library is in order")
    else:
        raise typer.Exit(_FAILED)


@app.command("eval")
def evaluate(
    samples: Annotated[Path, typer.Argument(metavar="SAMPLES", help="Questions with their answers: .jsonl or .csv.")],
    articles: options.Articles = None,
    html: options.Html = None,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", metavar="FILE", help="An earlier --json: say what changed since.")
    ] = None,
    fail_under: Annotated[
        list[str] | None, typer.Option("--fail-under", metavar="METRIC=X", help="Exit 1 below that; may be repeated.")
    ] = None,
    model: options.Model = None,
    strict: options.Strict = False,
    lenient: options.Lenient = False,
    library: options.Library = None,
    env_file: options.EnvFile = None,
    no_wait: options.NoWait = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Ask a set of questions whose answers are known, and show what is wrong and where."""
    from dateline.eval.aggregate import floors_missed
    from dateline.eval.comparison import compare
    from dateline.eval.report.page import render_page
    from dateline.eval.results import evaluation_fields, read_evaluation
    from dateline.ui.cli.evaluate import evaluate_file, parse_floors, render_evaluation

    floors = parse_floors(fail_under or [])
    earlier = read_evaluation(baseline) if baseline else None
    strictness, settings = options.strictness_of(strict=strict, lenient=lenient), settings_for(library, model, env_file)
    evaluation, report = evaluate_file(settings, strictness, samples, articles or [], quiet=quiet, wait=not no_wait)
    comparison = compare(earlier, evaluation, str(baseline)) if earlier else None
    if as_json:
        print_json(evaluation_fields(evaluation, comparison))
    else:
        show(render_evaluation(evaluation, comparison))
    if html:
        write_page(html, render_page(evaluation, comparison))
    missed = floors_missed(evaluation.figures, floors)
    for floor in missed:
        say(floor, style="red")
    if missed:
        raise typer.Exit(_FAILED)
    _exit_if_refused(report)


@config_app.command("show")
def configshow(library: options.Library = None, env_file: options.EnvFile = None) -> None:
    """Print every setting and every address of chat models, each with where it comes from, and where keys would go."""
    from dateline.rag.settings import current_folder, read_destinations, read_settings
    from dateline.rag.writing.addresses import without_secrets

    for setting in read_settings({"library": library}, current_folder(), env_file)[1]:
        print(f"{setting.name} = {setting.value!r}  ({setting.place})")
    for one in read_destinations(env_file):
        sent = f"{one.key} of {one.key_place} is sent there" if one.key_place else "no key is sent there"
        print(f"{one.provider} models = {without_secrets(one.address)!r}  ({one.place}; {sent})")


def _exit_if_refused(report: "AddReport | None") -> None:
    if report and any(one.refused for one in report.skipped):
        raise typer.Exit(_IN_PART)
