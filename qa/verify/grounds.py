"""What must stand in the evidence: quoted words, figures, dates, names, causes, and the claim's own content. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from index.numbers import DateMention, Number, dates, numbers, same_value
from qa.types import Label
from qa.verify.clauses import is_past, stems_of, tokens
from qa.verify.source import WEEKDAYS, Failure, Source, same_figure
from qa.verify.speech import QUOTED
from qa.words import (
    alias,
    contains_word,
    content_stems,
    folded_words,
    is_function_word,
    name_stems,
    names,
    stems_of_names,
    words,
)

OWN_SHARE = 0.3  # of the claim's content, in the evidence's own words


def quotes(claim: str, source: Source) -> Failure | None:
    own, heading = _plain(source.own), _plain(source.heading)
    for match in QUOTED.finditer(claim):
        quoted = match.group(1).strip()
        if len(_plain(quoted).split()) < 2 or _plain(quoted) in own or _plain(quoted) in heading:
            continue
        if not (is_title(quoted) and all(contains_word(source.stems, stem_) for stem_ in content_stems(quoted))):
            return Failure(rule="quotes", label="not_enough", reason=f"“{quoted}” is not in the source word for word")
    return None


def is_title(quoted: str) -> bool:
    """Return whether what stands in quotes is the title of a work ("The Long Way Home"): only its words must be there."""
    kept = [word.text for word in words(quoted) if not is_function_word(word.text)]
    return bool(kept) and all(text[0].isupper() or text[0].isdigit() for text in kept)


@lru_cache(maxsize=1024)
def _plain(text: str) -> str:
    """Return the words alone, in lower case: quotes may differ in their marks."""
    return " ".join(
        re.sub(r"[^\w%$€£'’.,-]|[.,](?!\d)|[-'’](?!\w)|(?<!\w)['’-]", " ", text.replace("’", "'").lower()).split()
    )


def missing_figures(claim: str, source: Source) -> Iterator[Number]:
    """Yield the figures of a claim that the evidence does not give. A heading gives only those that belong to a name."""
    known = numbers(source.own) + numbers(source.around)
    years = [float(m.year) for m in dates(f"{source.own}\n{source.heading}\n{source.around}") if m.year]
    for number in numbers(claim):
        if number.unit is None and number.value == 1 and not number.text.isdigit():
            continue  # "one" is most often a pronoun
        if any(same_figure(number, other) for other in known) or any(same_value(number.value, year) for year in years):
            continue
        if not _in_a_name(claim, number, source.heading):
            yield number


def _in_a_name(claim: str, number: Number, heading: str) -> bool:
    """Return whether the heading has the figure after the same word: "Apollo 11", "Highway 9"."""
    word = re.search(r"([A-Z][\w’'-]*)[ -]$", claim[: number.start])
    return word is not None and bool(
        re.search(rf"(?<!\w){re.escape(word.group(1))}[ -]{re.escape(number.text)}(?!\w)", heading)
    )


def figures(claim: str, source: Source) -> Failure | None:
    for number in missing_figures(claim, source):
        rival = _rival(claim, number, source)
        if rival is not None:
            return Failure(
                rule="figures",
                label="contradicted",
                reason=f"{number.text} is not in the source, which says {rival.text}",
            )
        return Failure(rule="figures", label="not_enough", reason=f"{number.text} is not in the source")
    return None


def _rival(claim: str, number: Number, source: Source) -> Number | None:
    """Return the source's own number of the thing that the claim counts, where it is another one."""
    counted = content_stems(claim[number.end : number.end + 40])[:1]
    return next(
        (n for n in numbers(source.own) if counted and content_stems(source.own[n.end : n.end + 40])[:1] == counted),
        None,
    )


def missing_dates(claim: str, source: Source) -> Iterator[DateMention]:
    """Yield the dates of a claim that the evidence does not give."""
    known = dates(source.own) + dates(source.heading) + dates(source.around)
    for mention in dates(claim):
        if not any(mention.agrees(other) for other in known):
            yield mention


