"""The judge and its sandbox, on a small exercise of their own."""

import contextlib
import dataclasses
import datetime
import itertools
import math
import os
import subprocess
import sys
import time
from fractions import Fraction

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array

from helpers import checks
from helpers.checks import _forms, _sandbox
from helpers.checks._choice import Choice, Prediction
from helpers.checks._compare import difference, same, show
from helpers.checks._exercise import CORRECT, NOT_YET, TODO, Exercise, Wrong, call
from helpers.patients import Patient

RUNS = [_sandbox.run_watched] + ([_sandbox.run_forked] if sys.platform == "linux" else [])


def double(x):
    return 2 * x


def plus_two(x):
    return x + 2


def law_zero(answer):
    return None if answer(0) == 0 else f"twice 0 is 0, you have {answer(0)}"


DOUBLE = Exercise(
    name="double",
    number="99.1",
    reference=double,
    calls=(call(3), call(-1.5), call(2)),
    wrong=(
        Wrong(plus_two, "You add 2; multiply by 2."),
        Wrong(lambda x: x * x, lambda value, c: f"{c.args[0]} became {value}: that is the square."),
        Wrong(lambda x: -2 * x, "The sign is wrong.", lambda answer: answer(1) < 0),
    ),
    laws=(law_zero,),
    review="section 1",
)
CHANGE = Exercise(
    name="raise_first",
    number="99.2",
    reference=lambda x: x.__setitem__(0, x[0] + 1),
    calls=(call(np.zeros(3)), call(np.ones(2))),
    wrong=(),
    inplace=(0,),
)


@pytest.mark.parametrize("answer", [double, lambda x: x + x, lambda x: np.float64(x) * 2])
def test_right_answers_pass(answer):
    verdict = DOUBLE.verdict(answer)
    assert (verdict.status, verdict.hint) == (CORRECT, "passed on 3 inputs and 1 law.")


@pytest.mark.parametrize(
    "answer, hint",
    [
        (lambda x: 2 + x, "You add 2"),
        (lambda x: x**2, "3 became 9: that is the square"),
        (lambda x: -5 * x, "The sign is wrong"),
        (lambda x: 2 * x + (x == 0), "twice 0 is 0, you have 1"),
        (lambda x: 2 * x if x > 0 else 3 * x, "on (-1.5): you have -4.5, expected -3"),
        (lambda x: 1 / 0, "it raised ZeroDivisionError"),
        (lambda x: {}["missing"], "it raised KeyError"),
        (lambda x: sys.exit(), "it raised SystemExit"),
        (lambda x: print(2 * x), "prints the result and returns None"),
        (lambda x: None, "returned None"),
        (lambda x: (lambda f: f(f))(lambda f: f(f)), "RecursionError"),
    ],
)
def test_wrong_answers_get_the_hint_that_fits(answer, hint):
    verdict = DOUBLE.verdict(answer)
    assert verdict.status == NOT_YET
    assert hint in verdict.hint


def test_mistake_is_recognised_when_it_comes_with_another_one():
    # agrees with x + 2 wherever that differs from 2 x, and is wrong at 2 besides
    more = dataclasses.replace(DOUBLE, calls=(*DOUBLE.calls, call(5)))
    assert "You add 2" in more.verdict(lambda x: x + 2 if x != 2 else 99).hint


def test_agreement_on_few_inputs_is_not_taken_for_the_mistake():
    assert "You add 2" not in DOUBLE.verdict(lambda x: x + 2 if x != 2 else 99).hint


def test_function_that_remembers_is_noticed():
    seen = []

    def one_list_for_all(x):
        seen.append(x)
        return seen

    def counts_its_calls(x):
        seen.append(x)
        return len(seen) * x

    exercise = Exercise("s", "99.4", lambda x: [x], (call(3), call(4)), ())
    for answer in (one_list_for_all, counts_its_calls):
        seen.clear()
        assert "kept between calls" in exercise.verdict(answer).hint


def test_nothing_in_one_branch_is_named_even_if_a_law_stumbles_over_it():
    exercise = Exercise(
        "s", "99.5", double, (call(3), call(-1)), (), (lambda f: str(f(-1) + 1)[:0],), equal=None
    )
    hint = exercise.verdict(lambda x: 2 * x if x > 0 else None).hint
    assert "on (-1) it returned None" in hint
    hint = exercise.verdict(lambda x: x.nothing if x < 0 and CHANGE else x).hint
    assert "it raised AttributeError" in hint


def test_values_that_cannot_be_compared_are_other_values():
    exercise = Exercise(
        "s",
        "99.6",
        double,
        (call(3),),
        (Wrong(lambda x: 0, lambda value, c: f"a hint with {value['x']}"),),
        equal=lambda got, right: len(got) == right,
    )
    assert "you have 7, expected 6" in exercise.verdict(lambda x: 7).hint


