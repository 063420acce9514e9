"""When to be silent: the confidence from which on an answer is shown, with a conformal guarantee. Pure.

Conformal risk control (Angelopoulos, Bates, Fisch, Lei & Schuster 2024, "Conformal Risk Control"): with questions that
were asked and judged before, the threshold is the lowest at which the share of all questions that get a wrong answer is
at most `risk`, counting one more wrong answer than was seen. For a new question drawn like those, the chance of a wrong
answer is then at most `risk`. What it does not promise is in `docs/abstention.md`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isinf

USUAL_RISK = 0.15  # where the user set none


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question of the calibration: how sure its answer was, and whether showing it would have been wrong."""

    confidence: float
    wrong: bool


def threshold_for(asked: Sequence[Asked], risk: float) -> float:
    """Return the lowest confidence from which on answers may be shown; infinity where none may.

    Args:
        asked: the calibration's questions, those without any answer with a confidence of 0.
        risk: the share of all questions that may get a wrong answer, in (0, 1).

    Raises:
        ValueError: there is no question, or the risk is not in (0, 1).
    """
    if not asked:
        raise ValueError("a threshold needs questions that were asked and judged; give at least one")
    if not 0.0 < risk < 1.0:
        raise ValueError(f"the risk is {risk}; expected a share between 0 and 1")
    allowed = risk * (len(asked) + 1) - 1  # wrong answers that may be shown among those seen
    lowest, wrong = inf, 0
    ordered = sorted(asked, key=lambda each: -each.confidence)
    for place, each in enumerate(ordered):
        wrong += each.wrong
        if wrong > allowed:
            break
        if place + 1 == len(ordered) or ordered[place + 1].confidence < each.confidence:
            lowest = each.confidence  # equal confidences are shown or held back together
    return lowest


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Thresholds for a few risks, as a card keeps them; both ascending in risk."""

    risks: tuple[float, ...]
    confidences: tuple[float, ...]

    @classmethod
    def of(cls, raw: Mapping[str, float]) -> Thresholds:
        """Return the thresholds that a card keeps by risk."""
        pairs = sorted((float(risk), float(value)) for risk, value in raw.items())
        return cls(risks=tuple(risk for risk, _ in pairs), confidences=tuple(value for _, value in pairs))

    def kept(self) -> dict[str, float]:
        """Return what a card keeps of them: the thresholds that something reaches, by risk."""
        pairs = zip(self.risks, self.confidences, strict=True)
        return {str(risk): round(value, 4) for risk, value in pairs if not isinf(value)}

    def at(self, risk: float) -> float:
        """Return the threshold of the largest risk kept that is no larger than `risk`: never a laxer one.

        Infinity where the risk is smaller than all that are kept.
        """
        place = bisect_left(self.risks, risk + 1e-9) - 1
        return self.confidences[place] if place >= 0 else inf


def thresholds_of(asked: Sequence[Asked], risks: Sequence[float]) -> Thresholds:
    """Return the thresholds for risks, ascending; raises ValueError like `threshold_for`."""
    return Thresholds(risks=tuple(risks), confidences=tuple(threshold_for(asked, risk) for risk in risks))


@dataclass(frozen=True, slots=True, kw_only=True)
class Selective:
    """What a threshold does to questions. All are shares of all questions, but `selective_risk`."""

    coverage: float  # answered
    risk: float  # answered wrongly
    selective_risk: float | None  # wrong among the answered; None: none is


def selective(asked: Sequence[Asked], threshold: float) -> Selective:
    """Return coverage and risk of a threshold on questions that were asked and judged.

    Raises:
        ValueError: there is no question.
    """
    if not asked:
        raise ValueError("coverage needs questions that were asked and judged; give at least one")
    shown = [each for each in asked if each.confidence >= threshold]
    wrong = sum(each.wrong for each in shown)
    return Selective(
        coverage=len(shown) / len(asked), risk=wrong / len(asked), selective_risk=wrong / len(shown) if shown else None
    )
