"""Ingest for the service and the command line: the only way from here to the ingest room."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa

from corpus import schema
from corpus.folder import Folder
from corpus.meta import write_encoder
from corpus.reading import read_document
from corpus.writing import rewrite_analysis
from ingest.intake import Job, find_jobs, say
from ingest.pdf import Limits
from ingest.pipeline import IngestReport, Options, Pipeline, Progress
from models.errors import BadPath
from models.passage import encode_document
from service.handover import find_running, hand_over
from service.library import Library, open_library
from service.settings import Settings

if TYPE_CHECKING:
    from corpus.vectors import Vectors
    from models.encoder import Encoder

__all__ = ["Job", "ingest_paths", "reindex_all", "run_upload", "say"]
SAMPLES = Path(__file__).resolve().parent.parent / "corpus" / "samples"


class ShowsProgress(Protocol):
    """What follows a run: told of every step, and before it of all files."""

    def expect(self, jobs: Sequence[Job]) -> None:
        """Learn which files will be read."""

    def step(self, progress: Progress) -> None:
        """Learn of a step."""


def ingest_paths(
    settings: Settings,
    paths: Sequence[Path],
    *,
    wishes: dict[str, Any] | None = None,
    catalogue: Path | None = None,
    samples: bool = False,
    replaces: str | None = None,
    keep_duplicates: bool = False,
    password: str | None = None,
    progress: ShowsProgress | None = None,
) -> Iterator[dict[str, Any]]:
    """Ingest files and folders; gives the contract's report of each file, in order.

    Raises: BadPath, BadCatalogueFile, CatalogueBusy and the errors of opening a folder.
    """
    if samples:
        paths, catalogue = [*paths, SAMPLES], catalogue or SAMPLES / "catalogue.toml"
    if not paths and catalogue is None:
        raise BadPath("Name PDF files or folders, or use --samples.")
    jobs = find_jobs(paths, say(**(wishes or {})), catalogue, skip=settings.data)
    running = find_running(Folder(settings.data))
    if running is not None:
        _refuse_many(jobs, replaces)
        wish = {"password": password, "keep_duplicates": keep_duplicates, "replaces": replaces}
        yield from hand_over(running, jobs, wish)
        return
    with open_library(settings, write=True) as library:
        target = library.catalogue.resolve(replaces) if replaces else None
        _refuse_many(jobs, target)
        options = make_options(settings, password, keep_duplicates, target)
        if progress is not None:
            progress.expect(jobs)
        with library.use_vectors() as vectors:
            for report in run_jobs(library, vectors, jobs, options, progress):
                yield asdict(report)
        encoder = library.encoder
    _refresh_index(settings, encoder)


def run_jobs(
    library: Library,
    vectors: Vectors,
    jobs: Sequence[Job],
    options: Options,
    progress: ShowsProgress | None = None,
) -> Iterator[IngestReport]:
    """Ingest files into an open library that writes."""
    pipeline = Pipeline(
        library.catalogue,
        vectors,
        library.encoder,
        library.classifier,
        options,
        progress.step if progress is not None else lambda _: None,
    )
    return pipeline.run(jobs)


def run_upload(
    library: Library, job: Job, options: dict[str, Any], tell: Callable[[Progress], None]
) -> IngestReport:
    """Ingest one uploaded file; `options` are password, keep_duplicates and replaces."""
    with library.use_vectors() as vectors:
        pipeline = Pipeline(
            library.catalogue,
            vectors,
            library.encoder,
            library.classifier,
            make_options(library.settings, **options),
            tell,
        )
        return next(pipeline.run([job]))


def make_options(
    settings: Settings,
    password: str | None = None,
    keep_duplicates: bool = False,
    replaces: str | None = None,
) -> Options:
    """Return the options of a run under the settings' limits."""
    limits = Limits(
        max_bytes=settings.max_bytes,
        max_pages=settings.max_pages,
        seconds_per_page=settings.seconds_per_page,
        seconds_per_file=settings.seconds_per_file,
        ocr=settings.ocr,
    )
    return Options(password, keep_duplicates, replaces, limits, settings.workers)


def reindex_all(settings: Settings, tell: Callable[[str], None] = lambda _: None) -> dict[str, int]:
    """Make vectors, findings and index rows of all documents again, in one transaction.

    The encoder of the settings is taken, whatever made the old vectors. `tell` is given a line
    for each document done.
    """
    with open_library(settings, write=True) as library:
        encoder = library.load_encoder()
        library.__dict__["encoder"] = encoder
        segments = _rewrite(library, encoder, tell)
        with library.use_vectors() as vectors:
            vectors.remove(sorted(vectors.ids()))
            vectors.reconcile(library.catalogue)
    _refresh_index(settings, encoder)
    return {"documents": len(segments), "segments": sum(segments)}


def _refresh_index(settings: Settings, encoder: Encoder) -> None:
    """Make the indexes of a large catalogue where they are needed, when others may write again."""
    with open_library(settings) as library:
        library.__dict__["encoder"] = encoder
        library.searcher.refresh_index()


def empty_report(job: Job) -> dict[str, Any]:
    """Return a report of a file of which nothing was read."""
    return asdict(IngestReport(str(job.path), "failed"))


def _rewrite(library: Library, encoder: Encoder, tell: Callable[[str], None]) -> list[int]:
    column = schema.documents.c.id
    counts = []
    with library.catalogue.change() as connection:
        write_encoder(connection, encoder.name, encoder.fingerprint, encoder.dimension)
        for identity in connection.scalars(sa.select(column).order_by(column)).all():
            document = read_document(connection, identity)
            encoded = encode_document(document, encoder, library.classifier.lens)
            analysis = library.classifier.classify(document, encoded)
            rewrite_analysis(
                connection, document, analysis, encoded.segments, encoded.sentences, encoded.words
            )
            counts.append(len(document.segments))
            tell(f"reindexed  {document.file}")
    return counts


def _refuse_many(jobs: Sequence[Job], replaces: str | None) -> None:
    if replaces is not None and len(jobs) != 1:
        raise BadPath("--replaces takes one file: the new edition of one document.")
