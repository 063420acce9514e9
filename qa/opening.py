"""An assistant as the command line and the chat page open it, from what the user named."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index import Index
    from qa.models import Progress
    from qa.pipeline import Assistant


def open_assistant(
    documents: Index, *, model: str | None = None, risk: float | None = None, progress: Progress | None = None
) -> Assistant:
    """Return an assistant on the documents.

    Args:
        model: what `open_model` takes; None: the packaged one, put together first where that was never done.
        risk: the share of questions that may get an unsupported answer; None: the settings' own.
        progress: told how far that is, in bytes.

    Raises:
        ModelError: the model cannot be used.
        CacheError: the packaged model cannot be put together.
    """
    from qa.config import Settings, api_key
    from qa.engine import open_model
    from qa.pipeline import Assistant

    if model is None:
        from qa.models import language_model_path

        language_model_path(progress)
    settings = Settings() if risk is None else Settings(risk=risk)
    return Assistant(documents, model=open_model(model, api_key=api_key()), settings=settings)
