"""A question and its answer as one sentence."""

import pytest

from qa.frame import frame_of
from qa.grammar import participle, past, present
from qa.statement import statement_of

STATEMENTS = [
    # who and what as the subject
    ("Who resigned as envoy?", "James Holt", "James Holt resigned as envoy."),
    ("Who has won the regatta?", "Ines Talvin", "Ines Talvin has won the regatta."),
    ("Who can limit the levy?", "the council", "The council can limit the levy."),
    ("Who was arrested in Sarn?", "two sailors", "Two sailors were arrested in Sarn."),
    ("What caused the collapse of the bridge?", "rust", "Rust caused the collapse of the bridge."),
    ("What was burned during the march?", "the old flag", "The old flag was burned during the march."),
    (
        "What is most commonly used to clean the hull?",
        "salt water",
        "Salt water is most commonly used to clean the hull.",
    ),
    ("Which company bought the mill?", "Kellin Foods", "Kellin Foods bought the mill."),
    ("Which ferry is based in Quell Bay?", "the Petrel", "The Petrel is based in Quell Bay."),
    ("What school oversees the observatory?", "Sarn College", "Sarn College oversees the observatory."),
    ("Which town is the capital of Norland?", "Tirano", "Tirano is the capital of Norland."),
    ("Which see doesn't have its own bishop?", "Harth", "Harth doesn't have its own bishop."),
    ("How many people died in the fire?", "17", "17 people died in the fire."),
    ("How many boats were sold?", "nine boats", "Nine boats were sold."),
    ("What percentage of voters stayed at home?", "47%", "47% of voters stayed at home."),
    ("How many of the sailors were saved?", "12", "12 of the sailors were saved."),
    ("Whose house burned down?", "Holt", "Holt's house burned down."),
    # who, what and which as the object
    ("What did the council approve?", "the budget", "The council approved the budget."),
    ("What does the mill make?", "paper", "The mill makes paper."),
    ("What do the pilots carry?", "radios", "The pilots carry radios."),
    ("Who did Holt appoint in 2019?", "Lorne Mattick", "Holt appointed Lorne Mattick in 2019."),
    ("Who did the envoy write to?", "the king", "The envoy wrote to the king."),
    ("Which film did Aske star in with Venn?", "Low Tide", "Aske starred in Low Tide with Venn."),
    ("What is the gate made of?", "steel", "The gate is made of steel."),
    ("What was the harbour known for in Norland?", "its herring", "The harbour was known for its herring in Norland."),
    ("What was the round called in 2004?", "Last Light", "The round was called Last Light in 2004."),
    ("What did the teacher give the child?", "a book", "The teacher gave the child a book."),
    ("What does SLB stand for?", "Sarn Lifeboat Board", "SLB stands for Sarn Lifeboat Board."),
    ("What did Holt want to build?", "a second slip", "Holt wanted to build a second slip."),
    ("Which regime did the army help establish?", "the junta", "The army helped establish the junta."),
    ("What has the union demanded since May?", "higher pay", "The union has demanded higher pay since May."),
    ("How many medals has Venn won?", "four", "Venn has won four medals."),
    ("How much money did the tour make in 2007?", "$24 million", "The tour made $24 million in 2007."),
    ("What artist's speech did Rooke interrupt?", "Venn", "Rooke interrupted Venn's speech."),
    # copulas
    ("Who is the mayor of Port Sarn?", "Ines Talvin", "The mayor of Port Sarn is Ines Talvin."),
    ("What was the name of the ship?", "the Petrel", "The name of the ship was the Petrel."),
    ("What is the Orrin Gate?", "a flood barrier", "The Orrin Gate is a flood barrier."),
    ("What nationality were the sailors?", "Norlandic", "The sailors were Norlandic."),
    ("How long is the bridge?", "210 metres", "The bridge is 210 metres long."),
    ("How old was Holt when he began to sail?", "seven", "Holt was seven years old when he began to sail."),
    ("How many islands are there in the sound?", "31", "There are 31 islands in the sound."),
    # when, where, why, how
    ("When did Holt resign?", "May 2019", "Holt resigned in May 2019."),
    ("When was the gate opened?", "3 June 2021", "The gate was opened on 3 June 2021."),
    ("When was the chapel built?", "15th century", "The chapel was built in the 15th century."),
    ("When does the meeting begin?", "7.30 p.m.", "The meeting begins at 7.30 p.m."),
    ("What year did the ferry sink?", "1953", "The ferry sank in 1953."),
    ("In what year was the treaty signed?", "1907", "The treaty was signed in 1907."),
    ("On what date did the strike end?", "12 April", "The strike ended on 12 April."),
    ("Where was Venn born?", "Tirano", "Venn was born in Tirano."),
    ("Where did Venn study?", "Sarn University", "Venn studied at Sarn University."),
    ("Where did the refugees flee?", "Norland", "The refugees fled to Norland."),
    ("Where does the river come from?", "the Harth hills", "The river comes from the Harth hills."),
    ("Why did the pool close?", "a lack of money", "The pool closed because of a lack of money."),
    ("Why was the road closed?", "because the bank had slipped", "The road was closed because the bank had slipped."),
    ("Why did the crew stop?", "to mend the sail", "The crew stopped to mend the sail."),
    ("How did the prisoners escape?", "through a drain", "The prisoners escaped through a drain."),
    ("How is the water cleaned?", "using sand", "The water is cleaned using sand."),
    ("How long did the strike last?", "six weeks", "The strike lasted six weeks."),
    ("For how long did the ferry run?", "two years", "The ferry ran for two years."),
    ("In which season was the judge replaced?", "twelve", "The judge was replaced in season twelve."),
    # kinds, question words in place, what stands before
    ("What kind of device reads the card?", "mobile", "A mobile device reads the card."),
    ("What type of wood do the yards use?", "oak", "The yards use oak wood."),
    ("The gate is an example of what?", "a flood barrier", "The gate is an example of a flood barrier."),
    ("The treaty was signed in what year?", "1907", "The treaty was signed in 1907."),
    ("As of 2015, who ran the mill?", "Aske", "As of 2015, Aske ran the mill."),
    ("According to Venn, what ruined the town?", "the gate", "According to Venn, the gate ruined the town."),
    # yes and no
    ("Did the council approve the budget?", "yes", "The council approved the budget."),
    ("Did the council approve the budget?", "No", "The council did not approve the budget."),
    ("Is the pool closed?", "yes", "The pool is closed."),
    ("Was the bridge destroyed in the storm?", "no", "The bridge was not destroyed in the storm."),
    ("Has Holt resigned?", "no", "Holt has not resigned."),
    ("Can the gate be lifted by hand?", "Yes.", "The gate can be lifted by hand."),
]

