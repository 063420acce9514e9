"""What a question takes for granted."""

from dataclasses import replace

import pytest

from qa.analysis import analyse
from qa.premise import contradicting, false_premise, premise_of, presuppositions, stances
from qa.types import Evidence


def evidence(text):
    return Evidence(
        number=1, document_id=1, article_id=1, source="a", article=None, date=None, text=text, start=0, end=len(text)
    )


@pytest.mark.parametrize(
    ("question", "premise"),
    [
        (
            "Why has Norland been supporting Tarn against the rebels?",
            "Norland has been supporting Tarn against the rebels",
        ),
        ("When did Holt resign?", "Holt did resign"),
        ("How many boats sank?", None),
        ("Why is the auditor’s figure higher than the mayor’s?", None),
        ("Who resigned?", None),
    ],
)
def test_a_why_or_when_question_takes_a_statement_for_granted(question, premise):
    assert premise_of(analyse(question)) == premise


def test_stances_are_read_from_the_words_before_a_name():
    assert stances("Norland, a major backer of the insurgency against President Tarn") == {"tarn": False}
    assert stances("Norland has been supporting Tarn") == {"tarn": True}


def test_evidence_on_the_other_side_contradicts_the_premise():
    question = analyse("Why has Norland been supporting Tarn against the rebels?")
    against = evidence(
        "Norland, a major backer of the insurgency against President Tarn, entered the conflict in August."
    )

    assert contradicting(question, [evidence("The pool is closed."), against]) is against


def test_a_denied_verb_contradicts_the_premise():
    question = analyse("Why did Mayor Holt resign in May?")

    assert contradicting(question, [evidence("Mayor Holt did not resign in May.")]) is not None


def test_evidence_on_the_same_side_does_not_contradict():
    question = analyse("Why has Norland been supporting Tarn?")

    assert contradicting(question, [evidence("Norland supports Tarn because it needs the port.")]) is None


@pytest.mark.parametrize(
    ("question", "statement"),
    [
        ("Why did Captain Orrow resign after the accident?", "Captain Orrow resigned after the accident"),
        ("When did the council close the baths?", "the council closed the baths"),
        ("How did Tarn win the race?", "Tarn won the race"),
        ("Where was Holt buried?", "Holt was buried"),
        ("Who killed the harbour pilot?", "someone killed the harbour pilot"),
        ("Who was hurt in the fire at the mill?", "someone was hurt in the fire at the mill"),
        ("Which company bought the mill?", "a company bought the mill"),
        ("What caused the collapse of the bridge?", "something caused the collapse of the bridge"),
        ("How many votes did she lose by?", "she lost"),
        ("How many people died in the fire?", "people died in the fire"),
        ("Who replaced the minister who resigned in March?", "the minister resigned in March"),
        ("How did the law that Holt signed change the tax?", "Holt signed the law"),
        ("What happened to the town after the bridge collapsed?", "the bridge collapsed"),
        ("After the strike ended, who led the union?", "the strike ended"),
        ("Why did Talvin apologise after winning the election?", "Talvin won the election"),
        ("Did the captain resign after the ferry sank?", "the ferry sank"),
        ("Why did Norland stop exporting grain?", "Norland used to export grain"),
        ("Why is the pool still closed?", "the pool is closed"),
        ("Why was it Holt who resigned?", "Holt resigned"),
        ("Who was it that stole the bell?", "someone stole the bell"),
        ("Who was the first woman to win the regatta?", "a woman won the regatta"),
        ("What followed Holt's resignation?", "Holt resigned"),
        ("What did Prake's recount show?", "there was Prake’s recount"),
        ("In what year did the ferry sink?", "the ferry sank"),
    ],
)
def test_a_question_takes_its_clauses_for_granted(question, statement):
    assert statement in presuppositions(question)


@pytest.mark.parametrize("question", ["Who is the mayor?", "What is the capital of Norland?", "Did Holt resign?"])
def test_what_is_itself_asked_is_not_taken_for_granted(question):
    assert presuppositions(question) == ()


