from __future__ import annotations

import contextlib
import datetime
import errno
import sqlite3
import threading
from pathlib import Path

import numpy as np
import pytest

from index.embed import HashingEmbedder
from index.errors import DiskFull, IndexCorrupt, IndexLocked, IndexMissing, IndexTooNew, SourceMissing, StoreError
from index.reading import prepare
from index.store import FILE_NAME, Prepared, State, Store
from index.types import Article, Dated, Document, Failure, Span

EMBEDDER = HashingEmbedder(16)


def prepared(source: str, text: str, *, date: datetime.date | None = None, title: str | None = None) -> Prepared:
    document = Document(source=source, text=text, media_type="text/plain", title=title)
    dated = None if date is None else Dated(value=date, basis="stated")
    span = Span(start=0, end=len(title)) if title and text.startswith(title) else None
    article = Article(document=document, start=0, end=len(text), title=title, title_span=span, date=dated)
    return prepare(document, [article], path=f"/docs/{source}", digest=text.encode(), max_tokens=8)


def put(store: Store, document: Prepared) -> None:
    texts = document.embedded_texts()
    store.put(document, dict(zip(texts, EMBEDDER.embed_passages(list(texts.values())), strict=True)))


def ids(store: Store) -> list[int]:
    return [int(number) for number in store.passage_ids()]


def test_what_was_put_is_read_again_with_its_spans(tmp_path: Path) -> None:
    text = "The Title\n\nThe envoy Zoë 🙂 resigned.\x00 Nobody\ncame after him. It was the end of the mission."
    with_title = prepared("a/b.txt", text, date=datetime.date(2021, 3, 4), title="The Title")
    store = Store.open(tmp_path / "new" / "index", create=True)
    put(store, with_title)
    store.close()
    store = Store.open(tmp_path / "new" / "index", create=False)
    passages = store.passages(ids(store))
    assert all(text[p.start : p.end] == p.text for p in passages.values())
    assert {p.source for p in passages.values()} == {"a/b.txt"}
    article = store.articles([1])[1]
    assert article.title_span == Span(start=0, end=9)
    assert article.date == Dated(value=datetime.date(2021, 3, 4), basis="stated")
    assert [s.text for s in article.sentences] == [s.text for p in with_title.articles[0][1] for s in p.sentences]
    assert all(text[s.start : s.end] == s.text for s in article.sentences)
    assert store.text_of("a/b.txt") == text
    store.close()


def test_a_document_that_changed_keeps_its_id_and_its_passages_get_new_ones() -> None:
    store = Store.in_memory()
    put(store, prepared("a.txt", "One is here."))
    put(store, prepared("b.txt", "Two is here."))
    before = store.documents()
    old = ids(store)
    put(store, prepared("a.txt", "Three is here."))
    assert store.documents()["a.txt"].document_id == before["a.txt"].document_id
    assert set(ids(store)) - set(old) == {max(old) + 1}
    assert store.text_of("a.txt") == "Three is here."


def test_an_id_is_never_used_twice() -> None:
    store = Store.in_memory()
    put(store, prepared("a.txt", "One is here."))
    first = ids(store)
    store.remove(["a.txt"])
    put(store, prepared("a.txt", "One is here."))
    assert not set(first) & set(ids(store))


def test_every_change_of_content_raises_the_change_number() -> None:
    store = Store.in_memory()
    seen = [store.change]
    for change in (
        lambda: put(store, prepared("a.txt", "One is here.")),
        lambda: store.set_failures([Failure(source="b.txt", reason="broken")]),
        lambda: store.remove(["a.txt"]),
    ):
        change()
        seen.append(store.change)
    assert seen == sorted(set(seen))


def test_a_vector_lives_as_long_as_a_passage_uses_it() -> None:
    store = Store.in_memory()
    document = prepared("a.txt", "One is here.")
    put(store, document)
    put(store, prepared("b.txt", "One is here."))
    keys = set(document.embedded_texts())
    store.remove(["a.txt"])
    store.drop_unused_vectors()
    assert store.known_vectors(keys) == keys
    store.remove(["b.txt"])
    store.drop_unused_vectors()
    assert store.known_vectors(keys) == set()


