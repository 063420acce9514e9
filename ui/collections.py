"""Collections: index folders, each with a desk of its own, all with the same models."""

from __future__ import annotations

import os
import re
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from index.errors import IndexMissing
from qa.errors import FeedbackError
from ui.desk import Desk, desk_of, ready_assistant
from ui.errors import CollectionsError
from ui.models import SharedModels

if TYPE_CHECKING:
    from index import Index
    from qa.feedback import FeedbackStore

NAME_CHARACTERS = 60  # at most 240 bytes, which every file system takes
_SIGNS = " .,()&+@=_-"  # beside letters, their marks and digits
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE
)  # no folder on Windows can be named so


class Desks:
    """A desk for each collection, made when the collection is first chosen. Safe to use from many threads.

    The folders are looked at whenever a collection is asked for, so one that is made or removed meanwhile counts.

    Args:
        open_desk: gives a desk on an index folder, with nothing opened yet.
        indexes: index folders, each a collection; one alone, without `folder`, may have any name.
        folder: the folder whose index folders are collections too, and where new ones are made; None: none can be made.
        make_index: makes an empty index in a folder.
        models: the language models to choose from; None: there is no choice.

    Raises:
        CollectionsError: a folder's name is no safe name, two have the same, or `folder` is no folder of indexes.
    """

    def __init__(
        self,
        open_desk: Callable[[Path], Desk],
        indexes: Sequence[Path] = (),
        folder: Path | None = None,
        make_index: Callable[[Path], None] | None = None,
        models: SharedModels | None = None,
    ) -> None:
        self.models = models
        self._open_desk = open_desk
        self._make_index = make_index
        self._folder = None if folder is None else _absolute(folder)
        self._changing = threading.Lock()
        self._making = threading.Lock()
        self._desks: dict[str, Desk] = {}
        self._left: list[Desk] = []  # whose folders are gone; answers may still be read from them
        self._given: dict[str, Path] = {}
        places = dict.fromkeys(_absolute(index) for index in indexes)
        self.can_choose = self._folder is not None or len(places) > 1
        for place in places:
            self._give(place)
        self._check_folder()

    def _give(self, place: Path) -> None:
        name = checked_name(place.name, place) if self.can_choose else place.name or str(place)
        if name in self._given:
            raise CollectionsError(f"{self._given[name]} and {place} are both called {name}; rename one of the folders")
        self._given[name] = place

    def _check_folder(self) -> None:
        if self._folder is None:
            return
        if self._folder.exists() and not self._folder.is_dir():
            raise CollectionsError(f"{self._folder} is no folder; give --collections a folder of index folders")
        if _is_index(self._folder):
            raise CollectionsError(
                f"{self._folder} is an index itself; give it as --index, or name the folder above it"
            )
        for place in _index_folders(self._folder):
            name = checked_name(place.name, place)
            if self._given.get(name, place) != place:
                raise CollectionsError(f"{self._given[name]} and {place} are both called {name}; rename one of them")

    @property
    def can_make(self) -> bool:
        """Whether new collections can be made."""
        return self._folder is not None and self._make_index is not None

    @property
    def names(self) -> tuple[str, ...]:
        """The collections: those that were given in their order, then the folder's by name."""
        return tuple(self._places())

    def named(self, kept: str | None) -> str | None:
        """Return the collection of a conversation that was kept with this one; None where there is no choice."""
        return next(iter(self.names), None) if kept is None and self.can_choose else kept

    def present(self, name: str | None) -> str | None:
        """Return a collection if it is still there, and otherwise the first."""
        return name if name in self.names else self.named(None)

    def desk(self, name: str | None = None) -> Desk:
        """Return the desk of a collection, of the first without a name.

        Of a collection that is not there the desk says so, as an IndexMissing, whatever is asked of it.
        """
        places = self._places()
        chosen = next(iter(places), None) if name is None else name
        if chosen is None:
            return _absent("there is no collection yet; make one under Documents")
        with self._changing:
            if chosen not in places:
                self._leave(chosen)
                return _absent(_gone(chosen, tuple(places)))
            if chosen not in self._desks:
                self._desks[chosen] = self._open_desk(places[chosen])
            return self._desks[chosen]

    def make(self, name: str) -> str:
        """Make an empty collection and return its name.

        Raises:
            CollectionsError: the name is no safe name or taken, or none can be made here.
            IndexingError: the index cannot be made.
        """
        safe = checked_name(name)
        if self._folder is None or self._make_index is None:
            raise CollectionsError("no collection can be made here; start with --collections DIR")
        with self._making:
            if any(safe.casefold() == taken.casefold() for taken in self.names):
                raise CollectionsError(f"there is already a collection called “{safe}”; choose another name")
            place = self._folder / safe
            if place.exists() and (not place.is_dir() or any(place.iterdir())):
                raise CollectionsError(f"{place} is there and is no index; choose another name")
            with self._changing:
                self._leave(safe)
            self._make_index(place)
        return safe

    def warm(self, name: str | None = None) -> None:
        """Open a collection in the background, so that the first question finds it ready."""
        self.desk(name).warm()

    def choose_model(self, name: str) -> None:
        """Have another language model answer in every collection, as soon as no question is under way."""
        if self.models is not None:
            self.models.choose(name, let_go=self._forget_assistants)

    def close(self) -> None:
        """Let go of the models and of every index."""
        with self._changing:
            for desk in (*self._desks.values(), *self._left):
                desk.close()
            self._desks, self._left = {}, []
        if self.models is not None:
            self.models.close()

    def _forget_assistants(self) -> None:
        with self._changing:
            for desk in (*self._desks.values(), *self._left):
                desk.forget_assistant()

    def _leave(self, name: str) -> None:
        if (left := self._desks.pop(name, None)) is not None:
            self._left.append(left)

    def _places(self) -> dict[str, Path]:
        places = dict(self._given)
        if self._folder is not None:
            for place in _index_folders(self._folder):
                if is_safe(name := _normal(place.name)):
                    places.setdefault(name, place)
        return places


