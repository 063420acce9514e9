"""Bad inputs, made on the spot under a test's own folder; each function returns the path it made."""

from __future__ import annotations

import builtins
import errno
import io
import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

SENTENCE = "Edda Mornay, the harbour master, said on Sunday that 126 people were on board."
ACCENTED = "Zoë Müller said the café on the quay lost 40 000 crowns – “a blow”, she added."
MEBIBYTE = 1024 * 1024

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONSHIPS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def empty_folder(folder: Path) -> Path:
    """A folder with nothing in it."""
    path = folder / "empty"
    path.mkdir()
    return path


def zero_bytes(folder: Path, name: str = "nothing.txt") -> Path:
    """A file of no bytes."""
    path = folder / name
    path.touch()
    return path


def only_whitespace(folder: Path) -> Path:
    """A text file of blanks and line ends."""
    return _write(folder / "blank.txt", b" \n\t\r\n \n" * 40)


def binary_text(folder: Path) -> Path:
    """A file that is called .txt and holds every byte, NUL among them."""
    return _write(folder / "binary.txt", b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)) * 64)


def encrypted_pdf(folder: Path, *, password: str = "harbour") -> Path:
    """A PDF that opens with a password only."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.encrypt(password, algorithm="RC4-128")
    path = folder / "locked.pdf"
    with path.open("wb") as file:
        writer.write(file)
    return path


def truncated_pdf(folder: Path) -> Path:
    """The first third of a good PDF: no cross-reference table and no end."""
    whole = _pdf(SENTENCE)
    return _write(folder / "cut.pdf", whole[: len(whole) // 3])


def pdf_without_text(folder: Path) -> Path:
    """A good PDF whose only page is blank, as a scan is to a text reader."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    path = folder / "scan.pdf"
    with path.open("wb") as file:
        writer.write(file)
    return path


def good_pdf(folder: Path, text: str = SENTENCE) -> Path:
    """A PDF of one page with one line."""
    return _write(folder / "good.pdf", _pdf(text))


