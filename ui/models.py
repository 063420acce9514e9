"""The language models that the page can answer with: one of them is open at a time, and every collection shares it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import IndexingError
from qa.errors import AnsweringError

if TYPE_CHECKING:
    from index import Index
    from qa.engine import LanguageModel
    from qa.pipeline import Assistant

_log = logging.getLogger("onrecord.models")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelState:
    """Which language model answers, and which is on its way."""

    chosen: str
    loading: str | None = None  # it answers as soon as it is loaded
    changed: bool = False  # whether the chosen one was chosen on a page
    problem: str | None = None  # why the last one that was chosen cannot answer


class SharedModels:
    """Opens the models with the first collection that needs them, and gives the others assistants that share them.

    Another language model may be chosen. It waits until no question is under way: each is answered by the model that
    it began with, and at no moment are two in memory. Safe to use from many threads.

    Args:
        make: gives an assistant with a language model, ready to answer.
        choices: what opens each language model, by name, at least one; the first is the one that answers at first.
    """

    def __init__(
        self, make: Callable[[Index, LanguageModel], Assistant], choices: Mapping[str, Callable[[], LanguageModel]]
    ) -> None:
        self._make = make
        self._choices = dict(choices)
        self._opening = threading.Lock()
        self._first: Assistant | None = None
        self._changing = threading.Condition()
        self._under_way = 0
        self._state = ModelState(chosen=next(iter(self._choices)))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._choices)

    @property
    def state(self) -> ModelState:
        return self._state

    def __call__(self, documents: Index) -> Assistant:
        """Return an assistant on the documents; raises AnsweringError where the model cannot be used."""
        with self._opening:
            if self._first is None:
                self._first = self._make(documents, self._choices[self._state.chosen]())
                return self._first
            first = self._first
        documents.warm()
        return first.on(documents)

    @contextmanager
    def use(self) -> Iterator[None]:
        """Keep the language model as it is meanwhile; where another is on its way, wait for that first."""
        with self._changing:
            self._changing.wait_for(lambda: self._state.loading is None)
            self._under_way += 1
        try:
            yield
        finally:
            with self._changing:
                self._under_way -= 1
                self._changing.notify_all()

    def choose(self, name: str, *, let_go: Callable[[], None]) -> None:
        """Have another language model answer, in the background; nothing changes while one is on its way already.

        Args:
            let_go: called when no question is under way, to forget the assistants that were given.
        """
        with self._changing:
            if name in self._choices and name != self._state.chosen and self._state.loading is None:
                self._state = ModelState(chosen=self._state.chosen, loading=name)
                threading.Thread(target=self._change, args=(name, let_go), name="onrecord-model", daemon=True).start()

    def wait(self, seconds: float = 60.0) -> None:
        """Wait until no language model is on its way."""
        with self._changing:
            self._changing.wait_for(lambda: self._state.loading is None, seconds)

    def close(self) -> None:
        """Let go of the models."""
        with self._opening:
            if self._first is not None:
                self._first.close()
            self._first = None

    def _change(self, name: str, let_go: Callable[[], None]) -> None:
        before = self._state.chosen
        with self._changing:
            self._changing.wait_for(lambda: self._under_way == 0)
        let_go()
        state = ModelState(chosen=before, problem=f"{name} could not be loaded; the log says why")
        try:
            self._open(name, before)
            state = ModelState(chosen=name, changed=True)
        except (AnsweringError, IndexingError, OSError) as error:
            state = ModelState(chosen=before, problem=str(error))
        except Exception:
            _log.exception("the language model %s could not be loaded", name)
        finally:
            with self._changing:
                self._state = state
                self._changing.notify_all()

    def _open(self, name: str, before: str) -> None:
        """Put another language model in the place of the one that is open; where it cannot be used, that one again."""
        with self._opening:
            old, self._first = self._first, None
            if old is None:  # it is opened by the first question
                return
            old.close()
            try:
                self._first = _ready(old, self._choices[name])
            except BaseException:
                self._first = _ready(old, self._choices[before])
                raise


def _ready(old: Assistant, open_model: Callable[[], LanguageModel]) -> Assistant:
    """Return an assistant that is ready to answer with another language model and the same networks."""
    assistant = old.on(old.documents, model=open_model())
    try:
        assistant.warm()
    except BaseException:
        assistant.close()
        raise
    return assistant