def test_lines_are_short_and_the_same_in_every_run():
    assert show(iter([])) == "a list_iterator, which can be read only once"
    assert " at 0x" not in show([object()])
    assert len(show({i: "x" * 50 for i in range(9)})) == 120
    assert len(str(call(["x" * 40] * 5, ["y" * 40] * 5))) <= 160
    assert difference({"a": 1}, {"a": 1, "b": 2}) == "the key 'b' is missing"
    assert difference({"a": 1, "c": 1}, {"a": 1}) == "the key 'c' is too much"
    assert difference([1, 2], np.array([1, 2])) == "you have a list, expected an array, [1 2]"
    assert difference([1, 3], np.array([1, 2])) == "you have [1 3], expected [1 2]"
    assert same(np.str_("250"), "250") and show(np.str_("250")) == "'250'"


def test_line_that_raised_is_quoted():
    def answer(x):
        return x.no_such_attribute

    assert "return x.no_such_attribute" in DOUBLE.verdict(answer).hint


def test_function_that_calls_an_unwritten_one_is_not_called_unwritten():
    def my_other(x):
        raise NotImplementedError  # your turn

    verdict = DOUBLE.verdict(lambda x: my_other(x) + x)
    assert verdict.status == NOT_YET
    assert "it calls my_other, which is not written yet" in verdict.hint
    assert DOUBLE.verdict(my_other).status == TODO


def test_law_that_cannot_be_read_leaves_the_word_to_the_comparison():
    def law(answer):
        return None if answer(1)[0] == 2 else "the first is 2"

    exercise = Exercise("pair", "99.4", lambda x: [2 * x], (call(1),), (), laws=(law,))
    assert exercise.verdict(lambda x: 2 * x).hint == "on (1): you have 2, expected [2]."


def test_something_kept_between_calls_is_noticed():
    def answer(x, seen=[]):  # noqa: B006
        seen.append(x)
        return 2 * x + len(seen) // 100 if len(seen) < 5 else 0

    assert "kept between calls" in DOUBLE.verdict(answer).hint


def test_result_that_cannot_be_compared_is_not_called_unsteady():
    assert "kept" not in DOUBLE.verdict(lambda x: (2 * x for _ in "a")).hint


def test_branch_without_return_is_named():
    hint = DOUBLE.verdict(lambda x: 2 * x if x != -1.5 else None).hint
    assert "on (-1.5) it returned None. Is there a return in every branch?" in hint


WHOLE = Exercise("whole", "99.5", lambda x: x, (call(3),), (), form=_forms.whole)
ROOT = Exercise(
    "root", "99.6", math.sqrt, (call(4.0), call(-1.0)), (), form=_forms.number, refusal=ValueError
)


@pytest.mark.parametrize("value", [3, 3.0, np.int8(3), np.array([3]), torch.tensor(3.0)])
def test_whole_number_in_any_type(value):
    assert WHOLE.verdict(lambda x: value).status == CORRECT


@pytest.mark.parametrize(
    "value, words",
    [("3", "a str"), (3.4, "3.4"), ([3], "a list"), (np.ones(2), "shape (2,)"), (True, "a bool")],
)
def test_what_is_no_whole_number_is_named(value, words):
    assert words in WHOLE.verdict(lambda x: value).hint


def test_complex_numbers_are_named_and_read_if_they_are_real():
    assert _forms.array(np.array([1 + 0j, 2])).tolist() == [1.0, 2.0]
    assert "complex numbers" in _forms.array(np.array([1 + 2j])).words


def test_an_array_with_masked_places_is_not_read_by_what_lies_behind_them():
    masked = np.ma.array([1.0, 7.0], mask=[False, True])
    assert "masked places" in _forms.array(masked).words
    assert _forms.array(masked.filled(0)).tolist() == [1.0, 0.0]
    assert _forms.array(np.ma.array([1.0, 7.0])).tolist() == [1.0, 7.0]


@pytest.mark.parametrize("sparse", [csr_array, lambda rows: torch.tensor(rows).to_sparse()])
def test_a_sparse_matrix_is_filled_up(sparse):
    assert _forms.matrix(sparse([[0, 1], [2, 0]])).tolist() == [[0, 1], [2, 0]]


def refuses(error):
    def answer(x):
        if x < 0:
            raise error
        return x**0.5

    return answer


def test_error_has_to_be_the_one_asked_for():
    assert ROOT.verdict(refuses(ValueError("x"))).status == CORRECT
    wrong = ROOT.verdict(refuses(IndexError())).hint
    assert "raises IndexError; a ValueError is asked for" in wrong
    assert "returns the error" in ROOT.verdict(lambda x: ValueError() if x < 0 else x**0.5).hint


def test_printing_for_returning_is_named_beside_a_right_refusal():
    assert "Write return instead of print" in ROOT.verdict(lambda x: print(math.sqrt(x))).hint


