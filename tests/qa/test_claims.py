"""The model's draft becomes claims."""

import pytest

from qa.claims import is_refusal, parse_claims


def parsed(reply, known=(1, 2, 3)):
    return [(draft.text, draft.markers) for draft in parse_claims(reply, known=known)]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("The mill burned [1].", [("The mill burned.", (1,))]),
        ("The mill burned. [1]", [("The mill burned.", (1,))]),
        ("The mill burned [1][2].", [("The mill burned.", (1, 2))]),
        ("The mill burned [1]. It was old [2].", [("The mill burned.", (1,)), ("It was old.", (2,))]),
        ("The mill [1] burned.", [("The mill burned.", (1,))]),
        ("The mill burned.", [("The mill burned.", ())]),
        ("Yes, the mill burned [1].", [("The mill burned.", (1,))]),
        ("the mill burned [1]", [("The mill burned.", (1,))]),
        ("The U.S. envoy left [2].", [("The U.S. envoy left.", (2,))]),
        ("The mill burned [9].", [("The mill burned.", ())]),
        ("The mill burned. [1].", [("The mill burned.", (1,))]),
        ("", []),
        ("The documents do not say.", []),
    ],
)
def test_a_reply_is_split_into_sentences_with_their_markers(reply, expected):
    assert parsed(reply) == expected


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "  ",
        "The documents do not say.",
        "The evidence does not mention it.",
        "There is no information about this in the sources.",
    ],
)
def test_a_reply_that_gives_up_is_a_refusal(reply):
    assert is_refusal(reply)


def test_a_source_that_does_not_know_is_not_a_refusal():
    assert not is_refusal("The police have not said how many people were hurt [1].")
