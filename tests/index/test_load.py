"""Plain text and Markdown, and what every format has in common: sizes, rights, suffixes, one-line reasons."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import LoadError
from index.load import MAX_FILE_BYTES, MAX_PACKED_FILE_BYTES, SUFFIXES, load, load_bytes
from index.load.decode import decode
from index.types import Dated

RUSSIAN = "Мост закрыт на семь недель, сообщил мэр города в среду. " * 5
JAPANESE = "市長は水曜日に橋が七週間閉鎖されると述べた。フェリーが四十台の車を運ぶ。\n" * 4
WORDS = "The café on the quay opened on 3 March – with “forty” seats.\nIt closed again in May.\n"


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def reason(path: Path) -> str:
    with pytest.raises(LoadError) as caught:
        load(path, source=path.name)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (WORDS.encode("utf-8"), WORDS),
        (b"\xef\xbb\xbf" + WORDS.encode("utf-8"), WORDS),
        (WORDS.encode("utf-16"), WORDS),
        (WORDS.encode("utf-16-le"), WORDS),
        (WORDS.encode("utf-16-be"), WORDS),
        (WORDS.encode("utf-32"), WORDS),
        (WORDS.encode("cp1252"), WORDS),
        ("Übergrößenträger in Zürich sagte: ja.\n".encode("latin-1"), "Übergrößenträger in Zürich sagte: ja.\n"),
        (RUSSIAN.encode("cp1251"), RUSSIAN),
        (JAPANESE.encode("shift_jis"), JAPANESE),
        (WORDS.encode("utf-8") * 3 + b"broken \xff byte", WORDS * 3 + "broken \ufffd byte"),
    ],
)
def test_the_encoding_of_a_text_is_found(data: bytes, expected: str) -> None:
    assert decode(data) == expected


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.TXT"])
def test_the_text_of_a_plain_file_is_the_decoded_file_with_its_line_endings(tmp_path: Path, name: str) -> None:
    data = "Title\r\n\r\n  Indented\tline \r\nlast\u2028line\n\n".encode()
    document = load(write(tmp_path, name, data), source=name)
    assert document.text == data.decode("utf-8")
    assert document.source == name


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\r\t")))
def test_any_text_in_utf8_comes_back_unchanged_or_is_called_blank(text: str) -> None:
    data = text.encode("utf-8")
    if data.startswith((b"\xef\xbb\xbf", b"PK\x03\x04", b"\x1f\x8b")):
        return
    if text.strip("\ufeff\u200b\u200c\u200d\u2060 ").strip():
        assert decode(data) == text
    else:
        with pytest.raises(LoadError, match="nothing to index"):
            decode(data)


@settings(max_examples=40, deadline=None)  # the detector of encodings is slow on noise
@given(st.binary(max_size=200))
def test_any_bytes_become_text_or_one_line_of_reason(data: bytes) -> None:
    try:
        outcome = decode(data)
    except LoadError as error:
        outcome = str(error)
    assert outcome.strip()
    assert "\x00" not in outcome


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.txt", b"", "empty (0 bytes)"),
        ("a.txt", b" \n\t\r\n \xc2\xa0", "only white space"),
        ("a.md", b"\xef\xbb\xbf", "only white space"),
        ("a.txt", bytes(range(256)) * 8, "binary data"),
        ("a.txt", b"text with a\x00 zero byte in it", "binary data"),
        ("a.txt", b"PK\x03\x04 and so on", "ZIP archive"),
        ("a.csv", b"\x89PNG\r\n\x1a\n", "PNG picture"),
        ("a.txt", b"\xff\xfea\x00\x00", "damaged at byte"),
        ("a.xyz", b"text", "known are .csv"),
        ("noname", b"text", "(no suffix)"),
    ],
)
def test_a_file_that_holds_no_text_is_refused_with_its_reason(
    tmp_path: Path, name: str, data: bytes, expected: str
) -> None:
    assert expected in reason(write(tmp_path, name, data))


@pytest.mark.parametrize(
    ("name", "limit"), [("big.txt", MAX_FILE_BYTES), ("big.csv", MAX_FILE_BYTES), ("big.pdf", MAX_PACKED_FILE_BYTES)]
)
def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path, name: str, limit: int) -> None:
    path = tmp_path / name
    with open(path, "wb") as stream:
        stream.truncate(500_000_000)  # a sparse file: reading it would take half a gigabyte
    assert f"500 MB and the limit of its kind is {limit / 1e6:.0f} MB" in reason(path)


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", b"secret")
    path.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # the superuser may read everything
    try:
        assert "no right to read" in reason(path)
    finally:
        os.seteuid(user)


def test_what_is_not_a_regular_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    assert "not a regular file" in reason(tmp_path / "pipe.txt")
    assert "not a regular file" in reason(tmp_path / "folder.txt")
    assert "nothing is at this path" in reason(tmp_path / "gone.txt")


def test_front_matter_of_markdown_gives_title_and_date(tmp_path: Path) -> None:
    text = '---\ntitle: "Pump guide"\ndate: 2024-02-03\n---\n# Pumps\n\nOpen the valve.\n'
    document = load(write(tmp_path, "a.md", text.encode()), source="a.md")
    assert document.text == text
    assert document.title == "Pump guide"
    assert document.date == Dated(value=datetime.date(2024, 2, 3), basis="metadata")


def test_a_rule_at_the_top_of_markdown_is_no_front_matter(tmp_path: Path) -> None:
    document = load(write(tmp_path, "a.md", b"---\nJust a rule above.\n"), source="a.md")
    assert document.title is None


def test_every_promised_format_has_a_reader() -> None:
    assert {".txt", ".md", ".html", ".htm", ".pdf", ".docx", ".eml", ".csv", ".json", ".epub"} <= SUFFIXES


def test_no_parser_is_imported_before_a_file_needs_it() -> None:
    heavy = ["lxml", "trafilatura", "pypdf", "docx", "charset_normalizer"]
    code = f"import sys, index.load, index.articles; print([name for name in {heavy} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


@pytest.mark.parametrize(
    ("matter", "tags"),
    [
        ("tags: [sea, 'old town']", ("sea", "old town")),
        ("title: Ferries\ntags:\n  - sea\n  - fish\ndate: 2020-01-01", ("sea", "fish")),
        ("keywords: sea, sea, fish", ("sea", "fish")),
        ("tags:", ()),
        ("title: no tags", ()),
    ],
)
def test_the_tags_of_front_matter_are_metadata(matter: str, tags: tuple[str, ...]) -> None:
    document = load_bytes(f"---\n{matter}\n---\nThe ferry is old.\n".encode(), source="a.md")
    assert document.tags == tags


def test_tags_in_the_text_are_none() -> None:
    assert load_bytes(b"The ferry is old.\n\ntags: sea\n", source="a.md").tags == ()
