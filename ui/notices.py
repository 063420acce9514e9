"""What the page says around the conversation, as HTML: its head, its hints, what became of something. Pure.

Everything that comes from a document, a question or a model is escaped, and all is one line (`render`).
"""

from __future__ import annotations

from html import escape

from index.types import IndexStats
from ui.markup import lines, plain, sign, status
from ui.models import ModelState
from ui.wording import counted

EXPORTS = (("md", "Markdown"), ("html", "HTML"), ("docx", "Word"), ("json", "JSON"))


def header_html(stats: IndexStats | None, problem: str | None) -> str:
    """Return the page's head: the name, and what is asked."""
    if stats is not None:
        numbers = ((stats.documents, "document"), (stats.articles, "article"), (stats.passages, "passage"))
        line = " · ".join(counted(number, noun) for number, noun in numbers)
    else:
        line = problem or "opening the documents …"
    state = "ready" if stats is not None else "problem" if problem else "opening"
    return (
        '<header class="or-header"><h1 class="or-name">onrecord</h1>'
        '<p class="or-promise">Every sentence bound to the words it rests on, and checked before it is shown.</p>'
        f'<p class="or-stats or-stats-{state}">{plain(line)}</p></header>'
    )


def welcome_html() -> str:
    """Return what an empty chat says."""
    return (
        '<div class="or-welcome"><h2>Ask your documents</h2>'
        "<p>Answers quote their sources. Where the documents disagree you see every side; "
        "where they are silent you are told so.</p></div>"
    )


def problem_html(message: str) -> str:
    """Return an error as one calm line."""
    head = sign("problem", "Not possible now", "")
    return f'<div class="or-answer or-problem">{head}<p class="or-text" dir="auto">{lines(message)}</p></div>'


def model_html(state: ModelState, chooser: str | None) -> str:
    """Return what becomes of the choice of a language model.

    Args:
        chooser: who may choose; None: the reader may.
    """
    if state.loading is not None:
        waiting = f"Loading {state.loading}. Questions under way are answered by {state.chosen}; new ones wait."
        return status(plain(waiting))
    if state.problem is not None:
        return problem_html(f"{state.problem}; {state.chosen} goes on answering")
    if state.changed:
        return status(f"{plain(state.chosen)} answers from now on, on every page.")
    return f'<p class="or-soft">{plain(chooser)} chooses it for everybody.</p>' if chooser is not None else ""


def exports_html(conversation_id: str | None) -> str:
    """Return links that save a conversation, one a format."""
    if conversation_id is None:
        return '<p class="or-exports or-soft">Nothing to save yet.</p>'
    links = "".join(
        f'<a href="onrecord/export/{escape(conversation_id)}.{suffix}" download>{name}</a>' for suffix, name in EXPORTS
    )
    return f'<p class="or-exports">Save as {links}</p>'


def deleted_html(title: str) -> str:
    """Return that a conversation is gone, beside which a button brings it back."""
    return status(f"Deleted “<bdi>{plain(title)}</bdi>”.")


def removed_html(source: str) -> str:
    """Return that a document is removed, beside which a button brings it back."""
    return status(f"Removed “<bdi>{plain(source)}</bdi>”.")


def returning_html() -> str:
    """Return that a document is on its way back into the index."""
    return status("Bringing it back …")


def here_html(conversation_id: str | None, trouble: str | None = None, *, collection: str | None = None) -> str:
    """Return which conversation the page shows, for `script.js`, and why it is not kept, for the reader.

    Args:
        collection: what an empty conversation will ask; None: what is asked without a choice.
    """
    name = f" or-c-{escape(conversation_id)}" if conversation_id else ""
    chosen = f'<span class="or-here-collection">{escape(collection)}</span>' if collection else ""
    return f'<p class="or-here{name}">{plain(trouble or "")}{chosen}</p>'
