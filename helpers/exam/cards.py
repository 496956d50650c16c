"""Exam cards: one printable page a lesson, with its facts, one picture and its formulas."""

import tomllib
from functools import cache
from html import escape
from pathlib import Path
from typing import NamedTuple

import nbformat

from helpers.exam.page import to_html
from helpers.exam.paper import bare_page

CARDS = Path(__file__).with_name("cards.toml")
SOLUTIONS = Path(__file__).parents[2] / "solutions"


class Card(NamedTuple):
    """What is worth knowing by heart of a lesson.

    Parameters
    ----------
    picture
        Which picture of the solved notebook, from 0.
    """

    lesson: str
    facts: tuple[str, ...]
    formulas: tuple[str, ...]
    picture: int


@cache
def cards() -> dict[str, Card]:
    """Return the cards by the number of their lesson."""
    content = tomllib.loads(CARDS.read_text(encoding="utf-8"))
    return {
        number: Card(number, tuple(c["facts"]), tuple(c["formulas"]), c["picture"])
        for number, c in content.items()
    }


def card_html(number: str, *, size: str = "A4") -> str:
    """Return the card of a lesson as a page that needs nothing else.

    Raises
    ------
    KeyError
        If there is no card of this number.
    """
    if number not in cards():
        raise KeyError(f"there is no card of lesson {number!r}, only of {', '.join(cards())}")
    card = cards()[number]
    notebook = read_lesson(number)
    title = notebook.cells[0].source.splitlines()[0].removeprefix("# ")
    png, text = picture(notebook, card.picture)
    facts = "".join(f"- {fact}\n" for fact in card.facts)
    formulas = "".join(f"- {formula}\n" for formula in card.formulas)
    content = (
        f"<h1>{escape(title)}</h1>"
        f"<h2>Facts</h2>{to_html(facts)}"
        f'<figure><img alt="{escape(text)}" style="max-width:130mm" '
        f'src="data:image/png;base64,{png}"><figcaption>{escape(text)}</figcaption></figure>'
        f"<h2>Formulas</h2>{to_html(formulas)}"
    )
    return bare_page(f"Card {number}", content, f"exam card {number}", size, 12)


def read_lesson(number: str) -> nbformat.NotebookNode:
    """Read the solved notebook of a lesson."""
    (file,) = SOLUTIONS.glob(f"{number}_*.ipynb")
    return nbformat.read(file, 4)


def picture(notebook: nbformat.NotebookNode, place: int) -> tuple[str, str]:
    """Return a picture of a notebook, base64, and its description.

    Raises
    ------
    IndexError
        If the notebook has fewer pictures.
    """
    found = [
        output["data"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    if place >= len(found):
        raise IndexError(f"the notebook has {len(found)} pictures, not a picture {place}")
    png = found[place]["image/png"]
    return png.replace("\n", ""), found[place]["text/plain"].strip().strip("'\"")
