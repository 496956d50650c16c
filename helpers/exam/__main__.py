"""Print papers: ``python -m helpers.exam --seed 7 --form A B --minutes 80``.

For each form a paper, a key with worked answers and rubrics, and a grid to mark by hand; and one
formula sheet for all. They are HTML pages that need nothing else, and PDFs where a Chromium is
found. The same seed gives the same papers, byte for byte.

``python -m helpers.exam --cards`` writes one page a lesson with what is worth knowing by heart.
``python -m helpers.exam --lesson 11`` asks three questions on a lesson in the terminal.
"""

import argparse
import sys
from pathlib import Path

from helpers.exam.bank import course_bank
from helpers.exam.blueprint import TOPICS, plan
from helpers.exam.cards import card_html, cards
from helpers.exam.forms import Form, make_forms
from helpers.exam.formula_sheet import formula_sheet_html
from helpers.exam.own_bank import read_folder
from helpers.exam.paper import SIZES, grid_html, key_html, paper_html
from helpers.exam.pdf import find_browser, print_pdf
from helpers.exam.practice import ask_in_terminal, practice_form
from helpers.exam.worded import BadItem


def _arguments(given: list[str] | None) -> argparse.Namespace:
    topics = "\n".join(f"  {n:2}  {topic.title}" for n, topic in enumerate(TOPICS, 1))
    parser = argparse.ArgumentParser(
        prog="python -m helpers.exam",
        description="Write exam papers with keys, marking grids and a formula sheet.",
        epilog=f"topics:\n{topics}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", default="1", help="name of the exam: any text (default 1)")
    parser.add_argument("--form", nargs="+", default=["A", "B"], help="forms (default A B)")
    parser.add_argument("--minutes", type=int, default=80, help="80, 40, 15 or another length")
    parser.add_argument("--topics", type=int, nargs="+", help="numbers of topics (default all)")
    parser.add_argument("--core", action="store_true", help="ask electives only what cards hold")
    parser.add_argument("--bank", type=Path, help="a folder with questions of your own")
    parser.add_argument("--lesson", help="ask three questions on this lesson here, now")
    parser.add_argument("--cards", action="store_true", help="write the exam cards, no paper")
    parser.add_argument("--out", type=Path, default=Path("build/exam"), help="folder to write to")
    parser.add_argument("--size", choices=SIZES, default="A4", help="paper (default A4)")
    parser.add_argument("--large", action="store_true", help="print the papers in 16 points")
    parser.add_argument("--no-pdf", action="store_true", help="HTML only")
    return parser.parse_args(given)


def main(given: list[str] | None = None) -> int:
    """Write the papers, and say where they are. Returns 1 where they cannot be made."""
    wanted = _arguments(given)
    try:
        if wanted.lesson:
            ask_in_terminal(practice_form(wanted.lesson.zfill(2), wanted.seed))
            return 0
        if wanted.cards:
            wanted.out.mkdir(parents=True, exist_ok=True)
            pages = {f"card_{n}": card_html(n, size=wanted.size) for n in cards()}
            write(pages, wanted.out, pdf=not wanted.no_pdf)
            return 0
        bank = dict(course_bank())
        if wanted.bank:
            bank |= read_folder(wanted.bank, frozenset(bank))
        blueprint = plan(wanted.minutes, wanted.topics, core=wanted.core)
        forms = make_forms(blueprint, bank, wanted.seed, wanted.form)
    except (BadItem, ValueError) as error:
        print(f"No paper: {error}", file=sys.stderr)
        return 1
    wanted.out.mkdir(parents=True, exist_ok=True)
    write(pages_of(forms, wanted), wanted.out, pdf=not wanted.no_pdf)
    return 0


def pages_of(forms: list[Form], wanted: argparse.Namespace) -> dict[str, str]:
    """Return the pages by the name of their file."""
    size = wanted.size
    pages = {"formula_sheet": formula_sheet_html(size=size)}
    for form in forms:
        pages[f"form_{form.name}"] = paper_html(
            form, minutes=wanted.minutes, size=size, large=wanted.large
        )
        pages[f"key_{form.name}"] = key_html(form, size=size)
        pages[f"grid_{form.name}"] = grid_html(form, size=size)
    return pages


def write(pages: dict[str, str], folder: Path, *, pdf: bool) -> None:
    """Write the pages, and print where they are."""
    browser = find_browser() if pdf else None
    for name, page in pages.items():
        file = folder / f"{name}.html"
        file.write_text(page, encoding="utf-8")
        if browser:
            print_pdf(file, file.with_suffix(".pdf"), browser)
        print(file.with_suffix(".pdf") if browser else file)
    if pdf and not browser:
        print("No Chromium was found, so there are no PDFs: print the pages from your browser.")


if __name__ == "__main__":
    sys.exit(main())
