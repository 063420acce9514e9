"""A question's way from passages to an answer on the record, with a scripted model."""

import datetime
from dataclasses import replace

import pytest

from index.embed import HashingEmbedder
from index.index import Index, PassageInput
from index.sentences import split_sentences
from index.types import Dated, Sentence, Span, StoredArticle
from qa.about import aboutness
from qa.analysis import analyse
from qa.answerability import Floors, Surety
from qa.config import Settings
from qa.conflict import disagreement
from qa.decide import decide, unheard_words
from qa.engine import ScriptedModel
from qa.errors import QuestionError
from qa.evidence import Candidate, as_evidence
from qa.pipeline import Assistant
from qa.ranker import WordOverlapRanker
from qa.types import Completed, Judged, Retrieved, Token, Verdict
from qa.verify import RuleVerifier

MILL = (
    "A fire at the Norbury mill injured nearly 40 people on Friday. The mill was built in 1911 by the Aldous family. "
    "Mayor Ana Tarn said the cause of the fire was not known. “We have seen no sign of arson,” Fire Chief Paul Reyes told reporters."
)
COUNCIL = "The Norbury council did not close the harbour pool in May. The Norbury council has 21 members. Ana Tarn leads the council."
PASSAGES = [
    PassageInput(source="mill.txt", text=MILL, title="Fire at the Norbury mill", date=datetime.date(2019, 5, 3)),
    PassageInput(source="council.txt", text=COUNCIL, title="Council notes"),
]


def assistant(replies, passages=PASSAGES, **options):
    documents = Index.of_passages(passages, embedder=HashingEmbedder())
    return Assistant(
        documents, model=ScriptedModel(replies), verifier=RuleVerifier(), ranker=WordOverlapRanker(), **options
    )


def ask(reply, question, passages=PASSAGES, **options):
    with assistant([reply], passages) as asked:
        return asked.ask(question, **options)


def text_of(source):
    return {passage.source: passage.text for passage in PASSAGES}[source]


def test_a_supported_sentence_is_the_answer_with_its_exact_words():
    answer = ask(
        "The fire at the Norbury mill injured nearly 40 people [1].",
        "How many people did the fire at the Norbury mill injure?",
    )

    assert answer.status == "answered"
    assert answer.text == "The fire at the Norbury mill injured nearly 40 people. [1]"
    (claim,), (citation,) = answer.claims, answer.citations
    assert answer.text[claim.start : claim.end] == claim.text
    assert claim.verdict.label == "supported"
    assert citation.quote == "A fire at the Norbury mill injured nearly 40 people on Friday."
    assert text_of("mill.txt")[citation.start : citation.end] == citation.quote
    assert citation.date is not None and citation.date.value == datetime.date(2019, 5, 3)


def test_an_invented_figure_is_never_shown():
    answer = ask(
        "The fire at the Norbury mill injured 400 people [1].",
        "How many people did the fire at the Norbury mill injure?",
    )

    assert "400" not in answer.text
    assert answer.text.startswith("A fire at the Norbury mill injured nearly 40 people on Friday.")
    assert [claim.text for claim in answer.rejected] == ["The fire at the Norbury mill injured 400 people."]


def test_a_marker_on_the_wrong_sentence_is_moved_to_the_right_one():
    question = "Who built the Norbury mill in 1911?"
    with assistant(["The Aldous family built the Norbury mill in 1911 [2]."]) as asked:
        answer = asked.ask(question)

    assert answer.status == "answered"
    assert [c.quote for c in answer.citations] == ["The mill was built in 1911 by the Aldous family."]


def test_a_question_on_what_is_not_there_is_declined_with_the_nearest_words():
    answer = ask("The documents do not say.", "What is the population of Tarsk?")

    assert answer.status == "abstained"
    assert answer.claims == ()
    assert "Tarsk" in (answer.reason or "")
    assert answer.text == answer.reason


def test_a_figure_of_something_else_does_not_answer():
    answer = ask("The Norbury council has 21 members [1].", "What is the population of Tarsk?")

    assert answer.status == "abstained"
    assert "21" not in answer.text


