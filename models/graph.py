"""The bundled encoder in OpenVINO: its graph, written once, and the engine that runs it.

The one file that imports openvino. The graph goes from summed embeddings to the vectors of the
tokens; words are looked up and tokens pooled in numpy.

Findings (2 cores of an EPYC Milan, AVX2 only; passages of 135 tokens; tokens per CPU second and
core. One core's matmul reaches 85 GFLOP/s, a token takes 45.1 MFLOP: the limit is 1,880):
- OpenVINO f32 1,260-1,400 (67-74 % of the limit), onnxruntime f32 1,250-1,310, torch f32 1,120.
- A thread per stream beats two threads in one stream: 1,180 against 1,020.
- Batches: 570 at 8 tokens, 1,270 at 64, 1,340-1,400 from 128 on, less again above 1,024. So texts of
  exactly one length go together up to 256 tokens and nothing is padded, which costs nothing and
  gives a text the same bits in any company (padded: 13 % of the rows differed in the last bit).
- Weights kept in 4 bits: 1,150, and the first text takes 0.3 s more. Torch's dynamic int8: 1,650, but
  of the ten nearest passages only 77 % stay. Huge pages, denormals, float16 constants and separate
  matrices for query, key and value: no gain.
- A question of 17 tokens: 9 ms to fetch the weights from memory and 0.6 ms a token, 20 ms on one core;
  so questions have a graph of their own with all threads in one stream. Weights in 8 bits save 12 % of
  that, float16 ones 5 %, a graph of fixed length nothing.
- Looking up words and pooling in numpy take 1-2 µs a token of 750, so pooling in the graph cannot
  pay; the word table stays on disk in 4 bits (54 MB, mapped), not as 384 MB of float32 in memory.
- Where the CPU has AMX or AVX512-BF16, bf16 is 3.2 times as fast as f32 (on a Xeon with AMX, cosine
  to f32 0.99999); its batches are larger, and padded to multiples of 16 tokens so that they fill.
"""

from __future__ import annotations

import importlib.util
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from models import bundled
from models.engine import (
    CHARACTERS_PER_TOKEN,
    Reading,
    count_threads,
    middle_layer,
    plan_batches,
    read_cpu,
    unit_rows,
)
from models.pieces import Pieces, Vocabulary

if TYPE_CHECKING:
    from openvino import CompiledModel, InferRequest, Node

BATCH_TOKENS = {"f32": 256, "bf16": 2_048}
PADDING = {"f32": 1, "bf16": 16}

_MASKED = -1e9
"""Added to the attention scores of padding."""

_EPSILON = 1e-12
"""Of the layers' normalisation."""

Tensor = Callable[..., np.ndarray]
"""`Carried.tensor`: a name, and the columns of a matrix."""


def has_openvino() -> bool:
    """Tell whether OpenVINO is installed."""
    return importlib.util.find_spec("openvino") is not None


def choose_precision() -> str:
    """Return `bf16` where the CPU multiplies it natively, otherwise `f32`.

    OpenVINO also offers bf16 where it is emulated, and slower; the CPU's flags tell, where known.
    """
    import openvino

    offered = openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    flags = read_cpu()[1]
    native = not flags or bool(flags & {"amx_bf16", "avx512_bf16"})
    return "bf16" if "BF16" in offered and native else "f32"


