"""What reading needs of memory grows little with the pages, in the reading process and in the one that receives."""

import sys

import pytest

from benchmarks.reading import SAMPLES, bind, measure_memory

FEW, MANY = 40, 160
"""Pages; below 40 some of what every file needs is still being made."""
WORKER_MB_PER_PAGE = 0.1
"""Measured 0.08; it was 0.12 while blocks were held to the end and the document was sent in one piece."""
RECEIVER_MB_PER_PAGE = 0.045
"""Measured 0.03; in one piece it was 0.05."""


@pytest.fixture(scope="module")
def growth(tmp_path_factory):
    """MB per page from a book of a few pages to one of many, of both processes."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the peak is read from /proc")
    folder = tmp_path_factory.mktemp("books")
    samples = sorted(SAMPLES.glob("*.pdf"))
    books = [folder / f"{pages}.pdf" for pages in (FEW, MANY)]
    pages = [bind(samples, least, book) for least, book in zip((FEW, MANY), books, strict=True)]
    small, large = map(measure_memory, books)
    assert (small["pages_read"], large["pages_read"]) == tuple(pages)
    return {key: (large[key] - small[key]) / (pages[1] - pages[0]) for key in ("worker_mb", "receiver_mb")}


def test_the_reading_process_grows_little_with_the_pages(growth):
    assert 0 < growth["worker_mb"] < WORKER_MB_PER_PAGE


def test_the_receiving_process_grows_little_with_the_pages(growth):
    assert 0 < growth["receiver_mb"] < RECEIVER_MB_PER_PAGE