def test_what_the_documents_do_not_know_is_an_answer():
    answer = ask(
        "Mayor Ana Tarn said the cause of the fire was not known [1].", "What was the cause of the fire at the mill?"
    )

    assert answer.status == "answered"
    assert "not known" in answer.text


def test_a_false_premise_is_named_and_what_is_said_instead_is_cited():
    answer = ask(
        "The council closed the pool because of May [1].", "Why did the Norbury council close the harbour pool in May?"
    )

    assert answer.status == "abstained"
    assert "the Norbury council closed the harbour pool in May" in (answer.reason or "")
    assert answer.citations[0].quote == "The Norbury council did not close the harbour pool in May."


def test_two_figures_for_one_thing_are_both_given():
    later = PassageInput(
        source="later.txt",
        text="A fire at the Norbury mill injured at least 52 people on Friday, the clinic said.",
        title="Mill fire: clinic speaks",
    )
    answer = ask("unused", "How many people did a fire at the Norbury mill injure on Friday?", [*PASSAGES, later])

    assert answer.status == "conflict"
    assert {side.value for side in answer.conflicts[0].sides} == {"nearly 40", "at least 52"}
    assert "nearly 40" in answer.text and "52" in answer.text
    assert len({side.citation for side in answer.conflicts[0].sides}) == 2
    assert all(answer.text[claim.start : claim.end] == claim.text for claim in answer.claims)


def test_a_follow_up_is_asked_as_a_standalone_question():
    answer = ask(
        "Fire Chief Paul Reyes told reporters: “We have seen no sign of arson” [1].",
        "What did he tell reporters about arson?",
        history=["Who is Paul Reyes?"],
    )

    assert answer.standalone_question == "What did Paul Reyes tell reporters about arson?"
    assert answer.question == "What did he tell reporters about arson?"
    assert answer.status == "answered"


def test_nothing_published_after_the_as_of_date_is_evidence():
    answer = ask(
        "The documents do not say.",
        "How many people did the fire at the Norbury mill injure?",
        as_of=datetime.date(2019, 5, 2),
    )

    assert answer.status == "abstained"
    assert all(citation.source != "mill.txt" for citation in answer.citations)


def test_the_events_come_in_order_and_the_last_replaces_the_draft():
    with assistant(["The Norbury council has 21 members [1]."]) as asked:
        events = list(asked.stream("How many members has the Norbury council?"))

    assert isinstance(events[0], Retrieved) and isinstance(events[-1], Completed)
    assert all(isinstance(event, Token) for event in events[1:-2])
    assert "".join(event.text for event in events[1:-2]) == "The Norbury council has 21 members [1]."
    assert isinstance(events[-2], Judged) and events[-2].text == "The Norbury council has 21 members."
    assert events[-1].answer.text == "The Norbury council has 21 members. [1]"


def test_the_grammar_allows_only_markers_of_evidence_that_is_shown():
    with assistant(["The Norbury council has 21 members [1]."]) as asked:
        events = list(asked.stream("How many members has the Norbury council?"))
        shown = len(events[0].evidence)
        (grammar,) = asked.model.grammars

    assert f'"{shown}"' in grammar
    assert f'"{shown + 1}"' not in grammar


@pytest.mark.parametrize("question", ["", "   ", "?!", "\x00\x07", "word " * 10_000])
def test_a_question_that_cannot_be_asked_says_why(question):
    with assistant([]) as asked, pytest.raises(QuestionError, match="question"):
        asked.ask(question)


def test_a_question_in_another_language_is_declined_not_invented():
    answer = ask("The documents do not say.", "¿Cuántos habitantes tiene la ciudad de Zaragoza?")

    assert answer.status == "abstained"


def test_an_empty_index_is_an_abstention():
    answer = ask("unused", "How many people?", [])

    assert answer.status == "abstained"
    assert answer.reason


def test_nobody_as_the_answer_to_who_is_a_false_premise():
    quiet = PassageInput(
        source="quiet.txt",
        text="A fire broke out at the Aldous cannery. Nobody was hurt in the fire at the Aldous cannery.",
    )
    answer = ask(
        "Nobody was hurt in the fire at the Aldous cannery [1].",
        "Who was hurt in the fire at the Aldous cannery?",
        [quiet],
    )

    assert answer.status == "abstained"
    assert "was hurt in the fire" in (answer.reason or "")
    assert answer.citations[0].quote.endswith("Nobody was hurt in the fire at the Aldous cannery.")


