"""Papers, keys and marking grids as HTML pages that need nothing else."""

import hashlib
import re
from functools import lru_cache, singledispatch
from html import escape
from string import ascii_lowercase

from helpers.exam.forms import Form
from helpers.exam.items import (
    VERDICTS,
    Blank,
    Blanks,
    Essay,
    Item,
    MultiSelect,
    Numeric,
    ReadPlot,
    SingleChoice,
)
from helpers.exam.misconceptions import CLUSTERS, MISCONCEPTIONS, cluster_of
from helpers.exam.page import to_html
from helpers.exam.places import section_of
from helpers.exam.seeds import KIT_VERSION

SIZES = ("A4", "letter")
ESSAY = 8  # a short one has as many words
CM_A_POINT = 1.2  # work space for one point; the lines of the question come on top

STYLE = """
@page { size: %(size)s; margin: 18mm 18mm 20mm;
  @bottom-left { content: "%(footer)s"; font: 8pt sans-serif; }
  @bottom-right { content: "page " counter(page) " of " counter(pages); font: 8pt sans-serif; } }
* { box-sizing: border-box; }
body { font: %(points)spt/1.4 Georgia, "Times New Roman", "DejaVu Serif", serif; color: #000;
  background: #fff; max-width: 175mm; margin: 0 auto; padding: 4mm; }
h1 { font-size: 1.5em; margin: 0 0 .3em; } h2 { font-size: 1.15em; margin: 1.4em 0 .4em;
  border-bottom: 1px solid #000; break-after: avoid; } h3 { font-size: 1em; margin: 0 0 .3em; }
article { break-inside: avoid; margin: 0 0 1.3em; }
p.rule { font-style: italic; font-size: .92em; margin: 0 0 .5em; break-after: avoid; }
article > header { font-weight: bold; }
p { margin: .35em 0; } ol.options { list-style: none; padding-left: .4em; margin: .4em 0; }
ol.options li { margin: .25em 0; }
.box { display: inline-block; width: 1.05em; height: 1.05em; border: 1px solid #000;
  vertical-align: -.15em; margin-right: .5em; text-align: center; line-height: 1em; }
.answer { display: inline-block; min-width: 38mm; height: 1.9em; border: 1px solid #000;
  vertical-align: middle; margin: 0 .4em; }
.work { border-left: 1px dotted #666; margin: .4em 0 0; }
table { border-collapse: collapse; margin: .5em 0; } th, td { border: 1px solid #000;
  padding: .15em .5em; text-align: left; vertical-align: top; }
td.tick { min-width: 3.2em; } pre { font-size: .85em; border: 1px solid #000; padding: .6em;
  white-space: pre-wrap; margin: .5em 0; }
code { font-size: .88em; } pre span { color: #444; user-select: none; }
figure { margin: .5em 0; } figure svg { max-width: 100%%; height: auto; }
figcaption { font-size: .85em; }
.choices div { margin: .25em 0; }
.panel { width: 10.9em; height: auto; } .panel.alone { width: 21em; }
.right { font-weight: bold; } .number { white-space: nowrap; } .grid td, .grid th {
  padding: .02em .5em; } .why { font-size: .92em; margin-left: 1.4em; }
svg.formula { overflow: visible; } p.formula { text-align: center; }
.names span { display: inline-block; border-bottom: 1px solid #000; min-width: 55mm;
  margin-right: 8mm; }
@media screen { body { padding: 10mm 4mm; } }
"""


RULES = {
    "single": "Tick one box for each question.",
    "multi": "Tick true or false for each statement. A wrong tick takes away what a right one "
    "gives, though never below 0 for a question; a statement left open does neither.",
    "numeric": "What counts is the number in the box.",
    "plot": "Tick one box a row.",
}
"""What stands below the title of a part, by the kind of its questions: how it is answered."""


def checksum(form: Form) -> str:
    """Return six characters that change with any question, option or key of a paper."""
    return _checksum(form.items)


@lru_cache(maxsize=16)
def _checksum(items: tuple[Item, ...]) -> str:
    shown = (article_html(n, i, show) for n, i in enumerate(items) for show in (None, _answer))
    text = "".join(shown)
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()[:6].upper()


