"""Sentences with the exact span each fills. Pure.

A text is cut into blocks (paragraphs, headings, list items, table rows), and a block into sentences. Rules rather than
a model: the same text always gives the same spans, and what is not understood stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.types import Sentence, Span

MAX_SENTENCE_CHARACTERS = 800
MAX_CELL_CHARACTERS = 250  # of a table's row; what is longer is prose

_NEWLINE = re.compile(r"\r\n|[\n\r\v\f\u2028\u2029]")
_STOP = re.compile(
    r"(?P<stop>[.!?…؟]+|[。！？])"
    r"(?P<close>(?:[\"'”’»)\]]|\[\d{1,3}\])*)"
    r"(?P<gap>\s*)"
)
_OPENING = "\"'“‘„«([—–-*_¿¡"
_QUOTES = "\"'”’»"
_WORD_BEFORE = re.compile(r"[^\s\"'“”‘’«»()\[\]]*$")
_WORD_AFTER = re.compile(r"[\"'“‘„«(\[*_¿¡]*(\w[\w’'-]*)")
_GLUED_NEXT = re.compile(r"[\"“‘«(]?(?:[A-Z][a-z’']+|A|I)(?=[\s,;:’'-])")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]$")
_BULLET = re.compile(r"(?:[-*+•‣◦·▪–—]|\(?(?:\d{1,3}|[A-Za-z])[.)])\s+\S")
_ENUMERATOR = re.compile(r"\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})$")
_FIELD = re.compile(r"[A-Z][\w /()-]{0,30}:\s+\S")
_ATTRIBUTION = re.compile(
    r"(?:[A-Z][\w.’'-]*\s+){1,4}(?:also\s+|then\s+|later\s+)?"
    r"(?:said|says|asked|asks|added|told|wrote|tweeted|replied|cried|shouted|insisted|warned|wondered|continued|explained)\b"
)
_SHORT_ATTRIBUTION = re.compile(_ATTRIBUTION.pattern + r"(?:[.,]|\s+(?:reporters|journalists|AFP|Reuters)\b)")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Always followed by the name or figure they belong to.
_NEVER_END = _words(
    "mr mrs ms mx dr prof gen col lt sgt capt cpt maj cmdr adm rev hon sen rep gov pres supt det insp amb brig "
    "cpl pvt st mt ft messrs mme mlle fr vs v e.g i.e cf viz approx ca figs fig eq vols vol pp nos ph gens sens "
    "reps drs profs lt.gen"
)
_END_UNLESS_NUMBER = _words(
    "no p art sec ch ed par jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri "
    "para col"
)
# They end a sentence when what follows opens one: "in the U.S. The talks", not "the U.S. Special Envoy".
_MAY_END = _words(
    "u.s u.n u.k e.u u.s.a u.s.s.r a.m p.m inc ltd co corp jr sr bros plc d.c b.c a.d ph.d m.d al dept govt est "
    "intl univ assn ave blvd rd misc avg temp etc"
)
_TIMES = frozenset({"a.m", "p.m", "etc"})
_AFTER_TIME = _words(
    "EST EDT ET CST CDT CT MST MDT MT PST PDT PT GMT BST UTC CET CEST EET MSK IST Eastern Central Pacific "
    "Mountain Moscow Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May "
    "June July August September October November December"
)
_STARTERS = _words(
    "The A An He She It They We You I This That These Those There Here His Her Its Their Our My Your In On At By "
    "For From To With Without Within After Before Since During Under Over Between Among Against Despite But And "
    "Or So Yet Nor If When While Where Although Though Because As Once Until Unless However Meanwhile Moreover "
    "Also Earlier Later Last Then Now Today Yesterday Still What Who Why How Which Some Many Most Several Both "
    "Another Other All Each Every No Not Only Even According Thus Therefore Instead Asked"
)
_SUFFIX_OF_NAME = frozenset({"Com", "Org", "Net", "Gov", "Edu", "Io", "Co", "Js", "Py", "Txt", "Pdf", "Html"})


def split_sentences(text: str, start: int = 0, end: int | None = None, skip: Sequence[Span] = ()) -> list[Sentence]:
    """Return the sentences of `text[start:end]` in order; their offsets count in `text`.

    Every character that is not white space lies in exactly one sentence, but for those inside `skip`, which belong to
    none and end the sentence before them. A sentence longer than MAX_SENTENCE_CHARACTERS is cut.
    """
    spans = (
        piece
        for low, high in _kept(start, len(text) if end is None else end, skip)
        for block in _blocks(text, low, high)
        for sentence in _sentences_of_block(text, *block)
        for piece in _cut_long(text, *sentence)
    )
    return [Sentence(start=low, end=high, text=text[low:high]) for low, high in spans]


def _kept(start: int, end: int, skip: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Give what remains of start..end when the skipped spans are taken out."""
    position = start
    for span in sorted(skip, key=lambda span: span.start):
        if position < span.start:
            yield position, min(span.start, end)
        position = max(position, span.end)
        if position >= end:
            return
    if position < end:
        yield position, end


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the span without the white space at its ends; None when nothing is left."""
    piece = text[start:end]
    stripped = piece.strip()
    if not stripped:
        return None
    low = start + len(piece) - len(piece.lstrip())
    return low, low + len(stripped)


def _blocks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give the spans that no sentence crosses: paragraphs unwrapped, headings, list items, table rows."""
    run: list[tuple[int, int]] = []  # the lines of a paragraph, none of them blank
    position = start
    for match in (*_NEWLINE.finditer(text, start, end), None):
        line = _trim(text, position, end if match is None else match.start())
        if line is None:
            yield from _blocks_of_run(text, run)
            run = []
        else:
            run.append(line)
        position = end if match is None else match.end()
    yield from _blocks_of_run(text, run)