FALSE = [
    # the verb is denied
    ("Why did Captain Orrow resign after the accident?", ["Captain Orrow has not resigned and has not been dismissed."], "Captain Orrow resigned"),
    ("When did Mayor Holt step down?", ["Mayor Holt did not step down."], "Holt stepped down"),
    ("Why did the council close the library?", ["The council voted not to close the library."], "the council closed the library"),
    ("Why did the council close the library?", ["The library was never closed."], "the council closed the library"),
    ("Why did Holt refer the case to the court?", ["Holt never referred the case to the court."], "Holt referred"),
    ("Who was killed in the fire at the Kellin mill?", ["Nobody was hurt in the fire at the Kellin mill."], "someone was killed"),
    ("How many people died in the Brand Street fire?", ["No one died in the Brand Street fire, the brigade said."], "people died"),
    ("Why did Holt resign?", ["Holt refused to resign."], "Holt resigned"),
    ("When did Norland sign the treaty?", ["Norland declined to sign the treaty."], "Norland signed"),
    ("Why did the Sarn bridge collapse?", ["The Sarn bridge didn't collapse, the engineers said."], "bridge collapsed"),
    ("Who led the union after the strike ended?", ["The strike has not ended, and the union is led by Pike."], "strike ended"),
    ("What happened after Holt's resignation?", ["Holt did not resign."], "Holt resigned"),
    ("What did Prake's recount show?", ["Prake conceded at four. He said he did not ask for a recount."], "Prake’s recount"),
    ("Who replaced the minister who resigned in March?", ["The minister did not resign in March."], "minister resigned"),
    # the opposite happened
    ("Why did Prake win the election?", ["Prake lost the election by 214 votes."], "Prake won"),
    ("How did Dunmore win the final?", ["Harth beat Dunmore in the final."], "Dunmore won"),
    ("Why did Talvin lose the vote?", ["Talvin won the vote in the second round."], "Talvin lost"),
    ("Why did the assembly reject the budget?", ["The assembly approved the budget by 16 votes to 15."], "rejected the budget"),
    ("Why did the assembly approve the plan?", ["The assembly rejected the plan on Monday."], "approved the plan"),
    ("Why did unemployment in Norland rise?", ["Unemployment in Norland fell for the third year."], "rose"),
    ("Why did the price of herring fall?", ["The price of herring rose by a fifth."], "fell"),
    ("How did the pilot Aske die?", ["The pilot Aske survived with a broken arm."], "died"),
    ("Why did the pool close?", ["The pool remains open."], "pool closed"),
    ("Why was Rooke convicted?", ["Rooke was acquitted of all charges."], "Rooke was convicted"),
    ("Why did Norland support Tarn?", ["Norland opposed Tarn from the first day."], "Norland supported Tarn"),
    ("Why has Norland been supporting Tarn against the rebels?", ["Norland, a major backer of the insurgency against President Tarn, entered the conflict in August."], "supporting Tarn"),
    ("Why did the ministry raise the quota?", ["The ministry cut the quota to 6,300 tonnes."], "raised the quota"),
    # another figure
    ("Why did 40 people die in the Brand Street fire?", ["The Brand Street fire: 17 people died."], "40 people died"),
    ("Why did the mill dismiss 300 workers?", ["The mill dismissed 240 workers."], "300 workers"),
    ("How did 12 prisoners escape from Harth?", ["Nine prisoners escaped from Harth."], "12 prisoners"),
    # another day or place, of what happens once
    ("Why did Holt resign in May 2019?", ["Holt resigned in October 2021."], "May 2019"),
    ("Why did the ferry Petrel sink in 2020?", ["The ferry Petrel sank in 2023."], "2020"),
    ("How did Orla Venn die in Madrel?", ["Orla Venn died in Tirano."], "Madrel"),
    # the two sides changed places
    ("How did Orland beat Vessen in the final?", ["Vessen beat Orland 3-1 in the final."], "Orland beat Vessen"),
    ("Who was injured when the crane fell?", ["No one was injured when the crane fell."], "someone was injured"),
    ("Why did the union call off the strike?", ["The union did not call off the strike."], "called off the strike"),
    # another doer of what only one can do
    ("How did Prake win the mayoral election?", ["Talvin won the mayoral election."], "Prake won"),
    ("Why did Osgar write the Hethe Report?", ["Lorne Mattick wrote the Hethe Report."], "Osgar wrote"),
]  # fmt: skip

