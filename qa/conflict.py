"""Do the documents disagree on what is asked, and how? Each answering sentence gives a value; values are compared. Pure.

Values that agree are one side. Sides are a *development* where one count is told for moments that come clearly after
one another (`qa.moments`), an *ambiguity* where the documents speak of different bearers of one name, and a *conflict*
in every other case: two figures for one moment, or a lower later figure of what can only grow. How far apart two
figures are decides nothing.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import Literal

from index.numbers import DateMention, Interval, Number, dates, interval, numbers, same_value, vague_numbers
from index.times import Period, times
from index.types import Span
from qa.about import stems_of
from qa.analysis import Profile, is_generic
from qa.config import Settings
from qa.evidence import Candidate
from qa.frame import frame_of
from qa.grammar import word_set
from qa.moments import Moment, moment_of
from qa.sides import Subject, subject_near, subject_of
from qa.superlatives import is_of_others, says_less
from qa.turned import tells_narrower, tells_opposite
from qa.types import Evidence
from qa.verify.rules import negated
from qa.when import APART, asked_period, clock_times, period_fit
from qa.words import CALENDAR, contains_word, content_stems, name_stems, names

Relation = Literal["development", "ambiguity", "conflict"]
Kind = Literal["number", "date", "clock", "name", "thing", "boolean"]

_PERCENT = re.compile(r"\b(?:share(?! price)|percent|per cent|percentage|proportion|rate|turnout)\b|%", re.I)
_MONEY = re.compile(r"\b(?:how much|cost|price|budget|pay|paid|salary|fine|worth|spend|spent)\b", re.I)
_PLACE = re.compile(r"\b(?:in|at|near|around|across)\s+(?:the\s+)?((?:[A-Z][\w’'-]+)(?:\s+[A-Z][\w’'-]+)*)")
_OTHERWISE = re.compile(
    r"\b(?:puts?|gives?|gave|sa(?:id|ys?)|told|spoke|claims?|estimates?|counted|according to|however|but|while|whereas|instead|disput\w+|later|correct\w+)\b",
    re.I,
)
_RETOLD = re.compile(
    r"\b(?:put (?:it|the \w+) at|sa(?:id|ys) (?:that )?(?:it|there|the (?:true |real |actual )?(?:number|figure|count|total|toll|sum))\b|"
    r"told [\w ,’']{3,40} that (?:it|the \w+) (?:was|were|had)|sp(?:oke|eaks) of|counted|estimated|claimed|gave|gives|instead)\b",
    re.I,
)
_NOUN_AFTER = re.compile(r"\s+[a-z]+(?:\s+[a-z]+)?")
_WHOLE_OF_PART = re.compile(r"\b(?:of|among) (?:(?:the|its|their|his|her|these|those|all) )?$", re.I)
_CLOCK_AFTER = re.compile(r"^\s?[ap]\.?m\b", re.I)
_CLOCK_BEFORE = re.compile(r"\b(?:at|by|until|since|from|around|shortly (?:before|after))\s+$", re.I)
_TIME_UNIT = re.compile(r"^[\s-]*(?:second|minute|hour|day|week|month|year|decade)s?\b", re.I)
_MEASURED = re.compile(
    r"^\s?(?:ft|feet|k?m|cm|mi|kg|miles|met(?:er|re)s|acres?|hectares?|square|sq|per\b|/|km²|°)(?![a-z])", re.I
)
_DENSITY = re.compile(r"\b(?:density|growth|rate|ranking|rank|elevation|area|code)\b[^\d,;.]{0,24}$", re.I)
_COUNTS = re.compile(r"\b(?:how many|population|number of|inhabitants)\b", re.I)
_POPULATION = re.compile(r"\bpopulation of\b", re.I)
_PEOPLE = re.compile(r"\d (?:people|inhabitants|residents|persons)\b", re.I)
_CONTRAST = re.compile(r"[;]|\b(?:but|while|whereas|compared (?:with|to)|unlike)\b", re.I)
_COMPOUND = re.compile(r"\d\s(?:year|month|week|day|hour|minute)s?\s$", re.I)  # "5 days " before "21 hours"
_COUNTED_FURTHER = re.compile(r"\s?(?:to|or|and|[-–—])\s?\d")  # "14 to 20 hours"
_COUNTS_TIME = re.compile(
    r"\bhow many (?:[a-z]+ )?(seconds|minutes|hours|days|weeks|months|years|decades)\b(?! old)", re.I
)
_TIME_AFTER = re.compile(r"[\s-]*(?:[a-z]+ ){0,2}?(second|minute|hour|day|week|month|year|decade)s?\b")
_NOTE = re.compile(r"\[\s?$")
_ASKS_CLOCK = re.compile(r"\b(?:at )?what (?:time|hour)\b", re.I)
_ASKS_DATE = re.compile(r"\b(?:date|day|year|month)\b(?!-)(?! of \w+ (?:is|are) called)", re.I)
_ASKS_YEAR = re.compile(r"\b(?:what|which) year\b", re.I)
_ASKS_AMOUNT = re.compile(
    r"\bhow much (?:of (?:the |a |an )?)?(?!(?:money|time|is|are|was|were|do|does|did|has|have|had|will|would|can|could|"
    r"should|cash|of|more|less|longer|earlier|later|older|younger|larger|bigger|smaller|higher|lower|faster|slower|shorter|"
    r"heavier|lighter|cheaper|warmer|colder|taller|deeper|wider|better|worse|further|farther|closer|stronger|weaker)\b)"
    r"(?P<what>[a-z]+)\b",
    re.I,
)
_TAKES_TIME = frozenset(
    content_stems("sleep notice leave training rest warning experience delay practice holiday overtime")
)
_AFTER_NUMBER = re.compile(r"\s(?P<first>[a-z]+)(?:\s(?P<second>[a-z]+))?")
_UNITS = re.compile(
    r"(?:(?:milli|micro|kilo|mega|centi|hecto|tera|giga)?(?:gram(?:me)?|lit(?:er|re)|met(?:er|re)|watt|joule|calorie|byte|bit|"
    r"ton(?:ne)?)|ounce|pound|kilo|gallon|pint|quart|barrel|bushel|cup|teaspoon|tablespoon|spoon|spoonful|bottle|bag|sack|lump|"
    r"cube|drop|acre|hectare|inche|yard|mile|knot|time|part|degree|unit|percentage|point|second|minute|hour|day|night|week|"
    r"month|year|decade|euro|dollar|cent|crown|franc|rupee|peso|dinar|dirham|rouble|ruble|shilling|credit|slice|piece|page|"
    r"line|word|hundred|thousand|million|billion|trillion)s"
)
_NO_PLURAL = word_set("this less across always plus thus was is has its yes unless whereas perhaps")
_OF_ANOTHER_DEED = re.compile(r"\b(?:after|before|once) (?:it|he|she|they) (?:was|were|had)\b")
_MISREPORTED = re.compile(
    r"\b(?:erroneously|mistakenly|falsely|wrongly|incorrectly) (?:reported|posted|announced|published|stated|listed|dated|"
    r"credited|attributed)\b",
    re.I,
)
_ASKS_END = re.compile(r"\b(?:die[ds]?|death|end(?:ed)?|close[ds]?|until|last|expire[ds]?)\b", re.I)
_ASKS_LIFE = re.compile(r"\b(?:born|birth(?:day|date)?|die[ds]?|deaths?|dead|liv(?:e|es|ed|ing)|age|old)\b", re.I)
_BORN = re.compile(r"\((?:[^()]*[\s,;])?born\b[^()]*\)", re.I)
_BRACKETS = re.compile(r"\([^()]*\)")
_SPAN = re.compile(r"[–—-]|\b(?:to|until|till|died|ended|closed)\b")
_ASKS_ONE = re.compile(
    r"^\W*(?:in |for |from |of |to |on |at |by )?(?:what|which)\s+(?:is|was|(?:\w+\s+){0,2}\w+)\b", re.I
)
_VERBS = r"(?!(?:is|was|has|does|series|news|species|business|status|basis|class)\b)"
_ASKS_SEVERAL = re.compile(
    rf"\b(?:which|what)\s+(?:two|three|four|five|several|(?:{_VERBS}\w+\s+)?{_VERBS}\w*[^s\W]s)\s|\bwho\s+(?:are|were)\b|"
    r"\b(?:what|which)\s+(?:are|were|did|do|does|has|have)\b|\bname (?:all|the)\b",
    re.I,
)
_ACCUMULATES = re.compile(
    r"\b(?:kill\w*|dead|die[ds]?|deaths?|fatalit\w+|victims?|bodies|injur\w+|wounded|hurt|casualt\w+|missing|cases?|infect\w+|"
    r"patients?|sick|arrest\w*|detain\w*|displaced|evacuat\w+|rescued|homeless|refugees?|toll|signatures?|votes? counted)\b",
    re.I,
)
_RUNNING = re.compile(
    r"\b(?:so far|to date|(?:has|have|had) (?:now )?(?:risen|climbed|grown|reached|passed|topped|been confirmed)|(?:rose|risen|rises|climb(?:s|ed)|"
    r"grew|grown|jump(?:s|ed)) (?:again )?(?:to|by|past)|(?:death )?toll|now stands? at|stood at|rais(?:es|ed|ing) the (?:number|total|toll|count)|"
    r"bring(?:s|ing)? the (?:number|total|toll|count)|up from|more than (?:two|three|\w+) \w+ ago|still (?:rising|missing)|and counting)\b",
    re.I,
)
_CUMULATIVE = re.compile(
    r"\b(?:so far|to date|in all|in total|altogether|cumulative\w*|(?:death )?toll|turnout|(?:votes?|ballots?|signatures?|papers) "
    r"(?:had been |have been |were )?(?:counted|cast|collected)|burn(?:t|ed)|destroyed|(?:cases|deaths) (?:of|had been|have been|were)|doses)\b",
    re.I,
)
_MAY_FALL = re.compile(
    r"\b(?:still|now|currently|at (?:present|the moment)|remain\w*|left|missing|in (?:[\w’'-]+ ){0,3}(?:hospitals?|wards?|care|shelters?)|"
    r"without (?:power|water|electricity)|being (?:treated|held|cared)|on board|active|open|unaccounted)\b",
    re.I,
)
_CORRECTED = re.compile(
    r"\b(?:correct(?:ed|ion|ing|s)|revis(?:ed|ion|ing|es)|amended|lowered|recount\w*|re-?counted|counted twice|double[- ]count\w*|in error|"
    r"mistake\w*|wrongly|withdr[ae]wn?|down from|fewer than|lower than|no longer|now (?:stands?|puts?|gives?|says?)|not more|not \d)\b",
    re.I,
)
MAX_NAME_WORDS = 8
STRONG_PROBABILITY, STRONG_SHARE = 0.35, 0.6  # of a name as a rival: at least this sure, and so sure beside the best,
STRONG_SCORE_SHARE = 0.75  # and all signals together so strong beside the best,
AS_LIKELY, AS_LIKELY_SCORE_SHARE = 0.7, 0.6  # or only so strong, where the ranker is about as sure of it
NAMESAKE, NAMESAKE_SHARE, NAMESAKE_BEST = 0.15, 0.4, 0.4  # the same for an article on another bearer of the name,
CERTAIN_SHARE, CERTAIN_BEST = (
    0.2,
    0.25,
)  # and where it gives a figure or a date, or heads say of two what is added to the name
EXACT, INEXACT_SHARE = 0.99, 0.8  # all the words asked for; how sure one without some of them is, beside one with all
SURNAME_NEAR = (
    0.45  # `Aboutness.names` of a surname in the article: enough where a sentence says all else that is asked
)
OTHER_WORDS, OTHER_WORDS_SHARE = (
    0.9,
    0.95,
)  # of a date said in other words than those asked: so sure at least, and so sure beside the best
UNNAMED = 0.1  # how sure the ranker must be at least of a sentence that names nothing and says all else that is asked
ALIKE, THE_SAME = 0.7, 0.9  # sentences that share so much of their words apart from the value say it of the same thing


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What one sentence gives as the answer, in a form that can be compared."""

    text: str
    candidate: Candidate
    number: Number | None = None
    interval: Interval | None = None
    dates: tuple[DateMention, ...] = ()
    period: Period | None = None
    clock: int | None = None  # minutes after midnight
    name: frozenset[str] = frozenset()
    loose: bool = False  # one shared word makes two names the same: persons and places, not works or teams
    yes: bool | None = None
    in_its_place: bool = (
        False  # its sentence need not answer: elsewhere it stands where another document has the answer
    )

    def same(self, other: Value) -> bool:
        """Return whether two values say the same: equal, rounded, or one a part of the other."""
        if self.interval is not None and other.interval is not None:
            return self.interval.agrees(other.interval)
        if self.clock is not None or other.clock is not None:
            return self.clock == other.clock
        if self.yes is not None or other.yes is not None:
            return self.yes == other.yes
        if self.dates and other.dates and any(a.agrees(b) for a in self.dates for b in other.dates):
            return True
        if self.period is not None and other.period is not None:
            return self.period.overlap(other.period) is not None
        shared = sum(contains_word(other.name, stem_) for stem_ in self.name)
        return bool(shared) and (self.loose or 2 * shared > min(len(self.name), len(other.name)))

    @property
    def moment(self) -> Moment | None:
        """When the value held, as far as is known: what its sentence says of that, else the day of publication."""
        start, end = (self.number.start, self.number.end) if self.number else (0, 0)
        return moment_of(self.candidate.sentence.text, start, end, self.published)

    @property
    def published(self) -> datetime.date | None:
        return self.candidate.published


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Two or more sides, each the values that agree: latest first in a development, else best supported first."""

    relation: Relation
    sides: tuple[tuple[Value, ...], ...]
    subjects: tuple[Subject | None, ...] = ()  # of an ambiguity: whom or what each side speaks of
    earlier: tuple[tuple[Value, ...], ...] = ()  # of a conflict on a running count: what it was before, latest first

    def without(self, denied: Callable[[Candidate], bool]) -> Disagreement | None:
        """Return it without the sides whose surest sentence is denied to answer; None where one side or none is left."""
        kept = [side for side in self.sides if not _is_denied(side, denied)]
        earlier = tuple(side for side in self.earlier if not _is_denied(side, denied))
        if len(kept) == 1 and earlier:
            return Disagreement(relation="development", sides=(*kept, *earlier))
        if len(kept) < 2:
            return None
        subjects = tuple(self.subjects[self.sides.index(side)] for side in kept) if self.subjects else ()
        return replace(self, sides=tuple(kept), subjects=subjects, earlier=earlier)


def _is_denied(side: Sequence[Value], denied: Callable[[Candidate], bool]) -> bool:
    in_its_place = any(value.in_its_place for value in side)
    return not in_its_place and denied(max((value.candidate for value in side), key=_sureness))


def _sureness(candidate: Candidate) -> tuple[float, float]:
    return candidate.confidence, candidate.score


def disagreement(profile: Profile, ranked: Sequence[Candidate], settings: Settings) -> Disagreement | None:
    """Return how the documents disagree; None where they give one answer or none."""
    ranked = [candidate for candidate in ranked if not _tells_of_another(profile, candidate)]
    sides = namesakes(profile, ranked) or _clusters(_rivals(profile, ranked, settings))
    if len(sides) < 2:
        sides = _clusters(_twins(profile, ranked))
    if len(sides) < 2:
        return None
    given = frozenset(s for side in sides for value in side for s in content_stems(value.text))
    subjects = tuple(_subject(profile, side, given) for side in sides)
    if _differ(subjects):
        return Disagreement(relation="ambiguity", sides=sides, subjects=subjects)
    latest, *before = _course(profile, sides) or (sides,)
    earlier = tuple(side for group in before for side in group)
    if len(latest) == 1 and len(earlier) == len(before):
        return Disagreement(relation="development", sides=(*latest, *earlier))
    if len(latest) == 1:
        return Disagreement(relation="conflict", sides=sides)
    return Disagreement(relation="conflict", sides=latest, earlier=earlier)


def _tells_of_another(profile: Profile, candidate: Candidate) -> bool:
    """Return whether a sentence tells of the second or of a narrower kind for the first, of the opposite, or an error."""
    text = candidate.sentence.text
    misreported = _is_misreported(candidate) and _MISREPORTED.search(profile.text) is None
    less = says_less(profile.text, text) or is_of_others(profile.text, text)
    aside = tells_opposite(profile, candidate.window().text) or tells_narrower(profile.text, text)
    return misreported or less or aside


def _is_misreported(candidate: Candidate) -> bool:
    """Return whether the answer stands in what a sentence says was reported in error, before the next comma."""
    text, answer = candidate.sentence.text, _answer_in_sentence(candidate)
    error = None if answer is None else _MISREPORTED.search(text, 0, answer.start)
    return answer is not None and error is not None and "," not in text[error.end() : answer.start]


def newer_contradiction(
    profile: Profile, ranked: Sequence[Candidate], cited: Sequence[Evidence], settings: Settings
) -> Value | None:
    """Return what a document newer than all the evidence of an answer says instead, where one does."""
    known = [piece.date.value for piece in cited if piece.date is not None]
    places = {(piece.article_id, piece.start) for piece in cited}
    own = [c for c in ranked if (c.article.article_id, c.sentence.start) in places]
    given = [value for c in own if (value := value_of(profile, c))]
    if not given or len(known) < len(cited):
        return None
    best = max(given, key=lambda value: value.candidate.score)
    subject = subject_of(profile, best.candidate.article)
    newer = [
        value
        for c in ranked
        if c.article.date is not None and c.article.date.value > max(known) and c.about.names >= 0.8
        if (value := value_of(profile, c)) and _as_specific(c, best.candidate) and _as_sure(c, best.candidate, settings)
    ]
    if any(value.same(old) for value in newer for old in given):
        return None
    found = [value for value in newer if not _differ((subject, subject_of(profile, value.candidate.article)))]
    return max(found, key=lambda value: (value.published or datetime.date.min, value.candidate.score), default=None)


# --- which values are rivals ----------------------------------------------------------------------------------------


def _clusters(values: Iterable[Value]) -> tuple[tuple[Value, ...], ...]:
    sides: list[list[Value]] = []
    for value in values:
        side = next((s for s in sides if s[0].same(value)), None)
        if side is None:
            sides.append([value])
        else:
            side.append(value)
    return tuple(tuple(side) for side in sides)


def _rivals(profile: Profile, ranked: Sequence[Candidate], settings: Settings) -> list[Value]:
    kind = compared(profile)
    if kind is None or not ranked:
        return []
    exact = kind == "date" and ranked[0].about.own_coverage > EXACT  # a count of a part is another count, a date is not
    wide = [c for n, c in enumerate(ranked) if (n == 0 and exact) or not _narrower(profile, c, ranked)]
    valued = _of_the_time(profile, [value for c in wide if (value := value_of(profile, c))])
    if not valued:
        return []
    if valued[0].candidate.score < settings.conflict_answerability:  # too weak to compare, not to go on from
        other = _retold(profile, valued[0]) if valued[0].candidate.score >= settings.conflict_floor else None
        return [] if other is None else [valued[0], other]
    if kind in ("name", "thing", "boolean"):
        return _of_each_article(profile, valued)
    best = valued[0].candidate
    values = [v for v in valued if _as_specific(v.candidate, best) and _as_sure(v.candidate, best, settings)]
    values += [v for v in valued if v not in values and any(_alike(v, sure) for sure in values)]
    values += [v for v in valued if v not in values and _calls_it_by_kind(profile, v.candidate, best)]
    if kind == "date":
        values += [v for v in valued if v not in values and _in_other_words(v.candidate, best)]
    kept = [
        v
        for n, v in enumerate(values)
        if not any(_goes_on(v.candidate, other.candidate, first=m < n) for m, other in enumerate(values))
    ]
    return kept + [retold for v in kept if (retold := _retold(profile, v)) is not None]


def compared(profile: Profile) -> Kind | None:
    """Return what kind of values answers to the question are compared by; None where different answers may all hold."""
    if profile.kind == "date" and _ASKS_CLOCK.search(profile.text):
        return "clock"
    match profile.kind:
        case "number" | "duration":
            return "number"
        case "date":
            return "date"
        case "boolean":
            return "boolean"
        case "person" | "place":
            return None if _ASKS_SEVERAL.search(profile.text) else "name"
        case "thing" if _ASKS_ONE.match(profile.text) and not _ASKS_SEVERAL.search(profile.text):
            return "date" if _ASKS_DATE.search(profile.text.partition(" of ")[0]) else "thing"
        case _:
            return None


def _of_the_time(profile: Profile, values: Sequence[Value]) -> list[Value]:
    """Return the values without those whose sentences speak only of other times than the question."""
    asked = asked_period(profile.text) if profile.kind != "date" else None
    fits = [period_fit(asked, v.candidate.window().text, v.published) for v in values]
    return [value for value, fit in zip(values, fits, strict=True) if fit > APART]


def _of_each_article(profile: Profile, valued: Sequence[Value]) -> list[Value]:
    """Return the best name of each article that is nearly as sure as the best of all, or said in the same words."""
    first: dict[int, Value] = {}
    for value in valued:
        first.setdefault(value.candidate.article.article_id, value)
    best = valued[0].candidate
    strong = [v for v in first.values() if _is_strong(profile, v.candidate, best)]
    return strong + [v for v in first.values() if v not in strong and any(_alike(v, sure) for sure in strong)]


def _is_strong(profile: Profile, candidate: Candidate, best: Candidate) -> bool:
    """Return whether a name is found as surely as the best one; of works and teams, in a sentence with all that is asked."""
    sure = candidate.probability >= max(STRONG_PROBABILITY, STRONG_SHARE * best.probability)
    exact = compared(profile) != "thing" or candidate.about.own_coverage > EXACT
    share = AS_LIKELY_SCORE_SHARE if _as_likely(candidate, best) else STRONG_SCORE_SHARE
    return candidate is best or (sure and exact and candidate.score >= share * best.score)


def _as_likely(candidate: Candidate, best: Candidate) -> bool:
    """Return whether the ranker finds an answer in another article about as surely as the best one."""
    elsewhere = candidate.article.article_id != best.article.article_id
    return elsewhere and candidate.probability >= AS_LIKELY * best.probability


def _alike(left: Value, right: Value, *, least: float = ALIKE) -> bool:
    """Return whether two sentences of different articles say the same thing, word for word, of different values."""
    if left.candidate.article.article_id == right.candidate.article.article_id:
        return False
    ours, theirs = (stems_of(v.candidate.sentence.text) - stems_of(v.text) for v in (left, right))
    shared = len(ours & theirs)
    return shared >= 4 and shared >= least * len(ours | theirs)


def _in_other_words(candidate: Candidate, best: Candidate) -> bool:
    """Return whether the ranker is as sure of a sentence that holds the names asked for, and of the other words none.

    "The bank was formed in 1904" answers when it was founded.
    """
    elsewhere = candidate.article.article_id != best.article.article_id
    floor = max(OTHER_WORDS, OTHER_WORDS_SHARE * best.probability)
    return elsewhere and candidate.about.names >= 0.95 and candidate.probability >= floor


def _calls_it_by_kind(profile: Profile, candidate: Candidate, best: Candidate) -> bool:
    """Return whether a sentence says all else that is asked of "the ferry", where the best one calls the name a ferry.

    The article of the sentence names no ferry: it goes on with a story whose name stands elsewhere.
    """
    elsewhere = candidate.article.article_id != best.article.article_id
    if not elsewhere or candidate.probability < UNNAMED or candidate.about.own_coverage <= EXACT:
        return False
    kinds = {kind for name in profile.names for kind in _kinds_of(name, best.sentence.text)}
    whole = "\n".join(sentence.text for sentence in candidate.article.sentences)
    return any(
        re.search(rf"\bthe {kind}\b", candidate.sentence.text, re.I) and not re.search(rf"\b{kind} [A-Z]", whole)
        for kind in kinds
    )


def _kinds_of(name: str, text: str) -> list[str]:
    """Return the nouns that stand before a name: "ferry" of "the passenger ferry Maid of Hethe"."""
    return [
        match[1]
        for match in re.finditer(rf"\b(?:the|an?) (?:[a-z-]+ ){{0,2}}([a-z]{{3,}}) {re.escape(name)}\b", text, re.I)
    ]


def _twins(profile: Profile, ranked: Sequence[Candidate]) -> list[Value]:
    """Return the values of two sentences that differ in nothing else, where the ranker is sure of one answer.

    One of the two documents has the words of the other with another value: that is a conflict however few of the
    question's words the sentences hold. They may even tell of something else, where only the value of the best answer
    stands in the place of another one: one document calls the president by another name than all the rest.
    """
    if compared(profile) is None or not ranked:
        return []
    sure = max(STRONG_PROBABILITY, STRONG_SHARE * max(c.probability for c in ranked))
    sureness = _by_answer(ranked)
    near = [v for c in ranked if c.about.names >= 0.8 and (v := value_of(profile, c))]
    values = [v for v in near if max(v.candidate.probability, sureness[_answer_place(v.candidate)]) >= sure]
    pairs = combinations(_of_the_time(profile, values), 2)
    found = next(([a, b] for a, b in pairs if not a.same(b) and _alike(a, b)), [])
    return found or _in_its_place(profile, near)


def _in_its_place(profile: Profile, values: Sequence[Value]) -> list[Value]:
    """Return the best name, where the ranker is sure of it, and the one that stands for it in the same words elsewhere."""
    best = values[0] if values else None
    if best is None or compared(profile) not in ("name", "thing") or best.candidate.probability < STRONG_PROBABILITY:
        return []
    others = (
        b if a.same(best) else a
        for a, b in combinations(values, 2)
        if a.same(best) != b.same(best) and _alike(a, b, least=THE_SAME) and _tell_one_event(a, b)
    )
    other = next(others, None)
    if other is None:
        return []
    fullest = max((v for v in values if v.same(other)), key=lambda v: (len(v.name), v.candidate.probability))
    return [best, replace(fullest, in_its_place=True)]


def _figures_of(text: str) -> set[object]:
    """Return the numbers of a text and its dates."""
    return {*(n.value for n in numbers(text)), *((d.year, d.month, d.day) for d in dates(text))}


def _tell_one_event(left: Value, right: Value) -> bool:
    """Return whether two sentences hold the same figures, one at least, and no two days of publication tell them apart.

    A sentence without a figure may be said of two people at two times: "was elected chair at the annual meeting".
    """
    ours, theirs = (_figures_of(value.candidate.sentence.text) for value in (left, right))
    days = {value.published for value in (left, right) if value.published}
    return bool(ours) and ours == theirs and len(days) < 2


def _as_sure(candidate: Candidate, best: Candidate, settings: Settings) -> bool:
    """Return whether the ranker finds the answer nearly as surely; more is asked where the names only stand nearby."""
    share = settings.conflict_share if candidate.about.names >= 0.9 else settings.conflict_share_nearby
    inexact = best.about.own_coverage > EXACT > candidate.about.own_coverage
    if inexact and not _OTHERWISE.search(candidate.sentence.text):
        share = INEXACT_SHARE
    likely = candidate.score >= max(settings.conflict_floor, settings.conflict_floor_share * best.score)
    return likely and candidate.probability >= share * best.probability


def _goes_on(candidate: Candidate, other: Candidate, *, first: bool) -> bool:
    """Return whether a sentence goes on with what another of its article tells, so that their figures are not rivals.

    Args:
        first: whether the other ranks before it; of two that tell one story the first is kept.
    """
    if candidate.article.article_id != other.article.article_id or candidate.position == other.position:
        return False
    if other.about.own_coverage > EXACT > candidate.about.own_coverage:
        return True
    told_otherwise = _OTHERWISE.search(candidate.sentence.text) or _OTHERWISE.search(other.sentence.text)
    return first and not told_otherwise


def _retold(profile: Profile, value: Value) -> Value | None:
    """Return the other figure that the next sentence or the one after gives for the same thing, without naming it again.

    "The company put the number of jobs at 240. The union spoke of 310." The second sentence alone answers nothing, so
    no ranker finds it.
    """
    number, candidate = value.number, value.candidate
    if number is None:
        return None
    counted = stems_of(candidate.sentence.text[number.end : number.end + 40])
    sentences = candidate.article.sentences
    for position in range(candidate.position + 1, min(candidate.position + 3, len(sentences))):
        text = sentences[position].text
        found = [n for n in numbers(text) if n.unit == number.unit and _fits(profile, n, text)]
        if len(found) != 1 or not _RETOLD.search(text[: found[0].start]):
            continue
        after = _NOUN_AFTER.match(text[found[0].end :])
        if after is None or stems_of(after.group()) <= counted | frozenset(profile.stems):
            told = replace(candidate, position=position, lead=sentences[position - 1], answer=None)
            return Value(text=_worded(found[0]), candidate=told, number=found[0], interval=interval(found[0]))
    return None


def _narrower(profile: Profile, candidate: Candidate, ranked: Sequence[Candidate]) -> bool:
    """Return whether a sentence tells of a place that the question does not name and most of the others do not either."""
    asked = frozenset(profile.stems) | {s for name in profile.names for s in name_stems(name)}
    for match in _PLACE.finditer(candidate.window().text):
        stems = [s for s in name_stems(match.group(1)) if s not in asked]
        if match.group(1).split()[0].lower() in CALENDAR or not stems or any(contains_word(asked, s) for s in stems):
            continue
        if profile.kind not in ("number", "duration", "date"):
            continue  # where a person, a place or a thing is asked for, the place may be the answer
        sharing = sum(contains_word(stems_of(f"{c.window().text} {c.surroundings()}"), stems[-1]) for c in ranked)
        if 2 * sharing < len(ranked):
            return True
    return False


def _as_specific(candidate: Candidate, best: Candidate) -> bool:
    """Return whether a sentence answers the same question as the best one, not a wider or narrower one."""
    about, top = candidate.about, best.about
    retold = _OTHERWISE.search(candidate.sentence.text) is not None and about.coverage >= top.coverage - 0.15
    own = about.own_coverage >= 0.5 * top.own_coverage or retold
    told_apart = about.own_coverage > EXACT and about.names >= SURNAME_NEAR and _as_likely(candidate, best)
    return (
        own
        and about.coverage >= top.coverage - 0.35
        and (about.names >= min(0.8, top.names) or told_apart)
        and about.date >= 0.7 * top.date
    )


def namesakes(profile: Profile, ranked: Sequence[Candidate]) -> tuple[tuple[Value, ...], ...]:
    """Return one side for each bearer of the question's name, where articles on two or more give their answers.

    An article counts where it says at its head whom it is about ("Kevin Koger", "Lost Springs, Kansas") and the ranker
    is sure of its answer: the words of the question need not stand there, since "(1848–1912)" answers "when was he born".
    """
    if compared(profile) is None or not profile.names:
        return ()
    found = _surest_of_each_article(profile, ranked)
    known = [(subject, v, sure) for v, sure in found if (subject := _bearer(profile, v.candidate))]
    certain = compared(profile) in ("number", "date") or _are_titled_apart([subject for subject, *_ in known])
    share, least = (CERTAIN_SHARE, CERTAIN_BEST) if certain else (NAMESAKE_SHARE, NAMESAKE_BEST)
    if not found or found[0][1] < least:
        return ()
    floor = max(NAMESAKE, share * found[0][1])
    told_apart = [(subject, v) for subject, v, sure in known if subject.told_apart and sure >= floor]
    bearers = _by_bearer(_asked_for(told_apart))
    if len(bearers) < 2:
        return ()
    shown = [value for values in bearers for value in values]
    return _clusters(shown if found[0][0] in shown else [*shown, found[0][0]])


def _surest_of_each_article(profile: Profile, ranked: Sequence[Candidate]) -> list[tuple[Value, float]]:
    """Return the value of each article that the ranker is surest of, and how sure it is, surest first."""
    least = (
        0.5 if compared(profile) == "number" else 0.0
    )  # a figure of something else is of the right kind all the same
    near = [c for c in ranked if c.about.names >= 0.8 and (c.about.own_coverage >= least or _counts_people(profile, c))]
    values = _of_the_time(profile, [v for c in near if (v := value_of(profile, c))])
    sureness = _by_answer(ranked)
    first: dict[int, tuple[Value, float]] = {}
    rated = [(value, sureness[_answer_place(value.candidate)]) for value in values]
    for value, sure in sorted(rated, key=lambda each: -each[1]):
        first.setdefault(value.candidate.article.article_id, (value, sure))
    return list(first.values())


def _counts_people(profile: Profile, candidate: Candidate) -> bool:
    """Return whether a sentence counts the people of a place ("there were 837 people") whose population is asked for."""
    return bool(_POPULATION.search(profile.text) and _PEOPLE.search(candidate.sentence.text))


def _by_bearer(told_apart: Sequence[tuple[Subject, Value]]) -> list[list[Value]]:
    """Return the values by whom or what their articles are about."""
    bearers: list[tuple[Subject, list[Value]]] = []
    for subject, value in told_apart:
        same = next((values for other, values in bearers if not subject.differs(other)), None)
        if same is None:
            bearers.append((subject, [value]))
        else:
            same.append(value)
    return [values for _, values in bearers]


def _bearer(profile: Profile, candidate: Candidate) -> Subject | None:
    """Return whom the article of a sentence is about; where its head tells nobody apart, whom the sentence speaks of."""
    head = subject_of(profile, candidate.article)
    if head is not None and head.told_apart:
        return head
    return subject_near(profile, candidate.article, candidate.position) or head


def _answer_place(candidate: Candidate) -> tuple[int, int, int]:
    """Return article, start and end of the ranker's answer; of a candidate without one those of its sentence."""
    span = candidate.answer or candidate.sentence
    return candidate.article.article_id, span.start, span.end


