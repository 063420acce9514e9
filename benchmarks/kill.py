"""Kill indexing at random moments, many times over: is the index whole every time, and complete in the end?

    python benchmarks/kill.py --times 300

Between two kills files are added, changed, renamed and removed. After each kill the index has to open, its own checks
have to pass, every passage has to be the words of its span, no passage may be there twice, and every file that an
earlier run had finished and nobody touched since has to be there, under its old name or its new one. In the end one run
that is left alone has to make the index match the files.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from index import Index
from index.embed import HashingEmbedder

ROOT = Path(__file__).resolve().parents[1]
FILES = 40
_SYNC = """
import sys
from index import Index
from index.embed import HashingEmbedder
import index.sync
index.sync._BATCH_PASSAGES = 4
with Index.open(sys.argv[1], embedder=HashingEmbedder()) as documents:
    documents.sync([sys.argv[2]])
"""


class Trial:
    """A folder of files, an index of it, and what is known to have been stored."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.docs, self.index = folder / "docs", folder / "index"
        self._rng = random.Random(seed)
        self._number = 0
        self._stored: set[str] = set()  # texts that a check found and whose files were not touched since
        self._seen: dict[str, str] = {}
        self.interrupted_writing = 0  # checks that found something new stored
        self.docs.mkdir(parents=True)
        for _ in range(FILES):
            self._write()

    def change(self) -> None:
        """Add, change, rename and remove some files."""
        for path in self._rng.sample(sorted(self.docs.iterdir()), FILES // 2):
            way = self._rng.choice(("change", "rename", "rename", "remove"))
            if way == "rename":
                self._number += 1
                path.rename(self.docs / f"renamed-{self._number}.txt")
                continue
            self._stored.discard(path.read_text(encoding="utf-8"))
            path.unlink()
            if way == "change":
                self._write(path)
        while len(list(self.docs.iterdir())) < FILES:
            self._write()

    def run(self, kill_after_seconds: float | None) -> bool:
        """Sync in another process; return whether it was killed."""
        command = [sys.executable, "-c", _SYNC, str(self.index), str(self.docs)]
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        try:
            _, errors = process.communicate(timeout=kill_after_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return True
        if process.returncode:
            raise AssertionError(f"the run ended with {process.returncode}: {errors}")
        return False

    def check(self, *, complete: bool) -> None:
        """Raise AssertionError when something is lost, doubled or not what it should be."""
        if not complete and not (self.index / "index.sqlite").is_file():
            return  # killed before anything was made
        with Index.open(self.index, embedder=HashingEmbedder(), create=False) as documents:
            _expect(documents.check() == [], f"the index's own checks: {documents.check()}")
            texts = {source: documents.text_of(source) for source in documents.sources()}
            _check_passages(documents, texts)
        held = set(texts.values())
        _expect(self._stored <= held, f"lost: {sorted(self._stored - held)[:3]}")
        files = {path.name: path.read_text(encoding="utf-8") for path in self.docs.iterdir()}
        if complete:
            _expect(texts == files, "the index does not match the files")
        self._stored = held & set(files.values())
        self.interrupted_writing += texts != self._seen and texts != files
        self._seen = texts

    def _write(self, path: Path | None = None) -> None:
        self._number += 1
        text = " ".join(f"Keeper {self._number} wrote line {line} of the log." for line in range(30))
        (path or self.docs / f"{self._number:05d}.txt").write_text(text, encoding="utf-8")


def _check_passages(documents: Index, texts: dict[str, str]) -> None:
    store = documents._store
    found = store.passages(store.passage_ids().tolist()).values()
    for passage in found:
        _expect(texts[passage.source][passage.start : passage.end] == passage.text, f"a span of {passage.source}")
    places = [(passage.source, passage.start) for passage in found]
    _expect(len(places) == len(set(places)), "a passage is there twice")
    _expect({source for source, _ in places} == set(texts), "a document without passages")


def _expect(holds: bool, what: str) -> None:
    if not holds:
        raise AssertionError(what)


def kill_many_times(folder: Path, *, times: int, seed: int) -> tuple[int, int]:
    """Return how many runs were killed, and how many of those had stored something and were not done."""
    trial = Trial(folder, seed)
    rng = random.Random(seed + 1)
    began = time.monotonic()
    trial.run(None)
    usual_seconds = time.monotonic() - began
    trial.check(complete=True)
    killed = 0
    for _ in range(times):
        trial.change()
        was_killed = trial.run(usual_seconds * rng.uniform(0.0, 1.2))
        trial.check(complete=not was_killed)
        killed += was_killed
    trial.run(None)
    trial.check(complete=True)
    return killed, trial.interrupted_writing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    began = time.monotonic()
    try:
        killed, writing = kill_many_times(folder, times=arguments.times, seed=arguments.seed)
    finally:
        shutil.rmtree(folder)
    print(
        f"{arguments.times} runs, {killed} killed, {writing} of them with a part stored, seed {arguments.seed}: "
        f"nothing lost or doubled, {time.monotonic() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
