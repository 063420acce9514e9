"""Who said it: reported speech of a text, and claims that drop its speaker or name another one. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from qa.verify.clauses import aligned, is_statement, sentences, share, stems_of
from qa.verify.source import Failure, Source
from qa.words import contains_word, name_stems, names

Strength = Literal["opinion", "plain", "record"]

_OPINION = (
    "claims?|claimed|claiming|alleges?|alleged|alleging|argues?|argued|arguing|insists?|insisted|insisting|believes?|believed|"
    "thinks?|thought|suggests|suggested|contends?|contended|maintains|maintained|asserts?|asserted|asserting|speculates?|"
    "speculated|suspects|suspected|fears|feared|predicts?|predicted|warns?|warned|warning|boasts?|boasted|complains?|"
    "complained|hopes|hoped|feels|felt|denies|denied|imagines|imagined|doubts|doubted|assumes|assumed|estimates|estimated"
)
_PLAIN = "said|says?|saying|told|tells|telling|stated|stating|added|adding|replied|tweeted|commented|remarked|mentioned|mentioning"
_RECORD = (
    "reports|reported|reporting|announces|announced|announcing|finds|found|shows|showed|shown|reveals|revealed|confirms|"
    "confirmed|notes|noted|explains|explained|acknowledges|acknowledged|admits|admitted|concludes|concluded|learned|"
    "discovered|indicated|indicates|wrote|writes|states"
)
SPOKEN_OF = re.compile(
    rf"\b(?:{_OPINION}|{_PLAIN}|according to|accus(?:e|es|ed|ing)|blam(?:e|es|ed|ing)|in the (?:view|opinion|words) of|"
    r"allegations?|accusations?|opinions?|views?|quoted|describ(?:e|es|ed|ing)|criticis?z?ed|urg(?:e|es|ed)|testif(?:y|ied)|"
    r"reported(?:ly)? to)\b",
    re.I,
)
QUOTED = re.compile(r"[“\"]([^“”\"]+)[”\"]")
_VERB = re.compile(rf"\b(?:(?P<opinion>{_OPINION})|(?P<plain>{_PLAIN})|(?P<record>{_RECORD}))\b")
_ACCORDING = re.compile(r"\b[Aa]ccording to (?P<speaker>[^,.;“”\"]{2,80}?)(?=[,.;“”\"]|$)")
_ACCUSED = re.compile(
    r"(?P<speaker>[^,;.“”\"]{2,60}?)\s+(?:has |have |had |also |later |publicly |repeatedly )*(?P<verb>accus(?:ed|es)|blam(?:ed|es))\s+"
    r"(?P<content>[^.;]+)"
)
_AFTER_NOUN = re.compile(
    r"(?:[’']s|s[’']|\b(?:to|the|a|an|his|her|its|their|these|those|this|of|in|some|such|many|any|no|all|other|news|media|first|annual))\s+$",
    re.I,
)
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|it['’]s)\s+(?:also |widely |then |often |first |not )?$", re.I
)
_ADVERB_TAIL = re.compile(
    r"(?:\s+(?:also|later|has|have|had|then|often|still|previously|reportedly|publicly|once|now|recently|repeatedly|firmly|would|will|did))+\s*$"
)
_TO_WHOM = re.compile(r"^\s*(?:(?:to|on|in|at)\s+)?[^,“\"]{0,40}?\bthat\s+", re.I)
_PLAIN_START = re.compile(r"^\s*[:,]?\s*(?:that\s+)?", re.I)
_APPOSED = re.compile(
    r"(?P<speaker>[^,;:“”\"]+),\s+(?:the|a|an|who|whose|his|her|its|their|then|now|chief|head|director|president|leader|chair\w*|spokes\w+|aged?|\d+|\w+ (?:of|at|for))\b"
    r"[^;:“”\"]*,\s*$",
    re.I,
)  # "Ana Tarn, the mayor of Alder, "


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A stretch of a sentence that somebody says."""

    speaker: str  # as written, "" where nobody is named
    verb: str
    content: str
    strength: Strength


@lru_cache(maxsize=4096)
def reports(sentence: str) -> tuple[Report, ...]:
    """Return what a sentence reports as said, outermost first."""
    found: list[Report] = []
    for match in _ACCORDING.finditer(sentence):
        rest = f"{sentence[: match.start()]} {sentence[match.end() :]}".strip(" ,")
        found.append(_report(match["speaker"], "according to", rest, "plain"))
    accused = _ACCUSED.match(sentence)
    if accused:
        found.append(_report(accused["speaker"], accused["verb"], accused["content"], "opinion"))
    for match in _VERB.finditer(sentence):
        report = _of_verb(sentence, match)
        if report is not None:
            found.append(report)
    return tuple(found)


