"""Build the two notebooks of a lesson from its one source.

``solutions/NN_topic.py`` (jupytext percent format) is written by hand. From it come
``solutions/NN_topic.ipynb``, solved, and ``notebooks/NN_topic.ipynb``, for the student,
both executed::

    python -m helpers.release                 every lesson
    python -m helpers.release 03_skipgram     one lesson
    python -m helpers.release --check         compare sources only, run nothing

In the student's notebook a region between ``# BEGIN SOLUTION`` and ``# END SOLUTION``
becomes ``raise NotImplementedError  # your turn``; a line ``x = 3  # SOLUTION`` becomes
``x = ...``; cells with the slide type "notes" (for the lecturer) and cells tagged
"solution" are left out; cells tagged "hints" get a link to the solution.
"""

import argparse
import hashlib
import os
import re
import sys
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from helpers import contents

ROOT = Path(__file__).parents[1]
SOLUTIONS, NOTEBOOKS = ROOT / "solutions", ROOT / "notebooks"
REGION = re.compile(r"^( *)# BEGIN SOLUTION\n.*?^ *# END SOLUTION$", re.MULTILINE | re.DOTALL)
MARKER = re.compile(r"^ *# (BEGIN|END) SOLUTION\n?", re.MULTILINE)
VALUE = re.compile(r"= .*  # SOLUTION$", re.MULTILINE)
GROUND = {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "TQDM_DISABLE": "1"}
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def lessons() -> list[str]:
    """Return the names of all lessons, in order: ``["00_start_here", ...]``."""
    return sorted(path.stem for path in SOLUTIONS.glob("[0-9][0-9]_*.py"))


def read_source(lesson: str) -> NotebookNode:
    """Read a lesson's source, and give every cell an id that depends on its text alone."""
    notebook = jupytext.read(SOLUTIONS / f"{lesson}.py", fmt="py:percent")
    course = notebook.metadata.get("course", {})
    notebook.metadata = nbformat.from_dict(
        {"course": course, "kernelspec": KERNEL, "language_info": {"name": "python"}}
    )
    notebook.nbformat_minor = 5
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        cell.metadata.pop("lines_to_next_cell", None)
        digest = hashlib.sha256(cell.source.encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = f"{lesson[:2]}-{digest}-{seen[digest]}"
    return notebook


def solved(lesson: str) -> NotebookNode:
    """Return the solved notebook of a lesson, not executed."""
    notebook = read_source(lesson)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = VALUE.sub(lambda m: m[0].removesuffix("  # SOLUTION"), cell.source)
            cell.source = MARKER.sub("", cell.source)
    return notebook


def student(lesson: str) -> NotebookNode:
    """Return the student's notebook of a lesson, not executed."""
    notebook = read_source(lesson)
    notebook.cells = [cell for cell in notebook.cells if not _for_others(cell)]
    name = place = ""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = REGION.sub(r"\1raise NotImplementedError  # your turn", cell.source)
            cell.source = VALUE.sub("= ...", cell.source)
        elif "hints" in cell.metadata.get("tags", []):
            # JupyterLab finds a cell by its id even where it has not drawn the cell yet
            link = f"../solutions/{lesson}.ipynb#cell-id={place}"
            cell.source += f"\n\n[Solution of {name}]({link})"
        elif found := re.findall(r"^#+ (.+)$", cell.source, re.MULTILINE):
            name = found[-1].split(" (")[0]
            place = cell.id
    return notebook


def _for_others(cell: NotebookNode) -> bool:
    """Tell whether a cell is the lecturer's or a written answer."""
    notes = cell.metadata.get("slideshow", {}).get("slide_type") == "notes"
    return notes or "solution" in cell.metadata.get("tags", [])


def execute(notebook: NotebookNode, folder: Path) -> float:
    """Run a notebook in place, from the folder it will lie in; return the seconds it took."""
    os.environ.update(GROUND)
    started = time.monotonic()
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        coalesce_streams=True,
    )
    client.execute()
    seconds = time.monotonic() - started
    notebook.metadata.pop("widgets", None)
    notebook.metadata.language_info = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            # a stored widget has no kernel to talk to and would hide its still picture
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    return seconds


def without_outputs(notebook: NotebookNode) -> str:
    """Return the text of a notebook as its source alone determines it."""
    notebook = nbformat.from_dict(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return nbformat.writes(notebook, version=4)


def drift(lesson: str) -> list[str]:
    """Return the paths of built notebooks that do not follow from the lesson's source."""
    wrong = []
    for folder, make in ((SOLUTIONS, solved), (NOTEBOOKS, student)):
        path = folder / f"{lesson}.ipynb"
        if not path.exists() or without_outputs(nbformat.read(path, 4)) != without_outputs(
            make(lesson)
        ):
            wrong.append(str(path.relative_to(ROOT)))
    return wrong


def build(lesson: str) -> float:
    """Build and run both notebooks of a lesson; return the seconds that the solved one took."""
    seconds = 0.0
    for folder, make in ((NOTEBOOKS, student), (SOLUTIONS, solved)):
        notebook = make(lesson)
        seconds = execute(notebook, folder)
        nbformat.write(notebook, folder / f"{lesson}.ipynb", version=4)
        print(f"{folder.name}/{lesson}.ipynb took {seconds:.0f} s")
    return seconds


def main(arguments: list[str] | None = None) -> int:
    """Build lessons, or with ``--check`` report those whose notebooks have drifted."""
    parser = argparse.ArgumentParser(prog="python -m helpers.release", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("lesson", nargs="*", help="such as 03_skipgram; all if none is named")
    parser.add_argument("--check", action="store_true", help="compare only, run nothing")
    chosen = parser.parse_args(arguments)
    unknown = sorted(set(chosen.lesson) - set(lessons()))
    if unknown:
        parser.error(f"no source solutions/{unknown[0]}.py; there are {', '.join(lessons())}")
    names = chosen.lesson or lessons()
    if chosen.check:
        wrong = [path for name in names for path in drift(name)]
        print("\n".join(f"{path} does not match its source" for path in wrong) or "no drift")
        return 1 if wrong else 0
    for name in names:
        contents.update({name: build(name)}, lessons())
    return 0


if __name__ == "__main__":
    sys.exit(main())
