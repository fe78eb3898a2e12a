"""The service as a process: one server, one data folder."""

from __future__ import annotations

import socket
import sys

from corpus.folder import Folder, announce_service, withdraw_service
from models.errors import BadSettings
from service.api import create_app
from service.settings import Settings

GRACE_SECONDS = 5
"""How long open answers may take when the service stops; one that follows an upload takes minutes."""


def run_server(settings: Settings) -> None:
    """Serve until stopped. Raises: CatalogueBusy, BadSettings and the errors of opening a folder."""
    import uvicorn

    folder = Folder(settings.data)
    folder.create()
    listener = _bind(settings)
    host, port = listener.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    config = uvicorn.Config(
        create_app(settings), log_level="warning", lifespan="on", timeout_graceful_shutdown=GRACE_SECONDS
    )
    server = uvicorn.Server(config)
    _check_free(folder)
    sys.stderr.write(f"strategi serves {settings.data.name} at {address} (Ctrl-C stops)\n")
    announce_service(folder, address)
    try:
        server.run(sockets=[listener])
    finally:
        withdraw_service(folder)
        listener.close()


def _bind(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise BadSettings(
            f"Port {settings.port} on {settings.host} cannot be used ({error.strerror});"
            " choose another with --port.",
            subject=str(settings.port),
        ) from error
    return listener


def _check_free(folder: Folder) -> None:
    """Raise CatalogueBusy now, in one sentence, rather than inside the server's start."""
    from corpus.folder import hold_lock

    with hold_lock(folder):
        pass