class GraphEngine:
    """The bundled encoder, from the folder of `bundled.prepare_runtime`; an `Engine`.

    Passages run a stream per thread, a question has all threads for itself: two compiled graphs, of which
    the one needed first (for questions if `asks`) is made at once and the other when it is needed.
    """

    def __init__(
        self, folder: Path, threads: int | None = None, precision: str | None = None, asks: bool = False
    ) -> None:
        self.precision = precision or choose_precision()
        self.title = f"openvino {self.precision}"
        self.dimension, self.window = bundled.WIDTH, bundled.MAX_TOKENS
        self.prompts: Mapping[str, str] = bundled.PROMPTS
        self._threads = threads or count_threads()
        self._words = np.load(folder / "words.npy", mmap_mode="r")
        self._positions = np.load(folder / "positions.npy")
        self._vocabulary = Vocabulary(folder, bundled.SPECIAL["<unk>"])
        self._folder = folder
        self._lock = Lock()
        self._models: dict[int, CompiledModel] = {}
        self._idle: list[InferRequest] = []
        self._compiled(1 if asks else self._threads)

    def _compiled(self, streams: int) -> CompiledModel:
        with self._lock:
            if streams not in self._models:
                self._models[streams] = self._compile(self._folder, streams)
            return self._models[streams]

    def _compile(self, folder: Path, streams: int) -> CompiledModel:
        """Return the graph, no thread pinned, so that processes can share the cores.

        The compiled form is kept beside the graph: 0.3 s of CPU instead of 0.6 s.
        """
        import openvino

        settings: dict[str, Any] = {
            "INFERENCE_PRECISION_HINT": self.precision,
            "NUM_STREAMS": str(streams),
            "INFERENCE_NUM_THREADS": self._threads,
            "ENABLE_CPU_PINNING": False,
        }
        if os.access(folder, os.W_OK):
            settings["CACHE_DIR"] = str(folder / "compiled")
        return openvino.Core().compile_model(str(folder / "encoder.xml"), "CPU", settings)

    def describe(self) -> str:
        """Return the hash of the carried weights, and that the mean of the tokens is taken."""
        return bundled.describe()

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, special ones not counted."""
        return [len(pieces.ids) for pieces in self._vocabulary.split(texts)]

    def read(self, texts: Sequence[str], prompt: str) -> Iterator[Reading]:
        """Yield a reading of each text, longest first; while one is pooled the next are computed."""
        limit = self.window * CHARACTERS_PER_TOKEN
        split = self._vocabulary.split([prompt + text[:limit] for text in texts])
        framed = [_frame(one, self.window) for one in split]
        lengths = [len(one.ids) for one in framed]
        batches = plan_batches(lengths, BATCH_TOKENS[self.precision], PADDING[self.precision])
        for batch, hidden, middle in self._run(batches, framed):
            for index, rows, deep in zip(batch, hidden, middle, strict=True):
                tokens, last = rows[: lengths[index]], framed[index].last - len(prompt)
                yield Reading(index, unit_rows(tokens.mean(axis=0)), tokens, last, deep[: lengths[index]])

    def read_query(self, text: str) -> Reading:
        """Return the reading of one question, as soon as can be; without the deep vectors."""
        model, prompt = self._compiled(1), self.prompts["query"]
        (pieces,) = self._vocabulary.split([prompt + text[: self.window * CHARACTERS_PER_TOKEN]])
        framed = _frame(pieces, self.window)
        with self._lock:
            request = self._idle.pop() if self._idle else model.create_infer_request()
        request.infer(self._embed([framed.ids]), share_inputs=True)
        tokens = np.array(request.get_output_tensor(0).data[0, : len(framed.ids)])
        with self._lock:
            self._idle.append(request)
        return Reading(0, unit_rows(tokens.mean(axis=0)), tokens, framed.last - len(prompt))

    def _run(
        self, batches: list[list[int]], framed: list[Pieces]
    ) -> Iterator[tuple[list[int], np.ndarray, np.ndarray]]:
        """Yield each batch with its (b, t, d) vectors of tokens, last and middle, keeping every stream busy."""
        model = self._compiled(self._threads)
        free = [model.create_infer_request() for _ in range(min(len(batches), self._threads + 1))]
        running: deque[tuple[list[int], InferRequest]] = deque()
        for batch in batches:
            if not free:
                yield _finish(running, free)
            request = free.pop()
            request.start_async(self._embed([framed[index].ids for index in batch]))
            running.append((batch, request))
        while running:
            yield _finish(running, free)

    def _embed(self, rows: list[np.ndarray]) -> dict[int, np.ndarray]:
        """Return float32 (b, t, d), word plus position plus type, and (b, 1, 1, t), the mask of padding."""
        padding = PADDING[self.precision]
        longest = -(-max(map(len, rows)) // padding) * padding
        ids = np.full((len(rows), longest), bundled.SPECIAL["<pad>"], dtype=np.int32)
        mask = np.full((len(rows), 1, 1, longest), _MASKED, dtype=np.float32)
        for row, one in enumerate(rows):
            ids[row, : len(one)] = one
            mask[row, ..., : len(one)] = 0
        words = bundled.unpack_blocks(self._words[ids.reshape(-1)].reshape(-1))
        return {0: words.reshape(len(rows), longest, -1) + self._positions[:longest], 1: mask}


def _finish(
    running: deque[tuple[list[int], InferRequest]], free: list[InferRequest]
) -> tuple[list[int], np.ndarray, np.ndarray]:
    batch, request = running.popleft()
    request.wait()
    hidden, middle = (np.array(request.get_output_tensor(number).data) for number in (0, 1))
    free.append(request)
    return batch, hidden, middle


def _frame(pieces: Pieces, window: int) -> Pieces:
    """Return the pieces that fit the window, between the special ones."""
    start, end, kept = bundled.SPECIAL["<s>"], bundled.SPECIAL["</s>"], slice(0, window - 2)
    ids = np.concatenate([[start], pieces.ids[kept], [end]]).astype(np.int32)
    return Pieces(ids, np.concatenate([[-1], pieces.last[kept], [-1]]).astype(np.int32))


def write_graph(tensor: Tensor, folder: Path) -> None:
    """Write `encoder.xml` and `encoder.bin`, the layers in float32 (85 MB)."""
    import openvino
    from openvino import opset13 as ops

    summed = ops.parameter([-1, -1, bundled.WIDTH], openvino.Type.f32, name="summed")
    mask = ops.parameter([-1, 1, 1, -1], openvino.Type.f32, name="mask")
    hidden = _normalise(summed, tensor, "emb.ln")
    for number in range(bundled.LAYERS):
        layer = f"l{number}"
        mixed = _attend(hidden, mask, tensor, layer)
        hidden = _normalise(ops.add(mixed, hidden), tensor, f"{layer}.aln")
        inner = ops.gelu(_multiply(hidden, tensor, f"{layer}.fi", bundled.WIDTH), "erf")
        outer = _multiply(inner, tensor, f"{layer}.fo", bundled.INNER)
        hidden = _normalise(ops.add(outer, hidden), tensor, f"{layer}.oln")
        if number + 1 == middle_layer(bundled.LAYERS):
            middle = ops.result(hidden)
    model = openvino.Model([ops.result(hidden), middle], [summed, mask], "encoder")
    openvino.save_model(model, str(folder / "encoder.xml"), compress_to_fp16=False)


def _attend(hidden: Node, mask: Node, tensor: Tensor, layer: str) -> Node:
    from openvino import opset13 as ops

    apart = ops.constant(np.array([0, 0, bundled.HEADS, bundled.WIDTH // bundled.HEADS], dtype=np.int64))
    together = ops.constant(np.array([0, 0, bundled.WIDTH], dtype=np.int64))
    swap = ops.constant(np.array([0, 2, 1, 3], dtype=np.int64))
    parts = (_multiply(hidden, tensor, f"{layer}.{part}", bundled.WIDTH) for part in "qkv")
    query, key, value = (ops.transpose(ops.reshape(part, apart, True), swap) for part in parts)
    mixed = ops.transpose(ops.scaled_dot_product_attention(query, key, value, mask), swap)
    return _multiply(ops.reshape(mixed, together, True), tensor, f"{layer}.ao", bundled.WIDTH)


def _multiply(hidden: Node, tensor: Tensor, name: str, columns: int) -> Node:
    from openvino import opset13 as ops

    product = ops.matmul(hidden, ops.constant(tensor(f"{name}.w", columns)), False, True)
    return ops.add(product, ops.constant(tensor(f"{name}.b").reshape(1, 1, -1)))


def _normalise(hidden: Node, tensor: Tensor, name: str) -> Node:
    from openvino import opset13 as ops

    centred = ops.mvn(hidden, ops.constant(np.array([-1], dtype=np.int64)), True, _EPSILON, "inside_sqrt")
    scaled = ops.multiply(centred, ops.constant(tensor(f"{name}.w").reshape(1, 1, -1)))
    return ops.add(scaled, ops.constant(tensor(f"{name}.b").reshape(1, 1, -1)))