FLOOD = [
    PassageInput(
        source=f"flood-{day}.txt",
        text=f"The flood at Tarsk killed {figure} people, the mayor said on Monday.",
        title="Flood at Tarsk",
        date=datetime.date(2024, 3, day),
    )
    for day, figure in ((5, "at least 17"), (12, "31"))
]


def test_a_running_count_is_answered_with_its_latest_figure_and_then_the_earlier_ones():
    answer = ask("unused", "How many people were killed in the flood at Tarsk?", FLOOD)

    assert answer.status == "answered" and answer.conflicts == ()
    assert answer.text == (
        "As of March 12, 2024: The flood at Tarsk killed 31 people, the mayor said on Monday. "
        "(here “Monday” is March 11, 2024) [1] "
        "Earlier, as of March 5, 2024: The flood at Tarsk killed at least 17 people, the mayor said on Monday. "
        "(here “Monday” is March 4, 2024) [2]"
    )
    assert [claim.text for claim in answer.claims] == [passage.text for passage in reversed(FLOOD)]
    assert all(answer.text[claim.start : claim.end] == claim.text for claim in answer.claims)
    assert [citation.date.value.day for citation in answer.citations] == [12, 5]
    assert [(figure.value, figure.first, figure.last, figure.citation) for figure in answer.development] == [
        ("31", datetime.date(2024, 3, 12), datetime.date(2024, 3, 12), 1),
        ("at least 17", datetime.date(2024, 3, 5), datetime.date(2024, 3, 5), 2),
    ]


CHOLERA = [
    PassageInput(
        source=source,
        text=f"{text} of cholera have been confirmed in Halm {until}.",
        date=datetime.date(2024, 3, day),
    )
    for source, text, until, day in (
        ("third.txt", "Eleven cases", "since January", 4),
        ("fourth.txt", "Twenty-nine cases", "since January", 18),
        ("doctors.txt", "Doctors say that 34 cases", "by Monday", 19),
    )
]


def test_two_figures_for_one_moment_are_both_shown_as_of_it_and_the_earlier_one_stands_apart():
    answer = ask("unused", "How many cases of cholera have been confirmed in Halm?", CHOLERA)
    first, *sides = answer.text.split("\n")

    assert answer.status == "conflict"
    assert {side.value for side in answer.conflicts[0].sides} == {"Twenty-nine", "34"} and len(sides) == 2
    *rivals, (earlier, cited) = [((each.value, each.last.day), each.citation) for each in answer.development]
    assert {count for count, _ in rivals} == {("Twenty-nine", 18), ("34", 18)}
    assert (earlier, cited) == (("Eleven", 4), 3)
    assert "both as of March 18, 2024. Earlier, as of March 4, 2024: Eleven cases" in first and "newest" not in first
    assert first.endswith("[3]") and answer.claims[0].citations == (3,)
    assert answer.text[answer.claims[0].start : answer.claims[0].end] == answer.claims[0].text


def test_an_as_of_date_leaves_the_later_figures_of_a_count_out():
    answer = ask(
        "The flood at Tarsk killed at least 17 people [1].",
        "How many people were killed in the flood at Tarsk?",
        FLOOD,
        as_of=datetime.date(2024, 3, 8),
    )

    assert answer.status == "answered"
    assert "17" in answer.text and "31" not in answer.text


def test_what_is_added_to_a_claim_never_stands_alone():
    answer = ask("unused", "How many people were killed in the flood at Tarsk?", FLOOD)
    sentences = split_sentences(answer.text)

    assert all(any(c.start < s.end and s.start < c.end for c in answer.claims) for s in sentences if s.text[0] != "[")


@pytest.mark.parametrize(
    ("published", "gloss"),
    [(datetime.date(2024, 5, 2), ""), (datetime.date(2025, 1, 10), " (here “April 8” is April 8, 2024)")],
)
def test_a_day_that_lacks_its_year_is_resolved_only_where_that_is_not_the_year_of_publication(published, gloss):
    text = "The harbour pool closed on April 8."
    pool = PassageInput(source="pool.txt", text=text, title="Pool", date=published)

    answer = ask(f"{text[:-1]} [1].", "When did the harbour pool close?", [pool])

    assert answer.text == f"{text}{gloss} [1]"


