"""Any encoder that sentence-transformers loads, by the name of a model or by its folder.

The one file that imports torch and sentence_transformers. It also runs the bundled encoder where
OpenVINO is missing (0.8 of its speed). Vectors of tokens are given where the model takes their mean;
with other ways of pooling they do not lie in the space of its texts.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import socket
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from models.engine import CHARACTERS_PER_TOKEN, Reading, count_threads, middle_layer, unit_rows
from models.errors import ModelMissing

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH = 16
"""Texts of a batch; 8 to 32 differ by less than 3 %."""

CHUNK = 64
"""Texts whose token vectors are held at once: 64 * 512 * 1,024 floats are 130 MB."""

LARGEST_WINDOW = 8_192
"""Tokens; some models name no limit, or one of 10**30."""

SAMPLED = 4_096
"""Values of each weight matrix that the fingerprint is taken of: training moves them all."""

HUB_SECONDS = 5.0
"""To reach the model hub. Its own client tries for 73 s where there is no network."""

MIDDLE = "middle_layer"
"""Name under which a middle layer's token vectors come out of the model beside its own."""

_E5 = re.compile(r"(multilingual-)?e5-(small|base|large)(-v2)?", re.IGNORECASE)
_E5_PROMPTS = {"query": "query: ", "passage": "passage: "}
"""The E5 models were trained with these prompts but do not carry them in their settings."""


class LibraryEngine:
    """A sentence-transformers model on the CPU in float32; an `Engine`."""

    def __init__(self, source: str, threads: int | None = None, description: str | None = None) -> None:
        import torch

        torch.set_num_threads(threads or count_threads())
        self._lock = threading.Lock()
        self._model = _load(source)
        self._description = description
        self.title = "torch f32"
        self.dimension = _dimension(self._model)
        self.window = min(int(self._model.max_seq_length or 512), LARGEST_WINDOW)
        self.prompts: Mapping[str, str] = _find_prompts(self._model, Path(source).name)
        self._pooled = _takes_mean(self._model)
        if self._pooled:
            _watch_middle(self._model)

    def describe(self) -> str:
        """Return a hash of the weights and how they are pooled."""
        return self._description or f"{_hash_weights(self._model)} {_find_pooling(self._model)}"

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, special ones not counted."""
        if not texts:
            return []
        with self._lock:
            split = self._model.tokenizer(list(texts), add_special_tokens=False, verbose=False)
        return [len(one) for one in split["input_ids"]]

    def read(self, texts: Sequence[str], prompt: str) -> Iterator[Reading]:
        """Yield a reading of each text, longest first."""
        limit = self.window * CHARACTERS_PER_TOKEN
        order = sorted(range(len(texts)), key=lambda index: (-len(texts[index]), index))
        for at in range(0, len(order), CHUNK):
            chunk = order[at : at + CHUNK]
            with self._lock:  # left before the caller goes on: it may encode again while it reads
                readings = list(self._read_chunk(chunk, [texts[index][:limit] for index in chunk], prompt))
            yield from readings

    def read_query(self, text: str) -> Reading:
        """Return the reading of one question."""
        return next(self.read([text], self.prompts["query"]))

    def _read_chunk(self, indexes: list[int], texts: list[str], prompt: str) -> Iterator[Reading]:
        if not self._pooled:
            rows = self._model.encode(texts, prompt=prompt, batch_size=BATCH, show_progress_bar=False)
            for index, row in zip(indexes, unit_rows(np.asarray(rows)), strict=True):
                yield Reading(index, row, None, np.zeros(0, dtype=np.int64))
            return
        found: Any = self._model.encode(
            texts, prompt=prompt, batch_size=BATCH, show_progress_bar=False, output_value=None
        )
        for index, text, one in zip(indexes, texts, found, strict=True):
            kept = one["attention_mask"].bool()
            tokens = one["token_embeddings"][kept].float().numpy()
            last = self._last_characters(prompt + text) - len(prompt)
            vector = unit_rows(one["sentence_embedding"].float().numpy())
            if len(tokens) != len(last):
                yield Reading(index, vector, None, last)
                continue
            deep = one[MIDDLE][kept].float().numpy() if MIDDLE in one else None
            yield Reading(index, vector, tokens, last, deep)

    def _last_characters(self, text: str) -> np.ndarray:
        """Return the index of each token's last character, -1 of special ones."""
        encoding = self._model.tokenizer(
            text, truncation=True, max_length=self.window, return_offsets_mapping=True, verbose=False
        )
        spans = np.array(encoding["offset_mapping"], dtype=np.int64).reshape(-1, 2)
        return np.where(spans[:, 1] > spans[:, 0], spans[:, 1] - 1, -1)


