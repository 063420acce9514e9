"""A small invented corpus with its cases, and a scripted model that counts how often it was asked."""

from __future__ import annotations

from evals.types import Case, Gold
from index import PassageInput
from qa.engine import ScriptedModel

MILL = (
    "The fire at the Norbury mill\n\nA fire at the Norbury mill injured nearly 40 people on Friday. "
    "The mill was built in 1911 by the Aldous family.\n\n"
    "Mayor Ana Tarn said the cause of the fire was not known.\n"
)
COUNCIL = "Council notes\n\nThe Norbury council has 21 members. Ana Tarn leads the council.\n"
REPLIES = {
    "injure": "The fire at the Norbury mill injured nearly 40 people [1].",
    "built": "The mill was built in 1911 by the Aldous family [1].",
    "members": "The Norbury council has 400 members [1].",
    "population": "The documents do not say.",
    "Question": "I do not know.",
    "": "I do not know.",
}

CASES = (
    Case(
        id="hurt",
        question="How many people did the fire at the Norbury mill injure?",
        expect="answer",
        answers=(("40",),),
        evidence=(Gold(source="mill.txt", quote="injured nearly 40 people"),),
        tags=("number",),
    ),
    Case(
        id="built",
        question="Who built the Norbury mill in 1911?",
        expect="answer",
        answers=(("Aldous",),),
        evidence=(Gold(source="mill.txt", quote="built in 1911 by the Aldous family"),),
        tags=("fact",),
    ),
    Case(
        id="wanted",
        question="How many members has the Norbury council?",
        expect="answer",
        answers=(("30",),),
        evidence=(Gold(source="council.txt", quote="has 21 members"),),
        tags=("number",),
    ),
    Case(id="tarsk", question="What is the population of Tarsk?", expect="abstain", tags=("unanswerable",)),
    Case(
        id="own",
        question="How many people did the fire at the Norbury mill injure?",
        expect="answer",
        answers=(("40",),),
        evidence=(Gold(source="note.txt"),),
        passages=(PassageInput(source="note.txt", text="A fire at the Norbury mill injured nearly 40 people."),),
        tags=("own",),
    ),
)


class CountingModel(ScriptedModel):
    """A scripted model that says how often it was asked to write."""

    fingerprint = "counting"  # the same script whenever it is made

    def __init__(self) -> None:
        super().__init__(REPLIES)

    @property
    def asked(self) -> int:
        return len(self.prompts)