def _blocks_of_run(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    if not lines:
        return
    width = max(high - low for low, high in lines)
    first = lines[0][0]
    for (low, high), (next_low, next_high) in pairwise(lines):
        if not _continues(text[low:high], text[next_low:next_high], width):
            yield first, high
            first = next_low
    yield first, lines[-1][1]


def _continues(line: str, following: str, width: int) -> bool:
    """Return whether the line break between two lines is only a wrap."""
    if _stands_alone(line) or _stands_alone(following) or _BULLET.match(following):
        return False
    if _FIELD.match(following) and (_FIELD.match(line) or len(line) < 0.6 * width):
        return False
    if width < 30:
        return False
    if following[0].islower():
        return len(line) >= 0.3 * width
    return len(line) <= 150 and len(line) + len(following.split(None, 1)[0]) >= 0.75 * width


def _stands_alone(line: str) -> bool:
    """Return whether a line is a heading, a table row or a rule."""
    return _is_row(line) or re.match(r"#{1,6}\s", line) is not None or not any(c.isalnum() for c in line)


def _is_row(line: str) -> bool:
    """Return whether a line is a row of a table: prose with a list of links in it is none."""
    if not (line.startswith("|") or "\t" in line or line.count(" | ") >= 2):
        return False
    return max(len(cell) for cell in re.split(r"\t|\|", line)) <= MAX_CELL_CHARACTERS


def _sentences_of_block(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if _stands_alone(text[start:end]):
        yield start, end
        return
    first = start
    for match in _STOP.finditer(text, start, end):
        if match.end() >= end:
            break
        if _ends_sentence(text, first, end, match):
            yield first, match.end("close")
            first = match.end()
    if first < end:
        yield first, end


def _ends_sentence(text: str, first: int, end: int, match: re.Match[str]) -> bool:
    """Return whether a sentence that began at `first` ends at this stop."""
    stop, close = match["stop"], match["close"]
    word = _WORD_BEFORE.search(text[max(first, match.start() - 40) : match.start()])
    before = word.group() if word else ""
    following = text[match.end() : min(end, match.end() + 80)]
    if stop in "。！？":
        return True
    if not match["gap"]:
        return _is_glued(stop, close, before, following)
    if first + len(before) >= match.start() and stop == "." and _ENUMERATOR.match(before):
        return False  # "1. The first", "(a) The second"
    if following[0] in ",;:)]}/":
        return False
    if any(quote in close for quote in _QUOTES) and _is_attribution(stop, following):
        return False
    if stop == "." and not close:
        return _ends_after_word(before, following, written_small=text[first].islower())
    return not _opens_lower(following)


def _is_glued(stop: str, close: str, before: str, following: str) -> bool:
    """Return whether a stop without a space after it ends a sentence: "left Syria.Negotiations began"."""
    opened = _GLUED_NEXT.match(following)
    if opened is None or stop not in {".", "!", "?"} or opened.group().strip('"“‘«(') in _SUFFIX_OF_NAME:
        return False
    if close:
        return True
    plain = re.fullmatch(r"\w*[^\W\d_]{2,}|\d+", before.rsplit("-", 1)[-1]) is not None
    return plain and before.lower() not in _NEVER_END | _MAY_END | _END_UNLESS_NUMBER


def _is_attribution(stop: str, following: str) -> bool:
    """Return whether what follows a closed quotation says whose words it was: "…!” he said", "…?” Putin asked"."""
    if following[0].islower():
        return True
    if stop in {"?", "!"}:
        return _ATTRIBUTION.match(following) is not None
    return _SHORT_ATTRIBUTION.match(following) is not None


def _opens_lower(following: str) -> bool:
    word = _WORD_AFTER.match(following)
    return word is not None and word.group(1)[0].islower() and not any(c.isupper() for c in word.group(1)[1:2])


def _ends_after_word(before: str, following: str, *, written_small: bool) -> bool:
    """Return whether a full stop after the word `before` and white space ends a sentence.

    A small letter after it mostly means a stray stop ("last week. to end a siege"), unless the writer begins sentences
    with small letters.
    """
    match = _WORD_AFTER.match(following)
    after = match.group(1) if match else ""
    key = before.lower().rstrip(".")
    is_single_letter = len(before) == 1 and before.isalpha() and before.isupper()
    if key in _NEVER_END:
        return False
    if key in _END_UNLESS_NUMBER:
        return not after[:1].isdigit() and not _opens_lower(following)
    if key in _TIMES:
        return not _opens_lower(following) and after not in _AFTER_TIME and not after[:1].isdigit()
    if key in _MAY_END or is_single_letter or _ACRONYM.search(before):
        return after in _STARTERS or following[0] in '“"'
    if _opens_lower(following):
        return written_small and len(before) >= 3 and before.isalpha() and following[0] not in _OPENING
    return True


def _cut_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a span that is too long behind a semicolon, else a comma, else a word, else anywhere."""
    while end - start > MAX_SENTENCE_CHARACTERS:
        window = text[start : start + MAX_SENTENCE_CHARACTERS]
        floor = MAX_SENTENCE_CHARACTERS // 2
        cut = max(window.rfind("; ", floor), window.rfind(";\n", floor))
        if cut < 0:
            cut = max(window.rfind(", ", floor), window.rfind(",\n", floor))
        cut = cut + 1 if cut >= 0 else _last_space(window, floor)
        piece = _trim(text, start, start + cut)
        if piece is not None:
            yield piece
        start += cut
    piece = _trim(text, start, end)
    if piece is not None:
        yield piece


def _last_space(window: str, floor: int) -> int:
    """Return where the last word of the window begins, or its length when it is one word."""
    spaces = [match.end() for match in re.finditer(r"\s+", window[floor:])]
    return floor + spaces[-1] if spaces else len(window)
