from __future__ import annotations

import datetime
import errno
import multiprocessing
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import index as package
from index import Article, Dated, Document, Hit, Index, IndexConfig, PassageInput
from index.config import DenseConfig
from index.embed import HashingEmbedder
from index.errors import (
    EmbedderMismatch,
    IndexCorrupt,
    IndexLocked,
    IndexMissing,
    QueryError,
    SourceError,
    SourceMissing,
    SourceUnreadable,
    StoreError,
)
from index.filters import Filter
from index.index import MAX_QUERY_CHARACTERS
from index.reading import prepare

Write = Callable[[str, str], Path]
ROOT = Path(package.__file__).parent.parent


@pytest.fixture
def docs(tmp_path: Path, write: Write) -> Path:
    write("envoy.txt", "The envoy resigned on Monday after a long dispute about the harbour treaty.\n")
    write("wheat.txt", "Wheat prices rose by a fifth in the northern provinces during the dry spring.\n")
    write("deep/ferry.md", "# Ferry\n\nThe ferry to the island runs twice a day between April and October.\n")
    return tmp_path / "docs"


@pytest.fixture
def opened(tmp_path: Path, hashing: HashingEmbedder) -> Iterator[Index]:
    with Index.open(tmp_path / "index", embedder=hashing) as documents:
        yield documents


def best(documents: Index, query: str) -> str:
    return documents.search(query, limit=1)[0].source


# --- making the index match files -------------------------------------------------------------------------------------


def test_the_first_sync_adds_and_the_second_finds_everything_unchanged(opened: Index, docs: Path) -> None:
    names = ("deep/ferry.md", "envoy.txt", "wheat.txt")
    assert opened.sync([docs]).added == names
    again = opened.sync([docs])
    assert (again.added, again.updated, again.removed, again.unchanged) == ((), (), (), names)
    assert opened.sources() == list(names)
    assert best(opened, "who resigned as envoy?") == "envoy.txt"


def test_only_what_changed_is_embedded_again(opened: Index, docs: Path, hashing: HashingEmbedder, write: Write) -> None:
    opened.sync([docs])
    hashing.embedded.clear()
    write("wheat.txt", "Wheat prices fell.\n")
    assert opened.sync([docs]).updated == ("wheat.txt",)
    assert hashing.embedded == ["Wheat prices fell."]
    assert opened.search("prices in the northern provinces", limit=1)[0].text == "Wheat prices fell."


def test_a_renamed_file_is_removed_and_added_without_being_embedded(
    opened: Index, docs: Path, hashing: HashingEmbedder
) -> None:
    opened.sync([docs])
    hashing.embedded.clear()
    (docs / "wheat.txt").rename(docs / "grain.txt")
    report = opened.sync([docs])
    assert (report.added, report.removed, hashing.embedded) == (("grain.txt",), ("wheat.txt",), [])
    assert best(opened, "wheat prices") == "grain.txt"


def test_what_is_gone_is_not_found_any_more(opened: Index, docs: Path) -> None:
    opened.sync([docs])
    (docs / "envoy.txt").unlink()
    assert opened.sync([docs]).removed == ("envoy.txt",)
    assert "envoy.txt" not in {hit.source for hit in opened.search("envoy resigned")}
    assert opened.check() == []


def test_a_file_that_breaks_is_reported_and_what_it_held_is_removed(opened: Index, docs: Path) -> None:
    opened.sync([docs])
    (docs / "envoy.txt").write_bytes(b"")
    report = opened.sync([docs])
    assert [failure.source for failure in report.failed] == ["envoy.txt"]
    assert report.removed == ()
    assert report.unchanged == ("deep/ferry.md", "wheat.txt")
    assert opened.failures() == list(report.failed)
    change = opened._store.change
    assert opened.sync([docs]).failed == report.failed
    assert opened._store.change == change
    assert opened.sources() == ["deep/ferry.md", "wheat.txt"]
    (docs / "envoy.txt").write_text("The envoy is back.\n")
    assert opened.sync([docs]).added == ("envoy.txt",)
    assert opened.failures() == []


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("gone", SourceMissing, r"nothing is at .*gone; check the path"),
        ("empty", SourceError, r"no file to index in .*empty; files that can be read end in .*\.pdf"),
        ("unknown", SourceError, "no file to index in"),
    ],
)
def test_a_path_that_cannot_be_used_changes_nothing(
    opened: Index, docs: Path, tmp_path: Path, name: str, error: type[Exception], message: str
) -> None:
    opened.sync([docs])
    (tmp_path / "empty").mkdir()
    (tmp_path / "unknown").mkdir()
    (tmp_path / "unknown" / "a.xyz").write_text("words")
    fingerprint = opened.fingerprint
    with pytest.raises(error, match=message):
        opened.sync([docs, tmp_path / name] if name == "gone" else [tmp_path / name])
    assert opened.fingerprint == fingerprint


