"""What a class did with a paper: ``python -m helpers.exam.class_report FOLDER``.

The folder holds one file of answers a student, as the mock exam writes them. For each item: the
share of its points that was reached, how well it separates strong from weak papers, and which
wrong answers were given. Nothing but item numbers and counts is printed; no name is looked at.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase

import numpy as np
from jaxtyping import Float

from helpers.exam.blueprint import MOCKS
from helpers.exam.forms import Form
from helpers.exam.items import SingleChoice
from helpers.exam.marking import mark
from helpers.exam.sitting import OtherPaper, Sitting, json_of, mock_form

TOO_HARD, TOO_EASY, UNUSED = 0.2, 0.95, 0.05


@dataclass(frozen=True)
class ItemReport:
    """One item over all papers.

    Parameters
    ----------
    share
        Of the points that was reached, a blank counted as none.
    discrimination
        Correlation of the points of this item with those of all other items; None where one of
        the two does not vary.
    blanks
        Papers that left it open.
    wrong
        What the wrong answers mean, the most frequent first: a mistake's id or an option's letter.
    remark
        What to look at; empty where nothing is striking.
    """

    number: int
    id: str
    share: float
    discrimination: float | None
    blanks: int
    wrong: tuple[tuple[str, int], ...]
    remark: str


def read_folder(folder: Path) -> list[Sitting]:
    """Read all papers of a folder; they must be the same one.

    Raises
    ------
    OtherPaper
        If a file is damaged, of another paper than the first, or of none that can be made here.
    """
    files = sorted(Path(folder).glob("*.json"))
    if not files:
        raise OtherPaper(f"{Path(folder).name} holds no .json file")
    form = form_of(files[0])
    return [Sitting(form, file) for file in files]


def form_of(file: Path) -> Form:
    """Make the paper that a file answers.

    Raises
    ------
    OtherPaper
        If there is no such paper.
    """
    content = json_of(file)
    ids = [row.get("item") for row in content.get("answers", [])]
    if len(ids) in MOCKS:
        form = mock_form(len(ids), str(content.get("exam")), str(content.get("form")))
        if [item.id for item in form.items] == ids:
            return form
    raise OtherPaper(f"{file.name} answers no mock of 10, 20 or 33 questions")


def report(papers: Sequence[Sitting]) -> list[ItemReport]:
    """Report on each item of a paper that several people answered."""
    form = papers[0].form
    marks = [[mark(i, a) for i, a in zip(form.items, p.answers, strict=True)] for p in papers]
    points = np.array([[m.points or 0.0 for m in row] for row in marks])
    reports = []
    for n, item in enumerate(form.items):
        mine = points[:, n]
        wrong: Counter[str] = Counter()
        for paper, row in zip(papers, marks, strict=True):
            if not row[n].right and not row[n].blank:
                wrong.update(_names(item, paper.answers[n], row[n].mistakes))
        share = float(mine.mean() / item.points)
        reports.append(
            ItemReport(
                n + 1,
                item.id,
                share,
                correlation(mine, points.sum(axis=1) - mine),
                sum(row[n].blank for row in marks),
                tuple(wrong.most_common()),
                _remark(item, share, wrong, len(papers)),
            )
        )
    return reports


def correlation(a: Float[np.ndarray, " n"], b: Float[np.ndarray, " n"]) -> float | None:
    """Return Pearson's correlation: for an item of right or wrong, the point-biserial one."""
    if len(a) < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def _names(item, answer, mistakes) -> list[str]:
    if isinstance(item, SingleChoice):
        return [ascii_lowercase[answer]]
    return list(mistakes) or ["other"]


def _remark(item, share: float, wrong: Counter, papers: int) -> str:
    remarks = []
    if share < TOO_HARD:
        remarks.append("hard, or its key is wrong")
    if share > TOO_EASY:
        remarks.append("nearly everybody has it")
    if isinstance(item, SingleChoice):
        unused = [
            letter
            for i, letter in enumerate(ascii_lowercase[: len(item.options)])
            if i != item.right and wrong[letter] < UNUSED * papers
        ]
        if unused and papers >= 1 / UNUSED:
            remarks.append(f"hardly anybody takes {', '.join(unused)}")
    return "; ".join(remarks)


def main(given: list[str] | None = None) -> int:
    """Print the report on a folder. Returns 1 where it cannot be read."""
    arguments = sys.argv[1:] if given is None else given
    if len(arguments) != 1:
        print("usage: python -m helpers.exam.class_report FOLDER", file=sys.stderr)
        return 1
    try:
        papers = read_folder(Path(arguments[0]))
    except OtherPaper as error:
        print(f"No report: {error}", file=sys.stderr)
        return 1
    print(f"{len(papers)} papers, exam {papers[0].form.exam}, form {papers[0].form.name}")
    print("item      share  separates  open  wrong answers")
    for r in report(papers):
        separates = "" if r.discrimination is None else f"{r.discrimination:+.2f}"
        wrong = ", ".join(f"{name} {n}" for name, n in r.wrong)
        note = f"   [{r.remark}]" if r.remark else ""
        print(f"{r.number:2} {r.id:6} {r.share:5.2f}  {separates:>9}  {r.blanks:4}  {wrong}{note}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