def _of_verb(sentence: str, match: re.Match[str]) -> Report | None:
    before, after = sentence[: match.start()], sentence[match.end() :]
    if _AFTER_NOUN.search(before) or _PASSIVE.search(before) or (not before.strip() and not after.strip()):
        return None
    strength: Strength = "opinion" if match["opinion"] else "plain" if match["plain"] else "record"
    verb = match.group().lower()
    apposed = _APPOSED.match(before)
    inverted = re.search(r"[,!?][”\"’']?\s*$", before)
    if (
        inverted and not apposed and not re.match(r"\s+that\b", after) and re.match(r"\s+[A-Za-z]", after)
    ):  # “…,” said the mayor
        return _report(_head(after), verb, before[: inverted.start()], strength)
    trailing = re.search(r"[,!?][”\"’']?\s+(?P<speaker>[^,“”\"]{1,60})$", before)
    if trailing and (re.match(r"\s*(?:[.;,]|$|(?:on|in|at|to|after|during|through|via) )", after)):
        return _report(trailing["speaker"], verb, before[: trailing.start()], strength)
    subject = apposed["speaker"] if apposed else _subject(before)
    told = re.match(r"\s+(?:that\b|[:,]?\s*[“\"]|\w)", after)
    if not subject or told is None:
        return None
    if not re.match(r"\s+(?:[^,“\"]{2,30}\s)?that\b|[:,]?\s*[“\"]", after) and not (
        strength != "record" and verb not in _NEED_THAT and _SPEECH_OPENS.match(after)
    ):
        return None
    start = _TO_WHOM.match(after) or _PLAIN_START.match(after)
    content = after[start.end() if start else 0 :]
    return _report(subject, verb, re.split(r";|,? (?:but|while) ", content)[0], strength)


_NEED_THAT = frozenset(
    [
        "thought",
        "felt",
        "feels",
        "hopes",
        "hoped",
        "fears",
        "feared",
        "estimates",
        "estimated",
        "maintains",
        "maintained",
        "suspects",
        "suspected",
        "doubts",
        "doubted",
        "denies",
        "denied",
        "warning",
        "assumes",
        "assumed",
        "imagines",
        "imagined",
        "added",
        "adding",
        "stated",
        "telling",
        "tells",
        "told",
        "commented",
        "remarked",
    ]
)
_SPEECH_OPENS = re.compile(
    r"\s+(?:he|she|it|they|we|there|the|a|an|his|her|its|their|this|these|those|some|most|many|all|no|nobody|[A-Z0-9][\w’'-]*)\b"
)


def _subject(before: str) -> str:
    """Return the words of the clause that ends where the verb begins."""
    clause = re.split(r"[,;:“”\"()]|\b(?:and|but|while|although|because|when|that)\b", before)[-1]
    return _ADVERB_TAIL.sub("", clause).strip()


def _head(after: str) -> str:
    return re.split(r"[,.;“”\"]|\b(?:on|in|at|who|after|during)\b", after.strip())[0].strip()


def _report(speaker: str, verb: str, content: str, strength: Strength) -> Report:
    return Report(speaker=" ".join(speaker.split()), verb=verb, content=content.strip(' ,.“”"'), strength=strength)


def says(text: str) -> bool:
    """Return whether a text leaves the word to somebody: it names a speaker, quotes, or speaks of an opinion."""
    return bool(SPOKEN_OF.search(text) or QUOTED.search(text) or reports(text))


def dropped_speaker(claim: str, source: Source) -> Failure | None:
    """A claim may not state as plain fact what its source only reports as somebody's opinion, or as open to dispute."""
    report = _reported(claim, source)
    return _unsaid("speaker", report) if report is not None and _binds(report) else None


def dropped_reporter(claim: str, source: Source) -> Failure | None:
    """As `dropped_speaker`, for events that a witness, an office or a study reports: most readers take them as fact."""
    report = _reported(claim, source)
    return _unsaid("reporter", report) if report is not None and not _binds(report) else None


def dropped_word(claim: str, source: Source) -> Failure | None:
    """What is shown as fact may not be the word of one speaker, however plain it sounds; an office's word is a record."""
    report = _reported(claim, source)
    if report is None or report.strength == "record" or _OF_RECORD.search(report.speaker):
        return None
    misread = len(report.speaker.split()) > MAX_SPEAKER_WORDS or _NOBODY.match(report.speaker)
    return None if misread else _unsaid("word", report)


def _unsaid(rule: str, report: Report) -> Failure:
    who = report.speaker or "somebody"
    return Failure(
        rule=rule, label="not_enough", reason=f"the source does not say so itself: {who} is who said it ({report.verb})"
    )


def _reported(claim: str, source: Source) -> Report | None:
    """Return whose word the claim states as fact: in every sentence that it may rest on."""
    wanted = stems_of(claim)
    if not is_statement(claim) or says(claim):
        return None
    found = [
        next((r for r in reports(sentence) if share(wanted, stems_of(r.content)) >= CONTENT_SHARE), None)
        for sentence in aligned(claim, source.sentences)
    ]
    return found[0] if found and all(found) else None


