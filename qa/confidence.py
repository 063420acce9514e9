"""How sure an answer is: what the reader, the words and a second reading of question with answer say, in one figure.

The confidence is what abstention is decided by (`qa.abstention`). Its weights are fit on questions whose documents the
network was never trained on, half of them answered by none of the documents (`python -m training.abstention`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from qa.abstention import Thresholds
from qa.analysis import Profile
from qa.answers import gives_answer
from qa.checker import NAME, WEIGHTS, Checker, default_checker, log_odds, logistic, reading_card
from qa.config import Settings
from qa.errors import ModelCorrupt
from qa.evidence import Candidate, as_evidence
from qa.statement import statement_of
from qa.verify.joined import JoinedVerifier, is_barred

FEATURES = (
    "reading", "span", "lead", "names", "date", "coverage", "own coverage", "retrieval", "fit", "misfit",
    "answer fault", "statement", "findings", "kind",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A logistic over `FEATURES`, and the thresholds that its figure was calibrated to."""

    intercept: float
    weights: Mapping[str, float]
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
            pairs = sorted((float(risk), float(value)) for risk, value in raw["thresholds"].items())
            found = cls(
                intercept=float(raw["intercept"]),
                weights={str(name): float(weight) for name, weight in raw["weights"].items()},
                thresholds=Thresholds(risks=tuple(r for r, _ in pairs), confidences=tuple(c for _, c in pairs)),
            )
        unknown = [name for name in found.weights if name not in FEATURES]
        if unknown:
            raise ModelCorrupt(
                f"the checker's card {path} weighs {unknown[0]!r}, which is not known; install onrecord again"
            )
        return found


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

    Raises:
        ModelMissing, ModelCorrupt: the packaged network cannot be opened.
    """

    def __init__(self, checker: Checker | None = None, weights: Weights | None = None) -> None:
        self._checker = checker or default_checker()
        self._weights = weights or packaged_weights()

    def of(self, profile: Profile, ranked: Sequence[Candidate]) -> list[float]:
        """Return a confidence in [0, 1] a candidate, in the order given."""
        return [self._confidence(features) for features in features_of(profile, ranked, self._checker)]

    def threshold(self, risk: float) -> float:
        """Return the confidence from which on at most `risk` of questions like the calibration's get a wrong answer."""
        return self._weights.thresholds.at(risk)

    def _confidence(self, features: Mapping[str, float]) -> float:
        total = self._weights.intercept + sum(w * features[name] for name, w in self._weights.weights.items())
        return logistic(total)


class ScoreConfidence:
    """The candidates' own score as confidence, with the settings' threshold: for rankers without a calibration."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def of(self, profile: Profile, ranked: Sequence[Candidate]) -> list[float]:
        """Return the scores."""
        return [candidate.score for candidate in ranked]

    def threshold(self, risk: float) -> float:
        """Return the settings' threshold, whatever the risk."""
        return self._settings.min_answerability


def features_of(profile: Profile, ranked: Sequence[Candidate], checker: Checker) -> list[dict[str, float]]:
    """Return the features of the candidates, in the order given; log-odds and shares in [0, 1].

    Args:
        ranked: best first; a candidate's lead is over the best one that gives another answer.
    """
    answers = [candidate.answer_text or "" for candidate in ranked]
    verifier = JoinedVerifier(checker)
    claims = [(f"{profile.text} {answer}", c.window().text) for answer, c in zip(answers, ranked, strict=True)]
    judged = checker.judge(claims) if claims else []
    made = []
    for candidate, answer, judgement in zip(ranked, answers, judged, strict=True):
        others = [c.probability for c, other in zip(ranked, answers, strict=True) if not _alike(answer, other)]
        own = [p for start, _, p in judgement.faults if start > len(profile.text)]
        about = candidate.about
        said, findings = _said(profile, answer, candidate, verifier)
        made.append(
            {
                "reading": log_odds(candidate.probability),
                "span": log_odds(candidate.certainty),
                "lead": log_odds(candidate.probability) - log_odds(max(others, default=0.0)),
                "names": about.names,
                "date": about.date,
                "coverage": about.coverage,
                "own coverage": about.own_coverage,
                "retrieval": candidate.retrieval,
                "fit": log_odds(judgement.supported),
                "misfit": log_odds(judgement.contradicted),
                "answer fault": log_odds(max(own, default=0.0)),
                "statement": log_odds(judgement.supported) if said is None else said,
                "findings": findings,
                "kind": float(bool(answer) and gives_answer(profile, answer)),
            }
        )
    return made


def _said(profile: Profile, answer: str, candidate: Candidate, verifier: JoinedVerifier) -> tuple[float | None, float]:
    """Return the log-odds of question and answer as a statement, None without one; and 1 where a rule refuses it."""
    statement = statement_of(profile.text, answer) if answer else None
    if statement is None:
        return None, 0.0
    reasons = verifier.reasons(statement, as_evidence([candidate]), question=profile.text)
    return log_odds(verifier.fusion.probability(reasons.features)), float(is_barred(reasons))


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
