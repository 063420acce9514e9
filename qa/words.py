"""Words, terms and names of a text: the pure lexical layer under analysis, checking and conflict finding."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

_PHRASES = (
    "United States|United Kingdom|Great Britain|European Union|United Nations|United Arab Emirates|Czech Republic|"
    "New Zealand|South Korean?|North Korean?|Islamic State"
)
WORD = re.compile(
    rf"\b(?:{_PHRASES})\b|" r"[^\W_]+(?:[.'’\-][^\W_]+)*\.?(?<=[A-Z]\.[A-Z]\.)|[^\W_]+(?:['’.\-,][^\W_]+)*"
)

STOPWORDS = frozenset(
    [
        "a",
        "about",
        "above",
        "after",
        "again",
        "against",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "because",
        "been",
        "before",
        "being",
        "below",
        "between",
        "both",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "doing",
        "done",
        "down",
        "during",
        "each",
        "either",
        "else",
        "etc",
        "ever",
        "few",
        "for",
        "from",
        "further",
        "get",
        "got",
        "had",
        "has",
        "have",
        "having",
        "he",
        "her",
        "here",
        "hers",
        "herself",
        "him",
        "himself",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "itself",
        "just",
        "let",
        "many",
        "may",
        "me",
        "might",
        "more",
        "most",
        "much",
        "must",
        "my",
        "myself",
        "neither",
        "no",
        "nor",
        "not",
        "of",
        "off",
        "on",
        "once",
        "only",
        "or",
        "other",
        "ought",
        "our",
        "ours",
        "out",
        "over",
        "own",
        "per",
        "quite",
        "rather",
        "s",
        "same",
        "shall",
        "she",
        "should",
        "since",
        "so",
        "some",
        "such",
        "t",
        "than",
        "that",
        "the",
        "their",
        "theirs",
        "them",
        "themselves",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "though",
        "through",
        "thus",
        "to",
        "too",
        "under",
        "until",
        "up",
        "upon",
        "us",
        "very",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "whether",
        "which",
        "while",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "within",
        "without",
        "would",
        "yet",
        "you",
        "your",
        "yours",
        "according",
        "behind",
        "early",
        "late",
    ]
)

COUNTRY_NAMES = (
    "united states|us|u.s|u.s.|usa|america|american|americans",
    "united kingdom|uk|u.k|u.k.|britain|british|great britain",
    "european union|eu|e.u|e.u.",
    "united nations|un|u.n|u.n.",
    "united arab emirates|uae|emirati",
    "turkey|turkish|türkiye|turks",
    "france|french",
    "netherlands|dutch",
    "spain|spanish",
    "poland|polish|poles",
    "sweden|swedish|swedes",
    "denmark|danish|danes",
    "finland|finnish|finns",
    "ireland|irish",
    "greece|greek|greeks",
    "switzerland|swiss",
    "norway|norwegian",
    "portugal|portuguese",
    "wales|welsh",
    "scotland|scottish|scots",
    "england|english",
    "czech republic|czechia|czech",
    "philippines|filipino|philippine",
    "thailand|thai",
    "lebanon|lebanese",
    "cyprus|cypriot",
    "peru|peruvian",
    "chile|chilean",
    "argentina|argentine|argentinian",
    "new zealand|nz",
    "south korea|south korean",
    "north korea|north korean|dprk",
    "islamic state|isis|isil|daesh",
    "china|chinese",
    "japan|japanese",
    "germany|german",
    "italy|italian",
    "hungary|hungarian",
    "afghanistan|afghan",
    "pakistan|pakistani",
    "iraq|iraqi",
    "israel|israeli",
    "egypt|egyptian",
    "vietnam|vietnamese",
    "belgium|belgian",
    "brazil|brazilian",
    "mexico|mexican",
    "canada|canadian",
    "ukraine|ukrainian",
    "serbia|serbian|serb",
    "croatia|croatian|croat",
    "kurdistan|kurdish|kurds|kurd",
    "europe|european",
    "africa|african",
    "asia|asian",
)
ALIASES = {name: names.split("|")[0] for names in COUNTRY_NAMES for name in names.split("|")}
LEMMAS = {
    "won": "win",
    "thought": "think",
    "found": "find",
    "left": "leave",
    "saw": "see",
    "felt": "feel",
    "dead": "die",
    "death": "die",
    "deaths": "die",
    "lives": "live",
    "lost": "lose",
    "spoke": "speak",
    "fell": "fall",
    "led": "lead",
    "elected": "election",
    "elect": "election",
    "born": "birth",
    "wound": "wound",
    "ground": "ground",
}
DEMONYM_ENDINGS = ("", "n", "an", "ian", "i", "ese", "s", "ns", "ans", "ians", "is")
TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "prof",
        "sir",
        "dame",
        "lord",
        "lady",
        "gen",
        "col",
        "capt",
        "sgt",
        "lt",
        "rev",
        "st",
        "president",
    ]
)
CALENDAR = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word and its place in the text it was taken from."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        return fold(self.text)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Return `text` in lower case, without accents, with plain quotes and without a possessive ending."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'"))
    plain = "".join(character for character in plain if not unicodedata.combining(character)).lower()
    return plain.removesuffix("'s").removesuffix("'")


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return what the inflections of an English word share: "took", "taken" and "takes" give the same."""
    import simplemma

    lower = fold(word)
    if not lower.isalpha():
        return lower.strip(".,")
    lemma = LEMMAS.get(lower) or (lower if lower.endswith("ing") else simplemma.lemmatize(lower, lang="en").lower())
    return str(_stemmer().stemWord(lemma))


