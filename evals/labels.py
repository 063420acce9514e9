"""A small slice labelled by a person corrects a run's faithfulness for the judge's errors.

The sheet shows what a reader sees and never what the judge said, so that the labels are independent of it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from evals.errors import JudgeError, SuiteError
from evals.matching import folded
from evals.statistics import Corrected, prediction_powered
from evals.types import Interval, JudgedClaim, Report, Result
from qa.terminal import printable, table

COLUMNS = ("case", "claim number", "question", "claim", "cited words", "supported")
_YES = frozenset({"yes", "y", "true", "1", "x", "supported"})
_NO = frozenset({"no", "n", "false", "0", "not supported", "unsupported"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet would compute

Key = tuple[str, int]  # a result's key, and the claim's number in its answer, from 1


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanLabel:
    """What a person says of a claim, and the claim's words, so that labels of another run are noticed."""

    claim: str
    supported: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A run's faithfulness three times (by the judge, by the labels alone, by both), and how far the two agree."""

    rate: Corrected
    agreement: float  # share of the labelled claims on which judge and person agree


@dataclass(frozen=True, slots=True, kw_only=True)
class _Numbered:
    result: Result
    number: int
    claim: JudgedClaim

    @property
    def key(self) -> Key:
        return self.result.key, self.number


def _claims(report: Report) -> list[_Numbered]:
    """Return every judged claim of a run, in order."""
    return [
        _Numbered(result=result, number=number, claim=claim)
        for result in report.results
        if result.judge_error is None
        for number, claim in enumerate(result.claims, start=1)
    ]


# --- the sheet --------------------------------------------------------------------------------------------------------


def labelling_sheet(report: Report, *, n: int, seed: int) -> str:
    """Return a CSV of `n` claims drawn evenly, whatever their verdict, with an empty last column to fill in.

    They stand in the order of the draw: whoever stops half-way has labelled a fair sample too.

    Raises:
        JudgeError: the run has no judged claim.
    """
    claims = _claims(report)
    if not claims:
        raise JudgeError("the run holds no judged claim to label; expected answers; run a suite that is answered first")
    drawn = sorted(claims, key=lambda claim: _draw(claim.key, seed))[:n]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in drawn:
        cells = (each.result.key, str(each.number), _question(each.result), each.claim.text, _cited(each), "")
        writer.writerow([_harmless(cell) for cell in cells])
    return text.getvalue()


def _draw(key: Key, seed: int) -> bytes:
    return sha256(f"{seed}\0{key[0]}\0{key[1]}".encode()).digest()


def _question(result: Result) -> str:
    answer = result.answer
    return answer.standalone_question if answer is not None else result.case.question


def _cited(each: _Numbered) -> str:
    answer = each.result.answer
    quotes = {citation.number: citation.quote for citation in answer.citations} if answer is not None else {}
    words = [f"[{number}] {quotes[number]}" for number in each.claim.citations if number in quotes]
    return "\n".join(words) or "(nothing)"


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _as_written(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def read_labels(text: str, name: str = "the sheet") -> dict[Key, HumanLabel]:
    """Return the labels of a filled-in sheet, also as a spreadsheet saves it; rows without a label are left out.

    Args:
        name: what messages call the sheet.

    Raises:
        SuiteError: it is no such sheet, a label is neither yes nor no, or nothing is filled in.
    """
    lines = _lines(text, name)
    labels: dict[Key, HumanLabel] = {}
    for number, line in enumerate(lines, start=2):
        label = " ".join((line["supported"] or "").lower().split())
        if not label:
            continue
        if label not in _YES | _NO:
            raise SuiteError(f"{name}, row {number}: {label[:40]!r} in the column supported; expected yes or no")
        if not line["claim number"].strip().isdecimal():
            raise SuiteError(f"{name}, row {number}: {line['claim number']!r} is no claim number; leave it as it was")
        key = (_as_written(line["case"]), int(line["claim number"]))
        if key in labels:
            raise SuiteError(f"{name}, row {number}: claim {key[1]} of {key[0]} stands there twice; delete one row")
        labels[key] = HumanLabel(claim=_as_written(line["claim"]), supported=label in _YES)
    if not labels:
        raise SuiteError(f"{name} holds no label; write yes or no in its last column, supported")
    return labels


def _lines(text: str, name: str) -> list[dict[str, str]]:
    text = text.removeprefix("\ufeff")
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restval="", restkey="rest")
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise SuiteError(f"{name} has no column {missing[0]!r}; give the CSV that `onrecord eval label` printed")
        return list(reader)
    except csv.Error as error:
        raise SuiteError(f"{name} is no CSV ({error}); save it as CSV") from error


# --- the correction ---------------------------------------------------------------------------------------------------


def corrected(report: Report, labels: Mapping[Key, HumanLabel]) -> Correction:
    """Return a run's faithfulness, corrected by prediction-powered inference (`evals.statistics.prediction_powered`).

    Raises:
        JudgeError: a label is of a claim that the run has not, or there are fewer than two.
    """
    claims = _claims(report)
    known = {each.key: each for each in claims}
    for key, label in labels.items():
        _check_known(key, label, known)
    if len(labels) < 2:
        raise JudgeError(f"there are labels of {len(labels)} claims; expected two or more; label about fifty")
    pairs = [(float(known[key].claim.supported), float(label.supported)) for key, label in labels.items()]
    rest = [float(each.claim.supported) for each in claims if each.key not in labels]
    return Correction(
        rate=prediction_powered(rest, pairs),
        agreement=sum(judged == label for judged, label in pairs) / len(pairs),
    )


def _check_known(key: Key, label: HumanLabel, known: Mapping[Key, _Numbered]) -> None:
    if key not in known:
        raise JudgeError(
            f"the run has no claim {key[1]} of a case {key[0]!r}; give the sheet that was made of this run"
        )
    if folded(known[key].claim.text) != folded(label.claim):
        raise JudgeError(
            f"claim {key[1]} of {key[0]} is {known[key].claim.text[:60]!r} in this run and {label.claim[:60]!r} in the "
            "sheet; give the sheet that was made of this run"
        )


def corrected_as_text(found: Correction) -> str:
    """Return the three shares as a table for a terminal."""
    rate = found.rate
    rows = [
        ("share of claims supported", "value", "95 % interval", "claims"),
        _row("as the judge says", rate.naive, rate.naive_interval, rate.judged + rate.labelled),
        _row("by your labels alone", rate.classical, rate.classical_interval, rate.labelled),
        _row("the judge, corrected by your labels", rate.value, rate.interval, rate.judged + rate.labelled),
    ]
    agreed = f"judge and labels agree on {found.agreement:.0%} of {rate.labelled} labelled claims"
    return printable(f"{table(rows)}\n\n{agreed}")


def _row(title: str, value: float, interval: Interval, n: int) -> tuple[str, str, str, str]:
    return title, f"{value:.3f}", f"{interval.low:.3f} to {interval.high:.3f}", str(n)