def paper_html(form: Form, *, minutes: int, size: str = "A4", large: bool = False) -> str:
    """Return the paper to be printed.

    Parameters
    ----------
    minutes
        Printed at the top.
    size
        ``"A4"`` or ``"letter"``.
    large
        Print in 16 points.
    """
    head = (
        f"<h1>Embeddings for health data: midterm practice, form {escape(form.name)}</h1>"
        f'<p class="names">Name: <span>&nbsp;</span> Date: <span>&nbsp;</span></p>'
        f"<p>{minutes} minutes, {form.points} points, {len(form.items)} questions: about one "
        "minute a point. A calculator and the formula sheet are allowed. All data are "
        "synthetic.</p>"
    )
    body = "".join(_sections(form, _question))
    return _page(f"Form {form.name}", head + body, form, size, large)


def key_html(form: Form, *, size: str = "A4") -> str:
    """Return the worked answers, the mistake behind each wrong one, and the rubrics."""
    head = (
        f"<h1>Key to form {escape(form.name)} of exam {escape(form.exam)}</h1>"
        f"<p>{form.points} points. Checksum {checksum(form)}: that of the paper it belongs to.</p>"
    )
    body = "".join(_sections(form, _answer))
    return _page(f"Key {form.name}", head + body, form, size, False)


def grid_html(form: Form, *, size: str = "A4") -> str:
    """Return a page with one row a question, to mark by hand."""
    rows = "".join(
        f"<tr><td>{n}</td><td>{item.id}</td><td>{inline_html(_minus(short_key(item)))}</td>"
        f'<td>{item.points}</td><td class="tick"></td></tr>'
        for n, item in enumerate(form.items, 1)
    )
    head = f"<h1>Marking grid, form {escape(form.name)} of exam {escape(form.exam)}</h1>"
    table = (
        '<table class="grid"><tr><th>question</th><th>item</th><th>key</th><th>points</th>'
        "<th>given</th></tr>"
        f'{rows}<tr><td></td><td></td><td>sum</td><td>{form.points}</td><td class="tick"></td>'
        "</tr></table>"
    )
    return _page(f"Grid {form.name}", head + table, form, size, False)


def short_key(item: Item) -> str:
    """Return the key in a few characters."""
    if isinstance(item, SingleChoice):
        return ascii_lowercase[item.right]
    if isinstance(item, MultiSelect):
        return " ".join("FT"[statement.true] for statement in item.statements)
    if isinstance(item, Numeric):
        return f"{item.key:,.{item.digits}f} {item.unit}".strip()
    if isinstance(item, Blanks):
        return "; ".join(show_blank(blank) for blank in item.blanks)
    if isinstance(item, ReadPlot):
        return "; ".join(reading.verdict for reading in item.readings)
    return "see the rubric"


def show_blank(blank: Blank) -> str:
    """Write the key of an answer box."""
    return _show(blank.key, blank.digits)


def _show(value: object, digits: int | None) -> str:
    """Write an answer to a box: a number, a shape, or words."""
    if isinstance(value, tuple):
        return "(" + ", ".join(map(str, value)) + ("," if len(value) == 1 else "") + ")"
    if isinstance(value, str):
        return value
    return f"{value:,.{digits}f}" if digits else f"{value:g}"


def _minus(text: str) -> str:
    """Print the minus of a number as the questions do; formulas stay as they are."""
    return re.sub(r"(\$[^$]*\$)|(?<!\w)-(?=[\d.])", lambda m: m[1] or "\N{MINUS SIGN}", text)


def _page(title: str, content: str, form: Form, size: str, large: bool) -> str:
    footer = f"exam {form.exam} · form {form.name} · kit {KIT_VERSION} · {checksum(form)}"
    return bare_page(title, content, footer, size, 16 if large else 10.5)


def bare_page(title: str, content: str, footer: str, size: str, points: float = 10.5) -> str:
    """Return a whole HTML page that needs nothing else.

    Raises
    ------
    ValueError
        If the size of the paper is not one of `SIZES`.
    """
    if size not in SIZES:
        raise ValueError(f"size is {size!r}, one of {SIZES} is needed")
    footer = footer.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("<", " ")
    style = STYLE % {"size": size, "footer": footer, "points": points}
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{style}</style></head>"
        f"<body>{content}</body></html>\n"
    )


