"""A decision becomes an answer: text, claims with their places, citations bound to exact spans. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from index.times import reckoned
from qa.decide import Bound, Decision, SideOf, quotation
from qa.types import Answer, Citation, Claim, Conflict, Evidence, Figure, Side, Timings
from qa.when import spelled, written

TextOf = Callable[[str], str]
MAX_RESOLVED = 2  # relative times of one claim that are resolved in the text


def compose(
    decision: Decision,
    *,
    question: str,
    standalone_question: str,
    text_of: TextOf,
    model: str,
    index_fingerprint: str,
    timings: Timings,
) -> Answer:
    """Return the answer: its claims, or every side of a conflict, or why it abstains with the nearest words."""
    record = _Record(text_of)
    sides = _written(decision, record)
    return Answer(
        question=question,
        standalone_question=standalone_question,
        status=decision.status,
        text=record.text,
        reason=decision.reason if decision.status == "abstained" else None,
        claims=tuple(record.claims),
        citations=tuple(record.citations),
        conflicts=(_conflict(standalone_question, sides, decision),) if sides else (),
        development=_development(decision, record.claims),
        rejected=_rejected(decision),
        model=model,
        index_fingerprint=index_fingerprint,
        timings=timings,
    )


def _written(decision: Decision, record: _Record) -> tuple[Side, ...]:
    """Write the decision into the record; returns the sides of a conflict."""
    match decision.status:
        case "answered":
            for bound in decision.claims:
                record.claim(bound)
        case "conflict":
            return _sides(decision, record)
        case "abstained":
            record.plain(decision.reason or "The documents do not say.")
            for piece in decision.nearest:
                record.cite(piece)
    return ()


def _sides(decision: Decision, record: _Record) -> tuple[Side, ...]:
    record.plain(_ambiguous(decision.sides) if decision.relation == "ambiguity" else _disagreeing(decision.sides))
    sides = []
    for side in decision.sides:
        about = f", {side.about}" if side.about and side.about != side.evidence.article else ""
        record.plain(f"\n- {side.value}{about} ({_origin(side.evidence)}):")
        sides.append(Side(value=side.value, citation=record.claim(quotation(side.evidence))[0]))
    return tuple(sides)


def _conflict(about: str, sides: tuple[Side, ...], decision: Decision) -> Conflict:
    return Conflict(about=about, sides=sides, one_subject=decision.relation != "ambiguity")


def _development(decision: Decision, claims: Sequence[Claim]) -> tuple[Figure, ...]:
    """Return the counts of a development with the days that they stand for, as far as both are known."""
    figures = []
    for bound, claim in zip(decision.claims, claims, strict=False):
        moment = bound.value.moment if bound.value else None
        first, last = (moment.first or moment.last, moment.last or moment.first) if moment else (None, None)
        if bound.value is not None and first is not None and last is not None:
            figures.append(Figure(value=bound.value.text, first=first, last=last, citation=claim.citations[0]))
    return tuple(figures)


def _ambiguous(sides: Sequence[SideOf]) -> str:
    """Return the one line that says whom or what each side speaks of."""
    said = [f"{side.value} ({side.about})" if side.about else side.value for side in sides]
    return f"The documents speak of different people or things of that name: {', '.join(said[:-1])} and {said[-1]}."


def _disagreeing(sides: Sequence[SideOf]) -> str:
    """Return the one line that names every value, and which is the newest where all have dates and one is."""
    values = [side.value for side in sides]
    line = f"The documents do not agree: {', '.join(values[:-1])} or {values[-1]}."
    dated = [(side.evidence.date.value, side.value) for side in sides if side.evidence.date is not None]
    newest = max((day for day, _ in dated), default=None)
    latest = [value for day, value in dated if day == newest]
    if newest is None or len(dated) < len(sides) or len(latest) > 1:
        return line
    return f"{line} The newest document, of {spelled(newest)}, says {latest[0]}."


def _resolved(bound: Bound) -> str:
    """Return which days the relative times of a claim are, in brackets: "(here “Monday” is October 16, 2023)"."""
    found: dict[str, str] = {}
    for piece in bound.evidence:
        published = piece.date.value if piece.date else None
        for mention in reckoned(f"{piece.lead or ''} {piece.text}", published):
            if mention.period and re.search(rf"(?<!\w){re.escape(mention.text)}(?!\w)", bound.text):
                words = mention.text.rstrip(".") if bound.text.endswith(mention.text) else mention.text
                found.setdefault(words, f"“{words}” is {written(mention.period, mention.grain)}")
    return f" (here {' and '.join(list(found.values())[:MAX_RESOLVED])})" if found else ""


def _origin(piece: Evidence) -> str:
    when = f"{piece.date.value:%B %-d, %Y}" if piece.date else "no date"
    return f"{piece.article or piece.source}, {when}"


def _rejected(decision: Decision) -> tuple[Claim, ...]:
    return tuple(
        Claim(text=b.text, start=0, end=len(b.text), citations=(), verdict=b.verdict) for b in decision.rejected
    )


class _Record:
    """Builds the text and keeps every claim's and citation's place in step with it."""

    def __init__(self, text_of: TextOf) -> None:
        self.text = ""
        self.claims: list[Claim] = []
        self.citations: list[Citation] = []
        self._text_of = text_of
        self._numbers: dict[tuple[str, int, int], int] = {}

    def plain(self, text: str) -> None:
        self.text += text

    def claim(self, bound: Bound) -> tuple[int, ...]:
        """Add a sentence and its markers; returns the numbers of its citations."""
        if self.text and not self.text.endswith((" ", "\n")):
            self.text += " "
        self.text += bound.opening
        start = len(self.text)
        numbers = tuple(dict.fromkeys(self.cite(piece) for piece in bound.evidence))
        self.text += bound.text
        self.claims.append(
            Claim(text=bound.text, start=start, end=len(self.text), citations=numbers, verdict=bound.verdict)
        )
        self.text += _resolved(bound) + " " + "".join(f"[{number}]" for number in numbers)
        return numbers

    def cite(self, piece: Evidence) -> int:
        """Return the number of the citation of a piece of evidence, with its lead where it has one."""
        start = piece.lead_span.start if piece.lead_span else piece.start
        key = (piece.source, start, piece.end)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            self.citations.append(
                Citation(
                    number=self._numbers[key],
                    source=piece.source,
                    article=piece.article,
                    date=piece.date,
                    quote=self._text_of(piece.source)[start : piece.end],
                    start=start,
                    end=piece.end,
                )
            )
        return self._numbers[key]
