"""Conversations are kept: what is put in comes back, and nothing of somebody else's."""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
import threading
from pathlib import Path

import pytest

from index.types import Dated, Hit, Span
from qa.types import Answer, Citation, Claim, Conflict, Side, Timings, Turn, Verdict
from ui.conversations import Conversations
from ui.errors import ConversationMissing, ConversationsError
from ui.kept import KeptExchange

CITATION = Citation(
    number=1, source="ferry.txt", article="Ferry", date=Dated(value=datetime.date(2023, 10, 15), basis="stated"),
    quote="180 passengers", start=10, end=24,
)  # fmt: skip
SUPPORTED = Claim(
    text="It carries 180.", start=0, end=15, citations=(1,), verdict=Verdict(label="supported", probability=0.9)
)
REJECTED = Claim(
    text="It sank.", start=0, end=8, citations=(), verdict=Verdict(label="uncited", reason="cites nothing")
)
ANSWER = Answer(
    question="How many?", standalone_question="How many passengers?", status="answered", text="It carries 180. [1]",
    reason=None,
    claims=(SUPPORTED,),
    citations=(CITATION,),
    conflicts=(Conflict(about="x", sides=(Side(value="180", citation=1),)),),
    short_answer=Span(start=11, end=14),
    rejected=(REJECTED,),
    model="scripted", index_fingerprint="abc", timings=Timings(total=1.5),
)  # fmt: skip
HIT = Hit(
    passage_id=1, article_id=1, document_id=1, source="ferry.txt", article=None, date=None, text="It carries 180.",
    start=0, end=15, score=0.5, rank=1, dense_rank=1, lexical_rank=None,
)  # fmt: skip
FIRST = KeptExchange(number=1, question="How many?", answer=ANSWER, hits=(HIT,))
STOPPED = KeptExchange(number=2, question="And when?", draft="It was")
BROKEN = KeptExchange(number=4, question="Who?", problem="the model cannot be used")


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path / "sub" / "c.sqlite")


def begun(kept: Conversations, question: str = "How many?", owner: str = "") -> str:
    name = kept.create(question, owner=owner)
    kept.put(name, [KeptExchange(number=1, question=question)], numbers=[1], owner=owner)
    return name


def test_what_is_kept_comes_back_as_it_was_after_a_restart(kept: Conversations, tmp_path: Path) -> None:
    name = kept.create("How many?")
    kept.put(name, [FIRST, STOPPED, BROKEN], numbers=[1, 2, 4])
    kept.close()
    again = Conversations(tmp_path / "sub" / "c.sqlite")
    assert again.exchanges(name) == (FIRST, STOPPED, BROKEN)
    assert [each.title for each in again.listed()] == ["How many?"]


def test_what_is_undone_is_kept_no_longer_and_the_last_takes_the_conversation_along(kept: Conversations) -> None:
    name = kept.create("How many?")
    kept.put(name, [FIRST, STOPPED], numbers=[1, 2])
    kept.put(name, [], numbers=[1])
    assert kept.exchanges(name) == (FIRST,)
    kept.put(name, [], numbers=[])
    assert kept.listed() == []
    with pytest.raises(ConversationMissing, match="may have been deleted"):
        kept.exchanges(name)


def test_nobody_reads_renames_or_deletes_what_is_somebody_elses(kept: Conversations) -> None:
    name = begun(kept, owner="ana")
    assert kept.listed(owner="ines") == []
    for act in (kept.exchanges, kept.delete, kept.title):
        with pytest.raises(ConversationMissing):
            act(name, owner="ines")
    with pytest.raises(ConversationMissing):
        kept.rename(name, "mine", owner="ines")
    assert [each.id for each in kept.listed(owner="ana")] == [name]


def test_a_search_finds_titles_questions_and_answers_by_every_word(kept: Conversations) -> None:
    ferry, mill = kept.create("How many?"), begun(kept, "Who built the mill?")
    kept.put(ferry, [FIRST], numbers=[1])
    assert [each.id for each in kept.listed(query="180 CARRIES")] == [ferry]
    assert [each.id for each in kept.listed(query="mill")] == [mill]
    assert kept.listed(query="mill 180") == []
    assert kept.listed(query="100% _") == []


def test_the_conversation_changed_last_stands_first(kept: Conversations) -> None:
    first, second = begun(kept, "First?"), begun(kept, "Second?")
    kept.put(first, [STOPPED], numbers=[1, 2])
    assert [each.id for each in kept.listed()] == [first, second]


def test_a_conversation_is_renamed_and_an_empty_name_changes_nothing(kept: Conversations) -> None:
    name = begun(kept)
    kept.rename(name, "  The\nferry ")
    kept.rename(name, " ")
    assert kept.title(name) == "The ferry"
    assert len(begun(kept, "word " * 100)) == 16
    assert len(kept.listed()[0].title) <= 80


def test_a_file_of_a_newer_version_is_refused_in_one_line(kept: Conversations, tmp_path: Path) -> None:
    kept.close()
    with sqlite3.connect(tmp_path / "sub" / "c.sqlite") as connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(ConversationsError, match="has format 9, and this version reads up to 3; update onrecord"):
        Conversations(tmp_path / "sub" / "c.sqlite")


