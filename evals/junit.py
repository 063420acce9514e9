"""A run for a CI: its cases and gates as JUnit XML, its gates as JSON. Pure."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from evals.types import GateResult, Report, Result

# Everything but what XML 1.0 allows (https://www.w3.org/TR/xml/#charsets).
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(report: Report) -> str:
    """Return the run as JUnit XML: a test a case (a failure says outcome, question and answer), and a test a gate.

    A case for which asking raised an error is an error, not a failure.
    """
    root = Element("testsuites")
    name = _text(report.manifest.suite)
    _add_suite(root, name, [_case(result, name) for result in report.results])
    if report.gates:
        _add_suite(root, f"{name} gates", [_gate(gate, name) for gate in report.gates])
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def gates_as_json(report: Report) -> dict[str, Any]:
    """Return the gates as a JSON object: whether the run passed, each gate, how the cases ended, and on how
    many of them the judge failed.
    """
    return {
        "suite": report.manifest.suite,
        "passed": report.passed,
        "gates": [{"gate": gate.gate, "passed": gate.passed, "detail": gate.detail} for gate in report.gates],
        "cases": len(report.results),
        "judge_errors": sum(result.judge_error is not None for result in report.results),
        "outcomes": dict(sorted(Counter(result.outcome for result in report.results).items())),
    }


def _add_suite(root: Element, name: str, tests: list[Element]) -> None:
    counts = {tag: sum(test.find(tag) is not None for test in tests) for tag in ("failure", "error")}
    seconds = sum(float(test.get("time", "0")) for test in tests)
    suite = SubElement(
        root,
        "testsuite",
        name=name,
        tests=str(len(tests)),
        failures=str(counts["failure"]),
        errors=str(counts["error"]),
        time=f"{seconds:.3f}",
    )
    suite.extend(tests)


def _case(result: Result, suite: str) -> Element:
    test = Element("testcase", classname=suite, name=_text(result.key), time=f"{result.asked.times.total:.3f}")
    error = result.asked.trace.error
    if result.outcome == "error":
        told = _text(error or "nothing came back")
        SubElement(test, "error", message=told).text = f"{told}\nquestion: {_text(result.case.question)}"
    elif not result.success:
        blame = f" ({result.blame})" if result.blame else ""
        SubElement(test, "failure", message=f"{result.outcome}{blame}").text = _failure(result)
    return test


def _failure(result: Result) -> str:
    answer = result.answer
    expected = result.case.answers
    wanted = "; ".join(" | ".join(group) for group in expected) if expected else result.case.expect
    lines = [
        f"outcome: {result.outcome}",
        f"question: {result.case.question}",
        f"expected: {wanted}",
        f"answer: {answer.text if answer is not None else ''}",
    ]
    if answer is not None and answer.reason:
        lines.append(f"reason: {answer.reason}")
    return _text("\n".join(lines))


def _gate(gate: GateResult, suite: str) -> Element:
    test = Element("testcase", classname=f"{suite} gates", name=_text(gate.gate), time="0.000")
    if not gate.passed:
        SubElement(test, "failure", message=_text(gate.detail)).text = _text(f"{gate.gate}: {gate.detail}")
    return test


def _text(text: str) -> str:
    """Return the text without the characters that XML does not allow."""
    return _NOT_XML.sub("", text)
