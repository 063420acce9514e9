"""The questions that an empty chat offers."""

from __future__ import annotations

import json
from pathlib import Path

from qa.errors import CasesError

SHOWN_KINDS = ("number", "conflict", "attribution", "false-premise")  # what sets this chat apart comes first
EXAMPLES_SHOWN = 4


def example_questions(path: Path, limit: int = EXAMPLES_SHOWN) -> list[str]:
    """Return the first question of each of the kinds to show, then of other kinds, at most `limit`.

    Raises:
        CasesError: a row holds no question.
    """
    firsts: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            question, kind, follows = str(row["question"]), str(row.get("kind")), bool(row.get("history"))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise CasesError(f'{path}, line {number}: expected a JSON object with a "question"') from error
        if not follows:
            firsts.setdefault(kind, question)
    chosen = [firsts.pop(kind) for kind in SHOWN_KINDS if kind in firsts]
    return [*chosen, *firsts.values()][:limit]
