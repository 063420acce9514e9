"""The language model behind one Protocol: in this process (llama.cpp), behind a URL, or scripted for tests.

A `Prompt` is turned into tokens here and nowhere else. The text of documents is never read as a model's control
tokens: the words of a turn are tokenised apart from the marks around it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

from index.weights import cached_sha256
from qa import config
from qa.errors import CacheError, ModelCorrupt, ModelError, ModelMissing, ModelUnreachable
from qa.types import Turn

if TYPE_CHECKING:
    import httpx

CONTEXT_TOKENS = 4096
QUOTES_ONLY = "none"  # what is named where no model is to write
DEFAULT_SEED = config.DEFAULT_SEED
_TURN_START, _TURN_END = "<|im_start|>", "<|im_end|>"
_SCHEMES = ("http://", "https://")
_GGUF_MAGIC = b"GGUF"
_KEPT_STATES = 8
_LIKELIEST = 40  # tokens whose likelihood is told
Scripted = TypeVar("Scripted")
_WORD = re.compile(r"\s*\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a model is told: how to behave, then the turns. To be answered, the last turn must be the user's."""

    system: str
    turns: tuple[Turn, ...] = ()


@runtime_checkable
class LanguageModel(Protocol):
    """Writes text after a prompt. Safe to share between threads; texts are written one at a time."""

    @property
    def name(self) -> str:
        """What an answer says it was written by."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return how many tokens of this model `text` takes."""
        ...

    def warm(self, prefix: Prompt) -> None:
        """Read `prefix` ahead of time, so that a prompt that begins like it is answered sooner.

        The last turn of `prefix` may be the beginning of a longer one.
        """
        ...

    def stream(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        grammar: str | None = None,
        temperature: float = 0.0,
        seed: int = DEFAULT_SEED,
    ) -> Iterator[str]:
        """Yield the answer piece by piece as it is written; closing the iterator stops the writing.

        Args:
            max_tokens: the answer is cut there.
            grammar: GBNF that the answer must follow; models behind a URL do not know it and leave it aside.
            temperature: 0 always writes the likeliest token.
            seed: of the draws, where the temperature is not 0.

        Raises:
            ModelError: the prompt does not fit or cannot be answered.
        """
        ...

    def close(self) -> None:
        """Give back memory and threads; may be called twice."""
        ...


