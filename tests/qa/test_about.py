"""Whether a sentence is about whom the question is about."""

import pytest

from qa.about import is_of_longer_name
from qa.analysis import analyse
from tests.qa.stored import article

OF_NORLAND = "The Tarn Motor Company of Norland was founded in 1904."


@pytest.mark.parametrize(
    ("text", "rest", "other", "is_longer"),
    [
        (OF_NORLAND, "It grew.", "The Tarn Motor Company sold cars.", True),
        (OF_NORLAND, "It grew.", "Nobody knows the firm.", False),
        (OF_NORLAND, "The Tarn Motor Company grew.", "The Tarn Motor Company sold cars.", False),
        ("The Tarn Motor Company was founded in 1903.", "It grew.", OF_NORLAND, False),
        ("The Tarn Motor Company of his youth was small.", "It grew.", "The Tarn Motor Company sold cars.", False),
    ],
)
def test_a_longer_name_is_anothers_where_another_article_knows_the_short_one(text, rest, other, is_longer):
    own, second = article(1, f"{text} {rest}"), article(2, other)
    profile = analyse("When was the Tarn Motor Company founded?")
    assert is_of_longer_name(profile, text, own, [own, second]) is is_longer
