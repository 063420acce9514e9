"""Does a sentence tell the opposite of what is asked?"""

import pytest

from qa.analysis import analyse
from qa.turned import tells_narrower, tells_opposite


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which ship did not sink in the storm?", "The Swift Petrel and the Maid of Hethe sank in the storm."),
        ("What is the harbour never used for?", "The harbour is used for landing coal."),
        ("Which port doesn’t the ferry serve?", "The ferry serves Norbury and Tarsk."),
        ("What is the internal wall of the mill made of?", "The external wall of the mill is made of brick."),
        ("How many ships lay at the northern quay?", "Two ships lay at the southern quay."),
        ("What is the highest wage at the mill?", "The lowest wage at the mill is nine crowns."),
    ],
)
def test_what_only_a_word_turns_around_is_told_apart(question, text):
    assert tells_opposite(analyse(question), text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which ship did not sink in the storm?", "The Maid of Hethe did not sink in the storm."),
        ("Which ship did not sink in the storm?", "Only the Maid of Hethe came back from the storm."),
        ("What is said of the ship that did not sink?", "The Maid of Hethe reached Norbury in the storm."),
        ("Which is not a port: Norbury, Tarsk, or Osk?", "The town of Osk lies in the hills."),
        ("Who did not sign?", "Mayor Tarn refused to sign."),
        ("Which office is not open?", "The office in Tarsk is unoccupied."),
        ("Why did the ferry not sail?", "The ferry stayed in port because of the storm."),
        ("Did the ferry not sail?", "The ferry sailed on Monday."),
        ("Is it known whether or not the ferry sailed, and when?", "The ferry sailed on Monday."),
        ("What is the internal wall of the mill made of?", "The internal wall is of wood, the external wall of brick."),
        ("What is the internal wall of the mill made of?", "Its walls are of wood; the external stairs are iron."),
        ("How many ships lay at the northern quay?", "Two ships lay at the quay in the southern harbour."),
        ("Which not-for-profit body runs the library?", "The Norbury Reading Society runs the library."),
        ("Who sang “Don’t Look Back”?", "The song was sung by Ada Holm."),
        ("Who is the author of Not Without Laughter?", "Karl Holm wrote the novel."),
        ("What is the fine for not paying the fare?", "Whoever pays nothing is fined 60 crowns."),
        ("Who did not vote for the plan?", "Mayor Tarn voted against the plan."),
        ("When did the volcano last erupt?", "Mount Osk first erupted in 1700 and most recently in 1911."),
        ("Who is the oldest member?", "The youngest member is 19 and the eldest member, Ana Holm, is 91."),
        ("Who governs North Norland?", "The president of South Norland governs by decree."),
    ],
)
def test_what_may_answer_is_not(question, text):
    assert not tells_opposite(analyse(question), text)


@pytest.mark.parametrize(
    ("question", "text", "is_narrower"),
    [
        ("When was algebra first developed?", "Abstract algebra was developed in the 19th century.", True),
        ("Where did chess originate?", "Blitz chess began in Norland.", True),
        ("When was algebra first developed?", "Early algebra was developed in the 9th century.", False),
        ("When was algebra first developed?", "Abstract algebra is new; algebra itself was developed early.", False),
        ("When was abstract algebra developed?", "Abstract algebra was developed in the 19th century.", False),
        ("When was the ferry built?", "The passenger ferry was built in 1911.", False),
        ("When was algebra first developed?", "It was developed in the 9th century.", False),
        ("Where did chess originate?", "They played chess in Norland first.", False),
        ("Why were flights cancelled?", "More than 200 flights were cancelled because of fog.", False),
        ("Where is rice grown?", "Farmers cultivate rice in the delta.", False),
        ("How is glass made?", "Factories produce glass by melting sand.", False),
        ("Where did chess originate?", "Monks teach chess in Norland.", False),
        ("When was Norland founded?", "Upper Norland was founded in 1911.", False),
    ],
)
def test_a_narrower_kind_of_what_is_asked_in_general_is_told_apart(question, text, is_narrower):
    assert tells_narrower(question, text) == is_narrower
