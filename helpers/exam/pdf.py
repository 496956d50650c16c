"""From an HTML page to a PDF, where there is a browser that can print."""

import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
SECONDS = 120


def find_browser() -> str | None:
    """Return the path of a Chromium on this machine, None if there is none.

    On the path, or where Playwright keeps its own.
    """
    for name in NAMES:
        if path := shutil.which(name):
            return path
    try:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            path = playwright.chromium.executable_path
    except Exception:  # Playwright is for the tests; a lecturer need not have it
        return None
    return path if Path(path).exists() else None


def print_pdf(html: Path, pdf: Path, browser: str) -> None:
    """Print a page.

    Raises
    ------
    RuntimeError
        If the browser does not make the file.
    """
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-pdf-header-footer",
                f"--user-data-dir={profile}",
                f"--print-to-pdf={pdf.resolve()}",
                html.resolve().as_uri(),
            ],
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    if not pdf.exists():
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise RuntimeError(f"{Path(browser).name} did not print {html.name}: {last}")
