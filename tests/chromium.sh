#!/bin/sh
# Brings Debian's Chromium for tests/test_browser.py where that can be done without asking anybody.
# Never fails: without a browser those tests are skipped and say so.
seconds=600

if command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1; then
    exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1 || ! command -v timeout >/dev/null 2>&1; then
    echo "No chromium, and it cannot be installed here: the browser tests are skipped." >&2
    exit 0
fi
export DEBIAN_FRONTEND=noninteractive
install="apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-liberation"
timeout --kill-after=10 "$seconds" sh -c "$install" </dev/null >/dev/null 2>&1 ||
    echo "chromium could not be installed: the browser tests are skipped." >&2
exit 0
