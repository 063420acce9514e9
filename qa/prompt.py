"""Question and evidence become a prompt and the grammar of its reply. Pure.

The system text and the worked examples never change, so a model reads them once and keeps them cached; only the
evidence and the question, at the end, are read for each question.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from qa.engine import Prompt
from qa.evidence import evidence_line
from qa.types import Evidence, Turn

REFUSAL = "The documents do not say."

SYSTEM = (
    "You answer questions from numbered evidence and from nothing else. Write one short sentence, or two where the question asks for "
    "two things. Copy names, figures, dates and words of caution (allegedly, nearly, at least, is expected to) exactly as they stand "
    "in the evidence, and say who said it. Never answer yes or no: state what the evidence says. End each sentence with the number of its evidence in brackets. If the "
    f"evidence does not answer exactly what is asked, write: {REFUSAL}"
)

_EXAMPLES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        (
            "[1] (May 3, 2019) The fire at the Norbury mill injured nearly 40 people, the fire brigade said.",
            "[2] The mill, built in 1911, employed 300 people before it closed.",
        ),
        "How many people were hurt in the Norbury mill fire?",
        "The fire brigade said the fire at the Norbury mill injured nearly 40 people [1].",
    ),
    (
        (
            "[1] Mayor Ana Tarn met the owners of the mill on Friday to discuss a new roof.",
            "[2] The mill was sold to a Dutch company in 2012.",
        ),
        "How much did the mayor pay for the mill?",
        REFUSAL,
    ),
    (
        (
            "[1] “We have seen no sign of arson so far,” Fire Chief Paul Reyes told reporters.",
            "[2] He was joined at the site by Mayor Ana Tarn and by the engineer Lise Holm.",
        ),
        "Who joined the fire chief at the site?",
        "Fire Chief Paul Reyes was joined at the site by Mayor Ana Tarn and by the engineer Lise Holm [2].",
    ),
)


def prompt_for(question: str, evidence: Sequence[Evidence]) -> Prompt:
    """Return the prompt: the fixed part first, then evidence and question."""
    lines = [evidence_line(piece.number, piece) for piece in evidence]
    return Prompt(system=SYSTEM, turns=(*_example_turns(), Turn(role="user", content=_user(lines, question))))


def fixed_prefix() -> Prompt:
    """Return the part that every prompt begins with, for filling a model's cache."""
    return Prompt(system=SYSTEM, turns=_example_turns())


def _example_turns() -> tuple[Turn, ...]:
    turns: list[Turn] = []
    for lines, question, reply in _EXAMPLES:
        turns += [Turn(role="user", content=_user(lines, question)), Turn(role="assistant", content=reply)]
    return tuple(turns)


def _user(lines: Sequence[str], question: str) -> str:
    return "Evidence:\n" + "\n".join(lines) + f"\n\nQuestion: {question}"


def grammar_for(evidence: Sequence[Evidence], *, max_claims: int) -> str:
    """Return a GBNF grammar: the refusal, or up to `max_claims` sentences, each with markers of this evidence."""
    numbers = " | ".join(f'"{piece.number}"' for piece in evidence)
    more = ' (" " claim)?' * (max_claims - 1)
    return (
        f'root ::= "{REFUSAL}" | claim{more}\n'
        'claim ::= [^\\[\\]\\n ] [^\\[\\]\\n]* "[" number "]" ("[" number "]")? "."\n'
        f"number ::= {numbers}\n"
    )


def fingerprint() -> str:
    """Return a hash of everything in the prompt that does not depend on the question."""
    fixed = fixed_prefix()
    text = "\x1e".join(
        [fixed.system, *(f"{turn.role}\x1f{turn.content}" for turn in fixed.turns), grammar_for((), max_claims=1)]
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]
