"""The language models to choose from, and the one that writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Index
from index.embed import HashingEmbedder
from index.index import PassageInput
from qa.choices import usable_models
from qa.engine import QUOTES_ONLY, QuotesOnly, model_name, open_model
from qa.errors import ModelMissing
from qa.pipeline import Assistant


def without_packages() -> tuple[()]:
    raise ModelMissing("part 1 is not installed")


def test_those_that_are_named_come_first_then_what_is_installed_then_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other.gguf").write_bytes(b"GGUF")
    monkeypatch.setattr("qa.choices.language_model_parts", tuple)
    named = ["http://127.0.0.1:8000/v1/#qwen", "/models/other.gguf", "hf:a/b/c.gguf"]
    choices = usable_models(named, cache=tmp_path)
    assert [choice.spec for choice in choices] == [*named, None, str(tmp_path / "other.gguf"), "none"]
    names = [choice.name for choice in choices]
    assert names[:3] == ["qwen at http://127.0.0.1:8000/v1", "other.gguf", "hf:a/b/c.gguf"]
    assert len(set(names)) == len(names)


def test_the_packaged_model_is_no_choice_where_its_packages_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.choices.language_model_parts", without_packages)
    assert [choice.spec for choice in usable_models(cache=tmp_path)] == [QUOTES_ONLY]


def test_a_model_is_called_as_its_answers_call_it(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    for spec in (str(tmp_path / "m.gguf"), "http://127.0.0.1:8000/v1/#qwen", "http://127.0.0.1:8000/v1", "none"):
        assert open_model(spec, cache=tmp_path).name == model_name(spec)


@pytest.mark.model
def test_without_a_model_the_best_sentence_is_quoted_and_the_answer_says_so() -> None:
    words = "The Maid of Hethe was built in 1994 and is licensed to carry 180 passengers."
    passages = [PassageInput(source="ferry.txt", text=words)]
    with Index.of_passages(passages, embedder=HashingEmbedder()) as documents:
        answer = Assistant(documents, model=open_model("none")).ask("How many passengers may the Maid of Hethe carry?")
    assert answer.text == f"{words} [1]"
    assert answer.model == QuotesOnly.name
    assert answer.rejected == ()
