"""Where a question is read up: the title of its section, and what to try again there in seconds.

What to try is written in ``experiments.toml``. Links go to cells of the notebooks in a folder, the
one of the running notebook as a rule. Ids of cells change with their text, so they are read from
the files; where a file or a cell is not found, the words stand without a link.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

EXPERIMENTS = Path(__file__).with_name("experiments.toml")


class Place(NamedTuple):
    """A section of a lesson.

    Parameters
    ----------
    title
        As in the notebook.
    do
        What to try there, and what one should see.
    cell
        Text that one code cell of the section has, and no other: that is where to try it.
    """

    title: str
    do: str
    cell: str


@cache
def places() -> dict[tuple[str, int], Place]:
    """Return all sections with an experiment, by lesson and section: ``("03", 2)``."""
    content = tomllib.loads(EXPERIMENTS.read_text(encoding="utf-8"))
    return {
        (lesson, int(section)): Place(**entry)
        for lesson, sections in content.items()
        for section, entry in sections.items()
    }


def section_of(lesson: str, section: int, folder: Path | None = None) -> str:
    """Name a section in Markdown, with a link where `folder` has the notebook.

    Examples
    --------
    >>> section_of("03", 2)
    'Lesson 03, section 2: Two tables'
    """
    place = places().get((lesson, section))
    name = f"Lesson {lesson}, section {section}" + (f": {place.title}" if place else "")
    return _link(name, lesson, section, None, folder)


def experiment_of(lesson: str, section: int, folder: Path | None = None) -> str:
    """Say in Markdown what to try, with a link to the cell; empty where there is nothing to try."""
    place = places().get((lesson, section))
    if place is None:
        return ""
    link = _link("To the cell.", lesson, section, place.cell, folder)
    return place.do + (f" {link}" if "](" in link else "")


def plain(markdown: str) -> str:
    """Return a line of Markdown as it is read in a terminal."""
    return re.sub(r"[*`]", "", markdown)


def cell_id(file: Path, section: int, text: str | None = None) -> str | None:
    """Return the id of a cell of a notebook: the heading of a section, or a code cell in it.

    None where there is no such cell, or more than one code cell with this text.
    """
    inside = list(_section(_cells(file, file.stat().st_mtime_ns), section))
    if text is None:
        return inside[0][1] if inside else None
    found = [id_ for kind, id_, source in inside if kind == "code" and text in source]
    return found[0] if len(found) == 1 else None


def _link(words: str, lesson: str, section: int, text: str | None, folder: Path | None) -> str:
    files = folder.glob(f"{lesson}_*.ipynb") if folder else ()
    file = min(files, key=lambda f: len(f.name), default=None)  # a copy has a longer name
    if file is None:
        return words
    try:
        id_ = cell_id(file, section, text)
    except (OSError, ValueError, KeyError, TypeError):  # a file that is no notebook
        return words
    # JupyterLab finds a cell by its id even where it has not drawn the cell yet
    return f"[{words}]({file.name}#cell-id={id_})" if id_ else words


@lru_cache(maxsize=32)
def _cells(file: Path, changed: int) -> tuple[tuple[str, str, str], ...]:
    """Return kind, id and text of each cell; `changed` is when the file was."""
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    return tuple((c["cell_type"], c["id"], "".join(c["source"])) for c in cells)


def _section(cells: tuple[tuple[str, str, str], ...], section: int) -> Iterator[tuple]:
    """Go through the cells of a section, its heading first."""
    inside = False
    for kind, id_, source in cells:
        heading = re.search(r"^## (\d*)", source, re.MULTILINE) if kind == "markdown" else None
        if heading:
            inside = heading[1] == str(section)
        if inside:
            yield kind, id_, source