@pytest.mark.parametrize(
    ("text", "gloss"),
    [
        ("The 2024 Games of Tarsk run from July 26.", ""),
        ("The 2024 Games of Tarsk begin in July.", ""),
        ("The 1944 Games of Tarsk began on June 6.", ""),
        ("The Games of Tarsk, founded in 1905, begin on December 30.", " (here “December 30” is December 30, 2022)"),
    ],
)
def test_a_day_that_stands_beside_a_year_near_by_is_not_given_that_of_publication(text, gloss):
    games = PassageInput(source="games.txt", text=text, title="Games", date=datetime.date(2023, 1, 1))

    assert ask(f"{text[:-1]} [1].", "When do the Games of Tarsk begin?", [games]).text == f"{text}{gloss} [1]"


@pytest.mark.parametrize("name", ["USA TODAY", "USA Today", "Russia Today", "Black Friday"])
def test_a_word_of_time_inside_a_name_is_no_time(name):
    text = f"The mill of Tarsk won the {name} award."
    mill = PassageInput(source="mill.txt", text=text, title="Mill", date=datetime.date(2024, 2, 23))

    assert ask(f"{text[:-1]} [1].", "Which award did the mill of Tarsk win?", [mill]).text == f"{text} [1]"


def test_how_fast_is_heard_where_a_speed_is_told():
    ferry = PassageInput(source="ferry.txt", text="The ferry Petrel hit the pier. Its speed was 14.2 knots.")
    with assistant(["unused"], [ferry]) as asked:
        ranked = asked.rank("How fast was the Petrel going when it hit the pier?")

    assert unheard_words(analyse("How fast was the Petrel going when it hit the pier?"), ranked) == []
    assert unheard_words(analyse("How deep was the Petrel when it hit the pier?"), ranked) == ["deep"]


def test_what_day_and_take_place_need_not_be_said():
    talk = PassageInput(source="talk.txt", text="The first item on Wednesdays is usually the talk of the rector.")
    with assistant(["unused"], [talk]) as asked:
        ranked = asked.rank("On what day of the week does the talk take place?")

    assert unheard_words(analyse("On what day of the week does the talk take place?"), ranked) == []
    assert unheard_words(analyse("Who will take the talk to the place?"), ranked) == ["take"]


def test_a_relative_time_is_resolved_beside_the_claim_and_not_in_it():
    answer = ask(
        "A fire at the Norbury mill injured nearly 40 people on Friday [1].",
        "How many people did a fire at the Norbury mill injure?",
    )

    assert answer.text.endswith("on Friday. (here “Friday” is May 3, 2019) [1]")
    assert answer.claims[0].text == "A fire at the Norbury mill injured nearly 40 people on Friday."


def test_different_places_of_one_name_have_one_answer_each():
    places = [
        PassageInput(source=f"{state}.txt", text=f"The population of Tarsk was {count}.", title=f"Tarsk, {state}")
        for state, count in (("Kansas", 70), ("Wyoming", 4))
    ]
    answer = ask("unused", "What is the population of Tarsk?", places)

    assert answer.status == "conflict"
    first, *sides = answer.text.split("\n")
    assert first.startswith("The documents speak of different people or things of that name: ")
    assert "70 (Tarsk, Kansas)" in first and "4 (Tarsk, Wyoming)" in first
    assert len(sides) == 2 and len(answer.conflicts[0].sides) == 2 and not answer.conflicts[0].one_subject
    assert {citation.article for citation in answer.citations} == {"Tarsk, Kansas", "Tarsk, Wyoming"}


def test_a_conflict_of_dated_documents_says_which_is_the_newest():
    figures = [
        PassageInput(
            source=f"{day}.txt",
            text=f"There were {count} passengers on board the Swift Petrel.",
            date=datetime.date(2023, 10, day),
        )
        for day, count in ((15, 126), (16, 112))
    ]
    answer = ask("unused", "How many passengers were on board the Swift Petrel?", figures)

    assert answer.status == "conflict"
    assert answer.text.split("\n")[0].endswith("The newest document, of October 16, 2023, says 112.")


