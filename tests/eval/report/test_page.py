"""The report: whole, escaped, and alone: it asks for nothing outside itself, which a real browser proves."""

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from eval.comparison import compare
from eval.figures import figures_of, shortcuts_of
from eval.report.page import render_page
from eval.types import Evaluation, Outcome, Quoted, Retrieved, Sample
from rag.conversation import Turn
from rag.types import Claim, Support

OUTSIDE = "outside.example"
HOSTILE = (
    f"<img src=http://{OUTSIDE}/i><script>fetch('http://{OUTSIDE}/s')</script>\"'><style>@import 'http://{OUTSIDE}/c';"
    f"</style><iframe src=http://{OUTSIDE}/f></iframe></mark></details>{{{{ 7 * 7 }}}}{{% raw %}}"
)
SUPPORT = Support(supported=True, why="quoted word for word")


def _quoted(**changes: object) -> Quoted:
    quoted = Quoted(
        article_id="0123456789abcdef", title="Harbour opens", source="Gazette", published="2024-09-08", url=None,
        start=9, end=33, before="Lenn. ", quote="It opens on Friday 🚢.", after=" The mayor is glad.", exact=True,
        gold=True,
    )  # fmt: skip
    return replace(quoted, **changes)  # type: ignore[arg-type]


def _outcome(name: str, **changes: object) -> Outcome:
    passage = Retrieved(
        article_id="0123456789abcdef", title="Harbour opens", start=0, end=60, text="It opens on Friday 🚢.",
        quotes=(0,), holds_answer=True,
    )  # fmt: skip
    outcome = Outcome(
        sample=Sample(id=name, question="when does it open?", answers=("Friday",), tags=("when",)),
        stand_alone="when does it open?", answer="It opens on Friday 🚢.",
        short_answer=None, abstained=False, reason=None, confidence=0.8,
        claims=(Claim(text="It opens on Friday 🚢.", support=SUPPORT, citations=(0,)),), citations=(_quoted(),),
        withheld=(), passages=(passage,), scores={"right": 1.0, "answered": 1.0, "contained": 1.0, "mrr@10": 0.5},
        top_passage_scores={"right": 1.0}, right=True, right_if_answered=True, failure=None,
        timings_ms={"retrieve": 3.0, "read": 20.0, "total": 23.0},
    )  # fmt: skip
    return replace(outcome, **changes)  # type: ignore[arg-type]


def _wrong(name: str) -> Outcome:
    return _outcome(
        name, right=False, right_if_answered=False, failure="chosen but abstained", abstained=True, answer="",
        reason="not sure enough", claims=(), citations=(), withheld=(_quoted(gold=False),),
        scores={"right": 0.0, "answered": 0.0},
    )  # fmt: skip


def _evaluation(*outcomes: Outcome) -> Evaluation:
    return Evaluation(
        samples="set.jsonl", samples_sha256="0", model="scripted", library="/x", articles=1, chunks=1, version="0.1.0",
        finished="2026-01-02T03:04:05+00:00", figures=figures_of(outcomes), shortcuts=shortcuts_of(outcomes),
        outcomes=outcomes,
    )  # fmt: skip


def _hostile() -> Evaluation:
    sample = Sample(
        id=HOSTILE, question=HOSTILE, answers=(HOSTILE,), quotes=(HOSTILE,), tags=(HOSTILE,),
        history=(Turn(question=HOSTILE, answer=HOSTILE),),
    )  # fmt: skip
    cited = _quoted(
        title=HOSTILE, source=HOSTILE, url=f"javascript:fetch('http://{OUTSIDE}')", before=HOSTILE, quote=HOSTILE,
        after=HOSTILE,
    )  # fmt: skip
    claim = Claim(text=HOSTILE, support=Support(supported=False, why=HOSTILE), citations=(0,))
    passage = Retrieved(article_id=HOSTILE, title=HOSTILE, start=0, end=1, text=HOSTILE, quotes=(), holds_answer=False)
    outcome = _outcome(
        "x", sample=sample, answer=HOSTILE, reason=HOSTILE, claims=(claim,), citations=(cited,), withheld=(cited,),
        passages=(passage,), timings_ms={HOSTILE: 1.0, "total": 1.0},
    )  # fmt: skip
    return replace(_evaluation(outcome), samples=HOSTILE, model=HOSTILE)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))


