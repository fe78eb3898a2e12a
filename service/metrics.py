"""Counts and times of requests, in Prometheus' text format."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of the histogram's buckets in seconds."""


class Metrics:
    """Requests by route, method and status, and how long they took by route."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: Counter[tuple[str, float]] = Counter()
        self._sums: Counter[str] = Counter()

    @property
    def middleware(self) -> Any:
        """The ASGI middleware that counts."""
        metrics = self

        class Counting:
            def __init__(self, app: ASGIApp) -> None:
                self.app = app

            async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
                if scope["type"] != "http":
                    await self.app(scope, receive, send)
                    return
                start, status = time.perf_counter(), 500

                async def watch(message: Message) -> None:
                    nonlocal status
                    if message["type"] == "http.response.start":
                        status = message["status"]
                    await send(message)

                try:
                    await self.app(scope, receive, watch)
                finally:
                    metrics.count(scope, status, time.perf_counter() - start)

        return Counting

    def count(self, scope: Scope, status: int, seconds: float) -> None:
        """Count one request under its route's template, so that ids do not multiply the series."""
        route = getattr(scope.get("route"), "path", "other")
        with self._lock:
            self._requests[(route, scope["method"], status)] += 1
            self._sums[route] += seconds  # type: ignore[assignment]
            for bound in BOUNDS:
                if seconds <= bound:
                    self._buckets[(route, bound)] += 1

    def write(self) -> str:
        """Return all series."""
        with self._lock:
            requests, buckets, sums = dict(self._requests), dict(self._buckets), dict(self._sums)
        lines = ["# TYPE strategi_requests_total counter"]
        for (route, method, status), count in sorted(requests.items()):
            labels = f'route="{route}",method="{method}",status="{status}"'
            lines.append(f"strategi_requests_total{{{labels}}} {count}")
        lines.append("# TYPE strategi_request_seconds histogram")
        totals: Counter[str] = Counter()
        for (route, _, _), count in requests.items():
            totals[route] += count
        for route, total in sorted(totals.items()):
            for bound in BOUNDS:
                count = buckets.get((route, bound), 0)
                lines.append(f'strategi_request_seconds_bucket{{route="{route}",le="{bound}"}} {count}')
            lines.append(f'strategi_request_seconds_bucket{{route="{route}",le="+Inf"}} {total}')
            lines.append(f'strategi_request_seconds_sum{{route="{route}"}} {sums[route]:.6f}')
            lines.append(f'strategi_request_seconds_count{{route="{route}"}} {total}')
        return "\n".join(lines) + "\n"
