from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embed import HashingEmbedder, SentenceTransformerEmbedder, default_embedder
from index.errors import WeightsError
from index.weights import EMBEDDER


@pytest.fixture(scope="module")
def packaged() -> SentenceTransformerEmbedder:
    embedder = default_embedder()
    assert isinstance(embedder, SentenceTransformerEmbedder)
    return embedder


@given(st.lists(st.text(max_size=40), max_size=5))
def test_the_fake_gives_unit_rows_that_depend_on_the_words_alone(texts: list[str]) -> None:
    vectors = HashingEmbedder(64).embed_passages(texts)
    assert vectors.shape == (len(texts), 64)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert np.array_equal(vectors, HashingEmbedder(64).embed_queries(texts))


def test_a_path_without_a_model_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="holds no sentence-transformers model"):
        SentenceTransformerEmbedder(tmp_path)
    with pytest.raises(WeightsError, match="give the folder of a sentence-transformers model, or its id"):
        SentenceTransformerEmbedder(tmp_path / "gone")


def test_a_model_without_weights_is_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(EMBEDDER.path(), folder, ignore=shutil.ignore_patterns("*.safetensors"))
    with pytest.raises(WeightsError, match="holds no weights"):
        SentenceTransformerEmbedder(folder)


def test_the_fingerprint_changes_with_the_settings(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(EMBEDDER.path(), folder)
    before = SentenceTransformerEmbedder(folder).fingerprint
    assert before == SentenceTransformerEmbedder(EMBEDDER.path()).fingerprint
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 128, "do_lower_case": false}')
    assert SentenceTransformerEmbedder(folder).fingerprint != before


@pytest.mark.model
def test_weights_cut_short_are_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(EMBEDDER.path(), folder)
    with (folder / EMBEDDER.file).open("r+b") as file:
        file.truncate(1_000_000)
    with pytest.raises(WeightsError, match=r"cannot be loaded .*install the model again"):
        SentenceTransformerEmbedder(folder).embed_queries(["hello"])


@pytest.mark.model
def test_the_model_needs_no_network_and_leaves_the_environment_alone(
    packaged: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    fresh = SentenceTransformerEmbedder(EMBEDDER.path())
    assert fresh.embed_queries(["hello"]).shape == (1, 384)
    assert "HF_HUB_OFFLINE" not in os.environ


@pytest.mark.model
def test_what_means_the_same_is_nearer_than_what_does_not(packaged: SentenceTransformerEmbedder) -> None:
    query = packaged.embed_queries(["Who quit as ambassador?"])
    near, far = packaged.embed_passages(["The envoy resigned on Monday.", "Bread prices rose in Kazakhstan."])
    assert float(query[0] @ near) > float(query[0] @ far) + 0.2


@pytest.mark.model
def test_a_text_gives_the_same_unit_vector_alone_and_among_others(packaged: SentenceTransformerEmbedder) -> None:
    texts = ["The envoy resigned.", "A much longer text about harbours and ships. " * 20, "", "🙂"]
    together = packaged.embed_passages(texts)
    alone = np.concatenate([packaged.embed_passages([text]) for text in texts])
    assert together.dtype == np.float32
    assert together.shape == (4, packaged.dimension)
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    assert np.allclose(together, alone, atol=1e-5)
    assert packaged.embed_queries([]).shape == (0, 384)
