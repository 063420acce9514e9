"""How answers of several documents stand to one another: one answer, a development, an ambiguity or a conflict."""

import re
from dataclasses import replace

import pytest

from index.types import Span
from qa.about import aboutness
from qa.analysis import analyse
from qa.config import Settings
from qa.conflict import disagreement, newer_contradiction, value_of
from qa.evidence import Candidate, as_evidence
from qa.sides import subject_of
from tests.qa import stored

MARK = re.compile(r"\[([^\[\]]+)\]")


def article(number, text, *, day=None, title=None):
    return stored.article(number, MARK.sub(r"\1", text), day=day, title=title)


def candidate(question, number, text, *, day=None, title=None, probability=0.8, score=0.5):
    """Return the sentence of a text that holds the answer, which the text marks: "At least [17] people died"."""
    mark = MARK.search(text)
    answer = Span(start=mark.start(), end=mark.end() - 2)
    written = article(number, text, day=day, title=title)
    position = next(n for n, s in enumerate(written.sentences) if s.start <= answer.start < s.end)
    found = Candidate(article=written, position=position, retrieval=1.0)
    about = aboutness(analyse(question), found.window().text, found.surroundings(), written)
    return Candidate(
        article=written, position=position, retrieval=1.0, answer=answer, probability=probability, about=about, score=score
    )  # fmt: skip


def found(question, *texts):
    """Return how texts disagree: each a text, or (text, day), or (text, day, title)."""
    given = [text if isinstance(text, tuple) else (text,) for text in texts]
    ranked = [
        candidate(question, n, text, **dict(zip(("day", "title"), rest, strict=False)))
        for n, (text, *rest) in enumerate(given)
    ]
    return disagreement(analyse(question), ranked, Settings())


def shape(result):
    """Return the relation and the values of its sides."""
    return (None, ()) if result is None else (result.relation, tuple(side[0].text for side in result.sides))


HURT = "How many people were injured in the fire at the Norbury mill?"
KILLED = "How many people were killed in the flood at Tarsk?"
ON_BOARD = "How many passengers were on board the Swift Petrel?"
BORN = "When was Ada Koger born?"
SPORT = "What sport is Koger associated with?"
MAYOR = "Who is the mayor of Norbury?"


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("How many hours are there in a leap year?", "A leap year has [366] days and is 8,784 hours long.", "8,784"),
        (
            "How many hours are there in a leap year?",
            "A year has 365 days, with [8,760] hours; but 366 in a leap year, with 8,784 hours.",
            "8,784",
        ),
        (
            "How many patients in Halm were vaccinated?",
            "In Halm [eleven] of the 29 patients were vaccinated.",
            "eleven",
        ),
        ("How many patients are there in Halm?", "There are [29] patients in Halm, 11 of them vaccinated.", "29"),
    ],
)
def test_the_number_that_stands_before_the_noun_asked_for_is_the_value(question, text, value):
    assert value_of(analyse(question), candidate(question, 1, text)).text == value


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("How many tonnes a year does the plant burn?", "The plant burns [60,000] tonnes a year.", "60,000"),
        ("How many people a day does the bridge carry?", "The bridge carries [9,000] people a day.", "9,000"),
        ("How many hours a week do they work?", "They work [35] hours a week.", "35"),
        ("How many days did the strike last?", "The strike lasted [12] consecutive days.", "12"),
        ("How many working days has the council?", "The council has [20] working days.", "20"),
    ],
)
def test_what_comes_by_the_year_is_counted_by_its_own_noun(question, text, value):
    assert value_of(analyse(question), candidate(question, 1, text)).text == value


def test_the_hours_beside_weeks_and_days_are_no_count_of_hours():
    question = "How many hours are there in a leap year?"
    text = "A leap year of 13 months has 54 weeks 5 days [21] hours 589 parts."
    assert value_of(analyse(question), candidate(question, 1, text)) is None