NOT_FALSE = [
    # borne out
    ("Why did Holt resign?", ["Holt resigned because of the flood."]),
    ("Why did the council close the library?", ["The council closed the library to save money."]),
    ("How did Talvin win the election?", ["Talvin won the election by 214 votes."]),
    ("Who was killed in the fire at the Kellin mill?", ["A night watchman was killed in the fire at the Kellin mill."]),
    ("Why did 17 people die in the fire?", ["Seventeen people died in the fire."]),
    ("Why did Holt resign in May 2019?", ["Holt resigned on 4 May 2019."]),
    ("Why didn't the council approve the budget?", ["The council did not approve the budget."]),
    # one piece denies it, another bears it out
    ("Why did Holt resign?", ["Holt refused to resign in May.", "Holt resigned in June after the report."]),
    ("Why did 40 people die in the fire?", ["17 people died in the fire.", "The fire: 40 people died, the hospital says."]),
    ("Why did the pool close?", ["The pool remains open.", "The pool closed in March."]),
    # not mentioned
    ("Why did Holt resign?", ["Holt opened the new pool on Sunday."]),
    ("Why did the council sell the ferry?", ["The council met on Tuesday in the town hall."]),
    ("Who was killed in the fire at the Kellin mill?", ["A fire damaged the Kellin mill last Friday."]),
    ("What did Prake's recount show?", ["Prake thanked his supporters."]),
    ("Why did Norland leave the union?", ["The union has 14 members."]),
    ("How did Prake win the lottery?", ["Prake is the mayor of Sarn."]),
    # another subject
    ("Why did Holt resign?", ["Talvin did not resign."]),
    ("Why did Holt resign?", ["Holt said that Talvin did not resign."]),
    ("Why did the council close the library?", ["The school did not close."]),
    ("Why did Norland sign the treaty?", ["Sudland refused to sign the treaty."]),
    ("Why did Prake win the 2016 election?", ["Prake lost the election of 2 May 2024."]),
    # another object
    ("Why did Holt sign the treaty?", ["Holt did not sign the budget."]),
    ("Why did the council approve the gate?", ["The council rejected the pension payment."]),
    ("Why did Marn accept the post?", ["Marn rejected a similar post in 2011."]),
    ("How did Orland beat Vessen in the final?", ["Vessen beat Orland in the group stage."]),
    ("Why did inflation in Orland drop?", ["Inflation in Vessen climbed to 7 per cent."]),
    ("Who was injured when the crane fell?", ["The crane fell on an empty yard."]),
    ("Why was Ode arrested?", ["Ode was released after two hours."]),
    # limits, conditions, doubts: not a denial
    ("Why did Holt resign?", ["Holt did not resign because of the flood."]),
    ("Why did Holt resign?", ["Holt did not resign until the report was out."]),
    ("Why did Holt resign?", ["Holt would not say whether he did not resign."]),
    ("When did the ferry sail?", ["If the ferry does not sail, the fare is returned."]),
    ("Why did Holt resign?", ["Holt may not have resigned."]),
    ("Why did the shares of Kellin fall?", ["The shares of Kellin rose in spring and fell in autumn."]),
    # what was so before is no contradiction
    ("Why did the pool close?", ["The pool opened in 1931."]),
    ("When did Norland leave the pact?", ["Norland joined the pact in 1990."]),
    ("Why was Aske dismissed?", ["Aske was appointed in 2016."]),
    # a part, a bound, another count
    ("Why did 40 people die in the fire?", ["At least 17 people died in the fire."]),
    ("Why did 40 people die in the fire?", ["40 people died in the fire, including 17 children."]),
    ("How did 12 prisoners escape from Harth?", ["Nine guards escaped from Harth."]),
    # what happens more than once, what lies in what
    ("Why did Holt visit Tirano in 2019?", ["Holt visited Tirano in 2021."]),
    ("Why was Venn buried in France?", ["Venn was buried in Paris."]),
    ("How did the ferry sink in Sarn?", ["The ferry sank in Tanner Street Harbour in Sarn."]),
    ("Who appointed the auditor under Mayor Holt?", ["The auditor was appointed by Councillor Osgar."]),
    # what passages of other people's questions taught
    ("When did the levy become known outside the valley?", ["The levy did not become widely known outside the valley before 1945."]),
    ("Where did Venn intend to go after Norland?", ["Venn set out with no clear aim, intending to go on to Tirano."]),
    ("How many debates did Holt join before the election?", ["Holt declined to join several debates and joined one."]),
    ("What did Harth University win in 2000?", ["Sarn University won a company award in 2005."]),
    ("When was the record of series 5 released?", ["The record of series 6 was released in May."]),
    ("After 1831, what country did Venn never return to?", ["Venn arrived in 1831; he would never return to Norland."]),
    ("Which structure was built before 1970?", ["The tallest structure was built in 1990."]),
    ("Which duties should have been cut by the council?", ["The council did not cut the duties."]),
    ("Who said that nobody had ever drowned there?", ["“Nobody had ever drowned there,” she said."]),
    ("Which judge quit after a few days?", ["All three judges stayed for eight seasons."]),
    ("How many towns did Holt win in the 2012 election?", ["Calvin Venn won the five towns in the election of 1924."]),
    # asked, not taken for granted
    ("Did Holt resign?", ["Holt did not resign."]),
    ("Was anyone killed in the fire?", ["Nobody was killed in the fire."]),
]  # fmt: skip


