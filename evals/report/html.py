"""A run as one HTML page that needs no network. Pure but for reading its own template, style and script.

Jinja escapes every value; only this package's own style, script and plots are put in as they are, and none of them
holds a word of a document. The page's content security policy allows this one style and this one script, by their
hashes, and nothing else: text that got through as markup could still neither run, nor load, nor send anything.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from evals.report.figures import (
    EXPLAINED,
    OutcomeRow,
    blame_name,
    blame_rows,
    cautions_of,
    expected,
    failures_first,
    flip_kind,
    gates_line,
    headline,
    interval_text,
    metric_groups,
    outcome_name,
    outcome_rows,
    p_text,
    tag_rows,
    value_text,
)
from evals.report.highlight import Piece, in_paragraph, places_of, with_markers, with_quotes
from evals.report.plots import COLOURS, LIGHT_INK, as_svg, drawings_of
from evals.types import Comparison, Flip, JudgedClaim, Manifest, Report, Result, Trace
from qa.types import Citation, Claim

HERE = Path(__file__).parent
_UNSAFE_IN_ID = re.compile(r"[^A-Za-z0-9._-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_VERDICTS = {
    "supported": "supported",
    "contradicted": "contradicted",
    "not_enough": "not supported",
    "uncited": "cites nothing",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    text: str
    citations: tuple[int, ...]
    label: str  # of the judge, as a word for a class
    verdict: str  # in words
    reason: str | None
    probability: str  # of the judge
    own_probability: str  # of the pipeline's check
    better: int | None
    spare: tuple[int, ...]  # citations that the claim does not need


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationView:
    number: int
    origin: str
    exact: bool | None  # None: not checked
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextView:
    """A sentence or passage with the gold quotes in it marked."""

    number: int
    source: str
    pieces: tuple[Piece, ...]
    gold: bool
    score: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """All that is shown of a case."""

    anchor: str
    result: Result
    outcome: str
    blame: str
    tags: str  # as JSON, for the filter
    expected: str
    answer: tuple[Piece, ...]
    claims: tuple[ClaimView, ...]
    citations: tuple[CitationView, ...]
    shown: tuple[TextView, ...]
    found: tuple[TextView, ...]
    times: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlipView:
    flip: Flip
    kind: str
    anchor: str | None


def as_html(report: Report, comparison: Comparison | None = None) -> str:
    """Return the report as one HTML page; the same report gives the same bytes."""
    from markupsafe import Markup

    rows = outcome_rows(report.results)
    style = _own("report.css") + "".join(_bar_rules(rows))
    script = _own("report.js")
    anchors = anchors_of(report.results)
    wrong, rest = failures_first(report.results)
    page: str = _template().render(
        report=report,
        manifest=report.manifest,
        volatile=report.manifest.volatile,
        policy=_policy(style, script),
        style=Markup(style),
        script=Markup(script),
        verdict=gates_line(report.gates),
        share=headline(report),
        outcomes=rows,
        groups=metric_groups(report, comparison),
        comparison=comparison,
        cautions=cautions_of(comparison),
        flips=_flips(comparison, anchors),
        drawings=_drawings(report),
        blames=blame_rows(report.results) if wrong else (),
        tags=tag_rows(report.results),
        judge_errors=sum(result.judge_error is not None for result in report.results),
        failures=[_case(result, anchors[result.key]) for result in wrong],
        others=[_case(result, anchors[result.key]) for result in rest],
        choices=_choices(report.results),
        provenance=_provenance(report.manifest),
    )
    return page


def anchors_of(results: Sequence[Result]) -> Mapping[str, str]:
    """Return for each key an id of its own, of letters that are safe in an address, and the same in every run."""
    anchors: dict[str, str] = {}
    taken: set[str] = set()
    for result in results:
        if result.key in anchors:
            continue
        plain = "case-" + (_UNSAFE_IN_ID.sub("-", result.key).strip("-") or "unnamed")
        number = 1
        while (anchor := plain if number == 1 else f"{plain}-{number}") in taken:
            number += 1
        taken.add(anchor)
        anchors[result.key] = anchor
    return anchors


# --- a case -----------------------------------------------------------------------------------------------------------


def _case(result: Result, anchor: str) -> CaseView:
    case, trace, answer = result.case, result.asked.trace, result.answer
    quotes = tuple(gold.quote for gold in case.evidence if gold.quote)
    return CaseView(
        anchor=anchor,
        result=result,
        outcome=outcome_name(result),
        blame=blame_name(result),
        tags=json.dumps(list(case.tags)),
        expected=expected(result),
        answer=with_markers(answer.text, (citation.number for citation in answer.citations)) if answer else (),
        claims=_claims(result),
        citations=_citations(trace),
        shown=tuple(
            _text(piece.number, piece.source, piece.text, quotes, score=f"{piece.score:.2f}") for piece in trace.shown
        ),
        found=tuple(_text(found.rank, found.source, found.text, quotes) for found in trace.hits),
        times=_times(result),
    )


def _claims(result: Result) -> tuple[ClaimView, ...]:
    """Return the claims as judged; those of a case whose judge failed, or that was not judged, as they are."""
    own = result.answer.claims if result.answer else ()
    if not result.claims:
        return tuple(_unjudged(claim) for claim in own)
    probabilities = [claim.verdict.probability for claim in own]
    return tuple(
        _claim(claim, probabilities[place] if place < len(probabilities) else None)
        for place, claim in enumerate(result.claims)
    )


def _claim(claim: JudgedClaim, own: float | None) -> ClaimView:
    spare = [n for n, needed in zip(claim.citations, claim.needed, strict=False) if not needed and claim.supported]
    return ClaimView(
        text=claim.text,
        citations=claim.citations,
        label=claim.label,
        verdict=_VERDICTS[claim.label],
        reason=claim.reason,
        probability=_probability(claim.probability),
        own_probability=_probability(own),
        better=claim.better,
        spare=tuple(spare),
    )


def _unjudged(claim: Claim) -> ClaimView:
    return ClaimView(
        text=claim.text,
        citations=claim.citations,
        label="unjudged",
        verdict="not judged",
        reason=None,
        probability="",
        own_probability=_probability(claim.verdict.probability),
        better=None,
        spare=(),
    )


def _citations(trace: Trace) -> tuple[CitationView, ...]:
    if trace.answer is None:
        return ()
    views = []
    for place, citation in enumerate(trace.answer.citations):
        checked = trace.checked[place] if place < len(trace.checked) else None
        views.append(
            CitationView(
                number=citation.number,
                origin=_origin(citation),
                exact=checked.exact if checked else None,
                pieces=in_paragraph(citation, checked),
            )
        )
    return tuple(views)


def _origin(citation: Citation) -> str:
    date = citation.date.value.isoformat() if citation.date else None
    basis = f" ({citation.date.basis})" if citation.date and citation.date.basis != "stated" else ""
    return " · ".join(part for part in (citation.source, citation.article, f"{date}{basis}" if date else None) if part)


def _text(number: int, source: str, text: str, quotes: Sequence[str], score: str = "") -> TextView:
    gold = any(places_of(quote, text) for quote in quotes)
    return TextView(number=number, source=source, pieces=with_quotes(text, quotes), gold=gold, score=score)


def _times(result: Result) -> tuple[tuple[str, str], ...]:
    times = result.asked.times
    stages = [
        ("rewrite", times.rewrite),
        ("retrieve", times.retrieve),
        ("first token", times.first_token),
        ("generate", times.generate),
        ("verify", times.verify),
        ("total", times.total),
    ]
    return tuple((name, f"{seconds:.2f} s") for name, seconds in stages if seconds)


def _probability(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


# --- the rest of the page ---------------------------------------------------------------------------------------------


def _flips(comparison: Comparison | None, anchors: Mapping[str, str]) -> list[FlipView]:
    order = ("worse", "better", "other")
    flips = [
        FlipView(flip=flip, kind=flip_kind(flip.before, flip.after), anchor=anchors.get(flip.key))
        for flip in (comparison.flips if comparison else ())
    ]
    return sorted(flips, key=lambda view: order.index(view.kind))


def _drawings(report: Report) -> dict[str, dict[str, Any]]:
    """Return the plots of the page as SVG, by name; the outcomes have a bar of their own, in HTML."""
    from markupsafe import Markup

    return {
        drawing.name: {"title": drawing.title, "says": drawing.says, "svg": Markup(as_svg(drawing))}
        for drawing in drawings_of(report)
        if drawing.name != "outcomes"
    }


def _choices(results: Iterable[Result]) -> dict[str, list[str]]:
    """Return what the cases can be filtered by."""
    kept = list(results)
    present = {outcome_name(result) for result in kept}
    return {
        "outcome": [outcome for outcome in EXPLAINED if outcome in present],
        "blame": sorted({blame_name(result) for result in kept} - {""}),
        "tag": sorted({tag for result in kept for tag in result.case.tags}),
    }


def _provenance(manifest: Manifest) -> list[tuple[str, str]]:
    """Return what the run was made of, each part with its name in words."""
    shown = {field.name: getattr(manifest, field.name) for field in fields(manifest) if field.name != "volatile"}
    shown["only"] = ", ".join(manifest.only) or "every tag"
    shown["limit"] = "every case" if manifest.limit is None else manifest.limit
    more = {key: value for key, value in manifest.volatile.items() if key not in ("note", "description") and value}
    return [(name.replace("_", " "), str(value)) for name, value in {**shown, **more}.items()]


def _bar_rules(rows: Sequence[OutcomeRow]) -> Iterable[str]:
    """Yield the style rules of this run's bar; a style attribute would need a weaker policy."""
    for place, row in enumerate(rows):
        ink = "#fff" if row.outcome in LIGHT_INK else "#000"
        yield f".o-{slug(row.outcome)}{{--fill:{COLOURS[row.outcome]};--on-fill:{ink}}}\n"
        yield f".bar .s{place}{{flex-grow:{row.count}}}\n"


def slug(name: str) -> str:
    """Return an outcome as the name of a class."""
    return name.replace(" ", "-")


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _own(name: str) -> str:
    return "\n" + (HERE / name).read_text(encoding="utf-8")


def _template() -> Any:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters.update(
        slug=slug, value=value_text, interval=interval_text, p=p_text, explained=lambda outcome: EXPLAINED[outcome]
    )
    return environment.get_template("template.html.j2")


def _finalized(value: Any) -> Any:
    """Take out of a text what HTML may not hold, as it is written."""
    from markupsafe import Markup

    return _CONTROL.sub("\ufffd", value) if isinstance(value, str) and not isinstance(value, Markup) else value