def desks_of(
    indexes: Sequence[Path], folder: Path | None = None, *, models: Sequence[str] = (), embedder: str | None = None
) -> Desks:
    """Return the desks of index folders and of a folder of them, with one language model; raises CollectionsError.

    Args:
        models: language models to choose from, before the others that can be used here; the first answers at first.
    """

    def make_index(place: Path) -> None:
        from index import Index

        Index.open(place, embedder=embedder).close()

    shared = shared_models(models)
    open_desk = partial(desk_of, open_assistant=shared, use=shared.use, embedder=embedder)
    return Desks(open_desk, indexes, folder, make_index=make_index, models=shared)


def shared_models(named: Sequence[str] = ()) -> SharedModels:
    """Return the language models that were named and the others that can be used here."""
    from qa.choices import usable_models
    from qa.engine import open_model

    choices = {choice.name: partial(open_model, choice.spec) for choice in usable_models(named)}
    return SharedModels(ready_assistant, choices)


def checked_name(name: str, place: Path | None = None) -> str:
    """Return a collection's name without the spaces around it.

    Args:
        place: the folder that is called so already; None: the name is of a collection to be made.

    Raises:
        CollectionsError: it is no name that every file system takes for a folder.
    """
    kept = _normal(name)
    if is_safe(kept):
        return kept
    words = " ".join(kept.split())
    told = f"{place}: “{words}” cannot be" if place else f"“{words}” cannot be" if words else "an empty name cannot be"
    raise CollectionsError(
        f"{told} the name of a collection; use letters, digits, spaces and . , - _ ( ) & + @ =, at most "
        f"{NAME_CHARACTERS} characters, with a letter or digit first and no full stop last"
    )


def is_safe(name: str) -> bool:
    """Return whether every file system takes a name for a folder's."""
    kinds = [unicodedata.category(character)[0] for character in name]
    return (
        0 < len(name) <= NAME_CHARACTERS
        and (kinds[0] in "LN" or name[0] == "_")
        and name[-1] not in " ."
        and all(kind in "LMN" or character in _SIGNS for kind, character in zip(kinds, name, strict=True))
        and not _DEVICES.fullmatch(name)
    )


def _normal(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path.expanduser()))


def _is_index(folder: Path) -> bool:
    from index.store import FILE_NAME

    return (folder / FILE_NAME).is_file()


def _index_folders(folder: Path) -> Iterator[Path]:
    """Yield the index folders in a folder by name, those that are hidden left out."""
    if folder.is_dir():
        for place in sorted(folder.iterdir(), key=lambda each: each.name.casefold()):
            if not place.name.startswith(".") and _is_index(place):
                yield place


def _gone(name: str, others: Sequence[str]) -> str:
    rest = f"others can be asked: {', '.join(others)}" if others else "there is no other"
    return f"the collection “{name}” is not here (any more); its answers can still be read, and {rest}"


def _absent(reason: str) -> Desk:
    """Return the desk of a collection that is not there."""

    def no_documents() -> NoReturn:
        raise IndexMissing(reason)

    def no_assistant(documents: Index) -> NoReturn:
        raise IndexMissing(reason)

    def no_feedback() -> FeedbackStore:
        raise FeedbackError(reason)

    return Desk(no_documents, no_assistant, open_feedback=no_feedback)
