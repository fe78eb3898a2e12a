"""Folders that are built once in the user's cache: there whole, or not at all.

A build goes into a folder beside the place, under a lock between processes, and is renamed when
it is complete; a manifest keeps size and SHA-256 of every file. A build that was killed leaves a
folder that the next one clears away.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from models.errors import ModelMissing

LOCK_SECONDS = 600
"""A build takes 4 to 20 seconds; ten minutes of waiting for another's means that it hangs."""

_MANIFEST = "manifest.json"

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of the whole that is done, 0 to 1."""

Writer = Callable[[Path, Progress], None]
"""Fills an empty folder."""


def default_cache() -> Path:
    """Return the user's cache folder of this program, which need not exist."""
    home = Path.home()
    if sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        root = home / "Library" / "Caches"
    else:
        root = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return root / "strategi"


def build_once(folder: Path, write: Writer, progress: Progress | None = None) -> Path:
    """Return the folder, filled by `write` unless it is there whole.

    Raises: ModelMissing, where the cache cannot be written or another build hangs.
    """
    if is_whole(folder):
        return folder
    from filelock import FileLock, Timeout

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f"{folder.name}.lock"), timeout=LOCK_SECONDS):
            if not is_whole(folder):
                _build(folder, write, progress or _ignore)
    except Timeout:
        message = "Another process has been building the encoder for ten minutes: end it, then try again."
        raise ModelMissing(message, subject=folder.name) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"The encoder cannot be kept in the cache folder ({reason}): make room or choose another."
        raise ModelMissing(message, subject=folder.name) from error
    return folder


def is_whole(folder: Path) -> bool:
    """Tell whether every file of the manifest is there at its size (0.1 ms; `check_folder` reads them)."""
    try:
        files = json.loads((folder / _MANIFEST).read_text("utf-8"))["files"]
        return all((folder / name).stat().st_size == size for name, (size, _) in files.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def check_folder(folder: Path) -> str:
    """Return `whole`, `damaged` or `not built`, by reading every byte."""
    if not folder.exists():
        return "not built"
    if not is_whole(folder):
        return "damaged"
    files = json.loads((folder / _MANIFEST).read_text("utf-8"))["files"]
    kept = all(hash_file(folder / name) == value for name, (_, value) in files.items())
    return "whole" if kept else "damaged"


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _build(folder: Path, write: Writer, progress: Progress) -> None:
    """Build beside the place, then rename; the caller holds the lock, so older builds are dead."""
    for stale in folder.parent.glob(f"{folder.name}.build-*"):
        shutil.rmtree(stale, ignore_errors=True)
    temporary = folder.with_name(f"{folder.name}.build-{os.getpid()}")
    temporary.mkdir()
    try:
        write(temporary, progress)
        paths = sorted(path for path in temporary.rglob("*") if path.is_file())
        names = [path.relative_to(temporary).as_posix() for path in paths]
        facts = [(path.stat().st_size, hash_file(path)) for path in paths]
        files = dict(zip(names, facts, strict=True))
        (temporary / _MANIFEST).write_text(json.dumps({"files": files}, indent=1), "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        temporary.replace(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    progress("encoder ready", 1.0)


def _ignore(step: str, share: float) -> None:
    """Report to nobody."""
