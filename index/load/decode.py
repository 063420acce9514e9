"""Bytes as text: which encoding a file is in, and whether it is text at all."""

from __future__ import annotations

import codecs
import re

from index.errors import LoadError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_SAMPLE_BYTES = 65_536
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_WESTERN_RUN = 1.7  # accented letters stand alone or in pairs; letters of other scripts in runs as long as words
# Without this list rare relatives win (Mac Cyrillic for Windows-1251, EBCDIC for anything).
_OTHER_SCRIPTS = [
    *("cp1251", "koi8_r", "cp1253", "cp1255", "cp1256"),  # Cyrillic, Greek, Hebrew, Arabic
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"),
]
_CONTROL_SHARE = 0.005


def decode(data: bytes) -> str:
    """Return the text of a file exactly as decoded: line endings are kept, only a byte-order mark is stripped.

    Tried are, in this order, a byte-order mark, UTF-8 (with a few damaged bytes, which become U+FFFD), UTF-16
    without a mark, and what the bytes look like (Windows-1252 for European text).

    Raises:
        LoadError: the file is empty, blank, or not text.
    """
    if not data:
        raise LoadError("the file is empty (0 bytes); there is nothing to index")
    _refuse_known_binary(data)
    text = _decoded(data)
    if len(_CONTROL.findall(text)) > len(text) * _CONTROL_SHARE or "\x00" in text:
        raise LoadError("the file holds binary data, not text; give it the suffix of its real format or leave it out")
    return require_text(text)


def require_text(text: str) -> str:
    """Return `text` when it holds anything but white space.

    Raises:
        LoadError: it does not.
    """
    if not text.strip(" \t\r\n\f\v\xa0\u200b\u200c\u200d\u2060\ufeff\u2028\u2029\x85"):
        raise LoadError("the file holds only white space; there is nothing to index")
    return text


def _refuse_known_binary(data: bytes) -> None:
    for magic, name in _MAGIC:
        if data.startswith(magic):
            raise LoadError(f"the file is {name}, not text; give it the suffix of its real format or leave it out")


_MAGIC = (
    (b"PK\x03\x04", "a ZIP archive (docx, epub, xlsx, ...)"),
    (b"\xd0\xcf\x11\xe0", "an old Microsoft Office file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
)


def _decoded(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(data)
    wide = _utf16_without_mark(data) if "\x00" in text else None
    return wide or text


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise LoadError(
            f"the file is marked as {encoding.upper()} but is damaged at byte {error.start}; save it again as UTF-8"
        ) from error


def _not_utf8(data: bytes) -> str:
    wide = _utf16_without_mark(data)
    if wide is not None:
        return wide
    mended = data.decode("utf-8", errors="replace")
    broken = mended.count("\ufffd")
    sound = sum(1 for character in mended if character > "\x7f") - broken
    if sound > 4 * broken:  # UTF-8 with a few damaged bytes
        return mended
    encoding = _likely_encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _utf16_without_mark(data: bytes) -> str | None:
    """Return the text when every second byte is nearly always zero, as in UTF-16 of European text."""
    sample = data[:_SAMPLE_BYTES]
    half = len(sample) // 2
    if half < 2 or len(data) % 2:
        return None
    for encoding, zeros in (("utf-16-le", sample[1::2].count(0)), ("utf-16-be", sample[0::2].count(0))):
        if zeros < 0.7 * half or sample.count(0) > 1.1 * half:
            continue
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            return None
    return None


def _likely_encoding(data: bytes) -> str:
    sample = data[:_SAMPLE_BYTES]
    runs = _HIGH_BYTES.findall(sample)
    if sum(len(run) for run in runs) < _WESTERN_RUN * len(runs):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_OTHER_SCRIPTS).best()
    return best.encoding if best is not None else "cp1252"
