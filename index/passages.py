"""From an article to the passages that are embedded. Pure, but for the token counter, which reads a file once."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from index.errors import WeightsError
from index.sentences import split_sentences
from index.types import Article, Passage, Sentence

_ENCODING = "cl100k_base"
_CACHE_NAME = "9b5ad71b2ce5302211f9c61530b329a4922fc6a4"  # how tiktoken names the file of cl100k_base
_SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"


def passages_of(article: Article, *, max_tokens: int, count: Callable[[str], int]) -> list[Passage]:
    """Return the article's passages in order: whole sentences, each in one passage, no boilerplate, no title.

    A passage holds at most `max_tokens`, unless a single sentence is longer; it never reaches over boilerplate. An
    article that is nothing but its title gives one passage of it.
    """
    titles = () if article.title_span is None else (article.title_span,)
    text = article.document.text
    skip = [*article.boilerplate, *titles]
    sentences = _content(split_sentences(text, article.start, article.end, skip))
    if not sentences and titles:
        sentences = _content(split_sentences(text, titles[0].start, titles[0].end))
    runs = _runs(sentences, [span.start for span in skip])
    return [Passage(article=article, sentences=tuple(group)) for run in runs for group in _pack(run, max_tokens, count)]


def embedded_text(title: str | None, text: str) -> str:
    """Return what is embedded for a passage: its article's title, then its words, unless they are the title."""
    return text if title is None or title.strip() == text.strip() else f"{title}\n{text}"


def _content(sentences: Sequence[Sentence]) -> list[Sentence]:
    return [sentence for sentence in sentences if any(character.isalnum() for character in sentence.text)]


def _runs(sentences: Sequence[Sentence], breaks: Sequence[int]) -> list[list[Sentence]]:
    """Part the sentences where something that was skipped stands between them."""
    runs: list[list[Sentence]] = []
    for sentence in sentences:
        last = runs[-1][-1] if runs else None
        if last is None or any(last.end <= place < sentence.start for place in breaks):
            runs.append([sentence])
        else:
            runs[-1].append(sentence)
    return runs


def _pack(sentences: Sequence[Sentence], max_tokens: int, count: Callable[[str], int]) -> list[list[Sentence]]:
    """Fill passages one after another; the last two share what they hold when the last would be short."""
    sizes = [count(sentence.text) for sentence in sentences]
    groups: list[list[int]] = []
    filled = 0
    for number, size in enumerate(sizes):
        if not groups or filled + size > max_tokens:
            groups.append([])
            filled = 0
        groups[-1].append(number)
        filled += size
    if len(groups) > 1 and 3 * filled < max_tokens:
        groups[-2:] = _halves(groups[-2] + groups[-1], sizes)
    return [[sentences[number] for number in group] for group in groups]


def _halves(numbers: list[int], sizes: Sequence[int]) -> list[list[int]]:
    """Cut a list of sentences where the two parts are nearest in size."""
    total = sum(sizes[number] for number in numbers)
    before, best, best_gap = 0, 1, total
    for cut in range(1, len(numbers)):
        before += sizes[numbers[cut - 1]]
        if abs(total - 2 * before) < best_gap:
            best, best_gap = cut, abs(total - 2 * before)
    return [numbers[:best], numbers[best:]]


@lru_cache(maxsize=1)
def token_counter() -> Callable[[str], int]:
    """Return a function that counts tokens with tiktoken, whose table is read from disk and never fetched.

    Raises:
        WeightsError: the table that comes with llama-index-core is missing or damaged.
    """
    folder = _tiktoken_folder()
    table = folder / _CACHE_NAME
    if not table.is_file() or hashlib.sha256(table.read_bytes()).hexdigest() != _SHA256:
        raise WeightsError(f"{table} is missing or damaged; reinstall llama-index-core")
    import tiktoken

    before = os.environ.get("TIKTOKEN_CACHE_DIR")
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
    try:
        encoding = tiktoken.get_encoding(_ENCODING)
    finally:
        if before is None:
            del os.environ["TIKTOKEN_CACHE_DIR"]
        else:
            os.environ["TIKTOKEN_CACHE_DIR"] = before
    return lambda text: len(encoding.encode_ordinary(text))


def _tiktoken_folder() -> Path:
    """Return where llama-index-core keeps tiktoken's tables, without importing it."""
    spec = importlib.util.find_spec("llama_index")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "core" / "_static" / "tiktoken_cache"
        if folder.is_dir():
            return folder
    raise WeightsError("tiktoken's table was not found beside llama-index-core; reinstall llama-index-core")
