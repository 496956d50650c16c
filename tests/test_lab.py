"""The course in a real JupyterLab in a real browser, as a student meets it."""

import contextlib
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from helpers.exam.places import places

ROOT = Path(__file__).parents[1]
BROWSER = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Serve a copy of the course; yield its address with the token."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("notebooks", "solutions", "datasets"):
        shutil.copytree(ROOT / name, folder / name)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(8)
    environment = {**os.environ, "JUPYTER_TOKEN": token, "PYTHONPATH": str(ROOT)}
    environment["JUPYTER_CONFIG_DIR"] = str(folder / "config")
    settings = folder / "config" / "lab" / "user-settings" / "@jupyterlab"
    for extension, setting in (
        ("notebook-extension/tracker", '{"windowingMode": "defer"}'),  # as start.py sets it
        ("apputils-extension/notification", '{"fetchNews": "false"}'),
    ):
        path = settings / f"{extension}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(setting)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}", "--allow-root"]
    command += [f"--ServerApp.root_dir={folder}", "--log-level=ERROR"]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/api/status?token={token}", timeout=5).close()
                break
            time.sleep(0.25)
        yield address, token
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="module")
def page(lab):
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    options += ["--disable-component-update", "--disable-sync", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=options)
        page = browser.new_page(viewport={"width": 1280, "height": 1600})
        page.set_default_timeout(60_000)
        yield page
        browser.close()


def open_notebook(page, lab, path):
    """Open a notebook in a fresh workspace and wait until its kernel is ready."""
    address, token = lab
    workspace = secrets.token_hex(4)
    page.goto(f"{address}/lab/workspaces/{workspace}/tree/{path}?token={token}")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.wait_for_selector(".jp-RenderedMarkdown h1")


def run_all(page):
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(
        """() => {
            const code = [...document.querySelectorAll('.jp-CodeCell')];
            const waiting = document.querySelector(
                '.jp-Notebook-ExecutionIndicator[data-status="busy"]');
            return code.length && !waiting && code.every(
                cell => /\\[\\d+\\]/.test(cell.querySelector('.jp-InputPrompt').innerText));
        }"""
    )


def cell_with(page, text):
    return page.locator(".jp-CodeCell", has=page.locator(".jp-Editor", has_text=text)).first


def fill(page, cell, code):
    """Replace a cell's code as a student would, and run it."""
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")


def test_wrong_then_right_answer_in_the_first_lesson(page, lab):
    open_notebook(page, lab, "notebooks/00_start_here.ipynb")
    cell = cell_with(page, "my_code_share")
    setup = cell_with(page, "environment.report")
    setup.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    stub = "def my_code_share(visits, code):\n    return {}\n\ncheck.code_share(my_code_share)"
    fill(page, cell, stub.format("100 * sum(code in v for v in visits) / max(len(visits), 1)"))
    cell.get_by_text("not yet - That is in percent. A share lies between 0 and 1.").wait_for()
    fill(page, cell, stub.format("sum(code in v for v in visits) / max(len(visits), 1)"))
    cell.get_by_text("code_share: correct - passed on").wait_for()


def test_slider_by_keyboard_changes_picture_and_sentence(page, lab):
    open_notebook(page, lab, "notebooks/01_onehot.ipynb")
    run_all(page)
    picture = page.locator("img.widget-image").first
    before = picture.get_attribute("src")
    handle = page.locator(".noUi-handle").first
    handle.focus()
    for _ in range(15):
        page.keyboard.press("ArrowRight")
    page.get_by_text("the nearest to Upload is Tales from the Crypt").wait_for()
    assert picture.get_attribute("src") != before


def test_still_picture_shows_before_anything_is_run(page, lab):
    open_notebook(page, lab, "solutions/01_onehot.ipynb")
    cell = cell_with(page, "WeightDemo(Z, shows, upload)")
    cell.scroll_into_view_if_needed()
    image = cell.locator("img").first
    image.wait_for()
    assert image.evaluate("image => image.naturalWidth") > 300
    assert "Loading widget" not in cell.inner_text()


def test_link_to_a_solution_ends_at_its_exercise(page, lab):
    open_notebook(page, lab, "notebooks/01_onehot.ipynb")
    hints = page.locator(".jp-MarkdownCell", has_text="Solution of Exercise 1.4").first
    hints.scroll_into_view_if_needed()
    hints.get_by_role("link", name="Solution of Exercise 1.4").click()
    solution = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)", has_text="If you lecture")
    heading = solution.get_by_role("heading", name="Exercise 1.4 (")
    heading.wait_for()
    page.wait_for_timeout(2000)  # until the last cells are drawn
    assert 0 <= heading.bounding_box()["y"] < 800


def cell_to_try(link):
    """Return the text of the cell to be tried in the section that a link names."""
    lesson, section = re.search(r"Lesson (\d\d), section (\d)", link.inner_text()).groups()
    return places()[lesson, int(section)].cell


def shown_cell(page, text):
    """Wait until a cell with this text is seen in the notebook that is open."""
    panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    cell = panel.locator(".jp-CodeCell", has=page.locator(".jp-Editor", has_text=text)).first
    cell.wait_for()
    page.wait_for_timeout(2000)  # until the last cells are drawn
    assert 0 <= cell.bounding_box()["y"] < 1000
    return panel


def test_repair_of_a_mock_links_to_the_section_and_to_the_cell_of_its_experiment(page, lab):
    mock = "from helpers.exam.mock import MockExam\n\nMockExam(10, folder=None)"
    for name in ("section", "To the cell."):
        open_notebook(page, lab, "notebooks/16_midterm.ipynb")
        cell = page.locator(".jp-CodeCell").first
        fill(page, cell, mock)
        cell.get_by_role("button", name="finish").click()
        repair = cell.get_by_text("Repair 1.").locator("xpath=..")
        section = repair.get_by_role("link")
        text = cell_to_try(section)
        title = section.inner_text().partition(": ")[2]
        if name == "section":
            section.click()
            panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
            heading = panel.get_by_role("heading", name=title)
            heading.wait_for()
            page.wait_for_timeout(2000)
            assert 0 <= heading.bounding_box()["y"] < 1000
        else:
            cell.get_by_role("link", name=name).first.click()
            panel = shown_cell(page, text)
        assert len(page.context.pages) == 1


def test_feedback_in_a_lesson_links_to_a_cell_of_the_same_notebook(page, lab):
    open_notebook(page, lab, "notebooks/03_skipgram.ipynb")
    cell = page.locator(".jp-CodeCell").first
    fill(page, cell, 'from helpers.exam.mock import Practice\n\nPractice("03")')
    cell.get_by_role("button", name="answer").click()
    cell.get_by_text("Left open.").wait_for()
    text = cell_to_try(cell.get_by_role("link", name="Lesson 03, section"))
    cell.get_by_role("link", name="To the cell.").click()
    shown_cell(page, text)
    assert page.locator(".jp-NotebookPanel").count() == len(page.context.pages) == 1
