"""Which language model writes the answers: folded away with the scope, one for all pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from ui import notices
from ui.binding import AT_ONCE
from ui.collections import Desks
from ui.models import ModelState


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """The parts of the choice."""

    model: gr.Dropdown
    told: gr.Markdown
    clock: gr.Timer

    @property
    def outputs(self) -> list[Any]:
        return [self.model, self.told, self.clock]


def build(desks: Desks) -> Control | None:
    """Return the choice, made where it is called inside the page; None where there is one model alone."""
    models = desks.models
    if models is None or len(models.names) < 2:
        return None
    with gr.Column(elem_id="or-writer"):
        model = gr.Dropdown(
            choices=list(models.names),
            value=models.state.chosen,
            label="Language model that writes the answers, on every page",
            elem_id="or-model",
        )
        told = gr.Markdown(elem_id="or-model-told")
        clock = gr.Timer(0.7, active=False)
    return Control(model=model, told=told, clock=clock)


def wire(
    control: Control,
    desks: Desks,
    page: gr.Blocks,
    fold: gr.Accordion,
    *,
    chooser: str | None,
) -> None:
    """Bind the choice, and have it say what is chosen whenever the page or the fold is opened.

    Args:
        chooser: the user who alone may choose; None: everybody may.
    """

    def may_choose(request: gr.Request) -> bool:
        return chooser is None or request.username == chooser

    def shown(request: gr.Request) -> tuple[Any, ...]:
        assert desks.models is not None
        return _shown(desks.models.state, chooser=chooser, allowed=may_choose(request))

    def chosen(name: str | None, request: gr.Request) -> tuple[Any, ...]:
        if name is not None and may_choose(request):
            desks.choose_model(name)
        return shown(request)

    control.model.input(chosen, control.model, control.outputs, **AT_ONCE)
    control.clock.tick(shown, None, control.outputs, **AT_ONCE)
    fold.expand(shown, None, control.outputs, **AT_ONCE)
    page.load(shown, None, control.outputs, **AT_ONCE)


def _shown(state: ModelState, *, chooser: str | None, allowed: bool) -> tuple[Any, ...]:
    loading = state.loading is not None
    model = gr.update(value=state.loading or state.chosen, interactive=allowed and not loading)
    return model, notices.model_html(state, None if allowed else chooser), gr.update(active=loading)
