"""Whether an answer says something."""

from __future__ import annotations

import pytest

from evals.matching import folded, same_source, says, says_all, without_markers


@pytest.mark.parametrize(
    ("text", "spelling", "expected"),
    [
        ("At least 17 people were hurt [1].", "17", True),
        ("They met in 2017.", "17", False),
        ("It cost 17,000 crowns.", "17", False),
        ("It cost 17.5 crowns.", "17", False),
        ("It rose by 3.17 per cent.", "17", False),
        ("Nobody knows [17].", "17", False),
        ("Some say so [1, 17].", "17", False),
        ("In all 17.", "17", True),
        ("The 17-year-old won.", "17", True),
        ("the 17th of May", "17", False),
        ("MS HOLLIN said so", "Hollin", True),
        ("Prake’s “levy”", 'Prake\'s "levy"', True),
        ("four\u00a0or\nfive minutes", "four or five minutes", True),
        ("6,721,603 refugees", "6,721,603", True),
        ("a three-hour meeting", "three", True),
        ("It was disrespected.", "respected", False),
        ("Al‑Bukamal fell.", "Al-Bukamal", True),
        ("90% of it", "90", True),
        ("90% of it", "90%", True),
        ("anything at all", "", False),
    ],
)
def test_a_spelling_stands_in_a_text_as_whole_words_and_numbers(text: str, spelling: str, expected: bool) -> None:
    assert says(text, spelling) is expected


@pytest.mark.parametrize(
    ("text", "groups", "expected"),
    [
        ("Iran and Russia [1].", (("Iran",), ("Russia", "Moscow")), True),
        ("Iran and Moscow [1].", (("Iran",), ("Russia", "Moscow")), True),
        ("Iran [1].", (("Iran",), ("Russia", "Moscow")), False),
        ("Nothing.", (), True),
        ("Nothing.", ((),), False),
    ],
)
def test_of_every_group_one_spelling_must_stand(text: str, groups: tuple[tuple[str, ...], ...], expected: bool) -> None:
    assert says_all(text, groups) is expected


def test_texts_that_differ_in_quotes_dashes_spaces_and_case_are_folded_to_one() -> None:
    assert folded("“Al‑Bukamal”\u00a0  FELL – again") == folded('"al-bukamal" fell - again')


def test_markers_are_taken_out_with_the_space_before_them_and_years_stay() -> None:
    assert without_markers("It fell [1][2], then rose [3, 4]. In [sic] 2017.") == "It fell, then rose. In [sic] 2017."


@pytest.mark.parametrize(
    ("source", "name", "expected"),
    [("a.txt", "a.txt", True), ("news/a.txt", "a.txt", True), ("ba.txt", "a.txt", False), ("a.txt", "b/a.txt", False)],
)
def test_a_document_is_named_by_its_name_or_the_end_of_its_path(source: str, name: str, expected: bool) -> None:
    assert same_source(source, name) is expected
