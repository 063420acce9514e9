"""The report of a hand-made run: what stands in it, that it is the same every time, and that no text becomes markup."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from evals.errors import RunError
from evals.report import write
from evals.report.figures import (
    blame_rows,
    cautions_of,
    failures_first,
    gates_line,
    headline,
    metric_groups,
    outcome_rows,
    p_text,
    signed_text,
    tag_rows,
    value_text,
)
from evals.report.highlight import Piece, cut, in_paragraph, places_of, with_markers, with_quotes
from evals.report.html import anchors_of, as_html
from evals.report.markdown import MOST_FAILURES, MOST_FLIPS, as_markdown, escaped
from evals.report.plots import as_png, as_svg, drawings_of, expected_between, p95, seconds_of
from evals.statistics import share_interval
from evals.types import Asked, Case, CurvePoint, Flip, Report, Result, Times, Trace
from tests.evals.made import outcomes
from tests.evals.report_sample import COMPARISON, HOSTILE, KEEPERS, REPORT, RESULTS, answered, difference, figure, trace

SECTIONS = ["Outcomes", "Metrics", "Cases that ended differently", "Curves", "Where failures lie", "The judge"]


@dataclass(slots=True)
class Element:
    tag: str
    attributes: dict[str, str | None]
    text: str = ""  # all that stands inside


class Page(HTMLParser):
    """A page as a list of its elements; it fails on one that is closed where another is open."""

    VOID = frozenset({"br", "input", "meta"})

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[Element] = []
        self.open: list[Element] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(Element(tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(self.seen[-1])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def texts(self, tag: str) -> list[str]:
        return [" ".join(element.text.split()) for element in self.seen if element.tag == tag]

    def attributes(self, name: str) -> list[str]:
        return [value for element in self.seen if (value := element.attributes.get(name)) is not None]


@pytest.fixture(scope="module")
def markup() -> str:
    return as_html(REPORT, COMPARISON)


@pytest.fixture(scope="module")
def page(markup: str) -> Page:
    return Page(markup)


@pytest.fixture(scope="module")
def markdown() -> str:
    return as_markdown(REPORT, COMPARISON)


def nothing_failed() -> Report:
    return replace(REPORT, results=tuple(result for result in RESULTS if result.success), gates=(), judge=None)


def nothing_judged_wrong() -> Report:
    return replace(REPORT, results=tuple(result for result in RESULTS if not result.judge_error))


def searched() -> Report:
    """A run that only searches: scoring calls its rows errors, since nothing was answered."""
    rows = [
        Result(
            case=Case(id=result.case.id, question=result.case.question, expect="answer"),
            asked=Asked(trace=Trace(answer=None, hits=result.asked.trace.hits), times=Times(retrieve=0.2, total=0.2)),
            outcome="error",
        )
        for result in RESULTS[:4]
    ]
    return replace(REPORT, results=tuple(rows), estimates=(figure("recall_at_10", 0.75, n=4),), gates=(), judge=None)


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_report_is_one_page_one_markdown_file_and_four_plots(tmp_path: Path) -> None:
    write(REPORT, tmp_path / "run", comparison=COMPARISON)
    found = sorted(path.relative_to(tmp_path / "run").as_posix() for path in (tmp_path / "run").rglob("*.*"))
    assert found == [
        "plots/calibration.png",
        "plots/latency.png",
        "plots/outcomes.png",
        "plots/risk_coverage.png",
        "report.html",
        "report.md",
    ]


def test_the_same_run_gives_the_same_bytes_again(tmp_path: Path) -> None:
    for name in ("first", "second"):
        write(REPORT, tmp_path / name, comparison=COMPARISON)
    for path in (tmp_path / "first").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "second" / path.relative_to(tmp_path / "first")).read_bytes(), path


def test_a_report_is_written_over_an_older_one(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("old", encoding="utf-8")
    write(REPORT, tmp_path)
    assert "Brindle Head" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(RunError, match=r"cannot be written to .*file.*give another folder$"):
        write(REPORT, tmp_path / "file")


def test_half_a_letter_in_a_text_does_not_stop_the_report(tmp_path: Path) -> None:
    broken = replace(RESULTS[0], case=replace(RESULTS[0].case, question="half a letter: \ud83d, and a null: \x00"))
    write(replace(REPORT, results=(broken,)), tmp_path)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "half a letter: ?, and a null: \ufffd" in text


def test_importing_the_report_loads_neither_matplotlib_nor_jinja() -> None:
    code = "import sys, evals.report; sys.exit(bool({'matplotlib', 'jinja2', 'scipy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parents[2]).returncode == 0


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_page_closes_every_element_that_it_opens(page: Page) -> None:
    assert page.open == []


def test_the_page_has_its_sections_in_order_and_no_heading_skips_a_level(page: Page) -> None:
    assert page.texts("h2") == [*SECTIONS, "Cases", "Provenance"]
    levels = [int(element.tag[1]) for element in page.seen if re.fullmatch(r"h[1-6]", element.tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_id_is_there_once_and_every_link_leads_to_one(page: Page) -> None:
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in page.attributes("href")} <= set(ids)


def test_the_policy_allows_this_style_and_this_script_alone(markup: str, page: Page) -> None:
    policy = next(value for value in page.attributes("content") if "default-src" in value)
    allowed = []
    for tag in ("style", "script"):
        inside = re.findall(f"<{tag}>(.*?)</{tag}>", markup, re.DOTALL)
        assert len(inside) == 1
        allowed.append(base64.b64encode(hashlib.sha256(inside[0].encode()).digest()).decode())
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{allowed[0]}'; script-src 'sha256-{allowed[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def test_the_page_asks_for_nothing_from_elsewhere(page: Page) -> None:
    assert not {"link", "img", "iframe", "object", "image", "base"} & {element.tag for element in page.seen}
    assert page.attributes("src") == []
    assert all(link.startswith("#") for link in page.attributes("href"))
    assert page.attributes("style") == []
    assert not [name for element in page.seen for name in element.attributes if name.startswith("on")]


def test_hostile_words_are_shown_as_they_stand(markup: str, page: Page) -> None:
    assert len([element for element in page.seen if element.tag == "mark" and element.text == HOSTILE]) == 3
    assert markup.count("<script>") == 1
    assert "<img" not in markup
    assert "<u>tag" not in markup
    assert "{{ 7*7 }} {% raw %} &amp;" in page.texts("h4")[3]
    assert '>"><script>alert(1)</script>' not in markup


def test_a_quote_is_marked_in_its_paragraph(page: Page) -> None:
    assert "The harbour office put the damage at 40,000 crowns." in page.texts("mark")


def test_failures_come_before_what_went_right(page: Page) -> None:
    outcomes = page.attributes("data-outcome")
    assert outcomes == [
        *["answered wrong"] * 4,
        "error",
        *["over-abstained"] * 3,
        "answered right",
        "answered right",
        "conflict reported",
        "rightly abstained",
        "answered right",
    ]


def test_each_metric_has_its_definition_and_an_unknown_one_its_name(page: Page) -> None:
    definitions = [text for text in page.texts("p") if text.startswith("Share of all cases that ended answered right")]
    assert len(definitions) == 1
    assert "house_metric" in page.texts("bdi")


def test_what_was_not_measured_says_so(markup: str) -> None:
    assert "not measured" in markup
    assert "nan" not in re.sub(r"[^a-z ]", " ", re.sub(r"<[^>]*>", " ", markup).lower()).split()


def test_a_misattributed_claim_names_the_citation_that_supports_it(page: Page) -> None:
    assert page.texts("b").count("misattributed") == 2
    assert page.texts("b").count("contradicted") == 1


def test_the_error_of_a_case_and_of_a_judge_are_shown(markup: str) -> None:
    assert "ModelUnreachable: the model at http://127.0.0.1:9 did not answer within 60 s" in markup
    assert "VerifierError: the judge gave no label" in markup
    assert "It failed on 1 case;" in markup


def test_a_run_without_judge_report_gates_or_failures_says_so() -> None:
    page = Page(as_html(nothing_failed()))
    assert "onrecord eval judge" in page.texts("code")
    assert "No gates are set" in page.texts("h3")
    assert "No case failed." in page.texts("p")


def test_a_run_that_only_searches_has_no_outcomes() -> None:
    text = as_html(searched())
    assert "4 cases were searched; this run answers nothing." in text
    assert 'data-outcome="searched only"' in text
    assert "Searched (4)" in text
    assert "4 cases were searched and not answered." in as_markdown(searched())
    assert [drawing.name for drawing in drawings_of(searched())] == ["latency"]


def test_anchors_are_safe_and_each_case_has_its_own() -> None:
    rows = [replace(RESULTS[0], case=replace(RESULTS[0].case, id=name)) for name in ("a b", "a/b", "<é>", "a-b")]
    assert list(anchors_of(rows).values()) == ["case-a-b", "case-a-b-2", "case-unnamed", "case-a-b-3"]


# --- Markdown ---------------------------------------------------------------------------------------------------------


def test_the_markdown_begins_with_the_verdict(markdown: str) -> None:
    assert markdown.splitlines()[2] == (
        "**1 of 3 gates is not passed.** Right reaction in **38.5\u00a0%** of 13 cases (95 % interval 15.4 to 69.2)."
    )


def test_hostile_words_are_no_markup_in_markdown(markdown: str) -> None:
    own = re.sub(r"</?(details|summary|sub)>", "", markdown)
    assert "<" not in own
    assert "@" not in own
    assert "://" not in own
    assert "\u202e" not in own
    assert not [
        line
        for line in markdown.splitlines()
        if line.startswith("|") and len(re.findall(r"\|", line)) not in (4, 5, 7, 10)
    ]


def test_markdown_renders_to_no_element_but_its_own(markdown: str) -> None:
    reader = pytest.importorskip("markdown_it").MarkdownIt("commonmark", {"html": True}).enable("table")
    page = Page(reader.render(markdown))
    assert {element.tag for element in page.seen} == {
        *("h2", "h3", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "ul", "li"),
        *("details", "summary", "sub"),
    }
    assert any("document.title='stolen'" in text for text in page.texts("li"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a | b", "a &#124; b"),
        ("`x` *y* _z_", "&#96;x&#96; &#42;y&#42; &#95;z&#95;"),
        ("one\n\n# two", "one &#35;&#8203; two"),
        ("<b>", "&#60;b&#62;"),
        ("@someone #12", "&#64;&#8203;someone &#35;&#8203;12"),
        ("https://a.example www.b.example", "https:&#8203;//a.example www&#8203;.b.example"),
        ("a\u202eb\u2066c\x00d", "a b c d"),
        ("&lt;", "&#38;lt;"),
    ],
)
def test_text_is_escaped_for_markdown(text: str, expected: str) -> None:
    assert escaped(text) == expected


def test_a_long_text_is_cut_in_markdown_before_it_is_escaped() -> None:
    assert escaped("<" * 10, limit=4) == "&#60;&#60;&#60;…"


def test_markdown_says_how_metrics_changed(markdown: str) -> None:
    row = next(line for line in markdown.splitlines() if line.startswith("| Right reaction"))
    assert row.split(" | ")[4:] == [
        "65.4\u00a0%",
        "\u221226.9\u00a0points",
        "\u221236.9 to \u221216.9",
        "0.012",
        "**worse** |",
    ]


def test_many_flips_and_failures_are_counted_not_listed() -> None:
    flips = tuple(
        Flip(key=str(n), question="Q?", before="error", after="answered right") for n in range(MOST_FLIPS + 3)
    )
    rows = tuple(replace(RESULTS[8], repeat=n) for n in range(MOST_FAILURES + 2))
    text = as_markdown(replace(REPORT, results=rows), replace(COMPARISON, flips=flips))
    assert text.count("error → answered right") == MOST_FLIPS
    assert "… and 3 more." in text
    assert text.count("(answered wrong, reading)") == MOST_FAILURES
    assert "… and 2 more in report.html." in text


def test_markdown_counts_what_the_judge_failed_on_beside_the_judge() -> None:
    said = "It failed on 1 answer; what depends on it is not scored there."
    assert as_markdown(REPORT).split("The judge, ")[1].count(said) == 1
    assert f"(`onrecord eval judge`). {said}" in as_markdown(replace(REPORT, judge=None))
    twice = tuple(replace(row, repeat=n) for row in RESULTS if row.judge_error for n in range(2))
    assert "It failed on 2 answers; what" in as_markdown(replace(REPORT, results=twice))
    assert "It failed on" not in as_markdown(nothing_judged_wrong())


def test_markdown_of_a_calm_run_has_no_failures_and_no_gates() -> None:
    text = as_markdown(nothing_failed(), replace(COMPARISON, flips=(), only_second=()))
    assert "What went wrong" not in text
    assert "### Gates" not in text
    assert "No case ended differently." in text
    assert "it was not measured on human labels" in text


# --- figures ----------------------------------------------------------------------------------------------------------


def test_outcomes_are_counted_in_their_order_with_wilson_intervals() -> None:
    rows = outcome_rows(RESULTS)
    assert [(row.outcome, row.count) for row in rows] == [
        ("answered right", 3),
        ("conflict reported", 1),
        ("rightly abstained", 1),
        ("over-abstained", 3),
        ("answered wrong", 4),
        ("error", 1),
    ]
    assert rows[0].share == pytest.approx(3 / 13)
    assert (rows[0].interval.low, rows[0].interval.high) == pytest.approx((0.0818, 0.5026), abs=1e-4)


def test_shares_of_cases_in_clusters_have_the_interval_of_the_estimate() -> None:
    results = outcomes([n % 3 > 0 for n in range(60)], clusters=6)  # whole clusters right or wrong
    results = [replace(each, case=replace(each.case, tags=("ferry",))) for each in results]
    wanted = share_interval([r.success for r in results], [r.cluster for r in results], seed=0)
    found = headline(replace(REPORT, results=tuple(results), estimates=()))

    assert wanted.high - wanted.low > 0.8  # six coins, not sixty
    assert found is not None
    assert found.clusters == 6
    for interval in (outcome_rows(results)[0].interval, tag_rows(results)[0].interval, found.interval):
        assert interval is not None
        assert (interval.low, interval.high) == pytest.approx((wanted.low, wanted.high), abs=0.1)


def test_repeats_of_a_case_do_not_narrow_the_outcomes() -> None:
    once = outcomes([n % 2 > 0 for n in range(10)])
    often = [replace(each, repeat=n) for each in once for n in range(5)]
    one, many = (rows[0].interval for rows in (outcome_rows(once), outcome_rows(often)))

    assert many.high - many.low > 0.9 * (one.high - one.low)


def test_the_headline_is_counted_where_the_run_has_no_estimate() -> None:
    found = headline(replace(REPORT, estimates=()))
    assert found is not None
    assert found.value == pytest.approx(5 / 13)
    assert found.n == 13


def test_every_stage_has_its_count_and_what_cannot_be_blamed_its_own() -> None:
    assert {row.stage: row.count for row in blame_rows(RESULTS)} == {
        "retrieval": 1,
        "selection": 1,
        "reading": 2,
        "checking": 2,
        "not known": 1,
        "error": 1,
    }


def test_tags_come_with_the_worst_first() -> None:
    rows = tag_rows(RESULTS)
    assert [row.share for row in rows] == sorted(row.share for row in rows)
    assert {row.tag: (row.successes, row.n) for row in rows}["single"] == (1, 6)


def test_failures_are_apart_from_the_rest() -> None:
    wrong, rest = failures_first(RESULTS)
    assert [result.key for result in rest] == ["first-lit", "builder", "damage", "visitors", "judge-failed"]
    assert len(wrong) + len(rest) == len(RESULTS)


@pytest.mark.parametrize(
    ("metric", "first", "second", "p_value", "change", "found"),
    [
        ("success", 0.4, 0.6, 0.01, "better", "better"),
        ("ece", 0.4, 0.6, 0.01, "worse", "worse"),
        ("success", 0.6, 0.4, 0.06, "no difference found", "no difference found"),
        ("p95_seconds", 1.0, 2.0, None, "not tested", "not tested; higher, which is worse"),
    ],
)
def test_a_change_is_said_as_the_comparison_found_it(
    metric: str, first: float, second: float, p_value: float | None, change: str, found: str
) -> None:
    compared = replace(COMPARISON, differences=(difference(metric, first, second, p_value),))
    rows = {row.name: row for group in metric_groups(replace(REPORT, estimates=()), compared) for row in group.rows}
    assert (rows[metric].change, rows[metric].found) == (change, found)


def test_what_differs_between_two_runs_is_said_in_both_reports() -> None:
    other = replace(COMPARISON, first=replace(COMPARISON.first, suite_fingerprint="another"))
    told = cautions_of(other)
    assert len(told) > len(cautions_of(COMPARISON))
    for caution in told:
        assert f"Mind: {caution}." in Page(as_html(REPORT, other)).texts("p")
        assert f"Mind: {escaped(caution)}." in as_markdown(REPORT, other)


def test_a_metric_that_only_the_comparison_has_is_shown_too() -> None:
    rows = {row.name: row for group in metric_groups(REPORT, COMPARISON) for row in group.rows}
    assert rows["token_f1"].value == "0.330"
    assert rows["token_f1"].interval == ""


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (None, "share", "not measured"),
        (0.8333, "share", "83.3\u00a0%"),
        (0.8333, "score", "0.833"),
        (1.239, "seconds", "1.24\u00a0s"),
        (1234.5, "MB", "1,234\u00a0MB"),
        (1500.0, "tokens", "1,500"),
    ],
)
def test_a_value_has_its_unit(value: float | None, unit: str, expected: str) -> None:
    assert value_text(value, unit) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.042, "+4.2\u00a0points"), (-0.042, "\u22124.2\u00a0points"), (-0.0001, "0.0\u00a0points")],
)
def test_a_difference_of_shares_is_in_points(value: float, expected: str) -> None:
    assert signed_text(value, "share") == expected


def test_a_small_p_value_is_no_zero() -> None:
    assert [p_text(0.0001), p_text(0.0416), p_text(None)] == ["< 0.001", "0.042", ""]


def test_gates_are_summed_up_in_words() -> None:
    passed, other, failed = REPORT.gates
    lines = [gates_line(gates) for gates in ((), (passed,), (passed, other), (passed, failed), (failed, failed))]
    assert lines == [
        "No gates are set",
        "The gate is passed",
        "All 2 gates are passed",
        "1 of 2 gates is not passed",
        "2 of 2 gates are not passed",
    ]


# --- highlighting -----------------------------------------------------------------------------------------------------


def test_pieces_joined_are_the_text() -> None:
    text = "one [1] two [2, 3] three"
    for pieces in (cut(text, [(-3, 3), (2, 7), (20, 99)]), with_markers(text, (1, 3)), with_quotes(text, ("TWO", "e"))):
        assert "".join(piece.text for piece in pieces) == text


def test_overlapping_spans_are_marked_once() -> None:
    assert cut("abcdef", [(1, 3), (2, 4)]) == (
        Piece(text="a"),
        Piece(text="bcd", marked=True),
        Piece(text="ef"),
    )


def test_a_quote_is_found_by_its_place_not_by_its_first_words() -> None:
    answer = answered("Q?", ("Said.", (KEEPERS,), None))
    citation = replace(answer.citations[0], quote="the", start=100 + KEEPERS.rindex("the"))
    checked = replace(trace(answer).checked[0], paragraph_start=100, paragraph=KEEPERS)
    pieces = in_paragraph(citation, checked)
    assert [piece.text for piece in pieces] == [
        KEEPERS[: KEEPERS.rindex("the")],
        "the",
        KEEPERS[KEEPERS.rindex("the") + 3 :],
    ]


def test_a_quote_that_is_not_in_its_paragraph_stands_alone() -> None:
    answer = answered("Q?", ("Said.", (KEEPERS,), None))
    checked = replace(trace(answer).checked[0], paragraph="Something else.")
    for seen in (checked, None):
        assert in_paragraph(answer.citations[0], seen) == (Piece(text=KEEPERS, marked=True),)


def test_gold_words_are_found_whatever_their_spaces_and_quotes() -> None:
    text = "He said:\n“not  the fog” — twice. not the fog"
    assert [text[start:end] for start, end in places_of('"Not the fog" - twice', text)] == ["“not  the fog” — twice"]
    assert places_of("  ", text) == []


def test_markers_that_cite_nothing_stay_text() -> None:
    assert with_markers("a [1] b [2, 9]", (1, 2)) == (
        Piece(text="a "),
        Piece(text="[1]", citation=1),
        Piece(text=" b ["),
        Piece(text="2", citation=2),
        Piece(text=", 9]"),
    )


# --- plots ------------------------------------------------------------------------------------------------------------


def test_plots_say_in_words_what_they_show() -> None:
    says = {drawing.name: drawing.says for drawing in drawings_of(REPORT)}
    assert says["risk_coverage"] == "50 % of the answers are wrong where 62 % of the cases are answered."
    assert says["calibration"].endswith("confidence 0.97: 100 % of 1 right.")
    assert says["latency"].startswith("rewrite: median 0.01 s, 95th percentile 0.01 s")


def test_a_plot_is_a_png_of_its_size() -> None:
    data = as_png(drawings_of(REPORT)[1])
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) == (525, 435)
    assert b"matplotlib" not in data


def test_plots_in_the_page_hold_no_style_no_script_and_ids_of_their_own() -> None:
    drawings = drawings_of(REPORT)
    svgs = [as_svg(drawing) for drawing in drawings]
    ids = [found for svg in svgs for found in re.findall(r'\bid="([^"]+)"', svg)]
    assert len(ids) == len(set(ids))
    assert not [svg for svg in svgs if "style" in svg or "<script" in svg or "http" in svg]
    for drawing, svg in zip(drawings, svgs, strict=True):
        assert {found.partition("-")[0] for found in re.findall(r'href="#([^"]+)"', svg)} <= {drawing.name}


def test_plots_do_not_depend_on_what_was_set_in_matplotlib_before() -> None:
    import matplotlib

    before = [as_svg(drawing) for drawing in drawings_of(REPORT)]
    with matplotlib.rc_context({"font.size": 30, "svg.hashsalt": "other", "axes.facecolor": "red"}):
        assert [as_svg(drawing) for drawing in drawings_of(REPORT)] == before
        assert matplotlib.rcParams["font.size"] == 30


def test_the_95th_percentile_is_a_time_that_was_measured() -> None:
    assert p95([float(n) for n in range(1, 21)]) == 19.0
    assert p95([3.0]) == 3.0
    assert seconds_of([Times(generate=0.0), Times(generate=2.0, first_token=0.5)], "generate") == [2.0]


def test_a_run_of_errors_draws_its_outcomes_alone() -> None:
    only = tuple(result for result in RESULTS if result.outcome == "error")
    assert [drawing.name for drawing in drawings_of(replace(REPORT, results=only))] == ["outcomes"]


def test_between_two_confidences_the_risk_is_that_of_a_lot() -> None:
    points = (
        CurvePoint(coverage=0.1, risk=1.0, confidence=1.0),
        CurvePoint(coverage=0.5, risk=0.4, confidence=0.7),
    )
    curve = expected_between(points, steps=4)

    assert [round(coverage, 3) for coverage, _ in curve] == [0.025, 0.05, 0.075, 0.1, 0.2, 0.3, 0.4, 0.5]
    assert [round(risk, 3) for _, risk in curve] == [1.0, 1.0, 1.0, 1.0, 0.625, 0.5, 0.438, 0.4]
