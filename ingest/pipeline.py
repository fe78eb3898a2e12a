"""Files into the corpus: read in processes, encode and classify here, store one document at a time.

Files are stored in the order given, whatever order they are read in, so the same input
gives the same catalogue. Reading runs ahead of the encoder by a few files.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from corpus.catalogue import Catalogue
from corpus.lexical import learn_words
from corpus.sketch import DUPLICATE, EDITION
from corpus.vectors import Vectors, segment_ids
from corpus.writing import body_text
from ingest.intake import Job
from ingest.pdf import Limits
from ingest.worker import read_in_process
from models.document import Document
from models.errors import BadPath, NoText, StrategyError, UnreadableDocument, UnreadableText
from models.passage import encode_document

if TYPE_CHECKING:
    from models.classifier import Classifier
    from models.encoder import Encoder

_LOG = logging.getLogger(__name__)
Outcome = Literal["added", "unchanged", "replaced", "duplicate", "failed"]
AHEAD = 4
"""Files read ahead of the encoder: enough to keep it busy, few enough to bound memory."""


@dataclass(frozen=True)
class Options:
    """How to treat every file of a run. `replaces` is the id of the document that a new edition replaces.

    A document that replaces itself is read again.
    """

    password: str | None = None
    keep_duplicates: bool = False
    replaces: str | None = None
    limits: Limits = field(default_factory=Limits)
    workers: int = max(1, min(4, os.cpu_count() or 1))


@dataclass(frozen=True)
class IngestReport:
    """What became of one file; the contract's JSON line."""

    path: str
    outcome: Outcome
    document: str | None = None
    pages: int = 0
    pages_without_text: int = 0
    segments: int = 0
    findings: int = 0
    warnings: tuple[str, ...] = ()
    error: dict[str, str] | None = None
    seconds: float = 0.0
    title: str | None = None
    regions: tuple[str, ...] = ()
    year: int | None = None
    guessed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Progress:
    """A step of one file: `stage` is reading, encoding or storing; pages done of all."""

    path: Path
    stage: str
    done: int
    total: int


@dataclass
class Pipeline:
    """Everything that ingest needs, opened by the caller, who holds the writers' lock."""

    catalogue: Catalogue
    vectors: Vectors | None
    encoder: Encoder
    classifier: Classifier
    options: Options = field(default_factory=Options)
    progress: Callable[[Progress], None] = lambda _: None

    def run(self, jobs: Sequence[Job]) -> Iterator[IngestReport]:
        """Ingest files; gives a report for each, in order. One file's failure does not stop the others."""
        waiting: deque[tuple[Job, str | None, Future[Document] | StrategyError]] = deque()
        rest = iter(jobs)
        pool = ThreadPoolExecutor(self.options.workers, thread_name_prefix="reading")
        try:
            while True:
                while len(waiting) < max(AHEAD, self.options.workers) and (job := next(rest, None)):
                    waiting.append(self._begin(job, pool))
                if not waiting:
                    return
                yield self._finish(*waiting.popleft())
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _begin(
        self, job: Job, pool: ThreadPoolExecutor
    ) -> tuple[Job, str | None, Future[Document] | StrategyError]:
        try:
            sha256 = _hash(job.path)
        except OSError as error:
            reason = BadPath(f"The file cannot be opened: {error.strerror}.", subject=job.path.name)
            return job, None, reason
        if self._find_held(sha256):
            return job, sha256, Future()
        return job, sha256, pool.submit(self._read, job)

    def _find_held(self, sha256: str) -> str | None:
        """The document that has these very bytes, None where it is to be replaced by itself: read again."""
        known = self.catalogue.find_bytes(sha256)
        return None if known == self.options.replaces else known

    def _read(self, job: Job) -> Document:
        def tell(done: int, total: int) -> None:
            self.progress(Progress(job.path, "reading", done, total))

        options = self.options
        document = read_in_process(
            job.path,
            name=job.name,
            password=options.password,
            limits=options.limits,
            taxonomy=self.catalogue.folder.taxonomy,
            progress=tell,
        )
        learn_words((document.quote(one), one.language) for one in document.segments)
        return document

    def _finish(
        self, job: Job, sha256: str | None, reading: Future[Document] | StrategyError
    ) -> IngestReport:
        start = time.perf_counter()
        try:
            if isinstance(reading, StrategyError):
                raise reading
            known = self._find_held(sha256 or "")
            if known:
                return _report(job, "unchanged", known, start)
            return self._take(job, reading.result(), start)
        except StrategyError as error:
            return _failure(job, error, start)
        except Exception as error:  # one file's surprise must not lose the files after it
            _LOG.exception("%s could not be taken in", job.path.name)
            message = f"The file could not be taken in ({type(error).__name__}); nothing of it is stored."
            return _failure(job, UnreadableDocument(message, subject=job.path.name), start)

    def _take(self, job: Job, document: Document, start: float) -> IngestReport:
        twins = self.catalogue.find_twins(body_text(document))
        replaces = self.options.replaces
        twin = next((one for one in twins if one.document != replaces), None)
        if twin and twin.likeness >= DUPLICATE and not self.options.keep_duplicates:
            note = f"The text is that of {twin.file} ({twin.document}); --keep-duplicates keeps both."
            return _report(job, "duplicate", twin.document, start, warnings=(note,))
        document = _apply(document, job)
        notes = list(document.warnings)
        if twin and EDITION <= twin.likeness < DUPLICATE and not replaces:
            notes.append(
                f"This looks like another edition of {twin.file} ({twin.likeness:.0%} of the text is shared);"
                f" to put it in its place, ingest it with --replaces {twin.document}."
            )
        findings = self._store(job, document, replaces)
        outcome: Outcome = "replaced" if replaces else "added"
        return _report(job, outcome, document.id, start, document, findings, tuple(notes))

    def _store(self, job: Job, document: Document, replaces: str | None) -> int:
        pages = len(document.pages)
        self.progress(Progress(job.path, "encoding", 0, pages))
        encoded = encode_document(document, self.encoder, self.classifier.lens)
        analysis = self.classifier.classify(document, encoded)
        self.progress(Progress(job.path, "storing", pages, pages))
        _keep_file(job.path, self.catalogue.folder.pdf(document.sha256))
        old = segment_ids(self.catalogue, replaces) if replaces else []
        gone = self.catalogue.store(
            document, analysis, encoded.segments, encoded.sentences, encoded.words, replaces=replaces
        )
        if gone and gone != document.sha256:
            self.catalogue.folder.pdf(gone).unlink(missing_ok=True)
        if self.vectors is not None:
            self.vectors.remove(old)
            self.vectors.add(segment_ids(self.catalogue, document.id), encoded.segments)
        return sum(bool(judged.labels) for judged in analysis.judgements)


