"""What tests add: signatures that are held, and notebooks compared as we mean it."""

import base64
import importlib
import inspect
import io
import re
import textwrap

import jaxtyping
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from nbformat import v4

from helpers.similarity import cosine_to, pairwise_cosine, unit_rows
from tests.plugin import HELPERS, TYPED, as_in_a_notebook, picture_distance, same_text


@pytest.mark.parametrize("module", TYPED)
def test_every_call_of_a_helper_with_arrays_is_held_against_its_signature(module):
    helper = importlib.import_module(module)
    functions = inspect.getmembers(helper, inspect.isfunction)
    own = [function for _, function in functions if function.__module__ == module]
    assert all(inspect.unwrap(function) is not function for function in own)


def test_no_helper_with_arrays_is_left_out():
    with_arrays = {
        f"helpers.{path.stem}"
        for path in HELPERS.glob("*.py")
        if re.search(r"\b(np\.ndarray|Tensor)\b", path.read_text(encoding="utf-8"))
    }
    assert with_arrays
    assert with_arrays <= set(TYPED)


def test_a_wrong_shape_a_wrong_kind_and_two_sizes_of_one_axis_are_refused():
    for wrong in (np.ones(3), np.array([["a"]]), [[1.0]]):
        with pytest.raises(jaxtyping.TypeCheckError, match="table"):
            pairwise_cosine(wrong)
    with pytest.raises(jaxtyping.TypeCheckError, match="dim"):
        cosine_to(np.ones(3), np.ones((4, 2)))


def test_notebooks_run_without_the_check():
    with pytest.raises(ValueError, match="axis 1 is out of bounds"):
        as_in_a_notebook(unit_rows)(np.ones(3))


@pytest.mark.parametrize(
    "stored, fresh, equal",
    [
        ("loss 0.123", "loss 0.124", True),
        ("loss 0.123", "loss 0.125", False),
        ("loss 0.123", "loss 0.1234", False),
        ("12 pairs", "13 pairs", False),
        ("cos 0.99 of a", "cos 1.00 of a", True),
        ("cos -0.00", "cos 0.00", True),
        ("a 0.10 b", "a 0.10 c", False),
        ("0.1 0.2", "0.1", False),
        ("loss  9.99", "loss 10.00", True),
    ],
)
def test_decimals_may_differ_by_one_unit_in_the_last_place(stored, fresh, equal):
    assert same_text(stored, fresh) is equal


def png(y):
    figure = plt.Figure(figsize=(4, 3))
    axes = figure.subplots()
    axes.plot([0, 1, 2], y)
    axes.set_ylim(0, 5)
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=72)
    return base64.b64encode(data.getvalue()).decode()


def test_pictures_are_compared_by_their_points():
    assert picture_distance(png([1, 2, 3]), png([1, 2, 3])) == 0
    assert picture_distance(png([1, 2, 3]), png([3, 2, 1])) > 4


NOTEBOOK_CODE = {
    "same": ("print('loss 0.12')", "loss 0.12\n", "passed"),
    "rounded otherwise": ("print('loss 0.12')", "loss 0.13\n", "passed"),
    "other number": ("print('loss 0.12')", "loss 0.22\n", "failed"),
    "other word": ("print('not yet')", "correct\n", "failed"),
}


@pytest.mark.parametrize("case", NOTEBOOK_CODE)
def test_nbval_with_our_tolerance(case, pytester):
    code, stored, outcome = NOTEBOOK_CODE[case]
    cell = v4.new_code_cell(code, execution_count=1)
    cell.outputs = [v4.new_output("stream", name="stdout", text=stored)]
    _run(pytester, cell).assert_outcomes(**{outcome: 1})


@pytest.mark.parametrize("y, outcome", [([1, 2, 3], "passed"), ([3, 2, 1], "failed")])
def test_nbval_compares_pictures(y, outcome, pytester):
    cell = v4.new_code_cell(
        textwrap.dedent("""
        from tests.test_plugin import png
        from IPython.display import display
        display({"image/png": png([1, 2, 3]), "text/plain": "a line"}, raw=True)
        """),
        execution_count=1,
    )
    cell.outputs = [
        v4.new_output("display_data", data={"image/png": png(y), "text/plain": "a line"})
    ]
    _run(pytester, cell).assert_outcomes(**{outcome: 1})


def test_nbval_notices_a_picture_that_is_gone(pytester):
    cell = v4.new_code_cell("print('a line')", execution_count=1)
    cell.outputs = [v4.new_output("display_data", data={"image/png": png([1, 2, 3])})]
    _run(pytester, cell).assert_outcomes(failed=1)


def _run(pytester, cell):
    notebook = v4.new_notebook(cells=[cell])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, pytester.path / "case.ipynb")
    pytester.makepyprojecttoml("")
    return pytester.runpytest_subprocess(
        "-p", "tests.plugin", "--nbval", "--nbval-current-env", "case.ipynb"
    )


@pytest.mark.parametrize(("tags", "outcome"), [([], "failed"), (["loose"], "passed")])
def test_a_loose_cell_may_differ_a_little_more(tags, outcome, pytester):
    cell = v4.new_code_cell("print('AUC', 0.55)", execution_count=1)
    cell.outputs = [v4.new_output("stream", name="stdout", text="AUC 0.52\n")]
    cell.metadata.tags = tags
    _run(pytester, cell).assert_outcomes(**{outcome: 1})


def test_a_loose_cell_may_not_differ_much(pytester):
    cell = v4.new_code_cell("print('AUC', 0.65)", execution_count=1)
    cell.outputs = [v4.new_output("stream", name="stdout", text="AUC 0.52\n")]
    cell.metadata.tags = ["loose"]
    _run(pytester, cell).assert_outcomes(failed=1)
