"""The table of lessons in README.md: titles from the lessons, run times from measurements."""

import re
from pathlib import Path

import jupytext

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- lessons: begin -->", "<!-- lessons: end -->"
HEAD = (
    "| lesson | it answers | minutes | runs in |",
    "|---|---|---:|---:|",
)


def course(lesson: str) -> dict[str, object]:
    """Return title, question, minutes and status from the head of a lesson's source."""
    source = ROOT / "solutions" / f"{lesson}.py"
    return dict(jupytext.read(source, fmt="py:percent").metadata["course"])


def table(seconds: dict[str, float], lessons: list[str]) -> str:
    """Return the table in Markdown.

    Parameters
    ----------
    seconds
        What the solved notebook of each lesson took from top to bottom; a lesson without a
        measurement gets an empty cell.
    """
    lines = list(HEAD)
    for lesson in lessons:
        about = course(lesson)
        link = f"[{lesson[:2]} {about['title']}](notebooks/{lesson}.ipynb)"
        took = f"{seconds[lesson]:.0f} s" if lesson in seconds else ""
        lines.append(f"| {link} | {about['question']} | {about['minutes']} | {took} |")
    return "\n".join(lines)


def measured(readme: str) -> dict[str, float]:
    """Return the run times that a README shows, by lesson."""
    rows = re.findall(r"\(notebooks/(\w+)\.ipynb\) .*\| (\d+) s \|$", readme, re.MULTILINE)
    return {lesson: float(took) for lesson, took in rows}


def update(seconds: dict[str, float], lessons: list[str]) -> None:
    """Write the table into README.md, new measurements over old ones."""
    path = ROOT / "README.md"
    readme = path.read_text(encoding="utf-8")
    before, rest = readme.split(BEGIN)
    after = rest.split(END)[1]
    rows = table(measured(readme) | seconds, lessons)
    path.write_text(f"{before}{BEGIN}\n{rows}\n{END}{after}", encoding="utf-8")
