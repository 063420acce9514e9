"""Damaged and hostile files end as text or as one line; what `benchmarks/fuzz.py` found is kept here."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.fuzz import mutated, outcome, seeds
from index.errors import LoadError
from index.load import load_bytes

SEEDS = seeds()
OTHERS = [data for _, data in SEEDS]
NESTED_MAIL = b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(3000)
)
FORWARDED_MAIL = b"From: a\nSubject: x\n" + b"Content-Type: message/rfc822\n\nFrom: b\n" * 3000 + b"\nhello"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SEEDS), st.integers(0, 2**32))
def test_a_good_file_that_was_damaged_becomes_text_or_one_line(seed: tuple[str, bytes], number: int) -> None:
    suffix, data = seed
    damaged = mutated(data, random.Random(number), OTHERS)
    assert outcome(suffix, damaged[:20_000]) in ("text", "reason")


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted({suffix for suffix, _ in SEEDS})), st.binary(max_size=300))
def test_any_bytes_become_text_or_one_line_whatever_the_suffix(suffix: str, data: bytes) -> None:
    assert outcome(suffix, data) in ("text", "reason")


@pytest.mark.parametrize(
    ("suffix", "data", "expected"),
    [
        (".json", b"[" * 100_000 + b"]" * 100_000, "nests too deeply"),
        (".json", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nests too deeply"),
        (".json", b'{"a": ' + b"9" * 5000 + b"}", "a number of thousands of digits"),
        (".jsonl", b'{"a": ' + b"9" * 5000 + b'}\n{"b": 1}', "a number of thousands of digits"),
        (".eml", b"From: a\nSubject: x\n" + NESTED_MAIL + b"Content-Type: text/plain\n\nhello", "nests its parts"),
        (".eml", FORWARDED_MAIL, "nests its parts"),
        (".eml", b"From: " + b"(" * 20_000 + b"\n\nhello", "nests its parts"),
        (".csv", b"h" * 40_000 + b",b\n" + b"1,2\n" * 1500, "the limit is 50 million"),
        (".html", b"<html><body>" + b"<div>" * 50_000 + b"words words words", "shows no text"),
        (".html", b"<table><tr><td>" * 5000 + b"words", "shows no text"),
    ],
)
def test_a_file_made_to_do_harm_is_refused_with_its_reason(suffix: str, data: bytes, expected: str) -> None:
    with pytest.raises(LoadError, match=expected) as caught:
        load_bytes(data, source=f"a{suffix}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (b"<p>One\x01 <b>two</b> <script>x</script>\x0b three&#1;<script>y</script>&#x1F; four</p>" + b" and more" * 50,
         "One two three four and more"),
        (b"<p>Tab&#9;and line&#10;feed and &#160;blank</p>", "Tab and line feed and blank"),
        (b"<article><p published: 1>The council voted on Monday.</p></article>", "The council voted on Monday."),
        (b'<script type="application/ld+json">{"a": ' + b"9" * 5000 + b"}</script><p>The pier burned.</p>",
         "The pier burned."),
        (b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><p>The pier &a; burned.</p>", "The pier &a; burned."),
    ],
    ids=["control characters", "blanks", "attribute names", "number in metadata", "external entity"],
)  # fmt: skip
def test_a_page_with_what_xml_does_not_allow_is_read(markup: bytes, expected: str) -> None:
    assert expected in " ".join(load_bytes(markup, source="a.html").text.split())