@pytest.mark.parametrize(
    ("question", "texts", "expected"),
    [
        # one answer, said in several ways
        (HURT, ["The fire at the Norbury mill injured [40] people.", "Forty people: [40] people were injured in the fire at the Norbury mill."], None),
        (HURT, ["The fire at the Norbury mill injured [nearly 40] people.", "The fire at the Norbury mill injured [38] people."], None),
        (HURT, ["The fire at the Norbury mill injured [some 250] people.", "The fire at the Norbury mill injured [247] people."], None),
        (HURT, ["The fire at the Norbury mill injured [dozens of] people.", "The fire at the Norbury mill injured [41] people."], None),
        (HURT, ["The fire at the Norbury mill injured [at least 17] people.", "The fire at the Norbury mill injured [17] people."], None),
        (HURT, ["The fire at the Norbury mill injured [seventeen] people.", "The fire at the Norbury mill injured [17] people."], None),
        (BORN, ["Ada Koger was born on [3 May 1971].", "Ada Koger was born in [May 1971]."], None),
        (BORN, ["Ada Koger was born on [3 May 1971].", "Ada Koger was born in [1971]."], None),
        (MAYOR, ["The mayor of Norbury is [Ana Tarn].", "The mayor of Norbury is [Mrs Tarn]."], None),
        # different figures for one moment, however near or far apart
        (HURT, ["The fire at the Norbury mill injured [40] people.", "The fire at the Norbury mill injured [41] people."], "conflict"),
        (HURT, ["The fire at the Norbury mill injured [40] people.", "The fire at the Norbury mill injured [4,000] people."], "conflict"),
        (HURT, ["The fire at the Norbury mill injured [nearly 40] people.", "The fire at the Norbury mill injured [at least 52] people."], "conflict"),
        (HURT, ["The fire at the Norbury mill injured [dozens of] people.", "The fire at the Norbury mill injured [7] people."], "conflict"),
        (HURT, [("The fire at the Norbury mill injured [17] people.", "2019-05-03"), ("The fire at the Norbury mill injured [22] people.", "2019-05-03")], "conflict"),
        (HURT, [("The fire at the Norbury mill injured [17] people.", "2019-05-03"), "The fire at the Norbury mill injured [22] people."], "conflict"),
        (ON_BOARD, [("There were [126] passengers on board the Swift Petrel.", "2023-10-15"), ("There were [112] passengers on board the Swift Petrel.", "2023-10-16")], "conflict"),
        (KILLED, [("The flood at Tarsk killed [22] people.", "2024-03-01"), ("The flood at Tarsk killed [17] people.", "2024-03-02")], "conflict"),
        (BORN, ["Ada Koger was born on [3 May 1971].", "Ada Koger was born on [4 May 1971]."], "conflict"),
        (MAYOR, ["The mayor of Norbury is [Ana Tarn].", "The mayor of Norbury is [Paul Reyes]."], "conflict"),
        # a count that grows with the dates
        (KILLED, [("The flood at Tarsk killed [17] people.", "2024-03-01"), ("The flood at Tarsk killed [22] people.", "2024-03-02")], "development"),
        (KILLED, [("The flood at Tarsk killed [at least 17] people.", "2024-03-01"), ("The flood at Tarsk killed [22] people.", "2024-03-04")], "development"),
        (KILLED, [("The flood at Tarsk killed [17] people.", "2024-03-01"), ("The flood at Tarsk killed [4,000] people.", "2024-03-02")], "development"),
        (KILLED, [("The flood at Tarsk killed [22] people.", "2024-03-01"), ("The toll of the flood at Tarsk now stands at [17] people killed, not more.", "2024-03-04")], "development"),
        (ON_BOARD, [("So far [40] passengers have been counted on board the Swift Petrel.", "2023-10-15"), ("There were [64] passengers on board the Swift Petrel.", "2023-10-16")], "development"),
        ("What is the population of Tarsk?", ["In 2010 the population of Tarsk was [3,559].", "In 2020 the population of Tarsk was [3,506]."], "development"),
        ("What is the population of Tarsk?", ["The population of Tarsk was [3,559] at the 2010 census.", "The population of Tarsk was [3,506] at the 2010 census."], "conflict"),
        # bearers of one name
        (SPORT, ["Alan Koger is an American player of [soccer].", "Kevin Koger is a Norwegian player of [chess]."], "ambiguity"),
        (BORN, [("Ada Koger was born in [1971].", None, "Ada Koger (swimmer)"), ("Ada Koger was born in [1902].", None, "Ada Koger (painter)")], "ambiguity"),
        (BORN, ["Ada Koger ([3 May 1848] – 2 July 1912) was a painter.", "Ada Koger ([9 June 1885] – 4 July 1931) was a swimmer."], "ambiguity"),
        ("What is the population of Tarsk?", [("The population of Tarsk was [70].", None, "Tarsk, Kansas"), ("The population of Tarsk was [4].", None, "Tarsk, Wyoming")], "ambiguity"),
        ("What is the population of Tarsk, Kansas?", [("The population of Tarsk was [70].", None, "Tarsk, Kansas"), ("The population of Tarsk was [70].", None, "Tarsk, Kansas")], None),
        ('Who is the artist of the album "Low Tide"?', ["Low Tide (Ana Tarn album) Low Tide is an album by [Ana Tarn].", "Low Tide (Paul Reyes album) Low Tide is an album by [Paul Reyes]."], "ambiguity"),
        ('Who is the artist of the album "Low Tide"?', [("Low Tide is an album by [Ana Tarn].", None, "Low Tide"), ("Low Tide is an album by [Paul Reyes].", None, "Low Tide")], "conflict"),
        ("What is the format of the film about Tarsk?", ["Tarsk (1992 film) Tarsk is a 1992 [documentary] film.", "Tarsk (2009 film) Tarsk is a 2009 [drama] film."], "ambiguity"),
        ("What is the format of the 1992 film about Tarsk?", ["Tarsk (1992 film) Tarsk is a 1992 [documentary] film.", "Tarsk (2009 film) Tarsk is a 2009 [drama] film."], None),
        ("What is the profession of Ada Koger?", ["Ada Koger Ada Lise Koger (born 3 May 1971) is a [swimmer].", "Ada Koger (1848–1912) was a [painter]."], "ambiguity"),
        ("What is the profession of Ada Koger?", ["Ada Koger Ada Lise Koger (born 3 May 1971) is a [swimmer].", "Ada Koger (3 May 1971 – 2 July 2020) was a [painter]."], None),
        # other times are neither rivals nor answers
        ("Which club did Koger join in 2004?", ["In 2004 Koger joined the club [Bari].", "In 2009 Koger joined the club [Kiel]."], None),
        ("Which club did Koger play for from 2004 to 2006?", ["From 2004 to 2006 Koger played for the club [Bari].", "From 2007 to 2009 Koger played for the club [Kiel]."], None),
        ("Which club did Koger play for from 2004 to 2006?", ["From 2004 to 2006 Koger played for the club [Bari].", "From 2004 to 2006 Koger played for the club [Kiel]."], "conflict"),
        # lists and open questions are not compared
        ("Which two clubs did Koger join?", ["Koger joined the club [Bari].", "Koger joined the club [Kiel]."], None),
        ("What did Koger say about the fire?", ["Koger said the fire was [a disaster].", "Koger said the fire was [not his concern]."], None),
        # yes and no
        ("Did the Norbury council close the pool?", ["The Norbury council [closed] the pool.", "The Norbury council did not [close] the pool."], "conflict"),
        ("Did the Norbury council close the pool?", ["The Norbury council [closed] the pool.", "The Norbury council had [closed] the pool."], None),
        # times of day
        ("At what time did the ferry hit the pier?", ["The ferry hit the pier at [7.42 p.m.] that day.", "The ferry hit the pier at [19:41] that day."], "conflict"),
        ("At what time did the ferry hit the pier?", ["The ferry hit the pier at [7.42 p.m.] that day.", "The ferry hit the pier at [19:42] that day."], None),
    ],
)  # fmt: skip
def test_the_relation_of_the_answers(question, texts, expected):
    assert shape(found(question, *texts))[0] == expected


