"""How well pages are cut into articles and how well those are dated, on the labelled pages of benchmarks/pages.

    python benchmarks/articles.py [--pages FOLDER] [--half first|second|all] [--failures]

A start is right where a label has it: at the headline's line, at a line that the label allows above it, or at a rule
above those. What stands above the first article of a page is not judged. The first article of a page begins there
whatever a splitter does, so the starts are counted without the first ones, and beside that with them. The date of an
article is that of the piece its headline stands in. Intervals (95 %) are bootstrapped over pages.

Rules are made while reading the first half of the pages alone; the second says what they are worth elsewhere. It is not
quite unseen: when the rules of 2026-11-27 were made its sums, but none of its failures, were looked at between changes.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from evals.statistics import UNIT, ratio_interval  # noqa: E402
from index.articles import split_articles  # noqa: E402
from index.load import load  # noqa: E402
from index.types import Article  # noqa: E402

PAGES = ROOT / "benchmarks" / "pages"
HALVES = ("first", "second", "all")
SEED = 0
_ABOVE = 8  # lines above a headline in which those that are allowed stand

Outcome = Literal["right", "unknown", "wrong", "rightly none", "invented"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """An article as people see it on a page."""

    starts_with: str
    date: datetime.date | None
    also_ok: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dating:
    """A labelled article's date, and the one that was given."""

    label: Label
    given: datetime.date | None

    @property
    def outcome(self) -> Outcome:
        if self.label.date is None:
            return "rightly none" if self.given is None else "invented"
        if self.given is None:
            return "unknown"
        return "right" if self.given == self.label.date else "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A page as it was cut, beside its labels."""

    page: str
    has_first: bool  # the first article's headline is in the text at all
    found: int  # labelled starts after the first that were found
    missed: tuple[str, ...]  # the others, by the label's words
    spurious: tuple[str, ...]  # lines at which a piece begins and no article does
    datings: tuple[Dating, ...]

    @property
    def format(self) -> str:
        return self.page.rsplit(".", 1)[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A share of the pages: (part, whole) a page."""

    name: str
    counts: tuple[tuple[int, int], ...]


def half_of(page: str) -> str:
    """Return the half that a page is in, by a hash of its name."""
    return HALVES[int(hashlib.sha256(page.encode()).hexdigest(), 16) % 2]


def read_labels(path: Path) -> dict[str, list[Label]]:
    """Return the labelled articles of each page, in the order of the page."""
    return {
        entry["page"]: [
            Label(
                starts_with=article["starts_with"],
                date=datetime.date.fromisoformat(article["date"]) if article["date"] else None,
                also_ok=tuple(article.get("also_ok", ())),
            )
            for article in entry["articles"]
        ]
        for entry in json.loads(path.read_text(encoding="utf-8"))
    }


def score(page: str, articles: Sequence[Article], labels: Sequence[Label]) -> Scored:
    """Return how the pieces that a page was cut into agree with its labels."""
    text = articles[0].document.text
    lines = list(_lines(text))
    places = list(_places(lines, labels))
    starts = [_line_at(lines, article.start) for article in articles]
    allowed = [set(_allowed(lines, place, label)) for place, label in zip(places, labels, strict=True)]
    found = [bool(rows.intersection(starts)) for rows in allowed[1:]]
    right = set().union(*allowed)
    first = places[0] if places[0] is not None else 0
    return Scored(
        page=page,
        has_first=places[0] is not None,
        found=sum(found),
        missed=tuple(label.starts_with for label, is_found in zip(labels[1:], found, strict=True) if not is_found),
        spurious=tuple(lines[row][1] for row in starts[1:] if row > first and row not in right),
        datings=tuple(
            Dating(label=label, given=_date_at(articles, None if place is None else lines[place][0]))
            for place, label in zip(places, labels, strict=True)
        ),
    )


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, with their offsets; a list item's mark is left out."""
    at = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield at, " ".join(line.split())
        at += len(line)


def _places(lines: Sequence[tuple[int, str]], labels: Sequence[Label]) -> Iterator[int | None]:
    """Yield the line of each label: the first below the last one that begins with its words, else any such line."""
    last = -1
    for label in labels:
        rows = [row for row, (_, line) in enumerate(lines) if line.removeprefix("- ").startswith(label.starts_with)]
        rows = rows or [row for row, (_, line) in enumerate(lines) if label.starts_with in line]
        place = next((row for row in rows if row > last), rows[0] if rows else None)
        last = last if place is None else place
        yield place


def _allowed(lines: Sequence[tuple[int, str]], place: int | None, label: Label) -> Iterator[int]:
    """Yield the lines at which an article may begin: its headline, what is allowed above it, rules."""
    if place is None:
        return
    top = place
    yield place
    for words in label.also_ok:
        rows = range(place - 1, max(-1, place - 1 - _ABOVE), -1)
        row = next((row for row in rows if lines[row][1].startswith(words)), None)
        if row is not None:
            yield row
            top = min(top, row)
    while top > 0 and not any(character.isalnum() for character in lines[top - 1][1]):
        top -= 1
        yield top


def _line_at(lines: Sequence[tuple[int, str]], offset: int) -> int:
    return max((row for row, (at, _) in enumerate(lines) if at <= offset), default=0)


def _date_at(articles: Sequence[Article], offset: int | None) -> datetime.date | None:
    if offset is None:
        return None
    holder = next((article for article in reversed(articles) if article.start <= offset), articles[0])
    return holder.date.value if holder.date else None


def figures(pages: Sequence[Scored]) -> list[Figure]:
    """Return the shares that are reported. F1 is 2 found / (given + labelled), a share of sums too."""

    def starts(name: str, *, first: bool) -> list[Figure]:
        found = [page.found + (first and page.has_first) for page in pages]
        given = [hit + len(page.spurious) for hit, page in zip(found, pages, strict=True)]
        labelled = [hit + len(page.missed) for hit, page in zip(found, pages, strict=True)]
        both = [a + b for a, b in zip(given, labelled, strict=True)]
        return [
            Figure(name=f"starts precision{name}", counts=tuple(zip(found, given, strict=True))),
            Figure(name=f"starts recall{name}", counts=tuple(zip(found, labelled, strict=True))),
            Figure(name=f"starts F1{name}", counts=tuple(zip([2 * hit for hit in found], both, strict=True))),
        ]

    def dates(name: str, part: Sequence[Outcome], whole: Sequence[Outcome]) -> Figure:
        counts = [[dating.outcome for dating in page.datings] for page in pages]
        return Figure(
            name=name,
            counts=tuple((sum(o in part for o in page), sum(o in whole for o in page)) for page in counts),
        )

    dated: tuple[Outcome, ...] = ("right", "unknown", "wrong")
    undated: tuple[Outcome, ...] = ("rightly none", "invented")
    return [
        *starts("", first=False),
        *starts(", first ones too", first=True),
        dates("dates right (of those labelled with one)", ("right",), dated),
        dates("dates unknown (of those labelled with one)", ("unknown",), dated),
        dates("dates wrong (of all)", ("wrong", "invented"), dated + undated),
        dates("dates right or rightly none (of all)", ("right", "rightly none"), dated + undated),
    ]


def table(pages: Sequence[Scored]) -> str:
    """Return the figures of the pages in all and by format."""
    formats = sorted({page.format for page in pages})
    groups = [list(pages), *([page for page in pages if page.format == name] for name in formats)]
    lines = [
        f"| figure | all {len(pages)} pages | {' | '.join(formats)} |",
        f"|---|---|{'---|' * len(formats)}",
    ]
    for row in zip(*map(figures, groups), strict=True):
        cells = " | ".join(
            _cell(figure, [page.page for page in group]) for figure, group in zip(row, groups, strict=True)
        )
        lines.append(f"| {row[0].name} | {cells} |")
    return "\n".join(lines)


def _cell(figure: Figure, clusters: Sequence[str]) -> str:
    parts, wholes = zip(*figure.counts, strict=True)
    if not sum(wholes):
        return "–"
    interval = ratio_interval(parts, wholes, clusters, seed=SEED, within=UNIT)
    spread = f" ({interval.low:.2f}–{interval.high:.2f})" if interval else ""
    return f"{sum(parts) / sum(wholes):.3f}{spread} n {sum(wholes)}"


def failures(page: Scored) -> list[str]:
    """Return a line for each start or date of a page that is not as labelled."""
    lines = [f"missed    {words}" for words in page.missed]
    lines += [f"spurious  {line[:100]}" for line in page.spurious]
    for dating in page.datings:
        if dating.outcome not in ("right", "rightly none"):
            lines.append(f"{dating.outcome:<9} {dating.given} for {dating.label.date}: {dating.label.starts_with}")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, default=PAGES, help="folder of pages with their labels.json")
    parser.add_argument("--half", choices=HALVES, default=None, help="only these pages (default: each half, and all)")
    parser.add_argument("--failures", action="store_true", help="show what is not as labelled, page by page")
    options = parser.parse_args(arguments)
    scored = [
        score(page, split_articles(load(options.pages / page, source=page)), labels)
        for page, labels in read_labels(options.pages / "labels.json").items()
        if options.half in (None, "all", half_of(page))
    ]
    for half in [options.half] if options.half else HALVES:
        pages = [page for page in scored if half in ("all", half_of(page.page))]
        print(f"\nhalf: {half}\n\n{table(pages)}")
    for page in scored if options.failures else ():
        if lines := failures(page):
            print(f"\n{page.page}\n  " + "\n  ".join(lines))


if __name__ == "__main__":
    main()
