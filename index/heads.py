"""The lines that head an article, by their look: headlines, labels above them, names below, furniture. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.captions import caption_prefix_end
from index.units import WORD, Unit, words_set

SMALL_WORDS = words_set("a an and as at but by for from in into nor of on or over per the to up via vs with")
_JOINING = words_set("and of for the on &")
SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
_QUOTED_ONLY = re.compile(r"[‘“\"'][^‘“”\".!?]{2,70}[^‘’“”\".,!?][’”\"']")
ABBREVIATION_END = re.compile(r"\b(?:[A-Z]\.){2,}$")
_BESIDE_NAMES = SMALL_WORDS | {"aged", "supplied", "retd", "address", "name"}
_ADDRESS = re.compile(r"\S*(?:://|www\.|@)\S*")
# Heads of what belongs to the article above, or to none.
_FURNITURE = re.compile(
    r"(?:(?:for )?(?:media |press |more |further )?(?:contacts?|enquir(?:y|ies)|information|details)\b.{0,40}|"
    r"(?:notes? (?:to|for) editors?|editor[’']?s[’']? notes?|end ?notes|about (?:the author|us)|sources?|references|"
    r"\d+ (?:comments?|replies|responses)|table of contents|"
    r"(?:in this|inside this|this) (?:issue|week[’']s? issue|edition)|contents|comments?|replies|"
    r"what[’']s on|donate|how (?:you can|to) help|join us|"
    r"(?:continued|cont\.) (?:on|from)|"
    r"(?:coming |forthcoming |upcoming )?events?(?: diary)?|diary dates|dates for (?:your|the) diary|"
    r"advertise(?: with us)?|support us|get in touch|follow us|more news|you may have missed|next week|next issue)"
    r"\b.{0,20}:?)|.{0,60}\((?:continued )?from (?:page|p\.) ?\d+\)",
    re.IGNORECASE,
)
# Stands above a headline and is none.
_LABEL_LINE = re.compile(
    r"(?:for immediate release|press release|news release|media release|breaking(?: news)?|exclusive|opinion|analysis|"
    r"embargoed\b.*|live updates?)[:.]?",
    re.IGNORECASE,
)
# The noun of a body that issues papers, at the end of its name or before "of", "for".
_BODY = (
    r"(?:academy|administration|agency|alliance|archives?|assembly|association|authority|bank|board|bureau|cent(?:er|re)|chamber|charity|"
    r"church|club|college|commission|committee|company|confederation|constabulary|cooperative|corporation|council|"
    r"court|department|directorate|federation|foundation|fund|group|holdings|hospitals?|inspectorate|institute|laboratory|league|library|"
    r"ministry|museum|network|observatory|office|organi[sz]ation|parliament|partnership|police|port|press|school|"
    r"secretariat|service|services|society|surgery|tribunal|trust|union|university|inc|ltd|plc|llc|gmbh|ag)"
)
_ISSUER = re.compile(rf"(?:.*[\w’')] )?{_BODY}\.?(?: (?:of|for|on|and) .+)?", re.IGNORECASE)
_PLURALS = words_set(
    "accounts affairs arts businesses communities fisheries games highways homes investigations lines markets nations "
    "operations pensions resources rights schools sciences sports standards states statistics studies waters works"
)
_PEOPLE = r"\w*(?:ers|ors|ists|ants|ents|ians|men|women|people)"
_OF_PEOPLE = re.compile(rf"{_PEOPLE}(?:[’']s?)?", re.IGNORECASE)  # "Residents’ Association", "Nurses Union"
_PEOPLE_DO = re.compile(rf"\b{_PEOPLE}\s(?!{_BODY}\b|and\b|&)", re.IGNORECASE)  # "Lorry Owners Sue Council"
_INITIALS = re.compile(r"\s\([A-Z]{2,8}\)$")
_CAPTION_UNITS = 6  # paragraphs in which a caption's words may come back


def is_title_case(text: str) -> bool:
    words = [word for word in WORD.findall(text) if word.lower() not in SMALL_WORDS]
    return len(words) >= 3 and sum(word[0].isupper() for word in words) >= 0.8 * len(words)


def is_label(text: str) -> bool:
    """Say whether a line is a label that stands above headlines ("For immediate release")."""
    return bool(_LABEL_LINE.fullmatch(text))


def is_issuer(text: str) -> bool:
    """Say whether a line is the name of a body that issues papers ("Sarrow Valley Health Board"), and not a headline.

    A headline that ends with such a noun has a verb ("Mayor Sues Council") or another small word ("Fire at School").
    """
    text = _INITIALS.sub("", text)
    names = WORD.findall(text)
    if not 2 <= len(names) <= 9 or not _ISSUER.fullmatch(text) or _PEOPLE_DO.search(text):
        return False
    return all(_is_in_name(name) for name in names)


def _is_in_name(word: str) -> bool:
    """Say whether a word may stand in the name of a body: one with a capital and no verb's ending, or "of"."""
    lower = word.lower()
    if lower in _JOINING:
        return True
    if not word[0].isupper() or lower in SMALL_WORDS:
        return False
    if lower in _PLURALS or lower in ("united", "allied") or _OF_PEOPLE.fullmatch(lower):
        return True
    return not lower.endswith(("ed", "ing")) and (not lower.endswith("s") or lower.endswith(("ss", "us", "’s", "'s")))