VOTES = "How many votes have been counted in the Osk valley?"
BURNT = "How many hectares of forest have burnt near Lund Ridge?"
WARD = "How many flu patients are in Tarsk hospital?"
JOBS_CUT = "How many jobs has Brandt Rail cut?"
SHARES = "What is the share price of Norbury Steel?"
TURNOUT = "What was the turnout in the Tarsk referendum?"
DOSES = "How many doses of vaccine have been given in Halm?"
STRIKERS = "How many dockers have joined the strike in Port Elm?"


@pytest.mark.parametrize(
    ("question", "texts", "expected"),
    [
        # one moment, however late the second document is: Tuesday 5 March 2024 speaks of Monday 4 March
        (VOTES, [("In the Osk valley [29,000] votes have been counted.", "2024-03-04"), ("Observers had counted [34,000] votes in the Osk valley by Monday.", "2024-03-05")], "conflict"),
        (VOTES, [("As of 4 March 2024, [29,000] votes have been counted in the Osk valley.", "2024-03-06"), ("As of Monday, [34,000] votes have been counted in the Osk valley.", "2024-03-08")], "conflict"),
        (DOSES, [("In its bulletin of 4 March the county spoke of [900] doses of vaccine given in Halm.", "2024-03-11"), ("Doctors say that [1,200] doses of vaccine have been given in Halm.", "2024-03-04")], "conflict"),
        (DOSES, [("Monday’s figures show [900] doses of vaccine given in Halm.", "2024-03-07"), ("By Monday [1,200] doses of vaccine had been given in Halm.", "2024-03-06")], "conflict"),
        (WARD, [("On Monday there were [12] flu patients in Tarsk hospital.", "2024-03-07"), ("The union says [30] flu patients were in Tarsk hospital on Monday.", "2024-03-05")], "conflict"),
        (SHARES, [("The share price of Norbury Steel stood at [12] crowns on Monday.", "2024-03-05"), ("The share price of Norbury Steel closed at [14] crowns on Monday.", "2024-03-08")], "conflict"),
        (BURNT, [("So far [120] hectares of forest have burnt near Lund Ridge, the mayor said on Monday.", "2024-03-05"), ("So far [400] hectares of forest have burnt near Lund Ridge.", "2024-03-04")], "conflict"),
        (BURNT, [("In March [120] hectares of forest had burnt near Lund Ridge.", "2024-04-02"), ("By 12 March [400] hectares of forest had burnt near Lund Ridge.", "2024-04-09")], "conflict"),
        # a figure that is told again later is still of its own moment, and what is told again after the other rivals it
        (VOTES, [("In the Osk valley [29,000] votes have been counted.", "2024-03-04"), ("In the Osk valley [29,000] votes have been counted.", "2024-03-09"), ("In the Osk valley [34,000] votes have been counted so far.", "2024-03-06")], "conflict"),
        # moments that no text tells apart
        (BURNT, ["So far [120] hectares of forest have burnt near Lund Ridge.", ("So far [400] hectares of forest have burnt near Lund Ridge.", "2024-03-04")], "conflict"),
        (JOBS_CUT, [("Brandt Rail has cut [240] jobs.", "2024-03-04"), ("Brandt Rail has cut [310] jobs.", "2024-03-09")], "conflict"),
        # a deadline is not the moment of a count
        (STRIKERS, [("By Friday 8 March the port wants an end; [300] dockers have joined the strike in Port Elm so far.", "2024-03-04"), ("So far [400] dockers have joined the strike in Port Elm.", "2024-03-08")], "development"),
        # what can only grow does not fall, unless a correction is said
        (VOTES, [("By Monday [34,000] votes had been counted in the Osk valley.", "2024-03-05"), ("By Thursday [29,000] votes had been counted in the Osk valley.", "2024-03-08")], "conflict"),
        (TURNOUT, [("As of 4 March 2024 the turnout in the Tarsk referendum was [63] per cent.", "2024-03-05"), ("As of 7 March 2024 the turnout in the Tarsk referendum was [58] per cent.", "2024-03-08")], "conflict"),
        (BURNT, [("So far [400] hectares of forest have burnt near Lund Ridge.", "2024-03-04"), ("So far [120] hectares of forest have burnt near Lund Ridge.", "2024-03-09")], "conflict"),
        (BURNT, [("So far [400] hectares of forest have burnt near Lund Ridge.", "2024-03-04"), ("The county corrected its figure: [120] hectares of forest have burnt near Lund Ridge so far.", "2024-03-09")], "development"),
        (KILLED, [("The flood at Tarsk has killed [22] people so far.", "2024-03-01"), ("The flood at Tarsk has killed [17] people, fewer than first thought, the mayor said.", "2024-03-04")], "development"),
        # a later moment is said, or a count runs on
        (WARD, [("On Monday there were [12] flu patients in Tarsk hospital.", "2024-03-05"), ("On Thursday there were [30] flu patients in Tarsk hospital.", "2024-03-08")], "development"),
        (WARD, [("On Monday there were [30] flu patients in Tarsk hospital.", "2024-03-05"), ("On Thursday there were [12] flu patients in Tarsk hospital.", "2024-03-08")], "development"),
        (WARD, [("On Monday 4 March 2024 there were [12] flu patients in Tarsk hospital.",), ("As of Thursday 7 March 2024, [30] flu patients were in Tarsk hospital.",)], "development"),
        (VOTES, [("By Monday [29,000] votes had been counted in the Osk valley.", "2024-03-08"), ("By Thursday [34,000] votes had been counted in the Osk valley.", "2024-03-08")], "development"),
        (SHARES, [("The share price of Norbury Steel closed at [14] crowns on Monday.", "2024-03-05"), ("The share price of Norbury Steel closed at [12] crowns on Thursday.", "2024-03-08")], "development"),
        (BURNT, [("So far [120] hectares of forest have burnt near Lund Ridge.", "2024-03-04"), ("So far [400] hectares of forest have burnt near Lund Ridge.", "2024-03-09")], "development"),
        (JOBS_CUT, [("Brandt Rail has cut [240] jobs.", "2024-03-04"), ("Brandt Rail has now cut 310 jobs: [310], up from 240.", "2024-03-09")], "development"),
        (DOSES, [("In its bulletin of 4 March the county spoke of [900] doses of vaccine given in Halm.", "2024-03-11"), ("In its bulletin of 11 March the county spoke of [1,200] doses of vaccine given in Halm.", "2024-03-11")], "development"),
    ],
)  # fmt: skip
def test_a_development_needs_a_clearly_later_moment(question, texts, expected):
    assert shape(found(question, *texts))[0] == expected