def _binds(report: Report) -> bool:
    if len(report.speaker.split()) > MAX_SPEAKER_WORDS or _NOBODY.match(report.speaker):
        return False  # more likely a clause that was misread
    if report.strength == "opinion":
        return report.verb not in _FINDS
    disputable = report.strength == "plain" and _DISPUTABLE.search(report.content)
    return bool(disputable) and not _OF_RECORD.search(report.speaker)


MAX_SPEAKER_WORDS = 8
_NOBODY = re.compile(r"(?:i|we|you|which|who|as)\b|.*\bi\b", re.I)
_FINDS = frozenset(["suggests", "suggested", "estimates", "estimated", "predicts", "predicted"])
CONTENT_SHARE = 0.75
_DISPUTABLE = re.compile(
    r"\b(?:is|are|isn['’]t|aren['’]t|will|would|should|must|can|cannot|could|may|might|needs?|ought|never|always|too|very|best|worst|most|"
    r"(?:more|less)(?! than)|better|worse|safe|unsafe|wrong|right|fair|unfair|responsible|guilty|innocent|lied|fault)\b",
    re.I,
)
_OF_RECORD = re.compile(
    r"\b(?:police|officials?|authorit\w+|observatory|agency|ministry|department|reports?|study|studies|survey|census|bureau|office|"
    r"data|figures|statistics|researchers|scientists|court|hospital|forbes|spokes\w+|news\w*|officers?|reuters|afp|website|www|statement|"
    r"organi[sz]ation|commission|institute|university|encyclop\w+|book|records?|director|firefighters|doctors|medics)\b",
    re.I,
)


def other_speaker(claim: str, source: Source) -> Failure | None:
    """Whoever the claim says spoke must be who spoke in the source."""
    for mine in reports(claim):
        name = _name(mine.speaker, claim)
        if name is None:
            continue
        if not contains_word(source.stems, name[-1]) and not _goes_on(name, source):
            reason = f"the source does not say that {mine.speaker} said it"
            return Failure(rule="other_speaker", label="not_enough", reason=reason)
        theirs = [
            report
            for sentence in aligned(mine.content, source.sentences, least=CONTENT_SHARE)
            for report in reports(sentence)
            if share(stems_of(mine.content), stems_of(report.content)) >= CONTENT_SHARE
        ]
        if theirs and all(_is_another(report, name, source) for report in theirs):
            reason = f"in the source it is {theirs[0].speaker} who said it, not {mine.speaker}"
            return Failure(rule="other_speaker", label="contradicted", reason=reason)
    return None


def _goes_on(name: Sequence[str], source: Source) -> bool:
    """Return whether "he said" in the evidence goes on with the one speaker that the sentences around it name."""
    speakers = [report.speaker for sentence in source.sentences for report in reports(sentence)]
    around = [report.speaker for sentence in sentences(source.context) for report in reports(sentence)]
    named = {known[-1] for speaker in around if (known := _name(speaker, source.context))}
    return any(_PRONOUN.fullmatch(speaker) for speaker in speakers) and named == {name[-1]}


_PRONOUN = re.compile(r"\W*(?:he|she)\W*", re.I)


def named_speaker(claim: str, source: Source) -> Failure | None:
    """ "Prake lost, the officer said" does not make Prake the officer."""
    for name in names(claim) if _IDENTITY.match(claim) else ():
        own = frozenset(name_stems(name))
        role = stems_of(claim) - own
        found = [
            next((r for r in reports(sentence) if _speaks_of(r, role, own, source)), None)
            for sentence in source.sentences
            if own & stems_of(sentence)
        ]
        speaker = next((report.speaker for report in found if report), None)
        if speaker is not None and all(found):
            reason = f"the source does not name {speaker}: that is who speaks of {name}"
            return Failure(rule="named_speaker", label="not_enough", reason=reason)
    return None


_IDENTITY = re.compile(r"[^.;:]+?\b(?:is|was|are|were)\b[^.;:]+\.?$")


def _speaks_of(report: Report, role: frozenset[str], name: frozenset[str], source: Source) -> bool:
    """Return whether an unnamed speaker, known by words of the role, speaks of the name."""
    speaker = stems_of(report.speaker)
    return (
        0 < len(speaker) <= 4
        and speaker <= role
        and bool(name & stems_of(report.content))
        and _name(report.speaker, source.own) is None
    )


def _is_another(report: Report, name: Sequence[str], source: Source) -> bool:
    """Return whether a report's speaker is known by a name, and by another one."""
    return _name(report.speaker, source.own) is not None and not stems_of(report.speaker) & set(name)


def _name(speaker: str, text: str) -> tuple[str, ...] | None:
    """Return the stems of the last of the text's names in a short speaker; longer ones are misread clauses."""
    if len(speaker.split()) > 7:
        return None
    found = [stems for name in names(text) if name in speaker and (stems := name_stems(name))]
    return tuple(found[-1]) if found else None