def _by_answer(ranked: Sequence[Candidate]) -> dict[tuple[int, int, int], float]:
    """Return how sure the ranker is of each answer, alone or read with the sentence after it."""
    sureness: dict[tuple[int, int, int], float] = {}
    for candidate in ranked:
        place = _answer_place(candidate)
        sureness[place] = max(sureness.get(place, 0.0), candidate.probability)
    return sureness


def _are_titled_apart(subjects: Sequence[Subject]) -> bool:
    """Return whether two articles add different things to the name: "(Ana Tarn album)", "(Paul Reyes album)"."""
    return any(a.added and b.added and not a.added & b.added for a, b in combinations(subjects, 2))


def _asked_for(told_apart: Sequence[tuple[Subject, Value]]) -> list[tuple[Subject, Value]]:
    """Return the bearers of whom the question itself says most: of "the album" the albums and not the film."""
    most = max((len(subject.asked) for subject, _ in told_apart), default=0)
    return [each for each in told_apart if len(each[0].asked) == most]


# --- how the sides stand to one another -----------------------------------------------------------------------------


def _subject(profile: Profile, side: Sequence[Value], given: frozenset[str]) -> Subject | None:
    """Return whom or what a side speaks of: the first of its articles that says so; the answers themselves do not."""
    found = (_bearer(profile, value.candidate) for value in side)
    return next((subject.without(given) for subject in found if subject is not None), None)


