"""The scripts that measure speed run what they say they run."""

import datetime
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.articles import Label, failures, half_of, score, table
from benchmarks.results import figure_table, outcome_table
from benchmarks.results import main as print_results
from benchmarks.start import commands, main, seconds_of
from index.articles import split_articles
from index.types import Document
from tests.evals.report_sample import REPORT


def test_each_start_is_a_fresh_process(tmp_path: Path) -> None:
    script = tmp_path / "noted"
    script.write_text('#!/bin/sh\necho run >> "$0.log"\n', encoding="utf-8")
    script.chmod(0o755)

    taken = seconds_of([str(script)], starts=3)

    assert len(taken) == 3
    assert (tmp_path / "noted.log").read_text(encoding="utf-8").splitlines() == ["run"] * 3


def test_a_start_that_fails_is_not_a_figure() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        seconds_of([sys.executable, "-c", "raise SystemExit(3)"], starts=1)


def test_every_command_that_is_timed_gets_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    main()

    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == list(commands())


def test_a_run_becomes_two_tables() -> None:
    counts = outcome_table([REPORT]).splitlines()[-1]
    figures = figure_table(REPORT).splitlines()

    assert counts.startswith(f"| {REPORT.manifest.suite} | {len(REPORT.results)} | ")
    assert figures[0] == "| figure | value | 95 % interval | n |"
    assert any(line.startswith("| faithfulness | ") for line in figures)


def test_a_folder_without_a_run_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert print_results([str(tmp_path)]) == 1
    assert "holds no run" in capsys.readouterr().err


RAIN = "It rained on Monday and nobody could remember that it had ever done so before, they said."
FEED = f"The Post\n\nRain falls\n3 May 2019\n\n{RAIN}\n\n***\n\nRain ends\n4 May 2019\n\n{RAIN}\n\nWind\n\n{RAIN}"


def test_a_start_is_right_at_a_rule_above_the_headline_and_the_first_is_not_judged() -> None:
    day = datetime.date(2019, 5, 3)
    labels = [
        Label(starts_with="Rain falls", date=day),
        Label(starts_with="Rain ends", date=day),
        Label(starts_with="Wind", date=None),
    ]
    articles = split_articles(Document(source="feed.txt", text=FEED, media_type="text/plain"))
    scored = score("feed.txt", articles, labels)

    assert (scored.found, scored.missed, scored.spurious) == (1, ("Wind",), ())
    assert [dating.outcome for dating in scored.datings] == ["right", "wrong", "invented"]
    assert [line.split()[0] for line in failures(scored)] == ["missed", "wrong", "invented"]
    assert "| starts recall | 0.500 n 2 |" in table([scored])


def test_a_page_is_always_in_the_same_half() -> None:
    assert half_of("01_local_paper_copy.txt") == "first"
    assert half_of("03_council_news.txt") == "second"


def test_the_growth_is_read_from_what_the_scale_benchmark_prints() -> None:
    from benchmarks.growth import Row, rows_of

    printed = (
        "2026-11-27, x86_64\n10000 passages\n  hybrid search, p50 / p95: 21.0 / 35.5 ms (n=200)\n"
        "  filtered to 0.20% of the passages: 0.5 / 0.6 ms, recall@10 1.0\n  resident while serving: 44 MB\n"
    )
    assert rows_of(printed) == [Row(passages=10000, search=(21.0, 35.5), filtered=(0.5, 0.6), memory=44.0)]
    with pytest.raises(ValueError, match="figures of 10000 passages are not complete"):
        rows_of("10000 passages\n  to open: 1 s\n")