BULLETINS = (
    ("So far [11] cases of cholera have been confirmed in Halm.", "2024-03-04"),
    ("So far [29] cases of cholera have been confirmed in Halm.", "2024-03-18"),
    ("Doctors in Halm had confirmed [34] cases of cholera by Monday.", "2024-03-19"),
)


def test_figures_that_disagree_on_the_latest_moment_are_the_sides_and_earlier_ones_stand_apart():
    result = found("How many cases of cholera have been confirmed in Halm?", *BULLETINS)

    assert shape(result) == ("conflict", ("29", "34"))
    assert [side[0].text for side in result.earlier] == ["11"]


def test_what_is_left_of_a_disagreement_on_a_running_count_is_a_development():
    result = found("How many cases of cholera have been confirmed in Halm?", *BULLETINS)
    left = result.without(lambda candidate: "34" in candidate.sentence.text)

    assert shape(left) == ("development", ("29", "11"))


def test_figures_that_disagreed_before_the_latest_one_are_all_shown():
    result = found("How many cases of cholera have been confirmed in Halm?", *BULLETINS, ("So far [50] cases of cholera have been confirmed in Halm.", "2024-04-01"))  # fmt: skip

    assert shape(result) == ("conflict", ("11", "29", "34", "50"))


def test_a_development_shows_the_latest_figure_first():
    result = found(
        KILLED,
        ("The flood at Tarsk killed [17] people.", "2024-03-01"),
        ("The flood at Tarsk killed [31] people.", "2024-03-09"),
        ("The flood at Tarsk killed [22] people.", "2024-03-04"),
    )

    assert shape(result) == ("development", ("31", "22", "17"))


def test_each_bearer_of_a_name_has_one_side_with_its_label():
    result = found(
        "What is the population of Tarsk?",
        ("The population of Tarsk was [70].", None, "Tarsk, Kansas"),
        ("The population of Tarsk was [4].", None, "Tarsk, Wyoming"),
        ("The population of Tarsk is [4].", None, "Tarsk, Wyoming"),
    )

    assert shape(result) == ("ambiguity", ("70", "4"))
    assert [subject.label for subject in result.subjects] == ["Tarsk, Kansas", "Tarsk, Wyoming"]


def test_how_far_apart_two_figures_are_decides_nothing():
    near, far = (
        found(KILLED, (f"The flood at Tarsk killed [{low}] people.", first), (f"The flood at Tarsk killed [{high}] people.", last))
        for low, high, first, last in [(17, 18, "2024-03-01", "2024-03-02"), (17, 90_000, "2024-03-01", "2024-03-02")]
    )  # fmt: skip

    assert near.relation == far.relation == "development"


def test_a_number_of_another_unit_is_no_value():
    question = "What is the population of Tarsk?"
    measured = candidate(question, 1, "Tarsk has an elevation of [360] m and a population of farmers.")
    dense = candidate(question, 2, "The population density of Tarsk was [74] people.")
    noted = candidate(question, 3, "The population of Tarsk grew [ [5] ].")

    assert [value_of(analyse(question), c) for c in (measured, dense, noted)] == [None, None, None]


