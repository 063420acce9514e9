"""At which of a page's openings articles do begin: by their own signs, the page's habits, or cohesion. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from index.cohesion import ENOUGH, are_articles
from index.heads import case_of, is_title_case, may_be_title
from index.openings import OF_TEXT, Opening, Sign, openings
from index.units import Unit, stems

_SURE: frozenset[Sign] = frozenset(("dated", "clock", "dateline", "lead", "salutation", "caption"))
_SHARED: tuple[Sign, ...] = ("rule", "ended", "label", "signed", "named", "echo")  # each is enough where it comes back


def beginnings(
    units: Sequence[Unit],
    found: Sequence[Opening],
    headline: int | None,
    *,
    is_titled: bool,
    is_marked_up: bool = False,
) -> list[Opening]:
    """Return the openings below the first at which an article does begin: by their own signs, or the page's habits.

    Args:
        headline: the unit that is the first article's headline.
        is_titled: that headline is the title that the document's metadata give.
        is_marked_up: the format has means to mark articles and did not use them, so that only sure signs count.
    """
    first, later = found[0], [_with_date_above(units, opening, found[0]) for opening in found[1:]]
    counts = Counter(sign for opening in later for sign in opening.signs)
    counts.update(first.signs & OF_TEXT)
    begun = [opening for opening in later if _is_sure(units, opening, Counter() if is_marked_up else counts)]
    if is_marked_up:
        return begun
    begun += [opening for opening in _numbered_articles(units, found) if opening not in (first, *begun)]
    alike = [opening.look for opening in begun if opening.headline is not None]
    if headline is not None:
        alike.insert(0, (case_of(units[headline].text), first.look[1]))
    if not begun:
        return _by_cohesion(units, found, headline, is_titled=is_titled)
    if len(alike) < 2:
        return begun
    look, times = Counter(alike).most_common(1)[0]
    if times < 0.6 * len(alike):
        return begun
    rest = [o for o in later if o not in begun and o.look == look and _is_of_its_own(units, o)]
    return sorted([*begun, *rest], key=lambda opening: opening.start)


def _with_date_above(units: Sequence[Unit], opening: Opening, first: Opening) -> Opening:
    """Return an opening with the date that stands alone above its head, where the page's first head has one there."""
    above = [units[each.start - 1].kind if each.start else None for each in (first, opening)]
    return replace(opening, start=opening.start - 1) if above == ["date", "date"] else opening


def _is_sure(units: Sequence[Unit], opening: Opening, counts: Counter[Sign]) -> bool:
    """Say whether an opening's own signs are enough."""
    if opening.signs & _SURE:
        return opening.headline is not None or sum(counts[sign] for sign in OF_TEXT) >= 2
    if any(counts[sign] >= 2 for sign in _SHARED if sign in opening.signs):
        return True
    if opening.headline is None or not opening.signs & {"rule", "ended"}:
        return False
    title = units[opening.headline].text
    return is_title_case(title) or len(stems(title) & stems(units[opening.paragraph].text)) >= 2


def _is_of_its_own(units: Sequence[Unit], opening: Opening) -> bool:
    """Say whether a headline sums up the paragraph below it."""
    if opening.headline is None:
        return False
    return len(stems(units[opening.headline].text) & stems(units[opening.paragraph].text)) >= 2


def _numbered_articles(units: Sequence[Unit], found: Sequence[Opening]) -> list[Opening]:
    """Return the openings with numbers when they are the items of a digest, not the parts of a list or an agenda."""
    numbered = [opening for opening in found if "number" in opening.signs]
    sections = _sections(units, numbered)
    return numbered if are_articles(sections, title=None, is_under_headline=False, enough=ENOUGH + 1) else []


def _sections(units: Sequence[Unit], found: Sequence[Opening]) -> list[tuple[str, str]]:
    """Return the headline of each opening and its text, up to the next one."""
    bounds = [*(opening.start for opening in found), len(units)]
    return [
        (units[opening.headline].text, " ".join(unit.text for unit in units[opening.paragraph : end]))
        for opening, end in zip(found, bounds[1:], strict=True)
        if opening.headline is not None
    ]


def _by_cohesion(
    units: Sequence[Unit], found: Sequence[Opening], headline: int | None, *, is_titled: bool
) -> list[Opening]:
    """Return the openings without signs whose pieces are articles, as are those of a page of briefs."""
    found = [opening for opening in found if "number" not in opening.signs]
    looks = Counter(opening.look for opening in found if opening.headline is not None)
    plain = Counter({look: times for look, times in looks.items() if look[0] not in _LOOSE_CASES})
    if not looks:
        return []
    look = (plain if max(plain.values(), default=0) > 1 else looks).most_common(1)[0][0]
    first = _first_of_look(units, found[0], look)
    alike = [o for o in [first, *found[1:]] if o.headline is not None and _is_alike(o.look, look)]
    sections = _sections(units, alike)
    named = " ".join(unit.text for unit in units[: found[0].start] if not _is_rubric(unit))
    above = " ".join(unit.text for unit in units[: first.start] if not _is_rubric(unit))
    is_signed = bool(found[0].signs & {"dated", "dateline", "named"}) and not named
    title = above or (None if headline is None else units[headline].text)
    if are_articles(sections, title=title, is_under_headline=is_signed or is_titled):
        return [opening for opening in alike if opening is not first]
    return []


def _is_rubric(unit: Unit) -> bool:
    """Say whether a line names the kind of what follows ("THE LONG READ")."""
    return unit.text.isupper() and len(unit.text.split()) <= _RUBRIC_WORDS


def first_headline_like(units: Sequence[Unit], later: Sequence[Opening]) -> int | None:
    """Return the headline of the page's first article that is set as those of the later ones; None when none is."""
    looks = Counter(opening.look for opening in later if opening.headline is not None)
    found = openings(units[: later[0].start]) if looks else []
    if not found:
        return None
    look = looks.most_common(1)[0][0]
    first = _first_of_look(units, found[0], look)
    return first.headline if first.headline is not None and _is_alike(first.look, look) else None


def _first_of_look(units: Sequence[Unit], first: Opening, look: tuple[str, bool]) -> Opening:
    """Return the first opening with the headline nearest to its paragraph that is set as the others are."""
    for i in range(first.paragraph - 1, -1, -1):
        if units[i].kind in ("short", "body") and may_be_title(units[i]):
            nearest = replace(first, start=i, headline=i, look=(case_of(units[i].text), first.look[1]))
            if _is_alike(nearest.look, look):
                return nearest
    return first


_RUBRIC_WORDS = 4
_LOOSE_CASES = ("short", "question")  # that headlines of title case and others may both have


def _is_alike(look: tuple[str, bool], other: tuple[str, bool]) -> bool:
    (case, is_tight), (other_case, other_is_tight) = look, other
    is_loose = "capitals" not in (case, other_case) and (case in _LOOSE_CASES or other_case in _LOOSE_CASES)
    return is_tight == other_is_tight and (case == other_case or is_loose)