def _load(source: str) -> SentenceTransformer:
    """Load from a folder, the hub's cache on this machine or the hub, in this order.

    Raises: ModelMissing.
    """
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as noise

    noise.set_verbosity_error()  # type: ignore[no-untyped-call]
    noise.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    subject = Path(source).name
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _load_either(SentenceTransformer, source)
    except Exception as error:
        message = (
            f"The encoder {subject!r} cannot be loaded ({type(error).__name__}): give the folder of a "
            "sentence-transformers model, the name of one on the hub, or nothing for the bundled one."
        )
        raise ModelMissing(message, subject=subject) from error


def _load_either(kind: type[SentenceTransformer], source: str) -> SentenceTransformer:
    local: dict[str, Any] = {"device": "cpu", "local_files_only": True}
    if Path(source).exists() or not _reaches_hub():
        return kind(source, **local)
    try:
        return kind(source, **local)
    except Exception:
        return kind(source, device="cpu")


def _reaches_hub() -> bool:
    """Tell whether the hub answers; behind a proxy this is for the proxy to say."""
    if any(os.environ.get(name) for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")):
        return True
    parts = urlsplit(os.environ.get("HF_ENDPOINT") or "https://huggingface.co")
    try:
        port = parts.port or (80 if parts.scheme == "http" else 443)
        with socket.create_connection((parts.hostname or "", port), timeout=HUB_SECONDS):
            return True
    except (OSError, ValueError):
        return False


def _dimension(model: SentenceTransformer) -> int:
    """Return the length of a vector; the method's name changed with version 6."""
    ask = getattr(model, "get_embedding_dimension", None) or model.get_sentence_embedding_dimension
    return int(ask() or 0) or len(np.asarray(model.encode("x", show_progress_bar=False)))


def _watch_middle(model: SentenceTransformer) -> None:
    """Have the model hand out its tokens as they are after two thirds of its layers, where it has layers."""
    from torch.nn import ModuleList

    body: Any = model[0].auto_model
    count = int(getattr(body.config, "num_hidden_layers", 0) or 0)
    stacks = [one for one in body.modules() if isinstance(one, ModuleList) and len(one) == count]
    if not count or not stacks:
        return
    held: list[Any] = []

    def keep(_layer: Any, _given: Any, out: Any) -> None:
        held[:] = [out[0] if isinstance(out, tuple) else out]

    def hand_out(_module: Any, _given: Any, features: Any) -> None:
        if held:
            features[MIDDLE] = held.pop()

    stacks[0][middle_layer(count) - 1].register_forward_hook(keep)
    model[0].register_forward_hook(hand_out)


def _find_prompts(model: SentenceTransformer, name: str) -> dict[str, str]:
    own = {key: text or "" for key, text in (model.prompts or {}).items()}
    query = own.get("query", "")
    passage = own.get("passage", "") or own.get("document", "")
    if not query and not passage and _E5.fullmatch(name):
        return _E5_PROMPTS
    return {"query": query, "passage": passage}


def _find_pooling(model: SentenceTransformer) -> str:
    """Return the kinds of the model's modules, and how it pools."""
    kinds = [type(module).__name__ for module in model]
    modes = [str(_pooling_mode(module)) for module in model if type(module).__name__ == "Pooling"]
    return " ".join([*kinds, *modes])


def _pooling_mode(module: Any) -> Any:
    mode = getattr(module, "pooling_mode", None)
    return mode if mode is not None else module.get_pooling_mode_str()


def _takes_mean(model: SentenceTransformer) -> bool:
    """Tell whether the vector is the mean of the tokens' vectors, and their characters are known."""
    kinds = [type(module).__name__ for module in model]
    plain = kinds[:2] == ["Transformer", "Pooling"] and set(kinds[2:]) <= {"Normalize"}
    return plain and _pooling_mode(model[1]) == "mean" and bool(getattr(model.tokenizer, "is_fast", False))


def _hash_weights(model: SentenceTransformer) -> str:
    """Return a hash of a sample of every weight matrix; a pooler, which is not used, left out."""
    digest = hashlib.sha256()
    for name, weights in sorted(model.state_dict().items()):
        if ".pooler." in name:
            continue
        flat = weights.detach().reshape(-1)
        sample = flat[:: max(1, len(flat) // SAMPLED)].float().numpy()
        digest.update(f"{name} {tuple(weights.shape)}\x1f".encode() + sample.tobytes())
    return digest.hexdigest()