def below_issuer(units: Sequence[Unit], lines: list[int]) -> list[int]:
    """Return the lines that may be a headline below the name of the body that issues the page, else all of them."""
    if not lines or not is_issuer(units[lines[0]].text):
        return lines
    rest = [i for i in lines if not is_issuer(units[i].text)]
    return rest if any(len(WORD.findall(units[i].text)) >= 2 and not is_name(units[i]) for i in rest[:1]) else lines


def is_furniture(text: str) -> bool:
    """Say whether a line heads what is no article: contacts, notes, events, comments."""
    return bool(_FURNITURE.fullmatch(text))


def is_captioned(units: Sequence[Unit], headline: int, paragraph: int) -> bool:
    """Say whether a caption is glued to the paragraph under this headline."""
    text = "\n".join(unit.text for unit in units[paragraph : paragraph + _CAPTION_UNITS])
    return caption_prefix_end(text, 0, headline=units[headline].text) > 0


def is_quoted_only(text: str) -> bool:
    """Say whether a line is nothing but a short quote."""
    return bool(_QUOTED_ONLY.fullmatch(text))


def is_signature(units: Sequence[Unit], group: Sequence[int]) -> bool:
    """Say whether lines are a name and where it is from, as under a letter."""
    lines = [units[i] for i in group]
    is_short = len(lines) <= 4 and all(unit.kind == "short" and len(unit.text.split()) <= 5 for unit in lines)
    return is_short and all(_is_named(unit.text) for unit in lines)


def _is_named(text: str) -> bool:
    """Say whether a line has the look of a name or an address: all of its words begin with a capital or a digit."""
    words = [word.strip('()"“”,') for word in text.split() if word.strip('()"“”,') not in _BESIDE_NAMES]
    return text[-1] not in "!?;:" and all(not word or not word[0].islower() for word in words)


def may_be_title(unit: Unit) -> bool:
    """Say whether a line may be a headline, by its look alone."""
    text = unit.text
    if unit.kind not in ("short", "body", "item") or not (3 <= len(text) <= 150) or len(text.split()) > 22:
        return False
    if text[-1] in ",;:-–—" or (text[-1] == "." and not (text.isupper() or ABBREVIATION_END.search(text))):
        return False
    if "|" in text or not WORD.search(text) or _ADDRESS.search(text) or _QUOTED_ONLY.fullmatch(text):
        return False
    if is_label(text) or is_furniture(text):
        return False
    return text[0].isupper() or text[0].isdigit() or text[0] in "‘“'\""


def headline_of(units: Sequence[Unit], group: Sequence[int]) -> int:
    """Return which line of a head is its headline: the first that is no label or issuer above another."""
    able = below_issuer(units, [i for i in group if may_be_title(units[i])])
    texts = [units[i].text for i in able]
    return next(
        (i for n, i in enumerate(able) if not any(is_kicker(texts[n], below) for below in texts[n + 1 :])), able[-1]
    )


def is_kicker(text: str, below: str) -> bool:
    """Say whether a line is a label over a headline ("LIVESTOCK")."""
    few = len(text.split()) <= 4
    return few and ((text.isupper() and not below.isupper()) or (len(text.split()) <= 2 < len(below.split()) - 1))


def is_name(unit: Unit) -> bool:
    """Say whether a line is a name alone, as of a writer below a headline."""
    words = unit.text.split(",")[0].split()
    is_short = unit.kind == "short" and 2 <= len(words) <= 4 and len(unit.text.split()) <= 8
    return (
        is_short
        and not unit.text.isupper()
        and all(word[0].isupper() and word.lower() not in SMALL_WORDS for word in words)
    )


def case_of(text: str) -> str:
    if text.isupper():
        return "capitals"
    if text.rstrip("\"”’')").endswith("?"):
        return "question"
    if len([word for word in WORD.findall(text) if word.lower() not in SMALL_WORDS]) < 3:
        return "short"
    return "title" if is_title_case(text) else "sentence"
