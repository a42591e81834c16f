"""Takes the picture of the portfolio report for README.md and docs/index.md from the demo's own report.

Type `python -m tests.docs.make_image` in the development environment; it needs a Chromium (CHROMIUM names it).
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGE = Path(__file__).parents[2] / "docs" / "images" / "portfolio-report.png"
WIDTH, HEIGHT = 1180, 1560


def take() -> None:
    """Run the demo in a folder of its own and photograph the top of its report."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        subprocess.run([sys.executable, "-m", "pmohub", "demo"], cwd=folder, check=True, capture_output=True)
        page_file = Path(folder, "pmohub-demo", "portfolio-report.html")
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"))
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(page_file.as_uri())
        page.screenshot(path=IMAGE)
        browser.close()


if __name__ == "__main__":
    take()
