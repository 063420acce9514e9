"""The words of an answer that give what was asked: where they come from, how they are cut, and when there are none."""

import datetime
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embed import HashingEmbedder
from index.index import Index, PassageInput
from index.types import Span
from qa.analysis import analyse
from qa.compose import compose
from qa.decide import Bound, Decision, SideOf, quotation
from qa.engine import ScriptedModel
from qa.evidence import evidence_from_text
from qa.pipeline import Assistant
from qa.ranker import Ranked, WordOverlapRanker, default_ranker
from qa.serialize import answer_to_json
from qa.short import LEAST_CERTAINTY, is_said, short_answer, trimmed, with_short_answer
from qa.types import Answer, Claim, Timings, Verdict
from qa.verify import RuleVerifier
from qa.words import words

SUPPORTED = Verdict(label="supported", probability=0.9)
HETHE = "The Maid of Hethe hit the pier at 14.2 knots in 1993, Ana Tarn said."
SPEED = "How fast was the Maid of Hethe going?"


@dataclass
class Reader:
    """A ranker that reads as it is told: of a text its first answer that stands in it."""

    answers: tuple[str, ...]
    certainty: float | None = 0.9
    name: str = "scripted"
    read: list[str] = field(default_factory=list)

    def score(self, question, texts):
        self.read += texts
        return [self._ranked(text) for text in texts]

    def _ranked(self, text):
        answer = next((each for each in self.answers if each in text), None)
        if answer is None:
            return Ranked(probability=0.8)
        start = text.index(answer)
        end = start + len(answer)
        return Ranked(probability=0.8, answer_start=start, answer_end=end, span_probability=self.certainty)


def bound(text, quote=None, **fields):
    (piece, *_) = evidence_from_text(quote or text)
    evidence = (replace(piece, text=quote or text, end=len(quote or text)),)
    return Bound(text=text, evidence=evidence, verdict=SUPPORTED, **fields)


def short_of(question, claim, reader, quote=None):
    """Return the words, or None."""
    span = short_answer(analyse(question), bound(claim, quote), [], reader)
    return None if span is None else span.of(claim)


def cut(text, marked, question="What was it?"):
    start = text.index(marked)
    span = trimmed(text, Span(start=start, end=start + len(marked)), analyse(question))
    return None if span is None else span.of(text)


# --- what is taken ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "read", "expected"),
    [
        (SPEED, "14.2 knots", "14.2 knots"),
        ("When did the Maid of Hethe hit the pier?", "in 1993", "1993"),
        ("Who said so?", "Ana Tarn said", "Ana Tarn said"),
        ("What did the Maid of Hethe hit?", "the pier", "pier"),
        (SPEED, "pier", None),  # of another kind
        ("When did the Maid of Hethe hit the pier?", "Ana Tarn", None),
        ("Who was on the Maid of Hethe?", "1993", None),
        ("Where was the Maid of Hethe?", "14.2", None),
        ("What is the Maid of Hethe?", "The Maid of Hethe", None),  # the question's own words
        ("What happened in 1993?", "1993", None),
        ("When, after 1993, was it mended?", "1993", None),
        ("What did it hit when it was out of control?", "the pier", "pier"),  # this "when" asks for nothing
    ],
)
def test_the_words_read_are_taken_where_they_are_new_and_of_the_kind_asked_for(question, read, expected):
    assert short_of(question, HETHE, Reader((read,))) == expected


@pytest.mark.parametrize(
    ("question", "text", "read"),
    [
        ("When did Tugh Temur die?", "Tugh Temur died in 1332.", "1332"),  # a year that is no date by itself
        ("How many times did they win?", "They won twice in all.", "twice"),
        ("How many ships came?", "Dozens of ships came.", "Dozens"),
        ("Who enforces it?", "It is enforced by the courts of the member states.", "courts of the member states"),
        ("Why was it sold?", "It was sold because of its disastrous debts.", "its disastrous debts"),
        ("How long did it last?", "It lasted for four weeks.", "four weeks"),
    ],
)
def test_a_kind_is_looser_for_words_than_for_a_sentence(question, text, read):
    assert short_of(question, text, Reader((read,))) == read


@pytest.mark.parametrize(
    ("claim", "quote", "read", "expected"),
    [
        ("It went 14.2 knots.", "It was going at 14.2 knots.", "14.2 knots", "14.2 knots"),
        ("It went 14.2 knots.", "It was going at 15 knots.", "14.2 knots", None),
        ("There were 17 men.", "Seventeen men were there.", "17 men", "17 men"),
        ("There were 17 women.", "Seventeen men were there.", "17 women", None),
    ],
)
def test_the_words_stand_in_the_quote(claim, quote, read, expected):
    question = "How fast did it go?" if "knots" in claim else "How many were there?"
    assert short_of(question, claim, Reader((read,)), quote) == expected


