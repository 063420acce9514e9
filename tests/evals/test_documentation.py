"""The documentation says what the code does: the table of metrics, and the table of cases that the guide shows."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from evals.metrics.documented import with_table
from evals.suites import open_suite

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", GUIDE, re.S)
    assert found is not None
    return found[1]


def test_the_guide_holds_the_definitions_of_the_metrics_as_they_are() -> None:
    assert with_table(GUIDE) == GUIDE


def test_the_suite_that_the_guide_shows_can_be_opened(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "suite.toml").write_text(block("toml"), encoding="utf-8")
    (tmp_path / "cases.csv").write_text(block("csv"), encoding="utf-8")
    suite = open_suite(str(tmp_path))

    assert suite.name == tomllib.loads(block("toml"))["name"]
    assert [case.expect for case in suite.cases] == ["answer", "answer", "abstain"]
    assert suite.cases[0].answers == (("21", "twenty-one"),)
    assert suite.cases[1].answers == (("Ana Tarn",), ("Paul Reyes",))
    assert [gate.metric for gate in suite.gates] == ["answered_right", "faithfulness"]
