"""How probably a text answers a question, and with which of its words: what chooses evidence and decides abstention."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from index.errors import WeightsError
from index.weights import EMBEDDER
from qa.errors import ModelCorrupt, ModelMissing
from qa.words import content_stems

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

WEIGHTS = Path(__file__).parent / "weights"
MAX_ANSWER_TOKENS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """What a ranker says of one text. Probabilities are in [0, 1]."""

    probability: float  # that the text answers the question
    answer_start: int | None = None  # the likeliest answer is text[answer_start:answer_end]; None: not looked for
    answer_end: int | None = None
    answer_text: str | None = None
    span_probability: float | None = None  # that just these words are the answer, if the text answers at all


class Ranker(Protocol):
    """Scores texts against a question."""

    @property
    def name(self) -> str: ...

    def score(self, question: str, texts: Sequence[str]) -> list[Ranked]:
        """Return one result a text, in the order given; a text's result does not depend on the others."""
        ...


class WordOverlapRanker:
    """The share of the question's content words that a text holds: no weights, a fake for tests and a baseline."""

    name = "word-overlap"

    def score(self, question: str, texts: Sequence[str]) -> list[Ranked]:
        asked = set(content_stems(question))
        shares = (len(asked & set(content_stems(text))) / max(len(asked), 1) for text in texts)
        return [Ranked(probability=share) for share in shares]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankerCard:
    """What `ranker.json` says of the weights beside it."""

    name: str
    sha256: str
    max_tokens: int
    slope: float  # probability = sigmoid(slope * logit + offset)
    offset: float

    @classmethod
    def read(cls, path: Path) -> RankerCard:
        """Return the card.

        Raises:
            ModelMissing: there is none.
            ModelCorrupt: it is not in its shape.
        """
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            calibration = raw["calibration"]
            return cls(
                name=raw["name"],
                sha256=raw["sha256"],
                max_tokens=raw["max_tokens"],
                slope=calibration["slope"],
                offset=calibration["offset"],
            )
        except FileNotFoundError as error:
            raise ModelMissing(f"the ranker's card {path} is missing; install onrecord again") from error
        except (ValueError, KeyError, TypeError) as error:
            raise ModelCorrupt(f"the ranker's card {path} is damaged ({error}); install onrecord again") from error


class OnnxRanker:
    """The shipped cross-encoder, int8, on the CPU.

    Texts are read one by one on `threads` threads: an int8 network picks its scales from what it is given at once, so
    a batch would make a text's result depend on the others (and short texts would pay for the longest).

    Args:
        folder: holds `ranker.onnx` and `ranker.json`; None: the ones in the package.
        tokenizer: a `tokenizer.json`; None: the packaged embedder's.

    Raises:
        ModelMissing: weights, card or tokenizer are not there.
        ModelCorrupt: the weights are not the ones of the card.
    """

    def __init__(self, folder: Path | None = None, *, tokenizer: Path | None = None, threads: int = 2) -> None:
        folder = folder or WEIGHTS
        self.card = RankerCard.read(folder / "ranker.json")
        self.name = self.card.name
        self._session = _session(_checked_weights(folder / "ranker.onnx", self.card.sha256))
        self._tokenizer = _open_tokenizer(tokenizer or packaged_tokenizer(), self.card.max_tokens)
        self._threads = threads

    def score(self, question: str, texts: Sequence[str]) -> list[Ranked]:
        """Return one result a text, in the order given; of a text longer than the card's tokens the head is read."""
        encodings = self._tokenizer.encode_batch([(question, text) for text in texts])
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self._ranked, encodings, texts))

    def _ranked(self, encoding: Any, text: str) -> Ranked:
        import numpy as np

        feed = {"ids": encoding.ids, "types": encoding.type_ids, "mask": encoding.attention_mask}
        arrays = {name: np.array([values], dtype=np.int64) for name, values in feed.items()}
        logit, starts, ends = self._session.run(None, arrays)
        probability = 1.0 / (1.0 + exp(-(self.card.slope * float(logit[0]) + self.card.offset)))
        inside = [n for n, part in enumerate(encoding.sequence_ids) if part == 1]
        if not inside:
            return Ranked(probability=probability)
        first, last, certainty = best_span(starts[0][inside], ends[0][inside])
        start, end = encoding.offsets[inside[first]][0], encoding.offsets[inside[last]][1]
        return Ranked(
            probability=probability,
            answer_start=start,
            answer_end=end,
            answer_text=text[start:end],
            span_probability=certainty,
        )


def best_span(starts: FloatArray, ends: FloatArray) -> tuple[int, int, float]:
    """Return the likeliest (first, last, probability), last inclusive and at most MAX_ANSWER_TOKENS wide.

    Args:
        starts, ends: logits of the evidence's tokens; the probability is the product of their softmaxes.
    """
    import numpy as np

    joined = np.outer(_softmax(starts), _softmax(ends))
    allowed = np.triu(joined) - np.triu(joined, MAX_ANSWER_TOKENS)
    first, last = np.unravel_index(int(allowed.argmax()), allowed.shape)
    return int(first), int(last), float(allowed[first, last])


def _softmax(logits: FloatArray) -> FloatArray:
    import numpy as np

    values = np.exp(logits.astype(np.float64) - logits.max())
    return np.asarray(values / values.sum())


@cache
def default_ranker() -> Ranker:
    """Return the ranker of the package, opened once."""
    return OnnxRanker()


def packaged_tokenizer() -> Path:
    """Return the packaged embedder's tokenizer file; none of the package's code is run.

    Raises:
        ModelMissing: the package is not installed.
    """
    try:
        return EMBEDDER.path() / "tokenizer.json"  # the ranker was trained with the embedder's vocabulary
    except WeightsError as error:
        raise ModelMissing(f"the ranker's tokenizer is missing: {error}") from error


def _checked_weights(path: Path, expected: str) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelMissing(f"the ranker's weights {path} are missing; install onrecord again") from error
    found = sha256(content).hexdigest()
    if found != expected:
        raise ModelCorrupt(
            f"the ranker's weights {path} have SHA-256 {found[:12]}…, not {expected[:12]}…; install onrecord again"
        )
    return content


def _session(weights: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the texts run side by side instead
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


def _open_tokenizer(path: Path, max_tokens: int) -> Any:
    from tokenizers import Tokenizer

    if not path.is_file():
        raise ModelMissing(f"the ranker's tokenizer {path} is missing; install onrecord again")
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(max_tokens, strategy="longest_first")
    tokenizer.no_padding()
    return tokenizer
