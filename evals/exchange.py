"""Suites and runs in the shapes of other tools, and theirs as suites.

BEIR    corpus.jsonl, queries.jsonl and qrels/test.tsv (Thakur et al. 2021, "BEIR"); a run's search as a TREC run file
RAGAS   rows of its EvaluationDataset: user_input, response, retrieved_contexts, reference, reference_contexts
CSV     the table that `evals.suites` reads
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.cases import Row, case_to_json, json_rows, kind_of, passage_to_json
from evals.errors import DataMissing, SuiteError
from evals.matching import folded, same_source, without_markers
from evals.suites import CASES_FILES, COLUMNS, SUITE_FILE
from evals.types import Case, Gate, Gold, Report, Suite
from index import PassageInput
from qa.types import Turn

PASSAGES_FILE = "passages.jsonl"
QRELS = Path("qrels") / "test.tsv"
QRELS_HEAD = ("query-id", "corpus-id", "score")
TREC_RUN = Path("results") / "run.trec"
FROM_RAGAS = (
    "Made of RAGAS rows. A reference of RAGAS is a free text, and here it must be said word for word: shorten the "
    "`answers` to the words that must be said, or read faithfulness instead of answer match."
)


# --- folders ----------------------------------------------------------------------------------------------------------


def write_suite(suite: Suite, folder: Path) -> None:
    """Write a suite as a folder that `open_suite` opens as the same suite.

    Raises:
        SuiteError: the folder holds something already.
    """
    _make_new(folder)
    lines = [f"{name} = {_quoted(value)}" for name, value in _texts_of(suite) if value]
    if suite.documents:
        places = (os.path.relpath(path.resolve(), folder.resolve()) for path in suite.documents)
        lines.append(f"corpus = {_list(Path(place).as_posix() for place in places)}")
    if suite.passages:
        lines.append(f"passages = {_quoted(PASSAGES_FILE)}")
        _write_jsonl(folder / PASSAGES_FILE, map(passage_to_json, suite.passages))
    if suite.metrics:
        lines.append(f"metrics = {_list(suite.metrics)}")
    if suite.retrieval_only:
        lines.append("retrieval_only = true")
    lines += [line for gate in suite.gates for line in _gate_lines(gate, folder)]
    (folder / SUITE_FILE).write_text("\n".join([*lines, ""]), encoding="utf-8")
    _write_jsonl(folder / CASES_FILES[0], map(case_to_json, suite.cases))


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write objects as JSONL."""
    _write_jsonl(path, rows)


def _texts_of(suite: Suite) -> tuple[tuple[str, str], ...]:
    return ("name", suite.name), ("description", suite.description), ("note", suite.note)


def _gate_lines(gate: Gate, folder: Path) -> Iterator[str]:
    yield "\n[[gates]]"
    yield f"metric = {_quoted(gate.metric)}"
    if gate.at_least is not None:
        yield f"at_least = {gate.at_least}"
    if gate.at_most is not None:
        yield f"at_most = {gate.at_most}"
    if gate.not_worse_than is not None:
        place = os.path.relpath(gate.not_worse_than.resolve(), folder.resolve())
        yield f"not_worse_than = {_quoted(Path(place).as_posix())}"
        yield f"by = {gate.by}"
        yield f"confidence = {gate.confidence}"


