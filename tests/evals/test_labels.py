"""A person labels a few claims, and a run's faithfulness is corrected by them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest

from evals.errors import JudgeError, SuiteError
from evals.labels import COLUMNS, HumanLabel, corrected, corrected_as_text, labelling_sheet, read_labels
from evals.types import Asked, Case, JudgedClaim, Report, Result, Times, Trace
from qa.types import Answer, Citation
from tests.evals.made import MANIFEST


def answer(quotes: Sequence[str]) -> Answer:
    return Answer(
        question="and then?",
        standalone_question="What did the mill do then?",
        status="answered",
        text="",
        reason=None,
        claims=(),
        citations=tuple(
            Citation(number=number, source="a.txt", article=None, date=None, quote=quote, start=0, end=len(quote))
            for number, quote in enumerate(quotes, start=1)
        ),
        conflicts=(),
        model="scripted",
        index_fingerprint="",
    )


def result(case: str, *claims: tuple[str, bool], judge_error: str | None = None) -> Result:
    return Result(
        case=Case(id=case, question="and then?", expect="answer"),
        asked=Asked(trace=Trace(answer=answer(["It burned.", "It was\nold."])), times=Times()),
        outcome="answered right",
        claims=tuple(
            JudgedClaim(
                text=text,
                citations=(1, 2),
                label="supported" if supported else "contradicted",
                probability=0.9 if supported else 0.1,
                reason="a reason",
            )
            for text, supported in claims
        ),
        judge_error=judge_error,
    )


def report(*results: Result) -> Report:
    return Report(manifest=MANIFEST, results=results, estimates=())


def many(n: int) -> Report:
    """Cases of two claims; the judge supports the first of each, and every other second."""
    return report(*(result(f"c{i}", (f"Mill {i} burned.", True), (f"Mill {i} sank.", i % 2 == 0)) for i in range(n)))


def lines_of(sheet: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(sheet)))


def filled(sheet: str, say: str = "yes") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(line | {"supported": say} for line in lines_of(sheet))
    return text.getvalue()


# --- the sheet --------------------------------------------------------------------------------------------------------


def test_a_sheet_shows_question_claim_and_cited_words_and_not_the_verdict() -> None:
    sheet = labelling_sheet(report(result("c1", ("The mill burned.", False))), n=5, seed=0)
    assert lines_of(sheet) == [
        {
            "case": "c1",
            "claim number": "1",
            "question": "What did the mill do then?",
            "claim": "The mill burned.",
            "cited words": "[1] It burned.\n[2] It was\nold.",
            "supported": "",
        }
    ]
    assert "contradicted" not in sheet
    assert "a reason" not in sheet


def test_the_draw_does_not_depend_on_verdicts_and_another_seed_draws_others() -> None:
    run = many(30)
    flipped = report(
        *(result(r.case.id, *((claim.text, not claim.supported) for claim in r.claims)) for r in run.results)
    )
    sheet = labelling_sheet(run, n=10, seed=1)
    assert labelling_sheet(flipped, n=10, seed=1) == sheet
    assert labelling_sheet(run, n=10, seed=2) != sheet
    assert len(lines_of(sheet)) == 10


def test_the_first_rows_of_a_longer_sheet_are_the_shorter_sheet() -> None:
    run = many(30)
    assert labelling_sheet(run, n=20, seed=0).startswith(labelling_sheet(run, n=5, seed=0))


def test_cases_on_which_the_judge_failed_are_not_drawn() -> None:
    run = report(result("c1", ("It burned.", True)), result("c2", ("It sank.", True), judge_error="broken"))
    assert [line["case"] for line in lines_of(labelling_sheet(run, n=5, seed=0))] == ["c1"]


def test_a_run_without_claims_has_nothing_to_label() -> None:
    with pytest.raises(JudgeError, match="no judged claim to label"):
        labelling_sheet(report(result("c1")), n=5, seed=0)


def test_no_cell_is_a_formula_to_a_spreadsheet_and_labels_find_their_case_all_the_same() -> None:
    run = report(result("=c1", ("=HYPERLINK(1)", True)), result("c2", ("- It burned.", True)))
    sheet = labelling_sheet(run, n=5, seed=0)
    assert not [cell for line in lines_of(sheet) for cell in line.values() if cell.startswith(("=", "-"))]
    assert read_labels(filled(sheet)) == {
        ("=c1", 1): HumanLabel(claim="=HYPERLINK(1)", supported=True),
        ("c2", 1): HumanLabel(claim="- It burned.", supported=True),
    }


# --- labels -----------------------------------------------------------------------------------------------------------

HEAD = ",".join(COLUMNS) + "\n"


@pytest.mark.parametrize(
    ("word", "supported"), [("yes", True), (" Y ", True), ("1", True), ("No", False), ("0", False)]
)
def test_a_label_may_be_spelt_in_several_ways(word: str, supported: bool) -> None:
    labels = read_labels(f"{HEAD}c1,2,q,It burned.,words,{word}\n")
    assert labels == {("c1", 2): HumanLabel(claim="It burned.", supported=supported)}


def test_rows_without_a_label_are_left_out() -> None:
    labels = read_labels(f"{HEAD}c1,1,q,It burned.,words,\nc1,2,q,It sank.,words,no\n")
    assert list(labels) == [("c1", 2)]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_sheet_that_a_spreadsheet_saved_is_read(delimiter: str) -> None:
    lines = [delimiter.join(COLUMNS), delimiter.join(["c1", "1", "q", "It burned, they say.", "words", "yes"])]
    labels = read_labels("\ufeff" + "\r\n".join(lines) + "\r\n")
    assert labels == {("c1", 1): HumanLabel(claim="It burned, they say.", supported=True)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "sheet.csv has no column 'case'; give the CSV that `onrecord eval label` printed"),
        ("case,claim\nc1,x\n", "sheet.csv has no column 'claim number'; give the CSV that"),
        (
            f"{HEAD}c1,1,q,It burned.,words,maybe\n",
            "sheet.csv, row 2: 'maybe' in the column supported; expected yes or no",
        ),
        (f"{HEAD}c1,one,q,It burned.,words,yes\n", "sheet.csv, row 2: 'one' is no claim number"),
        (f"{HEAD}c1,1,q,It.,w,yes\nc1,1,q,It.,w,no\n", "sheet.csv, row 3: claim 1 of c1 stands there twice"),
        (f"{HEAD}c1,1,q,It burned.,words,\n", "sheet.csv holds no label; write yes or no in its last column"),
        (HEAD, "sheet.csv holds no label"),
    ],
)
def test_a_sheet_out_of_shape_is_said_in_one_line(text: str, message: str) -> None:
    with pytest.raises(SuiteError) as failed:
        read_labels(text, "sheet.csv")
    assert str(failed.value).startswith(message)
    assert "\n" not in str(failed.value)


# --- the correction ---------------------------------------------------------------------------------------------------


def test_labels_that_agree_with_the_judge_leave_its_rate() -> None:
    run = many(40)
    labels = {
        (r.key, number): HumanLabel(claim=claim.text, supported=claim.supported)
        for r in run.results[:20]
        for number, claim in enumerate(r.claims, start=1)
    }
    found = corrected(run, labels)
    assert (found.rate.naive, found.rate.classical, found.agreement) == (0.75, 0.75, 1.0)
    assert found.rate.value == pytest.approx(0.75)
    assert (found.rate.judged, found.rate.labelled) == (40, 40)


def test_a_judge_that_lets_everything_through_is_corrected_downwards() -> None:
    run = report(*(result(f"c{i}", (f"Mill {i} burned.", True)) for i in range(60)))
    labels = {(f"c{i}", 1): HumanLabel(claim=f"Mill {i} burned.", supported=i % 2 == 0) for i in range(20)}
    found = corrected(run, labels)
    assert (found.rate.naive, found.rate.value, found.agreement) == (1.0, 0.5, 0.5)
    assert 0.2 < found.rate.interval.low < 0.5 < found.rate.interval.high < 0.8


def test_labels_of_another_run_are_noticed() -> None:
    labels = {("c0", 1): HumanLabel(claim="A boat sank.", supported=True)}
    with pytest.raises(JudgeError, match=r"claim 1 of c0 is 'Mill 0 burned\.' in this run and 'A boat sank\.'"):
        corrected(many(3), labels)
    with pytest.raises(JudgeError, match="the run has no claim 3 of a case 'c0'"):
        corrected(many(3), {("c0", 3): HumanLabel(claim="Mill 0 burned.", supported=True)})


def test_a_single_label_is_too_few() -> None:
    with pytest.raises(JudgeError, match="labels of 1 claims; expected two or more"):
        corrected(many(3), {("c0", 1): HumanLabel(claim="Mill 0 burned.", supported=True)})


def test_a_filled_in_sheet_corrects_the_run_that_it_was_made_of() -> None:
    run = many(30)
    text = corrected_as_text(corrected(run, read_labels(filled(labelling_sheet(run, n=20, seed=0)))))
    lines = text.splitlines()
    assert lines[0].split() == ["share", "of", "claims", "supported", "value", "95", "%", "interval", "claims"]
    assert lines[1].startswith("as the judge says                    0.750  ")
    assert lines[2].startswith("by your labels alone                 1.000  ")
    assert lines[-1].startswith("judge and labels agree on ")
    assert lines[-1].endswith(" of 20 labelled claims")