def test_vectors_come_back_as_they_were() -> None:
    store = Store.in_memory()
    put(store, prepared("a.txt", "One is here. " * 6))
    numbers, matrix = store.vectors([*ids(store), 999])
    assert numbers.tolist() == ids(store)
    passages = store.passages(numbers)
    assert np.array_equal(matrix, EMBEDDER.embed_passages([passages[number].text for number in numbers]))


def test_what_filters_ask_is_read_in_the_order_of_the_ids() -> None:
    store = Store.in_memory()
    for source, date in (("a", None), ("b", datetime.date(2020, 5, 1)), ("c", datetime.date(988, 2, 29))):
        put(store, prepared(source, f"{source.upper()} is here.", date=date))
    columns = store.columns((0, store.state().last_id))
    assert columns.ids.tolist() == ids(store)
    assert columns.documents.tolist() == [document.document_id for document in store.documents().values()]
    assert columns.days.tolist() == [0, datetime.date(2020, 5, 1).toordinal(), datetime.date(988, 2, 29).toordinal()]


def test_what_was_removed_since_a_state_is_known_until_it_is_forgotten() -> None:
    store = Store.in_memory()
    put(store, prepared("a.txt", "One is here."))
    put(store, prepared("b.txt", "Two is here."))
    before, (first, second) = store.state(), ids(store)
    put(store, prepared("a.txt", "Three is here."))
    middle = store.state()
    store.remove(["b.txt"])
    assert store.removed(before, middle).tolist() == [first]  # type: ignore[union-attr]
    assert store.removed(before, store.state()).tolist() == [first, second]  # type: ignore[union-attr]
    assert middle == State(change=before.change + 1, last_id=before.last_id + 1)
    store.forget_removals(middle)
    assert store.removed(before, store.state()) is None
    assert store.removed(middle, store.state()).tolist() == [second]  # type: ignore[union-attr]


def test_a_store_of_the_first_format_is_brought_to_the_present_one(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    with contextlib.closing(sqlite3.connect(path)) as old:
        old.executescript((Path(__file__).parent / "store_1.sql").read_text(encoding="utf-8"))
    store = Store.open(tmp_path, create=False)
    assert store.text_of("a.txt") == "One is here. Two is here."
    assert (store.state(), store.counts()) == (State(change=3, last_id=4), (2, 2, 3, 0))
    numbers, matrix = store.vectors(store.passage_ids())
    passages = store.passages(numbers)
    assert np.array_equal(matrix, EMBEDDER.embed_passages([passages[number].text for number in numbers]))
    assert store.problems() == list(store.broken_rows(16)) == []
    before = store.state()
    store.remove(["a.txt"])
    assert store.removed(before, store.state()).tolist() == [1, 2]  # type: ignore[union-attr]
    store.close()
    assert Store.open(tmp_path, create=False).state() == State(change=4, last_id=4)


def test_a_thread_reads_one_state_while_another_one_writes(tmp_path: Path) -> None:
    store = Store.open(tmp_path, create=True)
    put(store, prepared("a.txt", "One is here."))
    with store.reading():
        before = store.state()
        writer = threading.Thread(target=put, args=(store, prepared("a.txt", "Two is here.")))
        writer.start()
        writer.join()
        assert store.state() == before
        assert [passage.text for passage in store.passages(ids(store)).values()] == ["One is here."]
    assert [passage.text for passage in store.passages(ids(store)).values()] == ["Two is here."]
    store.close()


def test_rows_that_are_not_what_they_should_be_are_named(tmp_path: Path) -> None:
    store = Store.open(tmp_path, create=True)
    put(store, prepared("a.txt", "One is here."))
    assert list(store.broken_rows(16)) == []
    with contextlib.closing(sqlite3.connect(tmp_path / FILE_NAME)) as other, other:
        other.execute("UPDATE documents SET text = 'Two is here.'")
        other.execute("UPDATE vectors SET vector = zeroblob(64)")
    assert list(store.broken_rows(16)) == [
        "passage 1 is not what stands at 0..12 of its document",
        "vector 1 is not 16 numbers of unit length",
    ]
    store.close()


def test_a_document_that_fails_loses_what_it_held() -> None:
    store = Store.in_memory()
    put(store, prepared("a.txt", "One is here."))
    store.set_failures([Failure(source="a.txt", reason="it is encrypted")])
    assert (len(store.documents()), store.failures()) == (0, [Failure(source="a.txt", reason="it is encrypted")])
    put(store, prepared("a.txt", "One is here."))
    assert store.failures() == []


def test_a_text_is_found_by_the_end_of_its_name() -> None:
    store = Store.in_memory()
    put(store, prepared("2020/a.txt", "One is here."))
    put(store, prepared("2021/a.txt", "Two is here."))
    put(store, prepared("b.txt", "Three is here."))
    assert store.text_of("/home/me/docs/2020/a.txt") == "One is here."
    assert store.text_of("./b.txt") == "Three is here."
    with pytest.raises(SourceMissing, match=r"a\.txt may be any of 2020/a\.txt, 2021/a\.txt"):
        store.text_of("a.txt")
    with pytest.raises(SourceMissing, match=r"no document c\.txt"):
        store.text_of("c.txt")


def test_a_transaction_that_breaks_off_leaves_everything_as_it_was() -> None:
    store = Store.in_memory()
    put(store, prepared("a.txt", "One is here."))
    before = (store.change, ids(store), store.text_of("a.txt"))
    with pytest.raises(StoreError):
        store.put(prepared("a.txt", "Another text without its vector."), {})
    assert (store.change, ids(store), store.text_of("a.txt")) == before


def test_a_missing_index_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="make one with `onrecord index"):
        Store.open(tmp_path / "none", create=False)
    assert not (tmp_path / "none").exists()


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    Store.open(tmp_path, create=True).close()
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(IndexTooNew, match="has format 99, and this version reads up to 3; update onrecord"):
        Store.open(tmp_path, create=True)


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to be one" * 100, b"SQLite format 3\x00" + b"\xff" * 5000]
)
def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(IndexCorrupt, match=r"is damaged .*; delete the folder and index again"):
        Store.open(tmp_path, create=True)


