"""Damaged and hostile files, made from good ones without end: does each become text or one line of reason?

    python benchmarks/fuzz.py --minutes 20 --found FOLDER
    python benchmarks/fuzz.py --minutes 20 --found FOLDER --guided    # by coverage; needs the package atheris

Every file that ends in another way (an exception, a reason of several lines, more processor time than `--seconds`) is
kept in the folder, beside what happened. The seeds are the files of examples/newsroom and benchmarks/pages.
"""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import io
import random
import resource
import signal
import sys
import time
import traceback
import zipfile
from collections import Counter
from pathlib import Path
from types import FrameType

from index.articles import split_articles
from index.errors import LoadError
from index.load import load_bytes
from index.reading import prepare

ROOT = Path(__file__).resolve().parents[1]
MAX_BYTES = 200_000
MEMORY_BYTES = 3_000_000_000
TOKENS = [
    *(b"<div>", b"</div>", b"<table><tr><td>", b"<article>", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"<![CDATA["),
    *(b"[", b"]", b"{", b'{"text":', b'"', b"\\ud800", b"1e999", b"-" * 40, b"9" * 5000, b"NaN"),
    *(b"obj", b"endobj", b"stream", b"/Kids [3 0 R]", b"/Length 999999999", b"/Filter /FlateDecode", b"%%EOF"),
    *(b"\r\n\r\n", b"Content-Type: multipart/mixed; boundary=b\n", b"--b\n", b"=?utf-8?q?=", b"charset=utf-7"),
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xf0\x9f\x9a\xa2", b"PK\x03\x04", b"PK\x05\x06", b"\xff" * 8, b"\n\n"),
    *(b"---\n", b"# ", b"1 January 2024", b"Published: ", b"LONDON (Reuters) - ", b",", b";", b"\t", b"w:gridSpan"),
]  # fmt: skip


def seeds() -> list[tuple[str, bytes]]:
    """Return the good files by suffix, in order, books and nested mails among them."""
    folders = (ROOT / "examples" / "newsroom", ROOT / "benchmarks" / "pages")
    files = [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix != ".json"]
    found = [(path.suffix, path.read_bytes()) for path in files]
    found.append((".epub", _book()))
    found.append(
        (".json", b'[{"title": "Ferry", "date": "2024-03-03", "text": "' + b"The ferry ran aground. " * 9 + b'"}]')
    )
    found.append((".jsonl", b'{"a": {"b": [1, 2.5, null]}}\n{"a": true}\n'))
    found.append((".tsv", b"name\tage\nMornay\t44\n"))
    return found


def _book() -> bytes:
    package = (
        b'<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        b'<dc:title>T</dc:title></metadata><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
        b'</manifest><spine><itemref idref="a"/></spine></package>'
    )
    container = b'<container><rootfiles><rootfile full-path="b.opf"/></rootfiles></container>'
    page = b"<html><body><h1>One</h1><p>" + b"The keeper climbed the tower. " * 20 + b"</p></body></html>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (("META-INF/container.xml", container), ("b.opf", package), ("a.xhtml", page)):
            archive.writestr(name, data)
    return out.getvalue()


def mutated(data: bytes, rng: random.Random, others: list[bytes]) -> bytes:
    """Return the file changed in one to eight places; of an archive often inside one of its members."""
    if data[:4] == b"PK\x03\x04" and rng.random() < 0.7:
        return _with_member_mutated(data, rng, others)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        data = _changed_once(bytearray(data), rng, others)
    return bytes(data[:MAX_BYTES])


def _changed_once(data: bytearray, rng: random.Random, others: list[bytes]) -> bytearray:
    start, end = sorted((rng.randint(0, len(data)), rng.randint(0, len(data))))
    end = min(end, start + rng.choice((1, 4, 40, 4000)))
    match rng.randrange(7):
        case 0 if data:
            data[min(start, len(data) - 1)] = rng.randrange(256)
        case 1:
            del data[start:end]
        case 2:
            data[start:start] = rng.choice(TOKENS)
        case 3:
            data[start:end] = rng.choice(TOKENS) * rng.choice((1, 3, 100, 3000))
        case 4:
            data[start:start] = data[start:end] * rng.choice((1, 2, 50))
        case 5:
            other = rng.choice(others)
            place = rng.randint(0, len(other))
            data[start:end] = other[place : place + 4000]
        case _:
            del data[start:]
    return data