def test_no_path_is_an_error(opened: Index) -> None:
    with pytest.raises(SourceError, match="no path was given"):
        opened.sync([])


def test_a_folder_without_rights_is_one_line(opened: Index, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", forbidden)
    with pytest.raises(SourceUnreadable, match=r"no right to read .*docs; change its permissions"):
        opened.sync([docs])


def test_hidden_files_links_and_the_index_itself_are_left_out(
    tmp_path: Path, docs: Path, write: Write, hashing: HashingEmbedder
) -> None:
    write(".hidden.txt", "Hidden words.")
    write(".git/notes.txt", "Hidden words.")
    (tmp_path / "secret.txt").write_text("Words from elsewhere.")
    (docs / "link.txt").symlink_to(tmp_path / "secret.txt")
    (docs / "loop").symlink_to(docs)
    with Index.open(docs / "index", embedder=hashing) as documents:
        (docs / "index" / "notes.txt").write_text("Not a document.")
        assert documents.sync([docs]).added == ("deep/ferry.md", "envoy.txt", "wheat.txt")


def test_two_files_of_one_name_have_their_folders_names_before_it(opened: Index, tmp_path: Path, docs: Path) -> None:
    shutil.copytree(docs, tmp_path / "other")
    (tmp_path / "other" / "envoy.txt").write_text("Another envoy altogether.")
    report = opened.sync([docs, tmp_path / "other", docs / "envoy.txt"])
    assert report.added == (
        "docs/deep/ferry.md",
        "docs/envoy.txt",
        "docs/wheat.txt",
        "other/deep/ferry.md",
        "other/envoy.txt",
        "other/wheat.txt",
    )


def test_files_can_be_named_one_by_one(opened: Index, docs: Path) -> None:
    assert opened.sync([docs / "envoy.txt", docs / "deep"]).added == ("envoy.txt", "ferry.md")
    assert opened.sync([docs / "envoy.txt"]).removed == ("ferry.md",)


def test_progress_ends_with_everything_done(opened: Index, docs: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    opened.sync([docs], progress=lambda source, done, total: seen.append((source, done, total)))
    assert seen[0] == ("deep/ferry.md", 0, 3)
    assert seen[-1] == ("wheat.txt", 3, 3)


def test_other_settings_index_everything_anew(tmp_path: Path, docs: Path, hashing: HashingEmbedder) -> None:
    with Index.open(tmp_path / "index", embedder=hashing) as documents:
        documents.sync([docs])
        before = documents.fingerprint
    with Index.open(tmp_path / "index", embedder=hashing, config=IndexConfig(max_passage_tokens=5)) as documents:
        assert documents.check() == [
            "the index was made with other settings; run `onrecord index` again to bring it up to date"
        ]
        assert len(documents.sync([docs]).updated) == 3
        assert documents.check() == []
        assert documents.fingerprint != before


# --- searching --------------------------------------------------------------------------------------------------------


def test_a_hit_is_the_exact_words_of_its_document(opened: Index, docs: Path) -> None:
    opened.sync([docs])
    hits = opened.search("ferry to the island")
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert (hits[0].source, hits[0].dense_rank, hits[0].lexical_rank) == ("deep/ferry.md", 1, 1)
    for hit in hits:
        assert opened.text_of(hit.source)[hit.start : hit.end] == hit.text
        article = opened.article(hit.article_id)
        assert (article.source, article.document_id) == (hit.source, hit.document_id)
        assert hit.text.startswith(next(s.text for s in article.sentences if s.start == hit.start))


def test_many_queries_give_what_each_gives_alone(opened: Index, docs: Path) -> None:
    opened.sync([docs])
    queries = ["envoy", "wheat", "ferry"]
    assert opened.search_many(queries, limit=2) == [opened.search(query, limit=2) for query in queries]


def test_nothing_is_found_in_an_empty_index(opened: Index) -> None:
    assert opened.search("envoy") == []
    assert opened.stats().documents == 0
    assert opened.check() == []


@pytest.mark.parametrize("query", ["", "  \n\t", "\x00\x07\x1b", "\u200b\ufeff"])
def test_an_empty_query_is_an_error(opened: Index, docs: Path, query: str) -> None:
    opened.sync([docs])
    with pytest.raises(QueryError, match="the query is empty"):
        opened.search(query)


@pytest.mark.parametrize("limit", [0, -3])
def test_a_limit_that_is_not_positive_is_an_error(opened: Index, limit: int) -> None:
    with pytest.raises(QueryError, match="ask for 1 or more"):
        opened.search("envoy", limit=limit)


@pytest.mark.parametrize("query", ["envoy " * 10_000, "x" * 1_000_000, "envoy\x00\ud800 (AND title:", "посланник 🙂"])
def test_odd_queries_are_answered(opened: Index, docs: Path, query: str) -> None:
    opened.sync([docs])
    assert len(opened.search(query)) <= 3


def test_a_long_query_is_cut_to_what_is_read(hashing: HashingEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    embed = hashing.embed_queries
    monkeypatch.setattr(hashing, "embed_queries", lambda texts: asked.extend(texts) or embed(texts))
    documents = Index.of_passages([PassageInput(source="a", text="Words.")], embedder=hashing)
    documents.search("envoy " * 10_000)
    documents.search("x" * 1_000_000)
    assert [len(asked[0].split()), len(asked[1])] == [256, MAX_QUERY_CHARACTERS]


def test_a_limit_above_the_number_of_passages_gives_them_all(opened: Index, docs: Path) -> None:
    opened.sync([docs])
    assert len(opened.search("the", limit=10**9)) == 3


def test_as_of_leaves_out_what_was_published_later(hashing: HashingEmbedder) -> None:
    day = datetime.date(2021, 5, 1)
    passages = [
        PassageInput(source="early", text="The envoy resigned.", date=day),
        PassageInput(source="late", text="The envoy resigned again.", date=day + datetime.timedelta(days=1)),
        PassageInput(source="undated", text="The envoy may have resigned."),
    ]
    with Index.of_passages(passages, embedder=hashing) as documents:
        assert {hit.source for hit in documents.search("envoy resigned", as_of=day)} == {"early", "undated"}
        assert len(documents.search("envoy resigned")) == 3
        assert documents.search("envoy", as_of=datetime.date(1, 1, 1))[0].source == "undated"


# --- passages in memory -----------------------------------------------------------------------------------------------


def test_passages_are_searched_without_a_folder(hashing: HashingEmbedder) -> None:
    passages = [
        PassageInput(source="a", text="The envoy resigned.", title="News", date=datetime.date(2020, 1, 2)),
        PassageInput(source="a", text="The minister stayed."),
        PassageInput(source="b", text=" \n"),
        PassageInput(source="c", text="The envoy resigned."),
    ]
    with Index.of_passages(passages, embedder=hashing) as documents:
        assert documents.sources() == ["a", "a (2)", "c"]
        hit = documents.search("News: envoy resigned")[0]
        assert (hit.source, hit.article, hit.text) == ("a", "News", "The envoy resigned.")
        assert hit.date is not None
        assert (hit.date.value, hit.date.basis) == (datetime.date(2020, 1, 2), "metadata")
        assert documents.stats().bytes == 0
        with pytest.raises(StoreError, match="an index in memory"):
            documents.sync(["."])


def test_no_passages_give_no_hits(hashing: HashingEmbedder) -> None:
    with Index.of_passages([], embedder=hashing) as documents:
        assert documents.search("envoy") == []


# --- what is stored ---------------------------------------------------------------------------------------------------


def test_the_fingerprint_follows_the_content_alone(tmp_path: Path, docs: Path, hashing: HashingEmbedder) -> None:
    prints = []
    for name in ("one", "two"):
        with Index.open(tmp_path / name, embedder=hashing) as documents:
            documents.sync([docs])
            prints.append(documents.fingerprint)
    with Index.open(tmp_path / "one", embedder=hashing) as documents:
        prints.append(documents.fingerprint)
        (docs / "envoy.txt").write_text("The envoy stayed.")
        documents.sync([docs])
        prints.append(documents.fingerprint)
    assert prints[0] == prints[1] == prints[2] != prints[3]


def test_stats_count_what_is_there(opened: Index, docs: Path) -> None:
    (docs / "broken.txt").write_bytes(b"")
    opened.sync([docs])
    stats = opened.stats()
    assert (stats.documents, stats.articles, stats.passages, stats.failed, stats.embedder) == (3, 3, 3, 1, "hashing")
    assert stats.bytes > 10_000


def test_an_article_that_is_gone_is_said_to_be_gone(opened: Index) -> None:
    with pytest.raises(SourceMissing, match="article 7 is not in the index any more; search again"):
        opened.article(7)


# --- opening ----------------------------------------------------------------------------------------------------------


def test_nothing_is_made_where_an_index_is_only_to_be_read(tmp_path: Path, hashing: HashingEmbedder) -> None:
    with pytest.raises(IndexMissing):
        Index.open(tmp_path / "none", embedder=hashing, create=False)
    assert not (tmp_path / "none").exists()


def test_another_embedder_is_refused_by_name(tmp_path: Path, docs: Path, hashing: HashingEmbedder) -> None:
    with Index.open(tmp_path / "index", embedder=hashing) as documents:
        documents.sync([docs])
    with pytest.raises(
        EmbedderMismatch, match=r"made with the embedder hashing \(hashing-256\), not hashing \(hashing-8\)"
    ):
        Index.open(tmp_path / "index", embedder=HashingEmbedder(8))
    with Index.open(tmp_path / "index", embedder=hashing) as documents:
        assert best(documents, "envoy") == "envoy.txt"


def test_an_index_without_passages_takes_any_embedder(tmp_path: Path, docs: Path, hashing: HashingEmbedder) -> None:
    (docs / "only").mkdir()
    (docs / "only" / "empty.txt").write_text("")
    with Index.open(tmp_path / "index", embedder=hashing) as documents:
        documents.sync([docs / "only"])
    with Index.open(tmp_path / "index", embedder=HashingEmbedder(8)) as documents:
        assert len(documents.sync([docs]).added) == 3
        assert best(documents, "envoy") == "envoy.txt"


# Two passages are as many as are searched exactly; the third makes it write a base.
PARTITIONED = IndexConfig(dense=DenseConfig(exact_limit=2, recent_limit=1))


@pytest.mark.parametrize("name", ["dense-*.faiss", "dense.json", "lexical.json", "lexical/meta.json", "lexical"])
@pytest.mark.parametrize("damage", ["garbage", "gone"])
def test_a_derived_part_that_is_damaged_is_made_again(
    tmp_path: Path, docs: Path, hashing: HashingEmbedder, name: str, damage: str
) -> None:
    folder = tmp_path / "index"
    with Index.open(folder, embedder=hashing, config=PARTITIONED) as documents:
        documents.sync([docs])
        assert "partitions" in documents.search_kind
        expected = documents.search("who resigned as envoy?")
    hashing.embedded.clear()
    [path] = folder.glob(name)
    if path.is_dir():
        shutil.rmtree(path)
        if damage == "garbage":
            path.write_bytes(b"garbage")
    elif damage == "garbage":
        path.write_bytes(b"garbage")
    else:
        path.unlink()
    with Index.open(folder, embedder=hashing, config=PARTITIONED) as documents:
        assert documents.search("who resigned as envoy?") == expected
        assert "partitions" in documents.search_kind
        assert documents.check() == []
    assert hashing.embedded == []


def test_a_derived_part_that_lags_behind_is_brought_up_to_date(
    tmp_path: Path, docs: Path, hashing: HashingEmbedder
) -> None:
    folder, old = tmp_path / "index", tmp_path / "old"
    with Index.open(folder, embedder=hashing, config=PARTITIONED) as documents:
        documents.sync([docs])
    shutil.copytree(folder, old)
    with Index.open(folder, embedder=hashing, config=PARTITIONED) as documents:
        (docs / "envoy.txt").unlink()
        (docs / "canal.txt").write_text("The canal was closed for repairs.")
        documents.sync([docs])
    for path in (*old.glob("dense*"), old / "lexical.json"):
        shutil.copy(path, folder / path.name)
    shutil.rmtree(folder / "lexical")
    shutil.copytree(old / "lexical", folder / "lexical")
    with Index.open(folder, embedder=hashing, config=PARTITIONED) as documents:
        assert best(documents, "was the canal closed") == "canal.txt"
        assert "envoy.txt" not in {hit.source for hit in documents.search("envoy resigned")}
        assert documents.check() == []


def test_derived_parts_that_cannot_be_written_are_kept_in_memory(
    opened: Index, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("index.dense.replace_file", full)
    monkeypatch.setattr("index.lexical.replace_file", full)
    assert len(opened.sync([docs]).added) == 3
    assert best(opened, "who resigned as envoy?") == "envoy.txt"
    monkeypatch.undo()
    (docs / "wheat.txt").unlink()
    assert opened.sync([docs]).removed == ("wheat.txt",)
    assert opened.check() == []


@pytest.mark.model
def test_a_warm_index_loads_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    passages = [PassageInput(source="a", text="The ambassador quit."), PassageInput(source="b", text="Bread is dear.")]
    with Index.of_passages([], embedder=None) as empty:
        empty.warm()
        monkeypatch.setattr("index.embed._load", None)
        with Index.of_passages(passages, embedder=empty.embedder) as documents:
            assert best(documents, "who resigned as envoy?") == "a"


def test_a_damaged_truth_is_one_line(tmp_path: Path, docs: Path, hashing: HashingEmbedder) -> None:
    with Index.open(tmp_path / "index", embedder=hashing) as documents:
        documents.sync([docs])
    (tmp_path / "index" / "index.sqlite").write_bytes(b"garbage" * 1000)
    with pytest.raises(IndexCorrupt, match="delete the folder and index again"):
        Index.open(tmp_path / "index", embedder=hashing)


# --- many at once -----------------------------------------------------------------------------------------------------


def _hold_the_lock(folder: str, held: object, done: object) -> None:
    with Index.open(folder, embedder=HashingEmbedder()) as documents, documents._writing():
        held.set()  # type: ignore[attr-defined]
        done.wait(30)  # type: ignore[attr-defined]


def test_while_one_process_writes_others_read_and_do_not_write(
    tmp_path: Path, docs: Path, hashing: HashingEmbedder
) -> None:
    folder = tmp_path / "index"
    with Index.open(folder, embedder=hashing) as documents:
        documents.sync([docs])
    context = multiprocessing.get_context("spawn")
    held, done = context.Event(), context.Event()
    process = context.Process(target=_hold_the_lock, args=(str(folder), held, done))
    process.start()
    try:
        assert held.wait(30)
        with Index.open(folder, embedder=hashing, create=False) as documents:
            assert best(documents, "envoy") == "envoy.txt"
            with pytest.raises(IndexLocked, match="another process is writing to the index"):
                documents.sync([docs])
    finally:
        done.set()
        process.join(30)
    with Index.open(folder, embedder=hashing) as documents:
        assert len(documents.sync([docs]).unchanged) == 3


def test_an_open_index_sees_what_another_one_stored(tmp_path: Path, docs: Path, hashing: HashingEmbedder) -> None:
    folder = tmp_path / "index"
    with Index.open(folder, embedder=hashing) as writer, Index.open(folder, embedder=hashing) as reader:
        assert reader.search("canal") == []
        writer.sync([docs])
        assert best(reader, "envoy") == "envoy.txt"
        (docs / "canal.txt").write_text("The canal was closed for repairs.")
        writer.sync([docs])
        assert best(reader, "was the canal closed") == "canal.txt"


def test_threads_search_while_one_writes(opened: Index, docs: Path) -> None:
    opened.sync([docs])
    wrong: list[object] = []

    def ask() -> None:
        for _ in range(20):
            try:
                hits = opened.search("ferry to the island")
                if hits[0].source != "deep/ferry.md":
                    wrong.append(hits)
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(5):
        (docs / "wheat.txt").write_text(f"Wheat prices rose by {number} per cent.")
        opened.sync([docs])
    for thread in threads:
        thread.join()
    assert wrong == []


_KILLED = """
import os, sys
from index import Index
from index.embed import HashingEmbedder

class Dying(HashingEmbedder):
    def embed_passages(self, texts):
        if any("second" in text for text in texts):
            os.kill(os.getpid(), 9)
        return super().embed_passages(texts)

import index.sync
index.sync._BATCH_PASSAGES = 1
with Index.open(sys.argv[1], embedder=Dying()) as documents:
    documents.sync([sys.argv[2]])
"""


def test_a_kill_in_the_middle_leaves_an_index_that_opens_and_is_finished_later(
    tmp_path: Path, write: Write, hashing: HashingEmbedder
) -> None:
    write("a.txt", "The first envoy came.")
    write("b.txt", "The second envoy came.")
    folder = tmp_path / "index"
    command = [sys.executable, "-c", _KILLED, str(folder), str(tmp_path / "docs")]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -9
    with Index.open(folder, embedder=hashing) as documents:
        assert documents.sources() == ["a.txt"]
        assert best(documents, "envoy") == "a.txt"
        assert documents.sync([tmp_path / "docs"]).added == ("b.txt",)
        assert documents.check() == []


# --- any sequence of changes ------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["a.txt", "b.txt", "c/d.txt", "c/e.md"])
TEXTS = st.lists(st.sampled_from(["envoy", "wheat", "ferry", "treaty", "harbour"]), min_size=1, max_size=4)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), NAMES, TEXTS),
        st.tuples(st.just("remove"), NAMES, st.none()),
        st.tuples(
            st.sampled_from(["refresh", "reopen", "lose dense", "lose words", "old dense"]), st.none(), st.none()
        ),
    ),
    min_size=1,
    max_size=14,
)