@lru_cache(maxsize=65536)
def is_common(word: str) -> bool:
    """Return whether the lower-case form is an English dictionary word ("insurgent", also "turkey")."""
    import simplemma

    return bool(simplemma.is_known(fold(word), lang="en"))


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[Word, ...]:
    """Return the words of a text in order, numbers with their separators kept whole."""
    return tuple(Word(text=m.group(), start=m.start(), end=m.end()) for m in WORD.finditer(text))


def content_stems(text: str) -> list[str]:
    """Return the stems of the words that are not function words, in order, compounds taken apart."""
    stems: list[str] = []
    for word in words(text):
        if is_function_word(word.text):
            continue
        parts = re.split(r"[-–]", word.text) if "-" in word.text and not word.text[0].isdigit() else [word.text]
        stems += [alias(part) for part in parts if part and not is_function_word(part)]
    return stems


def is_function_word(word: str) -> bool:
    """Return whether a word says nothing by itself; "US" and "WHO" are names, "us" and "who" are not."""
    return fold(word) in STOPWORDS and not (word.isupper() and len(word) > 1)


@lru_cache(maxsize=65536)
def alias(word: str) -> str:
    """Return the country for its demonyms and abbreviations, else the stem."""
    lower = fold(word)
    if lower == "us" and word != "US":
        return "us"
    return ALIASES.get(lower) or stem(word)


@lru_cache(maxsize=65536)
def same_word(left: str, right: str) -> bool:
    """Return whether two stems mean the same word, a demonym and its country included ("Syria", "Syrian")."""
    if left == right:
        return True
    short, long = sorted((left, right), key=len)
    if len(short) >= 4 and long.startswith(short[:-1] if short[-1] in "aey" else short):
        base = short[:-1] if short[-1] in "aey" else short
        return len(base) >= 4 and long[len(base) :] in DEMONYM_ENDINGS
    return False


def contains_word(stems: frozenset[str] | set[str], stem_: str) -> bool:
    """Return whether a set of stems holds this one or a demonym of it."""
    return stem_ in stems or any(same_word(stem_, other) for other in stems)


@lru_cache(maxsize=4096)
def names(text: str) -> tuple[str, ...]:
    """Return the proper names of a text: runs of capitalised words, acronyms, numbers left out.

    A capitalised dictionary word that begins a sentence counts only when a further capitalised word follows it.
    Weekdays and months are dates, not names.
    """
    found: list[str] = []
    run: list[Word] = []
    for word in words(text):
        if run and word.text in ("of", "the", "de", "bin", "al"):
            continue  # inside a name, if a capital follows: "Secretary of State"
        joined = run and re.fullmatch(r"\s+(?:al |bin |de |of the |of )?", text[run[-1].end : word.start])
        if _capitalised(word) and (not run or joined):
            run.append(word)
            continue
        found += _close(run, text)
        run = [word] if _capitalised(word) else []
    return tuple(dict.fromkeys(found + _close(run, text)))


def _capitalised(word: Word) -> bool:
    return bool(re.match(r"(?:al-|el-)?[A-Z\u00c0-\u00de]", word.text)) and word.lower not in CALENDAR


def _close(run: list[Word], text: str) -> list[str]:
    if not run:
        return []
    if begins_sentence(text, run[0].start) and not re.fullmatch(r"[A-Z][A-Z.]+s?", run[0].text):
        lower = run[0].lower
        if lower in STOPWORDS or (len(run) == 1 and is_common(lower) and lower not in ALIASES):
            run = run[1:]
    run = [word for word in run if word.lower.strip(".") not in STOPWORDS or word.text.isupper()]
    while run and run[0].lower.strip(".") in TITLES:
        run = run[1:]
    return [text[run[0].start : run[-1].end]] if run else []


def begins_sentence(text: str, start: int) -> bool:
    """Return whether a sentence, a quotation or the text begins at `start`."""
    before = text[:start].rstrip(" \t\"'“‘«([")
    return not before or (
        before[-1] in ".!?:\n—" and not re.search(r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Gen|Col|Sen|Rep)\.$", before)
    )


def stems_of_names(text: str) -> frozenset[str]:
    """Return the stems of all names of a text."""
    return frozenset(stem_ for name in names(text) for stem_ in name_stems(name))


def name_stems(name: str) -> list[str]:
    """Return the stems of a name's own words ("President Bashar al-Assad" gives bashar, assad)."""
    whole = ALIASES.get(fold(name))
    if whole:
        return [whole]
    kept = [part for word in words(name) for part in re.split(r"[-–]", word.text) if part]
    particles = TITLES | {"al", "el", "bin", "de", "von"}
    return [alias(part) for part in kept if not is_function_word(part) and fold(part) not in particles]


@lru_cache(maxsize=8192)
def folded_words(text: str) -> frozenset[str]:
    """Return the words of a text in lower case as a set, function words included."""
    return frozenset(word.lower for word in words(text))