def _with_member_mutated(data: bytes, rng: random.Random, others: list[bytes]) -> bytes:
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            chosen = rng.choice(source.namelist())
            for name in source.namelist():
                member = source.read(name)
                target.writestr(name, mutated(member, rng, others) if name == chosen else member)
    except Exception:  # not an archive any more
        return bytes(_changed_once(bytearray(data), rng, others))
    return out.getvalue()


def outcome(suffix: str, data: bytes) -> str:
    """Return "text" or "reason". Raises whatever else happens."""
    try:
        document = load_bytes(data, source=f"2024-01-02-a{suffix}")
        prepare(document, split_articles(document), path="a", digest=b"", max_tokens=128)
        document.text.encode("utf-8")
    except LoadError as error:
        if "\n" in str(error):
            raise ValueError(f"a reason of several lines: {error!r}") from error
        return "reason"
    return "text"


class Tried:
    """Runs one file after another and keeps those that end in a wrong way."""

    def __init__(self, found: Path, seconds: float) -> None:
        self.counts: Counter[str] = Counter()
        self._found = found
        self._seconds = seconds
        found.mkdir(parents=True, exist_ok=True)
        signal.signal(signal.SIGPROF, _too_slow)
        self._hung = (found / "hung.txt").open("w")

    def run(self, suffix: str, data: bytes) -> None:
        (self._found / f"last{suffix}").write_bytes(data)  # what remains when the process itself dies
        faulthandler.dump_traceback_later(10 * self._seconds, exit=True, file=self._hung)
        signal.setitimer(signal.ITIMER_PROF, self._seconds)
        try:
            kind = outcome(suffix, data)
        except Exception as error:
            kind = _named(error)
            if kind not in self.counts:
                name = hashlib.sha256(data).hexdigest()[:12]
                (self._found / f"{name}{suffix}").write_bytes(data)
                (self._found / f"{name}.trace").write_text(traceback.format_exc(), encoding="utf-8")
                print(f"{name}{suffix}: {kind}", flush=True)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            faulthandler.cancel_dump_traceback_later()
        self.counts[kind] += 1


def _too_slow(number: int, frame: FrameType | None) -> None:
    raise TimeoutError("too slow")


def _named(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if str(ROOT) in frame.filename and "fuzz" not in frame.filename]
    at = own[-1] if own else frames[-1]
    return f"{type(error).__name__} in {Path(at.filename).name}:{at.name}: {str(error)[:60]}"


def fuzz(tried: Tried, seconds: float, seed: int) -> None:
    rng = random.Random(seed)
    files = seeds()
    others = [data for _, data in files]
    suffixes = sorted({suffix for suffix, _ in files})
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        suffix = rng.choice(suffixes)
        data = rng.choice([data for kind, data in files if kind == suffix])
        tried.run(suffix, mutated(data, rng, others))


def fuzz_guided(tried: Tried, seconds: float, seed: int, corpus: Path) -> None:
    """Let atheris choose what to change by the code that it reaches; the first byte of an input is its suffix."""
    import atheris

    files = seeds()
    others = [data for _, data in files]
    suffixes = sorted({suffix for suffix, _ in files})
    corpus.mkdir(parents=True, exist_ok=True)
    for suffix, data in files:
        whole = bytes([suffixes.index(suffix)]) + data
        (corpus / hashlib.sha256(whole).hexdigest()).write_bytes(whole)

    def run(whole: bytes) -> None:
        if whole:
            tried.run(suffixes[whole[0] % len(suffixes)], whole[1:])

    def mutate(whole: bytes, max_size: int, number: int) -> bytes:
        rng = random.Random(number)
        return whole[:1] + mutated(whole[1:], rng, others)[: max_size - 1]

    options = [f"-max_total_time={int(seconds)}", f"-seed={seed}", f"-max_len={MAX_BYTES}", "-rss_limit_mb=3000"]
    atheris.instrument_all()
    atheris.Setup([sys.argv[0], *options, "-timeout=100", str(corpus)], run, custom_mutator=mutate)
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--found", type=Path, required=True, help="where the files are kept that end in a wrong way")
    parser.add_argument("--seconds", type=float, default=10.0, help="more processor time than this is a find")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--guided", action="store_true", help="let atheris choose by coverage")
    arguments = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    tried = Tried(arguments.found, arguments.seconds)
    try:
        if arguments.guided:
            fuzz_guided(tried, 60 * arguments.minutes, arguments.seed, arguments.found / "corpus")
        else:
            fuzz(tried, 60 * arguments.minutes, arguments.seed)
    finally:
        for kind, count in tried.counts.most_common():
            print(f"{count:8d} {kind}")


if __name__ == "__main__":
    main()