def test_an_answer_from_an_older_document_says_what_a_newer_one_says():
    question = "Who is the mayor of Norbury?"
    profile = analyse(question)
    old, new = (mayor(question, *known) for known in (("Ana Tarn", 2019, 0.8, 0.6), ("Paul Reyes", 2023, 0.2, 0.3)))
    reply = "The mayor of Norbury is Ana Tarn [1]."

    assert disagreement(profile, [old, new], Settings()) is None
    decision = decided(
        profile, reply, [old, new], as_evidence([old]), None, RuleVerifier(), Settings(), surety=shown_from(0.0)
    )

    assert [claim.text for claim in decision.claims] == [
        "The mayor of Norbury is Ana Tarn.",
        "The mayor of Norbury is Paul Reyes.",
    ]
    assert decision.claims[1].opening == "A newer document, of May 3, 2023, says: "

    unlikely = replace(shown_from(0.0), denies=lambda candidate: candidate is new)
    decision = decided(
        profile, reply, [old, new], as_evidence([old]), None, RuleVerifier(), Settings(), surety=unlikely
    )
    assert [claim.text for claim in decision.claims] == ["The mayor of Norbury is Ana Tarn."]


def decided(*arguments, **options):
    steps = decide(*arguments, **options)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


def test_each_sentence_is_judged_in_turn_before_the_answer():
    reply = "The Norbury council has 21 members [1]. The Norbury council has 90 gardeners [1]."
    with assistant([reply]) as asked:
        events = list(asked.stream("How many members has the Norbury council?"))

    judged = [event for event in events if isinstance(event, Judged)]
    assert [(event.verdict.label == "supported", event.after) for event in judged] == [
        (True, ("The Norbury council has 90 gardeners.",)),
        (False, ()),
    ]
    answer = events[-1].answer
    assert [claim.text for claim in answer.claims] == [judged[0].text]
    assert [claim.text for claim in answer.rejected] == [judged[1].text]


@pytest.mark.parametrize(
    ("reply", "question", "settled", "shown"),
    [
        ("The Norbury council has 21 members [1]. Ana Tarn leads the council [1].", "How many members?", [1, 1], 1),
        ("Ana Tarn leads the council [1]. The Norbury council has 21 members [1].", "How many members?", [0, 2], 2),
        ("Ana Tarn leads the council [1]. The council has 90 gardeners [1].", "How many gardeners?", [0, 0], None),
    ],
)
def test_a_sentence_is_settled_only_when_nothing_can_withdraw_it(reply, question, settled, shown):
    with assistant([reply], [PASSAGES[1]]) as asked:
        events = list(asked.stream(question.replace("?", " has the Norbury council?")))

    judged = [event for event in events if isinstance(event, Judged)]
    assert [event.settled for event in judged] == settled
    answer = events[-1].answer
    assert answer.status == ("abstained" if shown is None else "answered")
    held = [event.text for event in judged[: judged[-1].settled] if event.verdict.label == "supported"]
    assert held == ([] if shown is None else [claim.text for claim in answer.claims])


def test_no_sentence_is_settled_as_long_as_a_denial_may_follow():
    passages = [PassageInput(source="pool.txt", text="Ana Tarn leads the council. Nobody swims in the pool.")]
    reply = "Ana Tarn leads the council [1]. Nobody swims in the pool [2]."
    with assistant([reply], passages) as asked:
        events = list(asked.stream("Who leads the council?"))

    judged = [event for event in events if isinstance(event, Judged)]
    assert [(event.verdict.label, event.settled) for event in judged] == [("supported", 0), ("supported", 0)]
    assert events[-1].answer.status == "abstained"


def shown_from(floor):
    return Surety(floors=Floors(shown=floor, quoted=floor, refused=floor))


