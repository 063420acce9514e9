"""E-mails: header lines people ask about, then the text. Standard library and `html.body_text`."""

from __future__ import annotations

import datetime
import email
import email.policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from index.errors import LoadError
from index.load.decode import decode
from index.load.html import body_text
from index.load.pieces import one_line
from index.types import Dated, Document

_SHOWN_HEADERS = ("From", "To", "Cc", "Date", "Subject")


def load(data: bytes, *, source: str) -> Document:
    """Return an e-mail as its From, To, Cc, Date and Subject lines and its text (of the HTML part if need be).

    The subject is the title and the Date header the date. Forwarded messages follow; other attachments are named.

    Raises:
        LoadError: it has no e-mail header, or no text.
    """
    try:
        return _document(data, source)
    except RecursionError as error:
        raise LoadError("the e-mail nests its parts too deeply to be read; save the inner message by itself") from error


def _document(data: bytes, source: str) -> Document:
    message = email.message_from_bytes(data, policy=email.policy.default)
    headers = _headers(message)
    if not headers:
        raise LoadError("the file has no e-mail header (From, To, Date, Subject); if it is a note, name it .txt")
    body = _body(message)
    if not body.strip() and not _header(message, "Subject"):
        raise LoadError("the e-mail holds no text; there is nothing to index")
    date = _date(message)
    return Document(
        source=source,
        text="\n".join(headers) + ("\n\n" + body if body.strip() else ""),
        media_type="message/rfc822",
        title=_header(message, "Subject") or None,
        date=Dated(value=date, basis="metadata") if date else None,
    )


def _headers(message: EmailMessage) -> list[str]:
    lines = ((name, _header(message, name)) for name in _SHOWN_HEADERS)
    return [f"{name}: {value}" for name, value in lines if value]


def _header(message: EmailMessage, name: str) -> str:
    try:
        return one_line(str(message.get(name) or ""))
    except (ValueError, IndexError, AttributeError, TypeError):  # the parser of malformed headers fails in these ways
        raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
        return one_line(str(raw))


def _date(message: EmailMessage) -> datetime.date | None:
    try:
        return parsedate_to_datetime(_header(message, "Date")).date()
    except (ValueError, TypeError, IndexError):
        return None


def _body(message: EmailMessage) -> str:
    parts: list[str] = []
    chosen = message.get_body(preferencelist=("plain", "html"))
    if isinstance(chosen, EmailMessage):
        parts.append(_part_text(chosen))
        if not parts[0].strip() and chosen.get_content_subtype() == "plain":
            other = message.get_body(preferencelist=("html",))
            parts = [_part_text(other)] if isinstance(other, EmailMessage) else parts
    for attached in message.iter_attachments() if message.is_multipart() else ():
        parts.append(_attached(attached, skip=chosen))
    return "\n\n".join(part for part in parts if part.strip())


def _attached(part: object, *, skip: object) -> str:
    if not isinstance(part, EmailMessage) or part is skip:
        return ""
    if part.get_content_type() == "message/rfc822":
        inner = part.get_content()
        return "\n".join(_headers(inner)) + "\n\n" + _body(inner) if isinstance(inner, EmailMessage) else ""
    name = part.get_filename()
    return f"Attachment: {one_line(name)}" if name else ""


def _part_text(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    if not data.strip():
        return ""
    text = _decoded(data, part.get_content_charset())
    if part.get_content_subtype() == "html":
        return body_text(text)[0]
    return text.replace("\r\n", "\n").replace("\x00", " ").strip("\n")


def _decoded(data: bytes, charset: str | None) -> str:
    try:
        return data.decode(charset or "utf-8")
    except (UnicodeDecodeError, LookupError):
        return decode(data)
