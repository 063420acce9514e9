"""Both ways between our `LanguageModel` and llama-index's `LLM`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    ChatResponseGen,
    CompletionResponse,
    CompletionResponseGen,
    LLMMetadata,
    MessageRole,
)
from llama_index.core.llms import CustomLLM
from llama_index.core.llms.callbacks import llm_chat_callback, llm_completion_callback
from pydantic import PrivateAttr

from qa.engine import CONTEXT_TOKENS, DEFAULT_SEED, LanguageModel, Prompt, guessed_tokens
from qa.errors import ModelUnreachable
from qa.types import Turn

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

_SYSTEM = "You are a helpful assistant."


class OnrecordLLM(CustomLLM):
    """One of our models as a llama-index `LLM`, for use in anything llama-index builds."""

    max_tokens: int = 512
    context_window: int = CONTEXT_TOKENS
    _model: LanguageModel = PrivateAttr()

    def __init__(self, model: LanguageModel, **fields: Any) -> None:
        super().__init__(**fields)
        self._model = model

    @classmethod
    def class_name(cls) -> str:
        return "OnrecordLLM"

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(
            model_name=self._model.name,
            context_window=self.context_window,
            num_output=self.max_tokens,
            is_chat_model=True,
        )

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        return CompletionResponse(text="".join(self._write([_user(prompt)], kwargs)))

    @llm_completion_callback()
    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        def responses() -> CompletionResponseGen:
            text = ""
            for piece in self._write([_user(prompt)], kwargs):
                text += piece
                yield CompletionResponse(text=text, delta=piece)

        return responses()

    @llm_chat_callback()
    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        return ChatResponse(message=_assistant("".join(self._write(messages, kwargs))))

    @llm_chat_callback()
    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseGen:
        def responses() -> ChatResponseGen:
            text = ""
            for piece in self._write(messages, kwargs):
                text += piece
                yield ChatResponse(message=_assistant(text), delta=piece)

        return responses()

    def _write(self, messages: Sequence[ChatMessage], options: dict[str, Any]) -> Iterator[str]:
        return self._model.stream(
            _prompt_of(messages),
            max_tokens=int(options.get("max_tokens") or self.max_tokens),
            grammar=options.get("grammar"),
            temperature=float(options.get("temperature") or 0.0),
        )


class LlamaIndexModel:
    """Any llama-index `LLM` as one of our models. Grammars are left aside; the model's own tokeniser is not known."""

    def __init__(self, llm: LLM) -> None:
        self._llm = llm

    @property
    def name(self) -> str:
        return self._llm.metadata.model_name

    def count_tokens(self, text: str) -> int:
        return guessed_tokens(text)

    def warm(self, prefix: Prompt) -> None:
        """Do nothing: llama-index knows no cache of prefixes."""

    def stream(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        grammar: str | None = None,
        temperature: float = 0.0,
        seed: int = DEFAULT_SEED,
    ) -> Iterator[str]:
        messages = [ChatMessage(role=MessageRole.SYSTEM, content=prompt.system)]
        messages += [ChatMessage(role=MessageRole(turn.role), content=turn.content) for turn in prompt.turns]
        try:
            for response in self._llm.stream_chat(messages, max_tokens=max_tokens, temperature=temperature):
                if response.delta:
                    yield response.delta
        except (OSError, RuntimeError, ValueError) as error:  # each integration raises its own
            reason = " ".join(str(error).split())[:300]
            raise ModelUnreachable(f"{self.name} did not answer ({reason}); check that model's set-up") from error

    def close(self) -> None:
        """Do nothing: the model belongs to the caller."""


def _prompt_of(messages: Sequence[ChatMessage]) -> Prompt:
    """Return llama-index's messages as a prompt: every system message goes to the front, tools' words to the user."""
    system = "\n".join(message.content or "" for message in messages if message.role == MessageRole.SYSTEM)
    turns = tuple(
        Turn(role="assistant" if message.role == MessageRole.ASSISTANT else "user", content=message.content or "")
        for message in messages
        if message.role != MessageRole.SYSTEM
    )
    return Prompt(system=system or _SYSTEM, turns=turns)


def _user(text: str) -> ChatMessage:
    return ChatMessage(role=MessageRole.USER, content=text)


def _assistant(text: str) -> ChatMessage:
    return ChatMessage(role=MessageRole.ASSISTANT, content=text)