def _differ(subjects: Sequence[Subject | None]) -> bool:
    """Return whether every side is known to speak of another bearer of the name."""
    known = [subject for subject in subjects if subject is not None]
    return len(known) == len(subjects) and all(a.differs(b) for a, b in combinations(known, 2))


Group = tuple[tuple[Value, ...], ...]  # sides for one moment


def _course(profile: Profile, sides: Group) -> tuple[Group, ...]:
    """Return the sides by moment, latest first, where they are one count in its course; nothing where they are not.

    Sides whose moments cannot be told apart are one group. Every figure of a group must follow from every one of the
    group before it.
    """
    if compared(profile) != "number" or not _one_noun(profile, sides):
        return ()
    moments = [_moments(side) for side in sides]
    if not all(moments):
        return ()
    groups: list[list[int]] = []
    for n in sorted(range(len(sides)), key=lambda n: max(_last(m) for m in moments[n]), reverse=True):
        before = groups[-1] if groups else []
        if before and any(_meet(moments[other], moments[n]) for other in before):
            before.append(n)
        else:
            groups.append([n])
    ordered = tuple(tuple(sides[n] for n in sorted(group)) for group in groups)
    steps = ((older, newer) for newers, olders in pairwise(ordered) for newer in newers for older in olders)
    return ordered if all(_follows(profile, older, newer) for older, newer in steps) else ()


