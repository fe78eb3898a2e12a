"""Tables as an XLSX workbook: frozen heads, filters, widths; the same tables give the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from service.tables import Sheet

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of all files in the archive: the first that ZIP can hold."""
WIDTHS = {
    "quote": 70,
    "text": 70,
    "why": 60,
    "title": 34,
    "value": 60,
    "section": 34,
    "focus_area": 32,
    "nearest": 28,
}
"""Widths of columns in characters; the others follow their head."""
LONGEST_CELL = 32_000
"""Characters; a cell of XLSX holds 32,767."""


def write_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook, one sheet a table."""
    from openpyxl import Workbook

    from service.export import neutralise

    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        page = book.create_sheet(_title(sheet.name))
        page.append([neutralise(name) for name in sheet.columns])
        for row in sheet.rows:
            page.append(
                [neutralise(value)[:LONGEST_CELL] if isinstance(value, str) else value for value in row]
            )
        _shape(page, sheet)
    book.properties.created = book.properties.modified = datetime(*EPOCH)
    book.properties.creator = "strategi"
    out = io.BytesIO()
    book.save(out)
    return settle_zip(out.getvalue())


def _shape(page: Any, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    page.freeze_panes = "A2"
    if sheet.rows:
        page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{len(sheet.rows) + 1}"
    for number, name in enumerate(sheet.columns, 1):
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = WIDTHS.get(name, max(10, min(len(name) + 3, 28)))
        page.cell(1, number).font = Font(bold=True)
        page.cell(1, number).alignment = Alignment(wrap_text=True, vertical="top")
        for row in range(2, len(sheet.rows) + 2):
            cell = page.cell(row, number)
            cell.alignment = Alignment(wrap_text=name in WIDTHS, vertical="top")
            if isinstance(cell.value, str):
                cell.data_type = "s"


def _title(name: str) -> str:
    """A sheet's name: at most 31 letters, without those that XLSX forbids."""
    return "".join(" " if letter in "[]:*?/\\'" else letter for letter in name)[:31] or "Table"


def settle_zip(content: bytes) -> bytes:
    """Return a ZIP archive with its files in order of name and all dated alike."""
    import re

    source = zipfile.ZipFile(io.BytesIO(content))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            data = source.read(name)
            if name == "docProps/core.xml":
                data = re.sub(
                    rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", data
                )
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, data, compresslevel=6)
    return out.getvalue()
