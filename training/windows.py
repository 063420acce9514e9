"""Windows of sentences: what the ranker is shown as evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_ABBREVIATIONS = _words(
    "mr mrs ms dr st jr sr vs etc gen col sgt lt capt rep sen gov prof rev hon inc ltd corp co no vol fig al e.g i.e "
    "a.m p.m u.s u.k u.n d.c jan feb mar apr jun jul aug sep sept oct nov dec approx ca cf"
)
_STOP = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]?[A-Z0-9])|\n\s*\n|\n(?=[A-Z])")
WORD = re.compile(r"[^\W_]+(?:[.,'’-][^\W_]+)*")
STOPWORDS = _words(
    "a an the of in on at to for from by with and or but is are was were be been being do does did has have had what "
    "who whom whose which when where why how many much that this these those it its he she they his her their as not "
    "no than then there into about after before during over under between out up also s can could would will may "
    "might i you we us our your if one some any all other such most more name called named kind type according "
    "become became"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A run of sentences, passage[start:end]; `last` is where its last sentence begins."""

    start: int
    end: int
    last: int


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return the sentences' (start, end) in order, without surrounding blanks; abbreviations do not end one."""
    spans: list[tuple[int, int]] = []
    begin = 0
    for stop in _STOP.finditer(text):
        before = text[begin : stop.start()].rsplit(maxsplit=1)
        word = before[-1].lower().lstrip("(\"'“") if before else ""
        if text[stop.start()] == "." and (word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha())):
            continue
        _append(spans, text, begin, stop.end())
        begin = stop.end()
    _append(spans, text, begin, len(text))
    return spans


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left, right = len(piece) - len(piece.lstrip()), len(piece.rstrip())
    if right > left:
        spans.append((start + left, start + right))


def window(spans: list[tuple[int, int]], last: int, size: int) -> Window:
    """Return the window of at most `size` sentences that ends with sentence number `last`."""
    first = max(0, last - size + 1)
    return Window(start=spans[first][0], end=spans[last][1], last=spans[last][0])


def content_words(text: str) -> set[str]:
    """Return the lower-cased words that carry content, crudely stemmed so that 'envoys' meets 'envoy'."""
    words = (w.lower().replace("’", "'").removesuffix("'s") for w in WORD.findall(text))
    return {stem(w) for w in words if w not in STOPWORDS}


def stem(word: str) -> str:
    """Cut the commonest English endings; good enough to count shared words."""
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