def _moments(side: Sequence[Value]) -> list[Moment]:
    return [moment for value in side if (moment := value.moment) is not None]


def _last(moment: Moment) -> datetime.date:
    return moment.within.last or datetime.date.max


def _meet(newer: Sequence[Moment], older: Sequence[Moment]) -> bool:
    """Return whether the older side is told for a moment that is not clearly before all of the newer side."""
    return any(m.overlaps(o) or _last(o) > _last(m) for m in newer for o in older)


def _follows(profile: Profile, older: Sequence[Value], newer: Sequence[Value]) -> bool:
    """Return whether a later figure may be what became of an earlier one.

    A count runs where a sentence says so ("so far", "has risen to"), where it is of what grows by itself (the killed,
    the infected), or where the sentences name the moments that they count for. What can only grow does not fall,
    unless a correction is said.
    """
    texts = [f"{profile.text} {value.candidate.window().text}" for value in (*older, *newer)]
    grown = _has_grown(older[0], newer[0])
    if not grown and _only_grows(profile, texts):
        return any(_CORRECTED.search(value.candidate.window().text) for value in newer)
    stated = all((moment := side[0].moment) is not None and moment.stated for side in (older, newer))
    by_itself = grown and _ACCUMULATES.search(profile.text)
    return stated or bool(by_itself) or any(_RUNNING.search(text) for text in texts)