def truncated_docx(folder: Path) -> Path:
    """The first half of a good Word file: the zip's directory is gone."""
    whole = good_docx(folder).read_bytes()
    (folder / "good.docx").unlink()
    return _write(folder / "cut.docx", whole[: len(whole) // 2])


def good_docx(folder: Path, text: str = SENTENCE) -> Path:
    """A Word file of one paragraph."""
    path = folder / "good.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
        archive.writestr("_rels/.rels", _RELATIONSHIPS)
        archive.writestr("word/document.xml", _word_head() + text + _word_tail())
    return path


def docx_that_is_a_text(folder: Path) -> Path:
    """A text file that is called .docx."""
    return _write(folder / "plain.docx", SENTENCE.encode())


def zip_bomb_docx(folder: Path, *, mebibytes: int = 600) -> Path:
    """A small Word file whose document grows to `mebibytes` when it is unpacked; written piece by piece."""
    path = folder / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
        archive.writestr("_rels/.rels", _RELATIONSHIPS)
        with archive.open("word/document.xml", "w", force_zip64=True) as document:
            document.write(_word_head().encode())
            for _ in range(mebibytes):
                document.write(b"a" * MEBIBYTE)
            document.write(_word_tail().encode())
    return path


def sparse_file(folder: Path, *, mebibytes: int = 500, name: str = "huge.txt") -> Path:
    """A file that is said to be `mebibytes` long and takes no room on the disk."""
    path = folder / name
    path.touch()
    os.truncate(path, mebibytes * MEBIBYTE)
    return path


def utf16_text(folder: Path, *, big_endian: bool = False, mark: bool = True) -> Path:
    """A text in UTF-16, with its byte-order mark unless told otherwise."""
    encoding = "utf-16-be" if big_endian else "utf-16-le"
    return _write(folder / "utf16.txt", (("\ufeff" if mark else "") + ACCENTED).encode(encoding))


def latin1_text(folder: Path) -> Path:
    """A text in Latin-1 that is not UTF-8; `ACCENTED` with plain quotes and dash."""
    return _write(folder / "latin1.txt", latin1_words().encode("latin-1"))


def latin1_words() -> str:
    """What `latin1_text` says."""
    return ACCENTED.replace("–", "-").replace("“", '"').replace("”", '"')


def only_boilerplate(folder: Path) -> Path:
    """A page that has nothing but what pages leave behind."""
    lines = (
        "Leave a Reply",
        "Your email address will not be published. Required fields are marked *",
        "Related Posts",
        "Also Read: Ten things to do this autumn",
        "ADVERTISEMENT",
        "Share on Facebook",
    )
    return _write(folder / "leftovers.txt", "\n\n".join(lines).encode())


def broken_json(folder: Path) -> Path:
    """A JSON file that stops in the middle of a string."""
    return _write(folder / "broken.json", b'{"title": "Ferry", "text": "Edda Mornay, the harb')


def deep_json(folder: Path, *, levels: int = 100_000) -> Path:
    """A JSON file so deeply nested that a recursive reader gives up."""
    return _write(folder / "deep.json", b"[" * levels + b"]" * levels)


def broken_csv(folder: Path) -> Path:
    """A CSV file with a quote that is never closed and a row that is too long."""
    return _write(folder / "broken.csv", b'name,role\n"Mornay,harbour master\nOpie,spokesman,extra,extra\n')


def broken_eml(folder: Path) -> Path:
    """An e-mail that announces parts which never come, in an encoding that nobody knows."""
    head = b'Subject: =?x-unknown?B?////?=\nContent-Type: multipart/mixed; boundary="b"\n\n'
    return _write(folder / "broken.eml", head + b"--b\nContent-Type: text/plain; charset=x-none\n\nMornay said so.\n")


def html_without_content(folder: Path) -> Path:
    """A web page of navigation and scripts."""
    page = (
        b"<html><head><title></title><script>track()</script></head><body><nav><a href='/'>Home</a></nav></body></html>"
    )
    return _write(folder / "hollow.html", page)


def unknown_suffix(folder: Path) -> Path:
    """A picture, which no loader reads."""
    return _write(folder / "photo.png", b"\x89PNG\r\n\x1a\n" + bytes(64))


def symlink_out(folder: Path, target: Path) -> Path:
    """A link in `folder` to a file or folder outside of it."""
    path = folder / f"link-{target.name}"
    path.symlink_to(target)
    return path


def symlink_to_itself(folder: Path) -> Path:
    """A link that never arrives."""
    path = folder / "round.txt"
    path.symlink_to(path)
    return path


def symlink_loop(folder: Path) -> Path:
    """A folder that holds a link to the folder above it."""
    inner = folder / "inner"
    inner.mkdir()
    (inner / "up").symlink_to(folder, target_is_directory=True)
    return inner


def dangling_symlink(folder: Path) -> Path:
    """A link to nothing."""
    path = folder / "gone.txt"
    path.symlink_to(folder / "was-never-here.txt")
    return path


def named_pipe(folder: Path) -> Path:
    """A pipe: whoever opens it to read waits for ever."""
    path = folder / "pipe.txt"
    os.mkfifo(path)
    return path


def odd_names(folder: Path) -> list[Path]:
    """Good text files with names that break what prints, quotes or splits them."""
    names = (
        "two\nlines.txt",
        "ferry \U0001f6a2.txt",
        "\u202efdp.txt",  # right-to-left override
        "תקציב.txt",
        "cafe\u0301.txt",  # e and a combining accent
        "100% [1] 'quoted' \"twice\".txt",
        "-rf.txt",
        "a" * 240 + ".txt",
        "CON.TXT",
        " leading and trailing .txt",
    )
    return [_write(folder / name, SENTENCE.encode()) for name in names]


def undecodable_name(folder: Path) -> Path:
    """A good text file whose name is not UTF-8 (its str has a surrogate, which cannot be printed)."""
    return _write(folder / os.fsdecode(b"caf\xe9.txt"), SENTENCE.encode())


def ignores_rights() -> bool:
    """Return whether this process reads files without having the right to, as root does."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


SKIP_WITHOUT_RIGHTS = "root may read everything; use no_right_to_read(), which refuses in the process itself"


@contextmanager
def without_rights(path: Path) -> Iterator[Path]:
    """Take every right from a file or folder for as long as the block runs; of no effect for root."""
    before = stat.S_IMODE(path.stat().st_mode)
    path.chmod(0)
    try:
        yield path
    finally:
        path.chmod(before)


def no_right_to_read(monkeypatch: pytest.MonkeyPatch, path: Path) -> Path:
    """Make opening or listing `path`, or anything below it, fail as it does without rights, for root too."""
    for module, name in ((builtins, "open"), (io, "open"), (os, "open"), (os, "listdir"), (os, "scandir")):
        monkeypatch.setattr(module, name, _refusing(getattr(module, name), path))
    return path


def _refusing(really: Callable[..., Any], forbidden: Path) -> Callable[..., Any]:
    def refuse_or_do(target: Any = ".", *arguments: Any, **options: Any) -> Any:
        if not isinstance(target, int):
            asked = Path(os.path.abspath(os.fsdecode(target)))
            if asked == forbidden or forbidden in asked.parents:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(asked))
        return really(target, *arguments, **options)

    return refuse_or_do


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _word_head() -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{_WORD}"><w:body><w:p><w:r><w:t>'


def _word_tail() -> str:
    return "</w:t></w:r></w:p></w:body></w:document>"


def _pdf(text: str) -> bytes:
    from examples.make_binaries import pdf_bytes

    return pdf_bytes(((text,),), title="Harbour")
