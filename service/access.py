"""What routes work with: the open library, the uploads, the pictures, the filter of a request."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request

from corpus.pictures import Pictures
from corpus.reading import Filter
from service.choice import make_filter
from service.library import Library
from service.order import Order, make_order
from service.queue import UploadQueue


def library_of(request: Request) -> Library:
    """Return the open library of the app."""
    library: Library = request.app.state.library
    return library


def queue_of(request: Request) -> UploadQueue:
    """Return the queue of uploads of the app."""
    queue: UploadQueue = request.app.state.queue
    return queue


def pictures_of(request: Request) -> Pictures:
    """Return the pictures of pages."""
    pictures: Pictures = request.app.state.pictures
    return pictures


Held = Annotated[Library, Depends(library_of)]
Uploads = Annotated[UploadQueue, Depends(queue_of)]
Drawn = Annotated[Pictures, Depends(pictures_of)]
Many = Annotated[list[str], Query(default_factory=list)]


def read_choice(
    library: Held,
    document: Many,
    region: Many,
    kind: Many,
    theme: Many,
    language: Many,
    type: Many,
    focus_area: Many,
    year_from: int | None = None,
    year_to: int | None = None,
) -> Filter:
    """Return the filter that a request's parameters set."""
    return make_filter(
        library,
        documents=document,
        regions=region,
        kinds=kind,
        themes=theme,
        languages=language,
        types=type,
        focus_areas=focus_area,
        year_from=year_from,
        year_to=year_to,
    )


Choice = Annotated[Filter, Depends(read_choice)]


def read_order(
    region: Many,
    document: Many,
    kind: Many,
    theme: Many,
    focus_area: str | None = None,
    include_parts: bool = False,
) -> Order:
    """Return what a request asks to be compared or exported."""
    return make_order(region, document, kind, theme, focus_area=focus_area, include_parts=include_parts)


Asked = Annotated[Order, Depends(read_order)]