def _has_grown(older: Value, newer: Value) -> bool:
    """Return whether the later figure is not below the earlier one."""
    return older.interval is not None and newer.interval is not None and newer.interval.high >= older.interval.low


def _only_grows(profile: Profile, texts: Sequence[str]) -> bool:
    """Return whether what is counted cannot become fewer: the killed and the cases do not, patients in hospital do."""
    if _MAY_FALL.search(profile.text):
        return False
    return bool(_ACCUMULATES.search(profile.text)) or any(_CUMULATIVE.search(text) for text in texts)


def _one_noun(profile: Profile, sides: Sequence[Sequence[Value]]) -> bool:
    """Return whether every side counts what is asked for, or all of them the same noun."""
    counted = [_counted(side[0]) for side in sides]
    return all(c and (c & set(profile.stems) or c & counted[0]) for c in counted)


def _counted(value: Value) -> set[str]:
    """Return the stems of the clause around a figure: what it counts."""
    text, number = value.candidate.sentence.text, value.number
    return set(content_stems(text if number is None else text[max(0, number.start - 40) : number.end + 60]))


# --- the value of a sentence ----------------------------------------------------------------------------------------


def value_of(profile: Profile, candidate: Candidate) -> Value | None:
    """Return the value that a sentence gives for the question, or None where it gives none of the kind."""
    text = candidate.sentence.text
    answer = _answer_in_sentence(candidate)
    match compared(profile):
        case "number":
            return _number_value(profile, candidate, text, answer)
        case "date":
            return _date_value(profile, candidate, text, answer)
        case "clock":
            return _clock_value(candidate, text)
        case "boolean":
            return _boolean_value(profile, candidate, text)
        case "name" | "thing" if answer is not None:
            return _name_value(profile, candidate, answer.of(text))
        case _:
            return None


