"""The settings of an answer, and the only place that reads environment variables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

DEFAULT_SEED = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a question is answered. Shares and probabilities are in [0, 1]."""

    max_question_words: int = 400
    passages: int = 10  # how many passages are read for evidence
    passages_of_time: int = 3  # and of those that tell of the time a question names
    candidate_sentences: int = 28  # how many of their sentences are scored
    evidence_sentences: int = 4  # at most this many are shown to the model
    evidence_tokens: int = 150  # counted with the model's own tokenizer
    evidence_share: float = 0.12  # a sentence this much weaker than the best is not shown
    # The scores below are `qa.selection.evidence_score`: half of the best ones lie above 0.5, a tenth below 0.03.
    reading_answerability: float = 0.05  # below it the model is not even asked
    min_answerability: float = 0.09  # below it the documents do not answer, for a ranker of the user's own
    quote_answerability: float = 0.75  # and below it, or below the next, the best sentence is not quoted
    refused_answerability: float = 0.9
    # The share of all questions that may get an unsupported answer (`qa.abstention`); None: 0.1 where the language
    # model is asked too, else 0.15.
    risk: float | None = None
    quote_risk: float = 0.075  # the same, where the best sentence is quoted because no draft is left
    refused_risk: float = 0.05  # the same, where the model says that nothing answers, or what it wrote is refused
    ask_model: bool = True  # whether a text answers is asked of the language model too (`qa.answerability`)
    unheard_share: float = 0.7  # what is left of a confidence where a word of the question stands in no article found
    conflict_answerability: float = 0.25  # the stronger side of a conflict answers at least this well
    conflict_share: float = 0.15  # and the weaker side at least this surely, beside the stronger, by the ranker
    conflict_share_nearby: float = 0.45  # the same, where the question's names do not stand in the sentence itself
    conflict_floor: float = 0.06  # a weaker side scores at least this,
    conflict_floor_share: float = 0.1  # and at least this share of the stronger
    max_answer_tokens: int = 96
    max_claims: int = 3
    temperature: float = 0.0  # 0: always the likeliest word; above it an answer differs from seed to seed
    seed: int = DEFAULT_SEED


def index_path() -> Path:
    """Return the index folder that is used when none is named: $ONRECORD_INDEX, else the user's data folder."""
    given = os.environ.get("ONRECORD_INDEX")
    if given:
        return Path(given)
    import platformdirs

    return Path(platformdirs.user_data_dir("onrecord")) / "index"


def cache_path() -> Path:
    """Return the folder where models are put together: $ONRECORD_CACHE, else the user's cache folder."""
    given = os.environ.get("ONRECORD_CACHE")
    if given:
        return Path(given)
    import platformdirs

    return Path(platformdirs.user_cache_dir("onrecord"))


def evaluation_data_path() -> Path:
    """Return the folder with the data of the evaluations: $ONRECORD_EVAL_DATA, else `../shared`."""
    return Path(os.environ.get("ONRECORD_EVAL_DATA") or "../shared")


def api_key() -> str | None:
    """Return the key for a model behind a URL: $ONRECORD_API_KEY, or None."""
    return os.environ.get("ONRECORD_API_KEY") or None