def _sections(form: Form, show):
    letter = None
    for number, (item, part) in enumerate(zip(form.items, form.letters, strict=True), 1):
        if part != letter:
            letter = part
            parts = [p for p in form.blueprint.parts if p.letter == part]
            yield f"<h2>Part {part}. {' / '.join(p.title for p in parts)}</h2>"
            if rules := [RULES[p.kinds[0]] for p in parts if p.kinds and p.kinds[0] in RULES]:
                yield f'<p class="rule">{" ".join(rules)}</p>'
        yield article_html(number, item, show)


def article_html(number: int, item: Item, show=None) -> str:
    """Return one question of a paper, or what `show` makes of it."""
    head = f"<header>{number}. <small>({_points(item.points)})</small></header>"
    content = (show or _question)(item)
    return f'<article id="q{number}">{head}{stem_html(item)}{content}</article>'


def _points(points: int) -> str:
    return f"{points} point{'s' if points > 1 else ''}"


def stem_html(item: Item) -> str:
    """Return the question with its figure and its program."""
    parts = [to_html(item.stem)]
    if item.figure:
        # its description in words is in the picture, to be heard; printed, it would answer
        parts.append(f"<figure>{item.figure}</figure>")
    if isinstance(item, Blanks) and item.code:
        lines = "".join(
            f"<span>{n:2} </span>{escape(line)}\n"
            for n, line in enumerate(item.code.rstrip().split("\n"), 1)
        )
        parts.append(f"<pre>{lines}</pre>")
    return "".join(parts)


def inline_html(text: str) -> str:
    """Return one paragraph of Markdown without its <p>."""
    return to_html(text).strip().removeprefix("<p>").removesuffix("</p>")


def _room(points: float) -> str:
    return f'<div class="work" style="height:{CM_A_POINT * points:.1f}cm"></div>'


BOX = '<span class="box">&nbsp;</span>'


@singledispatch
def _question(item: Item) -> str:
    raise TypeError(f"there is no way to print a {type(item).__name__}")


@_question.register
def _(item: SingleChoice) -> str:
    rows = (
        f"<li>{BOX}{letter}) {inline_html(option.text)}</li>"
        for letter, option in zip(ascii_lowercase, item.options, strict=False)
    )
    return f'<ol class="options">{"".join(rows)}</ol>'


@_question.register
def _(item: MultiSelect) -> str:
    rows = (
        f'<tr><td>{inline_html(s.text)}</td><td class="tick">{BOX}true</td>'
        f'<td class="tick">{BOX}false</td></tr>'
        for s in item.statements
    )
    return f"<table>{''.join(rows)}</table>"


@_question.register
def _(item: Numeric) -> str:
    unit = escape(item.unit)
    return f'{_room(item.points)}<p>Answer: <span class="answer"></span>{unit}</p>'


@_question.register
def _(item: Blanks) -> str:
    rows = []
    uneven = len({blank.points for blank in item.blanks}) > 1
    for n, blank in enumerate(item.blanks, 1):
        if blank.choices:
            boxes = (f"<div>{BOX}{inline_html(choice)}</div>" for choice in blank.choices)
            answer = f'<div class="choices">{"".join(boxes)}</div>'
        else:
            answer = '<span class="answer"></span>'
        ask = inline_html(blank.ask)
        if uneven:
            ask += f" <small>({_points(blank.points)})</small>"
        rows.append(f"<tr><td>{n}</td><td>{ask}</td><td>{answer}</td></tr>")
    room = _room(item.points / 2) if item.kind != "bug" else ""
    return f"{room}<table>{''.join(rows)}</table>"


@_question.register
def _(item: ReadPlot) -> str:
    verdicts = "".join(f"<th>{verdict}</th>" for verdict in VERDICTS)
    head = f"<thead><tr><th></th>{verdicts}</tr></thead>"  # repeated on the next page
    ticks = f'<td class="tick">{BOX}</td>' * len(VERDICTS)
    rows = (f"<tr><td>{inline_html(r.text)}</td>{ticks}</tr>" for r in item.readings)
    return f"<table>{head}{''.join(rows)}</table>"


@_question.register
def _(item: Essay) -> str:
    names = ", ".join(criterion.name for criterion in item.rubric)
    return f"<p>Two points each for: {escape(names)}.</p>{_room(ESSAY)}"


def _behind(mistake: str | None) -> str:
    """Say which mistake it is, and which idea is behind it."""
    if mistake is None:
        return ""
    cluster = cluster_of(mistake)
    name = cluster if mistake == cluster else f"{mistake}, {cluster}"
    return f" <em>[{name}: {escape(CLUSTERS[cluster].idea)}]</em>"