def _apply(document: Document, job: Job) -> Document:
    """Put what the user said before what was guessed."""
    said = job.said
    fields: dict[str, Any] = {
        key: value
        for key, value in (
            ("regions", said.regions),
            ("title", said.title),
            ("year", said.year),
            ("type", said.type),
        )
        if value
    }
    sources = document.guess.sources | {key: said.sources.get(key, "option") for key in fields}
    guess = document.guess.model_copy(update=fields | {"sources": sources})
    return document.model_copy(update={"guess": guess})


def _keep_file(source: Path, target: Path) -> None:
    """Copy the PDF into the data folder, whole or not at all."""
    draft = target.with_suffix(".part")
    shutil.copyfile(source, draft)
    draft.replace(target)


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _report(
    job: Job,
    outcome: Outcome,
    document: str,
    start: float,
    content: Document | None = None,
    findings: int = 0,
    warnings: tuple[str, ...] = (),
) -> IngestReport:
    seconds = round(time.perf_counter() - start, 3)
    if content is None:
        return IngestReport(str(job.path), outcome, document, warnings=warnings, seconds=seconds)
    guess = content.guess
    return IngestReport(
        path=str(job.path),
        outcome=outcome,
        document=document,
        pages=len(content.pages),
        pages_without_text=sum(page.state != "text" for page in content.pages),
        segments=len(content.segments),
        findings=findings,
        warnings=warnings,
        seconds=seconds,
        title=guess.title,
        regions=guess.regions,
        year=guess.year,
        guessed=tuple(
            key for key, source in sorted(guess.sources.items()) if source not in ("option", "catalogue")
        ),
    )


def _failure(job: Job, error: StrategyError, start: float) -> IngestReport:
    pages = error.pages if isinstance(error, UnreadableDocument) else 0
    return IngestReport(
        path=str(job.path),
        outcome="failed",
        pages=pages,
        pages_without_text=pages if isinstance(error, NoText | UnreadableText) else 0,
        error={"code": error.code, "message": error.message},
        seconds=round(time.perf_counter() - start, 3),
    )