def test_a_file_cut_short_is_said_to_be_damaged(tmp_path: Path) -> None:
    store = Store.open(tmp_path, create=True)
    put(store, prepared("a.txt", "One is here. " * 500))
    store.close()
    path = tmp_path / FILE_NAME
    path.write_bytes(path.read_bytes()[:8192])
    with pytest.raises(IndexCorrupt, match="is damaged"):
        Store.open(tmp_path, create=True)


def test_a_file_where_the_folder_should_be_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match=r"file cannot be used as an index folder \(.*\); name another one"):
        Store.open(tmp_path / "file", create=True)


def test_a_full_disk_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    store = Store.open(tmp_path, create=True)
    put(store, prepared("a.txt", "One is here."))
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull, match=r"no room left to write .*; nothing was half-written"):
        put(store, prepared("b.txt", "Two is here. " * 5000))
    assert list(store.documents()) == ["a.txt"]
    assert store.problems() == []
    store.close()


def test_a_full_disk_when_the_folder_is_made_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    with pytest.raises(DiskFull):
        Store.open(tmp_path / "new", create=True)


def test_a_writer_does_not_wait_for_readers_nor_they_for_it(tmp_path: Path) -> None:
    writer = Store.open(tmp_path, create=True)
    put(writer, prepared("a.txt", "One is here."))
    reader = Store.open(tmp_path, create=False)
    with writer._changing() as run:
        run("DELETE FROM documents WHERE source = ?", [("a.txt",)])
        assert list(reader.documents()) == ["a.txt"]
    assert list(reader.documents()) == []
    reader.close()
    writer.close()


def test_two_writers_at_once_are_told_so(tmp_path: Path) -> None:
    first, second = Store.open(tmp_path, create=True), Store.open(tmp_path, create=True)
    second._connection.execute("PRAGMA busy_timeout = 0")
    with first._changing(), pytest.raises(IndexLocked, match="another process is writing"):
        second.remove(["a.txt"])
    first.close()
    second.close()


def test_what_sqlite_finds_wrong_is_reported(tmp_path: Path) -> None:
    store = Store.open(tmp_path, create=True)
    put(store, prepared("a.txt", "One is here."))
    assert store.problems() == []
    store._connection.execute("PRAGMA foreign_keys = OFF")
    store._connection.execute("DELETE FROM vectors")
    assert store.problems() == ["passages 1 points to a missing vectors"]
    store.close()
