from typing import Any

import pytest
from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.core.llms import MockLLM

from qa.engine import LanguageModel, Prompt, ScriptedModel
from qa.errors import ModelUnreachable
from qa.llamaindex import LlamaIndexModel, OnrecordLLM
from qa.types import Turn


def test_one_of_our_models_answers_as_a_llama_index_model() -> None:
    model = ScriptedModel({"Who resigned?": "The envoy resigned."})
    llm = OnrecordLLM(model)

    assert llm.complete("Who resigned?").text == "The envoy resigned."
    assert [response.delta for response in llm.stream_complete("Who resigned?")] == ["The", " envoy", " resigned."]
    assert llm.metadata.model_name == "scripted"


def test_roles_survive_the_way_from_llama_index() -> None:
    model = ScriptedModel(["Because."])
    messages = [
        ChatMessage(role=MessageRole.SYSTEM, content="Be brief."),
        ChatMessage(role=MessageRole.USER, content="Who?"),
        ChatMessage(role=MessageRole.ASSISTANT, content="She."),
        ChatMessage(role=MessageRole.USER, content="Why?"),
    ]

    response = OnrecordLLM(model).chat(messages, max_tokens=5)

    assert response.message.content == "Because."
    assert model.prompts == [
        Prompt(
            system="Be brief.",
            turns=(
                Turn(role="user", content="Who?"),
                Turn(role="assistant", content="She."),
                Turn(role="user", content="Why?"),
            ),
        )
    ]


def test_a_llama_index_model_answers_as_one_of_ours() -> None:
    model = LlamaIndexModel(OnrecordLLM(ScriptedModel(["The envoy resigned."], name="inner")))
    prompt = Prompt(system="Be brief.", turns=(Turn(role="user", content="Who?"),))

    assert isinstance(model, LanguageModel)
    assert model.name == "inner"
    assert list(model.stream(prompt, max_tokens=9)) == ["The", " envoy", " resigned."]
    assert list(LlamaIndexModel(MockLLM(max_tokens=4)).stream(prompt, max_tokens=4))


def test_a_llama_index_model_that_fails_is_one_line() -> None:
    class Broken(MockLLM):
        def stream_chat(self, messages: Any, **kwargs: Any) -> Any:
            raise RuntimeError("no\nkey")

    with pytest.raises(ModelUnreachable, match=r"did not answer \(no key\)"):
        list(LlamaIndexModel(Broken()).stream(Prompt(system="", turns=()), max_tokens=1))
