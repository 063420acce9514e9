"""The denial beside an accusation is shown with it."""

from __future__ import annotations

import pytest

from qa.evidence import Candidate, as_evidence
from qa.replies import denial_of
from tests.qa.stored import article


def denial(text, *cited):
    """Return the sentence that denies the cited ones, the first by default."""
    told = [Candidate(article=article(1, text), position=n, retrieval=1.0) for n in cited or (0,)]
    found = denial_of(as_evidence(told), told)
    return None if found is None else found.sentence.text


ACCUSED = "Duncan Rooke accused Prake of having accepted a holiday. "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{ACCUSED}Prake denied it. He went on.", "Prake denied it."),
        (
            f"{ACCUSED}“It was no work,” Rooke said. Prake has always denied the claims.",
            "Prake has always denied the claims.",
        ),
        (f"{ACCUSED}He rejects the allegation.", "He rejects the allegation."),
        ("The gate will cost 118 million. The builder disputes the figure.", "The builder disputes the figure."),
        ("The mayor met the union. Prake has held the office since 2016. Prake denied it.", None),
        (f"{ACCUSED}The harbour was full. Tarn denied it.", None),
        (f"{ACCUSED}Lund accused Holt of theft. Holt denied it.", None),
        (f"{ACCUSED}Prake denied the claims of the union.", None),
        (f"{ACCUSED}Prake denied entry to the press.", None),
        (f"{ACCUSED}The court rejected the appeal.", None),
        (f"{ACCUSED}The judge dismissed the charges.", None),
        (f"{ACCUSED}Prake did not deny the charges.", None),
        (f"{ACCUSED}He never denied the allegations.", None),
        (f"{ACCUSED}Mr. Prake denied the charges.", "Mr. Prake denied the charges."),
        (f"{ACCUSED}He denied all charges of fraud.", "He denied all charges of fraud."),
        ("The dam was built in 1962. Officials denied that the dam was at risk.", None),
        ("Rangers won on Saturday. A late save denied them a second goal.", None),
        ("The team flew to Cuba. Border guards denied them entry to the country.", None),
        (f"{ACCUSED}The firm refused to confirm or deny the reports.", None),
        (f"{ACCUSED}The insurer denied his claim.", None),
        ("The House passed the bill in May. The Senate rejected it.", None),
        ("Tarn won the seat. She contested that election as an independent.", None),
    ],
)
def test_the_sentence_that_denies_the_one_before_is_found(text, expected):
    assert denial(text) == expected


def test_a_denial_that_is_cited_is_not_shown_twice():
    assert denial(f"{ACCUSED}Prake denied it.", 0, 1) is None


def test_a_denial_that_is_cited_hides_no_other():
    text = f"{ACCUSED}Prake denied it. Lund accused Holt of theft. Holt denied it."
    assert denial(text, 0, 1, 2) == "Holt denied it."


def test_an_article_that_is_not_among_the_candidates_has_none():
    told = Candidate(article=article(1, f"{ACCUSED}Prake denied it."), position=0, retrieval=1.0)
    assert denial_of(as_evidence([told]), [Candidate(article=article(2, "So."), position=0, retrieval=1.0)]) is None
