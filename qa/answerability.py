"""How sure an answer is once the language model was asked, of the sentence it rests on: does this text say so?

A model of 1.5 billion parameters that is asked "yes or no" after a few worked examples tells a text that answers from
one that nearly does. On questions of the kind that the small network was trained on it is worse than the network, on
others far better (`docs/abstention.md`). The log-odds of its "Yes" over its "No" are joined with the confidence
(`qa.confidence`) by a logistic of two features, with thresholds of its own (`python -m training.answerability`). It
takes about two seconds a sentence, so it is asked late, of a sentence that an answer would rest on, and not where it
could change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol, TypeAlias, runtime_checkable

from qa.abstention import Thresholds
from qa.analysis import Profile
from qa.answers import says_unknown
from qa.checker import NAME, WEIGHTS, Logistic, log_odds, logistic_fields, reading_card
from qa.config import Settings
from qa.engine import Prompt
from qa.evidence import CELLS, Candidate, first_row, points_back, with_lead
from qa.types import Turn
from qa.writers import issuer_of, letterhead_of

FEATURES = ("confidence", "asked")
BOUND = 6.0  # log-odds beyond it are as good as certain
HOPELESS = 0.02  # a confidence below it is not asked about
DENIED = -0.5  # log-odds of a Yes below which a side of a disagreement is left out,
LEAST_OF_A_SIDE = 0.23  # and the figure of both below which it is
_NAMED_CELLS = re.compile(r"^[A-Z][\w \-]{0,40}: [^;]+; [A-Z][\w \-]{0,40}: ")  # "Measure: Sell the pool; Votes for: 6"
MOST_BEFORE = 60  # words of the sentence before a candidate that the model is shown too
ASKED = 2  # so many candidates of an answer are asked about at most
USUAL_RISK = 0.1  # the risk where the user set none and the model is asked
SYSTEM = (
    "You check whether a text answers a question. Answer Yes only if the text states exactly what is asked: the same "
    "person, thing, place, time and relation. If it is about something else, or a detail of the question is changed, "
    "or the answer must be guessed, answer No."
)
_MILL = "The Norbury mill was built in 1911 by Karl Holm. It employed 300 people before it closed in 1987."
_BRIDGE = "Mayor Ana Tarn opened the bridge in May, while the engineer Lise Holm had designed it."
_UNKNOWN = " (The answer may be that it is not known or not disclosed.)"  # asked of a sentence that says so
_EXAMPLES = (
    (_MILL, "When did the Norbury mill close?", "Yes"),
    (_MILL, "When was the Norbury mill sold?", "No"),
    (_BRIDGE, "Which mayor designed the bridge?", "No"),
    (_BRIDGE, "Who designed the bridge?", "Yes"),
)


@runtime_checkable
class YesNoModel(Protocol):
    """A language model whose likelihoods can be read."""

    @property
    def name(self) -> str: ...

    def warm(self, prefix: Prompt) -> None:
        """Read `prefix` ahead of time."""
        ...

    def yes_odds(self, prompt: Prompt) -> float:
        """Return log P("Yes") - log P("No") of the reply's first token."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights(Logistic):
    """A logistic over `FEATURES`, log-odds both, and the thresholds that its figure was calibrated to."""

    model: str  # the language model whose word was weighed
    thresholds: Thresholds

    @classmethod
    def read(cls, path: Path) -> Weights:
        """Return the weights of a card.

        Raises:
            ModelMissing: there is no card.
            ModelCorrupt: it holds no weights of the features known here.
        """
        with reading_card(path) as card:
            raw = card["answerability"]
            fields = logistic_fields(raw, FEATURES, path)
            return cls(**fields, model=str(raw["model"]), thresholds=Thresholds.of(raw["thresholds"]))

    def joined(self, confidence: float, asked: float) -> float:
        """Return the probability that an answer is right, from its confidence and the model's word."""
        return self.probability(features_of(confidence, asked))


