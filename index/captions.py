"""Captions that lost their line break and stand glued to a paragraph's first word ("SyriaSyria has asked"). Pure."""

from __future__ import annotations

import re

from index.units import stems, words_set

_STARTERS = words_set(
    "A An The At In On It As After When While With Some More Most Many Two Three Four Five Six Seven Eight Nine Ten "
    "Nearly About Over Under Around Almost Following Despite Amid Former One There This These U.S. UN US UK EU"
)
_GLUE = re.compile(
    r"(?P<caption>(?:[\w’'-]+ ){0,5}?(?P<left>[\w’'-]*[^\W\d_A-Z]))"
    r"(?P<right>(?:[A-Z]\.){2,}|[A-Z]{2,}(?!\w)|[A-Z](?!\w)|[A-Z][a-zà-ÿ]+)(?=[\s’',;:—–-]|$)"
)
_NAME_PARTS = words_set("mc mac de la le du di van von da del des fitz o")
# A caption names things; a paragraph that opens like this is a sentence with a name such as "YouTube" in it.
_SENTENCE_OPENING = re.compile(
    r"(?:the|an?|in|on|at|our|its|his|her|their|this|that|these|but|and|as|for|from|it|he|she|they|we|when|after) ",
    re.IGNORECASE,
)
_GLUE_CHARACTERS = 100
_CONTEXT_CHARACTERS = 6000
_NAME_CHARACTERS = 20_000  # around a glued word, where a name would be said again


def caption_prefix_end(text: str, start: int, *, headline: str = "") -> int:
    """Return where the paragraph at `start` really begins: behind a caption glued to its first word, else `start`.

    "SyriaSyria has asked" begins at its second "Syria", "united statesU.S. Secretary" at "U.S.". Taken only when the
    caption's word is said again at once, or when two of these hold: a word of the caption stands in the headline; all
    of them stand in the headline or the text; the sentence's first word stands in the headline or often opens
    sentences. The glued word must stand nowhere else ("YouTube" is a name).
    """
    found = _GLUE.match(text, start, min(len(text), start + _GLUE_CHARACTERS))
    if found is None or "\n" in found[0] or not _is_glued(found, text, headline):
        return start
    return found.end("caption")


def _is_repeated(text: str, found: re.Match[str]) -> bool:
    near = slice(max(0, found.start() - _NAME_CHARACTERS), found.end() + _NAME_CHARACTERS)
    return text[near].count(found["left"] + found["right"]) > 1


def _is_glued(found: re.Match[str], text: str, headline: str) -> bool:
    left, right = found["left"], found["right"]
    if len(left) < 3 or left.lower() in _NAME_PARTS or _is_repeated(text, found) or left + right in headline:
        return False
    if left.lower() == right.lower():
        return True
    named = stems(found["caption"])
    if not named or not stems(left) or _SENTENCE_OPENING.match(found["caption"]):
        return False
    near = text[found.end("caption") : found.end("caption") + _CONTEXT_CHARACTERS]
    is_known = named <= stems(headline) | stems(near)
    opens = right in _STARTERS or bool(stems(right) & stems(headline))
    return sum((is_known, opens, bool(named & stems(headline)))) >= 2