@pytest.mark.parametrize(
    ("name", "text", "title", "label"),
    [
        ("Tarsk", "Tarsk is a town.", "Tarsk, Kansas", "Tarsk, Kansas"),
        ("Koger", "Kevin Koger is a player.", None, "Kevin Koger"),
        ("Ada Koger", "Ada Koger (painter) was born in 1902.", None, "Ada Koger (painter)"),
        ("Ada Koger", "Ada Koger (1848–1912) was a painter.", None, "Ada Koger (1848–1912)"),
        ("Ada Koger", "Ada Lise M. Koger (born 3 May 1971) is a swimmer.", None, "Ada Koger (1971)"),
        ("Duke of Tarsk", "Henry Holm, 2nd Duke of Tarsk, died.", None, "Henry Holm, 2nd Duke of Tarsk"),
        ("Tarsk", "Veld County, Kansas Tarsk, Kansas Tarsk is a city.", None, "Tarsk, Kansas"),
        ("Tarsk", "Tarsk Township, Veld County, Kansas Tarsk Township is a township.", None, "Tarsk, Veld County"),
        ("Tarsk School", "Tarsk School for Girls is a school.", "Tarsk School for Girls", "Tarsk School for Girls"),
        ("Golden Tide", "The Reyes Golden Tide The Reyes Golden Tide is an album.", None, "Reyes Golden Tide"),
        ("General Koger", "Ada Koger General Dame Ada Lise Koger led the corps.", None, "Ada Koger"),
        ("General Koger", "Sir Ivo Koger, KBE (3 May 1871 – 1942) was a soldier.", None, "Koger (1871–1942)"),
        ("Low Tide", "Low Tide at Dawn Low Tide at Dawn, a book by Ana Tarn, won.", None, "Low Tide at Dawn"),
        ("Ada Koger", 'Lise Ada Mary "Adi" Koger (1848–1912) was a peer.', None, "Ada Koger (1848–1912)"),
        ("Ada Koger", "Ada Lise Koger ( born 1950 ) is an admiral.", None, "Ada Koger (1950)"),
        ("Tarsk Church", "Tarsk Church, Norbury The old church is a landmark.", None, "Tarsk Church, Norbury"),
        ("Ada Koger", "Ada Koger, 2nd Countess of Tarsk (1848–1912) was a peer.", None, "Ada Koger (1848–1912)"),
    ],
)
def test_an_article_says_at_its_head_which_bearer_it_is_about(name, text, title, label):
    assert subject_of(analyse(f"Who was {name}?"), article(1, text, title=title)).label == label


@pytest.mark.parametrize(
    "text",
    [
        "TARSK (Coast Wire) – Two people were killed.",
        "Two people were killed in Tarsk, Mayor Ana Tarn said.",
        "He met Tarsk.",
        "Tarsk ferry sinks. The Tarsk ferry sank on Monday.",
        "Mayor Ana Tarn of Tarsk is a lawyer.",
        "Tarsk (Veldish: Tarskoye) is a town.",
        "Tarsk Summer Fair Tarsk Summer Fair is a fair.",
    ],
)
def test_a_dateline_or_a_mention_is_no_subject(text):
    subject = subject_of(analyse("How many people live in Tarsk?"), article(1, text))

    assert subject is None or not subject.told_apart


def test_a_newer_document_that_says_otherwise_is_found():
    old = candidate(MAYOR, 1, "The mayor of Norbury is [Ana Tarn].", day="2019-05-03")
    new = candidate(MAYOR, 2, "The mayor of Norbury is [Paul Reyes].", day="2023-05-03")
    same = candidate(MAYOR, 3, "The mayor of Norbury is [Mrs Tarn].", day="2023-05-03")
    undated = candidate(MAYOR, 4, "The mayor of Norbury is [Lise Holm].")

    def newer(*others):
        return newer_contradiction(analyse(MAYOR), [old, *others], as_evidence([old]), Settings())

    assert newer(new).text == "Paul Reyes"
    assert newer(same) is None
    assert newer(undated) is None
    assert newer_contradiction(analyse(MAYOR), [old, new], as_evidence([new]), Settings()) is None


def test_a_bearer_whose_answer_is_sure_only_with_the_sentence_after_it_is_a_side():
    question = "When was Ada Koger born?"
    first = candidate(question, 1, "Ada Koger (swimmer) was born in [1971].", title="Ada Koger (swimmer)")
    alone = candidate(
        question, 2, "Ada Koger (painter) was born in [1902].", title="Ada Koger (painter)", probability=0.1
    )
    whole = article(2, "Ada Koger (painter) was born in 1902. She painted.", title="Ada Koger (painter)")
    joined = replace(alone, article=whole, position=1, lead=whole.sentences[0], probability=0.7)

    assert disagreement(analyse(question), [first, alone], Settings()) is None
    assert shape(disagreement(analyse(question), [first, alone, joined], Settings())) == ("ambiguity", ("1971", "1902"))


@pytest.mark.parametrize(("head", "expected"), [("Low Tide (Paul Reyes album)", "ambiguity"), ("Low Tide", None)])
def test_a_bearer_whose_head_adds_to_the_name_is_a_side_though_the_ranker_is_less_sure_of_it(head, expected):
    question = 'Who is the artist of the album "Low Tide"?'
    text = "Low Tide (Ana Tarn album) Low Tide is an album by [Ana Tarn]."
    first = candidate(question, 1, text, probability=0.8)
    other = candidate(question, 2, f"{head} Low Tide is an album by [Paul Reyes].", probability=0.2, score=0.1)

    assert shape(disagreement(analyse(question), [first, other], Settings()))[0] == expected


