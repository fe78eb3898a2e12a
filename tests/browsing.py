"""What tests in a real browser share: a running service, Debian's Chromium, a page that remembers its troubles.

Without Chromium or Playwright a test file that imports this is skipped.
"""

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import HOME

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if CHROMIUM is None:
    pytest.skip("No chromium on this machine; `apt-get install chromium` brings it", allow_module_level=True)
axe = pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDTHS = {390: 844, 1024: 768, 1600: 1000}
ARTEFACTS = HOME / "artefacts"
PATIENCE_MS = 60_000
"""A shared machine may be slow; what is waited for is an event, never a time."""


@contextmanager
def serve(data):
    """Serve a data folder in a process of its own; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "service.cli", "--data", str(data), "serve", "--port", str(port)]
    log = (data.parent / "serve.log").open("wb")
    process = subprocess.Popen(command, cwd=HOME, stdout=log, stderr=log)
    place = f"http://127.0.0.1:{port}"
    try:
        _wait(place, process, Path(log.name))
        yield place
    finally:
        process.terminate()
        process.wait(timeout=60)
        log.close()


def _wait(place, process, log):
    end = time.monotonic() + 180
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{place}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    raise AssertionError(log.read_text())


@contextmanager
def open_browser():
    """Start Chromium; gives it."""
    with playwright.sync_playwright() as made:
        found = made.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


CUT_OFF = ("htmx:afterRequest", "htmx:sendError", "htmx:sendAbort")
"""What htmx says of a request that going to another page, or the next choice, cut off; a slow machine shows it."""


class Visit:
    """A page that remembers console errors and requests to other hosts."""

    def __init__(self, browser, address, *, width=1600, locale="en-GB", script=True, sharpness=1):
        size = {"width": width, "height": WIDTHS.get(width, 900)}
        self.context = browser.new_context(
            viewport=size, locale=locale, java_script_enabled=script, device_scale_factor=sharpness
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.new_page()
        self.address, self.troubles, self.expected = address, [], []
        self.page.on(
            "console", lambda said: said.type in ("error", "warning") and self.troubles.append(said.text)
        )
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("request", lambda sent: sent.url.startswith(address) or self.troubles.append(sent.url))

    def go(self, path):
        return self.page.goto(self.address + path)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.context.close()
        if kind is None:
            harmless = ("status of 4", *CUT_OFF)
            left = [one for one in self.troubles if not any(words in one for words in harmless)]
            assert left == [], left


def until(holds):
    """Wait until something holds; the page's own policy forbids the browser to evaluate conditions for us."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def find_faults(page, rules=None):
    """Violations that axe-core finds; all its rules, or only the named ones."""
    from axe_playwright_python.sync_playwright import Axe

    options = {"runOnly": rules} if rules else None
    found = Axe().run(page, options=options).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found]


def check_view(visit, path, name, width):
    """Open a view: nothing wider than the window, no fault by axe, light and dark; screenshots are left.

    Light and dark are one page in two colours: in the dark only what depends on colour is asked again.
    """
    ARTEFACTS.mkdir(exist_ok=True)
    page = visit.page
    visit.go(path)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{wide} px too wide"
    assert find_faults(page) == []
    shot = {"full_page": True, "type": "jpeg", "quality": 70}
    page.screenshot(path=ARTEFACTS / f"{name}-{width}-light.jpg", **shot)
    page.emulate_media(color_scheme="dark")
    assert find_faults(page, ["color-contrast"]) == []
    page.screenshot(path=ARTEFACTS / f"{name}-{width}-dark.jpg", **shot)