def pieces(texts):
    return [replace(evidence(text), number=n) for n, text in enumerate(texts, start=1)]


@pytest.mark.parametrize(("question", "texts", "premise"), FALSE)
def test_a_false_premise_is_named_with_the_evidence_against_it(question, texts, premise):
    found = false_premise(question, pieces(texts))

    assert found is not None
    assert premise in found.premise
    assert found.evidence.text == texts[0]
    assert found.probability > 0.5


@pytest.mark.parametrize(("question", "texts"), NOT_FALSE)
def test_a_true_or_unmentioned_premise_is_not_called_false(question, texts):
    assert false_premise(question, pieces(texts)) is None


OPEN = (
    "Why did the council close the library?",
    ["The council spared the library the closure that the auditor had proposed."],
)


def test_a_judge_names_what_no_rule_sees():
    assert false_premise(OPEN[0], pieces(OPEN[1])) is None

    found = false_premise(OPEN[0], pieces(OPEN[1]), lambda statement, piece: (0.02, 0.93))

    assert found is not None and found.premise == "the council closed the library" and found.probability == 0.93


def test_a_judge_is_asked_for_the_premise_as_a_sentence():
    asked = []

    def judge(statement, piece):
        asked.append(statement)
        return 0.1, 0.1

    false_premise("Why did the council close the library?", pieces(["The council met."]), judge)

    assert asked == ["The council closed the library."]


def test_a_judge_is_not_believed_where_the_evidence_speaks_of_something_else():
    pool = pieces(["The pool was painted in May.", "Talvin closed the council."])

    assert false_premise("Why did Holt resign?", pool, lambda statement, piece: (0.0, 0.99)) is None


def test_what_a_judge_finds_borne_out_anywhere_is_not_false():
    both = pieces(["Holt did not resign.", "The mayor has gone."])

    assert false_premise("Why did Holt resign?", both) is not None
    assert (
        false_premise("Why did Holt resign?", both, lambda _, piece: (0.9, 0.0) if piece.number == 2 else (0.0, 0.9))
        is None
    )


def test_a_lead_says_who_is_meant():
    piece = replace(evidence("He has not resigned."), lead="Captain Orrow spoke to reporters.")

    assert false_premise("Why did Orrow resign?", [piece]) is not None