@pytest.mark.parametrize(
    ("probability", "score", "expected"), [(0.7, 0.35, "conflict"), (0.5, 0.35, None), (0.7, 0.25, None)]
)
def test_another_name_is_a_rival_where_the_ranker_is_about_as_sure_of_it(probability, score, expected):
    first = candidate(MAYOR, 1, "The mayor of Norbury is [Ana Tarn].", probability=0.8, score=0.5)
    other = candidate(
        MAYOR, 2, "In Norbury [Paul Reyes] serves as mayor since the spring.", probability=probability, score=score
    )

    assert shape(disagreement(analyse(MAYOR), [first, other], Settings()))[0] == expected


def test_a_date_for_the_surname_alone_is_a_rival_where_all_else_that_is_asked_is_said_as_surely():
    question = "When was Judge Tarn confirmed by the Norbury council?"
    first = candidate(question, 1, "Judge Tarn was confirmed by the Norbury council on [10 August 1966].")
    text = "Born in Osk, Tarn read law. Then she taught. She ran a school. She moved often. Confirmed by the Norbury council on [8 December 1987]."
    other = candidate(question, 2, text)

    assert other.about.names < 0.8
    assert shape(disagreement(analyse(question), [first, other], Settings()))[0] == "conflict"
    unsure = replace(other, probability=0.5)
    assert disagreement(analyse(question), [first, unsure], Settings()) is None


SAVED = "How many people were rescued when the Swift Petrel sank off Tarsk?"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The coast guard said [52] people were rescued when the trawler sank off Tarsk.", "conflict"),
        ("The coast guard said [52] people were rescued when the launch sank off Tarsk.", None),
        ("The coast guard said [52] people were rescued by the trawler.", None),
        ("Fog hid the trawler Ada Holm. The coast guard said [52] people were rescued when the trawler sank off Tarsk.", None),
    ],
)  # fmt: skip
def test_what_another_page_says_of_the_trawler_is_a_side_where_it_names_no_other(text, expected):
    first = candidate(SAVED, 1, "[Forty] people were rescued when the old trawler Swift Petrel sank off Tarsk.")
    other = candidate(SAVED, 2, text, probability=0.15, score=0.05)

    assert shape(disagreement(analyse(SAVED), [first, other], Settings()))[0] == expected


JOBS = "How many jobs will the cannery close?"


@pytest.mark.parametrize(
    ("following", "expected"),
    [
        ("The union said that the true number was 310 because the firm had left out cleaners.", ("240", "310")),
        ("The firm gave no reason. The union spoke of more than 310.", ("240", "more than 310")),
        ("The auditor told the same meeting that it was 310 jobs.", ("240", "310")),
        ("The union said that the number was 240.", ()),
        ("The union said that the cannery had 310 boats.", ()),
        ("The cannery has stood for 310 summers.", ()),
    ],
)
def test_the_figure_that_the_next_sentence_tells_of_the_same_thing_is_a_side(following, expected):
    assert (
        shape(found(JOBS, f"The firm put the number of jobs that the cannery will close at [240]. {following}"))[1]
        == expected
    )


def test_the_first_of_a_narrower_kind_is_no_side():
    question = "What is the oldest bridge?"
    assert found(question, "The oldest bridge is the [Quell bridge].", "The oldest bridge is the [Sarn bridge].")
    assert not found(
        question, "The oldest bridge is the [Quell bridge].", "The oldest wooden bridge is the [Sarn bridge]."
    )


@pytest.mark.parametrize(("score", "sides"), [(0.5, 2), (0.2, 2), (0.01, 0)])
def test_a_figure_told_otherwise_is_a_side_though_the_best_sentence_is_too_weak_to_compare(score, sides):
    text = "The firm put the number of jobs that the cannery will close at [240]. The union spoke of more than 310."
    result = disagreement(analyse(JOBS), [candidate(JOBS, 1, text, score=score)], Settings())
    assert len(shape(result)[1]) == sides


def test_a_sentence_without_all_that_is_asked_is_no_rival_unless_nearly_as_sure_or_told_by_another():
    question = "How many passengers is the Maid of Hethe licensed to carry?"
    exact = candidate(question, 1, "The Maid of Hethe is licensed to carry [180] passengers.")
    other = "The Maid of Hethe will carry [210] passengers"

    def relation(text, probability):
        rival = candidate(question, 2, text, probability=probability)
        result = disagreement(analyse(question), [exact, rival], Settings())
        return result and result.relation

    assert relation(f"{other} in summer.", 0.5) is None
    assert relation(f"{other} in summer.", 0.75) == "conflict"
    assert relation(f"{other}, the operator said.", 0.5) == "conflict"


def test_of_two_figures_in_one_story_the_one_of_what_is_asked_stays_however_they_rank():
    question = "How many people did insurgent shelling of Tarsk kill?"
    text = "The figure included around [140] people killed in shelling of Tarsk. Insurgent shelling of Tarsk killed 96 people."
    wide = candidate(question, 1, text, score=0.6)
    exact = candidate(question, 1, text.replace("[140]", "140").replace("96", "[96]"), score=0.5)

    assert disagreement(analyse(question), [wide, exact], Settings()) is None


