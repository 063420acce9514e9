"""A question as it was typed becomes one that can be asked, or an error that says why not. Pure."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from index.filters import Filter
from qa.config import Settings
from qa.errors import QuestionError
from qa.types import Question, Turn


def cleaned(
    question: str | Question,
    settings: Settings,
    *,
    history: Sequence[Turn | str] = (),
    as_of: datetime.date | None = None,
    where: Filter | None = None,
) -> Question:
    """Return the question without control characters and with single spaces.

    Raises:
        QuestionError: no words are left, or there are more than `settings.max_question_words`.
    """
    if isinstance(question, str):
        turns = tuple(t if isinstance(t, Turn) else Turn(role="user", content=t) for t in history)
        question = Question(text=question, history=turns, as_of=as_of, where=where)
    text = "".join(" " if unicodedata.category(c)[0] == "C" and c not in "\u200c\u200d" else c for c in question.text)
    text = " ".join(text.split())
    if not any(character.isalnum() for character in text):
        raise QuestionError("the question holds no words: type what you want to know")
    count = len(text.split())
    if count > settings.max_question_words or len(text) > 12 * settings.max_question_words:
        raise QuestionError(
            f"the question has {count} words, more than the {settings.max_question_words} that can be read: ask a shorter one"
        )
    return replace(question, text=text)
