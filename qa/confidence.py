"""How sure an answer is: what the reader, the words and a second reading of question with answer say, in one figure.

The confidence is what abstention is decided by (`qa.abstention`). Its weights are fit on questions whose documents the
network was never trained on, half of them answered by none of the documents (`python -m training.abstention`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from qa.abstention import Thresholds
from qa.analysis import Profile
from qa.answers import gives_answer
from qa.checker import NAME, WEIGHTS, Checker, Logistic, default_checker, log_odds, logistic_fields, reading_card
from qa.config import Settings
from qa.evidence import Candidate, as_evidence
from qa.statement import statement_of
from qa.verify.joined import is_barred, packaged_fusion, reasons_for

FEATURES = (
    "reading", "lead", "names", "date", "coverage", "retrieval", "statement", "findings", "kind",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights(Logistic):
    """A logistic over `FEATURES`, and the thresholds that its figure was calibrated to."""

    thresholds: Thresholds

    @classmethod
    def read(cls, path: Path) -> Weights:
        """Return the weights of a card.

        Raises:
            ModelMissing: there is no card.
            ModelCorrupt: it holds no weights of the features known here.
        """
        with reading_card(path) as card:
            raw = card["confidence"]
            return cls(**logistic_fields(raw, FEATURES, path), thresholds=Thresholds.of(raw["thresholds"]))


class Confidence(Protocol):
    """Says how sure the answer of each of some candidates is, and from which confidence on an answer is shown."""

    def of(self, profile: Profile, ranked: Sequence[Candidate]) -> list[float]:
        """Return a confidence in [0, 1] a candidate, in the order given."""
        ...

    def threshold(self, risk: float) -> float:
        """Return the confidence from which on at most `risk` of all questions get a wrong answer."""
        ...


class CheckerConfidence:
    """The shipped network's confidence.

    Args:
        checker: another network; None: the packaged one.
        weights: how its word is weighed; None: as in the package.

    Raises:
        ModelMissing, ModelCorrupt: the packaged network cannot be opened.
    """

    def __init__(self, checker: Checker | None = None, weights: Weights | None = None) -> None:
        self.is_packaged = checker is None and weights is None
        self._checker = checker or default_checker()
        self._weights = weights or packaged_weights()

    def of(self, profile: Profile, ranked: Sequence[Candidate]) -> list[float]:
        """Return a confidence in [0, 1] a candidate, in the order given."""
        return [self._weights.probability(features) for features in features_of(profile, ranked, self._checker)]

    def threshold(self, risk: float) -> float:
        """Return the confidence from which on at most `risk` of questions like the calibration's get a wrong answer."""
        return self._weights.thresholds.at(risk)


class ScoreConfidence:
    """The candidates' own score as confidence, with the settings' thresholds: for rankers without a calibration."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def of(self, profile: Profile, ranked: Sequence[Candidate]) -> list[float]:
        """Return the scores."""
        return [candidate.score for candidate in ranked]

    def threshold(self, risk: float) -> float:
        """Return the settings' threshold: one of three, and none says what risk is kept."""
        settings = self._settings
        if risk <= settings.refused_risk:
            return settings.refused_answerability
        return settings.quote_answerability if risk <= settings.quote_risk else settings.min_answerability


def features_of(profile: Profile, ranked: Sequence[Candidate], checker: Checker) -> list[dict[str, float]]:
    """Return the features of the candidates, in the order given; log-odds and shares in [0, 1].

    Args:
        ranked: best first; a candidate's lead is over the best one that gives another answer.
    """
    answers = [candidate.answer_text or "" for candidate in ranked]
    made = []
    for candidate, answer in zip(ranked, answers, strict=True):
        others = [c.probability for c, other in zip(ranked, answers, strict=True) if not _alike(answer, other)]
        said, refused = _read_with_answer(profile, answer, candidate, checker)
        made.append(
            {
                "reading": log_odds(candidate.probability),
                "lead": log_odds(candidate.probability) - log_odds(max(others, default=0.0)),
                "names": candidate.about.names,
                "date": candidate.about.date,
                "coverage": candidate.about.coverage,
                "retrieval": candidate.retrieval,
                "statement": said,
                "findings": float(refused),
                "kind": float(bool(answer) and gives_answer(profile, answer)),
            }
        )
    return made


def _read_with_answer(profile: Profile, answer: str, candidate: Candidate, checker: Checker) -> tuple[float, bool]:
    """Return the log-odds of question and answer as a statement, and whether a rule refuses it.

    Where the rules can make no statement of them, the network alone reads the answer after its question.
    """
    statement = statement_of(profile.text, answer) if answer else None
    if statement is None:
        (judgement,) = checker.judge([(f"{profile.text} {answer}", candidate.window().text)])
        return log_odds(judgement.supported), False
    reasons = reasons_for(statement, as_evidence([candidate]), checker, question=profile.text)
    return log_odds(packaged_fusion().probability(reasons.features)), is_barred(reasons)


def _alike(left: str, right: str) -> bool:
    low, other = left.lower().strip(" .,"), right.lower().strip(" .,")
    return low in other or other in low


@cache
def packaged_weights() -> Weights:
    """Return the weights of the package."""
    return Weights.read(WEIGHTS / f"{NAME}.json")


@cache
def default_confidence() -> Confidence:
    """Return the confidence of the package, opened once."""
    return CheckerConfidence()
