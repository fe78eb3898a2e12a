"""Uploads waiting to be read: one background thread, in order, with progress that can be followed."""

from __future__ import annotations

import sys
import threading
import traceback
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import TYPE_CHECKING, Any, Literal

from models.document import make_id
from models.errors import StrategyError, UnknownJob
from models.nearest import nearest_names

if TYPE_CHECKING:
    from ingest.intake import Job, Said
    from ingest.pipeline import IngestReport, Progress

KEPT = 500
"""Finished jobs remembered; older ones are forgotten and answer "unknown job"."""
State = Literal["waiting", "running", "done"]


@dataclass
class Upload:
    """A file on its way in. Pages done and in all are of the stage."""

    id: str
    file: str
    path: Path
    said: Said
    options: dict[str, Any] = field(default_factory=dict)
    state: State = "waiting"
    stage: str = "waiting"
    done: int = 0
    total: int = 0
    version: int = 0
    report: dict[str, Any] | None = None

    def describe(self) -> dict[str, Any]:
        """Return what a client may see: never where the file lies."""
        keys = ("id", "file", "state", "stage", "done", "total", "report")
        return {key: getattr(self, key) for key in keys}


class UploadQueue:
    """Takes uploads, reads them one after another, tells how far they are."""

    def __init__(
        self,
        run: Callable[[Job, dict[str, Any], Callable[[Progress], None]], IngestReport],
        rest: Callable[[], None] = lambda: None,
    ) -> None:
        """`run` reads a file; `rest` is called at first, and again whenever no file is waiting any more."""
        self._run = run
        self._rest = rest
        self._uploads: OrderedDict[str, Upload] = OrderedDict()
        self._waiting: Queue[Upload | None] = Queue()
        self._changed = threading.Condition()
        self._count = 0
        self._thread = threading.Thread(target=self._work, name="uploads", daemon=True)
        self._thread.start()

    def put(self, path: Path, file: str, said: Said, options: dict[str, Any]) -> dict[str, Any]:
        """Add a file; returns its job."""
        with self._changed:
            self._count += 1
            upload = Upload(make_id("job", str(self._count), path.name), file, path, said, options)
            self._uploads[upload.id] = upload
            self._forget()
        self._waiting.put(upload)
        return upload.describe()

    def get(self, identity: str) -> dict[str, Any]:
        """Return a job. Raises: UnknownJob."""
        with self._changed:
            return self._find(identity).describe()

    def all(self) -> list[dict[str, Any]]:
        """Return the jobs remembered, newest first."""
        with self._changed:
            return [upload.describe() for upload in reversed(self._uploads.values())]

    def follow(self, identity: str, patience: float = 15.0) -> Iterator[dict[str, Any] | None]:
        """Give a job's state at once and after every change until it is done; None each `patience` seconds.

        Raises: UnknownJob.
        """
        seen = -1
        while True:
            with self._changed:
                upload = self._find(identity)
                if upload.version == seen and upload.state != "done":
                    self._changed.wait(patience)
                record = upload.describe() if upload.version != seen else None
                seen, state = upload.version, upload.state
            yield record
            if state == "done":
                return

    def close(self) -> None:
        """Finish the file in hand, drop the others."""
        with suppress(Empty):
            while True:
                self._waiting.get_nowait()
        self._waiting.put(None)
        self._thread.join(timeout=60)

    def _find(self, identity: str) -> Upload:
        if identity not in self._uploads:
            nearest = nearest_names(identity, self._uploads)
            raise UnknownJob(
                "No job has this id; it may have been forgotten.", subject=identity[:40], nearest=nearest
            )
        return self._uploads[identity]

    def _forget(self) -> None:
        finished = [one.id for one in self._uploads.values() if one.state == "done"]
        for identity in finished[: max(len(self._uploads) - KEPT, 0)]:
            del self._uploads[identity]

    def _work(self) -> None:
        self._tidy()
        while (upload := self._waiting.get()) is not None:
            self._update(upload, state="running", stage="reading")
            report = self._read(upload) | {"path": upload.file}
            with suppress(OSError):
                upload.path.unlink()
            self._update(upload, state="done", stage="done", report=report)
            if self._waiting.empty():
                self._tidy()

    def _tidy(self) -> None:
        try:
            self._rest()
        except Exception:
            traceback.print_exc(file=sys.stderr)

    def _read(self, upload: Upload) -> dict[str, Any]:
        """Read a file; whatever happens to it, the ones behind it get their turn."""
        from service.jobs import Job

        def tell(progress: Progress) -> None:
            self._update(upload, stage=progress.stage, done=progress.done, total=progress.total)

        job = Job(upload.path, upload.said, upload.file)
        try:
            return asdict(self._run(job, upload.options, tell))
        except StrategyError as error:
            return _fail(job, error.code, error.message)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            return _fail(job, "fault", "A fault in the service; its log has the details.")

    def _update(self, upload: Upload, **fields: Any) -> None:
        with self._changed:
            for key, value in fields.items():
                setattr(upload, key, value)
            upload.version += 1
            self._changed.notify_all()


def _fail(job: Job, code: str, message: str) -> dict[str, Any]:
    from service.jobs import empty_report

    return empty_report(job) | {"error": {"code": code, "message": message}}
