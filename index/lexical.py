"""Passages by the words they share with a query: BM25 in tantivy, derived from the store."""

from __future__ import annotations

import json
import re
import shutil
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.files import replace_file
from index.store import State

if TYPE_CHECKING:
    from index.filters import IdMask

FOLDER_NAME = "lexical"
NOTE_NAME = "lexical.json"
_ANALYZER = "onrecord-1"
_FORMAT = 2
_TERMS_OF_A_FILTER = 2000  # up to so many ids are part of the query; more are asked of what it finds
_ACRONYM = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_DIGIT_GROUP = re.compile(r"(?<=\d),(?=\d{3}\b)")

# Words of questions and of grammar: in a small index they are rare and would outweigh what is asked for.
_STOPWORDS = (
    "a an and are as at be been being but by can could did do does doing for from had has have how i if in into "
    "is it its many may me might much must my no nor not of on or our shall she should so some such than that the "
    "their them then there these they this those to was we were what when where which while who whom whose why "
    "will with would you your he her his him s t about according any"
)
STOPWORDS = frozenset(_STOPWORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class LexicalEntry:
    """A passage as it is indexed by words."""

    passage_id: int
    title: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LexicalHits:
    """The best passages of one query, best first, with their BM25 scores."""

    ids: tuple[int, ...]
    scores: tuple[float, ...]


class LexicalIndex:
    """BM25 (k1 1.2, b 0.75) over English stems without accents."""

    def __init__(self, index: Any = None, *, note: Path | None = None, change: int = 0) -> None:
        """Return an empty index in memory. Those in a folder come from `load` and `create`."""
        import tantivy

        self._tantivy = tantivy
        self._schema = _schema(tantivy)
        self._analyzer = _analyzer(tantivy)
        self._index = tantivy.Index(self._schema) if index is None else index
        self._index.register_tokenizer(_ANALYZER, self._analyzer)
        self._index.config_reader(reload_policy="manual")
        self._index.reload()
        self._note = note
        self._lock = threading.RLock()
        self.change = change  # of the store whose passages it holds

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex | None:
        """Return the index in a folder; None when it is missing, damaged, or split into words in another way."""
        import tantivy

        note = folder / NOTE_NAME
        try:
            found = json.loads(note.read_text(encoding="utf-8"))
            if (found["format"], found["analyzer"]) != (_FORMAT, _ANALYZER):
                return None
            index = tantivy.Index.open(str(folder / FOLDER_NAME))
            if index.schema != _schema(tantivy):
                return None
            return cls(index, note=note, change=int(found["change"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @classmethod
    def create(cls, folder: Path) -> LexicalIndex:
        """Make an empty index in a folder in place of what is there. Raises OSError, or ValueError of tantivy."""
        import tantivy

        cls.remove(folder)
        place = folder / FOLDER_NAME
        place.mkdir(parents=True)
        index = cls(tantivy.Index(_schema(tantivy), path=str(place)), note=folder / NOTE_NAME)
        index.mark(0)
        return index

    @staticmethod
    def remove(folder: Path) -> None:
        """Delete the index in a folder. Raises OSError."""
        (folder / NOTE_NAME).unlink(missing_ok=True)
        place = folder / FOLDER_NAME
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)

    @property
    def in_memory(self) -> bool:
        return self._note is None

    def mark(self, change: int) -> None:
        """Note which state of the store the index holds. Raises OSError."""
        self.change = change
        if self._note is not None:
            replace_file(self._note, json.dumps({"change": change, "analyzer": _ANALYZER, "format": _FORMAT}).encode())

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    @property
    def state(self) -> State:
        """What it holds.

        The greatest id is read from what was committed, so that a kill before `mark` adds nothing twice.
        """
        searcher = self._index.searcher()
        if not searcher.num_docs:
            return State(change=self.change, last_id=0)
        newest = searcher.search(self._tantivy.Query.all_query(), 1, count=False, order_by_field="id").hits
        return State(change=self.change, last_id=int(newest[0][0]))

    def ids(self) -> list[int]:
        """Return the ids that are held, in no order."""
        searcher = self._index.searcher()
        if not searcher.num_docs:
            return []
        found = searcher.search(self._tantivy.Query.all_query(), searcher.num_docs, count=False)
        return list(searcher.fast_field_values("id", [address for _, address in found.hits]))

    def update(self, *, add: Iterable[LexicalEntry], remove: Iterable[int]) -> None:
        """Add and remove passages at once: readers see all of it or nothing.

        Raises OSError, or ValueError of tantivy, when it cannot be written.
        """
        tantivy = self._tantivy
        with self._lock:
            writer = self._index.writer(heap_size=50_000_000, num_threads=1)
            for passage_id in remove:
                writer.delete_documents_by_query(tantivy.Query.term_query(self._schema, "id", passage_id))
            for entry in add:
                writer.add_document(self._document(entry))
            writer.commit()
            self._index.reload()
            writer.wait_merging_threads()

    def reload(self) -> None:
        """See what another process wrote. Raises OSError or ValueError when that cannot be read."""
        if self._note is not None:  # read first, so that what is seen is at least as new as what is noted
            self.change = int(json.loads(self._note.read_text(encoding="utf-8"))["change"])
        self._index.reload()

    def search(self, query: str, *, limit: int, title_boost: float, only: IdMask | None = None) -> LexicalHits:
        """Return the passages that share words with the query, best first; ties go to the smaller id.

        Any text is a query: nothing in it is syntax. `only` says, by id, what may be found; ids beyond its end may not.
        """
        terms = self.terms(query)
        searcher = self._index.searcher()
        allowed = searcher.num_docs if only is None else int(only.sum())
        if not terms or limit <= 0 or not searcher.num_docs or not allowed:
            return LexicalHits(ids=(), scores=())
        wanted = self._query(terms, title_boost)
        if only is None:
            return self._found(searcher, wanted, limit)
        if allowed <= _TERMS_OF_A_FILTER:
            return self._found(searcher, self._among(wanted, only.nonzero()[0].tolist()), limit)
        asked = limit
        while True:
            asked = min(2 * asked * searcher.num_docs // allowed + 1, searcher.num_docs)
            every = self._found(searcher, wanted, asked)
            kept = [
                (number, score)
                for number, score in zip(every.ids, every.scores, strict=True)
                if number < len(only) and only[number]
            ][:limit]
            if len(kept) == limit or len(every.ids) < asked or asked == searcher.num_docs:
                return LexicalHits(ids=tuple(n for n, _ in kept), scores=tuple(score for _, score in kept))

    def _found(self, searcher: Any, query: Any, limit: int) -> LexicalHits:
        found = searcher.search(query, limit, count=False).hits
        ids = searcher.fast_field_values("id", [address for _, address in found])
        ranked = sorted((-score, number) for (score, _), number in zip(found, ids, strict=True))
        return LexicalHits(ids=tuple(number for _, number in ranked), scores=tuple(-score for score, _ in ranked))

    def _among(self, wanted: Any, ids: Sequence[int]) -> Any:
        query, must = self._tantivy.Query, self._tantivy.Occur.Must
        among = query.const_score_query(query.term_set_query(self._schema, "id", ids), 0.0)
        return query.boolean_query([(must, wanted), (must, among)])

    def terms(self, query: str) -> list[str]:
        """Return the stems that a query searches for, each once; the words of grammar only when there are no others."""
        words = [word for word in re.findall(r"\w+", fold(query)) if word.lower() not in STOPWORDS]
        return list(dict.fromkeys(self.analyze(" ".join(words)) or self.analyze(query)))

    def analyze(self, text: str) -> list[str]:
        """Return the stems of a text as they are indexed."""
        return list(self._analyzer.analyze(fold(text)))

    def _query(self, terms: Sequence[str], title_boost: float) -> Any:
        query, occur = self._tantivy.Query, self._tantivy.Occur
        wanted = [(occur.Should, query.term_query(self._schema, "text", term, index_option="freq")) for term in terms]
        if title_boost > 0:
            wanted += [
                (occur.Should, query.boost_query(query.term_query(self._schema, "title", term), title_boost))
                for term in terms
            ]
        return query.boolean_query(wanted)

    def _document(self, entry: LexicalEntry) -> Any:
        document = self._tantivy.Document()
        document.add_integer("id", entry.passage_id)
        document.add_text("title", fold(entry.title or ""))
        document.add_text("text", fold(entry.text))
        return document


def fold(text: str) -> str:
    """Return the text with one spelling for what is written in several: U.S. and US, 1,200 and 1200, ﬁ and fi.

    Accents are left for the analyzer, which takes them off a composed letter.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).encode("utf-8", "replace").decode("utf-8")
    return _DIGIT_GROUP.sub("", _ACRONYM.sub(lambda match: match.group().replace(".", "") + " ", text))


def _schema(tantivy: Any) -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", stored=False, indexed=True, fast=True)
    builder.add_text_field("title", stored=False, tokenizer_name=_ANALYZER, index_option="freq")
    builder.add_text_field("text", stored=False, tokenizer_name=_ANALYZER, index_option="freq")
    return builder.build()


def _analyzer(tantivy: Any) -> Any:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    steps = tantivy.Filter
    for step in (steps.remove_long(60), steps.lowercase(), steps.ascii_fold(), steps.stemmer("english")):
        builder = builder.filter(step)
    return builder.build()