def mayor(question, name, year, probability, score):
    text = f"The mayor of Norbury is {name}."
    sentence = Sentence(start=0, end=len(text), text=text)
    article = StoredArticle(
        article_id=year, document_id=year, source=f"{year}.txt", title=None, title_span=None,
        date=Dated(value=datetime.date(year, 5, 3), basis="stated"), start=0, end=len(text), sentences=(sentence,),
    )  # fmt: skip
    return Candidate(
        article=article, position=0, retrieval=1.0, answer=Span(start=text.index(name), end=len(text) - 1),
        probability=probability, score=score, about=aboutness(analyse(question), text, "", article),
    )  # fmt: skip


def test_documents_that_do_not_answer_surely_enough_do_not_disagree_but_do_not_say():
    question = "Who is the mayor of Norbury?"
    ranked = [mayor(question, name, 2019 + n, 0.9, 0.6) for n, name in enumerate(("Ana Tarn", "Paul Reyes"))]
    sides = disagreement(analyse(question), ranked, Settings())

    def status(floor):
        decision = decided(
            analyse(question),
            "",
            ranked,
            as_evidence(ranked),
            sides,
            RuleVerifier(),
            Settings(),
            surety=shown_from(floor),
        )
        return decision.status

    assert (status(0.0), status(0.99)) == ("conflict", "abstained")


class Unsure:
    """A confidence that no answer reaches."""

    def of(self, profile, ranked):
        return [0.1 for _ in ranked]

    def threshold(self, risk):
        return 0.5


def test_nothing_is_drafted_that_could_not_be_shown():
    asked = assistant(["The fire at the Norbury mill injured nearly 40 people [1]."], confidence=Unsure())
    events = list(asked.stream("How many people did the fire at the Norbury mill injure?"))

    assert not [event for event in events if isinstance(event, Token)]
    assert events[-1].answer.status == "abstained"
    assert events[-1].answer.citations


def test_the_best_sentence_of_every_article_gets_a_confidence():
    passages = [PassageInput(source=f"{n}.txt", text=MILL) for n in range(9)]
    asked = assistant([], [*passages, PASSAGES[1]], confidence=Unsure())
    ranked = asked.rank("How many people did the fire at the Norbury mill injure?")
    sure = {c.article.article_id for c in ranked if c.confidence > 0}

    assert sure == {c.article.article_id for c in ranked}
    assert sum(c.confidence > 0 for c in ranked) < len(ranked)


def test_passages_that_tell_of_the_time_asked_for_are_read_too() -> None:
    many = [
        PassageInput(source=f"old{n}", text=f"The ferry struck the pier of Port Sarrow, report {n} says.")
        for n in range(12)
    ]
    told = PassageInput(source="told", text="On Friday it went to the yard.", date=datetime.date(2024, 3, 4))
    documents = Index.of_passages([*many, told], embedder=HashingEmbedder())
    with Assistant(documents, model=ScriptedModel({"": ""}), ranker=WordOverlapRanker()) as assistant:
        question = "When the ferry struck the pier of Port Sarrow, what happened on 1 March 2024?"
        found = next(event for event in assistant.stream(question) if isinstance(event, Retrieved))
    assert [hit.source for hit in found.hits][10:] == ["told"]
    assert [hit.rank for hit in found.hits] == list(range(1, 12))


LOCK = PassageInput(
    source="lock.txt",
    text="The lock takes 35 minutes to close. The pump takes nine hours to close the lock if the motors fail.",
)


def test_a_claim_on_the_usual_case_does_not_answer_for_another_case():
    question = "How long does it take to close the lock if the motors fail?"
    answer = ask("The lock takes 35 minutes to close [2].", question, [LOCK])
    right = ask("The pump takes nine hours to close the lock [1].", question, [LOCK])

    assert "35" not in answer.text and "nine hours" in answer.text
    assert right.text.startswith("The pump takes nine hours to close the lock. ")


def test_what_was_before_a_document_appeared_does_not_say_when_something_will_be():
    gate = PassageInput(
        source="gate.txt",
        text="Prake, who has been mayor since 2016, wants to see the Orrin Gate finished.",
        date=datetime.date(2024, 4, 19),
    )
    answer = ask("Prake has been mayor since 2016 [1].", "When will the Orrin Gate be finished?", [gate])

    assert answer.status == "abstained"


