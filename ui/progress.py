"""Files on their way into the index as HTML. Pure: a job in, one line of markup out; names and reasons are escaped.

A few files stand in rows, each with its stage and a bar. Of many only those at work and those that failed do; the
others are counted, and listed where that count is unfolded.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.types import FileStep, Stage
from ui.adding import Job
from ui.markup import plain, status
from ui.wording import counted

ROWS = 8  # so many files are all shown; of more
WORKING = 5  # at most so many that are at work,
FAILED = 12  # and so many that failed
LISTED = 60  # names of a stage, where the others are unfolded
_READ = 10  # the share of a bar, in %, that stands for reading
_SETTLED: tuple[Stage, ...] = ("added", "updated", "unchanged", "failed")
_OPEN: tuple[Stage, ...] = ("waiting", "reading", "embedding")
_LEFT = "not added"


def told_html(job: Job) -> str:
    """Return what a screen reader is to say: that files are being added, and in the end what came of them.

    It stays the same from tick to tick, so that it is said once.
    """
    if job.running:
        said = "Stopping after the file at work …" if job.stopping else "Files are being added. The chat stays open."
        return status(said)
    parts = [f'<p class="or-why">{plain(job.problem)}</p>'] if job.problem else []
    if told := _counts(job, job.files):
        parts.insert(0, status(told))
    return f'<div class="or-adding">{"".join(parts)}</div>' if parts else ""


def rows_html(job: Job) -> str:
    """Return the files that are shown in a row each; above those of many, how many are done."""
    shown = _shown(job)
    rows = "".join(_row(job, step) for step in shown) + "".join(_waiting(name) for name in _unseen(job))
    whole = _whole(job) if job.running and _are_many(job) else ""
    return f'<div class="or-adding"><ul class="or-rows">{whole}{rows}</ul></div>' if whole or rows else ""


def rest_of(job: Job) -> tuple[str, str]:
    """Return how many files of each stage have no row, and their names; both empty where every file has one."""
    shown = {step.source for step in _shown(job)}
    rest = [step for step in job.files if step.source not in shown]
    if not _are_many(job) or not rest:
        return "", ""
    groups = [(word, [step.source for step in rest if _word(job, step) == word]) for word in _words(job, rest)]
    return _counts(job, rest), "".join(_names(word, sources) for word, sources in groups)


def _are_many(job: Job) -> bool:
    return len(job.files) + len(job.waiting) > ROWS


def _shown(job: Job) -> Sequence[FileStep]:
    if not _are_many(job):
        return job.files
    work = sorted(job.at("reading", "embedding"), key=lambda step: (not step.embedded, step.stage != "reading"))
    return (*(work[:WORKING] if job.running else ()), *job.at("failed")[:FAILED])


def _unseen(job: Job) -> Sequence[str]:
    """Return the names of what was not looked at yet, as far as there is room for their rows."""
    return job.waiting[: max(0, ROWS - len(_shown(job)))]


def _row(job: Job, step: FileStep) -> str:
    said = _said(job, step)
    if step.stage == "failed":
        why = f'<p class="or-why">Failed: {plain(said)}</p>'
        return f'<li class="or-row or-row-failed"><b class="or-name-of" dir="auto">{plain(step.source)}</b>{why}</li>'
    kind = step.stage if job.running or step.stage in _SETTLED else "left"
    return _barred(step.source, said, kind, None if kind == "reading" else _share(job, step))


def _waiting(name: str) -> str:
    return _barred(name, "waiting", "waiting", 0)


def _barred(name: str, said: str, kind: str, share: int | None) -> str:
    """Return a row with a bar that is filled to a share in %; None: it is at work, nobody knows how far.

    Gradio takes every aria attribute out; `script.js` names the bar by its row and says how far it is.
    """
    filled = "or-moving" if share is None else f"or-filled-{share // 5 * 5}"
    return (
        f'<li class="or-row or-row-{kind}"><b class="or-name-of" dir="auto">{plain(name)}</b>'
        f'<span class="or-stage">{said}</span>'
        f'<div class="or-bar" role="progressbar"><span class="{filled}"></span></div></li>'
    )


def _share(job: Job, step: FileStep) -> int:
    if step.stage in _SETTLED:
        return 100
    if step.stage != "embedding" or not job.running:
        return 0
    return _READ + (100 - _READ) * step.embedded // (step.passages or 1)


def _said(job: Job, step: FileStep) -> str:
    """Return the stage of a file in words; those of a failure are not escaped."""
    passages = "" if step.passages is None else f", {counted(step.passages, 'passage')}"
    if step.stage == "failed":
        return step.reason or "no reason is known"
    if step.stage in _SETTLED:
        return f"{step.stage}{passages}"
    if not job.running:
        return _LEFT
    if step.stage == "embedding" and not step.embedded:
        return f"read, {counted(step.passages or 0, 'passage')}"
    if step.stage == "embedding":
        return f"embedding {step.embedded:,} of {counted(step.passages or 0, 'passage')}"
    return step.stage


def _whole(job: Job) -> str:
    done, total = len(job.at(*_SETTLED)), len(job.files) + len(job.waiting)
    return _barred("All files", f"{done:,} of {total:,} done", "whole", 100 * done // total)


def _word(job: Job, step: FileStep) -> str:
    if step.stage in _SETTLED:
        return step.stage
    if not job.running:
        return _LEFT
    return "waiting" if step.stage == "waiting" else "at work"


def _words(job: Job, steps: Sequence[FileStep]) -> Sequence[str]:
    present = {_word(job, step) for step in steps}
    return [word for word in ("at work", "waiting", *_SETTLED, _LEFT) if word in present]


def _counts(job: Job, steps: Sequence[FileStep]) -> str:
    words = [_word(job, step) for step in steps]
    return ", ".join(f"{words.count(word):,} {word}" for word in _words(job, steps))


def _names(word: str, sources: Sequence[str]) -> str:
    items = "".join(f'<li dir="auto">{plain(source)}</li>' for source in sources[:LISTED])
    more = f"<li>and {len(sources) - LISTED:,} more</li>" if len(sources) > LISTED else ""
    return f'<div class="or-adding"><h4>{word.capitalize()}</h4><ul>{items}{more}</ul></div>'
