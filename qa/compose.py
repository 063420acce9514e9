"""A decision becomes an answer: text, claims with their places, citations bound to exact spans. Pure."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence

from index.numbers import MONTH, dates
from index.times import TimeMention, reckoned
from index.types import Span
from qa.decide import Bound, Decision, SideOf, quotation
from qa.moments import Moment
from qa.types import Answer, Citation, Claim, Conflict, Evidence, Figure, Side, Timings
from qa.when import spelled, written

TextOf = Callable[[str], str]
_BEGAN = re.compile(r"\b(?:founded|established|born|built|opened|since)(?: in)? $", re.I)
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
        reason=decision.reason,
        claims=tuple(record.claims),
        citations=tuple(record.citations),
        conflicts=(_conflict(standalone_question, sides, decision),) if sides else (),
        development=_development(decision, sides, record.claims),
        short_answer=record.short_answer,
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
            record.plain(f" {decision.reason}" if decision.reason else "")
        case "conflict":
            return _sides(decision, record)
        case "abstained":
            record.plain(decision.reason or "The documents do not say.")
            for piece in decision.nearest:
                record.cite(piece)
    return ()


def _sides(decision: Decision, record: _Record) -> tuple[Side, ...]:
    record.plain(_ambiguous(decision.sides) if decision.relation == "ambiguity" else _disagreeing(decision.sides))
    record.plain(f" {decision.reason}" if decision.reason else "")
    for side in decision.sides:  # so that their citations come before those of earlier figures
        record.cite(side.evidence)
    for bound in decision.claims:
        record.claim(bound)
    sides = []
    for side in decision.sides:
        about = side.about if side.about != side.evidence.article else None
        named = f"{side.value}, {about}" if about else side.value
        record.plain(f"\n- {named} ({_origin(side.evidence)}):")
        issuer = about if decision.relation != "ambiguity" else None
        sides.append(Side(value=side.value, citation=record.claim(quotation(side.evidence))[0], issuer=issuer))
    return tuple(sides)


def _conflict(about: str, sides: tuple[Side, ...], decision: Decision) -> Conflict:
    return Conflict(about=about, sides=sides, one_subject=decision.relation != "ambiguity")


def _development(decision: Decision, sides: Sequence[Side], claims: Sequence[Claim]) -> tuple[Figure, ...]:
    """Return the counts of a development with the days that they stand for, as far as both are known.

    Those of a conflict on a running count come before what it was earlier.
    """
    is_running = decision.relation == "development" or any(bound.value for bound in decision.claims)
    if not is_running:
        return ()
    rivals = zip(decision.sides, sides, strict=True)
    counts = [(side.value, side.moment, shown.citation) for side, shown in rivals]
    for bound, claim in zip(decision.claims, claims, strict=False):
        if bound.value is not None:
            counts.append((bound.value.text, bound.value.moment, claim.citations[0]))
    return tuple(figure for count in counts if (figure := _figure(*count)) is not None)


def _figure(value: str, held: Moment | None, citation: int) -> Figure | None:
    """Return a count at the days for which it held; None where none is known."""
    moment = held.shown if held else None
    first, last = (moment.first or moment.last, moment.last or moment.first) if moment else (None, None)
    if first is None or last is None:
        return None
    return Figure(value=value, first=first, last=last, citation=citation)


def _ambiguous(sides: Sequence[SideOf]) -> str:
    """Return the one line that says whom or what each side speaks of."""
    said = [f"{side.value} ({side.about})" if side.about else side.value for side in sides]
    return f"The documents speak of different people or things of that name: {', '.join(said[:-1])} and {said[-1]}."


def _disagreeing(sides: Sequence[SideOf]) -> str:
    """Return the one line that names every value, and of which moment all are or which is the newest."""
    values = [side.value for side in sides]
    line = f"The documents do not agree: {', '.join(values[:-1])} or {values[-1]}"
    moment = _one_moment(sides)
    if moment is not None:
        return f"{line}, {'both' if len(sides) == 2 else 'all'} as of {moment}."
    newest = _newest(sides)
    if newest is None:
        return f"{line}."
    return f"{line}. The newest document, of {spelled(newest[0])}, says {newest[1].value}."


def _one_moment(sides: Sequence[SideOf]) -> str | None:
    """Return the moment for which every side gives its value, where one says it; None where they have several."""
    moments = [side.moment for side in sides]
    stated = [moment for moment in moments if moment is not None and moment.stated]
    if not stated or any(moment is None or moment.shown.overlap(stated[0].shown) is None for moment in moments):
        return None
    return written(min((m.shown for m in stated), key=lambda period: period.days or 0))


def _newest(sides: Sequence[SideOf]) -> tuple[datetime.date, SideOf] | None:
    """Return the side of the one newest document, where all have dates and its value is no older than the others."""
    dated = [(side.evidence.date.value, side) for side in sides if side.evidence.date is not None]
    day = max((day for day, _ in dated), default=None)
    newest = [side for each, side in dated if each == day]
    if day is None or len(dated) < len(sides) or len(newest) > 1:
        return None
    others = [side for side in sides if side is not newest[0]]
    return None if any(_meet(newest[0], other) for other in others) else (day, newest[0])


def _meet(left: SideOf, right: SideOf) -> bool:
    """Return whether one of two values is said to be of a moment that cannot be told from the other's."""
    if left.moment is None or right.moment is None or not (left.moment.stated or right.moment.stated):
        return False
    return left.moment.overlaps(right.moment)


def _resolved(bound: Bound) -> str:
    """Return which days the relative times of a claim are, in brackets: "(here “Monday” is October 16, 2023)"."""
    found: dict[str, str] = {}
    for piece in bound.evidence:
        published = piece.date.value if piece.date else None
        told = f"{piece.lead or ''} {piece.text}"
        for mention in reckoned(told, published):
            if mention.period is None or _lacks_only_its_year(mention, published) or _is_of_year(mention, told):
                continue
            if re.search(rf"(?<!\w){re.escape(mention.text)}(?!\w)", bound.text):
                words = mention.text.rstrip(".") if bound.text.endswith(mention.text) else mention.text
                found.setdefault(words, f"“{words}” is {written(mention.period, mention.grain)}")
    return f" (here {' and '.join(list(found.values())[:MAX_RESOLVED])})" if found else ""


def _lacks_only_its_year(mention: TimeMention, published: datetime.date | None) -> bool:
    """Return whether a day or month is named ("April 8") and is of the year in which its document was published."""
    first = mention.period.first if mention.period else None
    named = any(date.month is not None for date in dates(mention.text))
    return named and first is not None and published is not None and first.year == published.year


def _is_of_year(mention: TimeMention, text: str) -> bool:
    """Return whether a day or month stands beside a year that it may be of: "The 2024 Games run from July 26".

    The year in which something was founded is another matter's.
    """
    first = mention.period.first if mention.period else None
    if first is None or not re.search(MONTH, mention.text):
        return False
    years = [date for date in dates(text) if date.year is not None and not _BEGAN.search(text[: date.start])]
    return any(date.year != first.year for date in years)


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
        self.short_answer: Span | None = None
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
        if bound.short is not None:
            self.short_answer = Span(start=start + bound.short.start, end=start + bound.short.end)
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