def stored(documents: Index, name: str, words: list[str]) -> None:
    """Store a document as a writer does that is killed before it brings the derived parts up to date."""
    text = " ".join(words).capitalize() + "."
    document = Document(source=name, text=text, media_type="text/plain", tags=(words[0],))
    date = Dated(value=datetime.date(2020, 1, len(words)), basis="metadata") if len(words) > 1 else None
    article = Article(document=document, start=0, end=len(text), date=date)
    found = prepare(document, [article], path=name, digest=text.encode(), max_tokens=64)
    texts = found.embedded_texts()
    vectors = documents.embedder.embed_passages(list(texts.values()))
    documents._store.put(found, dict(zip(texts, vectors, strict=True)))


@settings(deadline=None, max_examples=25)
@given(STEPS)
def test_after_any_changes_and_crashes_searching_is_comparing_with_all_that_is_stored(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str | None, list[str] | None]]
) -> None:
    folder, embedder = tmp_path_factory.mktemp("any") / "index", HashingEmbedder(32)
    documents = Index.open(folder, embedder=embedder, config=PARTITIONED)
    kept: dict[str, bytes] = {}
    expected: dict[str, list[str]] = {}
    for step, name, words in steps:
        if step == "put":
            assert name is not None
            assert words is not None
            stored(documents, name, words)
            expected[name] = words
        elif step == "remove":
            assert name is not None
            documents._store.remove([name])
            expected.pop(name, None)
        elif step == "refresh":
            documents.search("envoy")
            kept = kept or {path.name: path.read_bytes() for path in folder.glob("dense*")}
        else:
            documents.close()
            lost = "dense*" if "dense" in step else "lexical.json" if "words" in step else "nothing"
            for path in folder.glob(lost):
                path.unlink()
            for file, content in kept.items() if step == "old dense" else ():
                (folder / file).write_bytes(content)
            documents = Index.open(folder, embedder=embedder, config=PARTITIONED)
    filters = (
        Filter(),
        Filter(as_of=datetime.date(2020, 1, 2)),
        Filter(published_from=datetime.date(2020, 1, 3)),
        Filter(sources=("c/",)),
        Filter(sources=("a.txt", "c/*.md"), tags=("envoy", "wheat")),
    )
    for where in filters:
        for query in ("envoy", "wheat treaty"):
            hits = documents.search(query, limit=10, where=where)
            passing = {name for name, words in expected.items() if passes(where, name, words)}
            assert {hit.source for hit in hits} == passing
            assert {hit.source: hit.text for hit in hits} == {
                name: " ".join(expected[name]).capitalize() + "." for name in passing
            }
            asked = embedder.embed_queries([query])[0]
            cosines = [float(embedder.embed_queries([hit.text])[0] @ asked) for hit in sorted(hits, key=dense_rank)]
            assert cosines == sorted(cosines, reverse=True)
            by_words = {hit.source for hit in hits if hit.lexical_rank is not None}
            assert by_words == {name for name in passing if set(query.split()) & set(expected[name])}
    assert documents.check() == []
    documents.close()


