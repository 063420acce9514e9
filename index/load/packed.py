"""ZIP-based files (DOCX, EPUB): opened with limits on what they unpack to, XML with entities refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from itertools import pairwise
from xml.etree import ElementTree

from index.errors import LoadError

MAX_UNPACKED_BYTES = 500_000_000  # of all members together
MAX_MEMBER_BYTES = 100_000_000  # of one member that is read
MAX_MEMBERS = 20_000
MAX_RATIO = 200  # unpacked to packed, over all; text compresses about tenfold
_DIRECTORY_ENTRY = b"PK\x01\x02"
_HEADER_BYTES = 30  # before a member's name
# What zipfile lets through besides its own error when a file is damaged.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError,
           OverflowError, IndexError, struct.error)  # fmt: skip


def open_packed(data: bytes, *, kind: str) -> zipfile.ZipFile:
    """Return the archive; nothing is unpacked yet.

    Raises:
        LoadError: it is not a ZIP archive, is cut short, is encrypted, or would unpack to far more than its size.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise LoadError(f"the {kind} file is encrypted or in the old Office format; save it without password as {kind}")
    if not data.startswith(b"PK"):
        raise LoadError(f"the file is not a {kind} file (it does not begin as a ZIP archive does)")
    if data.count(_DIRECTORY_ENTRY) > MAX_MEMBERS:
        raise LoadError(f"the {kind} file holds more than {MAX_MEMBERS:,} members; it is not opened")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGE as error:
        raise LoadError(f"the {kind} file is cut short or damaged; get a whole copy") from error
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_RATIO * len(data) + 1_000_000:
        raise LoadError(
            f"the {kind} file of {len(data) / 1e6:,.1f} MB would unpack to {unpacked / 1e6:,.0f} MB, "
            "as archives made to do harm do; it is not opened"
        )
    if _overlap(members):
        raise LoadError(f"members of the {kind} file overlap, as in archives made to do harm; it is not opened")
    if any(member.flag_bits & 1 for member in members):
        raise LoadError(f"the {kind} file is encrypted with a password; save a copy without one")
    return archive


def _overlap(members: Sequence[zipfile.ZipInfo]) -> bool:
    placed = sorted(members, key=lambda member: member.header_offset)
    return any(this.header_offset + _HEADER_BYTES + this.compress_size > that.header_offset
               for this, that in pairwise(placed))  # fmt: skip


def read_member(archive: zipfile.ZipFile, name: str, *, kind: str) -> bytes:
    """Return one member's bytes.

    Raises:
        LoadError: it is missing, damaged or too large.
    """
    try:
        size = archive.getinfo(name).file_size
        if size > MAX_MEMBER_BYTES:
            raise LoadError(f"{name} in the {kind} file is {size / 1e6:,.0f} MB; the limit is 100 MB")
        with archive.open(name) as member:
            return member.read(size + 1)  # bounded, so that a size that is not the true one does no harm
    except KeyError as error:
        raise LoadError(f"the {kind} file has no {name}; it is damaged or of another kind") from error
    except _DAMAGE as error:
        raise LoadError(f"{name} in the {kind} file is damaged; get a whole copy") from error


def parse_xml(data: bytes, *, kind: str) -> ElementTree.Element:
    """Return the root of an XML member.

    Raises:
        LoadError: it declares entities (which can expand without end) or is not well-formed.
    """
    refuse_entities(data, kind=kind)
    try:
        return ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise LoadError(f"the {kind} file holds XML that is damaged; get a whole copy") from error


def refuse_entities(data: bytes, *, kind: str) -> None:
    """Raise `LoadError` when XML declares entities of its own, in UTF-8 or UTF-16; in others none is expanded."""
    if b"<!ENTITY" in data or "<!ENTITY".encode("utf-16-le") in data or "<!ENTITY".encode("utf-16-be") in data:
        raise LoadError(f"the {kind} file declares XML entities, which can expand without end; it is not opened")
