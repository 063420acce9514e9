"""How long it takes until the command line answers and the packages are imported, each in fresh processes.

    python benchmarks/start.py

Prints a line each: the median of five starts, and the range.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STARTS = 5


def seconds_of(command: Sequence[str], *, starts: int = STARTS) -> list[float]:
    """Return the seconds that each of some fresh processes took. Raises CalledProcessError when one fails."""
    taken = []
    for _ in range(starts):
        began = time.perf_counter()
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - began)
    return taken


def commands() -> dict[str, list[str]]:
    """Return what is timed, by the name it is shown under."""
    onrecord = Path(sys.executable).with_name("onrecord")
    shown = [str(onrecord)] if onrecord.exists() else [sys.executable, "-m", "qa.cli"]
    return {
        "onrecord --help": [*shown, "--help"],
        "onrecord eval --help": [*shown, "eval", "--help"],
        "import index, qa, evals": [sys.executable, "-c", "import index, qa, evals"],
    }


def main() -> None:
    for name, command in commands().items():
        taken = seconds_of(command)
        print(f"{name}: {statistics.median(taken):.2f} s ({min(taken):.2f} to {max(taken):.2f}, n {len(taken)})")


if __name__ == "__main__":
    main()
