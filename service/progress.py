"""Progress of an ingest on standard error: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from ingest.intake import Job
    from ingest.pipeline import Progress

STAGES = {"reading": "reading", "encoding": "encoding", "storing": "storing"}


class Plain:
    """Progress as lines: what became of each file, as it is done."""

    def expect(self, jobs: Sequence[Job]) -> None:
        """Say how many files there are."""
        self.write(f"{len(jobs)} file{'' if len(jobs) == 1 else 's'}")

    def step(self, progress: Progress) -> None:
        """Pass over the steps inside a file."""

    def say(self, report: dict[str, Any]) -> None:
        """Write a file's report for people."""
        for line in describe_report(report):
            self.write(line)

    def write(self, line: str) -> None:
        """Write one line to standard error."""
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


class Bar(Plain):
    """Progress as a bar of all pages read so far, with the file, its stage and the time left."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._task: TaskID = bars.add_task("waiting", total=None)
        self._pages: dict[str, tuple[int, int]] = {}
        self._files = 0

    def expect(self, jobs: Sequence[Job]) -> None:
        """Learn how many files there are."""
        self._files = len(jobs)

    def step(self, progress: Progress) -> None:
        """Move the bar; unread files count as long as the mean of those begun."""
        name = progress.path.name
        done = progress.done / 2 if progress.stage == "reading" else progress.total
        if progress.stage == "encoding":
            done = progress.total / 2
        self._pages[name] = (int(done), progress.total)
        begun = sum(total for _, total in self._pages.values())
        total = begun * max(self._files, len(self._pages)) / len(self._pages)
        finished = sum(pages for pages, _ in self._pages.values())
        label = (
            f"{STAGES[progress.stage]} {name[:40]} ({progress.done or progress.total}/{progress.total} pages)"
        )
        self._bars.update(self._task, completed=finished, total=total, description=label)

    def write(self, line: str) -> None:
        """Write one line above the bar."""
        self._bars.console.print(line, markup=False, highlight=False)


@contextmanager
def show_progress() -> Iterator[Plain]:
    """Give what shows progress: a bar if standard error is a terminal."""
    if not sys.stderr.isatty():
        yield Plain()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield Bar(bars)


def describe_report(report: dict[str, Any]) -> list[str]:
    """Return lines for people about what became of a file."""
    name = report["path"]
    if report["outcome"] == "failed":
        return [f"failed     {name}: {report['error']['message']}"]
    lines = [f"{report['outcome']:<10} {name}"]
    if report["title"] is not None:
        guessed = f" (guessed: {', '.join(report['guessed'])})" if report["guessed"] else ""
        regions = ", ".join(report["regions"]) or "no region"
        lines.append(f"           “{report['title']}”, {regions}, {report['year'] or 'no year'}{guessed}")
        counts = f"{report['pages']} pages, {report['segments']} segments, {report['findings']} findings"
        lines.append(f"           {counts}, {report['seconds']:.1f} s; {report['document']}")
    return lines + [f"           note: {warning}" for warning in report["warnings"]]
