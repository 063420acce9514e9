"""A decision becomes an answer: text, claims with their places, citations bound to exact spans. Pure."""

from __future__ import annotations

from collections.abc import Callable

from qa.decide import Bound, Decision, quotation
from qa.types import Answer, Citation, Claim, Conflict, Evidence, Side, Timings

TextOf = Callable[[str], str]


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
        conflicts=(Conflict(about=standalone_question, sides=sides),) if sides else (),
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
    values = [side.value for side in decision.sides]
    record.plain(f"The documents do not agree: {', '.join(values[:-1])} or {values[-1]}.")
    sides = []
    for side in decision.sides:
        record.plain(f"\n- {side.value} ({_origin(side.evidence)}):")
        sides.append(Side(value=side.value, citation=record.claim(quotation(side.evidence))[0]))
    return tuple(sides)


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
        start = len(self.text)
        numbers = tuple(dict.fromkeys(self.cite(piece) for piece in bound.evidence))
        self.text += bound.text
        self.claims.append(
            Claim(text=bound.text, start=start, end=len(self.text), citations=numbers, verdict=bound.verdict)
        )
        self.text += " " + "".join(f"[{number}]" for number in numbers)
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
