"""A decision becomes an answer: text, claims with their places, citations bound to exact spans. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qa.decide import Bound, Decision
from qa.types import Answer, Citation, Claim, Conflict, Evidence, Side, Timings, Verdict

TextOf = Callable[[str], str]


def answered(
    decision: Decision,
    *,
    question: str,
    standalone_question: str,
    text_of: TextOf,
    model: str,
    index_fingerprint: str,
    timings: Timings,
) -> Answer:
    """Return the answer whose sentences are the decision's claims."""
    record = _Record(text_of)
    for bound in decision.claims:
        record.claim(bound)
    return Answer(
        question=question,
        standalone_question=standalone_question,
        status="answered",
        text=record.text,
        reason=None,
        claims=tuple(record.claims),
        citations=tuple(record.citations),
        conflicts=(),
        rejected=_rejected(decision),
        model=model,
        index_fingerprint=index_fingerprint,
        timings=timings,
    )


def conflicting(
    decision: Decision,
    *,
    question: str,
    standalone_question: str,
    text_of: TextOf,
    model: str,
    index_fingerprint: str,
    timings: Timings,
) -> Answer:
    """Return the answer that gives every side with its source and date."""
    record = _Record(text_of)
    values = [side.value for side in decision.sides]
    record.plain(f"The documents do not agree: {', '.join(values[:-1])} or {values[-1]}.")
    sides = []
    for side in decision.sides:
        piece = side.evidence
        words = f"{piece.lead} {piece.text}" if piece.lead else piece.text
        record.plain(f"\n- {side.value} ({_origin(piece)}):")
        bound = Bound(
            text=" ".join(words.split()), evidence=(piece,), verdict=Verdict(label="supported", probability=1.0)
        )
        number = record.claim(bound)[0]
        sides.append(Side(value=side.value, citation=number))
    return Answer(
        question=question,
        standalone_question=standalone_question,
        status="conflict",
        text=record.text,
        reason=None,
        claims=tuple(record.claims),
        citations=tuple(record.citations),
        conflicts=(Conflict(about=standalone_question, sides=tuple(sides)),),
        rejected=_rejected(decision),
        model=model,
        index_fingerprint=index_fingerprint,
        timings=timings,
    )


def abstained(
    decision: Decision,
    *,
    question: str,
    standalone_question: str,
    text_of: TextOf,
    model: str,
    index_fingerprint: str,
    timings: Timings,
) -> Answer:
    """Return the abstention: its reason, and the nearest that the documents say."""
    record = _Record(text_of)
    record.plain(decision.reason or "The documents do not say.")
    for piece in decision.nearest:
        record.cite(piece)
    return Answer(
        question=question,
        standalone_question=standalone_question,
        status="abstained",
        text=record.text,
        reason=decision.reason,
        claims=(),
        citations=tuple(record.citations),
        conflicts=(),
        rejected=_rejected(decision),
        model=model,
        index_fingerprint=index_fingerprint,
        timings=timings,
    )


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


def quotes(citations: Sequence[Citation]) -> list[str]:
    """Return the exact words of each citation, in order."""
    return [citation.quote for citation in citations]
