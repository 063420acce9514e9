"""A run asks every case once, goes on where it was stopped, and gives the same bytes again."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from evals.ask import CLOSED_BOOK
from evals.cache import Cache
from evals.errors import GateError, RunError
from evals.folder import CASES as CASES_FILE
from evals.folder import LOCK, MANIFEST, RESULTS, TIMES, open_run, read_manifest, write_run
from evals.runner import Options, draw_seed, run
from evals.types import Case, Gate, Report, Suite
from index import Index, PassageInput
from index.config import IndexConfig
from index.embed import HashingEmbedder
from index.types import Span
from qa import Assistant
from qa.config import Settings
from qa.engine import ScriptedModel
from qa.ranker import WordOverlapRanker
from qa.verify import RuleVerifier
from tests.evals.norbury import REPLIES, CountingModel

ROOT = Path(__file__).parents[2]
Make = Callable[[], Assistant]


def asked(assistant: Assistant) -> int:
    assert isinstance(assistant.model, CountingModel)
    return assistant.model.asked


def by_id(report: Report) -> dict[str, str]:
    return {result.case.id: result.outcome for result in report.results}


def test_every_case_ends_in_an_outcome(suite: Suite, fresh_assistant: Make) -> None:
    report = run(suite, fresh_assistant())

    assert by_id(report) == {
        "hurt": "answered right",
        "built": "answered right",
        "wanted": "answered wrong",
        "tarsk": "rightly abstained",
        "own": "answered right",
    }
    assert report.estimate("answered_right").value == pytest.approx(3 / 4)


def test_citations_are_checked_against_the_file_itself(suite: Suite, fresh_assistant: Make) -> None:
    report = run(suite, fresh_assistant())
    hurt = report.results[0]
    (checked,) = hurt.asked.trace.checked

    assert checked.exact
    assert "Norbury mill injured nearly 40 people on Friday. The mill was built" in checked.paragraph
    assert report.estimate("citation_exactness").value == 1.0


def test_a_failed_case_is_asked_again_of_its_gold_evidence_and_from_memory(suite: Suite, fresh_assistant: Make) -> None:
    report = run(suite, fresh_assistant())
    wanted, hurt = report.results[2], report.results[0]

    assert wanted.asked.with_gold is not None
    assert {hit.source for hit in wanted.asked.with_gold.hits} == {"council.txt"}
    assert wanted.asked.closed_book == "The Norbury council has 400 members [1]."
    assert hurt.asked.with_gold is None
    assert hurt.asked.closed_book is None


@pytest.mark.parametrize(("diagnose", "tried"), [("none", 0), ("failures", 1), ("all", 4)])
def test_how_many_cases_are_diagnosed_is_said_by_the_option(
    suite: Suite, fresh_assistant: Make, diagnose: str, tried: int
) -> None:
    report = run(suite, fresh_assistant(), options=Options(diagnose=diagnose))  # type: ignore[arg-type]

    assert sum(result.asked.closed_book is not None for result in report.results) == tried


def test_a_run_is_read_back_as_it_was_written(suite: Suite, fresh_assistant: Make, tmp_path: Path) -> None:
    report = run(suite, fresh_assistant(), out=tmp_path / "run")

    assert open_run(tmp_path / "run") == report


def test_a_short_answer_is_read_back_and_a_run_from_before_there_were_any_is_too(
    suite: Suite, fresh_assistant: Make, tmp_path: Path
) -> None:
    report = run(suite, fresh_assistant())
    answered = next(result for result in report.results if result.answer and result.answer.claims)
    assert answered.answer is not None
    place = answered.answer.claims[0]
    short = replace(answered.answer, short_answer=Span(start=place.start + 1, end=place.end))
    marked = replace(answered, asked=replace(answered.asked, trace=replace(answered.asked.trace, answer=short)))
    results = tuple(marked if result is answered else result for result in report.results)
    write_run(replace(report, results=results), tmp_path / "run")

    assert open_run(tmp_path / "run").results == results
    cases = tmp_path / "run" / CASES_FILE
    without = re.sub(r'"short_answer":(?:null|\{[^}]*\}),', "", cases.read_text(encoding="utf-8"))
    assert "short_answer" not in without
    cases.write_text(without, encoding="utf-8")
    assert open_run(tmp_path / "run").results == report.results


def test_a_rerun_asks_nothing_and_writes_the_same_bytes(suite: Suite, fresh_assistant: Make, tmp_path: Path) -> None:
    with Cache(tmp_path / "answers.sqlite") as cache:
        run(suite, fresh_assistant(), out=tmp_path / "first", cache=cache)
        second = fresh_assistant()
        run(suite, second, out=tmp_path / "second", cache=cache)

    assert asked(second) == 0
    for name in (CASES_FILE, TIMES, RESULTS):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_the_same_folder_again_asks_nothing_even_without_a_cache(
    suite: Suite, fresh_assistant: Make, tmp_path: Path
) -> None:
    first = run(suite, fresh_assistant(), out=tmp_path / "run")
    again = fresh_assistant()
    second = run(suite, again, out=tmp_path / "run")

    assert asked(again) == 0
    assert second.results == first.results


@pytest.mark.parametrize("cut", [1, 40, -1, -200])
def test_a_run_cut_off_anywhere_goes_on_to_the_same_bytes(
    suite: Suite, fresh_assistant: Make, tmp_path: Path, cut: int
) -> None:
    out = tmp_path / "run"
    run(suite, fresh_assistant(), out=out)
    whole = (out / CASES_FILE).read_bytes()
    (out / CASES_FILE).write_bytes(whole[:cut])
    (out / RESULTS).unlink()

    run(suite, fresh_assistant(), out=out)

    assert (out / CASES_FILE).read_bytes() == whole
    assert len((out / TIMES).read_bytes().splitlines()) == len(suite.cases)


SLOW_RUN = """
import sys, time
from pathlib import Path
from evals.runner import run
from evals.types import Case, Suite
from index import Index
from index.embed import HashingEmbedder
from qa import Assistant
from qa.engine import ScriptedModel
from qa.ranker import WordOverlapRanker
from qa.verify import RuleVerifier