UNSAFE = [
    ("Who resigned and when did he leave?", "Holt, in May"),  # two questions
    ("What did Holt do?", "he resigned"),
    ("What happened?", "the ferry sank"),
    ("Was it red or blue?", "red"),
    ("Did Holt resign?", "in May"),  # not yes or no
    ("How many people died?", "the fire"),  # not a number
    ("When did Holt resign?", "the mayor"),  # not a time
    ("Who resigned?", "because of the flood"),
    ("Who won?", ""),
    ("Holt", "x"),
    ("Why did Holt say he left?", "illness"),  # the reason for saying or for leaving
    ("What did Holt buy?", " ".join(["long"] * 40)),
]


@pytest.mark.parametrize(("question", "answer", "statement"), STATEMENTS)
def test_a_question_and_its_answer_become_a_statement(question, answer, statement):
    assert statement_of(question, answer) == statement


@pytest.mark.parametrize(("question", "answer"), UNSAFE)
def test_what_is_not_safe_is_left_alone(question, answer):
    assert statement_of(question, answer) is None


@pytest.mark.parametrize("said", ["nine - boats", "— nine", "nine boats ( )", '" "', "-"])
def test_a_mark_between_words_is_no_word(said):
    statement = statement_of("How many boats were sold?", said)

    assert statement is None or statement.endswith("were sold.")


def test_a_frame_tells_what_the_answer_must_be():
    frame = frame_of("How many boats were sold?")

    assert frame is not None
    assert (frame.slot, frame.head, frame.subject) == ("count", "boats", True)


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("resign", ("resigned", "resigned", "resigns")),
        ("stop", ("stopped", "stopped", "stops")),
        ("refer", ("referred", "referred", "refers")),
        ("visit", ("visited", "visited", "visits")),
        ("carry", ("carried", "carried", "carries")),
        ("write", ("wrote", "written", "writes")),
        ("sink", ("sank", "sunk", "sinks")),
        ("go", ("went", "gone", "goes")),
        ("have", ("had", "had", "has")),
        ("approve", ("approved", "approved", "approves")),
        ("found", ("founded", "founded", "founds")),
    ],
)
def test_verbs_are_inflected(verb, forms):
    assert (past(verb), participle(verb), present(verb)) == forms
