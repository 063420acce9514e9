"""Networks that judge a claim by a text: the shipped one, or any cross-encoder of sentence-transformers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from qa.checker import Judgement
from qa.errors import ModelMissing, VerifierError


class ClaimModel(Protocol):
    """Judges pairs of a claim and a text; `qa.checker.Checker` is one."""

    @property
    def name(self) -> str: ...

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Return one result a pair, in the order given."""
        ...


class CrossEncoderModel:
    """A cross-encoder of sentence-transformers, from a folder or the hub: three labels, or one score.

    Args:
        path: a folder, or a name on the hub. The text is its first input and the claim its second, as in all models of
            natural language inference.

    Raises:
        ModelMissing: it cannot be loaded.
        VerifierError: its labels are neither one nor those of natural language inference.
    """

    def __init__(self, path: str, *, batch: int = 16) -> None:
        from sentence_transformers import CrossEncoder

        try:
            self._model: Any = CrossEncoder(path, device="cpu")
        except (OSError, ValueError) as error:
            raise ModelMissing(
                f"the cross-encoder {path} cannot be loaded ({error}); give a folder or a hub name"
            ) from error
        self.name = path
        self._batch = batch
        self._places = label_places(self._model.model.config.id2label)

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Return one result a pair, in the order given; no faults, since such a model says nothing of single words."""
        import numpy as np

        if not pairs:
            return []
        inputs = [(text, claim) for claim, text in pairs]
        if self._places is None:
            scores = np.asarray(self._model.predict(inputs, batch_size=self._batch)).reshape(-1)
            return [Judgement(supported=float(s), contradicted=0.0, not_enough=1.0 - float(s)) for s in scores]
        chances = np.asarray(self._model.predict(inputs, batch_size=self._batch, apply_softmax=True))
        supported, contradicted, not_enough = (chances[:, place] for place in self._places)
        return [
            Judgement(supported=float(s), contradicted=float(c), not_enough=float(n))
            for s, c, n in zip(supported, contradicted, not_enough, strict=True)
        ]


_NAMES = (
    ("entailment", "entail", "supported", "supports"),
    ("contradiction", "contradict", "contradicted", "refutes"),
    ("neutral", "not_enough", "not enough info", "nei"),
)


def label_places(labels: Mapping[int, str]) -> tuple[int, int, int] | None:
    """Return where supported, contradicted and not enough stand among a model's labels; None where there is one score.

    Raises:
        VerifierError: they are others.
    """
    if len(labels) == 1:
        return None
    by_name = {str(name).lower(): int(place) for place, name in labels.items()}
    found = [next((by_name[name] for name in names if name in by_name), None) for names in _NAMES]
    if None in found or len(by_name) != len(_NAMES):
        raise VerifierError(
            f"a cross-encoder with the labels {', '.join(labels.values())} cannot check claims; expected entailment, "
            "contradiction and neutral, or one score"
        )
    supported, contradicted, not_enough = found
    assert supported is not None
    assert contradicted is not None
    assert not_enough is not None
    return supported, contradicted, not_enough