def test_long_arguments_are_named_by_their_shape():
    exercise = Exercise("sum", "99.7", np.sum, (call(np.arange(12) * 1e6 + 0.123456),), ())
    hint = exercise.verdict(lambda x: 0).hint
    assert hint.startswith("on (an array of shape (12,))") and len(hint) <= 240


def test_changed_input_is_noticed():
    exercise = Exercise("s", "99.3", lambda x: sorted(x), (call([2, 1]),), ())

    def answer(x):
        x.sort()
        return x

    assert "changed its input (argument 1)" in exercise.verdict(answer).hint
    frozen = dataclasses.replace(exercise, frozen={0: "The order of the list is not yours."})
    assert frozen.verdict(answer).hint == "The order of the list is not yours."
    assert frozen.verdict(sorted).status == CORRECT


def test_function_that_changes_its_argument_on_request():
    def right(x):
        x[0] += 1

    def on_a_copy(x):
        x = x.copy()
        x[0] += 1

    assert CHANGE.verdict(right).status == CORRECT
    assert CHANGE.verdict(on_a_copy).status == NOT_YET


def test_printing_beside_a_right_answer_is_a_remark():
    def answer(x):
        print(x)
        return 2 * x

    verdict = DOUBLE.verdict(answer)
    assert verdict.status == CORRECT and "also prints" in verdict.hint


def test_call_prints_a_verdict_and_never_raises(capsys):
    for answer in (double, plus_two, None, ..., "text", print, int, lambda: 1):
        DOUBLE(answer)
        said = capsys.readouterr().out
        assert said.startswith("Exercise 99.1 double: ") and max(map(len, said.split("\n"))) < 99
    assert DOUBLE.verdict(None).status == TODO


def forever(_x):
    while True:
        pass


def forever_and_deaf(_x):
    while True:
        with contextlib.suppress(Exception):
            time.sleep(0.01)


@pytest.mark.parametrize("answer", [forever, forever_and_deaf])
@pytest.mark.parametrize("run", RUNS)
def test_endless_loop_is_cut_off(answer, run):
    started = time.monotonic()
    assert run(lambda: answer(1), 0.3, 1 << 30).ended == "time"
    assert time.monotonic() - started < 5


@pytest.mark.skipif(sys.platform != "linux", reason="needs a forked copy of the process")
def test_endless_call_in_compiled_code_is_cut_off():
    ran = _sandbox.run_forked(lambda: sum(itertools.repeat(1)), 0.3, 1 << 30)
    assert ran.ended == "time"


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit on the address space")
def test_huge_allocation_is_cut_off():
    ran = _sandbox.run_forked(lambda: np.ones(10**10).sum(), 5, 1 << 30)
    assert ran.ended == "memory"


def test_growing_memory_is_cut_off_without_a_fork():
    def grow():
        parts = []
        while True:
            parts.append(np.ones(10**6))
            time.sleep(0.001)

    assert _sandbox.run_watched(grow, 20, 200 << 20).ended == "memory"


@pytest.mark.skipif(sys.platform != "linux", reason="a crash ends the process where it runs")
def test_crash_leaves_the_notebook_alive():
    assert _sandbox.run_forked(lambda: os._exit(3), 5, 1 << 30).ended == "crash"


@pytest.mark.parametrize("run", RUNS)
def test_verdicts_do_not_depend_on_the_way_of_running(run, monkeypatch):
    monkeypatch.setattr(_sandbox, "run", lambda work: run(work, 5, 1 << 30))
    assert DOUBLE.verdict(double).status == CORRECT
    assert "You add 2" in DOUBLE.verdict(plus_two).hint


