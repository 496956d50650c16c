"""Markdown with formulas to HTML that needs nothing else: no network, no script, no font.

Formulas are drawn by matplotlib, glyph by glyph, into the page. What it cannot draw is an error
when the page is made, not a surprise in print.
"""

import re
from functools import lru_cache
from html import escape

import matplotlib as mpl
import mistune
import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath, text_to_path

TEXT = 10.5  # points of the text that a formula of `POINTS` stands in; larger text, larger formula
POINTS = 11.5  # a little above that of the text: STIX runs small
LETTERS = {1: "M", 2: "L", 3: "Q", 4: "C", 79: "Z"}  # matplotlib's path codes in SVG
LENGTHS = {1: 1, 2: 1, 3: 2, 4: 3, 79: 1}

GLUE = re.compile(r'([(\[]?)(<svg class="formula".*?</svg>)([.,;:!?)\]]*)', re.DOTALL)


def to_html(text: str) -> str:
    r"""Turn Markdown into HTML; formulas stand in ``$…$`` or, on lines of their own, ``$$…$$``.

    Raises
    ------
    ValueError
        If a formula cannot be drawn; it is named.

    Examples
    --------
    >>> to_html("A *visit* and its **codes**.")
    '<p>A <em>visit</em> and its <strong>codes</strong>.</p>\n'
    """
    return GLUE.sub(_glued, _markdown()(text))


def _glued(found: re.Match) -> str:
    """Keep a formula on one line with the sign before and behind it."""
    before, svg, behind = found.groups()
    return f'<span style="white-space:nowrap">{found[0]}</span>' if before or behind else svg


@lru_cache(maxsize=2048)
def formula_svg(latex: str, points: float = POINTS) -> str:
    r"""Draw a formula as an inline SVG that stands on the line of the text.

    Parameters
    ----------
    latex
        What matplotlib's mathtext knows: ``\frac``, ``\sum``, ``\sqrt``, ``\leq``, ``\Vert``, …

    Raises
    ------
    ValueError
        If it cannot be drawn.
    """
    drawn = re.sub(r",\s*-(?=[\d.])", r",{-}", latex)  # a minus behind a comma is a sign
    with mpl.rc_context({"mathtext.fontset": "stix", "text.usetex": False}):
        font = FontProperties(size=points)
        try:
            path = TextPath((0, 0), f"${drawn}$", prop=font)
            width, height, depth = text_to_path.get_text_width_height_descent(
                f"${drawn}$", font, ismath=True
            )
        except ValueError as error:
            reason = str(error).strip().splitlines()[-1]
            raise ValueError(f"formula ${latex}$ cannot be drawn: {reason}") from None
    height += 1  # round letters reach a little over the line
    return (
        f'<svg class="formula" role="img" aria-label="{escape(latex)}" '
        f'style="vertical-align:{-depth / TEXT:.3f}em" '
        f'width="{width / TEXT:.3f}em" height="{height / TEXT:.3f}em" '
        f'viewBox="0 {depth - height:.2f} {width:.2f} {height:.2f}">'
        f'<path d="{_path_data(path)}"/></svg>'
    )


def _path_data(path: TextPath) -> str:
    parts, i = [], 0
    vertices = np.asarray(path.vertices) * (1, -1)  # SVG counts downwards
    while i < len(path.codes):
        code = int(path.codes[i])
        points = vertices[i : i + LENGTHS[code]]
        numbers = "" if code == 79 else " ".join(f"{v:.2f}" for v in points.ravel())
        parts.append(LETTERS[code] + numbers)
        i += LENGTHS[code]
    return "".join(parts)


class _Page(mistune.HTMLRenderer):
    """Links stay text: a printed page has none."""

    def inline_math(self, text: str) -> str:
        return formula_svg(text.strip())

    def block_math(self, text: str) -> str:
        return f'<p class="formula">{formula_svg(text.strip(), POINTS + 1)}</p>\n'


@lru_cache(maxsize=1)
def _markdown() -> mistune.Markdown:
    page = _Page(escape=True)
    markdown = mistune.create_markdown(renderer=page, plugins=["table"])
    from mistune.plugins.math import math

    math(markdown)
    # the plugin sets renderers of its own, which leave formulas to a script
    page.register("inline_math", lambda _, text: page.__class__.inline_math(page, text))
    page.register("block_math", lambda _, text: page.__class__.block_math(page, text))
    return markdown