def _quoted(text: str) -> str:
    """Return a basic string of TOML, which JSON's strings are but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _make_new(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SuiteError(f"{folder} holds something already; give a new or an empty folder")
    folder.mkdir(parents=True, exist_ok=True)


def _write_jsonl(path: Path, rows: Iterable[Row]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


# --- BEIR -------------------------------------------------------------------------------------------------------------


def from_beir(folder: Path, *, name: str | None = None) -> Suite:
    """Return the suite of a BEIR folder, in which nothing is answered, only searched.

    Queries without a relevant document are left out, as in BEIR's own evaluation.

    Raises:
        DataMissing: one of its files is not there.
        SuiteError: a line is not in its shape.
    """
    passages = tuple(_beir_passage(row, where) for row, where in _rows_of(folder / "corpus.jsonl"))
    sources = {passage.source for passage in passages}
    gold: dict[str, list[Gold]] = {}
    for query, source, score, where in _qrels(folder / QRELS):
        if source not in sources:
            raise SuiteError(f"{where} names the document {source!r}, which is not in corpus.jsonl; take the line out")
        if score > 0:
            gold.setdefault(query, []).append(Gold(source=source, grade=score))
    queries = [
        (_field(row, "_id", where), _field(row, "text", where)) for row, where in _rows_of(folder / "queries.jsonl")
    ]
    return Suite(
        name=name or folder.resolve().name,
        cases=tuple(
            Case(id=key, question=text, expect="answer", evidence=tuple(gold[key]))
            for key, text in queries
            if key in gold
        ),
        passages=passages,
        retrieval_only=True,
    )


def to_beir(suite: Suite, folder: Path, *, report: Report | None = None) -> None:
    """Write the questions, documents and evidence of a suite as a BEIR folder, and a run's search as a TREC run file.

    A document is relevant with the highest grade of the evidence in it. What cases bring is one corpus for all; where
    two of them have different documents of one name, the case's id stands before it. White space in ids becomes "_",
    because the files of TREC part their columns by it.

    Raises:
        SuiteError: no case has evidence, or the folder holds something already.
    """
    corpus = _corpus_of(suite)
    judged = [(case, _grades(case, corpus)) for case in suite.cases]
    if not any(grades for _, grades in judged):
        raise SuiteError(f"no case of {suite.name} says where its answer stands; BEIR needs evidence to measure search")
    _make_new(folder)
    documents = ((name, {"title": passage.title or "", "text": passage.text}) for name, passage in corpus.items())
    _write_jsonl(folder / "corpus.jsonl", ({"_id": _token(source)} | row for source, row in documents))
    _write_jsonl(folder / "queries.jsonl", ({"_id": _token(case.id), "text": case.question} for case, _ in judged))
    lines = [
        "\t".join((_token(case.id), _token(source), str(grade)))
        for case, grades in judged
        for source, grade in grades.items()
    ]
    (folder / QRELS).parent.mkdir()
    (folder / QRELS).write_text("\n".join(["\t".join(QRELS_HEAD), *lines, ""]), encoding="utf-8")
    if report is not None:
        (folder / TREC_RUN).parent.mkdir()
        (folder / TREC_RUN).write_text(to_trec(report), encoding="utf-8")


def to_trec(report: Report) -> str:
    """Return what a run's searches found as a TREC run file: query, Q0, document, rank, score, name of the run.

    Several passages of one document are one line, at the rank of the best; the score is 1 / rank, for the order alone.
    """
    lines: list[str] = []
    for result in report.results:
        if result.repeat:
            continue
        best = sorted(result.asked.trace.hits, key=lambda hit: hit.rank)
        for rank, source in enumerate(dict.fromkeys(hit.source for hit in best), 1):
            lines.append(f"{_token(result.case.id)} Q0 {_token(source)} {rank} {1 / rank:.6f} onrecord\n")
    return "".join(lines)


def _corpus_of(suite: Suite) -> dict[str, PassageInput]:
    """Return all documents of a suite by name: its passages, its files as text, and what its cases bring."""
    found = {passage.source: passage for passage in (*suite.passages, *_files_as_passages(suite.documents))}
    texts = {name: {passage.text} for name, passage in found.items()}
    for case in suite.cases:
        for passage in case.passages or ():
            texts.setdefault(passage.source, set()).add(passage.text)
    for case in suite.cases:
        for passage in case.passages or ():
            name = passage.source if len(texts[passage.source]) == 1 else _own_name(case, passage.source)
            found.setdefault(name, passage)
    return found


def _own_name(case: Case, source: str) -> str:
    """Return what a document of a case is called where other cases have another one of its name."""
    return f"{case.id}/{source}"


def _files_as_passages(documents: Sequence[Path]) -> Iterator[PassageInput]:
    from index.errors import IndexingError
    from index.load import load

    for root in documents:
        files = sorted(path for path in root.rglob("*") if path.is_file()) if root.is_dir() else [root]
        for path in files:
            source = path.relative_to(root).as_posix() if root.is_dir() else path.name
            try:
                read = load(path, source=source)
            except IndexingError:
                continue  # what cannot be indexed is not in the corpus that is searched either
            yield PassageInput(source=source, text=read.text, title=read.title)


def _grades(case: Case, corpus: Mapping[str, PassageInput]) -> dict[str, int]:
    grades: dict[str, int] = {}
    for gold in case.evidence:
        name = next((name for name in (_own_name(case, gold.source), gold.source) if name in corpus), None)
        name = name or next((name for name in corpus if same_source(name, gold.source)), None)
        if name is not None:
            grades[name] = max(grades.get(name, 0), gold.grade)
    return grades


def _token(text: str) -> str:
    return re.sub(r"\s", "_", text)


def _beir_passage(row: Row, where: str) -> PassageInput:
    title = row.get("title") or None
    text = row.get("text")
    if not isinstance(text, str) or not isinstance(title, str | None):
        raise SuiteError(f'{where}: "text" is {kind_of(text)}; expected a string, and a string or nothing as "title"')
    return PassageInput(source=_field(row, "_id", where), text=text, title=title)


def _field(row: Row, name: str, where: str) -> str:
    value = row.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value:
        raise SuiteError(f'{where}: "{name}" is {kind_of(value)}; expected a string')
    return value


def _rows_of(path: Path) -> Iterator[tuple[Row, str]]:
    yield from json_rows(_text(path).split("\n"), str(path))


def _qrels(path: Path) -> Iterator[tuple[str, str, int, str]]:
    for number, line in enumerate(_text(path).split("\n"), 1):
        cells = line.rstrip("\r").split("\t")
        if not line.strip() or (number == 1 and tuple(cells) == QRELS_HEAD):
            continue
        try:
            query, source, score = cells
            yield query, source, int(score), f"{path}, line {number}"
        except ValueError as error:
            raise SuiteError(f"{path}, line {number} is not query, document and whole score, parted by tabs") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DataMissing(
            f"{path} is not there; a BEIR folder has corpus.jsonl, queries.jsonl and {QRELS.as_posix()}"
        ) from error
    except UnicodeDecodeError as error:
        raise SuiteError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error


# --- RAGAS ------------------------------------------------------------------------------------------------------------


def read_ragas(text: str, where: str) -> list[Row]:
    """Return the rows of a JSON list or of JSONL.

    Raises:
        SuiteError: it is neither.
    """
    if not text.lstrip("\ufeff \t\r\n").startswith("["):
        return [row for row, _ in json_rows(text.split("\n"), where)]
    try:
        rows = json.loads(text.lstrip("\ufeff"))
    except ValueError as error:
        raise SuiteError(f"{where} is not JSON ({error}); expected a list of objects, or one object a line") from error
    if not all(isinstance(row, dict) for row in rows):
        raise SuiteError(f"{where} holds something else than objects; expected RAGAS rows")
    return list(rows)


def from_ragas(rows: Iterable[Row], *, name: str = "ragas") -> Suite:
    """Return the suite of RAGAS rows.

    The reference becomes the answer to be said; without one, none is known. The contexts that were retrieved become the
    passages of the case, with those of the reference contexts that none of them holds; the reference contexts are its
    evidence. Rows without retrieved contexts share the reference contexts of all such rows as their documents. Of a
    conversation, the last user turn is the question. A response is not kept: it will be given anew.

    Raises:
        SuiteError: a row is not in its shape; the message names it and the field.
    """
    shared: dict[str, PassageInput] = {}
    cases = tuple(_ragas_case(row, number, shared) for number, row in enumerate(rows, 1))
    if not cases:
        raise SuiteError(f"{name} holds no rows; expected RAGAS rows with user_input and reference")
    return Suite(name=name, cases=cases, note=FROM_RAGAS, passages=tuple(shared.values()))


def _ragas_case(row: Row, number: int, shared: dict[str, PassageInput]) -> Case:
    where = f"row {number}"
    question, history = _conversation(row.get("user_input"), where)
    reference = row.get("reference")
    if reference is not None and not isinstance(reference, str):
        raise SuiteError(f'{where}: "reference" is {kind_of(reference)}; expected a string')
    retrieved, gold = (_contexts(row, field, where) for field in ("retrieved_contexts", "reference_contexts"))
    own = {text: PassageInput(source=f"context {place}", text=text) for place, text in enumerate(retrieved, 1)}
    held = own if retrieved else shared
    evidence = tuple(_ragas_gold(text, held, "reference context") for text in gold)
    return Case(
        id=str(number),
        question=question,
        expect="answer",
        answers=((reference.strip(),),) if reference and reference.strip() else None,
        history=history,
        evidence=evidence,
        passages=tuple(own.values()) if retrieved else None,
    )


def _ragas_gold(text: str, held: dict[str, PassageInput], name: str) -> Gold:
    """Return where a reference context stands; one that stands nowhere becomes a passage."""
    for passage in held.values():
        if folded(text) in folded(passage.text):
            return Gold(source=passage.source, quote=text)
    number = sum(passage.source.startswith(name) for passage in held.values()) + 1
    held[text] = PassageInput(source=f"{name} {number}", text=text)
    return Gold(source=held[text].source, quote=text)


def _conversation(value: object, where: str) -> tuple[str, tuple[Turn, ...]]:
    if isinstance(value, str) and value.strip():
        return value.strip(), ()
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        turns = [
            Turn(role="user" if item.get("type") == "human" else "assistant", content=item["content"])
            for item in value
            if item.get("type") in {"human", "ai"} and isinstance(item.get("content"), str)
        ]
        last = max((place for place, turn in enumerate(turns) if turn.role == "user"), default=None)
        if last is not None:
            return turns[last].content, tuple(turns[:last])
    raise SuiteError(f'{where}: "user_input" is {kind_of(value)}; expected a question, or messages with one of a human')


def _contexts(row: Row, name: str, where: str) -> list[str]:
    value = row.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise SuiteError(f'{where}: "{name}" is {kind_of(value)}; expected a list of texts')
    return list(dict.fromkeys(text for text in value if text.strip()))


def to_ragas(report: Report) -> list[dict[str, Any]]:
    """Return a run as rows of RAGAS, in order, repeats included.

    The response is what was shown, without its markers, and None after an error; the reference is the first spelling of
    each group; the reference contexts are the quotes, or the documents that a case brought. Fields that are empty are
    left out, as RAGAS does, but for the response.
    """
    rows = []
    for result in report.results:
        case, answer = result.case, result.answer
        own = {passage.source: passage.text for passage in case.passages or ()}
        gold = (gold.quote or own.get(gold.source) for gold in case.evidence)
        row = {
            "user_input": _ragas_input(case),
            "retrieved_contexts": [hit.text for hit in result.asked.trace.hits],
            "reference": "; ".join(group[0] for group in case.answers or ()),
            "reference_contexts": list(dict.fromkeys(text for text in gold if text)),
        }
        response = None if answer is None else without_markers(answer.text).strip() or answer.reason
        rows.append({name: value for name, value in row.items() if value} | {"response": response})
    return rows


def _ragas_input(case: Case) -> str | list[dict[str, str]]:
    if not case.history:
        return case.question
    turns = (*case.history, Turn(role="user", content=case.question))
    return [{"content": turn.content, "type": "human" if turn.role == "user" else "ai"} for turn in turns]


# --- CSV --------------------------------------------------------------------------------------------------------------


def to_csv(suite: Suite) -> str:
    """Return the cases of a suite as the table that `evals.suites` reads as the same cases.

    Raises:
        SuiteError: a case has what a table cannot hold, such as passages of its own.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for case in suite.cases:
        writer.writerow(_csv_row(case))
    return text.getvalue()


def _csv_row(case: Case) -> dict[str, str]:
    _check_fits(case)
    quotes = [_escaped(gold.quote or "") for gold in case.evidence]
    return {
        "id": case.id,
        "question": case.question,
        "answer": ";".join("|".join(map(_escaped, group)) for group in case.answers or ()),
        "source": "|".join(_escaped(gold.source) for gold in case.evidence),
        "quote": "|".join(quotes) if any(quotes) else "",
        "tags": ",".join(case.tags),
        "history": "|".join(_escaped(turn.content) for turn in case.history),
        "as_of": case.as_of.isoformat() if case.as_of else "",
        "expect": case.expect,
        "forbidden": "|".join(map(_escaped, case.forbidden)),
        "cluster": case.cluster or "",
    }


def _check_fits(case: Case) -> None:
    lost = [name for name in ("passages", "injected", "sides") if getattr(case, name)]
    lost += ["grades"] if any(gold.grade != 1 for gold in case.evidence) else []
    lost += ["turns of the assistant"] if any(turn.role != "user" for turn in case.history) else []
    if lost:
        raise SuiteError(f"case {case.id} has {' and '.join(lost)}, which a CSV table cannot hold; keep it as JSONL")


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace(";", "\\;")
