"""Progress on a terminal and elsewhere."""

from __future__ import annotations

import io

from qa.terminal import ProgressBar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_terminal_shows_a_bar_with_the_rate_and_the_time_left() -> None:
    stream, clock = Terminal(), Clock()
    bar = ProgressBar(stream, cells=4, clock=clock)
    bar("a.txt", 0, 100)
    assert stream.getvalue() == "\r[····] 0/100 a.txt"
    clock.now = 5.0
    bar("b.txt", 50, 100)
    assert stream.getvalue().endswith("\r[██··] 50/100, 10.0/s, 0:05 left, b.txt")
    clock.now = 3600.0
    bar("c.txt", 51, 100)
    clock.now = 3620.0
    bar("d.txt", 52, 40_000)
    assert "52/40000, 0.1/s, 221 h 56 min left, d.txt" in stream.getvalue()
    bar.clear()
    assert stream.getvalue().endswith("\r")


def test_elsewhere_it_is_a_line_every_ten_seconds() -> None:
    stream, clock = io.StringIO(), Clock()
    bar = ProgressBar(stream, clock=clock)
    for second in range(25):
        clock.now = float(second)
        bar(f"{second}.txt", 2 * second, 100)
    bar.clear()
    assert stream.getvalue() == "20/100, 2.0/s, 0:40 left, 10.txt\n40/100, 2.0/s, 0:30 left, 20.txt\n"


def test_a_short_job_says_nothing_elsewhere() -> None:
    stream = io.StringIO()
    bar = ProgressBar(stream, clock=Clock())
    bar("a.txt", 0, 2)
    bar("b.txt", 2, 2)
    assert stream.getvalue() == ""
