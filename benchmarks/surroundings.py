"""What a figure was measured on: the machine, the code and the files, so that it can be measured again."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def machine() -> str:
    """Return the processor's name and the number of cores this process may use."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        named = [line for line in cpuinfo.read_text(encoding="utf-8").splitlines() if line.startswith("model name")]
        name = named[0].split(":", 1)[1].strip() if named else name
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores, Python {platform.python_version()}"


def corpus_fingerprint(corpus: Path) -> str:
    """Return a hash over the names and bytes of the corpus files."""
    digest = hashlib.sha256()
    for path in sorted(path for path in corpus.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(corpus).as_posix()}\0{sha256_of_file(path)}\n".encode())
    return digest.hexdigest()[:16]


def code_version() -> str:
    """Return the commit the code is at, with "-dirty" where it was changed, or "unknown" outside a checkout."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def code_fingerprint() -> str:
    """Return a hash over the Python sources of index/ and qa/, which names what a dirty checkout ran."""
    digest = hashlib.sha256()
    for package in ("index", "qa"):
        for path in sorted((ROOT / package).rglob("*.py")):
            digest.update(f"{path.relative_to(ROOT).as_posix()}\0{sha256_of_file(path)}\n".encode())
    return digest.hexdigest()[:16]


def sha256_of_file(path: Path) -> str:
    return digest_of(path.read_bytes())


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
