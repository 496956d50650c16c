import re

import pytest

from helpers.exam.page import formula_svg, to_html


def test_text():
    assert (
        to_html("A *visit* and **codes**") == "<p>A <em>visit</em> and <strong>codes</strong></p>\n"
    )


def test_a_page_cannot_be_made_to_run_anything():
    assert "<script" not in to_html("<script>alert(1)</script> and $x$")


def test_formula_is_a_picture_with_its_source():
    page = to_html("so $\\frac{1}{2} \\leq x$ holds")
    assert page.count("<svg") == 1
    assert 'aria-label="\\frac{1}{2} \\leq x"' in page and 'role="img"' in page
    assert "$" not in re.sub(r'aria-label="[^"]*"', "", page)


def test_same_formula_same_picture():
    formula_svg.cache_clear()
    first = formula_svg("x_i^2")
    formula_svg.cache_clear()
    assert formula_svg("x_i^2") == first


def test_taller_formula_needs_more_room():
    def height(latex):
        return float(re.search(r'height="([\d.]+)em"', formula_svg(latex))[1])

    assert height("\\dfrac{a}{b}") > 1.5 * height("a")
    assert height("a") > 0.3


def test_a_formula_grows_with_its_text():
    svg = formula_svg("\\frac{a}{b}")
    assert "pt" not in svg
    assert all(f'{name}="' in svg for name in ("width", "height"))


def test_a_minus_behind_a_comma_stands_with_its_number():
    def width(latex):
        return float(re.search(r'width="([\d.]+)em"', formula_svg(latex))[1])

    sign = width("-1") - width("1")
    assert width("(2, -1)") - width("(2, 1)") == pytest.approx(sign, abs=0.05)
    assert 'aria-label="(2, -1)"' in formula_svg("(2, -1)")


@pytest.mark.parametrize("latex", ["\\nosuch", "x_", "\\frac{1}"])
def test_what_cannot_be_drawn_is_named(latex):
    with pytest.raises(ValueError, match=r"cannot be drawn") as found:
        to_html(f"see ${latex}$")
    assert latex in str(found.value)


def test_dollar_signs_of_prices_stay():
    assert to_html("It costs 5 dollars.") == "<p>It costs 5 dollars.</p>\n"