def _tags(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Tags()
    parser.feed(page)
    return parser.found


def test_what_went_wrong_comes_first_and_open_with_what_was_expected_and_said() -> None:
    page = render_page(_evaluation(_outcome("right-one"), _wrong("wrong-one")))
    samples = [
        attributes for tag, attributes in _tags(page) if tag == "details" and attributes.get("class") == "sample"
    ]
    assert [("open" in one, one["id"]) for one in samples] == [(True, "wrong-one"), (False, "right-one")]
    for said in ("chosen but abstained", "not sure enough", "Friday", "8 September 2024", "Gazette"):
        assert said in page


def test_a_citation_is_marked_within_its_context_to_the_character() -> None:
    page = render_page(_evaluation(_outcome("one")))
    assert "Lenn. </span><mark>It opens on Friday 🚢.</mark><span" in page


def test_figures_are_shown_with_their_intervals_and_beside_the_shortcuts() -> None:
    page = render_page(_evaluation(_outcome("one"), _wrong("other")))
    for said in ("0.500", "± 0.500", "quoting the first passage whole", "always declining", "retrieve_ms_p95"):
        assert said in page
    assert page.count("<svg") == 5


def test_what_changed_is_told_where_there_is_a_baseline() -> None:
    before, after = _evaluation(_wrong("one"), _outcome("two")), _evaluation(_outcome("one"), _outcome("two"))
    page = render_page(after, compare(before, after, "earlier.json"))
    assert "1 better, 0 worse" in page
    assert 'href="#one"' in page


def test_nothing_from_samples_articles_or_answers_is_markup() -> None:
    plain, hostile = _tags(render_page(_evaluation(_outcome("x")))), _tags(render_page(_hostile()))
    assert {tag for tag, _ in hostile} <= {tag for tag, _ in plain} | {"q"}
    for tag, attributes in hostile:
        assert not {"src", "srcset", "style", "background", "poster", "onload", "onerror"} & attributes.keys(), tag
        assert (attributes.get("href") or "data:,").startswith(("data:,", "#"))
    assert "7 * 7" in render_page(_hostile())


def test_only_web_addresses_are_links() -> None:
    page = render_page(_evaluation(_outcome("one", citations=(_quoted(url="https://gazette.example/a?b=1&c=2"),))))
    (link,) = [attributes for tag, attributes in _tags(page) if tag == "a"]
    assert link == {"href": "https://gazette.example/a?b=1&c=2", "rel": "noreferrer noopener"}


@contextmanager
def _listening_proxy() -> Iterator[tuple[int, list[str]]]:
    """A proxy that answers nothing and notes the first line of every request."""
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    asked.append(connection.recv(4096).split(b"\r\n")[0].decode("latin-1"))

        threading.Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], asked


def _opened(page: Path, profile: Path) -> tuple[str, list[str]]:
    """The page as Chromium has it once loaded, and what it asked for on the way."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium on the path: install Debian's package 'chromium'")
    with _listening_proxy() as (port, asked):
        command = [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            f"--user-data-dir={profile}", f"--proxy-server=http://127.0.0.1:{port}", "--virtual-time-budget=5000",
            "--dump-dom", page.as_uri(),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout, [line for line in asked if OUTSIDE in line]


@pytest.mark.browser
def test_a_browser_that_opens_the_report_asks_for_nothing_outside(tmp_path: Path) -> None:
    control = tmp_path / "control.html"
    control.write_text(f"<img src=http://{OUTSIDE}/i>", "utf-8")
    assert _opened(control, tmp_path / "profile")[1], "the trap itself does not work"

    report = tmp_path / "report.html"
    report.write_text(render_page(_hostile()), "utf-8")
    shown, asked = _opened(report, tmp_path / "profile")
    assert asked == []
    assert "<mark>&lt;img src=http://" in shown
