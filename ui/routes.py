"""What the page offers beside itself: conversations, originals and pages of PDFs. Nothing of it is markup that runs."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from index.errors import IndexingError
from qa.errors import RunsError
from qa.runs import Runs
from ui.collections import Desks
from ui.conversations import Conversations
from ui.errors import ConversationsError
from ui.export import FORMATS
from ui.login import user_of
from ui.originals import media_type_of, page_picture


def routes(store: Conversations | None, desks: Desks | None = None, runs: Runs | None = None) -> list[BaseRoute]:
    """Return the routes of a page that keeps its conversations in a store, asks desks and shows runs."""

    def export(request: Request) -> Response:
        conversation_id, suffix = request.path_params["name"], request.path_params["suffix"]
        owner = user_of(request)
        if owner is None:
            return NOBODY
        if store is None or suffix not in FORMATS:
            return PlainTextResponse("there is no such file", status_code=404)
        try:
            title = store.title(conversation_id, owner=owner)
            content = FORMATS[suffix].write(title, store.exchanges(conversation_id, owner=owner))
        except ConversationsError as error:
            return PlainTextResponse(str(error), status_code=404)
        name = re.sub(r"[^\w .-]+", "", title).strip(" .")[:60] or "conversation"
        disposition = f"attachment; filename*=UTF-8''{quote(f'{name}.{suffix}')}"
        return Response(content, media_type=FORMATS[suffix].media_type, headers={"content-disposition": disposition})

    def original(request: Request) -> Response:
        if user_of(request) is None:
            return NOBODY
        found = _original(desks, request.query_params.get("collection"), request.path_params["source"])
        if found is None:
            return PlainTextResponse("the file is not there any more; the index holds its text", status_code=404)
        media_type, shown = media_type_of(found[1])
        kind = "inline" if shown else "attachment"
        disposition = f"{kind}; filename*=UTF-8''{quote(found[0].name)}"
        headers = {"content-disposition": disposition}
        return FileResponse(found[0], media_type=media_type, headers=headers)

    def page(request: Request) -> Response:
        if user_of(request) is None:
            return NOBODY
        source, query = request.path_params["source"], request.query_params
        collection = query.get("collection")
        found = _original(desks, collection, source)
        try:
            number, start, end = (int(query[name]) for name in ("page", "start", "end"))
        except (KeyError, ValueError):
            return PlainTextResponse("expected page, start and end", status_code=400)
        if desks is None or found is None or found[1] != PDF:
            return PlainTextResponse("there is no such page", status_code=404)
        words = desks.desk(collection).documents().text_of(source)[start:end]
        picture = page_picture(found[0], found[0].stat().st_mtime, number, words)
        if picture is None:
            return PlainTextResponse("there is no such page", status_code=404)
        return Response(picture, media_type="image/png", headers={"cache-control": "private, max-age=3600"})

    def report(request: Request) -> Response:
        if user_of(request) is None:
            return NOBODY
        try:
            if runs is None:
                raise RunsError("no runs are shown here")
            path = runs.report(request.path_params["name"])
        except RunsError as error:
            return PlainTextResponse(str(error), status_code=404)
        return FileResponse(path, media_type="text/html; charset=utf-8", headers={"content-security-policy": SANDBOX})

    return [
        Route("/onrecord/report/{name:path}", report),
        Route("/onrecord/export/{name}.{suffix}", export),
        Route("/onrecord/original/{source:path}", original),
        Route("/onrecord/page/{source:path}", page),
    ]


PDF = "application/pdf"
# A report has a script that sorts and filters it. In a sandbox it is of no origin: it cannot reach the page's own
# cookies or addresses, and it may load and send nothing. The page's own policy is added and holds as well.
SANDBOX = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)
NOBODY = PlainTextResponse("log in first", status_code=401)


def _original(desks: Desks | None, collection: str | None, source: str) -> tuple[Path, str] | None:
    if desks is None:
        return None
    try:
        return desks.desk(collection).original(source)
    except IndexingError:
        return None
