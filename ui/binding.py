"""How the page's events are bound, as Gradio takes it."""

from __future__ import annotations

from typing import Any

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
AT_ONCE: dict[str, Any] = {**PRIVATE, "queue": False}
ONE_WRITER: dict[str, Any] = {"concurrency_id": "answers", "concurrency_limit": 1}
