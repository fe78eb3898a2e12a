"""Tesseract called as a program: a picture of a page -> words with place, size and confidence.

The picture goes in through standard input, hOCR comes back: it alone of Tesseract's outputs tells a
line's baseline and font size beside each word's box and confidence. ocrmypdf, which would write these
words into a copy of the file, keeps neither confidence nor where a page was read by OCR, and brings
Ghostscript and a second PDF library; it is not needed.
"""

from __future__ import annotations

import contextlib
import math
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import monotonic
from typing import Any
from xml.etree import ElementTree

from ingest.words import LINE_END, REAL_SPACE

PROGRAM = "tesseract"
MODELS = {"nb": "nor", "nn": "nor", "sv": "swe", "da": "dan", "en": "eng", "fi": "fin"}
"""Tesseract's models by our languages; Debian's packages are tesseract-ocr-nor and so on."""
DPI = 300
"""Dots per inch of the pictures, as Tesseract's manual advises."""
MAX_SIDE = 6_000
"""Pixels of a picture's longer side (A3 at 300 dpi has 4,961); larger sheets are drawn smaller."""
LEAST_CONFIDENCE = 0.3
"""Words below it are left out; not tuned: words of prose have 0.87 and more on the scans that were looked at."""
LOST_BULLETS = frozenset("+*©®¢°»eo")
"""Lone signs as which Tesseract reads bullets at the start of a line; e and o are no words of these languages."""
PATIENCE = 4.0
"""A page may take so many times its limit of processor time on the clock, since other work shares the machine: pages
took 5-9 s on the clock, and 27 s while seven other processes ran on the two cores."""
BEAT_SECONDS = 5.0
_LIST_SECONDS = 20.0
_LINES = frozenset({"ocr_line", "ocr_header", "ocr_textfloat", "ocr_caption"})
_PROPERTY = re.compile(r"(bbox|baseline|x_size|x_wconf|textangle)((?: -?[\d.]+)+)")


@dataclass(frozen=True, slots=True)
class Picture:
    """A page drawn in grey: one byte a pixel, row by row; `scale` is pixels per point."""

    width: int
    height: int
    scale: float
    pixels: bytes


def draw_page(page: Any, scale: float, longest: int) -> Picture:
    """Return an opened page in grey, `scale` pixels a point and at most `longest` a side."""
    scale = min(scale, longest / max(*page.get_size(), 1.0))
    bitmap = page.render(scale=scale, grayscale=True)
    step, width = bitmap.stride, bitmap.width
    rows = bytes(bitmap.buffer)
    pixels = b"".join(rows[at : at + width] for at in range(0, step * bitmap.height, step))
    return Picture(width, bitmap.height, scale, pixels)


