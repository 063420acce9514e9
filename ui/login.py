"""Who may use the page: names and passwords of a file, and who a request is from."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from pathlib import Path

from starlette.requests import Request

from ui.errors import LoginError


def read_users(path: Path) -> Mapping[str, str]:
    """Return the passwords by name of a file with a line `name:password` for each; lines with # are comments.

    Raises:
        LoginError: it cannot be read, names nobody, or a line is in another shape.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LoginError(f"{path} cannot be read ({error}); expected lines of name:password") from error
    users: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, colon, password = line.strip().partition(":")
        if not colon or not name.strip() or not password:
            raise LoginError(f"{path}, line {number}: expected name:password")
        if name.strip() in users:
            raise LoginError(f"{path}, line {number}: {name.strip()} comes a second time; take one line out")
        users[name.strip()] = password
    if not users:
        raise LoginError(f"{path} names nobody; write a line name:password for each who may use the page")
    return users


def checker(users: Mapping[str, str]) -> Callable[[str, str], bool]:
    """Return what says whether a name and a password belong together, in a time that does not tell how nearly."""

    def is_right(name: str, password: str) -> bool:
        wanted = users.get(name)
        same = hmac.compare_digest((wanted or "").encode(), password.encode())
        return wanted is not None and same

    return is_right


def user_of(request: Request) -> str | None:
    """Return who a request is from: "" where everybody may use the page, None for somebody who has not logged in."""
    app = request.app
    if getattr(app, "auth", None) is None:
        return ""
    names = (f"access-token-{app.cookie_id}", f"access-token-unsecure-{app.cookie_id}")
    token = next((request.cookies[name] for name in names if name in request.cookies), None)
    found = app.tokens.get(token) if token else None
    return None if found is None else str(found)
