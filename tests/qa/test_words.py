"""Words, stems and names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.words import alias, contains_word, content_stems, names, same_word, stem, words


@pytest.mark.parametrize(
    ("left", "right"),
    [("took", "taken"), ("won", "win"), ("killed", "killing"), ("announced", "announcement"), ("dead", "died")],
)
def test_inflections_of_a_word_share_a_stem(left, right):
    assert stem(left) == stem(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Syrian", "Syria"),
        ("Turkish", "Turkey"),
        ("U.S.", "America"),
        ("Britain", "UK"),
        ("Iranian", "Iran"),
        ("Italian", "Italy"),
    ],
)
def test_a_demonym_counts_as_its_country(left, right):
    assert same_word(alias(left), alias(right))


@pytest.mark.parametrize(
    ("left", "right"), [("Iran", "Iraq"), ("Austria", "Australia"), ("Niger", "Nigeria"), ("Mali", "Malta")]
)
def test_countries_that_look_alike_stay_apart(left, right):
    assert not same_word(alias(left), alias(right))


def test_the_pronoun_us_is_not_a_country():
    assert alias("US") == alias("United States")
    assert alias("us") != alias("US")


def test_two_words_of_a_country_are_one():
    assert "united states" in content_stems("The United States extended its sanctions")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "U.S. Secretary of State John Kerry met President Bashar al-Assad.",
            ("U.S. Secretary of State John Kerry", "Bashar al-Assad"),
        ),
        ("Insurgent shelling killed 96 people.", ()),
        ("Turkey said so.", ("Turkey",)),
        ("The ferry left Port Alder on Monday in March.", ("Port Alder",)),
        ("Mr. Assad was there, said MIT.", ("Assad", "MIT")),
    ],
)
def test_names_are_runs_of_capitals_that_are_not_just_a_sentence_beginning(text, expected):
    assert names(text) == expected


@given(st.text(max_size=300))
def test_words_are_where_they_say(text):
    assert all(text[word.start : word.end] == word.text for word in words(text))


@given(st.text(alphabet="abcdefghij -'’.", max_size=60))
def test_a_text_contains_each_of_its_own_stems(text):
    stems = frozenset(content_stems(text))

    assert all(contains_word(stems, stem_) for stem_ in stems)