class Slow(ScriptedModel):
    def stream(self, prompt, **options):
        time.sleep(0.05)
        yield from super().stream(prompt, **options)

cases = tuple(Case(id=f"c{n}", question=f"How many members has the Norbury council in year {n}?", expect="answer",
                   answers=(("21",),)) for n in range(30))
suite = Suite(name="slow", cases=cases, documents=(Path(sys.argv[1]),))
with Index.of_passages((), embedder=HashingEmbedder()) as empty:
    model = Slow({"": "The Norbury council has 21 members [1]."})
    run(suite, Assistant(empty, model=model, ranker=WordOverlapRanker()), out=Path(sys.argv[2]))
"""


def test_kill_in_the_middle_then_resume_gives_the_bytes_of_a_run_that_was_never_stopped(
    corpus: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", textwrap.dedent(SLOW_RUN), str(corpus)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([*command, str(tmp_path / "whole")], env=environment, check=True)
    killed = subprocess.Popen([*command, str(tmp_path / "killed")], env=environment)
    rows = tmp_path / "killed" / CASES_FILE
    deadline = time.monotonic() + 60
    while not (rows.exists() and rows.read_bytes().count(b"\n") >= 5) and time.monotonic() < deadline:
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    assert 5 <= rows.read_bytes().count(b"\n") < 30

    subprocess.run([*command, str(tmp_path / "killed")], env=environment, check=True)

    assert rows.read_bytes() == (tmp_path / "whole" / CASES_FILE).read_bytes()
    assert len(open_run(tmp_path / "killed").results) == 30


def test_another_run_in_the_same_folder_is_refused_by_name(suite: Suite, fresh_assistant: Make, tmp_path: Path) -> None:
    run(suite, fresh_assistant(), out=tmp_path / "run")

    with pytest.raises(RunError, match=r"holds a run with another suite fingerprint, cases; give another"):
        run(replace(suite, cases=suite.cases[:2]), fresh_assistant(), out=tmp_path / "run")


def test_a_folder_with_other_files_is_left_alone(suite: Suite, fresh_assistant: Make, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious", encoding="utf-8")

    with pytest.raises(RunError, match="holds other files and no run"):
        run(suite, fresh_assistant(), out=tmp_path / "mine")

    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_a_damaged_row_is_told_in_one_line(suite: Suite, fresh_assistant: Make, tmp_path: Path) -> None:
    run(suite, fresh_assistant(), out=tmp_path / "run")
    rows = (tmp_path / "run" / CASES_FILE).read_text(encoding="utf-8").splitlines()
    (tmp_path / "run" / CASES_FILE).write_text("\n".join(['{"case": 3}', *rows[1:], ""]), encoding="utf-8")

    with pytest.raises(RunError, match="is damaged"):
        open_run(tmp_path / "run")


def test_a_run_that_was_not_finished_cannot_be_opened(suite: Suite, fresh_assistant: Make, tmp_path: Path) -> None:
    run(suite, fresh_assistant(), out=tmp_path / "run")
    (tmp_path / "run" / RESULTS).unlink()

    with pytest.raises(RunError, match="was not finished; run its command again"):
        open_run(tmp_path / "run")


class Failing(ScriptedModel):
    """Fails on one question and answers the others."""

    fingerprint = "counting"  # its answers are kept as those of the model that does not fail

    def stream(self, prompt, **options):  # type: ignore[no-untyped-def]
        from qa.errors import ModelUnreachable

        if "built" in prompt.turns[-1].content.rpartition("Question:")[2]:
            raise ModelUnreachable("the server is gone; start it again")
        yield from super().stream(prompt, **options)


def test_an_error_is_an_outcome_and_is_asked_again_next_time(
    suite: Suite, fresh_assistant: Make, tmp_path: Path
) -> None:
    with Cache(tmp_path / "answers.sqlite") as cache, Index.of_passages((), embedder=HashingEmbedder()) as empty:
        failing = Assistant(empty, model=Failing(REPLIES), ranker=WordOverlapRanker())
        first = run(suite, failing, cache=cache)
        second = run(suite, fresh_assistant(), cache=cache)

    assert by_id(first)["built"] == "error"
    assert first.results[1].asked.trace.error == "ModelUnreachable: the server is gone; start it again"
    assert first.estimate("errors").value == pytest.approx(1 / 5)
    assert first.estimate("answered_right").value == pytest.approx(2 / 4)
    assert by_id(second)["built"] == "answered right"


def test_repeats_need_a_model_that_samples(suite: Suite, fresh_assistant: Make) -> None:
    with pytest.raises(RunError, match="at temperature 0 every one is the same"):
        run(suite, fresh_assistant(), options=Options(repeats=3))


class Drawing(ScriptedModel):
    """Writes another figure for every seed."""

    def stream(self, prompt, *, seed: int, **options):  # type: ignore[no-untyped-def]
        yield f"The Norbury council has {21 if seed % 2 else 22} members [1]."


def test_repeats_draw_with_seeds_of_their_own(suite: Suite) -> None:
    only = replace(suite, cases=(replace(suite.cases[2], answers=(("21",),)),))
    with Index.of_passages((), embedder=HashingEmbedder()) as empty:
        assistant = Assistant(
            empty, model=Drawing({}), ranker=WordOverlapRanker(), settings=Settings(temperature=0.7, seed=1)
        )
        report = run(only, assistant, options=Options(repeats=3, diagnose="none"))

    assert [result.key for result in report.results] == ["wanted", "wanted#1", "wanted#2"]
    assert [result.asked.trace.draft for result in report.results] == [
        "The Norbury council has 21 members [1].",
        "The Norbury council has 22 members [1].",
        "The Norbury council has 21 members [1].",
    ]
    assert report.estimate("answered_right").clusters == 1


def test_gates_decide_whether_a_run_passes(suite: Suite, fresh_assistant: Make) -> None:
    gates = (Gate(metric="answered_right", at_least=0.7), Gate(metric="answered_right", at_least=0.9))
    report = run(replace(suite, gates=gates), fresh_assistant())

    assert [gate.passed for gate in report.gates] == [True, False]
    assert not report.passed


def test_a_gate_on_a_metric_that_does_not_exist_is_an_error(suite: Suite, fresh_assistant: Make) -> None:
    with pytest.raises(GateError, match="glory"):
        run(replace(suite, gates=(Gate(metric="glory", at_least=0.7),)), fresh_assistant())


def test_documents_given_as_texts_are_indexed_once_for_all_cases(fresh_assistant: Make) -> None:
    passages = (PassageInput(source="mill", text="The mill was built in 1911 by the Aldous family."),)
    case = Case(id="a", question="Who built the mill in 1911?", expect="answer", answers=(("Aldous",),))
    report = run(Suite(name="texts", cases=(case,), passages=passages), fresh_assistant())

    assert by_id(report) == {"a": "answered right"}


def test_a_suite_for_the_search_alone_asks_no_model(suite: Suite, fresh_assistant: Make) -> None:
    assistant = fresh_assistant()
    report = run(replace(suite, retrieval_only=True, cases=suite.cases[:3]), assistant)

    assert asked(assistant) == 0
    assert report.estimate("recall_at_10").value == 1.0
    assert report.estimate("mrr").value is not None
    assert set(by_id(report).values()) == {"answered right"}


def test_the_given_index_is_asked_where_that_is_wanted(suite: Suite) -> None:
    passages = [PassageInput(source="other.txt", text="A fire at the Norbury mill injured nearly 40 people on Friday.")]
    with Index.of_passages(passages, embedder=HashingEmbedder()) as given:
        assistant = Assistant(given, model=CountingModel(), ranker=WordOverlapRanker())
        report = run(replace(suite, cases=suite.cases[:1]), assistant, options=Options(given_index=True))
        assert report.manifest.data_fingerprint == given.fingerprint

    answer = report.results[0].answer
    assert answer is not None
    assert [citation.source for citation in answer.citations] == ["other.txt"]


def test_progress_counts_the_cases(suite: Suite, fresh_assistant: Make) -> None:
    seen: list[tuple[int, int]] = []
    run(suite, fresh_assistant(), progress=lambda name, done, total: seen.append((done, total)))

    assert seen == [(n, 5) for n in range(1, 6)]


def test_a_manifest_names_all_that_decides_the_result(suite: Suite, fresh_assistant: Make, tmp_path: Path) -> None:
    run(suite, fresh_assistant(), out=tmp_path / "run")
    manifest = read_manifest(tmp_path / "run")
    written = json.loads((tmp_path / "run" / MANIFEST).read_text(encoding="utf-8"))

    assert manifest.model == "scripted"
    assert manifest.embedder == "hashing"
    assert manifest.judge == RuleVerifier().name
    assert set(written["volatile"]) >= {"date", "machine", "commit"}


def test_a_changed_question_is_asked_again_and_a_changed_reference_is_not(
    suite: Suite, fresh_assistant: Make, tmp_path: Path
) -> None:
    hurt = suite.cases[0]
    with Cache(tmp_path / "answers.sqlite") as cache:
        options = Options(diagnose="none")
        run(replace(suite, cases=(hurt,)), fresh_assistant(), cache=cache, options=options)
        other = fresh_assistant()
        run(replace(suite, cases=(replace(hurt, answers=(("41",),)),)), other, cache=cache, options=options)
        assert asked(other) == 0
        run(replace(suite, cases=(replace(hurt, question=f"{hurt.question} Say it."),)), other, cache=cache)

    assert asked(other) > 0


def test_a_suite_is_indexed_with_the_settings_of_the_assistants_own_index(suite: Suite) -> None:
    counts = []
    for tokens in (8, 128):
        config = IndexConfig(max_passage_tokens=tokens)
        with Index.of_passages((), embedder=HashingEmbedder(), config=config) as empty:
            assistant = Assistant(empty, model=CountingModel(), ranker=WordOverlapRanker())
            report = run(replace(suite, cases=suite.cases[:1]), assistant)
        counts.append((len(report.results[0].asked.trace.hits), report.manifest.settings))

    assert counts[0][0] > counts[1][0]
    assert counts[0][1] != counts[1][1]


def test_a_run_that_another_process_writes_is_left_alone(suite: Suite, fresh_assistant: Make, tmp_path: Path) -> None:
    run(suite, fresh_assistant(), out=tmp_path / "run")
    with FileLock(tmp_path / "run" / LOCK), pytest.raises(RunError, match="another process is writing the run"):
        run(suite, fresh_assistant(), out=tmp_path / "run")


def test_rows_that_were_doubled_are_not_read(suite: Suite, fresh_assistant: Make, tmp_path: Path) -> None:
    run(suite, fresh_assistant(), out=tmp_path / "run")
    for name in (CASES_FILE, TIMES):
        path = tmp_path / "run" / name
        path.write_bytes(path.read_bytes() * 2)

    with pytest.raises(RunError, match="holds 10 rows where 5 were expected"):
        open_run(tmp_path / "run")


def test_a_gate_on_a_missing_run_is_told_before_anything_is_asked(
    suite: Suite, fresh_assistant: Make, tmp_path: Path
) -> None:
    gates = (Gate(metric="success", not_worse_than=tmp_path / "nowhere", by=0.03),)
    assistant = fresh_assistant()
    with pytest.raises(GateError, match="holds no run"):
        run(replace(suite, gates=gates), assistant)

    assert asked(assistant) == 0


def test_a_run_is_not_compared_with_itself(suite: Suite, fresh_assistant: Make, tmp_path: Path) -> None:
    gates = (Gate(metric="success", not_worse_than=tmp_path / "run", by=0.03),)
    with pytest.raises(GateError, match="with itself"):
        run(replace(suite, gates=gates), fresh_assistant(), out=tmp_path / "run")


class Forgetful(ScriptedModel):
    """Answers from evidence and breaks without any."""

    fingerprint = "forgetful"

    def stream(self, prompt, **options):  # type: ignore[no-untyped-def]
        from qa.errors import ModelUnreachable

        if prompt.system == CLOSED_BOOK.system:
            raise ModelUnreachable("gone")
        yield from super().stream(prompt, **options)


def test_a_model_that_breaks_without_evidence_is_not_one_that_does_not_know(suite: Suite, tmp_path: Path) -> None:
    with Cache(tmp_path / "answers.sqlite") as cache, Index.of_passages((), embedder=HashingEmbedder()) as empty:
        assistant = Assistant(empty, model=Forgetful(REPLIES), ranker=WordOverlapRanker())
        report = run(suite, assistant, cache=cache, options=Options(diagnose="all"))

    assert {result.asked.closed_book for result in report.results} == {None}


def test_a_model_that_cannot_say_what_it_is_is_asked_every_time(suite: Suite, tmp_path: Path) -> None:
    asked_of = []
    with Cache(tmp_path / "answers.sqlite") as cache:
        for _ in range(2):
            with Index.of_passages((), embedder=HashingEmbedder()) as empty:
                model = ScriptedModel(REPLIES)
                run(suite, Assistant(empty, model=model, ranker=WordOverlapRanker()), cache=cache)
            asked_of.append(len(model.prompts))

    assert asked_of[0] == asked_of[1] > 0


def test_another_id_does_not_make_another_question(suite: Suite, fresh_assistant: Make, tmp_path: Path) -> None:
    with Cache(tmp_path / "answers.sqlite") as cache:
        run(suite, fresh_assistant(), cache=cache)
        renamed = fresh_assistant()
        run(replace(suite, cases=tuple(replace(c, id=f"x{c.id}") for c in suite.cases)), renamed, cache=cache)

    assert asked(renamed) == 0


def test_a_kept_answer_of_another_shape_is_asked_again(suite: Suite, fresh_assistant: Make, tmp_path: Path) -> None:
    with Cache(tmp_path / "answers.sqlite") as cache:
        run(suite, fresh_assistant(), cache=cache)
        with sqlite3.connect(tmp_path / "answers.sqlite") as table:
            table.execute("UPDATE kept SET value = X'5B5D'")
        again = fresh_assistant()
        report = run(suite, again, cache=cache)

    assert asked(again) > 0
    assert by_id(report)["hurt"] == "answered right"


def test_a_search_alone_looks_in_the_passages_of_its_case(fresh_assistant: Make, suite: Suite) -> None:
    report = run(replace(suite, retrieval_only=True, documents=(), cases=suite.cases[4:]), fresh_assistant())

    assert report.estimate("recall_at_10").value == 1.0


def test_neighbouring_seeds_share_no_draws() -> None:
    first, second = ({draw_seed(11, seed, repeat) for repeat in range(5)} for seed in (0, 1))

    assert draw_seed(11, 0, 0) == 11
    assert len(first) == len(second) == 5
    assert not first & second
