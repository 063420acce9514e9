"""The shipped cross-encoder: it reads texts for an answer and judges claims by texts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from math import exp, log
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import WeightsError
from index.weights import EMBEDDER
from qa.errors import ModelCorrupt, ModelMissing, VerifierError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

WEIGHTS = Path(__file__).parent / "weights"
NAME = "checker"  # the file names of its weights, card and tokenizer begin with it
MAX_ANSWER_TOKENS = 24
SUREST = 1e-3
READ_OUTPUTS = ("logit", "starts", "ends")
JUDGE_OUTPUTS = ("verdicts", "faults")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a text gives as the answer to a question. Probabilities are in [0, 1]."""

    probability: float  # that the text answers
    start: int | None = None  # the likeliest answer is text[start:end]; None: the text holds no word
    end: int | None = None
    span_probability: float | None = None  # that just these words are the answer, if the text answers at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a text makes of a claim. Probabilities are in [0, 1]; the first three sum to 1."""

    supported: float
    contradicted: float
    not_enough: float
    faults: tuple[tuple[int, int, float], ...] = ()  # (start, end, probability) of each word of the claim: unsupported

    @property
    def worst_fault(self) -> float:
        return max((probability for _, _, probability in self.faults), default=0.0)


@contextmanager
def reading_card(path: Path) -> Iterator[Any]:
    """Give what a card holds; what is not in its shape becomes an error that says what to do.

    Raises:
        ModelMissing: there is no card.
        ModelCorrupt: it is not in the shape that the reader expects.
    """
    try:
        yield json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelMissing(f"the checker's card {path} is missing; install onrecord again") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelCorrupt(f"the checker's card {path} is damaged ({error}); install onrecord again") from error


def log_odds(probability: float) -> float:
    """Return the log-odds of a probability, bounded so that no single figure outweighs all others."""
    bounded = min(max(probability, SUREST), 1.0 - SUREST)
    return log(bounded / (1.0 - bounded))


def logistic(total: float) -> float:
    """Return the probability of log-odds."""
    return 1.0 / (1.0 + exp(-max(min(total, 30.0), -30.0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """A logistic over features by name: probability = sigmoid(intercept + weights * features)."""

    intercept: float
    weights: Mapping[str, float]

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the probability; features without a weight say nothing."""
        total = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return logistic(total)


def logistic_fields(raw: Mapping[str, Any], known: Sequence[str], path: Path) -> dict[str, Any]:
    """Return the fields of a `Logistic` from a card's section.

    Raises:
        ModelCorrupt: a weight is of a feature that is not known.
    """
    unknown = [name for name in raw["weights"] if name not in known]
    if unknown:
        raise ModelCorrupt(
            f"the checker's card {path} weighs {unknown[0]!r}, which is not known; install onrecord again"
        )
    weights = {name: float(weight) for name, weight in raw["weights"].items()}
    return {"intercept": float(raw["intercept"]), "weights": weights}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckerCard:
    """What `checker.json` says of the weights beside it."""

    name: str
    sha256: str
    max_tokens: int
    reading: tuple[float, float] | None  # probability = sigmoid(first * logit + second); None: it only judges claims

    @classmethod
    def read(cls, path: Path) -> CheckerCard:
        """Return the card.

        Raises:
            ModelMissing: there is none.
            ModelCorrupt: it is not in its shape.
        """
        with reading_card(path) as raw:
            reading = None
            if "calibration" in raw:
                reading = (raw["calibration"]["slope"], raw["calibration"]["offset"])
            return cls(
                name=raw["name"],
                sha256=raw["sha256"],
                max_tokens=raw["max_tokens"],
                reading=reading,
            )


class Checker:
    """A cross-encoder, int8, on the CPU.

    Texts are read one by one on `threads` threads: an int8 network picks its scales from what it is given at once, so
    a batch would make a text's result depend on the others (and short texts would pay for the longest).

    Args:
        folder: holds its weights, `checker.onnx`, and card, `checker.json`; None: the ones in the package.
        tokenizer: a `tokenizer.json`; None: `checker-tokenizer.json` in the folder, else the packaged embedder's.

    Raises:
        ModelMissing: weights, card or tokenizer are not there.
        ModelCorrupt: the weights are not the ones of the card.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        tokenizer: Path | None = None,
        threads: int = 2,
    ) -> None:
        folder = folder or WEIGHTS
        self.card = CheckerCard.read(folder / f"{NAME}.json")
        self.name = self.card.name
        self._session = _session(_checked_weights(folder / f"{NAME}.onnx", self.card.sha256))
        self._tokenizer = _open_tokenizer(tokenizer or tokenizer_of(folder), self.card.max_tokens)
        self._threads = threads

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """Return one result a text, in the order given; of a text longer than the card's tokens the head is read.

        Raises:
            VerifierError: this network only judges claims.
        """
        if self.card.reading is None:
            raise VerifierError(f"{self.name} judges claims and cannot read for answers; use the packaged checker")
        encodings = self._tokenizer.encode_batch([(question, text) for text in texts])
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(partial(self._reading, self.card.reading), encodings))

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Return one result a pair of claim and text, in the order given; a long text's head is read."""
        encodings = self._tokenizer.encode_batch(list(pairs))
        if len(encodings) == 1:
            return [self._judgement(encodings[0])]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self._judgement, encodings))

    def _reading(self, fitted: tuple[float, float], encoding: Any) -> Reading:
        logit, starts, ends = self._run(encoding, READ_OUTPUTS)
        slope, offset = fitted
        probability = logistic(slope * float(logit[0]) + offset)
        inside = [n for n, part in enumerate(encoding.sequence_ids) if part == 1]
        if not inside:
            return Reading(probability=probability)
        first, last, certainty = best_span(starts[0][inside], ends[0][inside])
        start, end = encoding.offsets[inside[first]][0], encoding.offsets[inside[last]][1]
        return Reading(probability=probability, start=start, end=end, span_probability=certainty)

    def _judgement(self, encoding: Any) -> Judgement:
        verdicts, faults = self._run(encoding, JUDGE_OUTPUTS)
        supported, contradicted, not_enough = softmax(verdicts[0])
        return Judgement(
            supported=float(supported),
            contradicted=float(contradicted),
            not_enough=float(not_enough),
            faults=_by_word(encoding, faults[0]),
        )

    def _run(self, encoding: Any, outputs: Sequence[str]) -> Any:
        import numpy as np

        feed = {"ids": encoding.ids, "types": encoding.type_ids, "mask": encoding.attention_mask}
        arrays = {name: np.array([values], dtype=np.int64) for name, values in feed.items()}
        return self._session.run(list(outputs), arrays)