def _number_value(profile: Profile, candidate: Candidate, text: str, answer: Span | None) -> Value | None:
    number = _asked_number(profile, text, answer)
    if number is not None:
        return Value(text=_worded(number), candidate=candidate, number=number, interval=interval(number))
    for vague, start, end in vague_numbers(text):
        if answer is not None and start < answer.end and answer.start < end:
            return Value(text=text[start:end], candidate=candidate, interval=vague)
    return None


def _date_value(profile: Profile, candidate: Candidate, text: str, answer: Span | None) -> Value | None:
    if answer is None or _is_birth(profile, text, answer) or _dates_another_deed(profile, text, answer):
        return None
    asked = {mention.text for mention in profile.dates}
    whole = _whole_span(profile, text, answer)
    mentions = tuple(m for m in dates(text) if m.start < whole.end and whole.start < m.end and m.text not in asked)
    said = [m for m in times(text, candidate.published) if m.start < answer.end and answer.start < m.end]
    said = [m for m in said if m.text not in asked and m.grain != "days"]
    if not mentions and not said:
        return None
    chosen = _asked_end(profile, mentions, text)
    period = next((m.period for m in said if m.period is not None and m.period.days is not None), None)
    is_short = whole == answer and len(answer.of(text).split()) <= 5
    written = answer.of(text) if chosen is None or is_short else chosen.text
    if chosen is not None and chosen.year is not None and _ASKS_YEAR.search(profile.text):
        chosen = replace(chosen, month=None, day=None)  # 5 October 2011 and 9 May 2011 are one year
    return Value(
        text=written, candidate=candidate, dates=(chosen,) if chosen else (), period=None if chosen else period
    )