def dense_rank(hit: Hit) -> int:
    assert hit.dense_rank is not None
    return hit.dense_rank


def passes(where: Filter, name: str, words: list[str]) -> bool:
    day = len(words) if len(words) > 1 else None
    return (
        (where.as_of is None or day is None or day <= where.as_of.day)
        and (where.published_from is None or (day is not None and day >= where.published_from.day))
        and (not where.sources or any(fnmatch(name, f"{s}*" if s.endswith("/") else s) for s in where.sources))
        and (not where.tags or words[0] in where.tags)
    )


def test_derived_parts_that_are_wrong_are_found_and_mended(opened: Index, docs: Path) -> None:
    opened.sync([docs])
    assert opened._lexical is not None
    opened._lexical.update(add=[], remove=[1])
    change = opened._store.change
    assert opened.check() == [
        f"the lexical part holds 2 passages of change {change}, not 3 of change {change}; run `onrecord doctor --mend`"
    ]
    assert opened.mend() == []
    assert len(opened.search("ferry envoy wheat")) == 3


def test_readers_beside_a_writer_see_one_state_each(
    tmp_path: Path, docs: Path, write: Write, hashing: HashingEmbedder
) -> None:
    folder, wrong, done = tmp_path / "index", [], threading.Event()
    pair = ("one.txt", "two.txt")

    def ask() -> None:
        with Index.open(folder, embedder=hashing, config=PARTITIONED) as reader:
            while not done.is_set():
                try:
                    texts = {hit.text for hit in reader.search("lighthouse keeper number") if hit.source in pair}
                    # One transaction writes both, so that both are of one number in every state.
                    if len({text.split()[-1] for text in texts}) != 1:
                        wrong.append(texts)
                except Exception as error:
                    wrong.append(error)

    with Index.open(folder, embedder=hashing, config=PARTITIONED) as writer:
        writer.sync([docs])

        def store(number: int) -> None:
            both = []
            for name in pair:
                text = f"The lighthouse keeper of {name.split('.')[0]} has number {number}"
                document = Document(source=name, text=text, media_type="text/plain")
                article = Article(document=document, start=0, end=len(text))
                both.append(prepare(document, [article], path=name, digest=text.encode(), max_tokens=64))
            texts = {key: text for one in both for key, text in one.embedded_texts().items()}
            vectors = dict(zip(texts, hashing.embed_queries(list(texts.values())), strict=True))
            writer._store.put_many(both, vectors)

        store(0)
        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for number in range(1, 25):
            store(number)
            writer.search("lighthouse")
        done.set()
        for thread in threads:
            thread.join()
    assert wrong == []


# --- the package ------------------------------------------------------------------------------------------------------


def test_the_package_offers_what_it_says_and_is_light() -> None:
    assert sorted(package.__all__) == package.__all__ == dir(package)
    assert all(getattr(package, name).__module__.startswith("index.") for name in package.__all__)
    heavy = "{'faiss', 'torch', 'numpy', 'tantivy', 'llama_index', 'tiktoken', 'sentence_transformers', 'filelock'}"
    program = f"import sys, index; index.Index; index.Hit; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