@dataclass(slots=True)
class Read:
    """A word as Tesseract read it: points, `y` the baseline, confidence in [0, 1], `space` as in Word."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    angle: int
    confidence: float
    space: int


@dataclass(frozen=True, slots=True)
class Engine:
    """The program and the models that it has."""

    program: str
    models: tuple[str, ...]

    def read(
        self, picture: Picture, models: Sequence[str], seconds: float, beat: Callable[[], None]
    ) -> list[Read]:
        """Return the words of a picture; `beat` is called every few seconds meanwhile.

        Raises:
            subprocess.TimeoutExpired: more than `seconds` of processor time, or `PATIENCE` times that in all.
            OSError, subprocess.SubprocessError: the program fails.
            ElementTree.ParseError: what it prints is no hOCR.
        """
        dpi = str(round(72 * picture.scale))
        command = [
            self.program,
            "stdin",
            "stdout",
            "-l",
            "+".join(models),
            "--dpi",
            dpi,
            "--psm",
            "1",
            "hocr",
        ]
        source = b"P5 %d %d 255\n" % (picture.width, picture.height) + picture.pixels
        return parse_hocr(_run(command, source, seconds, beat), picture)


def _run(command: list[str], source: bytes, seconds: float, beat: Callable[[], None]) -> bytes:
    """Return what a program prints that is given `source`, and end it when its time is up."""
    end = monotonic() + PATIENCE * seconds
    # Not through a pipe: a communicate() that timed out does not go on with writing when it is called again.
    with tempfile.TemporaryFile() as picture:
        picture.write(source)
        picture.seek(0)
        process = subprocess.Popen(
            command, stdin=picture, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"}, preexec_fn=_limits(seconds),
        )  # fmt: skip
    with process:
        while True:
            beat()
            try:
                output, _ = process.communicate(timeout=min(BEAT_SECONDS, max(end - monotonic(), 0.05)))
                break
            except subprocess.TimeoutExpired:
                if monotonic() > end:
                    process.kill()
                    raise
            except BaseException:
                process.kill()
                raise
    if process.returncode == -signal.SIGXCPU:
        raise subprocess.TimeoutExpired(command, seconds)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return output


def find_engine() -> Engine | None:
    """Return Tesseract if it is on the PATH with a model of one of our languages."""
    program = shutil.which(PROGRAM)
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, "--list-langs"], capture_output=True, text=True, check=True, timeout=_LIST_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return None
    held = set((done.stdout + done.stderr).split())
    models = tuple(model for model in dict.fromkeys(MODELS.values()) if model in held)
    return Engine(program, models) if models else None


def _limits(seconds: float) -> Callable[[], None]:
    """Return what the child does before it starts: it ends with us, and after so much processor time."""

    def bound() -> None:
        with contextlib.suppress(Exception):
            import ctypes
            import resource

            ctypes.CDLL(None).prctl(1, signal.SIGKILL)
            resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds), math.ceil(seconds) + 2))

    return bound


@dataclass(slots=True)
class _Row:
    """A line of hOCR in pixels: its words, where its baseline is in its middle, and how that slopes."""

    box: tuple[float, float, float, float]
    slope: float
    offset: float
    size: float
    angle: int
    words: list[tuple[str, float, float, float]] = field(default_factory=list)


def parse_hocr(output: bytes, picture: Picture) -> list[Read]:
    """Return the words of Tesseract's hOCR, upright on a page that was scanned aslant.

    Raises: ElementTree.ParseError.
    """
    rows = [row for row in map(_read_row, _find_lines(output)) if row.words]
    slopes = [row.slope for row in rows if not row.angle and len(row.words) > 1]
    slope = median(slopes) if slopes else 0.0
    return [word for row in rows for word in _place(row, slope, picture)]


def _find_lines(output: bytes) -> list[ElementTree.Element]:
    # The prologue names a DTD on the web, which this parser never fetches; HTML entities do not occur.
    root = ElementTree.fromstring(output)
    return [each for each in root.iter() if each.get("class") in _LINES]


def _read_row(line: ElementTree.Element) -> _Row:
    found = _properties(line)
    box = _four(found.get("bbox", ()))
    slope, offset = (*found.get("baseline", ()), 0.0, 0.0)[:2]
    size = (*found.get("x_size", ()), box[3] - box[1])[0]
    row = _Row(box, slope, offset, size, round((*found.get("textangle", ()), 0.0)[0]) % 360)
    for word in line.iter():
        if word.get("class") == "ocrx_word":
            own = _properties(word)
            left, top, right, bottom = _four(own.get("bbox", ()))
            text = "".join("".join(word.itertext()).split())
            confidence = (*own.get("x_wconf", ()), 0.0)[0] / 100
            if text and confidence >= LEAST_CONFIDENCE:
                along = (left, right) if row.angle % 180 == 0 else (top, bottom)
                row.words.append((text, *along, confidence))
    if len(row.words) > 1 and row.words[0][0] in LOST_BULLETS:
        row.words[0] = ("•", *row.words[0][1:])
    return row


def _properties(element: ElementTree.Element) -> dict[str, tuple[float, ...]]:
    pairs = _PROPERTY.findall(element.get("title", ""))
    return {name: tuple(float(value) for value in values.split()) for name, values in pairs}


def _four(values: Sequence[float]) -> tuple[float, float, float, float]:
    left, top, right, bottom = (*values, 0.0, 0.0, 0.0, 0.0)[:4]
    return left, top, right, bottom


def _place(row: _Row, slope: float, picture: Picture) -> list[Read]:
    """Return a line's words in points, in the frame of its angle (ingest/words.py)."""
    left, top, right, bottom = row.box
    width, height = picture.width, picture.height
    clockwise = -row.angle % 360
    if clockwise == 90:
        base, flip = width - left, None
    elif clockwise == 270:
        base, flip = right, height
    elif clockwise == 180:
        base, flip = height - top, width
    else:
        middle = (left + right) / 2
        base, flip = bottom + row.offset + row.slope * (middle - left) - slope * (middle - width / 2), None
    found = []
    for place, (text, start, end, confidence) in enumerate(row.words):
        x0, x1 = (start, end) if flip is None else (flip - end, flip - start)
        space = REAL_SPACE if place else LINE_END
        scale = picture.scale
        found.append(
            Read(text, x0 / scale, x1 / scale, base / scale, row.size / scale, clockwise, confidence, space)
        )
    return found