@pytest.mark.parametrize(
    ("said", "quote", "expected"),
    [
        ("Ana Tarn", "“Never,” said Ana Tarn.", True),
        ("ana tarn", "Ana  Tarn’s", True),
        ("Ana Tarn", "Tarn met Ana Reyes.", True),  # names are held by their words
        ("Ana Tarn", "Ana Reyes spoke.", False),
        ("3 May", "On May 3, 2019 it burnt.", True),
        ("3 May 2018", "On May 3, 2019 it burnt.", False),
        ("Syrian army", "The army of Syria left.", True),
        ("Seventeen", "17 were hurt", True),
        ("seventh", "7 were hurt", False),
        ("38 per cent", "a rise of 38% in a year", True),
        ("the red door", "the door is red, the wall is not", True),
        ("the red gate", "the red door", False),
        ("", "anything", False),
    ],
)
def test_words_are_said_by_a_quote_as_they_stand_or_by_value(said, quote, expected):
    assert is_said(said, quote) is expected


def test_what_the_reader_is_not_sure_of_is_no_short_answer():
    for certainty, expected in ((LEAST_CERTAINTY / 2, None), (LEAST_CERTAINTY, "14.2 knots"), (None, "14.2 knots")):
        assert short_of(SPEED, HETHE, Reader(("14.2 knots",), certainty)) == expected


def test_where_nothing_is_known_there_is_no_short_answer():
    text = "The mayor of Hethe has not said who sold the boat Marta."
    assert short_of("Who sold the boat?", text, Reader(("mayor of Hethe",))) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Yes, the mill is open.", "Yes"),
        ("No. The mill is shut.", "No"),
        ("No one opened the mill.", None),
        ("The mill is open.", None),
    ],
)
def test_a_question_for_yes_or_no_gets_the_leading_word_and_nothing_is_read(text, expected):
    reader = Reader(("mill", "open", "shut"))
    assert short_of("Is the mill open?", text, reader) == expected
    assert reader.read == []


# --- how it is cut ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        ("It rose by 38 per cent.", "38", "38 per cent"),
        ("It rose by 38%.", "by 38", "38%"),
        ("It cost $13.5 million.", "13.5", "$13.5 million"),
        ("It fell to -13.5 degrees Celsius.", "13.5", "-13.5 degrees Celsius"),
        ("It fell to -13.5 degrees.", "-13.5", "-13.5 degrees"),
        ("It went 14.2 knots.", "14.2", "14.2 knots"),
        ("It weighed 14 tonnes.", "14", "14 tonnes"),
        ("The 13-year-old came.", "13", "13"),
        ("He came in 1993, they say.", "in 1993,", "1993"),
        ("It was made by Ana Tarn.", "by Ana Tarn.", "Ana Tarn"),
        ("It was made by the mayor.", "by the mayor", "mayor"),
        ("He lives in The Hague.", "in The Hague.", "The Hague"),
        ("By connecting the ropes.", "By connecting the ropes.", "connecting the ropes"),
        ("The Hague is far.", "The Hague", "The Hague"),
        ("It is Ana’s house.", "Ana", "Ana"),
        ("It is a lighthouse here.", "light", "lighthouse"),
        ("He left the U.S.", "the U.S.", "U.S."),
        ("He left at 3 p.m.", "at 3 p.m.", "3 p.m."),
        ("An “open loop” system.", "open loop” system", "“open loop” system"),
        ("He took the “open loop” way.", "“open loop", "open loop"),
        ('It is "new".', '"new', "new"),
        ("Forces (scouts and men) came.", "Forces (scouts and men", "Forces (scouts and men)"),
        ("They came (men) there.", "men)", "men"),
        ("It was in the", "in the", "the"),
        ("He — perhaps — came.", "— ", None),
    ],
)
def test_words_are_cut_as_a_person_would_mark_them(text, marked, expected):
    assert cut(text, marked) == expected


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        ("It is due by the end of 2024.", "2024", "end of 2024"),
        ("It came in late 1993.", "1993", "late 1993"),
        ("It came in mid-May 2019.", "May 2019", "mid-May 2019"),
        ("It came at the end of 1993.", "the end of 1993", "end of 1993"),
        ("It came too late. 1993 was over.", "1993", "1993"),
    ],
)
def test_a_date_keeps_which_part_of_it_is_meant(text, marked, expected):
    assert cut(text, marked, "When does it come?") == expected
    assert cut(text, marked, "Who came?") == marked.removeprefix("the ")


