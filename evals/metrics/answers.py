"""Was the reaction right, and did the answer say what it must?"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable

from evals.matching import folded, says_all, without_markers
from evals.metrics.base import Contribution, per_case
from evals.scoring import outcome_of, told
from evals.types import SUCCESSES, Result

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = dict.fromkeys(map(ord, string.punctuation + "“”‘’–—…"))


def only_searched(result: Result) -> bool:
    """Return whether nothing was answered because the run only searches: neither an answer nor an error is there."""
    return result.answer is None and result.asked.trace.error is None


@per_case(
    title="Right reaction",
    refusals="An abstention is right where the documents do not answer and wrong elsewhere. An error counts as 0.",
    group="outcomes",
)
def success(result: Result) -> Contribution | None:
    """Share of all cases that ended answered right, with a conflict reported, or rightly abstained. Defined here: it
    joins the answerable and the unanswerable questions, as the total of SQuAD 2.0 does (Rajpurkar et al. 2018).
    """
    return None if only_searched(result) else (float(result.success), 1.0)


@per_case(
    title="Answered right",
    refusals="An abstention counts as 0, and so does an error; cases that must be refused are left out.",
    group="outcomes",
)
def answered_right(result: Result) -> Contribution | None:
    """Share of the answerable cases with a known answer that ended answered right or with the conflict reported.
    Defined here: unlike `answer_match` it asks for a citation and that nothing forbidden is stated.
    """
    if only_searched(result) or not result.case.answerable or not result.case.judged:
        return None
    return float(result.success), 1.0


@per_case(
    title="Errors", refusals="An abstention is no error and counts as 0.", group="outcomes", higher_is_better=False
)
def errors(result: Result) -> Contribution | None:
    """Share of all cases for which asking raised an error. Defined here; an error is never dropped, it is an outcome
    of its own and a failure in every metric that says so.
    """
    return None if only_searched(result) else (float(result.outcome == "error"), 1.0)


@per_case(
    title="Answer match",
    refusals="An abstention counts as 0, and so does an error; cases that must be refused are left out.",
    group="answers",
)
def answer_match(result: Result) -> Contribution | None:
    """Share of the answerable cases with a known answer in which the text, or a side of the conflict that it reports,
    says one spelling of every group as whole words and numbers. This is the string match that ALCE calls correctness
    (Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations").
    """
    case, answer = result.case, result.answer
    if only_searched(result) or not case.answerable or case.answers is None:
        return None
    said = answer is not None and answer.status != "abstained" and says_all(told(answer), case.answers)
    return float(said), 1.0


@per_case(
    title="Token F1",
    refusals="As SQuAD 2.0: an abstention scores 1 where the case must be refused and 0 elsewhere. An error scores 0.",
    group="answers",
    unit="score",
)
def token_f1(result: Result) -> Contribution | None:
    """Mean F1 of the answer's words against the best reference spelling, words normalised as in SQuAD (Rajpurkar et al.
    2016; refusals as in SQuAD 2.0, 2018). The words are the short answer's where the answer has one, else those of the
    whole text, which score low against the spans of such sets. Several groups give the mean over groups. Where no
    answerable case of a run has a reference, only the refusals are left, and the value is the abstention recall.
    """
    return _against_references(result, _f1)


@per_case(
    title="Exact match",
    refusals="As SQuAD 2.0: an abstention scores 1 where the case must be refused and 0 elsewhere. An error scores 0.",
    group="answers",
    unit="score",
)
def exact_match(result: Result) -> Contribution | None:
    """Mean of whether the answer is a reference spelling and nothing else, after SQuAD's normalisation (Rajpurkar et
    al. 2016; refusals as in SQuAD 2.0, 2018). What is compared is the short answer where the answer has one, else the
    whole text, which is hardly ever a reference. Several groups give the mean over groups. Where no answerable case of
    a run has a reference, only the refusals are left, and the value is the abstention recall.
    """
    return _against_references(result, lambda said, wanted: float(normalised(said) == normalised(wanted)))


@per_case(
    title="Known without documents",
    refusals="What the product refused does not matter here: the model is asked alone, and not saying it counts as 0.",
    group="answers",
    neutral=True,
)
def closed_book_match(result: Result) -> Contribution | None:
    """Share of the cases tried in which the model, asked without any evidence, says one spelling of every group: what
    it may know by heart, as in the closed-book runs of Roberts et al. 2020 ("How Much Knowledge Can You Pack Into the
    Parameters of a Language Model?"). By default only failed cases are tried (`--diagnose failures`): the value is then
    over those and no estimate for all cases. Neither good nor bad by itself.
    """
    case, written = result.case, result.asked.closed_book
    if written is None or not case.answerable or case.answers is None:
        return None
    return float(says_all(written, case.answers)), 1.0


@per_case(
    title="Right from gold evidence",
    refusals="An abstention in spite of the gold evidence counts as 0, and so does an error.",
    group="answers",
)
def gold_evidence_right(result: Result) -> Contribution | None:
    """Share of the cases tried with their gold evidence alone that end with the right reaction: what reading and
    checking reach when retrieval is perfect, the oracle setting of ALCE (Gao et al. 2023). By default only failed cases
    are tried (`--diagnose failures`): the value is then over those and no estimate for all cases.
    """
    alone = result.asked.with_gold
    if alone is None or not result.case.judged:
        return None
    return float(outcome_of(result.case, alone) in SUCCESSES), 1.0


def normalised(text: str) -> str:
    """Return the text as SQuAD compares it: lower case, no punctuation, no articles, single spaces."""
    return " ".join(_ARTICLES.sub(" ", folded(text).translate(_PUNCTUATION)).split())


def _against_references(result: Result, compare: Callable[[str, str], float]) -> Contribution | None:
    case, answer = result.case, result.answer
    if only_searched(result) or not case.judged:
        return None
    if answer is None:
        return 0.0, 1.0
    if case.expect == "abstain" or answer.status == "abstained":
        return float(case.expect == "abstain" and answer.status == "abstained"), 1.0
    groups = [group for group in case.answers or () if group]
    if not groups:
        return None
    text = answer.short_answer.of(answer.text) if answer.short_answer else without_markers(answer.text)
    return sum(max(compare(text, spelling) for spelling in group) for group in groups) / len(groups), 1.0


def _f1(said: str, wanted: str) -> float:
    """Return the harmonic mean of precision and recall over words, each counted as often as it stands."""
    left, right = normalised(said).split(), normalised(wanted).split()
    shared = sum((Counter(left) & Counter(right)).values())
    if not shared:
        return float(left == right)
    return 2 * shared / (len(left) + len(right))
