"""A follow-up becomes a standalone question."""

from qa.rewrite import rewrite, unanswered_who
from qa.types import Turn


def asked(text):
    return Turn(role="user", content=text)


def replied(text):
    return Turn(role="assistant", content=text)


def test_a_pronoun_is_replaced_by_the_person_asked_about():
    rewritten = rewrite("What did she say about the bridge?", [asked("Who is Maria Tarn?")])

    assert rewritten.text == "What did Maria Tarn say about the bridge?"
    assert rewritten.carried == ("Maria Tarn",)


def test_a_possessive_pronoun_stays_possessive():
    assert (
        rewrite("When did her husband resign?", [asked("Who is Maria Tarn?")]).text
        == "When did Maria Tarn’s husband resign?"
    )


def test_the_answer_to_who_is_what_he_stands_for():
    history = [asked("Who resigned as envoy to Norland?"), replied("James Holt resigned as envoy to Norland [1].")]

    assert rewrite("What did he build?", history).text == "What did James Holt build?"


def test_several_possible_people_are_all_carried_over():
    rewritten = rewrite(
        "How long did they talk?", [asked("Whom did Tarn receive before the meeting with Holt and Reyes?")]
    )

    assert rewritten.text == "How long did they talk? (Tarn, Holt, Reyes)"


def test_a_standalone_question_is_left_as_it_is():
    history = [asked("Who is Maria Tarn?")]

    assert rewrite("Which party won the election?", history).text == "Which party won the election?"
    assert rewrite("What did Holt say about his visit?", history).text == "What did Holt say about his visit?"


def test_without_history_nothing_changes():
    assert rewrite("What did she say?", []).text == "What did she say?"


def test_an_elliptical_question_takes_the_earlier_one_with_it():
    rewritten = rewrite("And why?", [asked("When did the council close the pool?")])

    assert "When did the council close the pool" in rewritten.text
    assert rewritten.text.endswith("And why?")


def test_another_date_or_name_takes_the_place_of_the_earlier_one():
    assert rewrite("And in 2019?", [asked("What was the budget in 2018?")]).text == "What was the budget in 2019?"
    assert (
        rewrite("What about Norland?", [asked("How many people live in Tarsk?")]).text
        == "How many people live in Norland?"
    )


def test_a_question_that_goes_on_keeps_its_own_question_word_first():
    rewritten = rewrite("And how many of them were children?", [asked("How many people fell ill in Tarsk?")])

    assert rewritten.text == "And how many of them were children? (after: How many people fell ill in Tarsk?)"


def test_she_is_the_answer_to_the_earlier_who_and_not_its_place():
    history = [asked("Who won the mayoral election of Port Alder?")]

    assert unanswered_who("When does she take office?", history) == history[0].content
    answered = [*history, replied("It is Ines Talvery.")]
    assert rewrite("When does she take office?", answered).text == "When does Ines Talvery take office?"


def test_who_is_somebody_names_the_person_itself():
    assert unanswered_who("What did she say?", [asked("Who is Maria Tarn?")]) is None


def test_she_is_whom_the_earlier_question_named_even_where_the_answer_names_a_place():
    history = [asked("Who is Ada Holm?"), replied("The keeper of Varn lighthouse.")]

    assert rewrite("When did she retire?", history).text == "When did Ada Holm retire?"