@pytest.mark.skipif(sys.platform != "linux", reason="about forking")
def test_sklearn_works_in_the_copy_after_it_worked_here():
    script = """
import numpy as np
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits
from helpers.checks import _sandbox

rows = np.random.default_rng(0).normal(size=(3000, 8))
nearest = lambda: NearestNeighbors(algorithm="brute").fit(rows).kneighbors()[1].shape
with threadpool_limits(2):  # now there is a pool of threads, which the copy does not have
    nearest()
    print(_sandbox.run_forked(nearest, 8, 2 << 30))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "Ran(value=(3000, 5), ended='')\n", done.stdout + done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="about forking")
def test_torch_works_in_the_copy_after_it_worked_here():
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        big = torch.ones(800, 800)
        big @ big
        ran = _sandbox.run_forked(lambda: float((big @ big)[0, 0]), 10, 2 << 30)
    finally:
        torch.set_num_threads(threads)
    assert ran.value == 800.0


def test_learners_function_cannot_change_the_notebook():
    seen = []
    DOUBLE.verdict(lambda x: seen.append(x) or 2 * x)
    if sys.platform == "linux":
        assert seen == []


@pytest.mark.parametrize(
    "left, right, equal",
    [
        (1, 1.0, True),
        ((1, 2), [1, 2.0], True),
        (np.array([1, 2]), np.array([1.0, 2.0]), True),
        (np.array([1, 2]), torch.tensor([1.0, 2.0]), True),
        (np.array([[1, 2]]), np.array([1, 2]), False),
        (np.array([1, 2]), [1, 2], False),
        (np.array(2.0), 2, True),
        (Fraction(1, 2), 0.5, True),
        (math.inf, math.inf, True),
        ({"a": [1]}, {"a": (1,)}, True),
        ({"a": 1}, {"b": 1}, False),
        (1.0, 1.0 + 1e-9, True),
        (1.0, 1.01, False),
        (float("nan"), float("nan"), True),
        ("1", 1, False),
        ([1, 2], [1, 2, 3], False),
        (None, 0, False),
        (np.array([1, np.ones(2)], object), np.array([1.0, np.ones(2)], object), True),
        (np.array([1, np.ones(2)], object), np.array([1, np.zeros(2)], object), False),
        (np.array(["a"], object), np.array(["a"], object), True),
    ],
)
def test_same(left, right, equal):
    assert same(left, right) is equal


@pytest.mark.parametrize(
    "got, expected, text",
    [
        (np.zeros((2, 3)), np.zeros((3, 2)), "the shape is (2, 3), expected (3, 2)"),
        ([1, 2], [1, 2, 3], "2 items came back, expected 3"),
        ([1], [1, 2, 3], "1 item came back, expected 3"),
        ([1, 5], [1, 2], "item 1: you have 5, expected 2"),
        ({"a": 1}, {"a": 2}, "'a': you have 1, expected 2"),
        (np.arange(9) + (np.arange(9) == 4), np.arange(9), "at [4] you have 5, expected 4"),
        (0.123456, 2, "you have 0.1235, expected 2"),
        (0.9707, 0.97072534, "you have 0.9707, expected 0.97072534"),
        (
            np.array([1, 0.9707]),
            np.array([1, 0.97072534]),
            "at [1] you have 0.9707, expected 0.97072534",
        ),
    ],
)
def test_difference(got, expected, text):
    assert difference(got, expected) == text


def test_show_is_short_and_stable():
    assert show(np.zeros((10, 10))) == "an array of shape (10, 10)"
    assert show(np.random.default_rng(0)) == "rng"
    assert len(show("x" * 1000)) < 80 and len(show(list(range(1000)))) < 80
    adler = Patient("P01", "F", 1950, (), datetime.date(2020, 3, 1))
    assert show([adler, adler]) == "[patient P01, patient P01]"


QUESTION = Choice("shape", "99.A", "b", {"a": "Rows come first.", "b": "So it is."})
GUESS = Prediction("shape", "99.P", {"a": "rows", "b": "columns"}, "b", "Section 1")


@pytest.mark.parametrize("answer", ["b", "B", " b ", "b)", "(b)", "b.", np.str_("b")])
def test_a_letter_may_be_written_in_many_ways(answer, capsys):
    assert QUESTION.verdict(answer).status == CORRECT
    GUESS(answer)
    assert "columns" in capsys.readouterr().out


@pytest.mark.parametrize("answer", [2, ["b"], b"b", True, "columns", "a, b", "z", object()])
def test_what_is_no_letter_is_asked_for_again(answer, capsys):
    assert QUESTION.verdict(answer).hint == "write one of the letters a, b, in quotes."
    GUESS("a")
    GUESS(answer)
    assert "in quotes" in capsys.readouterr().out
    GUESS.reveal()
    assert "No prediction" in capsys.readouterr().out


@pytest.mark.parametrize("answer", [..., None, "", "..."])
def test_no_letter_yet_is_no_mistake(answer):
    assert QUESTION.verdict(answer).status == TODO


def test_pick_takes_the_learners_function_only_when_it_is_right(capsys):
    assert checks.pick("nearest", plus_two) is checks.nearest.reference
    assert "the function of the course" in capsys.readouterr().out

    def mine(*args, **kwargs):
        return checks.nearest.reference(*args, **kwargs)

    assert checks.pick("nearest", mine) is mine
    assert "your function" in capsys.readouterr().out


def test_progress_shows_what_the_checks_said(capsys):
    checks.one_hot(checks.one_hot.reference)
    checks.nearest(plus_two)
    capsys.readouterr()
    checks.progress(1)
    said = capsys.readouterr().out
    assert "one_hot                      correct" in said
    assert "nearest                      not yet" in said
    assert "1 of 8 correct" in said


def test_unknown_check_is_named():
    with pytest.raises(AttributeError, match="no check called 'one_hott'"):
        checks.one_hott  # noqa: B018
