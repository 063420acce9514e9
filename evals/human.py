"""Sets in which people said whether a text supports a claim: what a judge is measured on.

Every set becomes rows of one shape. What people graded more finely is folded to two: the evidence supports the whole
claim, or it does not. `qnli_dev` is not read: its pairs say whether a sentence answers a question, and a question can
support nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from evals.errors import DataMissing, JudgeError, SuiteError
from evals.fingerprints import digest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A claim, a text, and whether people say that the text supports the claim."""

    id: str
    set: str
    claim: str  # one sentence or more
    evidence: str
    question: str | None
    supported: bool
    cluster: str  # what rows share, such as their article: they are resampled together
    pair: str | None = None  # rows of one pair say the same but for an edit that makes one of them false


Reader = Callable[[str, int, dict[str, Any]], Iterator[Labelled]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSet:
    """A set of human labels: its file below the folder of the data, and how a line of it is read."""

    name: str
    family: str
    file: str
    read: Reader


def read_set(label_set: LabelSet, data: Path) -> list[Labelled]:
    """Return the rows of a set in file order.

    Args:
        data: the folder that holds the sets, or the one that holds `evals/` with them.

    Raises:
        DataMissing: its file is in neither.
        SuiteError: a line is not in the set's shape.
    """
    path = _path_of(label_set, data)
    rows: dict[str, Labelled] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found = list(label_set.read(label_set.name, number, json.loads(line)))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            reason = f"{type(error).__name__}: {error}".splitlines()[0]
            raise SuiteError(
                f"{path}, line {number}: not a row of {label_set.name} ({reason}); fetch the file again"
            ) from error
        for row in found:
            rows.setdefault(row.id, row)
    return list(rows.values())


def _path_of(label_set: LabelSet, data: Path) -> Path:
    for folder in (data / "evals", data):
        if (folder / label_set.file).is_file():
            return folder / label_set.file
    raise DataMissing(
        f"{label_set.file} is not below {data}; give the folder of the labelled sets as --data, "
        f"or name the sets that you have with --sets ({', '.join(SETS)})"
    )


def sets_named(names: Sequence[str] | None) -> list[LabelSet]:
    """Return the sets of these names or families, in the order of `SETS`; None gives all.

    Raises:
        JudgeError: there is no such set.
    """
    if names is None:
        return list(SETS.values())
    known = set(SETS) | {each.family for each in SETS.values()}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise JudgeError(f"there is no set {unknown[0]!r} of human labels; expected one of {', '.join(sorted(known))}")
    return [each for each in SETS.values() if each.name in names or each.family in names]


def sample(rows: Sequence[Labelled], limit: int | None) -> list[Labelled]:
    """Return a fixed sample in file order: the rows whose cluster's SHA-256 is smallest, so clusters stay together.

    The last cluster may be cut, by the hashes of its rows.
    """
    if limit is None or limit >= len(rows):
        return list(rows)
    order = sorted(rows, key=lambda row: (_hash(row.set, row.cluster), _hash(row.set, row.id)))
    kept = {row.id for row in order[:limit]}
    return [row for row in rows if row.id in kept]


def in_first_half(row: Labelled) -> bool:
    """Tell in which of two halves, split by the hash of its cluster, a row lies."""
    return _hash("half", f"{row.set}\0{row.cluster}")[0] < 128


def _hash(name: str, text: str) -> bytes:
    return sha256(f"{name}\0{text}".encode()).digest()


# --- the sets ---------------------------------------------------------------------------------------------------------


def _attributionbench(name: str, number: int, line: dict[str, Any]) -> Iterator[Labelled]:
    """AttributionBench (Li et al. 2024): is a sentence of an answer attributable to the references it cites."""
    yield Labelled(
        id=str(line["id"]),
        set=name,
        claim=_text(line["claim"]),
        evidence="\n\n".join(line["references"]),
        question=line["question"] or None,
        supported=_one_of(line["attribution_label"], {"attributable": True, "not attributable": False}),
        cluster=_cluster(line["question"]),
    )


def _wice(name: str, number: int, line: dict[str, Any]) -> Iterator[Labelled]:
    """WiCE (Kamoi et al. 2023): a sentence of Wikipedia and the part of the cited page that bears on it."""
    labels = {"supported": True, "partially supported": False, "not supported": False}
    yield Labelled(
        id=str(number),
        set=name,
        claim=_text(line["claim"]),
        evidence="\n".join(line["evidence"]),
        question=None,
        supported=_one_of(line["label"], labels),
        cluster=str(line["meta"]["id"]),
    )


def _qags(name: str, number: int, line: dict[str, Any]) -> Iterator[Labelled]:
    """QAGS (Wang et al. 2020): sentences of summaries; the majority of the workers says yes."""
    cluster = _cluster(line["article"])
    for index, sentence in enumerate(line["summary_sentences"]):
        votes = [_one_of(given["response"], {"yes": True, "no": False}) for given in sentence["responses"]]
        yield Labelled(
            id=f"{number}.{index}",
            set=name,
            claim=_text(sentence["sentence"]),
            evidence=line["article"],
            question=None,
            supported=2 * sum(votes) > len(votes),
            cluster=cluster,
        )


def _summedits(name: str, number: int, line: dict[str, Any]) -> Iterator[Labelled]:
    """SummEdits (Laban et al. 2023): summaries and edits of them; label 1 is consistent with the document."""
    yield Labelled(
        id=str(line["id"]),
        set=name,
        claim=_text(line["summary"]),
        evidence=line["doc"],
        question=None,
        supported=_one_of(str(line["label"]), {"1": True, "0": False}),
        cluster=_cluster(line["doc"]),
    )


def _bump(name: str, number: int, line: dict[str, Any]) -> Iterator[Labelled]:
    """BUMP (Ma et al. 2023): a summary and a copy with one planted error. One summary has several such copies."""
    cluster = str(line["article_id"])
    pair = _cluster(f"{cluster}\0{line['reference_summary']}")
    for id_, summary, supported in (
        (pair, line["reference_summary"], True),
        (str(line["id"]), line["edited_summary"], False),
    ):
        yield Labelled(
            id=id_,
            set=name,
            claim=_text(summary),
            evidence=line["article"],
            question=None,
            supported=supported,
            cluster=cluster,
            pair=pair,
        )


def _nli(name: str, number: int, line: dict[str, Any]) -> Iterator[Labelled]:
    """Pairs of premise and hypothesis, however they spell the label: entailment against all else."""
    yield Labelled(
        id=str(number),
        set=name,
        claim=_text(line["hypothesis"]),
        evidence=_text(line["premise"]),
        question=None,
        supported=_one_of(str(line["label"]), _NLI_LABELS),
        cluster=_cluster(line["premise"]),
    )


_NLI_LABELS = {
    **dict.fromkeys(("e", "entailment", "entails", "entailed"), True),
    **dict.fromkeys(("n", "neutral", "c", "contradiction", "contradicts", "not entailment", "non entailment"), False),
}


def _one_of(label: str, labels: dict[str, bool]) -> bool:
    known = labels.get(re.sub(r"[\s_-]+", " ", label.lower()).strip())
    if known is None:
        raise ValueError(f"the label {label!r} is none of {', '.join(labels)}")
    return known


def _text(value: str) -> str:
    text = " ".join(value.split())
    if not text:
        raise ValueError("a text is empty")
    return text


def _cluster(text: str) -> str:
    return digest_of(" ".join(text.split()).encode())


SETS: dict[str, LabelSet] = {
    label_set.name: label_set
    for label_set in (
        LabelSet(
            name="attributionbench-dev",
            family="attributionbench",
            file="attributionbench/dev.jsonl",
            read=_attributionbench,
        ),
        LabelSet(
            name="attributionbench-ood",
            family="attributionbench",
            file="attributionbench/ood.jsonl",
            read=_attributionbench,
        ),
        LabelSet(name="wice", family="wice", file="wice/claims.jsonl", read=_wice),
        LabelSet(name="qags-cnndm", family="qags", file="qags/cnndm.jsonl", read=_qags),
        LabelSet(name="summedits-news", family="summedits", file="summedits/news.jsonl", read=_summedits),
        LabelSet(name="bump", family="bump", file="bump/pairs.jsonl", read=_bump),
        LabelSet(name="anli-r1", family="nli", file="nli/anli_r1_dev.jsonl", read=_nli),
        LabelSet(name="anli-r2", family="nli", file="nli/anli_r2_dev.jsonl", read=_nli),
        LabelSet(name="anli-r3", family="nli", file="nli/anli_r3_dev.jsonl", read=_nli),
        LabelSet(name="mnli", family="nli", file="nli/mnli_dev.jsonl", read=_nli),
        LabelSet(name="rte", family="nli", file="nli/rte_dev.jsonl", read=_nli),
        LabelSet(name="scitail", family="nli", file="nli/scitail_dev.jsonl", read=_nli),
        LabelSet(name="snli", family="nli", file="nli/snli_dev.jsonl", read=_nli),
    )
}
