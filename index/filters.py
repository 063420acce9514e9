"""What a search may find: by date, source, kind of file, tag, language and time told of. Applied before the search."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.times import Period

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.store import Columns

    IdMask = NDArray[np.bool_]  # by passage id: whether it may be found


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """All that is named must hold; of several values of one name, any. What is None or empty asks nothing."""

    published_from: datetime.date | None = None  # leaves out what has no date
    published_to: datetime.date | None = None  # leaves out what has no date
    as_of: datetime.date | None = None  # leaves out what is dated later; what has no date stays
    sources: tuple[str, ...] = ()  # a name, a folder ("papers/"), or a pattern with * ? [ab], where * crosses folders
    media_types: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()  # ISO 639-1; leaves out documents whose language is not known
    happened: Period | None = None  # leaves out passages that speak of no day of it

    def __post_init__(self) -> None:
        if self.published_from and self.published_to and self.published_from > self.published_to:
            raise ValueError(f"nothing is published from {self.published_from} to {self.published_to}; swap the dates")

    def __bool__(self) -> bool:
        """Whether it asks anything."""
        return self != Filter()

    def seen_on(self, day: datetime.date | None) -> Filter:
        """Return the same filter without what is dated after a day."""
        if day is None:
            return self
        return replace(self, as_of=day if self.as_of is None else min(day, self.as_of))

    def conditions(self) -> tuple[list[str], list[str]]:
        """Return what it asks of a row of `documents`, as SQL conditions and their values."""
        conditions, values = [], []
        if self.sources:
            conditions.append(f"({' OR '.join('source = ? OR source GLOB ?' for _ in self.sources)})")
            values += [value for source in self.sources for value in (source, _pattern(source))]
        if self.media_types:
            conditions.append(f"media_type IN ({', '.join('?' for _ in self.media_types)})")
            values += self.media_types
        if self.tags:
            marks = ", ".join("?" for _ in self.tags)
            conditions.append(f"id IN (SELECT document_id FROM document_tags WHERE tag IN ({marks}))")
            values += self.tags
        if self.languages:
            conditions.append(f"language IN ({', '.join('?' for _ in self.languages)})")
            values += [language.lower() for language in self.languages]
        return conditions, values

    def mask(
        self,
        columns: Columns,
        documents: NDArray[np.int64] | None,
        last_id: int,
        *,
        passages: NDArray[np.int64] | None = None,
    ) -> IdMask:
        """Return, for every id from 0 to `last_id`, whether its passage passes.

        Args:
            columns: the passages there are.
            documents: the ids of the documents that pass; None: all.
            last_id: the greatest id of the mask.
            passages: the ids of the passages that speak of the time asked for; None: all.
        """
        import numpy as np

        passes = np.ones(len(columns.ids), dtype=np.bool_)
        if documents is not None:
            passes &= np.isin(columns.documents, documents)
        if passages is not None:
            passes &= np.isin(columns.ids, passages)
        if self.as_of is not None:
            passes &= columns.days <= self.as_of.toordinal()
        if self.published_from is not None:
            passes &= columns.days >= self.published_from.toordinal()
        if self.published_to is not None:
            passes &= (columns.days > 0) & (columns.days <= self.published_to.toordinal())
        mask = np.zeros(last_id + 1, dtype=np.bool_)
        mask[columns.ids[passes & (columns.ids <= last_id)]] = True
        return mask


def happened_between(first: datetime.date | None, last: datetime.date | None) -> Period | None:
    """Return the time from one day to another, open where a day is None; None where both are.

    Raises:
        ValueError: it ends before it begins.
    """
    if first is None and last is None:
        return None
    if first is not None and last is not None and last < first:
        raise ValueError(f"nothing happened from {first} to {last}; swap the dates")
    return Period(first=first, last=last)


def _pattern(source: str) -> str:
    """Return a source as a pattern of SQLite's GLOB; a folder's holds all that lies below it."""
    return source.replace("[", "[[]") + "*" if source.endswith("/") else source
