"""What every answer carries and what no request may do: headers, hosts, foreign origins."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.errors import TooLarge
from service.problems import describe_problem

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # With "no-referrer" browsers send the page's own forms with "Origin: null", which is refused below.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
FORM_BYTES = 1 << 20
"""What a form may hold besides its files."""
LOCAL = {"127.0.0.1", "localhost", "[::1]", "::1", "testserver"}
SAFE = {"GET", "HEAD", "OPTIONS"}


class Guard:
    """ASGI middleware: refuses foreign hosts on a loopback service, foreign origins' writes, long bodies."""

    def __init__(self, app: ASGIApp, *, local_only: bool, most_bytes: int) -> None:
        self._app = app
        self._local_only = local_only
        self._most_bytes = most_bytes + FORM_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with 403; add the headers to what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refuse(scope)
        if refusal:
            await describe_problem(403, "forbidden", refusal)(scope, receive, send_guarded)
            return
        if self._too_large(scope):
            await self._refuse_large(scope)(scope, receive, send_guarded)
            return
        taken = 0

        async def receive_bounded() -> Message:
            """Break off a body that is longer than it said, before it fills the disk."""
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            return message if taken <= self._most_bytes else {"type": "http.disconnect"}

        await self._app(scope, receive_bounded, send_guarded)

    def _too_large(self, scope: Scope) -> bool:
        """Whether a request says that its body is over the limit: refused before a byte of it is taken."""
        length = Headers(scope=scope).get("content-length", "0")
        return length.isascii() and length.isdigit() and int(length) > self._most_bytes

    def _refuse_large(self, scope: Scope) -> ASGIApp:
        """Return the answer to a body over the limit: a page where the page's own form sent it."""
        from service.page import is_machine, show_error

        limit = f"{self._most_bytes - FORM_BYTES:,}"
        detail = f"The request is larger than {limit} bytes, the limit here; send large files one at a time."
        if is_machine(scope["path"]):
            return describe_problem(413, "too_large", detail)
        return show_error(Request(scope), TooLarge(detail, subject="upload"))

    def _refuse(self, scope: Scope) -> str | None:
        """Return why a request is refused: DNS rebinding (host) or cross-site request forgery (origin)."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._local_only and urlsplit(f"//{host}").hostname not in LOCAL:
            return "This service answers on this machine only."
        origin = headers.get("origin")
        if scope["method"] not in SAFE and origin and urlsplit(origin).netloc != host:
            return "Changes are taken from the service's own page only."
        return None
