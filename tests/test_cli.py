"""The command line as a user meets it: options, results on stdout, one line on stderr, exit status."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index.embed import HashingEmbedder
from qa.cli import main
from qa.engine import ScriptedModel
from qa.ranker import WordOverlapRanker

LIGHTHOUSE = """Lighthouse keeper retires

March 3, 2021

The keeper of Varn lighthouse, Ada Holm, retired on Monday after 31 years.
"""
HARBOUR = """Harbour dredged

April 9, 2021

The harbour of Varn was dredged to a depth of 7 metres in April.
"""
KEEPER = "Ada Holm retired as keeper of Varn lighthouse. [1]"
ANSWER_KEYS = {
    "question", "standalone_question", "status", "text", "reason", "claims", "citations", "conflicts", "model",
    "index_fingerprint", "timings",
}  # fmt: skip
HIT_KEYS = {"source", "article", "date", "text", "start", "end", "score", "rank", "dense_rank", "lexical_rank"}

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> ScriptedModel:
    scripted = ScriptedModel({"": KEEPER})
    monkeypatch.setattr("index.index.default_embedder", HashingEmbedder)
    monkeypatch.setattr("index.embed.default_embedder", HashingEmbedder)
    monkeypatch.setattr("qa.pipeline.default_ranker", WordOverlapRanker)
    monkeypatch.setattr("qa.models.language_model_path", lambda *_, **__: Path("/nowhere"))
    monkeypatch.setattr("qa.engine.open_model", lambda *_, **__: scripted)
    return scripted


@pytest.fixture
def run(model: ScriptedModel, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            status = int(stop.code or 0)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "lighthouse.txt").write_text(LIGHTHOUSE, encoding="utf-8")
    (papers / "harbour.txt").write_text(HARBOUR, encoding="utf-8")
    return papers


@pytest.fixture
def made(run: Run, folder: Path, tmp_path: Path) -> Path:
    assert run("index", folder, "--index", tmp_path / "made")[0] == 0
    return tmp_path / "made"


def one_line(err: str) -> str:
    assert err.startswith("onrecord: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


def write_rows(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_help_answers_at_once() -> None:
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "qa.cli", "--help"], capture_output=True, text=True, check=True)
    assert time.perf_counter() - began < 2.5  # half a second when the machine does nothing else
    for command in ("index", "ask", "batch", "search", "verify", "show", "stats", "chat", "models", "doctor"):
        assert f"    {command} " in done.stdout


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys, qa.cli\n"
        "try: qa.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'numpy', 'gradio', 'faiss', 'llama_index', 'httpx', 'tantivy', 'sqlite3'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("index",),
        ("index", ".", "--timeout", "0"),
        ("ask",),
        ("ask", "Who?", "--as-of", "yesterday"),
        ("ask", "Who?", "--as-of", "2021-02-30"),
        ("search", "keeper", "-k", "0"),
        ("search", "keeper", "-k", "many"),
        ("chat", "--port", "70000"),
    ],
)
def test_wrong_usage_exits_with_2(run: Run, arguments: tuple[str, ...]) -> None:
    status, out, err = run(*arguments)
    assert status == 2
    assert out == ""
    assert "usage: onrecord" in err


def test_index_says_what_it_did(run: Run, folder: Path, tmp_path: Path) -> None:
    status, out, _ = run("index", folder, "--index", tmp_path / "i")
    said = "2 added, 0 updated, 0 removed, 0 unchanged, 0 failed\n  searched by meaning: exact over 2 vectors\n"
    assert (status, out) == (0, said)
    (folder / "harbour.txt").unlink()
    status, out, _ = run("index", folder, "--index", tmp_path / "i", "--json")
    assert status == 0
    report = json.loads(out)
    assert report == {
        "added": [],
        "updated": [],
        "removed": ["harbour.txt"],
        "unchanged": ["lighthouse.txt"],
        "failed": [],
    }


def test_a_broken_file_in_a_folder_is_reported_and_the_rest_kept(run: Run, folder: Path, tmp_path: Path) -> None:
    (folder / "empty.txt").write_bytes(b"")
    status, out, _ = run("index", folder, "--index", tmp_path / "i", "--json")
    assert status == 0
    report = json.loads(out)
    assert sorted(report["added"]) == ["harbour.txt", "lighthouse.txt"]
    assert [failure["source"] for failure in report["failed"]] == ["empty.txt"]
    assert report["failed"][0]["reason"]


def test_a_broken_file_that_was_named_is_a_failure(run: Run, folder: Path, tmp_path: Path) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 cut short")
    status, out, err = run("index", folder / "harbour.txt", folder / "broken.pdf", "--index", tmp_path / "i", "--json")
    assert status == 1
    assert json.loads(out)["added"] == ["harbour.txt"]
    assert "broken.pdf" in one_line(err)


def test_a_file_that_takes_too_long_to_read_is_reported(run: Run, folder: Path, tmp_path: Path) -> None:
    (folder / "slow.csv").write_text("a," * 25_000_000)
    status, out, _ = run("index", folder, "--index", tmp_path / "i", "--timeout", "1")
    assert status == 0
    assert "  not indexed: slow.csv: reading it took more than 1 s; split it, or allow more time" in out.splitlines()


def test_watch_indexes_what_changes_until_it_is_terminated(folder: Path, tmp_path: Path) -> None:
    code = (
        "import index.index, sys\n"
        "from index.embed import HashingEmbedder\n"
        "index.index.default_embedder = HashingEmbedder\n"
        "from qa.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    command = [sys.executable, "-c", code, "index", str(folder), "--index", str(folder / "i"), "--watch", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert json.loads(process.stdout.readline())["added"] == ["harbour.txt", "lighthouse.txt"]
        (folder / "harbour.txt").unlink()
        (folder / "pier.txt").write_text("The pier burned.")
        report = json.loads(process.stdout.readline())
        assert (report["added"], report["removed"]) == (["pier.txt"], ["harbour.txt"])
        folder.rename(tmp_path / "elsewhere")
        time.sleep(4)
        (tmp_path / "elsewhere").rename(folder)
        (folder / "quay.txt").write_text("The quay flooded.")
        while "quay.txt" not in json.loads(process.stdout.readline())["added"]:
            pass
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert all(line.startswith("onrecord: ") for line in errors.splitlines())


def test_an_empty_folder_is_a_failure_and_its_index_still_opens(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    status, _, err = run("index", tmp_path / "empty", "--index", tmp_path / "i")
    assert status == 1
    one_line(err)
    assert run("stats", "--index", tmp_path / "i", "--json")[0] == 0


def test_a_missing_path_is_one_line(run: Run, tmp_path: Path) -> None:
    status, out, err = run("index", tmp_path / "gone", "--index", tmp_path / "i")
    assert (status, out) == (1, "")
    assert "gone" in one_line(err)


def test_ask_json_is_one_value_in_the_promised_shape(run: Run, made: Path) -> None:
    status, out, err = run("ask", "Who retired as keeper of Varn lighthouse?", "--index", made, "--json")
    assert (status, err) == (0, "")
    answer = json.loads(out)
    assert set(answer) == ANSWER_KEYS
    assert answer["status"] == "answered"
    assert "Ada Holm" in answer["text"]
    for citation in answer["citations"]:
        assert LIGHTHOUSE[citation["start"] : citation["end"]] == citation["quote"]


def test_ask_prints_the_answer_then_its_numbered_sources(run: Run, made: Path) -> None:
    status, out, _ = run("ask", "Who retired as keeper of Varn lighthouse?", "--index", made)
    assert status == 0
    answer, _, sources = out.partition("\n\nSources:\n")
    assert "[1]" in answer
    assert sources.startswith("  [1] lighthouse.txt")
    assert "2021-03-03" in sources
    assert "“" in sources


def test_a_disagreement_is_printed_as_a_table(run: Run, folder: Path, tmp_path: Path) -> None:
    for day, count in (("4", "12"), ("6", "15")):
        text = f"Storm on Varn\n\nMay {day}, 2021\n\nThe storm sank {count} boats in the harbour of Varn.\n"
        (folder / f"storm-{day}.txt").write_text(text, encoding="utf-8")
    assert run("index", folder, "--index", tmp_path / "i")[0] == 0
    status, out, _ = run("ask", "How many boats did the storm sink in the harbour of Varn?", "--index", tmp_path / "i")
    assert status == 0
    lines = [line.split() for line in out.splitlines()]
    assert ["value", "date", "source"] in lines
    assert ["12", "2021-05-04", "storm-4.txt"] in [line[:3] for line in lines]
    assert ["15", "2021-05-06", "storm-6.txt"] in [line[:3] for line in lines]


def test_an_abstention_is_a_job_done(run: Run, made: Path) -> None:
    status, out, _ = run("ask", "What does a submarine cost in Brazil?", "--index", made)
    assert status == 0
    assert out.startswith("No answer on the record: ")


def test_the_question_can_come_from_stdin(run: Run, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Who retired as keeper of Varn lighthouse?\n"))
    status, out, _ = run("ask", "-", "--index", made, "--json")
    assert status == 0
    assert json.loads(out)["question"] == "Who retired as keeper of Varn lighthouse?"


def test_as_of_leaves_out_what_was_published_later(run: Run, made: Path) -> None:
    def sources(*options: object) -> list[str]:
        out = run("search", "harbour dredged depth", "--index", made, "--json", *options)[1]
        return sorted(hit["source"] for hit in json.loads(out))

    assert sources() == ["harbour.txt", "lighthouse.txt"]
    assert sources("--as-of", "2021-03-31") == ["lighthouse.txt"]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--from", "2021-04-01"], {"harbour.txt"}),
        (["--to", "2021-03-31"], {"lighthouse.txt"}),
        (["--source", "light*"], {"lighthouse.txt"}),
        (["--source", "harbour.txt", "--source", "lighthouse.txt"], {"harbour.txt", "lighthouse.txt"}),
        (["--type", "text/plain"], {"harbour.txt", "lighthouse.txt"}),
        (["--type", "application/pdf"], set()),
        (["--tag", "sea"], set()),
        (["--as-of", "2021-04-01", "--from", "2021-03-04"], set()),
    ],
)
def test_a_search_is_narrowed_by_date_source_type_and_tag(
    run: Run, made: Path, options: list[str], found: set[str]
) -> None:
    status, out, _ = run("search", "Varn", "--index", made, "--json", *options)

    assert status == 0
    assert {hit["source"] for hit in json.loads(out)} == found


def test_a_question_is_asked_of_what_passes_alone(run: Run, made: Path) -> None:
    question = "Who retired as keeper of Varn lighthouse?"
    _, everything, _ = run("ask", question, "--index", made, "--json")
    _, narrowed, _ = run("ask", question, "--index", made, "--json", "--source", "harbour.txt")

    assert json.loads(everything)["status"] == "answered"
    assert json.loads(narrowed)["status"] == "abstained"
    assert {citation["source"] for citation in json.loads(narrowed)["citations"]} <= {"harbour.txt"}


def test_dates_that_leave_nothing_are_one_line(run: Run, made: Path) -> None:
    status, out, err = run("search", "Varn", "--index", made, "--from", "2021-04-02", "--to", "2021-04-01")

    assert (status, out) == (1, "")
    assert "swap the dates" in one_line(err)


def test_history_completes_a_follow_up(run: Run, made: Path, tmp_path: Path) -> None:
    history = tmp_path / "history.json"
    history.write_text(
        json.dumps(["Who is Ada Holm?", {"role": "assistant", "content": "She kept a lighthouse."}]),
        encoding="utf-8",
    )
    status, out, _ = run("ask", "When did she retire?", "--index", made, "--history", history, "--json")
    assert status == 0
    answer = json.loads(out)
    assert answer["question"] == "When did she retire?"
    assert "Ada Holm" in answer["standalone_question"]


@pytest.mark.parametrize("content", ["{", '{"role": "user"}', "[3]", '[{"role": "system", "content": "x"}]'])
def test_a_history_in_another_shape_is_one_line(run: Run, made: Path, tmp_path: Path, content: str) -> None:
    history = tmp_path / "history.json"
    history.write_text(content, encoding="utf-8")
    status, out, err = run("ask", "When?", "--index", made, "--history", history)
    assert (status, out) == (1, "")
    assert "history.json" in one_line(err)


@pytest.mark.parametrize("question", ["", "   ", "\x00\x07\x1b", "word " * 10_000])
def test_a_question_that_cannot_be_asked_is_one_line(run: Run, made: Path, question: str) -> None:
    status, out, err = run("ask", question, "--index", made)
    assert (status, out) == (1, "")
    assert "question" in one_line(err)


def test_batch_answers_in_order_with_each_rows_id(run: Run, made: Path, tmp_path: Path, model: ScriptedModel) -> None:
    cases = write_rows(
        tmp_path / "cases.jsonl",
        {"id": "b", "question": "Who retired as keeper of Varn lighthouse?"},
        {
            "id": 7,
            "question": "Who tamed the fox?",
            "passages": [{"source": "fox.txt", "text": "Nia Brook tamed the fox."}],
        },
        {"id": "a", "question": " "},
    )
    status, out, err = run("batch", cases, "--index", made)
    rows = [json.loads(line) for line in out.splitlines()]
    assert (status, err) == (0, "")
    assert [row["id"] for row in rows] == ["b", 7, "a"]
    assert all(set(row) == ANSWER_KEYS | {"id"} for row in rows)
    assert rows[0]["status"] == "answered"
    assert rows[1]["citations"]
    assert {citation["source"] for citation in rows[1]["citations"]} == {"fox.txt"}
    assert rows[2]["status"] == "abstained"
    assert rows[2]["reason"]
    assert model.closed


def test_batch_needs_no_index_where_every_row_brings_its_passages(run: Run, tmp_path: Path) -> None:
    passages = [
        {"source": "a", "text": "The fox is red.", "title": "Foxes", "date": "2020-01-02"},
        {"source": "b", "text": "The owl is grey.", "title": None, "date": None},
    ]
    cases = write_rows(tmp_path / "cases.jsonl", {"id": 1, "question": "fox", "passages": passages})
    status, out, _ = run("batch", cases, "--search", "--index", tmp_path / "nowhere")
    assert status == 0
    row = json.loads(out)
    assert set(row) == {"id", "hits"}
    assert [set(hit) for hit in row["hits"]] == [HIT_KEYS] * len(row["hits"])
    assert (row["hits"][0]["source"], row["hits"][0]["article"], row["hits"][0]["date"]) == ("a", "Foxes", "2020-01-02")


def test_batch_search_gives_each_rows_hits(run: Run, made: Path, tmp_path: Path) -> None:
    cases = write_rows(
        tmp_path / "cases.jsonl",
        {"id": 1, "question": "harbour depth"},
        {"id": 2, "question": ""},
        {"id": 3, "question": "keeper"},
    )
    status, out, _ = run("batch", cases, "--search", "-k", 1, "--index", made)
    rows = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [[hit["source"] for hit in row["hits"]] for row in rows] == [["harbour.txt"], [], ["lighthouse.txt"]]
    assert rows[1]["reason"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line 2 is not JSON"),
        ("[]", "line 2 is a list"),
        ('{"question": "Who?"}', '"id" is missing'),
        ('{"id": true, "question": "Who?"}', '"id" is true or false'),
        ('{"id": 1}', '"question" is missing'),
        ('{"id": 1, "question": 3}', '"question" is a number'),
        ('{"id": 1, "question": "Who?", "history": "x"}', '"history" is a string'),
        ('{"id": 1, "question": "Who?", "as_of": "May"}', "'May' is not a date"),
        ('{"id": 1, "question": "Who?", "passages": {}}', '"passages" is an object'),
        ('{"id": 1, "question": "Who?", "passages": [{"text": "x"}]}', '"source" is missing'),
    ],
)
def test_a_row_in_another_shape_stops_the_batch_before_anything_is_asked(
    run: Run, made: Path, tmp_path: Path, model: ScriptedModel, line: str, complaint: str
) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"id": 0, "question": "Who retired?"}\n' + line + "\n", encoding="utf-8")
    status, out, err = run("batch", cases, "--index", made)
    assert (status, out) == (1, "")
    assert complaint in one_line(err)
    assert model.prompts == []


def test_cases_that_are_not_utf8_are_one_line(run: Run, made: Path, tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_bytes('{"id": 1, "question": "Où?"}\n'.encode("latin-1"))
    status, _, err = run("batch", cases, "--index", made)
    assert status == 1
    assert "not UTF-8" in one_line(err)


def test_verify_answers_each_row_of_stdin(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = "The harbour of Varn was dredged to a depth of 7 metres in April."
    rows = [
        {"id": 1, "claim": "The harbour of Varn was dredged to a depth of 7 metres.", "evidence": evidence},
        {
            "id": "two",
            "claim": "The harbour of Varn was dredged to a depth of 9 metres.",
            "evidence": evidence,
            "question": "How deep?",
        },
        {"id": 3, "claim": "The harbour of Varn was dredged.", "evidence": ""},
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(json.dumps(row) + "\n" for row in rows)))
    status, out, _ = run("verify")
    verdicts = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [verdict["id"] for verdict in verdicts] == [1, "two", 3]
    assert all(set(verdict) == {"id", "label", "probability"} for verdict in verdicts)
    assert verdicts[0]["label"] == "supported"
    assert verdicts[1]["label"] in {"contradicted", "not_enough"}
    assert verdicts[2]["label"] != "supported"
    assert verdicts[0]["probability"] > 0.5 > verdicts[1]["probability"]


def test_verify_names_the_row_that_is_wrong(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"id": 1, "claim": "x", "evidence": 5}\n'))
    status, _, err = run("verify")
    assert status == 1
    assert 'line 1: "evidence" is a number' in one_line(err)


def test_show_prints_the_indexed_text_and_nothing_else(run: Run, made: Path) -> None:
    assert run("show", "lighthouse.txt", "--index", made) == (0, LIGHTHOUSE, "")


def test_show_of_an_unknown_source_is_one_line(run: Run, made: Path) -> None:
    status, out, err = run("show", "castle.txt", "--index", made)
    assert (status, out) == (1, "")
    assert "castle.txt" in one_line(err)


def test_stats_json_has_the_promised_keys(run: Run, made: Path) -> None:
    status, out, _ = run("stats", "--index", made, "--json")
    assert status == 0
    stats = json.loads(out)
    assert set(stats) == {"documents", "articles", "passages", "bytes", "embedder", "fingerprint", "failed"}
    assert (stats["documents"], stats["failed"]) == (2, 0)


def test_search_json_is_a_list_best_first(run: Run, made: Path) -> None:
    status, out, _ = run("search", "harbour depth", "--index", made, "-k", 2, "--json")
    hits = json.loads(out)
    assert status == 0
    assert [set(hit) for hit in hits] == [HIT_KEYS, HIT_KEYS]
    assert [hit["rank"] for hit in hits] == [1, 2]
    assert hits[0]["text"] == HARBOUR[hits[0]["start"] : hits[0]["end"]]


def test_the_index_comes_from_the_environment_when_not_named(
    run: Run, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONRECORD_INDEX", str(made))
    assert json.loads(run("stats", "--json")[1])["documents"] == 2


def test_a_missing_index_is_one_line_that_says_how_to_make_one(run: Run, tmp_path: Path) -> None:
    status, out, err = run("ask", "Who?", "--index", tmp_path / "none")
    assert (status, out) == (1, "")
    assert "onrecord index" in one_line(err)
    assert not (tmp_path / "none").exists()


def test_models_lists_origin_hash_and_licence(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_CACHE", str(tmp_path))
    status, out, _ = run("models", "--json")
    assert status == 0
    cards = json.loads(out)
    assert {"embedder", "language model"} <= {card["role"] for card in cards}
    for card in cards:
        assert set(card) == {"role", "name", "origin", "path", "bytes", "sha256", "licence"}
        assert len(card["sha256"]) == 64
    text = run("models")[1]
    assert all(card["sha256"] in text for card in cards)


def test_an_interrupt_ends_with_130_and_no_traceback(run: Run, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("index.index.Index.search", interrupt)
    status, _, err = run("search", "keeper", "--index", made)
    assert status == 130
    one_line(err)


def test_a_full_disk_is_one_line(run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "/data/index")

    monkeypatch.setattr("index.index.Index.sync", full)
    status, _, err = run("index", folder, "--index", tmp_path / "i")
    assert status == 1
    assert one_line(err) == "onrecord: /data/index: the disk is full; free some room and run the command again\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_stdout_without_room_is_one_line() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "qa.cli", "models", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "disk is full" in one_line(done.stderr)


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "qa.cli", "models"], stdout=write, stderr=subprocess.PIPE, text=True, check=False
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (1, "")


def test_results_are_utf8_in_any_locale(made: Path, folder: Path) -> None:
    (folder / "umlaut.txt").write_text("Grüße aus Łódź — 港", encoding="utf-8")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    code = (
        "import index.index, sys, pathlib\n"
        "from index.embed import HashingEmbedder\n"
        "index.index.default_embedder = HashingEmbedder\n"
        "from qa.cli import main\n"
        "main(sys.argv[1:4] + sys.argv[5:])\n"
        "sys.exit(main(['show', 'umlaut.txt', '--index', sys.argv[3]]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "index", "--index", made, "--json", folder],
        capture_output=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("Grüße aus Łódź — 港".encode())
