"""Files for a data folder whose service is running: handed to it over its own HTTP API.

One process owns the store; a second writer would damage it. So `strategi ingest` sends the
files to the service and follows its jobs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from corpus.folder import Folder, find_service
from models.errors import CatalogueBusy, StrategyError

if TYPE_CHECKING:
    from ingest.intake import Job

POLL = 0.2
"""Seconds between two looks at a job."""


def find_running(folder: Folder) -> str | None:
    """Return the address of a service of this folder that answers."""
    address = find_service(folder)
    if address is None:
        return None
    import httpx

    try:
        answer = httpx.get(f"{address}/healthz", timeout=2)
    except httpx.HTTPError:
        return None
    return address if answer.status_code == 200 else None


def hand_over(address: str, jobs: Sequence[Job], options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Send files one by one; gives the report of each, as a local ingest would.

    Raises: CatalogueBusy (the service stopped meanwhile).
    """
    import httpx

    with httpx.Client(base_url=f"{address}/api/v1", timeout=120) as client:
        for job in jobs:
            try:
                yield _send(client, job, options)
            except httpx.HTTPError as error:
                raise CatalogueBusy(
                    "The running service does not answer any more; start it again or stop it, then repeat.",
                    subject=job.path.name,
                ) from error


def correct_over(address: str, document: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Have the running service correct a document's data. Raises: what the service refused with."""
    return call_service(address, "PATCH", f"documents/{quote(document, safe='')}", fields)


def remove_over(address: str, document: str) -> dict[str, Any]:
    """Have the running service remove a document. Raises: what the service refused with."""
    return call_service(address, "DELETE", f"documents/{quote(document, safe='')}", None)


def review_over(address: str, act: dict[str, Any]) -> dict[str, Any]:
    """Have the running service judge findings. Raises: what the service refused with."""
    return call_service(address, "POST", "reviews", act)


def undo_over(address: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Have the running service undo a review. Raises: what the service refused with."""
    return call_service(address, "POST", f"reviews/{quote(name, safe='')}/undo", body)


def call_service(
    address: str,
    method: str,
    path: str,
    body: dict[str, Any] | None = None,
    params: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Have the running service do something; `path` is below /api/v1. Raises: what it refused with."""
    import httpx

    try:
        answer = httpx.request(method, f"{address}/api/v1/{path}", json=body, params=params, timeout=120)
        record: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise CatalogueBusy("The running service does not answer; stop it, then repeat.") from error
    if answer.status_code >= 400:
        raise _find_error(record.get("code", ""))(
            record.get("detail", "The service refused."), nearest=record.get("nearest", ())
        )
    return record


def _find_error(code: str) -> type[StrategyError]:
    """Return the class of the tree with a code; CatalogueBusy if none has it."""
    known: list[type[StrategyError]] = [StrategyError]
    for one in known:
        known += one.__subclasses__()
    return next((one for one in known if one.code == code), CatalogueBusy)


def _send(client: Any, job: Job, options: dict[str, Any]) -> dict[str, Any]:
    said = job.said
    fields: dict[str, Any] = {
        "region": list(said.regions),
        "title": said.title,
        "year": said.year,
        "type": said.type,
        **options,
    }
    data = {key: value for key, value in fields.items() if value not in (None, [], False)}
    with job.path.open("rb") as stream:
        files = {"file": (job.path.name, stream, "application/pdf")}
        answer = client.post("/documents", data=data, files=files)
    if answer.status_code != 202:
        problem = answer.json()
        error = {
            "code": problem.get("code", "error"),
            "message": problem.get("detail", "The service refused the file."),
        }
        return _empty(job) | {"outcome": "failed", "error": error}
    record = answer.json()["jobs"][0]
    while record["state"] != "done":
        time.sleep(POLL)
        record = client.get(f"/jobs/{record['id']}").raise_for_status().json()
    report: dict[str, Any] = record["report"]
    return report | {"path": str(job.path)}


def _empty(job: Job) -> dict[str, Any]:
    from service.jobs import empty_report

    return empty_report(job)
