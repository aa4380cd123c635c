"""The Models tab: what answers, servers found on this machine, and one set by address, name and key for this run."""

import time
from dataclasses import dataclass
from typing import Any

import gradio as gr

from dateline.index.errors import ArgumentError
from dateline.rag.errors import ChatModelError
from dateline.ui.errors import describe
from dateline.ui.services.workspace import Workspace
from dateline.ui.web.html.articles import done_html, failure_html
from dateline.ui.web.html.text import models_html
from dateline.ui.web.page.components import OWN, or_failure

_PRIVATE: dict[str, Any] = {"api_visibility": "private"}
_SHARED = "this page is shared, and its owner alone sets models: DATELINE_MODEL and the provider's variables"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsCallbacks:
    """How the way of answering is looked for, set and tried."""

    workspace: Workspace

    def look(self) -> tuple[dict[str, object], str]:
        """The servers of this machine, and their models as ways of answering."""
        try:
            shown = models_html(self.workspace.settings.model, self.workspace.find_models())
        except ChatModelError as error:
            shown = models_html(self.workspace.settings.model, failure=describe(error))
        return gr.update(choices=list(self.workspace.models)), shown

    def use(self, address: object, name: object, key: object) -> tuple[Any, Any, str]:
        """Set a model for this run: the choice, the emptied box of the key, and what was done."""
        try:
            if self.workspace.shared:
                raise ArgumentError(_SHARED)
            way = self.workspace.add_model(address, name, key)
            done = done_html(f"{way} answers from the next question on; what you set is forgotten when Dateline stops")
            return gr.update(choices=list(self.workspace.models), value=way), "", done
        except Exception as error:  # the edge
            return gr.skip(), gr.skip(), failure_html(describe(error))

    def test(self, way: object) -> str:
        """Whether the model that is chosen answers, and after how long."""

        def ask() -> str:
            began = time.perf_counter()
            said = self.workspace.try_model(way)
            seconds = time.perf_counter() - began
            return done_html(f"it answers, after {seconds:.1f} s: “{said}”" if said else "quoting needs no server")

        return or_failure(ask)


def models_tab(workspace: Workspace, way: gr.Dropdown) -> None:
    """Build the tab around the choice of the way of answering."""
    callbacks = ModelsCallbacks(workspace=workspace)
    shown = gr.HTML(models_html(workspace.settings.model), elem_id="models", **OWN)
    with gr.Row(elem_id="choose-model"):
        way.render()  # type: ignore[no-untyped-call]  # Gradio leaves its type out
        test = gr.Button("Test it", elem_id="test-model", size="sm", scale=0, min_width=110)
        find = gr.Button("Look for model servers on this machine", elem_id="find-models", size="sm", scale=0,
                         min_width=300)  # fmt: skip
    said = gr.HTML(elem_id="said-of-models", **OWN)
    find.click(callbacks.look, None, [way, shown], **_PRIVATE)
    test.click(callbacks.test, [way], [said], concurrency_limit=1, **_PRIVATE)
    if workspace.shared:
        return
    with gr.Row(elem_id="set-model"):
        address = gr.Textbox(label="Or a server's address", placeholder="http://127.0.0.1:11434/v1", max_lines=1,
                             elem_id="model-address", max_length=500, scale=2)  # fmt: skip
        name = gr.Textbox(label="Name of the model", placeholder="llama3.2", max_lines=1, elem_id="model-name",
                          max_length=200)  # fmt: skip
        key = gr.Textbox(label="Key, for this run alone", type="password", max_lines=1, elem_id="model-key",
                         max_length=500)  # fmt: skip
        use = gr.Button("Use it", elem_id="use-model", size="sm", scale=0, min_width=110)
    use.click(callbacks.use, [address, name, key], [way, key, said], concurrency_limit=1, **_PRIVATE)
