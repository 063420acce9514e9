"""The seam between the pipeline and whatever checks claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from qa.types import Evidence, Verdict


class Verifier(Protocol):
    """Checks claims against evidence. A claim that cannot be verified is a verdict; a broken verifier raises."""

    name: str

    def verify(self, claim: str, evidence: Sequence[Evidence], *, question: str | None = None) -> Verdict:
        """Return whether the evidence supports the claim.

        Args:
            claim: one sentence, without markers.
            evidence: what it cites; empty gives the verdict `uncited`.
            question: what was asked; its own names and dates must be what the evidence is about.
        """
        ...
