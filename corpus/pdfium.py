"""The one place that imports pypdfium2: opening a PDF, and the lock that PDFium needs.

PDFium is not thread-safe: every call, on whatever document, is made under `LOCK`.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

LOCK = threading.RLock()


def open_pdf(source: Path | bytes, password: str | None = None) -> Any:
    """Return an open `pypdfium2.PdfDocument`. Raises: ImportError and pypdfium2's own errors."""
    import pypdfium2

    return pypdfium2.PdfDocument(source, password=password)


def raw_calls() -> Any:
    """Return PDFium's C functions. Raises: ImportError."""
    import pypdfium2.raw as raw

    return raw