def test_one_text_with_another_value_is_a_conflict_however_few_words_of_the_question_it_holds():
    question = "Who stars as Mulan in the film?"
    texts = (
        f"On November 29, 2017, the actress [{n}] was cast in Mulan to portray the titular role."
        for n in ("Yifei Liu", "Mi Yang")
    )
    twins = [candidate(question, n, text, score=0.01) for n, text in enumerate(texts)]
    doubtful = [
        candidate(
            question, n, c.sentence.text.replace(c.answer_text, f"[{c.answer_text}]"), score=0.01, probability=0.2
        )
        for n, c in enumerate(twins)
    ]

    assert shape(disagreement(analyse(question), twins, Settings())) == ("conflict", ("Yifei Liu", "Mi Yang"))
    assert disagreement(analyse(question), doubtful, Settings()) is None


def test_another_name_in_the_place_of_the_answer_is_a_conflict_though_its_sentence_answers_nothing():
    question = "Who is the mayor of Norbury?"
    answer = candidate(question, 1, "The mayor of Norbury is [Ana Tarn].")
    pairs = [
        candidate(
            question, n, f"[{name}] of Norbury waved to the crowd from the deck of a ferry on 3 May.", probability=0.1
        )
        for n, name in enumerate(("Ana Tarn", "Paul Reyes"), 2)
    ]
    other_day = candidate(
        question, 4, "[Paul Reyes] of Norbury waved to the crowd from the deck of a ferry on 9 May.", probability=0.1
    )

    result = disagreement(analyse(question), [answer, *pairs], Settings())
    assert shape(result) == ("conflict", ("Ana Tarn", "Paul Reyes"))
    assert result.without(lambda told: told.probability < 0.5) == result
    assert disagreement(analyse(question), [answer, pairs[0], other_day], Settings()) is None
    chairs = [
        candidate(
            question, n, f"[{name}] was elected chair of the bank of Norbury at its annual meeting.", probability=0.1
        )
        for n, name in enumerate(("Ana Tarn", "Paul Reyes"), 2)
    ]
    assert disagreement(analyse(question), [answer, *chairs], Settings()) is None
    assert disagreement(analyse(question), [replace(answer, probability=0.2), *pairs], Settings()) is None


def test_where_a_year_is_asked_for_days_are_compared_by_their_year():
    question = "In what year did Ada Koger die?"
    texts = ("Ada Koger died on [5 October 2011].", "Ada Koger died in [2011].", "Ada Koger died on [9 May 2011].")
    assert found(question, *texts) is None
    assert shape(found(question, texts[0], "Ada Koger died in [2012]."))[1] == ("5 October 2011", "2012")
    assert shape(found("When did Ada Koger die?", texts[0], texts[2]))[1] == ("5 October 2011", "9 May 2011")


def test_hours_of_snowfall_are_no_amount_of_snow():
    question = "How much snow fell on Alder?"
    told = candidate(question, 1, "Snow fell on Alder for 36 hours, leaving [12] inches.")
    assert value_of(analyse(question), told).text == "12"
    assert value_of(analyse(question), candidate(question, 1, "Police took [12] kilos of snow this week.")).text == "12"


def test_how_much_of_something_may_be_told_in_any_unit():
    assert shape(
        found(
            "How much sleep do adults need?",
            "Adults need [seven] hours of sleep.",
            "Adults need [nine] hours of sleep.",
        )
    )[1] == ("seven", "nine")
    assert shape(
        found(
            "How much power does the engine have?",
            "The engine has [150] hp of power.",
            "The engine has [180] hp of power.",
        )
    )[1] == ("150", "180")


def test_the_time_since_which_it_is_the_first_is_no_date_of_another_deed():
    question = "When had Tarn and Reyes last met?"
    told = candidate(question, 1, "The meeting of Tarn and Reyes was the first since they held a summit in [2019].")
    assert value_of(analyse(question), told).text == "2019"


def test_what_was_told_in_error_is_no_side():
    question = "When did Ada Koger die?"
    told = ("Ada Koger died on [5 October 2011].", "Someone erroneously posted that Ada Koger died on [9 May 2011].")
    assert found(question, *told) is None
    assert found("When was it erroneously posted that Ada Koger died?", *told) is not None
    jailed = ("Tarn, who was wrongly credited with the find, died on [5 May 2011].", "Tarn died on [9 June 2011].")
    assert found("When did Tarn die?", *jailed) is not None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The song was chosen for the series after it was heard in [1994].", None),
        ("The song was released before the band split up, in [1994].", "1994"),
        ("The band split up after the song was released in [1994].", "1994"),
        ("The song came out in [1994].", "1994"),
        ("The song was released after a long delay in [1994].", "1994"),
        ("The song was released when they met in [1994].", "1994"),
    ],
)
def test_the_date_of_a_clause_on_something_else_is_no_value(text, value):
    question = "When was the song released?"
    told = value_of(analyse(question), candidate(question, 1, text))
    assert (told and told.text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The juice holds approximately [13] compounds.", None),
        ("The juice holds [84] g of sugar a litre.", "84"),
        ("The juice holds [8 per cent] sugar.", None),
        ("There are [84 grams] of it in the juice.", "84"),
        ("The juice holds [three] spoonfuls.", "three"),
        ("The juice holds [30] km² of sugar.", "30"),
    ],
)
def test_a_number_of_other_things_is_no_amount(text, value):
    question = "How much sugar is in orange juice?"
    told = value_of(analyse(question), candidate(question, 1, text))
    assert (told and told.text) == value


def test_of_two_dates_that_span_nothing_the_first_is_the_answer():
    question = "When was Beacon Mill last worked?"
    told = candidate(question, 1, "Beacon Mill was last worked in [1955 and the sails were removed in 1923].")
    lived = candidate(BORN.replace("born", "last seen"), 2, "Ada Koger [(1848 – 1912)] was a painter.")

    assert value_of(analyse(question), told).dates[0].text == "1955"
    assert value_of(analyse("When did Ada Koger die?"), lived).dates[0].text == "1912"


