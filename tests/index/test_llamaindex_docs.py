"""The page on llama-index, its example and its benchmark do what they say."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from benchmarks import vector_store as benchmark
from examples import llamaindex_newsroom as example
from index.embed import HashingEmbedder

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "llamaindex.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.model
def test_the_code_of_the_page_runs_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples" / "newsroom", tmp_path / "newsroom")
    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start(1))
        exec(compile("\n" * line + block[1], str(PAGE), "exec"), names)
    assert len(BLOCK.findall(text)) == text.count("```python")
    assert (tmp_path / "saved" / "default__vector_store.sqlite").is_file()


def test_the_example_finds_the_place_of_each_answer(tmp_path: Path) -> None:
    texts = {page.id_: page.text for page in example.pages()}
    lines = list(example.answers(tmp_path, HashingEmbedder(), since="2024-01-01"))
    assert len(lines) == len(example.QUESTIONS)
    for line in lines:
        found = re.search(r"\[(\S+), (\S+), (\d+)–(\d+)\] (.*)…$", line, re.DOTALL)
        assert found is not None
        assert found[2] >= "2024-01-01"
        assert texts[found[1]][int(found[3]) : int(found[4])].startswith(found[5])


def test_the_benchmark_gives_a_line_for_each_figure(capsys: pytest.CaptureFixture[str]) -> None:
    benchmark.main(["150"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 10
    assert all(re.search(r"n \d+\)?$", line) for line in lines)
