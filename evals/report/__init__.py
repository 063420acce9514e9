"""A run as people read it: one HTML file that needs nothing else, Markdown for a pull request, and plots as PNG."""

from __future__ import annotations

from pathlib import Path

from evals.errors import RunError
from evals.types import Comparison, Report
from index.files import replace_file

__all__ = ["HTML", "MARKDOWN", "PLOTS", "write"]

HTML, MARKDOWN, PLOTS = "report.html", "report.md", "plots"


def write(report: Report, folder: Path, *, comparison: Comparison | None = None) -> None:
    """Write report.html, report.md and plots/*.png; each file is there whole or not at all.

    The same report gives the same bytes. What documents, questions and models say never becomes markup.

    Args:
        folder: the run's; it is made where it is missing.
        comparison: with an earlier run; the second run of it is this one.

    Raises:
        RunError: the folder cannot be written.
    """
    from evals.report.html import as_html
    from evals.report.markdown import as_markdown
    from evals.report.plots import as_png, drawings_of

    files = {
        HTML: as_html(report, comparison).encode("utf-8", errors="replace"),
        MARKDOWN: as_markdown(report, comparison).encode("utf-8", errors="replace"),
        **{f"{PLOTS}/{drawing.name}.png": as_png(drawing) for drawing in drawings_of(report)},
    }
    try:
        (folder / PLOTS).mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            replace_file(folder / name, data)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunError(
            f"the report cannot be written to {folder} ({reason}); make room, or give another folder"
        ) from error
