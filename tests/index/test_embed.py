from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index import Index
from index.bert import MAX_WEIGHT, round_weights
from index.embed import (
    Embedder,
    HashingEmbedder,
    QuantizedEmbedder,
    SentenceTransformerEmbedder,
    default_embedder,
    float_embedder,
    open_embedder,
)
from index.errors import EmbedderMismatch, WeightsError
from index.weights import EMBEDDER


@pytest.fixture(scope="module")
def packaged() -> SentenceTransformerEmbedder:
    embedder = float_embedder()
    assert isinstance(embedder, SentenceTransformerEmbedder)
    return embedder


@pytest.fixture(scope="module")
def quantized() -> QuantizedEmbedder:
    embedder = default_embedder()
    assert isinstance(embedder, QuantizedEmbedder)
    return embedder


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the packaged model that a test may damage."""
    return Path(shutil.copytree(EMBEDDER.path(), tmp_path / "model"))


SENTENCES = [
    "The envoy resigned on Monday.",
    "",
    " \n\t ",
    "🙂",
    "naïve café, NAÏVE CAFÉ, nai\u0308ve cafe\u0301",
    "İstanbul’da ﬁne ½ ①",
    "港は金曜日に浚渫された。",
    "مرحبا بالعالم",
    "left\u200bright\u202eback\x00zero\ufeff",
    "half of a pair \ud83d and on",
    "[CLS] [SEP] [MASK] [PAD]",
    "x" * 5000,
    "A much longer text about harbours and ships, and who paid for what in which year. " * 40,
]


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


@pytest.mark.model
def test_int8_vectors_are_close_to_those_in_float(
    quantized: QuantizedEmbedder, packaged: SentenceTransformerEmbedder
) -> None:
    whole = [text.encode("utf-8", "replace").decode() for text in SENTENCES]  # the other takes no half pairs
    vectors = quantized.embed_passages(SENTENCES)
    cosines = (vectors * packaged.embed_passages(whole)).sum(axis=1)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(SENTENCES), quantized.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert cosines.mean() > 0.99
    assert cosines.min() > 0.98


@pytest.mark.model
def test_an_int8_vector_does_not_depend_on_what_is_embedded_beside_it(quantized: QuantizedEmbedder) -> None:
    together = quantized.embed_passages(SENTENCES)
    backwards = quantized.embed_passages(SENTENCES[::-1])
    alone = np.concatenate([quantized.embed_queries([text]) for text in SENTENCES])
    assert np.array_equal(together, alone)
    assert np.array_equal(together, backwards[::-1])
    assert quantized.embed_passages([]).shape == (0, 384)


@pytest.mark.model
def test_more_texts_than_are_tokenized_together_keep_their_order(
    quantized: QuantizedEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = quantized.embed_passages(SENTENCES)
    monkeypatch.setattr("index.embed._TOKENIZED_TOGETHER", 3)
    assert np.array_equal(quantized.embed_passages(SENTENCES), whole)


@pytest.mark.model
def test_what_is_beyond_the_most_tokens_is_not_read(quantized: QuantizedEmbedder) -> None:
    head = "harbour " * 254
    vectors = quantized.embed_passages([head, head + "ship " * 50, "harbour " * 253 + "ship"])
    assert np.array_equal(vectors[0], vectors[1])
    assert not np.array_equal(vectors[0], vectors[2])


@pytest.mark.model
def test_threads_that_embed_at_once_get_the_same_vectors() -> None:
    fresh, texts = default_embedder(), SENTENCES[:8]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(fresh.embed_passages, [texts] * 8))
    assert all(np.array_equal(vectors, found[0]) for vectors in found)


@pytest.mark.model
def test_searching_in_int8_needs_neither_torch_nor_a_network() -> None:
    script = """
import socket, sys
def refuse(*_): raise AssertionError("a socket was opened")
socket.socket.connect = refuse
from index import Index, PassageInput
passages = [PassageInput(source="a", text="The envoy resigned."), PassageInput(source="b", text="Bread rose.")]
with Index.of_passages(passages) as documents:
    assert [hit.source for hit in documents.search("Who quit as ambassador?")][0] == "a"
print(sorted({"torch", "transformers", "sentence_transformers"} & set(sys.modules)))
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.model
def test_whole_numbers_and_floats_have_fingerprints_of_their_own(
    quantized: QuantizedEmbedder, packaged: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert quantized.fingerprint != packaged.fingerprint
    assert quantized.fingerprint == QuantizedEmbedder(EMBEDDER.path()).fingerprint
    monkeypatch.setattr("index.bert.RECIPE", "another way of rounding")
    assert QuantizedEmbedder(EMBEDDER.path()).fingerprint != quantized.fingerprint


def test_an_embedder_is_opened_by_the_name_it_gives(copied: Path) -> None:
    for embedder in (default_embedder(), float_embedder()):
        found = open_embedder(embedder.name)
        assert (type(found), found.name, found.fingerprint) == (type(embedder), embedder.name, embedder.fingerprint)
    named = open_embedder(f"int8:{copied}")
    assert (named.name, named.fingerprint) == (f"int8:{copied}", default_embedder().fingerprint)
    assert open_embedder(str(copied)).fingerprint == float_embedder().fingerprint


def test_int8_of_nothing_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="give the folder of a sentence-transformers model"):
        open_embedder(f"int8:{tmp_path / 'gone'}")
    with pytest.raises(WeightsError, match="holds no sentence-transformers model"):
        open_embedder(f"int8:{tmp_path}")


