"""Collections: which there are, how they are named, what is opened and what is shared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index import Index
from index.embed import HashingEmbedder
from index.errors import IndexMissing
from qa.engine import LanguageModel, ScriptedModel
from qa.errors import FeedbackError
from qa.feedback import Vote
from qa.pipeline import Assistant
from qa.ranker import WordOverlapRanker
from ui.chat import Conversation
from ui.collections import Desks, checked_name, is_safe
from ui.conversations import Conversations
from ui.desk import Desk
from ui.errors import CollectionsError
from ui.history import open_kept, shown
from ui.models import SharedModels
from ui.voting import keep

Shelf = Callable[..., Desks]
REPLIES = {"": "The documents do not say."}


def index_at(place: Path, **papers: str) -> Path:
    with Index.open(place, embedder=HashingEmbedder()) as documents:
        for name, text in papers.items():
            (place / f"{name}.txt").write_text(text, encoding="utf-8")
            documents.add([place / f"{name}.txt"])
    return place


@pytest.fixture
def opened() -> list[str]:
    """The names of what was opened: indexes, and "models"."""
    return []


@pytest.fixture
def shelf(opened: list[str]) -> Shelf:
    def make(documents: Index, model: LanguageModel) -> Assistant:
        opened.append("models")
        return Assistant(documents, model=model, ranker=WordOverlapRanker())

    shared = SharedModels(make, {"scripted": lambda: ScriptedModel(REPLIES)})

    def open_desk(place: Path) -> Desk:
        def documents() -> Index:
            opened.append(place.name)
            return Index.open(place, embedder=HashingEmbedder(), create=False)

        return Desk(documents, shared)

    def shelf(*indexes: Path, folder: Path | None = None) -> Desks:
        return Desks(open_desk, indexes, folder, lambda place: Index.open(place, embedder=HashingEmbedder()).close())

    return shelf


def test_the_index_folders_of_a_folder_are_collections_by_name_after_those_that_were_given(
    tmp_path: Path, shelf: Shelf
) -> None:
    for name in ("beta", "Alpha", ".hidden"):
        index_at(tmp_path / "all" / name)
    (tmp_path / "all" / "notes").mkdir()
    (tmp_path / "all" / "conversations.sqlite").touch()
    given = index_at(tmp_path / "zeta")
    desks = shelf(given, folder=tmp_path / "all")
    assert desks.names == ("zeta", "Alpha", "beta")
    assert desks.named(None) == "zeta"
    assert desks.can_choose
    assert desks.can_make
    index_at(tmp_path / "all" / "gamma")
    assert desks.names == ("zeta", "Alpha", "beta", "gamma")


def test_one_index_alone_is_no_choice_whatever_its_name(tmp_path: Path, shelf: Shelf) -> None:
    desks = shelf(index_at(tmp_path / "odd: name?", note="The mill is old."))
    assert not desks.can_choose
    assert not desks.can_make
    assert desks.named(None) is None
    assert desks.desk(None).stats().documents == 1
    with pytest.raises(CollectionsError, match="start with --collections DIR"):
        desks.make("more")


def test_only_what_is_chosen_is_opened_and_the_models_once(tmp_path: Path, shelf: Shelf, opened: list[str]) -> None:
    places = [index_at(tmp_path / name, note=f"The {name} is old.") for name in ("mill", "pier", "quay")]
    desks = shelf(*places)
    first, second = desks.desk("mill").assistant(), desks.desk("pier").assistant()
    assert desks.desk("pier").assistant() is second
    assert second.model is first.model
    assert second.documents is desks.desk("pier").documents()
    assert [hit.text for hit in desks.desk("pier").search("old", limit=2, as_of=None)] == ["The pier is old."]
    assert opened == ["mill", "models", "pier"]
    desks.close()


@pytest.mark.parametrize(
    "name",
    ["letters", "Akte 7 (2024)", "Überblick", "हिन्दी समाचार", "_drafts", "a.b-c, d & e", "x" * 60],
)
def test_safe_names_are_taken(name: str) -> None:
    assert checked_name(f"  {name} ") == name


NOT_SAFE = (
    *("", "  ", ".", "..", ".hidden", "a/b", "a\\b", "ends.", "-rf", "a\nb", "a\x00", "con", "NUL.txt", "COM1"),
    *("x" * 61, "<b>", "a:b", "what?", "*", 'say "x"', "a\u202eb", "~"),
)


@pytest.mark.parametrize("name", NOT_SAFE)
def test_names_that_are_no_safe_folder_names_are_refused_in_one_line(name: str) -> None:
    assert not is_safe(name)
    with pytest.raises(CollectionsError, match="cannot be the name of a collection; use letters") as refused:
        checked_name(name)
    assert "\n" not in str(refused.value)


def test_folders_that_cannot_be_told_apart_or_named_are_refused(tmp_path: Path, shelf: Shelf) -> None:
    one, other = index_at(tmp_path / "a" / "same"), index_at(tmp_path / "b" / "same")
    with pytest.raises(CollectionsError, match="are both called same; rename one"):
        shelf(one, other)
    with pytest.raises(CollectionsError, match="are both called same; rename one"):
        shelf(one, folder=tmp_path / "b")
    assert shelf(one, one, folder=tmp_path / "a").names == ("same",)
    with pytest.raises(CollectionsError, match="is an index itself; give it as --index"):
        shelf(folder=one)
    index_at(tmp_path / "c" / "odd?")
    with pytest.raises(CollectionsError, match="odd\\?” cannot be the name of a collection"):
        shelf(folder=tmp_path / "c")
    (tmp_path / "file").touch()
    with pytest.raises(CollectionsError, match="is no folder"):
        shelf(folder=tmp_path / "file")


def test_a_collection_is_made_empty_once_and_never_over_something_else(tmp_path: Path, shelf: Shelf) -> None:
    desks = shelf(folder=tmp_path / "all")
    assert desks.names == ()
    with pytest.raises(IndexMissing, match="no collection yet; make one under Documents"):
        desks.desk(desks.named(None)).stats()
    assert desks.make(" Court files ") == "Court files"
    assert desks.names == ("Court files",)
    assert desks.desk("Court files").stats().documents == 0
    with pytest.raises(CollectionsError, match="already a collection called “court FILES”"):
        desks.make("court FILES")
    with pytest.raises(CollectionsError, match="cannot be the name"):
        desks.make("../out")
    (tmp_path / "all" / "taken").mkdir()
    (tmp_path / "all" / "taken" / "letter.txt").touch()
    with pytest.raises(CollectionsError, match="is there and is no index"):
        desks.make("taken")
    assert sorted(each.name for each in (tmp_path / "all").iterdir()) == ["Court files", "taken"]
    desks.close()


def test_a_collection_that_is_gone_says_so_and_one_made_anew_is_another(tmp_path: Path, shelf: Shelf) -> None:
    place = index_at(tmp_path / "all" / "mill", note="The mill is old.")
    index_at(tmp_path / "all" / "pier")
    desks = shelf(folder=tmp_path / "all")
    assert desks.desk("mill").stats().documents == 1
    place.rename(tmp_path / "away")
    assert desks.present("mill") == "pier"
    said = r"“mill” is not here \(any more\); its answers can still be read, and others can be asked: pier"
    for act in (desks.desk("mill").stats, desks.desk("mill").assistant, lambda: desks.desk("mill").original("x")):
        with pytest.raises(IndexMissing, match=said):
            act()
    with pytest.raises(FeedbackError, match=said):
        desks.desk("mill").feedback()
    desks.make("mill")
    assert desks.desk("mill").stats().documents == 0
    desks.close()


def test_a_conversation_is_kept_with_its_collection_and_opened_in_it(tmp_path: Path, shelf: Shelf) -> None:
    desks = shelf(*[index_at(tmp_path / name) for name in ("mill", "pier")])
    store = Conversations(tmp_path / "c.sqlite")
    conversation = Conversation(store)
    conversation.become(None, (), "pier")
    conversation.ask("Who?")
    conversation.keep()
    assert conversation.id is not None
    other = Conversation(store)
    other.become(None, (), "mill")
    open_kept(store, other, conversation.id, desks)
    assert (other.collection, [each.question for each in other.exchanges]) == ("pier", ["Who?"])
    without = store.create("Before there were collections?")
    open_kept(store, other, without, desks)
    assert other.collection == "mill"
    other.clear()
    assert other.collection == "mill"


def test_the_name_is_told_once_so_that_what_is_typed_there_stays(tmp_path: Path, shelf: Shelf) -> None:
    desks = shelf(index_at(tmp_path / "mill"))
    store = Conversations(tmp_path / "c.sqlite")
    conversation = Conversation(store)
    conversation.ask("Who?")
    conversation.keep()

    def name(*, anew: bool = False) -> str | None:
        update = shown(store, conversation, desks, anew=anew)[1]
        assert update["interactive"]
        told: str | None = update.get("value")
        return told

    assert [name(), name(), name(anew=True)] == ["Who?", None, "Who?"]
    assert conversation.id is not None
    store.rename(conversation.id, "Mill")  # on another page
    assert [name(), name()] == ["Mill", None]


def test_a_readers_word_goes_to_the_conversations_own_collection(tmp_path: Path) -> None:
    from qa.feedback import FILE_NAME, FeedbackStore
    from tests.ui.test_conversations import FIRST

    def open_desk(place: Path) -> Desk:
        return Desk(
            lambda: Index.open(place, embedder=HashingEmbedder()),
            lambda documents: Assistant(documents),
            open_feedback=lambda: FeedbackStore(place / FILE_NAME),
        )

    desks = Desks(open_desk, [index_at(tmp_path / name) for name in ("mill", "pier")])
    store = Conversations(tmp_path / "c.sqlite")
    name = store.create("How many?", collection="pier")
    store.put(name, [FIRST], numbers=[1])
    conversation = Conversation(store)
    open_kept(store, conversation, name, desks)
    vote: Vote = "wrong"
    assert keep(desks, conversation, 0, vote) is not None
    assert not (tmp_path / "mill" / FILE_NAME).exists()
    kept = desks.desk("pier").feedback()
    assert kept is not None
    assert [each.vote for each in kept.all()] == ["wrong"]
    desks.close()
