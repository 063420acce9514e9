"""The values that travel from a question to an answer on the record."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Literal

from index.filters import Filter
from index.types import Dated, Hit, Span

Status = Literal["answered", "conflict", "abstained"]
Label = Literal["supported", "contradicted", "not_enough", "uncited"]
Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One earlier turn of the chat."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence shown to the model, with the sentence before it where it would not be understood alone."""

    number: int  # the marker that cites it, from 1
    document_id: int
    article_id: int
    source: str
    article: str | None
    date: Dated | None
    text: str  # the sentence: text_of(source)[start:end]
    start: int
    end: int
    lead: str | None = None  # the sentence that a pronoun or "he said" points back to
    lead_span: Span | None = None
    context: str = ""  # title and neighbouring sentences: what the evidence is about; never quoted as its words
    full_names: tuple[str, ...] = ()  # that its article gives of those whom the words name by their surname alone
    score: float = 0.0  # how well it answers the question; 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A marker bound to exact words: text_of(source)[start:end] == quote."""

    number: int
    source: str
    article: str | None
    date: Dated | None
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    label: Label
    probability: float | None = None  # that the evidence supports the claim; None: not scored
    reason: str | None = None  # why it is not supported, in a few words
    findings: tuple[str, ...] = ()  # the rules that refuse it whatever the network says, by name (`qa.verify`)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence of an answer. `start` and `end` are its place in `Answer.text`."""

    text: str
    start: int
    end: int
    citations: tuple[int, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    value: str
    citation: int
    issuer: str | None = None  # the body that issues the document, where its page says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Spans that cannot both be the answer."""

    about: str
    sides: tuple[Side, ...]
    one_subject: bool = True  # False: each side speaks of another bearer of the name


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A count that changed over time, at one of its moments."""

    value: str  # as written: "at least 17"
    first: datetime.date  # the days that it stands for, both included
    last: datetime.date
    citation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Seconds."""

    rewrite: float = 0.0
    retrieve: float = 0.0
    first_token: float = 0.0
    generate: float = 0.0
    verify: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    question: str
    standalone_question: str
    status: Status
    text: str
    reason: str | None
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    conflicts: tuple[Conflict, ...]
    development: tuple[Figure, ...] = ()  # of a count told at several moments, latest first; its rivals too
    short_answer: Span | None = None  # the words of one claim, in `text`, that give just what was asked
    rejected: tuple[Claim, ...] = ()  # what the model wrote and the check refused; never part of `text`
    model: str
    index_fingerprint: str
    timings: Timings = field(default_factory=Timings)

    def __post_init__(self) -> None:
        short = self.short_answer
        if short and not any(claim.start <= short.start and short.end <= claim.end for claim in self.claims):
            raise ValueError(f"a short answer lies in a claim; {short.start}..{short.end} lies in none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, of what moment, after which turns."""

    text: str
    history: tuple[Turn, ...] = ()
    as_of: datetime.date | None = None  # nothing published after this day is evidence
    where: Filter | None = None  # nothing but what passes is evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """What was searched and what is shown to the model: the first event of an answer, and of a part asked by itself."""

    standalone_question: str
    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A piece of the draft, not checked yet."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The verdict on one sentence of the draft, in order; one that holds may still go with the whole answer."""

    text: str
    verdict: Verdict
    quoted: bool  # word for word what it rests on
    after: tuple[str, ...]  # the sentences that are still to be judged
    settled: int = 0  # of the first so many sentences, those that are supported are sure to be in the answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """The last event: the checked answer, which replaces the draft."""

    answer: Answer


Event = Retrieved | Token | Judged | Completed
