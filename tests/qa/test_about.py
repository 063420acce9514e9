"""Whether a sentence is about whom the question is about."""

import pytest

from qa.about import is_of_longer_name
from qa.analysis import analyse


@pytest.mark.parametrize(
    ("text", "others", "is_longer"),
    [
        ("The Tarn Motor Company of Norland was founded in 1904.", ["The Tarn Motor Company sold cars."], True),
        ("The Tarn Motor Company of Norland was founded in 1904.", ["Nobody knows the firm."], False),
        ("The Tarn Motor Company was founded in 1903.", ["The Tarn Motor Company of Norland is its daughter."], False),
        ("The Tarn Motor Company, unlike the Tarn Motor Company of Norland, is old.", ["Tarn Motor Company"], False),
        ("The Tarn Motor Company of his youth was small.", ["The Tarn Motor Company sold cars."], False),
    ],
)
def test_a_longer_name_is_anothers_where_the_documents_know_both(text, others, is_longer):
    assert is_of_longer_name(analyse("When was the Tarn Motor Company founded?"), text, others) is is_longer
