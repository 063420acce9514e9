"""The language models that the page can answer with: one at a time, shared, changed between two questions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index import Index
from index.embed import HashingEmbedder
from qa.engine import LanguageModel, Prompt, ScriptedModel
from qa.errors import ModelCorrupt
from qa.pipeline import Assistant
from qa.ranker import WordOverlapRanker
from qa.types import Completed, Question
from ui.collections import Desks
from ui.desk import Desk
from ui.models import ModelState, SharedModels

LICENCE = "The ferry Maid of Hethe is licensed to carry 180 passengers."
QUESTION = Question(text="How many passengers is the ferry Maid of Hethe licensed to carry?")


class Watched(ScriptedModel):
    """Counts how many of its kind are open at a time."""

    open_now: list[str]
    most = 0

    def __init__(self, name: str, open_now: list[str]) -> None:
        super().__init__({"": f"{LICENCE} [1]"}, name=name)
        self.open_now = open_now
        open_now.append(name)
        Watched.most = max(Watched.most, len(open_now))

    def stream(self, prompt: Prompt, **options: Any) -> Iterator[str]:
        assert not self.closed
        return super().stream(prompt, **options)

    def close(self) -> None:
        if not self.closed:
            self.open_now.remove(self.name)
        super().close()


def torn() -> LanguageModel:
    raise ModelCorrupt("torn.gguf cannot be loaded")


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[Desks]:
    """Two collections that hold the same sentence, and three models."""
    open_now: list[str] = []
    Watched.most = 0
    for name in ("one", "two"):
        with Index.open(tmp_path / name, embedder=HashingEmbedder()) as documents:
            (tmp_path / "ferry.txt").write_text(LICENCE)
            documents.add([tmp_path / "ferry.txt"])
    choices: dict[str, Callable[[], LanguageModel]] = {
        name: lambda name=name: Watched(name, open_now)  # type: ignore[misc]
        for name in ("small", "large")
    }
    shared = SharedModels(
        lambda documents, model: Assistant(documents, model=model, ranker=WordOverlapRanker()),
        choices | {"torn": torn},
    )

    def open_desk(place: Path) -> Desk:
        return Desk(lambda: Index.open(place, embedder=HashingEmbedder()), shared, use=shared.use)

    made = Desks(open_desk, [tmp_path / "one", tmp_path / "two"], models=shared)
    yield made
    made.close()
    assert open_now == []


def written_by(desk: Desk) -> str:
    (answer,) = (event.answer for event in desk.stream(QUESTION) if isinstance(event, Completed))
    return answer.model


def models(desks: Desks) -> SharedModels:
    assert desks.models is not None
    return desks.models


def test_the_next_question_of_every_collection_is_answered_by_the_chosen_model(desks: Desks) -> None:
    assert [written_by(desks.desk(name)) for name in ("one", "two")] == ["small", "small"]
    desks.choose_model("large")
    models(desks).wait()
    assert models(desks).state == ModelState(chosen="large", changed=True)
    assert [written_by(desks.desk(name)) for name in ("one", "two")] == ["large", "large"]
    assert Watched.most == 1


def test_a_question_under_way_ends_with_the_model_it_began_with_and_the_next_waits(desks: Desks) -> None:
    begun = desks.desk("one").stream(QUESTION)
    next(begun)
    desks.choose_model("large")
    assert models(desks).state == ModelState(chosen="small", loading="large")
    later: list[str] = []
    waiting = threading.Thread(target=lambda: later.append(written_by(desks.desk("two"))))
    waiting.start()
    waiting.join(0.2)
    assert later == []
    assert [event.answer.model for event in begun if isinstance(event, Completed)] == ["small"]
    waiting.join(30)
    assert later == ["large"]
    assert Watched.most == 1


def test_a_stopped_question_holds_no_model(desks: Desks) -> None:
    begun = desks.desk("one").stream(QUESTION)
    next(begun)
    begun.close()
    desks.choose_model("large")
    models(desks).wait()
    assert models(desks).state.chosen == "large"


def test_a_model_that_cannot_be_loaded_leaves_the_one_before(desks: Desks) -> None:
    written_by(desks.desk("one"))
    desks.choose_model("torn")
    models(desks).wait()
    assert models(desks).state == ModelState(chosen="small", problem="torn.gguf cannot be loaded")
    assert written_by(desks.desk("one")) == "small"
    desks.choose_model("nonsense")
    assert models(desks).state.loading is None


def test_what_is_chosen_before_the_first_question_is_opened_alone(desks: Desks) -> None:
    desks.choose_model("large")
    models(desks).wait()
    assert written_by(desks.desk("one")) == "large"
    assert Watched.most == 1