def _dates_another_deed(profile: Profile, text: str, answer: Span) -> bool:
    """Return whether a date stands in a clause on something else: "after it was chosen in 1994" for when it was released."""
    frame = frame_of(profile.text)
    opened = list(_OF_ANOTHER_DEED.finditer(text, 0, answer.start))
    if (
        frame is None
        or not frame.main_verb
        or not opened
        or re.search(r"[.;:,]", text[opened[-1].end() : answer.start])
    ):
        return False
    clause = stems_of(text[opened[-1].end() : answer.end])
    return not any(contains_word(clause, stem_) for stem_ in content_stems(frame.main_verb))


def _is_birth(profile: Profile, text: str, answer: Span) -> bool:
    """Return whether an answer stands in "(born 6 May 1975)", and nothing is asked of a birth or death."""
    return not _ASKS_LIFE.search(profile.text) and any(_around(_BORN, text, answer))


def _whole_span(profile: Profile, text: str, answer: Span) -> Span:
    """Return the answer, or the span of two dates in brackets that it is one end of, where an end of a life is asked."""
    if not _ASKS_LIFE.search(profile.text):
        return answer
    inside = (m for m in _around(_BRACKETS, text, answer) if len(dates(m[0])) == 2)
    return next((Span(start=m.start() + 1, end=m.end() - 1) for m in inside), answer)


def _around(pattern: re.Pattern[str], text: str, answer: Span) -> Iterator[re.Match[str]]:
    """Yield the matches that hold an answer and more on both sides."""
    return (m for m in pattern.finditer(text) if m.start() < answer.start and answer.end < m.end())


def _asked_end(profile: Profile, mentions: Sequence[DateMention], text: str) -> DateMention | None:
    """Return the date that is asked for of several, said most exactly: of "(1848 – 25 July 1912)" the end for "die"."""
    spanned = len(mentions) > 1 and _SPAN.search(text[mentions[0].end : mentions[-1].start])
    ordered = mentions[::-1] if spanned and _ASKS_END.search(profile.text) else mentions
    alike = [mention for mention in ordered if mention.agrees(ordered[0])]
    return max(alike, key=lambda m: (m.day is not None, m.month is not None), default=None)


def _clock_value(candidate: Candidate, text: str) -> Value | None:
    found = clock_times(text)
    return Value(text=found[0][1], candidate=candidate, clock=found[0][0]) if len(found) == 1 else None


def _name_value(profile: Profile, candidate: Candidate, written: str) -> Value | None:
    person = compared(profile) == "name"
    written = _last_mention(written)
    if len(written.split()) > MAX_NAME_WORDS:
        return None
    found = [s for name in names("x " + written) for s in name_stems(name)] if person else content_stems(written)
    stems = frozenset(found) - frozenset(profile.stems)
    return Value(text=written, candidate=candidate, name=stems, loose=person) if stems else None


def _last_mention(written: str) -> str:
    """Return the name alone of an answer that runs from one mention of it to another: "Ana Tarn album) … by Ana Tarn"."""
    words = written.split()
    plain = [word.strip("()[],.;:\"'“”") for word in words]
    ends = (n for n in range(MAX_NAME_WORDS, 0, -1) if len(words) > max(2 * n, MAX_NAME_WORDS))
    return next((" ".join(words[-n:]) for n in ends if plain[:n] == plain[-n:]), written)


def _boolean_value(profile: Profile, candidate: Candidate, text: str) -> Value | None:
    """Return whether a sentence that holds nearly all that is asked affirms or denies it."""
    if candidate.about.own_coverage < 0.75 or candidate.about.names < 0.8 or text.rstrip().endswith("?"):
        return None
    denied = bool((negated(text) ^ negated(profile.text)) & frozenset(profile.stems))
    return Value(text="no" if denied else "yes", candidate=candidate, yes=not denied)


def _answer_in_sentence(candidate: Candidate) -> Span | None:
    """Return the ranker's answer in the sentence's own offsets, where it lies in the sentence and not in its lead."""
    answer, sentence = candidate.answer, candidate.sentence
    if answer is None or not (sentence.start <= answer.start and answer.end <= sentence.end):
        return None
    return Span(start=answer.start - sentence.start, end=answer.end - sentence.start)


