"""The little English grammar under statements and premises: verb forms by rule and table, and clauses. Pure.

There is no tagger here: a word is a verb where the dictionary of forms says that it can be one and its neighbours do
not forbid it. Where that does not settle it, the answer is None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache


def word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_IRREGULAR = (
    "arise arose arisen|awake awoke awoken|bear bore borne|beat beat beaten|become became become|"
    "begin began begun|bend bent bent|bet bet bet|bind bound bound|bite bit bitten|bleed bled bled|"
    "blow blew blown|break broke broken|breed bred bred|bring brought brought|build built built|"
    "burst burst burst|buy bought bought|cast cast cast|catch caught caught|choose chose chosen|"
    "cling clung clung|come came come|cost cost cost|creep crept crept|cut cut cut|deal dealt dealt|"
    "dig dug dug|do did done|draw drew drawn|drink drank drunk|drive drove driven|eat ate eaten|"
    "fall fell fallen|feed fed fed|feel felt felt|fight fought fought|find found found|flee fled fled|"
    "fly flew flown|found founded founded|forbid forbade forbidden|forget forgot forgotten|"
    "forgive forgave forgiven|freeze froze frozen|get got got|give gave given|go went gone|"
    "grind ground ground|grow grew grown|hang hung hung|have had had|hear heard heard|hide hid hidden|"
    "hit hit hit|hold held held|hurt hurt hurt|keep kept kept|know knew known|lay laid laid|lead led led|"
    "learn learned learned|leave left left|lend lent lent|let let let|lie lay lain|light lit lit|"
    "lose lost lost|make made made|mean meant meant|meet met met|mistake mistook mistaken|"
    "outdo outdid outdone|overcome overcame overcome|overtake overtook overtaken|"
    "overthrow overthrew overthrown|pay paid paid|prove proved proven|put put put|quit quit quit|"
    "read read read|rebuild rebuilt rebuilt|ride rode ridden|ring rang rung|rise rose risen|run ran run|"
    "say said said|see saw seen|seek sought sought|sell sold sold|send sent sent|set set set|"
    "shake shook shaken|shed shed shed|shine shone shone|shoot shot shot|show showed shown|"
    "shrink shrank shrunk|shut shut shut|sing sang sung|sink sank sunk|sit sat sat|sleep slept slept|"
    "slide slid slid|speak spoke spoken|spend spent spent|spin spun spun|split split split|"
    "spread spread spread|spring sprang sprung|stand stood stood|steal stole stolen|stick stuck stuck|"
    "sting stung stung|strike struck struck|strive strove striven|swear swore sworn|sweep swept swept|"
    "swim swam swum|swing swung swung|take took taken|teach taught taught|tear tore torn|tell told told|"
    "think thought thought|throw threw thrown|undergo underwent undergone|understand understood understood|"
    "undertake undertook undertaken|uphold upheld upheld|wake woke woken|wear wore worn|weave wove woven|"
    "win won won|wind wound wound|wound wounded wounded|withdraw withdrew withdrawn|"
    "withstand withstood withstood|write wrote written"
)
_FORMS = {base: (past, done) for base, past, done in (row.split() for row in _IRREGULAR.split("|"))}
PASTS = frozenset(past for past, _ in _FORMS.values()) - {"read", "let", "put"}
_DONE = frozenset(done for _, done in _FORMS.values()) | {"born", "been", "gotten", "beaten", "sewn", "sworn"}
_BASE_OF = {form: base for base, forms in _FORMS.items() for form in forms} | {"born": "bear", "gotten": "get"}

# Base forms that are more often nouns or adjectives: taken for the verb only where no other word can be.
MORE_OFTEN_NOUNS = word_set(
    "relay ferry account action adult advantage age air alliance amount approach article aspect attack author "
    "average award back band bank bar base battle beach bed benefit black blood blue board boat body bomb book "
    "border boss box boy branch brand bridge brother budget bus cable camp campaign career case cash castle cat "
    "cell census center centre chain chairman champion chance channel character charge chart church class climate "
    "club coach coast code color colour command comment company complex concern concert condition conference "
    "conflict contest content context contract copy core corner correct cost couple course court cover credit "
    "crew crime cross crowd crown culture cycle damage dance date day dead deal debate debut decision defeat "
    "demand design desire despite diet dinner direct disease display dispute distance district doctor dog door "
    "double dream dress drink drug early earthquake edge effect effort end engine engineer equal evidence evil "
    "example exchange experience eye fact farm fashion fast father fault fear fellow field film final fire firm "
    "first fish flag flight floor food foot force forest form format former forward founder free friend front "
    "fuel full function further future game gang garden gas gender general glass goal gold good grade green "
    "ground group guest guide gun hand head health heart heat heavy high hip history home honor horse host hot "
    "house human husband ice image impact individual industry influence interest interview island issue item job "
    "joint journal judge key king knowledge label labor labour lack lake land language last law lead league left "
    "leg length less letter level light line list living loan local long lot love low machine main major male man "
    "mark market mass master match material matter measure medicine medium member message metal middle million "
    "mind minister minor minute mission model modern money more mother motion motor mouth music name nation "
    "nature near network new news newspaper night north note number object off office officer official oil open "
    "opinion order other out own package page pain pair panel paper park part partner party past path pattern "
    "peace people percent period person phase phone phrase physical picture piece pilot place plan plane plant "
    "platform plot point police policy pool pop population port position post power present press pressure price "
    "primary prime prince principle prison private prize process product program programme project property "
    "public purpose quarter queen question quick race radio rail rain rally range rate rear reason record region "
    "release religion rent report research resource rest result return review rich right ring rise risk river "
    "road rock role room root round route rule sale scale scene school science score screen script sea search "
    "season seat second secret section sense separate service set sex ship shop short show sick side sign silver "
    "single sister site size slave slow small snow social soil soldier song soul sound source south space special "
    "species spirit sport spot square staff stage standard star state station status step stock stone store storm "
    "story stream street strength structure student study style subject suit summer sun supply surface survey "
    "system table target task tax team telephone television term test text theater theme theory thing time title "
    "toll top total tour tower town track trade traffic train tree trend trial tribe trip troop trouble type "
    "union unit value van vehicle venture version victim video view village violence voice vote war waste water "
    "wave way weather web week weight well west while white wild wind window winter wonder wood word work world "
    "year young zone"
)
_NEVER_VERBS = word_set(
    "people other more first new high own the many most such several few major big more same different long"
)
_STRESSED_LAST = word_set(
    "occur refer prefer admit commit permit submit control transfer equip regret rebel compel expel propel omit "
    "transmit confer defer infer incur recur deter patrol allot acquit emit dispel excel repel concur format "
    "outfit"
)
DO = word_set("do does did don't doesn't didn't")
BE = word_set("is are was were isn't aren't wasn't weren't")
HAVE = word_set("has have had hasn't haven't hadn't")
MODAL = word_set("can could will would shall should may might must can't couldn't won't wouldn't cannot")
AUX = DO | BE | HAVE | MODAL
_UNCONTRACTED = {"can't": "cannot", "won't": "will not", "cannot": "cannot", "shan't": "shall not"}
WH = word_set("who whom what which whose how when where why whos who's what's")
PREPOSITIONS = word_set(
    "in on at by for from to with of into onto about as against among around after before behind below beside "
    "between beyond during over through throughout towards toward under until upon via within without since than "
    "like across along near off out up down inside outside past per despite above aboard alongside because"
)
ENDS = word_set("when while because although if and but or that who which where so today yesterday ago")
CONJUNCTIONS = word_set("but when while because although if that who which where whose whom though once")
DETERMINERS = word_set(
    "the a an his her its their our my your this that these those some any no each every another all both one"
)
PRONOUNS = word_set("he she it they we you i there")
_ADVERBS = word_set(
    "first also ever never still already then now always often not once finally just only even again later soon "
    "thus mostly most more best well so currently long last"
)
_LY_NOT_ADVERBS = word_set(
    "family italy july assembly supply reply monopoly ally friendly likely unlikely only early daily weekly "
    "monthly elderly deadly lovely holy apply rely comply fly"
)
PREDICATES = word_set(
    "likely unlikely responsible able unable necessary more most similar different available common present "
    "important true part located home native less least better best also still not currently now usually often "
    "generally mostly commonly typically widely primarily famous notable unusual special unique significant "
    "popular dangerous difficult possible impossible visible open closed full empty free dead alive ill sick "
    "missing absent ready active successful against behind at in on from within under used called considered "
    "based legal illegal angry afraid upset happy unhappy surprised interested involved opposed controversial "
    "blue red green"
)
_TAKES_OF = word_set("consist dispose think speak hear approve learn die dream complain conceive know come")
_PLACE_NOUNS = word_set("city country state town place county region village building street province")
MONTHS = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
)


def low(token: str) -> str:
    """Return a word of the question in lower case without the punctuation around it."""
    return token.lower().strip(",.;:\"'()“”")


_BEFORE_NOUN = PREPOSITIONS | DETERMINERS | {"and", "or", "both"}
_NO_VERBS = PREPOSITIONS | DETERMINERS | AUX | WH | _NEVER_VERBS | CONJUNCTIONS | {"and", "or", "nor", "both"}


# --- words -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16384)
def lemma(word: str) -> str:
    """Return the dictionary form of a lower-case word, verbs first."""
    import simplemma

    if not word or word in _FORMS:  # a dash or a mark between two words leaves none
        return word
    found = _BASE_OF.get(word) or str(simplemma.lemmatize(word, lang="en")).lower()
    if found == word and word.endswith("ed") and len(word) > 3 and word not in ("need", "speed", "seed", "united"):
        bases = (word[:-1], word[:-2])
        return next((base for base in bases if len(base) > 2 and simplemma.is_known(base, lang="en")), word)
    return found


@lru_cache(maxsize=16384)
def is_base(word: str) -> bool:
    """Return whether a word can be the base form of a verb."""
    import simplemma

    if word in _FORMS:
        return True
    if not word.isalpha() or len(word) < 3 or word in _NO_VERBS:
        return False
    if lemma(word) != word or (word.endswith("ly") and word not in ("apply", "rely", "supply", "reply", "comply")):
        return False
    stems = (word.removesuffix("e"), word + word[-1], word)
    forms = [f"{stem}{ending}" for stem in stems for ending in ("ing", "ed")] + [f"{word[:-1]}ied"]
    return any(simplemma.is_known(form, lang="en") and lemma(form) == word for form in forms)


def more_often_noun(word: str) -> bool:
    """Return whether a base form is more often a noun or an adjective than a verb."""
    return word in MORE_OFTEN_NOUNS


def is_irregular(word: str) -> bool:
    """Return whether a word is a past or participle that no ending tells."""
    return word in _BASE_OF and word not in _FORMS


def is_participle(word: str) -> bool:
    """Return whether a word can be a past participle."""
    if word in _DONE:
        return True
    return word.endswith("ed") and len(word) > 3 and lemma(word) != word and is_base(lemma(word))


def is_past(word: str) -> bool:
    """Return whether a word can be a verb in the past tense."""
    return word in PASTS or (word.endswith("ed") and is_participle(word))


def is_present(word: str) -> bool:
    """Return whether a word can be a verb in the third person singular of the present."""
    return len(word) > 3 and word.endswith("s") and not word.endswith("ss") and is_base(lemma(word))


def is_adverb(word: str) -> bool:
    return word in _ADVERBS or (len(word) > 4 and word.endswith("ly") and word not in _LY_NOT_ADVERBS)


def past(verb: str) -> str:
    """Return the past tense of a base form."""
    if verb in _FORMS:
        return _FORMS[verb][0]
    return f"{_doubled(verb)}ed" if not verb.endswith("e") else f"{verb}d"


def participle(verb: str) -> str:
    """Return the past participle of a base form."""
    return _FORMS[verb][1] if verb in _FORMS else past(verb)


def _doubled(verb: str) -> str:
    """Return the base form as it stands before "ed": study/studi, stop/stopp, refer/referr."""
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}i"
    one_syllable = re.fullmatch(r"(?:qu|[^aeiou])*[aeiou][bdgklmnprtz]", verb)
    return verb + verb[-1] if one_syllable or verb in _STRESSED_LAST else verb


def present(verb: str) -> str:
    """Return the third person singular of a base form."""
    if verb in ("have", "be"):
        return {"have": "has", "be": "is"}[verb]
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}es" if re.search(r"(?:s|x|z|ch|sh|o)$", verb) else f"{verb}s"


# --- clauses ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """What follows the auxiliary of a question, in the order of a statement."""

    subject: tuple[str, ...]
    predicate: tuple[str, ...]  # with its auxiliary; the main verb inflected
    main: int | None  # place of the main verb in `predicate`; None: only a copula
    verb: str  # base form of the main verb, "be" for a copula
    denied: tuple[str, ...] = ()  # the predicate with "not"

    def text(self) -> str:
        return " ".join([*self.subject, *self.predicate])


def clause_of(auxiliary: str, tokens: Sequence[str]) -> Clause | None:
    """Return the clause of a question whose auxiliary stands before its subject: ("did", "Holt resign")."""
    aux, negative = _auxiliary(auxiliary)
    if not tokens:
        return None
    if aux in BE:
        return _be_clause(aux, negative, tokens)
    finder = participle_at if aux in HAVE else _base_at
    at = finder(tokens)
    if at is None:
        return None
    start = at
    while start > 1 and (is_adverb(low(tokens[start - 1])) or low(tokens[start - 1]) in ("been", "be")):
        start -= 1
    if low(tokens[start]) == "not":
        negative, start = True, start + 1
    subject, adverbs, rest = tokens[: start - (low(tokens[start - 1]) == "not")], tokens[start:at], tokens[at + 1 :]
    main = low(tokens[at])
    tail = tokens[at][len(tokens[at].rstrip(",")) :]
    verb = lemma(main) if aux in HAVE else main
    plain = [*adverbs, f"{_inflected(aux, main)}{tail}"] if aux in DO else [aux, *adverbs, tokens[at]]
    denied = [_NOT.get(aux, f"{aux} not"), *adverbs, tokens[at]]
    said = denied if negative else plain
    return Clause(
        subject=tuple(subject),
        predicate=(*said, *rest),
        main=len(said) - 1,
        verb=verb,
        denied=(*(plain if negative else denied), *rest),
    )


_NOT = {"can": "cannot", "cannot": "cannot"}


def _auxiliary(auxiliary: str) -> tuple[str, bool]:
    aux = low(auxiliary)
    whole = _UNCONTRACTED.get(aux, aux.replace("n't", " not"))
    return (whole.split()[0].removesuffix("not"), "not" in whole)


def _inflected(aux: str, verb: str) -> str:
    return {"did": past, "does": present}.get(aux, str)(verb)


def _base_at(tokens: Sequence[str]) -> int | None:
    """Return the place of the main verb of a subject and a predicate in the base form; None where it is not sure."""
    be = next((n for n, t in enumerate(tokens) if n and low(t) in ("be", "have")), None)
    if be is not None and not CONJUNCTIONS & {low(t) for t in tokens[:be]} and low(tokens[be - 1]) != "to":
        return be
    likely = [n for n in range(1, len(tokens)) if may_be_verb(tokens, n)]
    sure = [n for n in likely if low(tokens[n]) not in MORE_OFTEN_NOUNS]
    for n in likely:
        following = next((m for m in range(n + 1, len(tokens)) if not is_adverb(low(tokens[m]))), len(tokens))
        chained = following in likely and n not in sure
        if not chained and (n in sure or _opens_object(tokens, n)):
            return n
    return likely[-1] if len(likely) == 1 else None


def may_be_verb(tokens: Sequence[str], n: int) -> bool:
    word, previous = tokens[n], low(tokens[n - 1])
    if not word[:1].islower() or not is_base(low(word)):
        return False
    if n + 1 < len(tokens) and low(tokens[n + 1]) == "of" and low(word) not in _TAKES_OF:
        return False
    if any(low(t) in CONJUNCTIONS for t in tokens[1:n]) or tokens[n - 1].endswith(",") or is_past(previous):
        return False  # a relative clause in the subject: not sure where it ends
    if any(low(tokens[m]) in DETERMINERS and low(tokens[m - 1]) not in _BEFORE_NOUN for m in range(1, n)):
        return False  # an object has begun
    if previous in DETERMINERS and previous not in ("this", "that", "these", "those", "some", "all", "both"):
        return False
    return previous not in PREPOSITIONS and not tokens[n - 1].endswith(("'s", "s'"))


def _opens_object(tokens: Sequence[str], n: int) -> bool:
    """Return whether what follows a word makes a verb of it: the end, a determiner, a preposition other than "of"."""
    if n + 1 == len(tokens):
        return True
    following = low(tokens[n + 1])
    if following in DETERMINERS or following in ("him", "them", "me", "us"):
        return True
    later = any(may_be_verb(tokens, m) and low(tokens[m]) not in MORE_OFTEN_NOUNS for m in range(n + 1, len(tokens)))
    return not later and following != "of"


def participle_at(tokens: Sequence[str]) -> int | None:
    for n in range(1, len(tokens)):
        if low(tokens[n]) in CONJUNCTIONS:
            return None
        if tokens[n][:1].islower() and is_participle(low(tokens[n])):
            if low(tokens[n]) == "been":
                continue_at = n + 1
                while continue_at < len(tokens) and is_adverb(low(tokens[continue_at])):
                    continue_at += 1
                nxt = low(tokens[continue_at]) if continue_at < len(tokens) else ""
                if is_participle(nxt) or nxt.endswith("ing"):
                    return _merged(tokens, n, continue_at)
            return n
    return None


def _merged(tokens: Sequence[str], been: int, main: int) -> int:
    return main if main == been + 1 else been


def _be_clause(aux: str, negative: bool, tokens: Sequence[str]) -> Clause | None:
    at = predicate_at(tokens)
    if at is None:
        return None
    start = at
    while start > 1 and (is_adverb(low(tokens[start - 1])) or low(tokens[start - 1]) in ("being", "been")):
        start -= 1
    subject, rest = tokens[:start], list(tokens[start:])
    if rest and low(rest[0]) == "not":
        negative, rest = True, rest[1:]
    main = None
    verb = "be"
    if at < len(tokens) and (is_participle(low(tokens[at])) or is_ing(low(tokens[at]))):
        main = 1 + len(rest) - (len(tokens) - at)
        verb = lemma(low(tokens[at]))
    plain, denied = (aux, *rest), (f"{aux} not", *rest)
    said, other = (denied, plain) if negative else (plain, denied)
    return Clause(subject=tuple(subject), predicate=said, main=main, verb=verb, denied=other)


def is_ing(word: str) -> bool:
    return len(word) > 5 and word.endswith("ing") and is_base(lemma(word))


def predicate_at(tokens: Sequence[str]) -> int | None:
    """Return where the predicate after "is" and its subject begins; the number of tokens where there is none."""
    if low(tokens[0]) in PRONOUNS:
        return 1
    at = _participle_or_adjective_at(tokens)
    if at is not None and not any(low(t) in AUX or low(t) in PASTS - {"found", "left", "set"} for t in tokens[1:at]):
        return at
    run = next((n for n, t in enumerate(tokens) if not re.match(r"[A-Z\d]", t)), len(tokens))
    if at is None and 0 < run < len(tokens) and low(tokens[run]) in DETERMINERS | PREDICATES - PREPOSITIONS:
        return run
    return len(tokens)


def _participle_or_adjective_at(tokens: Sequence[str]) -> int | None:
    limit = next((n for n, t in enumerate(tokens) if n and low(t) in CONJUNCTIONS), len(tokens))
    for n in range(1, limit):
        word, previous = low(tokens[n]), low(tokens[n - 1])
        if not tokens[n][:1].islower() or previous in DETERMINERS or previous in PREPOSITIONS:
            continue
        if tokens[n - 1].endswith(("'s", ",")):
            continue
        if is_participle(word) and word not in ("had", "been") and not _attributive(tokens, n):
            return n
        if is_ing(word) and n + 1 < len(tokens) and not _attributive(tokens, n) and lemma(word) not in ("build",):
            return n
        if word in PREDICATES and word not in PREPOSITIONS and not (word in _ADVERBS or word in ("part", "home")):
            return n
    return None


def _attributive(tokens: Sequence[str], n: int) -> bool:
    """Return whether a participle stands before a noun of its own phrase: "the red coloured house"."""
    if n + 1 == len(tokens):
        return False
    following = tokens[n + 1]
    if low(following) in PREPOSITIONS | DETERMINERS | ENDS | CONJUNCTIONS or is_adverb(low(following)):
        return False
    return (following[:1].islower() and not is_participle(low(tokens[n]))) or (
        following[:1].islower() and not is_adverb(low(following)) and n > 0 and low(tokens[n - 1]) in DETERMINERS
    )
