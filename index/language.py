"""Which language a text is written in, decided offline by py3langid, or not at all where it is too short to tell."""

from __future__ import annotations

from functools import cache
from typing import Any

LEAST_LETTERS = 60
READ_CHARACTERS = 4000
LEAST_PROBABILITY = 0.9


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of the language that the beginning of a text is surely in; None: it cannot be told."""
    begun = text[:READ_CHARACTERS]
    if sum(character.isalpha() for character in begun) < LEAST_LETTERS:
        return None
    code, probability = _identifier().classify(begun)
    return str(code) if float(probability) >= LEAST_PROBABILITY else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # about a second, once in a process

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