def _worded(number: Number) -> str:
    return f"{number.approximator} {number.text}" if number.approximator else number.text


def _asked_number(profile: Profile, text: str, answer: Span | None) -> Number | None:
    """Return the number whose own clause shares most with the question, then what it is set against; of equals the
    ranker's, then the first.

    Where numbers stand directly before the noun that is asked for ("8,784 hours"), it is one of them.
    """
    found = numbers(text)
    fitting = [number for number in found if _fits(profile, number, text)]
    fitting = [number for number in fitting if _counts_directly(profile, number, text)] or fitting
    rated = []
    for n, number in enumerate(found):
        if number not in fitting:
            continue
        start = max(found[n - 1].end if n else 0, _clause_start(text, number.start))
        after = found[n + 1 :]
        if after and _WHOLE_OF_PART.fullmatch(text[number.end : after[0].start].lstrip()):
            after = after[1:]  # "eleven of the 29 patients were": what is said of the patients is said of eleven
        end = after[0].start if after else len(text)
        shared = _shared(profile, text[max(start, number.start - 60) : min(end, number.end + 60)])
        wider = _shared(profile, _set_against(text, number.start))
        inside = answer is not None and number.start < answer.end and answer.start < number.end
        rated.append((shared, wider, inside, -n, number))
    best = max(rated, key=lambda r: r[:4], default=None)
    return best[4] if best and (best[2] or best[0] >= min(2, len(profile.stems))) else None


def _counts_directly(profile: Profile, number: Number, text: str) -> bool:
    """Return whether the noun of "how many ..." is the word after a number that is not the whole of a part ("of the 29")."""
    noun = [stem_ for stem_ in profile.focus if not is_generic(stem_)]
    after = _NOUN_AFTER.match(text, number.end)
    if not noun or after is None or _WHOLE_OF_PART.search(text[: number.start]):
        return False
    counted = stems_of(after.group().split()[0])
    return all(contains_word(counted, stem_) for stem_ in noun)


def _clause_start(text: str, before: int) -> int:
    """Return where the clause that holds the place begins: after the last comma, semicolon or "and"."""
    return max((match.end() for match in re.finditer(r"[,;:]\s|\b(?:and|but)\b", text[:before])), default=0)


def _set_against(text: str, place: int) -> str:
    """Return what holds a place of a text between the words that set one thing against another: "365 days ...; but 366"."""
    cuts = [0, *(match.start() for match in _CONTRAST.finditer(text)), len(text)]
    return next((text[a:b] for a, b in pairwise(cuts) if a <= place < b), text)


def _shared(profile: Profile, clause: str) -> int:
    stems = frozenset(content_stems(clause))
    return sum(2 if s in profile.focus and not is_generic(s) else 1 for s in profile.stems if contains_word(stems, s))


def _fits(profile: Profile, number: Number, text: str) -> bool:
    amount = _ASKS_AMOUNT.search(profile.text)
    timed = (
        profile.kind == "duration"
        or (amount is not None and not stems_of(amount["what"]).isdisjoint(_TAKES_TIME))
        or any(s in ("hour", "day", "week", "month", "year", "minut", "old", "age") for s in profile.stems)
    )
    if not timed and (_TIME_UNIT.match(text[number.end :]) or _is_clock(number, text)):
        return False
    if _COUNTS.search(profile.text) and not _is_count(profile, number, text):
        return False
    unit = _TIME_UNIT.match(text[number.end :])
    if unit and _COMPOUND.search(text[: number.start]):
        return False  # the hours of "5 days 21 hours"
    if not _counts_unit(profile, number, text) or not _measures_amount(profile, number, text):
        return False  # "13 months" and "876 parts" are no hours, "13 compounds" no amount of sugar
    if number.text.lower() == "one" and re.match(r"\s+of\b", text[number.end :]):
        return False  # "one of them" counts nothing
    if any(same_value(number.value, own) for own in profile.numbers) or number.unit == "ordinal":
        return False
    if _PERCENT.search(profile.text):
        return number.unit == "percent"
    if number.unit == "percent":
        return False
    return number.unit != "money" or bool(_MONEY.search(profile.text))


def _counts_unit(profile: Profile, number: Number, text: str) -> bool:
    """Return whether a number counts the unit of time that "how many hours" asks for; True where none is asked for."""
    asked = _COUNTS_TIME.search(profile.text)
    if asked is None or _COUNTED_FURTHER.match(text, number.end):
        return True
    counted = _TIME_AFTER.match(text, number.end)
    return counted is not None and not stems_of(asked[1]).isdisjoint(stems_of(counted[1]))


def _measures_amount(profile: Profile, number: Number, text: str) -> bool:
    """Return whether a number can tell how much there is of what is asked for; True where no amount is asked for.

    It cannot as the number of other things: of the sugar in a juice "13 compounds" tell nothing.
    """
    asked = _ASKS_AMOUNT.search(profile.text)
    after = _AFTER_NUMBER.match(text, number.end)
    if asked is None or after is None or number.unit in ("percent", "money"):
        return True
    counted = next((word for word in after.groups() if word and _is_plural(word)), None)
    first_is_unit = _UNITS.fullmatch(after["first"]) is not None
    is_other = counted is not None and not first_is_unit and not _UNITS.fullmatch(counted)
    return not is_other or not stems_of(asked["what"]).isdisjoint(stems_of(after.group()))


def _is_plural(word: str) -> bool:
    return len(word) > 3 and word.endswith("s") and not word.endswith("ss") and word not in _NO_PLURAL


def _is_count(profile: Profile, number: Number, text: str) -> bool:
    """Return whether a number can count things: no measure ("360 m"), no density, no decimals, no mark of a note "[ 5 ]"."""
    before, after = text[: number.start], text[number.end :]
    measured = _MEASURED.match(after)
    if (
        (measured and not stems_of(measured.group()) & frozenset(profile.stems))
        or _NOTE.search(before)
        or number.value % 1 != 0
    ):
        return False
    density = _DENSITY.search(before)
    return density is None or bool(stems_of(density.group().split()[0]) & frozenset(profile.stems))


def _is_clock(number: Number, text: str) -> bool:
    """Return whether a number is a time of day: "7.42 a.m.", "at 7.42"."""
    written = bool(re.fullmatch(r"\d{1,2}(?:[.:]\d\d)?", number.text))
    before = re.fullmatch(r"\d{1,2}[.:]\d\d", number.text) and _CLOCK_BEFORE.search(text[: number.start])
    return written and bool(before or _CLOCK_AFTER.match(text[number.end :]))