def _worked(item: Item) -> str:
    where = inline_html(section_of(item.lesson, item.section))
    back = f"<p><small>{where}. {item.id}, level {item.level}.</small></p>"
    return f"<h3>Worked answer</h3>{to_html(item.solution)}{back}"


@singledispatch
def _answer(item: Item) -> str:
    raise TypeError(f"there is no way to print the key of a {type(item).__name__}")


@_answer.register
def _(item: SingleChoice) -> str:
    rows = []
    for i, (letter, option) in enumerate(zip(ascii_lowercase, item.options, strict=False)):
        mark, style = ("✓ ", ' class="right"') if i == item.right else ("", "")
        rows.append(
            f"<li{style}>{mark}{letter}) {inline_html(option.text)}"
            f'<div class="why">{inline_html(option.feedback)}{_behind(option.mistake)}</div></li>'
        )
    return f'<ol class="options">{"".join(rows)}</ol>{_worked(item)}'


@_answer.register
def _(item: MultiSelect) -> str:
    rows = (
        f"<tr><td>{inline_html(s.text)}</td><td><b>{'true' if s.true else 'false'}</b></td>"
        f"<td>{inline_html(s.feedback)}{_behind(s.mistake)}</td></tr>"
        for s in item.statements
    )
    rule = (
        f"<p>{item.points} × (right − wrong) / {len(item.statements)} points, at least 0; "
        "what is left open counts as neither.</p>"
    )
    return f"<table>{''.join(rows)}</table>{rule}{_worked(item)}"


@_answer.register
def _(item: Numeric) -> str:
    exact = "exactly" if not item.tolerance else f"± {item.tolerance:.2g}"
    rows = "".join(
        f'<tr><td class="number">{_minus(f"{w.value:,.{item.digits}f}")}</td>'
        f"<td>{escape(MISCONCEPTIONS[w.mistake].text)}{_behind(w.mistake)}</td></tr>"
        for w in item.wrong
    )
    return (
        f'<p class="right">✓ {escape(_minus(short_key(item)))} ({exact})</p>{_worked(item)}'
        f"<table><tr><th>answer</th><th>what it means</th></tr>{rows}</table>"
    )


@_answer.register
def _(item: Blanks) -> str:
    rows = []
    for n, blank in enumerate(item.blanks, 1):
        follow = " Follows from the student's own earlier line." if blank.follow else ""
        why = "".join(
            f"<br>{inline_html(_minus(_show(value, blank.digits)))}: "
            + (escape(MISCONCEPTIONS[m].text) if m in MISCONCEPTIONS else "")
            + _behind(m)
            for value, m in blank.wrong
        )
        rows.append(
            f"<tr><td>{n}</td><td>{inline_html(blank.ask)}</td>"
            f'<td class="right{"" if blank.choices else " number"}">'
            f"{inline_html(_minus(show_blank(blank)))}</td><td>{blank.points}</td>"
            f"<td>{inline_html(blank.feedback)}{follow}{why}</td></tr>"
        )
    head = "<tr><th></th><th>asked</th><th>key</th><th>points</th><th>if it is wrong</th></tr>"
    return f"<table>{head}{''.join(rows)}</table>{_worked(item)}"


@_answer.register
def _(item: ReadPlot) -> str:
    rows = (
        f"<tr><td>{inline_html(r.text)}</td><td><b>{r.verdict}</b></td>"
        f"<td>{inline_html(r.feedback)}{_behind(r.mistake)}</td></tr>"
        for r in item.readings
    )
    return f"<table>{''.join(rows)}</table>{_worked(item)}"


@_answer.register
def _(item: Essay) -> str:
    head = "<tr><th>criterion</th><th>0 points</th><th>1 point</th><th>2 points</th></tr>"
    rows = "".join(
        f"<tr><td><b>{escape(c.name)}</b></td>"
        + "".join(f"<td>{inline_html(anchor)}</td>" for anchor in c.anchors)
        + "</tr>"
        for c in item.rubric
    )
    samples = "".join(
        f"<h3>An answer worth {points} of {item.points}</h3>{to_html(text)}"
        for text, points in item.samples
    )
    return f"<table>{head}{rows}</table>{samples}{_worked(item)}"
