"""The tab that says which model answers, and offers those that servers on this machine have."""

import gradio as gr

from dateline.rag.errors import ChatModelError
from dateline.ui.app.workspace import Desk
from dateline.ui.telling import told
from dateline.ui.web.html.models import models_html
from dateline.ui.web.page.hidden import OWN


def models_tab(desk: Desk, way: gr.Dropdown) -> None:
    """Build the tab around the choice of the way of answering."""

    def look() -> tuple[dict[str, object], str]:
        try:
            shown = models_html(desk.settings.model, desk.find_ways())
        except ChatModelError as error:
            shown = models_html(desk.settings.model, failure=told(error))
        return gr.update(choices=list(desk.ways)), shown

    shown = gr.HTML(models_html(desk.settings.model), elem_id="models", **OWN)
    way.render()  # type: ignore[no-untyped-call]  # Gradio leaves its type out
    gr.Button("Look for model servers on this machine", elem_id="find-models").click(
        look, None, [way, shown], api_visibility="private"
    )
