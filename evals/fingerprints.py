"""What a figure was measured on: machine, code, files and judge, so that it can be measured again."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from qa.verify import Verifier

ROOT = Path(__file__).resolve().parents[1]
NOT_DECIDING = frozenset(
    {"qa/cli.py", "qa/doctor.py", "qa/runs.py", "qa/terminal.py"}  # they show what others decided
)


def machine() -> str:
    """Return the processor's name and the number of cores this process may use."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        named = [line for line in cpuinfo.read_text(encoding="utf-8").splitlines() if line.startswith("model name")]
        name = named[0].split(":", 1)[1].strip() if named else name
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores, Python {platform.python_version()}"


def code_version() -> str:
    """Return the commit the code is at, with "-dirty" where it was changed, or "unknown" outside a checkout."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def code_fingerprint(packages: Sequence[str] = ("index", "qa")) -> str:
    """Return a hash over the sources and weights of packages (or single files), which names what a checkout ran."""
    paths = (path for name in packages for path in (ROOT / name, *(ROOT / name).rglob("*")))
    left_out = {ROOT / name for name in NOT_DECIDING}
    return files_fingerprint(
        (path for path in paths if path.is_file() and path.suffix != ".pyc" and path not in left_out), ROOT
    )


def files_fingerprint(files: Iterable[Path], root: Path) -> str:
    """Return a hash over the names below `root` and the bytes of files, whatever their order."""
    named = sorted((os.path.relpath(path, root), path) for path in files)
    return digest_of("".join(f"{name}\0{sha256_of_file(path)}\n" for name, path in named).encode())


def documents_fingerprint(documents: Sequence[Path]) -> str:
    """Return a hash over the names and bytes of the files in folders and of single files."""
    parts = []
    for path in documents:
        inside = [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else [path]
        parts.append(files_fingerprint(inside, path if path.is_dir() else path.parent))
    return digest_of("\n".join(parts).encode())


def judge_fingerprint(judge: Verifier) -> str:
    """Return what names a judge and its version: its own fingerprint where it has one, else its name and qa's code."""
    own = getattr(judge, "fingerprint", None)
    return own if isinstance(own, str) else digest_of(f"{judge.name}\n{code_fingerprint(('qa',))}".encode())


def fingerprint_of(part: object) -> str:
    """Return what names a ranker or a verifier: its own fingerprint where it has one, else its class and its name."""
    own = getattr(part, "fingerprint", None)
    kind = type(part)
    return own if isinstance(own, str) else f"{kind.__module__}.{kind.__qualname__} {getattr(part, 'name', '')}"


def sha256_of_file(path: Path) -> str:
    return digest_of(path.read_bytes())


def digest_of(data: bytes) -> str:
    """Return the first 16 hexadecimal digits of a SHA-256."""
    return hashlib.sha256(data).hexdigest()[:16]
