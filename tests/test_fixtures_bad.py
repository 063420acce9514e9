"""The bad inputs are bad in the way that their names say."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pypdf
import pytest

from tests import fixtures_bad as bad


def test_an_encrypted_pdf_does_not_open_without_its_password(tmp_path: Path) -> None:
    reader = pypdf.PdfReader(bad.encrypted_pdf(tmp_path, password="tide"))
    assert reader.is_encrypted
    assert not reader.decrypt("")
    assert reader.decrypt("tide")


def test_a_good_pdf_says_its_line_and_a_cut_one_has_no_end(tmp_path: Path) -> None:
    assert pypdf.PdfReader(bad.good_pdf(tmp_path)).pages[0].extract_text().strip() == bad.SENTENCE
    assert b"%%EOF" not in bad.truncated_pdf(tmp_path).read_bytes()
    assert pypdf.PdfReader(bad.pdf_without_text(tmp_path)).pages[0].extract_text() == ""


def test_a_cut_word_file_is_no_zip_and_a_good_one_is(tmp_path: Path) -> None:
    assert not zipfile.is_zipfile(bad.truncated_docx(tmp_path))
    assert zipfile.ZipFile(bad.good_docx(tmp_path)).testzip() is None


def test_a_zip_bomb_is_small_and_grows_a_thousandfold(tmp_path: Path) -> None:
    path = bad.zip_bomb_docx(tmp_path, mebibytes=8)
    [grown] = [entry.file_size for entry in zipfile.ZipFile(path).infolist() if entry.filename == "word/document.xml"]
    assert grown > 8 * bad.MEBIBYTE
    assert path.stat().st_size < grown / 500


def test_a_sparse_file_is_long_and_takes_no_room(tmp_path: Path) -> None:
    found = bad.sparse_file(tmp_path).stat()
    assert found.st_size == 500 * bad.MEBIBYTE
    assert found.st_blocks * 512 < bad.MEBIBYTE


def test_the_encoded_texts_say_the_same_and_are_not_utf8(tmp_path: Path) -> None:
    assert bad.utf16_text(tmp_path).read_text(encoding="utf-16") == bad.ACCENTED
    assert bad.latin1_text(tmp_path).read_text(encoding="latin-1") == bad.latin1_words()
    with pytest.raises(UnicodeDecodeError):
        bad.latin1_text(tmp_path).read_text(encoding="utf-8")


def test_the_broken_json_files_do_not_parse(tmp_path: Path) -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(bad.broken_json(tmp_path).read_text(encoding="utf-8"))
    with pytest.raises(RecursionError):
        json.loads(bad.deep_json(tmp_path).read_text(encoding="utf-8"))


def test_every_odd_name_is_there_and_holds_the_sentence(tmp_path: Path) -> None:
    made = bad.odd_names(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted(made)
    assert {path.read_text(encoding="utf-8") for path in made} == {bad.SENTENCE}
    assert "\udce9" in bad.undecodable_name(tmp_path).name


def test_links_lead_where_they_say(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside.txt", tmp_path / "folder"
    outside.touch()
    folder.mkdir()
    assert bad.symlink_out(folder, outside).resolve() == outside.resolve()
    assert not bad.dangling_symlink(folder).exists()
    assert (bad.symlink_loop(folder) / "up" / "inner").samefile(folder / "inner")
    with pytest.raises((OSError, RuntimeError)):
        bad.symlink_to_itself(folder).resolve(strict=True)


@pytest.mark.skipif(bad.ignores_rights(), reason=bad.SKIP_WITHOUT_RIGHTS)
def test_a_folder_without_rights_cannot_be_listed_and_gets_them_back(tmp_path: Path) -> None:
    with bad.without_rights(bad.empty_folder(tmp_path)) as folder, pytest.raises(PermissionError):
        os.listdir(folder)
    assert os.listdir(tmp_path / "empty") == []


def test_rights_can_be_refused_to_root_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = bad.empty_folder(tmp_path)
    inside, beside = bad.zero_bytes(closed), bad.zero_bytes(tmp_path, "beside.txt")
    bad.no_right_to_read(monkeypatch, closed)
    for refused in (lambda: list(closed.iterdir()), lambda: list(os.scandir(closed)), inside.read_bytes):
        with pytest.raises(PermissionError):
            refused()
    assert beside.read_bytes() == b""
