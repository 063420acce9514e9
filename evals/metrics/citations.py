"""Do the cited words support what is said, and are they the documents' own?"""

from __future__ import annotations

from evals.metrics.base import Contribution, per_case
from evals.types import JudgedClaim, Result

_UNJUDGED = (
    "Abstentions state nothing and are left out, and so are errors and cases on which the judge failed (counted apart)."
)


@per_case(title="Faithfulness", refusals=_UNJUDGED, group="citations")
def faithfulness(result: Result) -> Contribution | None:
    """Supported claims over all claims that were shown, each judged against the raw words that it cites. The ratio is
    that of RAGAS (Es et al. 2023), with the answer's own sentences as claims and only what a sentence cites as its
    context. A sentence that cites nothing is a claim that is not supported.
    """
    claims = _claims(result)
    return None if claims is None else (float(sum(claim.supported for claim in claims)), float(len(claims)))


@per_case(title="Citation recall", refusals=_UNJUDGED, group="citations")
def citation_recall(result: Result) -> Contribution | None:
    """Mean over answers of the share of their sentences that are supported by all of their citations together: ALCE's
    citation recall (Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations"). Unlike
    `faithfulness`, long answers weigh no more than short ones.
    """
    claims = _claims(result)
    return None if claims is None else (sum(claim.supported for claim in claims) / len(claims), 1.0)


@per_case(title="Citation precision", refusals=_UNJUDGED, group="citations")
def citation_precision(result: Result) -> Contribution | None:
    """Mean over answers of the share of their citations that are needed: the sentence is supported by all of its
    citations, and this one supports it alone or the others do not without it. ALCE's citation precision (Gao et al.
    2023); as there, an answer without any citation scores 0.
    """
    claims = _claims(result)
    if claims is None:
        return None
    needed = [need for claim in claims for need in claim.needed]
    return (sum(needed) / len(needed) if needed else 0.0), 1.0


@per_case(title="Misattribution", refusals=_UNJUDGED, group="citations", higher_is_better=False)
def misattribution(result: Result) -> Contribution | None:
    """Share of claims that their own citations do not support while another citation of the same answer does: right
    words under the wrong marker. Defined here, beside ALCE's precision (Gao et al. 2023), which does not tell a wrong
    marker from a wrong claim.
    """
    claims = _claims(result)
    return None if claims is None else (float(sum(claim.better is not None for claim in claims)), float(len(claims)))


@per_case(
    title="Judge errors",
    refusals="Abstentions state nothing and are left out, and so are errors and answers without a judge.",
    group="citations",
    higher_is_better=False,
)
def judge_errors(result: Result) -> Contribution | None:
    """Share of the answers, conflicts included, that were given to the judge and on which it failed. Defined here: such
    an answer is left out of every metric that needs the judge, so those are over fewer cases where this is not 0.
    """
    answer = result.answer
    if answer is None or answer.status == "abstained" or (result.judge_error is None and not result.claims):
        return None
    return float(result.judge_error is not None), 1.0


@per_case(
    title="Citation exactness",
    refusals="The words that an abstention shows as nearest are checked like any other citation. Errors are left out.",
    group="citations",
)
def citation_exactness(result: Result) -> Contribution | None:
    """Share of citations whose offsets give exactly the quoted words in the document, read again from the file.
    Defined here; text_of(source)[start:end] == quote must hold for every one. For formats other than plain text, and
    for an index that is given without its files, the text is the index's own: the value then says nothing about how
    well the index read them.
    """
    checked = result.asked.trace.checked
    return (float(sum(item.exact for item in checked)), float(len(checked))) if checked else None


@per_case(title="Cited", refusals="Abstentions are left out, and so are errors.", group="citations")
def cited(result: Result) -> Contribution | None:
    """Share of answers, conflicts included, that carry at least one citation. Defined here: the weakest thing to ask
    of an answer on the record.
    """
    answer = result.answer
    if answer is None or answer.status == "abstained":
        return None
    return float(bool(answer.citations)), 1.0


def _claims(result: Result) -> tuple[JudgedClaim, ...] | None:
    """Return the judged claims; None where there are none, as when the judge failed."""
    return result.claims or None
