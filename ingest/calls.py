"""The functions of pdfium that reading a page needs, bound to plain addresses."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from corpus.pdfium import raw_calls


class Calls:
    """The pdfium functions that a page needs, bound once to plain addresses."""

    def __init__(self) -> None:
        raw = raw_calls()
        address, number, handle = ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
        self.raw = raw
        self.unicode = _bind(raw.FPDFText_GetUnicode, ctypes.c_uint, handle, number)
        self.object = _bind(raw.FPDFText_GetTextObject, address, handle, number)
        self.loose = _bind(raw.FPDFText_GetLooseCharBox, number, handle, number, address)
        self.origin = _bind(raw.FPDFText_GetCharOrigin, number, handle, number, address, address)
        self.matrix = _bind(raw.FPDFText_GetMatrix, number, handle, number, address)
        self.text = _bind(raw.FPDFText_GetText, number, handle, number, number, address)
        self.hyphen = _bind(raw.FPDFText_IsHyphen, number, handle, number)
        self.generated = _bind(raw.FPDFText_IsGenerated, number, handle, number)
        self.unmapped = _bind(raw.FPDFText_HasUnicodeMapError, number, handle, number)
        self.size = _bind(raw.FPDFTextObj_GetFontSize, number, handle, address)
        self.font = _bind(raw.FPDFTextObj_GetFont, address, handle)
        self.mode = _bind(raw.FPDFTextObj_GetTextRenderMode, number, handle)
        self.color = _bind(raw.FPDFPageObj_GetFillColor, number, handle, address, address, address, address)
        self.name = _bind(raw.FPDFFont_GetBaseFontName, ctypes.c_size_t, handle, address, ctypes.c_size_t)
        self.weight = _bind(raw.FPDFFont_GetWeight, number, handle)
        self.flags = _bind(raw.FPDFFont_GetFlags, number, handle)
        self.count_objects = _bind(raw.FPDFPage_CountObjects, number, handle)
        self.page_object = _bind(raw.FPDFPage_GetObject, address, handle, number)
        self.count_children = _bind(raw.FPDFFormObj_CountObjects, number, handle)
        self.child = _bind(raw.FPDFFormObj_GetObject, address, handle, ctypes.c_ulong)
        self.kind = _bind(raw.FPDFPageObj_GetType, number, handle)
        self.bounds = _bind(raw.FPDFPageObj_GetBounds, number, handle, address, address, address, address)
        self.object_matrix = _bind(raw.FPDFPageObj_GetMatrix, number, handle, address)
        self.see_through = _bind(raw.FPDFPageObj_HasTransparency, number, handle)
        self.clip = _bind(raw.FPDFPageObj_GetClipPath, address, handle)
        self.clip_paths = _bind(raw.FPDFClipPath_CountPaths, number, handle)
        self.clip_segments = _bind(raw.FPDFClipPath_CountPathSegments, number, handle, number)
        self.clip_segment = _bind(raw.FPDFClipPath_GetPathSegment, address, handle, number, number)
        self.draw_mode = _bind(raw.FPDFPath_GetDrawMode, number, handle, address, address)
        self.segments = _bind(raw.FPDFPath_CountSegments, number, handle)
        self.segment = _bind(raw.FPDFPath_GetPathSegment, address, handle, number)
        self.segment_kind = _bind(raw.FPDFPathSegment_GetType, number, handle)
        self.segment_point = _bind(raw.FPDFPathSegment_GetPoint, number, handle, address, address)


def _bind(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    address = ctypes.cast(function, ctypes.c_void_p).value
    return ctypes.CFUNCTYPE(result, *arguments)(address or 0)