EARLIER = """
CREATE TABLE conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, renamed INTEGER NOT NULL, changed TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX conversations_of_owner ON conversations(owner, changed);
CREATE TABLE exchanges (
    conversation_id TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE, number INTEGER NOT NULL,
    question TEXT NOT NULL, answer TEXT, hits TEXT NOT NULL, draft TEXT NOT NULL, problem TEXT, words TEXT NOT NULL,
    PRIMARY KEY (conversation_id, number)
) STRICT, WITHOUT ROWID;
INSERT INTO conversations VALUES ('old', '', 'How many?', 0, '2026-01-01T00:00:00+00:00');
INSERT INTO exchanges VALUES ('old', 1, 'How many?', NULL, '[]', 'It was', NULL, 'how many?');
PRAGMA user_version = 1;
"""


def test_a_file_of_an_earlier_version_goes_on_and_takes_collections(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "c.sqlite") as connection:
        connection.executescript(EARLIER)
    connection.close()
    kept = Conversations(tmp_path / "c.sqlite")
    assert kept.exchanges("old") == (KeptExchange(number=1, question="How many?", draft="It was"),)
    assert kept.collection("old") is None
    new = kept.create("And here?", collection="letters")
    kept.close()
    again = Conversations(tmp_path / "c.sqlite")
    assert again.collection(new) == "letters"
    assert {each.title for each in again.listed()} == {"How many?", "And here?"}
    with pytest.raises(ConversationMissing):
        again.collection(new, owner="ines")


SECOND = EARLIER.replace("changed TEXT NOT NULL\n", "changed TEXT NOT NULL, collection TEXT\n").replace(
    "'2026-01-01T00:00:00+00:00')", "'2026-01-01T00:00:00+00:00', 'letters')"
).replace("user_version = 1", "user_version = 2")  # fmt: skip


def test_a_file_of_the_second_version_goes_on_and_takes_deletions_and_earlier_turns(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "c.sqlite") as connection:
        connection.executescript(SECOND)
    connection.close()
    kept = Conversations(tmp_path / "c.sqlite")
    assert kept.collection("old") == "letters"
    before = kept.exchanges("old")
    assert before == (KeptExchange(number=1, question="How many?", draft="It was"),)
    told = KeptExchange(number=2, question="And?", history=(Turn(role="user", content="Who?"),), replaces=1)
    kept.put("old", [told], numbers=[1, 2])
    kept.delete("old")
    kept.close()
    again = Conversations(tmp_path / "c.sqlite")
    again.restore("old")
    assert again.exchanges("old") == (*before, told)
    again.close()


def test_a_deleted_conversation_is_nowhere_and_comes_back_as_it_was(kept: Conversations) -> None:
    name = kept.create("How many?", owner="ana", collection="letters")
    kept.put(name, [FIRST], numbers=[1], owner="ana")
    before = kept.listed(owner="ana")
    kept.delete(name, owner="ana")
    assert kept.listed(owner="ana", query="180") == []
    for act in (kept.exchanges, kept.title, kept.collection, kept.delete):
        with pytest.raises(ConversationMissing):
            act(name, owner="ana")
    with pytest.raises(ConversationMissing):
        kept.put(name, [STOPPED], numbers=[1, 2], owner="ana")
    assert kept.deleted(owner="ines") is None
    with pytest.raises(ConversationMissing):
        kept.restore(name, owner="ines")
    assert kept.deleted(owner="ana") == before[0]
    kept.restore(name, owner="ana")
    assert kept.listed(owner="ana") == before
    assert kept.exchanges(name, owner="ana") == (FIRST,)
    assert kept.deleted(owner="ana") is None


def rows_of(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT (SELECT count(*) FROM conversations) + (SELECT count(*) FROM exchanges)")
        return int(found.fetchone()[0])


def test_the_next_delete_ends_the_undo_of_the_one_before_for_its_owner_alone(
    kept: Conversations, tmp_path: Path
) -> None:
    first, second, other = begun(kept, "One?", "ana"), begun(kept, "Two?", "ana"), begun(kept, "Three?", "ines")
    kept.delete(other, owner="ines")
    kept.delete(first, owner="ana")
    assert rows_of(tmp_path / "sub" / "c.sqlite") == 6
    kept.delete(second, owner="ana")
    assert rows_of(tmp_path / "sub" / "c.sqlite") == 4
    with pytest.raises(ConversationMissing, match="went for good"):
        kept.restore(first, owner="ana")
    kept.restore(second, owner="ana")
    kept.restore(other, owner="ines")


def test_a_day_after_a_delete_there_is_no_undo_and_opening_the_file_leaves_nothing_of_it(
    kept: Conversations, tmp_path: Path
) -> None:
    path = tmp_path / "sub" / "c.sqlite"
    old, new = begun(kept, "The lantern?"), begun(kept, "And now?", "ines")
    kept.delete(old)
    kept.delete(new, owner="ines")
    day_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=25)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE conversations SET deleted = ? WHERE id = ?", (day_ago.isoformat(), old))
    connection.close()
    assert kept.deleted() is None
    kept.close()
    again = Conversations(path)
    assert rows_of(path) == 2
    again.restore(new, owner="ines")
    again.close()
    assert b"lantern" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "c.sqlite").write_text("not a database, by far " * 100)
    with pytest.raises(ConversationsError, match="--conversations"):
        Conversations(tmp_path / "c.sqlite")


def test_many_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    both = [Conversations(tmp_path / "c.sqlite") for _ in range(2)]
    names = [begun(both[0], f"Question {n}?") for n in range(4)]

    def write(n: int) -> None:
        for number in range(2, 12):
            both[n % 2].put(
                names[n], [KeptExchange(number=number, question=f"{n}.{number}")], numbers=range(1, number + 1)
            )

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(both[0].exchanges(name)) for name in names] == [11] * 4