@pytest.mark.parametrize(
    ("file", "change", "named"),
    [
        ("config.json", {"model_type": "mpnet"}, "its architecture"),
        ("config.json", {"position_embedding_type": "relative_key"}, "its architecture"),
        ("config.json", {"hidden_act": "gelu_new"}, "its activation"),
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True}, "its pooling"),
        ("config_sentence_transformers.json", {"prompts": {"query": "query: "}}, "its prompts"),
        ("sentence_bert_config.json", {"do_lower_case": True}, "its lower case"),
    ],
)
def test_a_model_that_int8_would_compute_wrongly_is_refused(
    copied: Path, file: str, change: dict[str, object], named: str
) -> None:
    settings = json.loads((copied / file).read_text(encoding="utf-8"))
    (copied / file).write_text(json.dumps(settings | change), encoding="utf-8")
    with pytest.raises(WeightsError, match=f"cannot be run in int8 \\({named}\\); give the folder without"):
        QuantizedEmbedder(copied)


@pytest.mark.parametrize("file", ["modules.json", "config.json", "sentence_bert_config.json", "1_Pooling/config.json"])
def test_settings_that_are_missing_or_damaged_are_one_line(copied: Path, file: str) -> None:
    (copied / file).write_text("[]", encoding="utf-8")
    with pytest.raises(WeightsError, match=r"(not a whole|no JSON|not a JSON).*install the model again"):
        QuantizedEmbedder(copied)


def _cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _other(path: Path) -> None:
    from safetensors.numpy import save_file

    save_file({"embeddings.word_embeddings.weight": np.zeros((4, 384), dtype=np.float32)}, path)


@pytest.mark.parametrize(
    ("file", "damage", "told"),
    [
        ("model.safetensors", _cut, r"cannot be loaded \(.*install the model again"),
        ("model.safetensors", _other, r"holds other weights than its settings say.*install it again"),
        ("tokenizer.json", _cut, r"cannot be read as a tokenizer.*install the model again"),
        ("tokenizer.json", Path.unlink, r"cannot be read as a tokenizer.*install the model again"),
    ],
)
def test_int8_of_damaged_files_is_one_line(copied: Path, file: str, damage: Callable[[Path], None], told: str) -> None:
    damage(copied / file)
    with pytest.raises(WeightsError, match=told) as caught:
        QuantizedEmbedder(copied).embed_queries(["hello"])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("change", [{"hidden_size": 256}, {"num_attention_heads": 7}, {"num_hidden_layers": 7}])
def test_settings_of_another_model_than_the_weights_are_one_line(copied: Path, change: dict[str, int]) -> None:
    settings = json.loads((copied / "config.json").read_text(encoding="utf-8"))
    (copied / "config.json").write_text(json.dumps(settings | change), encoding="utf-8")
    with pytest.raises(WeightsError, match="holds other weights than its settings say"):
        QuantizedEmbedder(copied).embed_queries(["hello"])


@given(
    arrays(
        np.float32,
        st.tuples(st.integers(1, 5), st.integers(1, 5)),
        elements=st.floats(-1e3, 1e3, width=32, allow_subnormal=False),
    )
)
def test_rounded_weights_are_within_half_a_step(weights: np.ndarray) -> None:
    values, scales = round_weights(weights)
    assert values.dtype == np.int8
    assert np.abs(values).max() <= MAX_WEIGHT
    assert (np.abs(values * scales[:, None] - weights) <= scales[:, None] * 0.501).all()


def _made_with(embedder: Embedder, folder: Path, write: Callable[[str, str], Path]) -> None:
    write("a.txt", "The envoy resigned on Monday.")
    with Index.open(folder, embedder=embedder) as documents:
        documents.sync([write("b.txt", "Bread prices rose.").parent])


@pytest.mark.model
def test_an_index_of_an_earlier_version_is_opened_with_what_made_it(
    tmp_path: Path, write: Callable[[str, str], Path], packaged: SentenceTransformerEmbedder
) -> None:
    _made_with(packaged, tmp_path / "index", write)
    with Index.open(tmp_path / "index") as documents:
        documents.warm()
        assert documents.embedder.fingerprint == packaged.fingerprint
        assert documents.search("Who quit as ambassador?")[0].source.endswith("a.txt")
        assert documents.sync([write("c.txt", "A ship sank.").parent]).added == ("c.txt",)
        assert documents.check() == []


@pytest.mark.model
def test_a_new_index_is_made_in_int8_and_refuses_floats_by_name(
    tmp_path: Path, write: Callable[[str, str], Path], quantized: QuantizedEmbedder
) -> None:
    _made_with(quantized, tmp_path / "index", write)
    with Index.open(tmp_path / "index") as documents:
        assert documents.stats().embedder == "all-MiniLM-L6-v2-int8"
        assert documents.embedder.fingerprint == quantized.fingerprint
    with pytest.raises(EmbedderMismatch, match="use `--embedder all-MiniLM-L6-v2-int8`, or index into a new folder"):
        Index.open(tmp_path / "index", embedder="all-MiniLM-L6-v2")


def test_an_index_of_another_embedder_is_still_refused(
    tmp_path: Path, write: Callable[[str, str], Path], hashing: HashingEmbedder
) -> None:
    _made_with(hashing, tmp_path / "index", write)
    with pytest.raises(EmbedderMismatch, match=r"embedder hashing \(hashing-256\), not all-MiniLM-L6-v2-int8"):
        Index.open(tmp_path / "index")
