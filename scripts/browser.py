"""Which browser do the tests drive, and where does one come from if there is none?

Looked for in this order: `CHROMIUM`, the path, Playwright's own, then Debian's package where we may install it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NONE_FOUND = (
    "The browser tests need Chromium and none could be found or installed: "
    "install it (Debian: apt-get install chromium), point CHROMIUM at one, or leave these tests out with BROWSER=none."
)


def find() -> str | None:
    """The browser this machine already has, as a path; None if there is none that starts."""
    return next((path for look in (_named, _on_path, _playwrights_own) if (path := look()) and _starts(path)), None)


def provide() -> str | None:
    """`find`, and if that fails install one; None if that fails too. Says what it is doing."""
    installers: tuple[Callable[[], None], ...] = (_install_with_playwright, _install_with_apt)
    path = find()
    for install in installers:
        if path is None:
            install()
            path = find()
    return path


def _named() -> str | None:
    return os.environ.get("CHROMIUM") or None


def _on_path() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.is_file() else None


def _starts(path: str) -> bool:
    """Present is not enough: a browser without its system libraries dies at once."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _install_with_playwright() -> None:
    print("No browser here; asking Playwright to fetch Chromium", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def _install_with_apt() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print("Installing Debian's chromium", flush=True)
    subprocess.run(["apt-get", "update"], check=False)
    subprocess.run(["apt-get", "install", "--yes", "--no-install-recommends", "chromium"], check=False)