def test_a_unit_that_the_question_names_is_not_said_again():
    assert cut("It ran 523 km.", "523", "How many km did it run?") == "523"
    assert cut("It ran 523 km.", "523", "How far did it run?") == "523 km"
    assert cut("It took 35 minutes.", "35", "How long did it take?") == "35 minutes"
    assert cut("It took 35 minutes.", "35", "How many minutes did it take?") == "35"


PIECES = st.sampled_from(
    [
        "in",
        "on",
        "the",
        "The",
        "By",
        "14.2",
        "-3",
        "$5",
        "million",
        "38%",
        "knots",
        "May",
        "2019",
        "Ana",
        "Tarn’s",
        "“new",
        "old”",
        "(red",
        "blue)",
        '"',
        "'",
        "U.S.",
        "p.m.",
        "—",
        ",",
        ".",
        ";",
        "and",
        "seventeen",
        "17",
        "Syria",
        "Syrian",
        "not",
        "1993",
        "No",
        "Yes",
    ]
)
SENTENCES = st.lists(PIECES, min_size=1, max_size=12).map(" ".join)
QUESTIONS = st.sampled_from(
    ["Who came?", "How many came?", "When was it?", "What is new?", SPEED, "Where is it?", "Is it so?", "Why so?"]
)


@st.composite
def spans(draw, text):
    start = draw(st.integers(0, len(text) - 1))
    return Span(start=start, end=draw(st.integers(start + 1, len(text))))


def test_a_figure_that_is_read_with_the_space_behind_it_keeps_its_unit():
    assert trimmed("million knots", Span(start=0, end=8), analyse("How many came?")) == Span(start=0, end=13)


def test_no_space_is_left_behind_a_quotation_mark_that_is_cut_off():
    assert trimmed('in " in', Span(start=0, end=7), analyse("Who came?")) == Span(start=5, end=7)


@given(st.data(), SENTENCES, QUESTIONS)
def test_a_cut_span_lies_in_its_text_ends_with_no_mark_and_is_cut_no_further(data, text, question):
    profile = analyse(question)
    found = trimmed(text, data.draw(spans(text)), profile)
    if found is None:
        return
    said = found.of(text)
    assert 0 <= found.start < found.end <= len(text)
    assert words(said)
    assert said == said.strip(" \t\n,;:!?")
    assert trimmed(text, found, profile) == found


@given(st.data(), SENTENCES, SENTENCES, QUESTIONS)
def test_a_short_answer_lies_in_the_claim_and_is_said_by_the_quote(data, text, quote, question):
    read = data.draw(spans(text))
    span = short_answer(analyse(question), bound(text, quote), [], Reader((read.of(text),)))
    if span is not None:
        assert 0 <= span.start < span.end <= len(text)
        assert span.of(text).lower() in ("yes", "no") or is_said(span.of(text), quote)


# --- in an answer -----------------------------------------------------------------------------------------------------

PASSAGES = [
    PassageInput(source="pier.txt", text=HETHE, title="The pier of Hethe", date=datetime.date(1993, 5, 3)),
    PassageInput(source="mill.txt", text="The Norbury mill was built in 1911 by the Aldous family."),
]


def ask(reply, question, reader):
    documents = Index.of_passages(PASSAGES, embedder=HashingEmbedder())
    with Assistant(documents, model=ScriptedModel([reply]), verifier=RuleVerifier(), ranker=reader) as assistant:
        return assistant.ask(question)


def shown(answer):
    return answer.short_answer and answer.short_answer.of(answer.text)


def test_an_answer_says_which_of_its_words_give_what_was_asked():
    answer = ask("The Maid of Hethe hit the pier at 14.2 knots [1].", SPEED, Reader(("14.2 knots",)))
    assert answer.text == "The Maid of Hethe hit the pier at 14.2 knots. [1]"
    assert shown(answer) == "14.2 knots"


def test_the_words_read_in_the_candidate_go_before_those_read_in_the_claim_where_both_overlap():
    claim = "The mill was built by the Aldous family in 1911."
    asked = "Who built the Norbury mill?"
    longer = Reader(("by the Aldous family in", "Aldous family"))
    assert shown(ask(f"{claim} [1]", asked, longer)) == "Aldous family"


