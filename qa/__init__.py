"""Ask an index, get an answer in which every sentence is bound to the exact words it rests on.

with Index.open("my-index") as documents:
    answer = Assistant(documents).ask("Who resigned as envoy?")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.config import Settings
    from qa.engine import LanguageModel, open_model
    from qa.errors import AnsweringError
    from qa.pipeline import Assistant
    from qa.serialize import answer_to_json, hit_to_json
    from qa.types import Answer, Citation, Claim, Completed, Conflict, Judged, Question, Retrieved, Token, Turn, Verdict
    from qa.verify import JoinedVerifier, RuleVerifier, Verifier

_PLACES = {
    "Answer": "qa.types",
    "AnsweringError": "qa.errors",
    "Assistant": "qa.pipeline",
    "Citation": "qa.types",
    "Claim": "qa.types",
    "Completed": "qa.types",
    "Conflict": "qa.types",
    "JoinedVerifier": "qa.verify",
    "Judged": "qa.types",
    "LanguageModel": "qa.engine",
    "Question": "qa.types",
    "Retrieved": "qa.types",
    "RuleVerifier": "qa.verify",
    "Settings": "qa.config",
    "Token": "qa.types",
    "Turn": "qa.types",
    "Verdict": "qa.types",
    "Verifier": "qa.verify",
    "answer_to_json": "qa.serialize",
    "hit_to_json": "qa.serialize",
    "open_model": "qa.engine",
}
__all__ = [
    "Answer",
    "AnsweringError",
    "Assistant",
    "Citation",
    "Claim",
    "Completed",
    "Conflict",
    "JoinedVerifier",
    "Judged",
    "LanguageModel",
    "Question",
    "Retrieved",
    "RuleVerifier",
    "Settings",
    "Token",
    "Turn",
    "Verdict",
    "Verifier",
    "answer_to_json",
    "hit_to_json",
    "open_model",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
