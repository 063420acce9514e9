"""What the page offers beside itself: conversations as files. Nothing is ever shown as a page of its own."""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from ui.conversations import Conversations
from ui.errors import ConversationsError
from ui.export import FORMATS


def routes(store: Conversations | None) -> list[BaseRoute]:
    """Return the routes of a page that keeps its conversations in a store."""

    def export(request: Request) -> Response:
        conversation_id, suffix = request.path_params["name"], request.path_params["suffix"]
        if store is None or suffix not in FORMATS:
            return PlainTextResponse("there is no such file", status_code=404)
        try:
            title = store.title(conversation_id)
            content = FORMATS[suffix].write(title, store.exchanges(conversation_id))
        except ConversationsError as error:
            return PlainTextResponse(str(error), status_code=404)
        name = re.sub(r"[^\w .-]+", "", title).strip(" .")[:60] or "conversation"
        disposition = f"attachment; filename*=UTF-8''{quote(f'{name}.{suffix}')}"
        return Response(content, media_type=FORMATS[suffix].media_type, headers={"content-disposition": disposition})

    return [Route("/onrecord/export/{name}.{suffix}", export)]