def _by_word(encoding: Any, logits: FloatArray) -> tuple[tuple[int, int, float], ...]:
    """Return the claim's words with the highest fault of their pieces."""
    words: dict[int, tuple[int, int, float]] = {}
    for n, part in enumerate(encoding.sequence_ids):
        if part != 0:
            continue
        start, end = encoding.offsets[n]
        probability = logistic(float(logits[n]))
        word = encoding.word_ids[n]
        before = words.get(word, (start, end, 0.0))
        words[word] = (before[0], end, max(before[2], probability))
    return tuple(words[word] for word in sorted(words))


def best_span(starts: FloatArray, ends: FloatArray) -> tuple[int, int, float]:
    """Return the likeliest (first, last, probability), last inclusive and at most MAX_ANSWER_TOKENS wide.

    Args:
        starts, ends: logits of the evidence's tokens; the probability is the product of their softmaxes.
    """
    import numpy as np

    joined = np.outer(softmax(starts), softmax(ends))
    allowed = np.triu(joined) - np.triu(joined, MAX_ANSWER_TOKENS)
    first, last = np.unravel_index(int(allowed.argmax()), allowed.shape)
    return int(first), int(last), float(allowed[first, last])


def softmax(logits: FloatArray) -> FloatArray:
    """Return the probabilities of logits (n,)."""
    import numpy as np

    values = np.exp(logits.astype(np.float64) - logits.max())
    return np.asarray(values / values.sum())


@cache
def default_checker() -> Checker:
    """Return the network of the package, opened once."""
    return Checker()


def tokenizer_of(folder: Path) -> Path:
    """Return a network's own tokenizer file, else the packaged embedder's. Raises ModelMissing as that does."""
    own = folder / f"{NAME}-tokenizer.json"
    return own if own.is_file() else packaged_tokenizer()


def packaged_tokenizer() -> Path:
    """Return the packaged embedder's tokenizer file; none of the package's code is run.

    Raises:
        ModelMissing: the package is not installed.
    """
    try:
        return EMBEDDER.path() / "tokenizer.json"  # the checker was trained with the embedder's vocabulary
    except WeightsError as error:
        raise ModelMissing(f"the checker's tokenizer is missing: {error}") from error


def _checked_weights(path: Path, expected: str) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelMissing(f"the checker's weights {path} are missing; install onrecord again") from error
    found = sha256(content).hexdigest()
    if found != expected:
        raise ModelCorrupt(
            f"the checker's weights {path} have SHA-256 {found[:12]}…, not {expected[:12]}…; install onrecord again"
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
        raise ModelMissing(f"the checker's tokenizer {path} is missing; install onrecord again")
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(max_tokens, strategy="longest_first")
    tokenizer.no_padding()
    return tokenizer
