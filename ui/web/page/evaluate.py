"""The Evaluate tab: runs a set of samples and shows its figures beside those of an earlier run."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from dateline.eval.run import Done
from dateline.index.errors import ArgumentError
from dateline.ui.errors import describe
from dateline.ui.services.eval_runs import SampleSet, compare_runs, keep_samples, list_runs, read_run, run, sample_sets
from dateline.ui.services.session import add_new, summary
from dateline.ui.services.workspace import Workspace
from dateline.ui.web.html.articles import done_html, failure_html
from dateline.ui.web.html.evaluation import evaluation_html
from dateline.ui.web.html.text import progress_html
from dateline.ui.web.page.components import OWN, or_failure

_NO_RUN = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateCallbacks:
    """How sets are run and shown on the page."""

    workspace: Workspace

    @property
    def folder(self) -> Path:
        """Of the library: sets that were uploaded and results are kept in it."""
        return self.workspace.settings.folder

    def sets(self) -> list[str]:
        """The names of the sets that can be asked."""
        return [one.name for one in sample_sets(self.folder)]

    def runs(self) -> list[str]:
        """The names of the results that are kept, the newest first."""
        return list_runs(self.folder)

    def choices(self) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        """The sets, the results, and those to compare with, as they are now."""
        runs = self.runs()
        return gr.update(choices=self.sets()), gr.update(choices=runs), gr.update(choices=[_NO_RUN, *runs])

    def run(self, name: object, how: object, way: object, earlier: object) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Ask a set: how far it has come, then its figures, plots and samples, and its name among the results."""
        try:
            with closing(run(self.workspace.assistant(way, how), self._chosen(name))) as parts:
                for part in parts:
                    if isinstance(part, Done):
                        yield progress_html(part.done, part.total), gr.skip(), gr.skip()
            newest = self.runs()[0]
            yield "", self.show(newest, earlier), gr.update(choices=self.runs(), value=newest)
        except Exception as error:  # the edge
            yield failure_html(describe(error)), gr.skip(), gr.skip()

    def add_articles(self, name: object) -> str:
        """Add the articles that a set asks about, for one that ships."""

        def add() -> str:
            chosen = self._chosen(name)
            if chosen.articles is None:
                raise ArgumentError("choose a set that ships first; the others ask about articles of your own")
            report = add_new(self.workspace.settings, [chosen.articles], quiet=True)
            return done_html(summary(report) if report else "the library has them already")

        return or_failure(add)

    def _chosen(self, name: object) -> SampleSet:
        chosen = next((one for one in sample_sets(self.folder) if one.name == name), None)
        if chosen is None:
            raise ArgumentError("choose a set of samples first")
        return chosen

    def show(self, name: object, earlier: object) -> str:
        """A result that is kept, with what changed since an earlier one."""

        def show() -> str:
            names = self.runs()
            if name not in names:
                return ""
            comparable = earlier in names and earlier != name
            compared = compare_runs(self.folder, str(earlier), str(name)) if comparable else None
            return evaluation_html(read_run(self.folder, str(name)), compared)

        return or_failure(show)

    def take(self, file: object) -> tuple[None, str, dict[str, Any]]:
        """Keep an uploaded set; what is wrong with it is told line by line."""
        try:
            if not isinstance(file, str):
                raise ArgumentError("no file was uploaded")
            kept = keep_samples(self.folder, Path(file), Path(file).name)
            return None, "", gr.update(choices=self.sets(), value=kept.name)
        except Exception as error:  # the edge
            return None, failure_html(describe(error)), gr.skip()


def evaluate_tab(workspace: Workspace, tab: gr.Tab, way: gr.Dropdown) -> None:
    """Build the tab; the way of answering is that of the conversation."""
    callbacks = EvaluateCallbacks(workspace=workspace)
    with gr.Row(elem_id="choose-samples"):
        sets = gr.Dropdown([], label="Set of samples", elem_id="sets", scale=3)
        how = gr.Dropdown(["balanced", "strict", "lenient"], value="balanced", label="How sure", scale=1, min_width=170)
        start = gr.Button("Run", variant="primary", elem_id="run-samples", scale=0, min_width=90)
        stop = gr.Button("Stop", elem_id="stop-samples", scale=0, min_width=90)
    add = gr.Button("Add the articles it asks about", elem_id="add-articles-of-set", size="sm")
    file = gr.File(label="Or upload a set (.jsonl, .csv)",
                   file_count="single", elem_id="upload-samples", height=130)  # fmt: skip
    said = gr.HTML(elem_id="said-of-samples", **OWN)
    with gr.Row(elem_id="choose-run"):
        runs = gr.Dropdown([], label="Result", elem_id="runs")
        earlier = gr.Dropdown([_NO_RUN], value=_NO_RUN, label="Compared with", elem_id="earlier-run")
    result = gr.HTML(elem_id="evaluation", **OWN)
    private: dict[str, Any] = {"api_visibility": "private"}
    quiet: dict[str, Any] = {**private, "show_progress": "hidden"}
    tab.select(callbacks.choices, None, [sets, runs, earlier], **quiet)
    running = start.click(
        callbacks.run, [sets, how, way, earlier], [said, result, runs], concurrency_limit=1, **quiet
    )  # fmt: skip
    stop.click(lambda: _STOPPED, None, [said], cancels=[running], **quiet)
    running.then(callbacks.choices, None, [sets, runs, earlier], **quiet)
    gr.on([runs.input, earlier.input], callbacks.show, [runs, earlier], [result], **quiet)
    add.click(callbacks.add_articles, [sets], [said], concurrency_limit=1, **private)
    file.upload(callbacks.take, [file], [file, said, sets], **private)


_STOPPED = '<p class="notice" role="status">Stopped. What was asked is kept: Run goes on from there.</p>'