def day(claim: str, source: Source) -> Failure | None:
    for mention in missing_dates(claim, source):
        label: Label = "contradicted" if any(other.year for other in dates(source.own)) else "not_enough"
        return Failure(rule="dates", label=label, reason=f"the date {mention.text} is not in the source")
    said = folded_words(source.own) | folded_words(source.heading) | folded_words(source.around)
    for word in words(claim):
        if word.lower in WEEKDAYS and word.lower not in said:
            return Failure(rule="dates", label="not_enough", reason=f"{word.text} is not in the source")
    return None


def missing_names(claim: str, source: Source) -> Iterator[str]:
    """Yield the names of a claim that the evidence does not give."""
    for name in names(claim):
        stems = name_stems(name)
        missing = [s for s in stems if not contains_word(source.stems, s) and not contains_word(source.around_stems, s)]
        if missing and not (len(stems) > 1 and missing != stems and _is_office(missing)):
            yield name


def named(claim: str, source: Source) -> Failure | None:
    for name in missing_names(claim, source):
        return Failure(rule="names", label="not_enough", reason=f"{name} is not in the source")
    return None


def _is_office(missing: Sequence[str]) -> bool:
    """Return whether what is missing is only an office before a name ("Minister", "Ambassador")."""
    return all(stem_ in _offices() for stem_ in missing)


@lru_cache(maxsize=1)
def _offices() -> frozenset[str]:
    return frozenset(alias(word) for word in _OFFICES.split())


_OFFICES = (
    "minister ambassador secretary envoy chief chairman chairwoman spokesman spokeswoman spokesperson director mayor "
    "governor senator judge king queen prince chancellor foreign defence defense prime state deputy former special"
)


def cause(claim: str, source: Source) -> Failure | None:
    """A claim that says "because" needs a source that gives a cause."""
    if _BECAUSE.search(claim) and not _CAUSES.search(source.own):
        return Failure(
            rule="cause", label="not_enough", reason="the source does not say that one is the cause of the other"
        )
    return None


_BECAUSE = re.compile(r"\b(?:because|owing to|caused by|as a result of)\b", re.I)
_CAUSES = re.compile(
    r"\b(?:because|since|due to|owing to|caus\w+|reason\w*|so that|in order to|as a result|result\w* (?:of|from|in)|therefore|led to|leads? to|for (?:his|her|their|its)|after|following|"
    r"thanks to|fear\w*|aimed|blam\w+|why|prompted|triggered|over|amid|given that)\b",
    re.I,
)


def own_coverage(claim: str, source: Source) -> float:
    """Return the share of the claim's content words in the evidence's own words."""
    stems = content_stems(claim)
    return sum(contains_word(source.stems, s) for s in stems) / len(stems) if stems else 0.0


def own_words(claim: str, source: Source) -> Failure | None:
    """A heading or the question names the subject; what is said of it must stand in the cited words."""
    stems = content_stems(claim)
    own = own_coverage(claim, source)
    lent = sum(contains_word(source.around_stems, s) and not contains_word(source.stems, s) for s in stems)
    if len(stems) < 2 or not lent:
        return None
    if own < OWN_SHARE and lent >= own * len(stems):
        return Failure(rule="own_words", label="not_enough", reason="the cited words say hardly anything of it")
    verb = _lent_verb(claim, source)
    if verb is None:
        return None
    return Failure(rule="own_words", label="not_enough", reason=f"only the heading says “{verb}”")


def _lent_verb(claim: str, source: Source) -> str | None:
    """Return the claim's verb where only the heading has it, and the cited words hold half of what is asserted or less."""
    named_here = stems_of_names(claim)
    asserted = [s for s in content_stems(claim) if s not in named_here]
    if not asserted or 2 * sum(contains_word(source.stems, s) for s in asserted) > len(asserted):
        return None
    heading = stems_of(source.heading) - source.stems
    return next((token.text for token in tokens(claim) if is_past(token) and token.stem in heading), None)