def open_model(
    spec: str | None = None,
    *,
    api_key: str | None = None,
    cache: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> LanguageModel:
    """Return the model that `spec` names.

    Args:
        spec: None for the packaged model; the path of a GGUF file; `hf:organisation/repository/file.gguf`;
            the URL of an OpenAI-compatible server, with the model's name after a `#`; or "none", for quotes only.
        api_key: for a URL; None for `$ONRECORD_API_KEY`.
        cache: folder where the packaged model is put together, and where read prefixes are kept; None for
            `$ONRECORD_CACHE`, else the user's cache folder.
        progress: told, in bytes, how far the packaged model is put together; it is on the first use only.

    Raises:
        ModelError: nothing usable is there.
        CacheError: the packaged model cannot be put together in the cache folder.
    """
    if spec == QUOTES_ONLY:
        return QuotesOnly()
    if spec is not None and spec.startswith(_SCHEMES):
        url, _, model = spec.partition("#")
        return OpenAICompatibleModel(url, model or "default", api_key=api_key or config.api_key())
    cache = cache or config.cache_path()
    if spec is None:
        from qa.models import LANGUAGE_MODEL_NAME, language_model_path

        path = language_model_path(progress, cache=cache)
        return LlamaCppModel(path, name=LANGUAGE_MODEL_NAME, states=cache / "states")
    path = _from_hub(spec) if spec.startswith("hf:") else Path(spec).expanduser()
    return LlamaCppModel(path, name=spec if spec.startswith("hf:") else None, states=cache / "states")


def model_name(spec: str | None) -> str:
    """Return what the answers of the model that `spec` names say they were written by; nothing is opened."""
    if spec is None:
        from qa.models import LANGUAGE_MODEL_NAME

        return LANGUAGE_MODEL_NAME
    if spec == QUOTES_ONLY:
        return QuotesOnly.name
    if spec.startswith(_SCHEMES):
        url, _, model = spec.partition("#")
        return _served_name(url.rstrip("/"), model or "default")
    return spec if spec.startswith("hf:") else Path(spec).expanduser().name


def _from_hub(spec: str) -> Path:
    organisation, _, rest = spec.removeprefix("hf:").partition("/")
    repository, _, file = rest.partition("/")
    if not (organisation and repository and file):
        raise ModelMissing(f"{spec}: expected hf:organisation/repository/file.gguf")
    from huggingface_hub import hf_hub_download

    try:
        return Path(hf_hub_download(f"{organisation}/{repository}", file))
    except (OSError, ValueError) as error:  # the hub's own errors are both
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelMissing(
            f"{spec} is not in the hub's cache and cannot be fetched ({reason}); go online once, or give a GGUF path"
        ) from error


class LlamaCppModel:
    """A GGUF file run by llama.cpp inside this process; it is loaded when it is first used.

    The binding serves its model on a free loopback port under a key that only this object knows. Requests queue
    there, so a slow reader of one answer never holds up the next.
    """

    def __init__(
        self,
        path: Path,
        *,
        name: str | None = None,
        context_tokens: int = CONTEXT_TOKENS,
        threads: int | None = None,
        states: Path | None = None,
    ) -> None:
        """Check that `path` is a GGUF file.

        Args:
            name: what answers say they were written by; None for the file's name.
            context_tokens: prompt and answer together.
            threads: None for one a physical core.
            states: folder where the state after `warm` is kept between processes; None keeps none.

        Raises:
            ModelMissing: no file is there.
            ModelCorrupt: it is not a GGUF file.
        """
        self._path = _checked_gguf(path)
        self._name = name or path.name
        self._context_tokens = context_tokens
        self._threads = threads or physical_cores()
        self._states = states
        self._key = secrets.token_hex(16)
        self._opening = threading.Lock()
        self._http: httpx.Client | None = None
        self._closed = False
        self._stop: weakref.finalize[Any, Any] | None = None
        self._counted = lru_cache(maxsize=4096)(self._tokens_of)
        self._marks: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def fingerprint(self) -> str:
        """A hash of the weights, of the binding and of how many threads add up its sums."""
        from importlib.metadata import version

        facts = [cached_sha256(self._path), version("xllamacpp"), str(self._threads), str(self._context_tokens)]
        return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]

    def count_tokens(self, text: str) -> int:
        return len(self._counted(text))

    def warm(self, prefix: Prompt) -> None:
        tokens = self._tokens(prefix, open_end=True)
        state = self._state_name(tokens)
        if state and self._restore(state):
            return
        self._post("/completion", {**self._request(tokens, max_tokens=0), "stream": False})
        if state:
            self._save(state)

    def stream(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        grammar: str | None = None,
        temperature: float = 0.0,
        seed: int = DEFAULT_SEED,
    ) -> Iterator[str]:
        tokens = self._tokens(prompt)
        if len(tokens) + max_tokens > self._context_tokens:
            raise ModelError(
                f"{self._name}: the prompt takes {len(tokens)} tokens and the answer up to {max_tokens}, but only "
                f"{self._context_tokens} fit; show less evidence or history"
            )
        request = self._request(tokens, max_tokens=max_tokens, grammar=grammar, temperature=temperature, seed=seed)
        with _http_errors(self._name), self._client().stream("POST", "/completion", json=request) as response:
            _raise_for_status(self._name, response)
            for event in _server_sent_events(response):
                if text := event.get("content"):
                    yield text

    def yes_odds(self, prompt: Prompt) -> float:
        """Return log P("Yes") - log P("No") of the first token of the reply, however they are written.

        A reply that is not among the likeliest tokens counts as no likelier than the least likely of these.

        Raises:
            ModelError: the prompt does not fit or cannot be answered.
        """
        request = self._request(self._tokens(prompt), max_tokens=1)
        answer = self._post("/completion", {**request, "stream": False, "n_probs": _LIKELIEST})
        try:
            tokens = answer["completion_probabilities"][0]["top_logprobs"]
            likeliest = [(token["token"], float(token["logprob"])) for token in tokens]
            return _log_sum(likeliest, "yes") - _log_sum(likeliest, "no")
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise ModelError(
                f"{self._name} gave no likelihoods; use Settings(ask_model=False), or install xllamacpp again"
            ) from error

    def close(self) -> None:
        with self._opening:
            self._closed = True
            if self._http is not None:
                self._http.close()
                self._http = None
            if self._stop is not None:
                self._stop()

    def _client(self) -> httpx.Client:
        with self._opening:
            if self._closed:
                raise ModelError(f"{self._name} was closed; open the model again")
            if self._http is None:
                self._http = self._open()
            return self._http

    def _open(self) -> httpx.Client:
        import httpx
        import xllamacpp

        held = [_serve(xllamacpp, self._parameters(xllamacpp), self._path)]
        self._stop = weakref.finalize(self, held.clear)
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=0)  # a kept one may be closed at any time
        return httpx.Client(
            base_url=held[0].listening_address,
            headers={"Authorization": f"Bearer {self._key}"},
            timeout=httpx.Timeout(600.0, connect=10.0),
            limits=limits,
            trust_env=False,  # a proxy must never see loopback traffic
        )

    def _parameters(self, xllamacpp: Any) -> Any:
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(self._path)
        parameters.hostnames = ["127.0.0.1"]
        parameters.port = 0
        parameters.api_keys = [self._key]
        parameters.cors_origins = ""
        parameters.ui = False
        parameters.offline = True
        parameters.verbosity = -1
        parameters.warmup = False
        parameters.fit_params = False  # or the vocabulary is read twice
        parameters.n_gpu_layers = 0
        parameters.n_ctx = self._context_tokens
        parameters.n_parallel = 1
        parameters.n_threads_http = 32
        parameters.cache_ram_mib = 512  # earlier prompts, so that rewriting and answering keep a prefix each
        parameters.cpuparams.n_threads = self._threads
        parameters.cpuparams_batch.n_threads = self._threads
        if self._states:
            _made(self._states)
            parameters.slot_save_path = f"{self._states}{os.sep}"
        return parameters

    def _request(
        self,
        tokens: list[int],
        *,
        max_tokens: int,
        grammar: str | None = None,
        temperature: float = 0.0,
        seed: int = DEFAULT_SEED,
    ) -> dict[str, Any]:
        request: dict[str, Any] = {
            "prompt": tokens,
            "n_predict": max_tokens,
            "temperature": temperature,
            "seed": seed,
            "stop": [_TURN_END],
            "cache_prompt": True,
            "stream": True,
        }
        return request | ({"grammar": grammar} if grammar else {})

    def _tokens(self, prompt: Prompt, *, open_end: bool = False) -> list[int]:
        """Return the prompt in ChatML. The words of documents and users never become control tokens."""
        if not open_end and (not prompt.turns or prompt.turns[-1].role != "user"):
            raise ModelError("a prompt to be answered must end with a turn of the user's")
        start, end = self._control_tokens()
        line = self._counted("\n")
        tokens: list[int] = []
        for role, content in [("system", prompt.system), *((turn.role, turn.content) for turn in prompt.turns)]:
            tokens += [start, *self._counted(f"{role}\n{content}"), end, *line]
        if open_end:
            return tokens[: -1 - len(line)]
        return [*tokens, start, *self._counted("assistant\n")]

    def _control_tokens(self) -> tuple[int, int]:
        if self._marks is None:
            marks = [self._tokenize(mark, special=True) for mark in (_TURN_START, _TURN_END)]
            if any(len(mark) != 1 for mark in marks):
                raise ModelError(
                    f"{self._name} does not know {_TURN_START}; give a model that chats in ChatML (Qwen, Hermes, …), "
                    "or serve it behind an OpenAI-compatible URL"
                )
            self._marks = (marks[0][0], marks[1][0])
        return self._marks

    def _tokens_of(self, text: str) -> tuple[int, ...]:
        return self._tokenize(text, special=False)

    def _tokenize(self, text: str, *, special: bool) -> tuple[int, ...]:
        answer = self._post("/tokenize", {"content": text, "parse_special": special, "add_special": False})
        return tuple(answer["tokens"])

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        with _http_errors(self._name):
            response = self._client().post(path, json=body)
            _raise_for_status(self._name, response)
            answer: dict[str, Any] = response.json()
            return answer

    def _state_name(self, tokens: list[int]) -> str | None:
        """Return the file name of the state after `tokens`: it changes with the model's file and the binding too."""
        if self._states is None:
            return None
        from importlib.metadata import version

        facts = self._path.stat()
        key = [version("xllamacpp"), self._path.name, facts.st_size, facts.st_mtime_ns, self._context_tokens, tokens]
        return hashlib.sha256(json.dumps(key).encode()).hexdigest()[:32] + ".state"

    def _restore(self, state: str) -> bool:
        if self._states is None or not (self._states / state).is_file():
            return False
        try:
            self._post("/slots/0?action=restore", {"filename": state})
        except ModelError:  # a damaged state is only lost time: it is made anew
            (self._states / state).unlink(missing_ok=True)
            return False
        return True

    def _save(self, state: str) -> None:
        """Keep the state for the next process, written beside and renamed; a full disk is no error here."""
        if self._states is None:
            return
        beside = f"{state}.{os.getpid()}.part"
        try:
            self._post("/slots/0?action=save", {"filename": beside})
            os.replace(self._states / beside, self._states / state)
            kept = sorted(self._states.glob("*.state"), key=lambda path: path.stat().st_mtime_ns)
            for old in kept[:-_KEPT_STATES]:
                old.unlink(missing_ok=True)
        except (ModelError, OSError):
            (self._states / beside).unlink(missing_ok=True)