def test_an_abstention_names_no_premise_that_says_nothing():
    answer = ask("The documents do not say.", "What caused the Norbury mill to close its gates?")

    assert answer.status == "abstained" and "something" not in (answer.reason or "")


def test_a_side_of_a_disagreement_names_the_body_that_issues_its_document(tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    said = "{} cases of cholera have been confirmed in Halm. The harbour of Halm stays open and the market is held as usual."
    (pages / "a.txt").write_text(
        f"Halm Health Board\nCholera: bulletin no. 4\n18 March 2024\n\n{said.format('So far 29')}"
    )
    (pages / "b.txt").write_text(f"Doctors Count More Cholera\n18 March 2024\n\n{said.format('So far 34')}")
    with Index.open(tmp_path / "index", embedder=HashingEmbedder()) as documents:
        documents.sync([pages])
        asked = Assistant(documents, model=ScriptedModel([]), verifier=RuleVerifier(), ranker=WordOverlapRanker())
        answer = asked.ask("How many cases of cholera have been confirmed in Halm?")

    assert answer.status == "conflict"
    assert "- 29, Halm Health Board (Cholera: bulletin no. 4, March 18, 2024): " in answer.text
    assert "- 34 (Doctors Count More Cholera, March 18, 2024): " in answer.text
    assert [side.issuer for side in answer.conflicts[0].sides] == ["Halm Health Board", None]


def test_what_an_answer_leaves_out_of_two_things_is_asked_by_itself():
    replies = {
        "injure, and who is": "The fire at the Norbury mill injured nearly 40 people [1].",
        "who is the warden": "The warden of the mill is Isbet Crane [1].",
    }
    passages = [*PASSAGES, PassageInput(source="warden.txt", text="The warden of the Norbury mill is Isbet Crane.")]
    question = "How many people did the fire at the Norbury mill injure, and who is the warden of the Norbury mill?"
    with assistant(replies, passages) as asked:
        answer = asked.ask(question)
    assert (answer.status, answer.reason) == ("answered", None)
    assert "nearly 40 people" in answer.text and "Isbet Crane" in answer.text
    assert {citation.source for citation in answer.citations} >= {"warden.txt"}


def test_a_part_that_nothing_answers_is_named_beside_the_other():
    replies = {
        "injure": "The fire at the Norbury mill injured nearly 40 people [1].",
        "when was Tarn": "The documents do not say.",
    }
    question = "How many people did the fire at the Norbury mill injure, and when was Tarn Castle built?"
    with assistant(replies) as asked:
        answer = asked.ask(question)
    assert answer.status == "answered"
    assert answer.text.endswith("The documents do not answer “when was Tarn Castle built?”.")
    assert answer.reason == "The documents do not answer “when was Tarn Castle built?”."
    assert [claim.text for claim in answer.claims] == ["The fire at the Norbury mill injured nearly 40 people."]


@pytest.mark.parametrize(("answer", "status"), [("Seven", "answered"), ("Osk", "abstained")])
def test_a_sentence_is_as_sure_as_its_answer_read_with_the_next_one(answer, status):
    question = "How many pupils of the school at Osk have measles?"
    first, second = "Seven pupils of the school at Norbury have measles.", "All of them live at Osk."
    text = f"{first} {second}"
    sentences = (
        Sentence(start=0, end=len(first), text=first),
        Sentence(start=len(first) + 1, end=len(text), text=second),
    )
    article = StoredArticle(
        article_id=1, document_id=1, source="letter.txt", title=None, title_span=None, date=None, start=0,
        end=len(text), sentences=sentences,
    )  # fmt: skip
    own = Span(start=0, end=len("Seven"))
    alone = Candidate(article=article, position=0, retrieval=1.0, answer=own, score=0.9, confidence=0.2)
    read = Span(start=text.index(answer), end=text.index(answer) + len(answer))
    goes_on = replace(alone, position=1, lead=sentences[0], answer=read, confidence=0.8)

    decision = decided(
        analyse(question),
        "Seven pupils of the school at Norbury have measles [1].",
        [alone, goes_on],
        as_evidence([alone]),
        None,
        RuleVerifier(),
        Settings(),
        surety=shown_from(0.5),
    )
    assert decision.status == status


class Refusing:
    """A verifier that refuses every sentence for given findings."""

    name = "refusing"

    def __init__(self, *findings):
        self.findings = findings

    def verify(self, claim, evidence, *, question=None):
        return Verdict(label="not_enough", probability=0.1, reason="refused", findings=self.findings)


@pytest.mark.parametrize(
    ("findings", "confidence", "status"),
    [
        (("word",), 0.4, "answered"),  # the source's own words say who said it
        (("hedge", "speaker"), 0.4, "answered"),
        (("word", "names"), 0.6, "abstained"),
        ((), 0.6, "abstained"),
        ((), 0.8, "answered"),
        (("repeated",), 0.8, "answered"),
        (("crossed",), 0.8, "abstained"),  # what the source says is of another
        (("object",), 0.8, "abstained"),
    ],
)
def test_a_quotation_in_the_place_of_a_refused_sentence_has_to_be_sure_unless_it_mends_the_fault(
    findings, confidence, status
):
    question = "Who is the mayor of Norbury?"
    (best,) = [replace(mayor(question, "Ana Tarn", 2019, 0.9, 0.6), confidence=confidence)]
    decision = decided(
        analyse(question),
        "Ana Tarn is the mayor [1].",
        [best],
        as_evidence([best]),
        None,
        Refusing(*findings),
        Settings(),
        surety=Surety(floors=Floors(shown=0.3, quoted=0.5, refused=0.7)),
    )
    assert decision.status == status


def test_a_word_in_quotation_marks_that_stands_nowhere_is_not_answered_for():
    passages = [PassageInput(source="zoology.txt", text="The term crepuscular is used of a creature active at dusk.")]
    reply = "The term crepuscular is used of a creature active at dusk [1]."
    assert ask(reply, "Of which creature is the term used?", passages).status == "answered"
    assert ask(reply, "Of which creature is the term ‘crepuscular’ used?", passages).status == "answered"
    assert ask(reply, "Of which creature is the term ‘vespine’ used?", passages).status == "abstained"
    floors = Floors(shown=0.0, quoted=0.0, refused=0.0)
    with assistant(["The documents do not say."] * 2, passages) as asked:
        asked.surety = lambda profile: Surety(floors=floors)
        assert asked.ask("Of which creature is the term ‘crepuscular’ used?").status == "answered"  # quoted
        assert asked.ask("Of which creature is the term ‘vespine’ used?").status == "abstained"
    assert ask(reply, "Of which “beast” is the term crepuscular used?", passages).status == "answered"


def test_who_is_said_not_to_have_done_it_is_no_answer_though_others_are_named():
    text = "The Norbury Prize of 2001 was given for mill wheels, although Ana Tarn was not awarded the Norbury Prize."
    question = "Who was awarded the Norbury Prize?"
    candidate = mayor(question, "Ana Tarn", 2019, 0.9, 0.6)
    sentence = Sentence(start=0, end=len(text), text=text)
    article = replace(candidate.article, sentences=(sentence,), end=len(text))
    span = Span(start=text.index("Ana"), end=text.index("Tarn") + len("Tarn"))
    denied = replace(candidate, article=article, answer=span, confidence=0.9)
    decision = decided(
        analyse(question), text + " [1]", [denied], as_evidence([denied]), None, RuleVerifier(), Settings(),
        surety=shown_from(0.5),
    )  # fmt: skip
    assert decision.status == "abstained"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Lead is held to be the heaviest stable element.", "abstained"),
        ("Lead is held to be the heaviest element.", "answered"),
    ],
)
def test_the_first_of_a_narrower_kind_is_no_ground_for_a_claim_that_leaves_the_kind_out(text, status):
    question = "What is the heaviest element?"
    candidate = mayor(question, "Ana Tarn", 2019, 0.9, 0.6)
    article = replace(candidate.article, sentences=(Sentence(start=0, end=len(text), text=text),), end=len(text))
    told = replace(candidate, article=article, answer=Span(start=0, end=4), confidence=0.9)
    decision = decided(
        analyse(question), "The heaviest element is lead [1].", [told], as_evidence([told]), None, RuleVerifier(),
        Settings(), surety=shown_from(0.5),
    )  # fmt: skip
    assert decision.status == status
