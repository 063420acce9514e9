"""Articles that no headline heads: the entries of a live blog, letters to the editor, briefs. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from index.cohesion import is_leaning, names
from index.heads import may_be_title
from index.openings import Opening, Sign
from index.units import Unit

_CLOCK = re.compile(
    r"(?P<hours>[01]?\d|2[0-3])(?:[.:h](?P<minutes>[0-5]\d)(?:\s?(?P<half>[ap]\.?m\b\.?))?|\s?(?P<whole>[ap]\.?m\b\.?))"
    r"(?:\s[A-Z]{2,4})?(?=\s*(?:$|[:|·–—-]|[.]?\s[A-Z“\"0-9]))"
)
_LIVE = re.compile(r"\b(?:live|as it happened|updates?|minute by minute|latest)\b", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"[–—-]?\s?(?P<name>[^\W\d_a-z][^,.;:!?]{0,40}(?:\.[^,;:!?]{0,40})?),\s"
    r"(?P<place>[^\W_a-z][^;:!?]{1,50}[^\W_])"
)
_REPLY = re.compile(r"(?:The )?Editor (?:replies|writes|adds)\b|Ed(?:itor)?[.:]")
_BRIEFS = re.compile(
    r"(?:the )?(?:(?:news|sport|business|world|local|county|the week|week)[’']?s? )?"
    r"(?:in brief|briefs|briefly|in short)|"
    r"brief news|short takes",
    re.IGNORECASE,
)
_LETTERS = 3  # signed pieces, at least
_AFTER_LETTERS = 3  # lines below the last one
_BRIEF_PARAGRAPHS = 4
_ONE_MATTER = 0.4  # of the paragraphs name one thing, more than in briefs


def clock_entries(units: Sequence[Unit]) -> list[Opening]:
    """Return the entries of a live blog: three or more times of day, each at the beginning of what was written then.

    The times run in one direction; where they run forward, the page must say that it is live.
    """
    found = [i for i, unit in enumerate(units) if _clock(unit) is not None]
    times = [time for unit in units if (time := _clock(unit)) is not None]
    falls = sum(later < earlier for earlier, later in itertools.pairwise(times))
    rises = sum(later > earlier for earlier, later in itertools.pairwise(times))
    is_live = any(_LIVE.search(unit.text) for unit in units[: found[0] if found else 0])
    if len(found) < 3 or min(falls, rises) > 0.2 * len(found) or not (is_live or falls > rises):
        return []
    return [_entry(units, i) for i in found if i + 1 < len(units) or len(units[i].text.split()) > 4]


def _clock(unit: Unit) -> int | None:
    """Return the minutes since midnight that a line begins with."""
    time = _CLOCK.match(unit.text) if unit.kind in ("time", "body", "short", "item", "date") else None
    if time is None or (unit.kind == "short" and not unit.text.endswith((".", "!", "?")) and len(unit.text) > 60):
        return None
    hours = (
        int(time["hours"]) % 12 + 12
        if (time["half"] or time["whole"] or "").lower().startswith("p")
        else int(time["hours"])
    )
    return 60 * hours + int(time["minutes"] or 0)


def _entry(units: Sequence[Unit], at: int) -> Opening:
    below = at + 1
    is_titled = units[at].kind in ("time", "date") and below + 1 < len(units) and may_be_title(units[below])
    headline = below if is_titled and units[below].kind == "short" else None
    return Opening(start=at, headline=headline, paragraph=at, signs=frozenset(("clock",)), look=("clock", False))


def letters(units: Sequence[Unit]) -> list[Opening]:
    """Return the pieces after the first of a page on which a name and a place stand under each, and no headlines.

    What is not signed itself, such as an editor's reply, stays with the letter above it.
    """
    signed = [i for i, unit in enumerate(units) if i and unit.kind == "short" and _SIGNATURE.fullmatch(unit.text)]
    signed = [i for i in signed if units[i - 1].kind in ("body", "short") and (i + 1 == len(units) or units[i + 1].gap)]
    prose = [i for i, unit in enumerate(units) if unit.kind == "body"]
    if len(signed) < _LETTERS or not prose:
        return []
    if any(_SIGNATURE.fullmatch(unit.text) for unit in units[: prose[0]]) or prose[-1] > signed[-1] + _AFTER_LETTERS:
        return []  # names that head what is below them
    others = [
        i
        for i in range(prose[0], signed[-1])
        if units[i].kind in ("short", "heading") and units[i].gap and i not in signed
    ]
    if others:
        return []
    found = []
    for above, below in itertools.pairwise(signed):
        begin = above + 1
        while begin < below - 1 and _REPLY.match(units[begin].text):
            begin += 1
        found.append(_unheaded(begin, "salutation"))
    return found


def briefs(units: Sequence[Unit]) -> list[Opening]:
    """Return the paragraphs after the first that stand under a line such as "In brief", each about something else."""
    label = next((i for i, unit in enumerate(units) if _BRIEFS.fullmatch(unit.text.strip("#*_: "))), None)
    if label is None:
        return []
    under = [i for i in range(label + 1, len(units)) if units[i].kind == "body"]
    run = [i for n, i in enumerate(under) if i == label + 1 + n and units[i].gap]
    named = [names(units[i].text) for i in run]
    most = max((sum(name in other for other in named) for found in named for name in found), default=0)
    leaning = sum(is_leaning(units[i].text) for i in run)
    if len(run) < _BRIEF_PARAGRAPHS or most > _ONE_MATTER * len(run) or leaning > _ONE_MATTER * len(run):
        return []
    return [_unheaded(i, "lead") for i in run[1:] if not is_leaning(units[i].text)]


def _unheaded(at: int, sign: Sign) -> Opening:
    return Opening(start=at, headline=None, paragraph=at, signs=frozenset((sign,)), look=("none", False))
