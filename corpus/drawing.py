"""A PDF page as a picture and as letters with places: what runs in the drawing process.

pdfium may loop or fall over on a hostile file, so nothing here runs in the service itself;
corpus/pictures.py starts it and ends it.
"""

from __future__ import annotations

import ctypes
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from corpus.pdfium import open_pdf, raw_calls

Letter = tuple[str, float, float, float, float]
"""A character and its box on the page in points, origin top left: x0, y0, x1, y1."""
TENTHS = 10
"""Steps per point at which pdfium is asked to place a corner; it answers in whole numbers."""
MOST_LETTERS = 60_000
"""Letters of one page; a poster of more is shown without a text layer."""
TALLEST = 3.0
"""Height over width beyond which a picture is made narrower: a scroll of 1 x 200 would fill the memory."""
LEVEL = 4
"""zlib's. A text page 1,800 wide: 470 kB in 0.2 s; level 9 gives 8 % less for five times the time, and rows
as differences to the row above ("Up") 15 % more bytes."""
MEMORY_BYTES = 4 << 30


def serve(pipe: Connection) -> None:
    """Answer (what, path, index from 1, width) with ("ok", value) or ("error", text) until the end."""
    _limit_memory()
    work: dict[str, Callable[[Any, int], Any]] = {
        "picture": draw_page,
        "letters": lambda page, _: read_letters(page),
    }
    held: tuple[Path | None, Any] = (None, None)
    with suppress(EOFError, OSError):
        while True:
            what, path, index, width = pipe.recv()
            try:
                if held[0] != path:
                    held = (path, open_pdf(path))
                page = held[1][index - 1]
                try:
                    answer: tuple[str, Any] = ("ok", work[what](page, width))
                finally:
                    page.close()
            except Exception as error:
                held = (None, None)
                answer = ("error", f"{type(error).__name__}: {error}")
            pipe.send(answer)


def draw_page(page: Any, width: int) -> bytes:
    """Return a page as PNG, `width` pixels wide, narrower if it is very tall."""
    across, down = page.get_size()
    scale = width / max(across, 1.0) * min(1.0, TALLEST * across / max(down, 1.0))
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    rows = bitmap.to_numpy()
    return write_png(np.ascontiguousarray(rows[:, :, :3] if rows.ndim == 3 else rows))


def write_png(pixels: np.ndarray) -> bytes:
    """Return uint8 pixels, (height, width) or (height, width, 3), as PNG; same pixels, same bytes."""
    if pixels.ndim == 3 and not (np.diff(pixels.astype(np.int16), axis=2)).any():
        pixels = pixels[:, :, 0]
    height, width = pixels.shape[:2]
    flat = pixels.reshape(height, -1)
    rows = np.zeros((height, flat.shape[1] + 1), np.uint8)
    rows[:, 1:] = flat
    kind = 2 if pixels.ndim == 3 else 0
    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), LEVEL)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def read_letters(page: Any) -> list[Letter]:
    """Return the letters of a page in the order of the file, spaces included."""
    raw = raw_calls()
    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > MOST_LETTERS:
            return []
        place = _placement(page, raw)
        box = raw.FS_RECTF()
        letters = []
        for at in range(count):
            char = chr(raw.FPDFText_GetUnicode(text, at) or 0xFFFD)
            if raw.FPDFText_GetLooseCharBox(text, at, box):
                letters.append((char, *place(box.left, box.top, box.right, box.bottom)))
        return letters
    finally:
        text.close()


def _placement(
    page: Any, raw: Any
) -> Callable[[float, float, float, float], tuple[float, float, float, float]]:
    """Return what turns a box of the page's own space into one of the picture, crop and rotation heeded."""
    across, down = page.get_size()
    x, y = ctypes.c_int(), ctypes.c_int()

    def corner(at: float, up: float) -> tuple[float, float]:
        size = (round(across * TENTHS), round(down * TENTHS))
        raw.FPDF_PageToDevice(page, 0, 0, *size, 0, at, up, ctypes.byref(x), ctypes.byref(y))
        return x.value / TENTHS, y.value / TENTHS

    reach = 1000.0
    (ox, oy), (ax, ay), (bx, by) = corner(0, 0), corner(reach, 0), corner(0, reach)
    matrix = ((ax - ox) / reach, (bx - ox) / reach, (ay - oy) / reach, (by - oy) / reach)

    def place(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        xs = [ox + matrix[0] * px + matrix[1] * py for px in (left, right) for py in (top, bottom)]
        ys = [oy + matrix[2] * px + matrix[3] * py for px in (left, right) for py in (top, bottom)]
        return round(min(xs), 1), round(min(ys), 1), round(max(xs), 1), round(max(ys), 1)

    return place


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, hard))