def features_of(confidence: float, asked: float) -> dict[str, float]:
    """Return `FEATURES` of a confidence and of what the model says, log-odds both."""
    return {"confidence": log_odds(confidence), "asked": max(-BOUND, min(asked, BOUND))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Floors:
    """The figures from which on an answer is shown."""

    shown: float
    quoted: float  # the best sentence, where no draft is left
    refused: float  # the same, where the model says that the documents do not answer, or what it wrote is refused

    @classmethod
    def of(cls, threshold: Callable[[float], float], settings: Settings, *, usual: float) -> Floors:
        """Return the floors of some settings.

        Args:
            threshold: the figure from which on a share of all questions in (0, 1) at most gets a wrong answer.
            usual: the risk where the settings name none.
        """
        risk = usual if settings.risk is None else settings.risk
        quoted, refused = (threshold(min(risk, other)) for other in (settings.quote_risk, settings.refused_risk))
        return cls(shown=threshold(risk), quoted=quoted, refused=refused)


Share: TypeAlias = Callable[[Candidate], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surety:
    """How sure the answer that rests on a candidate is, and how sure it has to be to be shown.

    Args:
        floors: the figures from which on an answer is shown.
        of: the figure of a candidate; may take seconds.
        at_most: what that figure can be at most; takes none.
        denies: whether a candidate is too unlikely to answer to be a side of a disagreement; may take seconds.
        most: so many candidates of one answer are looked at; None: all.
    """

    floors: Floors
    of: Callable[[Candidate], float] = field(default=lambda candidate: candidate.confidence)
    at_most: Callable[[Candidate], float] = field(default=lambda candidate: candidate.confidence)
    denies: Callable[[Candidate], bool] = field(default=lambda candidate: False)
    most: int | None = None

    def surest(self, candidates: Iterable[Candidate], share: Share = lambda candidate: 1.0) -> list[Candidate]:
        """Return the candidates that are worth a look, the surest first, each text once, at most `most`."""
        found: dict[str, Candidate] = {}
        for candidate in sorted(candidates, key=lambda each: -share(each) * self.at_most(each)):
            found.setdefault(text_of(candidate), candidate)
        return list(found.values())[: self.most]

    def reaches(self, candidate: Candidate, floor: float, *, share: float = 1.0) -> bool:
        """Return whether `share` of the figure of a candidate reaches a floor; asks only where that could decide it."""
        return floor <= 0.0 or (share * self.at_most(candidate) >= floor and share * self.of(candidate) >= floor)

    def reached_by_one(self, candidates: Iterable[Candidate], share: Share = lambda candidate: 1.0) -> bool:
        """Return whether the answer of one of the candidates may be shown.

        Args:
            share: what counts of a candidate's figure, in [0, 1].
        """
        return any(self.reaches(each, self.floors.shown, share=share(each)) for each in self.surest(candidates, share))


def asked_surety(profile: Profile, model: YesNoModel, weights: Weights, settings: Settings) -> Surety:
    """Return the surety of one question's candidates; each text is asked about once, when it is first wanted."""
    floors = Floors.of(weights.thresholds.at, settings, usual=USUAL_RISK)
    known: dict[str, float] = {}

    def word_on(candidate: Candidate) -> float:
        text = text_of(candidate)
        if text not in known:
            known[text] = asked_of(model, profile, candidate)
        return known[text]

    def both(candidate: Candidate) -> float:
        return weights.joined(candidate.confidence, word_on(candidate))

    def of(candidate: Candidate) -> float:
        return at_most(candidate) if at_most(candidate) < floors.shown else both(candidate)

    def denies(candidate: Candidate) -> bool:
        unlikely = at_most(candidate) < LEAST_OF_A_SIDE
        return unlikely or word_on(candidate) < DENIED or both(candidate) < LEAST_OF_A_SIDE

    def at_most(candidate: Candidate) -> float:
        return 0.0 if candidate.confidence < HOPELESS else weights.joined(candidate.confidence, BOUND)

    return Surety(floors=floors, of=of, at_most=at_most, denies=denies, most=ASKED)


def asked_of(model: YesNoModel, profile: Profile, candidate: Candidate) -> float:
    """Return the log-odds of the model's Yes that a candidate answers a question."""
    model.warm(fixed_prefix())  # from one state each time, so that what was asked before does not move the last digits
    return model.yes_odds(prompt_for(profile.text, candidate))


def prompt_for(question: str, candidate: Candidate) -> Prompt:
    """Return the prompt: the fixed part first, then the candidate's sentence and the question.

    That something is not disclosed is an answer too; without a word on it the model takes it for none.
    """
    asked_of = candidate.asked or question
    told = f"{asked_of}{_UNKNOWN}" if says_unknown(candidate.sentence.text) else asked_of
    asked = Turn(role="user", content=_user(text_of(candidate), told))
    return Prompt(system=SYSTEM, turns=(*fixed_prefix().turns, asked))


def fixed_prefix() -> Prompt:
    """Return the part that every prompt begins with, for filling a model's cache."""
    turns: list[Turn] = []
    for text, question, reply in _EXAMPLES:
        turns += [Turn(role="user", content=_user(text, question)), Turn(role="assistant", content=reply)]
    return Prompt(system=SYSTEM, turns=tuple(turns))


def text_of(candidate: Candidate) -> str:
    """Return what the model is shown of a candidate: whose words, title and date, the sentence before it, and it.

    Without a title the article's first sentence heads it, where the candidate points back.
    """
    article = candidate.article
    when = f"{article.date.value:%B %-d, %Y}" if article.date else ""
    opening = "" if article.title else _opening(candidate)
    before = _before(candidate)
    issuer = issuer_of(article) or ""
    speaks = ("" if issuer in (opening, before) else issuer, letterhead_of(article, candidate.sentence.text))
    title = ", ".join(part for part in ((article.title or opening).rstrip("."), when) if part)
    heading = ". ".join(part for part in (*speaks, title) if part)
    window = with_lead(candidate.lead.text if candidate.lead else None, candidate.sentence.text)
    told = f"{before} {window}" if before != opening else window
    return " ".join(f"{heading}. {told}".split()).removeprefix(". ")


def _before(candidate: Candidate) -> str:
    """Return the sentence that stands before a candidate in its article; nothing where it is first or long.

    Of a row of a table it is the first row, which names the columns; nothing where each row names them.
    """
    if _NAMED_CELLS.match(candidate.sentence.text):
        return ""
    if CELLS in candidate.sentence.text:
        head = None if candidate.lead else first_row(candidate.article, candidate.position)
        return f"{head.text}." if head else ""
    start = candidate.window().start
    last = next((each.text for each in reversed(candidate.article.sentences) if each.end <= start), "")
    return last if len(last.split()) <= MOST_BEFORE else ""


def _opening(candidate: Candidate) -> str:
    """Return the first sentence of an article without a title, where the candidate points back to what it is about."""
    window = candidate.window()
    first = candidate.article.sentences[0]
    return first.text if points_back(window.text) and first.end <= window.start else ""


def _user(text: str, question: str) -> str:
    return f"Text: {text}\n\nQuestion: {question}"


@cache
def packaged_weights() -> Weights:
    """Return the weights of the package."""
    return Weights.read(WEIGHTS / f"{NAME}.json")