def test_the_words_read_in_the_claim_go_before_others_of_the_candidate():
    @dataclass
    class Divided(Reader):
        def _ranked(self, text):
            found = Reader(("Ana Tarn",) if text == HETHE else ("the pier",))
            return found._ranked(text)

    said = "The Maid of Hethe hit the pier at 14.2 knots, Ana Tarn said [1]."
    assert shown(ask(said, "What did the Maid of Hethe hit?", Divided(()))) == "pier"


def test_without_words_read_in_the_claim_those_of_the_candidate_are_looked_for_in_it():
    @dataclass
    class OfPagesOnly(Reader):
        def _ranked(self, text):
            return super()._ranked(text) if text == HETHE else Ranked(probability=0.8)

    pages = OfPagesOnly(("14.2 knots",))
    assert shown(ask("The Maid of Hethe hit the pier at 14.2 knots [1].", SPEED, pages)) == "14.2 knots"
    parted = ask("The Maid of Hethe hit the pier at 14.2 sea knots [1].", SPEED, pages)
    assert parted.short_answer is None


def test_a_ranker_that_reads_no_words_gives_answers_without_a_short_one():
    answer = ask("The Maid of Hethe hit the pier at 14.2 knots [1].", SPEED, WordOverlapRanker())
    assert answer.status == "answered"
    assert answer.short_answer is None


def test_an_abstention_has_no_short_answer():
    answer = ask("", "Who sold the aerodrome of Varn?", Reader(("Ana Tarn",)))
    assert answer.status == "abstained"
    assert answer.short_answer is None


def marked(decision, reader, question=SPEED):
    return with_short_answer(analyse(question), decision, [], reader)


def test_the_first_claim_that_has_one_is_marked_and_two_are_read_at_most():
    other = bound("It went fast at 3 in the night.")
    told = bound("It went 14.2 knots.")
    reader = Reader(("14.2 knots",))
    first, second = marked(Decision(status="answered", claims=(other, told)), reader).claims
    assert (first.short, second.short) == (None, Span(start=8, end=18))

    unread = Decision(status="answered", claims=(other, other, told))
    assert marked(unread, reader) == unread


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "conflict", "sides": (SideOf(value="14.2", evidence=evidence_from_text(HETHE)[0]),)},
        {"status": "answered", "relation": "development"},
        {"status": "abstained"},
    ],
)
def test_what_has_no_one_answer_has_no_short_one(fields):
    decision = Decision(claims=(bound("It went 14.2 knots."),), **fields)
    reader = Reader(("14.2 knots",))
    assert marked(decision, reader) == decision
    assert reader.read == []


def test_what_a_newer_document_takes_back_has_no_short_answer():
    said = bound("It went 14.2 knots.")
    newer = bound("It went 15 knots.", opening="A newer document says: ")
    decision = Decision(status="answered", claims=(said, newer))
    assert marked(decision, Reader(("14.2 knots",))) == decision


def test_the_place_in_the_text_counts_what_stands_before_the_claim():
    (piece,) = evidence_from_text(HETHE)
    first = replace(quotation(piece), text="The pier was hit.")
    second = replace(quotation(piece), text="It went 14.2 knots.", short=Span(start=8, end=18))
    answer = compose(
        Decision(status="answered", claims=(first, second)),
        question=SPEED,
        standalone_question=SPEED,
        text_of=lambda _: HETHE,
        model="scripted",
        index_fingerprint="i",
        timings=Timings(),
    )
    assert answer.text == "The pier was hit. [1] It went 14.2 knots. [1]"
    assert shown(answer) == "14.2 knots"
    assert "short_answer" not in answer_to_json(answer)  # the shape of `ask --json` is fixed


def test_an_answer_whose_short_answer_lies_in_no_claim_cannot_be_built():
    claim = Claim(text="It sank.", start=0, end=8, citations=(1,), verdict=SUPPORTED)
    fields = {"question": "?", "standalone_question": "?", "status": "answered", "reason": None, "citations": ()}
    fields |= {"text": "It sank. [1]", "claims": (claim,), "conflicts": (), "model": "m", "index_fingerprint": "i"}
    assert Answer(**fields, short_answer=Span(start=3, end=7)).short_answer is not None
    with pytest.raises(ValueError, match=r"9\.\.12 lies in none"):
        Answer(**fields, short_answer=Span(start=9, end=12))


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (SPEED, "14.2 knots"),
        ("When did the Maid of Hethe hit the pier?", "1993"),
        ("Who spoke of the Maid of Hethe?", "Ana Tarn"),
        ("What did the Maid of Hethe hit?", "pier"),
    ],
)
def test_the_packaged_network_finds_the_words(question, expected):
    assert short_of(question, HETHE, default_ranker()) == expected
