"""The report: whole, escaped, and alone: it asks for nothing outside itself, which a real browser proves."""

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dateline.eval.comparison import compare
from dateline.eval.report.page import render_page
from dateline.eval.types import Item, Sample
from tests.harness.evaluations import (
    OUTSIDE,
    a_hostile_one,
    a_quotation,
    a_wrong_one,
    an_evaluation,
    an_outcome,
    tags_of,
)


def test_what_went_wrong_comes_first_and_open_with_what_was_expected_and_said() -> None:
    page = render_page(an_evaluation(an_outcome("right-one"), a_wrong_one("wrong-one")))
    samples = [
        attributes for tag, attributes in tags_of(page) if tag == "details" and attributes.get("class") == "sample"
    ]
    assert [("open" in one, one["id"]) for one in samples] == [(True, "wrong-one"), (False, "right-one")]
    for said in ("chosen but abstained", "not sure enough", "Friday", "8 September 2024", "Gazette"):
        assert said in page


def test_what_a_sample_of_a_kind_expects_is_shown() -> None:
    samples = (
        Sample(id="list", question="who left?", kind="list", items=(Item(answers=("Reve",)), Item(answers=("Varn",)))),
        Sample(id="toll", question="how many?", kind="latest", answers=("41",), earlier=(Item(answers=("38", "x")),)),
        Sample(id="rain", question="did it rain?", kind="yes-no", verdict="not said", unanswerable=True),
        Sample(id="more", question="how many more?", kind="comparison", result=("27",)),
    )
    page = " ".join(render_page(an_evaluation(*(an_outcome(one.id, sample=one) for one in samples))).split())
    for said in ("Reve; Varn", "earlier: 38 / x", "<dd> not said", "<dd> 27"):
        assert said in page, said


def test_a_citation_is_marked_within_its_context_to_the_character() -> None:
    page = render_page(an_evaluation(an_outcome("one")))
    assert "Lenn. </span><mark>It opens on Friday 🚢.</mark><span" in page


def test_figures_are_shown_with_their_intervals_and_beside_the_shortcuts() -> None:
    page = render_page(an_evaluation(an_outcome("one"), a_wrong_one("other")))
    for said in ("0.500", "± 0.500", "quoting the first passage whole", "always declining", "retrieve_ms_p95"):
        assert said in page
    assert page.count("<svg") == 5


def test_what_changed_is_told_where_there_is_a_baseline() -> None:
    before, after = (
        an_evaluation(a_wrong_one("one"), an_outcome("two")),
        an_evaluation(an_outcome("one"), an_outcome("two")),
    )
    page = render_page(after, compare(before, after, "earlier.json"))
    assert "1 better, 0 worse" in page
    assert 'href="#one"' in page


@pytest.mark.threat(37)
def test_nothing_from_samples_articles_or_answers_is_markup() -> None:
    plain, hostile = tags_of(render_page(an_evaluation(an_outcome("x")))), tags_of(render_page(a_hostile_one()))
    assert {tag for tag, _ in hostile} <= {tag for tag, _ in plain} | {"q"}
    for tag, attributes in hostile:
        assert not {"src", "srcset", "style", "background", "poster", "onload", "onerror"} & attributes.keys(), tag
        assert (attributes.get("href") or "data:,").startswith(("data:,", "#"))
    assert "7 * 7" in render_page(a_hostile_one())


@pytest.mark.threat(22)
def test_only_web_addresses_are_links() -> None:
    page = render_page(
        an_evaluation(an_outcome("one", citations=(a_quotation(url="https://gazette.example/a?b=1&c=2"),)))
    )
    (link,) = [attributes for tag, attributes in tags_of(page) if tag == "a"]
    assert link == {"href": "https://gazette.example/a?b=1&c=2", "rel": "noreferrer noopener"}
    for url in ("javascript:alert(1)", "file:///etc/passwd", "//evil.example/a", "http://192.168.1.1/reboot"):
        page = render_page(an_evaluation(an_outcome("one", citations=(a_quotation(url=url),))))
        assert not [tag for tag, _ in tags_of(page) if tag == "a"]


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
    report.write_text(render_page(a_hostile_one()), "utf-8")
    shown, asked = _opened(report, tmp_path / "profile")
    assert asked == []
    assert "<mark>&lt;img src=http://" in shown
