"""`assert_grounded` and its plugin, as a user's own tests see them."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import evals.grounding
import evals.scoring  # noqa: F401 (loaded here, so that tests inside pytester do not load it anew)
from evals.pytest_plugin import assert_grounded
from qa.errors import VerifierError
from qa.types import Answer, Citation, Claim, Evidence, Status, Verdict

pytest_plugins = ["pytester"]

COUNCIL = "The Norbury council has 21 members."
MILL = "The mill at Norbury burned down in May 2019."
ROOT = Path(__file__).resolve().parents[2]
REGISTERED = bool(entry_points(group="pytest11", name="onrecord"))
PLUGIN = () if REGISTERED else ("-p", "evals.pytest_plugin")


class Sure:
    """Supports everything with one probability."""

    name = "sure"

    def __init__(self, probability: float | None) -> None:
        self.probability = probability

    def verify(self, claim: str, evidence: Sequence[Evidence], *, question: str | None = None) -> Verdict:
        return Verdict(label="supported", probability=self.probability)


class Broken:
    name = "broken"

    def verify(self, claim: str, evidence: Sequence[Evidence], *, question: str | None = None) -> Verdict:
        raise VerifierError("its weights are gone")


def answer(text: str, *quotes: str, cites: tuple[int, ...] = (1,), status: Status = "answered") -> Answer:
    """An answer of one claim, `text`, that cites the quotes."""
    shown = text + "".join(f" [{number}]" for number in cites)
    verdict = Verdict(label="supported", probability=0.9)
    claim = Claim(text=text, start=0, end=len(shown), citations=cites, verdict=verdict)
    return Answer(
        question="How many members has the council?",
        standalone_question="How many members has the council?",
        status=status,
        text=shown,
        reason=None,
        claims=(claim,) if text else (),
        citations=tuple(
            Citation(number=number, source="a.txt", article=None, date=None, quote=quote, start=0, end=len(quote))
            for number, quote in enumerate(quotes, start=1)
        ),
        conflicts=(),
        model="scripted",
        index_fingerprint="",
    )


def test_an_answer_that_its_quote_supports_passes() -> None:
    assert_grounded(answer("The council has 21 members.", COUNCIL))


def test_a_figure_that_is_not_in_the_quote_fails_with_the_reason() -> None:
    with pytest.raises(AssertionError) as failed:
        assert_grounded(answer("The council has 34 members.", COUNCIL))
    assert str(failed.value) == (
        "1 of 1 sentences are not grounded:\n"
        "  The council has 34 members. [1]: contradicted (34 is not in the source, which says 21)"
    )


def test_a_sentence_that_cites_nothing_fails() -> None:
    with pytest.raises(AssertionError, match=r"The council has 21 members\.: uncited \(the sentence cites nothing\)"):
        assert_grounded(answer("The council has 21 members.", COUNCIL, cites=()))


def test_a_sentence_that_cites_the_wrong_words_fails() -> None:
    with pytest.raises(AssertionError, match="1 of 1 sentences are not grounded"):
        assert_grounded(answer("The council has 21 members.", MILL))


def test_an_abstention_states_nothing_and_passes() -> None:
    assert_grounded(answer("", status="abstained", cites=()))


def test_a_least_probability_is_asked_of_every_sentence() -> None:
    grounded = answer("The council has 21 members.", COUNCIL)
    assert_grounded(grounded, verifier=Sure(0.8), min_probability=0.8)
    with pytest.raises(AssertionError, match=r"probability of 0\.79, expected at least 0\.8"):
        assert_grounded(grounded, verifier=Sure(0.79), min_probability=0.8)
    with pytest.raises(AssertionError, match="gives no probability"):
        assert_grounded(grounded, verifier=Sure(None), min_probability=0.8)


def test_a_broken_judge_is_no_failed_assertion() -> None:
    with pytest.raises(VerifierError, match="its weights are gone"):
        assert_grounded(answer("The council has 21 members.", COUNCIL), verifier=Broken())


def test_a_text_is_checked_against_its_contexts() -> None:
    assert_grounded("The council has 21 members. The mill burned down in 2019.", [COUNCIL, MILL])
    with pytest.raises(AssertionError, match=r"(?s)1 of 2 sentences.*  The council has 34 members\.: contradicted"):
        assert_grounded("The council has 34 members. The mill burned down in 2019.", [COUNCIL, MILL])


def test_a_marker_in_a_text_binds_it_to_one_context() -> None:
    assert_grounded("The council has 21 members [1].", [COUNCIL, MILL])
    with pytest.raises(AssertionError, match=r"The council has 21 members\. \[2\]: not enough"):
        assert_grounded("The council has 21 members [2].", [COUNCIL, MILL])


def test_an_empty_text_is_not_grounded() -> None:
    with pytest.raises(AssertionError, match="the text is empty"):
        assert_grounded(" \n", [COUNCIL])


@pytest.mark.parametrize("contexts", [None, COUNCIL])
def test_a_text_without_a_list_of_contexts_is_wrong_usage(contexts: str | None) -> None:
    with pytest.raises(TypeError, match="needs contexts="):
        assert_grounded("The council has 21 members.", contexts)


# --- the plugin -------------------------------------------------------------------------------------------------------

USERS_TEST = f"""
    def test_grounded(grounded):
        grounded("The council has 21 members.", [{COUNCIL!r}])

    def test_not_grounded(grounded):
        grounded("The council has 34 members.", [{COUNCIL!r}])
"""


def test_the_fixture_checks_and_its_failure_points_at_the_users_line(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(USERS_TEST)
    result = pytester.runpytest_inprocess(*PLUGIN, "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            '>*grounded("The council has 34 members."*',
            "E*1 of 1 sentences are not grounded:",
            "E*The council has 34 members.: contradicted (34 is not in the source, which says 21)",
        ]
    )
    assert "pytest_plugin.py" not in result.stdout.str()


def test_a_least_probability_is_read_from_the_command_line(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(USERS_TEST)
    result = pytester.runpytest_inprocess(*PLUGIN, "-p", "no:cacheprovider", "--onrecord-min-probability", "0.99")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*supported with a probability of 0.*, expected at least 0.99"])


def test_a_least_probability_is_read_from_the_ini_file(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nonrecord_min_probability = 0.99\n")
    pytester.makepyfile(USERS_TEST)
    pytester.runpytest_inprocess(*PLUGIN, "-p", "no:cacheprovider").assert_outcomes(failed=2)


def test_a_wrong_setting_is_said_in_one_line(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nonrecord_min_probability = high\n")
    pytester.makepyfile(USERS_TEST)
    result = pytester.runpytest_inprocess(*PLUGIN, "-p", "no:cacheprovider")
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*onrecord_min_probability = high is not a number; expected 0 to 1"])


def test_an_outside_judge_that_is_not_there_fails_with_its_error(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(USERS_TEST)
    judge = "http://127.0.0.1:9/v1#nobody"
    result = pytester.runpytest_inprocess(*PLUGIN, "-p", "no:cacheprovider", "--onrecord-judge", judge)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*VerifierError: the judge nobody at http://127.0.0.1:9/v1 gave no verdict*"])


def test_pytest_finds_the_plugin_by_itself() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"onrecord": "evals.pytest_plugin"}


def test_the_plugin_loads_nothing_of_onrecord_until_it_is_used() -> None:
    script = "import evals.pytest_plugin, sys; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split())
    assert "evals" in loaded
    assert not loaded & {"qa", "index", "numpy", "scipy", "llama_index", "pydantic", "httpx", "torch"}