def _log_sum(likeliest: Sequence[tuple[str, float]], word: str) -> float:
    """Return the log of the summed probabilities of the spellings of `word` among the likeliest tokens."""
    found = [value for token, value in likeliest if token.strip().lower() == word]
    if not found:
        return min(value for _, value in likeliest)
    best = max(found)  # taken out of the sum, which would else vanish where all are tiny
    return best + log(sum(exp(value - best) for value in found))


def _serve(xllamacpp: Any, parameters: Any, path: Path) -> Any:
    try:
        return xllamacpp.Server(parameters)
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelCorrupt(
            f"{path} cannot be loaded ({error}); is it a whole GGUF file that fits in memory?"
        ) from error


def _checked_gguf(path: Path) -> Path:
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ModelMissing(f"{path}: {error.strerror or error}; give the path of a GGUF file") from error
    if magic != _GGUF_MAGIC:
        raise ModelCorrupt(f"{path} is not a GGUF file (it begins with {magic!r}); give one with --model")
    return path.resolve()


def _made(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CacheError(
            f"{folder} cannot be made ({error.strerror}); set $ONRECORD_CACHE to a folder of yours"
        ) from error


def physical_cores() -> int:
    """Return how many physical cores this process may use, at least 1; two threads on one core only get in each
    other's way."""
    usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
    siblings = set()
    for cpu in usable:
        try:
            siblings.add(Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list").read_text())
        except OSError:  # no Linux: half of the logical ones is a fair guess
            return max(1, len(usable) // 2) if len(usable) > 2 else len(usable)
    return max(1, len(siblings))


def _served_name(url: str, model: str) -> str:
    return f"{model} at {url}"


def guessed_tokens(text: str) -> int:
    """Return an upper guess: four bytes a token, and at least one a word."""
    return max(-(-len(text.encode()) // 4), len(text.split()))


class QuotesOnly:
    """No model at all: nothing is written, so that an answer is a sentence of the documents, word for word."""

    name = "quotes only, no language model"

    def count_tokens(self, text: str) -> int:
        return guessed_tokens(text)

    def warm(self, prefix: Prompt) -> None:
        """Do nothing."""

    def stream(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        grammar: str | None = None,
        temperature: float = 0.0,
        seed: int = DEFAULT_SEED,
    ) -> Iterator[str]:
        return iter(())

    def close(self) -> None:
        """Do nothing."""


class OpenAICompatibleModel:
    """A model behind `URL/chat/completions`. Grammars are left aside; tokens are counted by a rule of thumb."""

    def __init__(self, url: str, model: str, *, api_key: str | None = None, timeout_seconds: float = 120.0) -> None:
        """Args: url: up to and without `/chat/completions`, for example `http://127.0.0.1:8000/v1`."""
        import httpx

        self._url = url.rstrip("/")
        self._model = model
        self._http = httpx.Client(
            headers={"Authorization": f"Bearer {api_key}"} if api_key else {},
            timeout=httpx.Timeout(timeout_seconds, connect=10.0),
        )

    @property
    def name(self) -> str:
        return _served_name(self._url, self._model)

    def count_tokens(self, text: str) -> int:
        return guessed_tokens(text)

    def warm(self, prefix: Prompt) -> None:
        """Do nothing: what a server caches is the server's affair."""

    def stream(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        grammar: str | None = None,
        temperature: float = 0.0,
        seed: int = DEFAULT_SEED,
    ) -> Iterator[str]:
        messages = [{"role": "system", "content": prompt.system}]
        messages += [{"role": turn.role, "content": turn.content} for turn in prompt.turns]
        body = {
            "model": self._model,
            "messages": messages,
            "max_tokens": max_tokens,
            "temperature": temperature,
            "seed": seed,
            "stream": True,
        }
        with (
            _http_errors(self._url),
            self._http.stream("POST", f"{self._url}/chat/completions", json=body) as response,
        ):
            _raise_for_status(self._url, response)
            for event in _server_sent_events(response):
                for choice in event.get("choices") or ():
                    if text := (choice.get("delta") or {}).get("content"):
                        yield text

    def close(self) -> None:
        self._http.close()


@contextmanager
def _http_errors(name: str) -> Iterator[None]:
    import httpx

    try:
        yield
    except httpx.TimeoutException as error:
        raise ModelUnreachable(f"{name} did not answer in time; try again, or give another --model") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise ModelUnreachable(
            f"{name} cannot be reached ({error}); is it running, and is the address right?"
        ) from error
    except json.JSONDecodeError as error:
        raise ModelUnreachable(f"{name} answered with something else than JSON; is the address right?") from error


def _raise_for_status(name: str, response: httpx.Response) -> None:
    """Raise the server's own words in one line where it refused."""
    if response.is_success:
        return
    response.read()
    try:
        reason = _error_message(response.json())
    except ValueError:
        reason = _error_message(response.text)
    kind = (
        ModelUnreachable if response.status_code in (401, 403, 404, 429) or response.status_code >= 502 else ModelError
    )
    raise kind(f"{name} refused with status {response.status_code}: {reason}")


def _server_sent_events(response: httpx.Response) -> Iterator[dict[str, Any]]:
    for line in response.iter_lines():
        kind, _, data = line.partition(":")
        if kind not in ("data", "error") or data.strip() == "[DONE]":
            continue
        event = json.loads(data)
        if kind == "error" or "error" in event:
            raise ModelError(f"the model broke off: {_error_message(event)}")
        yield event


def _error_message(answer: Any) -> str:
    """Return what a server says went wrong, in one line, in whichever of the usual shapes it says so."""
    error = answer.get("error", answer) if isinstance(answer, dict) else answer
    message = error.get("message", error) if isinstance(error, dict) else error
    return " ".join(str(message).split())[:300]


class ScriptedModel:
    """A model for tests and examples that writes what it was told to, word by word, and keeps what it was asked.

    `replies` is either a sequence, given out in order, or a mapping from a substring of the last turn to the reply;
    the first key that occurs is taken. Tokens are words. `odds` are what it says to "yes or no", by such keys.
    """

    def __init__(
        self,
        replies: Sequence[str] | Mapping[str, str],
        *,
        name: str = "scripted",
        odds: Mapping[str, float] | None = None,
    ) -> None:
        self._replies = dict(replies) if isinstance(replies, Mapping) else list(replies)
        self._name = name
        self._odds = dict(odds or {})
        self._lock = threading.Lock()
        self.prompts: list[Prompt] = []
        self.grammars: list[str | None] = []
        self.warmed: list[Prompt] = []
        self.closed = False

    @property
    def name(self) -> str:
        return self._name

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def warm(self, prefix: Prompt) -> None:
        self.warmed.append(prefix)

    def stream(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        grammar: str | None = None,
        temperature: float = 0.0,
        seed: int = DEFAULT_SEED,
    ) -> Iterator[str]:
        with self._lock:
            self.prompts.append(prompt)
            self.grammars.append(grammar)
            reply = self._reply_to(prompt)
        words = _WORD.findall(reply)[:max_tokens]
        yield from words

    def yes_odds(self, prompt: Prompt) -> float:
        with self._lock:
            self.prompts.append(prompt)
        return _by_key(self._odds, prompt.turns[-1].content, "odds")

    def close(self) -> None:
        self.closed = True

    def _reply_to(self, prompt: Prompt) -> str:
        last = prompt.turns[-1].content if prompt.turns else ""
        if isinstance(self._replies, dict):
            return _by_key(self._replies, last, "reply")
        if not self._replies:
            raise ModelError(f"the script has no reply left for {last[-80:]!r}; give one more")
        return self._replies.pop(0)


def _by_key(scripted: Mapping[str, Scripted], last: str, what: str) -> Scripted:
    """Return the value of the first key that occurs in the last turn."""
    for key, value in scripted.items():
        if key in last:
            return value
    raise ModelError(f"the script has no {what} for {last[-80:]!r}; give one whose key occurs there")