def test_a_question_when_somebody_was_born_asks_for_no_bearer_born_in_a_year():
    result = found(
        BORN,
        "Ada Koger (painter born 1848) Ada Koger was born in [1848].",
        "Ada Koger (swimmer) Ada Koger ([1971] – 2020) swam.",
    )

    assert shape(result) == ("ambiguity", ("1848", "1971"))


def test_a_title_with_a_mark_of_its_own_is_told_apart_by_its_brackets():
    question = 'Who is the artist of the album "Which Tide?"'
    heads = [f"Which Tide? ({name} album) Which Tide? is an album by [{name}]." for name in ("Ana Tarn", "Paul Reyes")]

    result = found(question, *heads)

    assert [subject.label for subject in result.subjects] == [
        "Which Tide? (Ana Tarn album)",
        "Which Tide? (Paul Reyes album)",
    ]


@pytest.mark.parametrize(
    ("left", "right", "two"),
    [("Veld River tributary", "Orrin River tributary", True), ("Veld River tributary", "tributary", False)],
)
def test_a_word_that_is_added_to_both_does_not_make_two_bearers_one(left, right, two):
    heads = [article(n, f"Henna Fork ({added}) Henna Fork runs.") for n, added in enumerate((left, right))]
    first, second = (subject_of(analyse("How long is Henna Fork?"), head) for head in heads)

    assert first.differs(second) == two


def test_of_the_bearers_those_that_the_question_says_most_of_are_sides():
    question = 'Who is the artist of the album "Low Tide"?'
    result = found(
        question,
        "Low Tide (Ana Tarn album) Low Tide is an album by [Ana Tarn].",
        "Low Tide (Paul Reyes album) Low Tide is an album by [Paul Reyes].",
        "Low Tide (1999 film) Low Tide is a film, its album sung by [Lise Holm].",
    )

    assert shape(result) == ("ambiguity", ("Ana Tarn", "Paul Reyes"))


def test_a_birth_in_brackets_is_no_answer_to_when_something_else_was():
    text = "Ada Koger (born [6 May 1975]) is a former player for Veld."

    assert value_of(analyse("When did Ada Koger start to play for Veld?"), candidate(BORN, 1, text)) is None
    assert value_of(analyse(BORN), candidate(BORN, 1, text)).text == "6 May 1975"


@pytest.mark.parametrize(
    ("question", "expected"), [("When was Ada Koger born?", "3 May 1848"), ("When did Ada Koger die?", "1 June 1912")]
)
def test_of_a_life_in_brackets_the_end_that_is_asked_for_is_the_value(question, expected):
    for text in (
        "Ada Koger ([3 May 1848] – 1 June 1912) was a painter.",
        "Ada Koger (3 May 1848 – [1 June 1912]) was a painter.",
    ):
        assert value_of(analyse(question), candidate(question, 1, text)).text == expected


def test_of_an_answer_from_one_mention_of_a_name_to_another_the_name_is_the_value():
    question = 'Who is the artist of the album "Low Tide for Everyone"?'
    text = "Low Tide for Everyone ([Ana Tarn album) Low Tide for Everyone is an album released by Ana Tarn] in 1998."
    closed = 'Ada Koger ([painter) Ada Koger ("born" 1949) is a Veldish painter].'

    assert value_of(analyse(question), candidate(question, 1, text)).text == "Ana Tarn"
    assert value_of(analyse("What profession is Ada Koger of?"), candidate(BORN, 1, closed)).text == "painter"


def test_a_count_of_the_people_answers_what_the_population_is():
    question = "What is the population of Tarsk Township?"
    texts = [
        f"Tarsk Township, {place} Tarsk Township is one of many. The census found [{count}] people in the township."
        for place, count in (("Veld County, Kansas", 887), ("Orrin County, Ohio", 3171))
    ]

    assert shape(found(question, *texts)) == ("ambiguity", ("887", "3171"))


def test_a_passage_that_goes_on_to_another_bearer_is_about_whom_its_sentence_begins():
    question = "When was General Koger born?"
    before = " ".join(f"The corps took hill {n}." for n in range(8))
    texts = [
        f"{before} Ivo Koger ([3 May 1871] – 1942) was a soldier.",
        f"{before} Lise Koger ([1 June 1902] – 1970) was a soldier.",
    ]

    assert shape(found(question, *texts)) == ("ambiguity", ("3 May 1871", "1 June 1902"))


def test_the_best_date_is_a_side_though_its_sentence_names_a_place_that_the_question_does_not():
    told = [f"The Veld Courthouse was built in [{year}]." for year in (1848, 1850)]
    result = found("When was the Veld Courthouse built?", "The Veld Courthouse in Norbury was built in [1902].", *told)

    assert shape(result) == ("conflict", ("1902", "1848", "1850"))


@pytest.mark.parametrize(("probability", "expected"), [(0.94, "conflict"), (0.85, None)])
def test_a_date_in_other_words_than_those_asked_is_a_rival_where_the_ranker_is_as_sure(probability, expected):
    question = "When was Norbury Bank founded?"
    first = candidate(question, 1, "Norbury Bank was founded in [1877].", probability=0.94, score=0.9)
    other = candidate(question, 2, "Norbury Bank was formed in [1904].", probability=probability)

    assert shape(disagreement(analyse(question), [first, other], Settings()))[0] == expected
