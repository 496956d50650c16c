"""From one source come two notebooks, and they are the ones that lie there."""

import nbformat
import pytest

from helpers import release

SOURCE = """# ---
# jupyter:
#   course:
#     minutes: 5
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 99 Title

# %% [markdown] slideshow={"slide_type": "notes"}
# For the lecturer.

# %% [markdown]
# ### Exercise 99.1 (3 min)

# %%
def my_double(x):
    # BEGIN SOLUTION
    y = x
    return x + y
    # END SOLUTION


def my_triple(x):
    if x:
        # BEGIN SOLUTION
        return 3 * x
        # END SOLUTION
    return 0


# %% [markdown] tags=["hints"]
# A hint.

# %%
my_answer = "b"  # SOLUTION
print(my_answer)

# %% [markdown] tags=["solution"]
# Because of b.
"""


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    for name in ("SOLUTIONS", "NOTEBOOKS"):
        folder = tmp_path / name.lower()
        folder.mkdir()
        monkeypatch.setattr(release, name, folder)
    monkeypatch.setattr(release, "ROOT", tmp_path)
    (tmp_path / "solutions" / "99_topic.py").write_text(SOURCE)
    return "99_topic"


def sources(notebook):
    return "\n".join(cell.source for cell in notebook.cells)


def test_student_gets_stubs_and_no_answers(lesson):
    notebook = release.student(lesson)
    text = sources(notebook)
    assert "def my_double(x):\n    raise NotImplementedError  # your turn\n" in text
    assert "    if x:\n        raise NotImplementedError  # your turn\n    return 0" in text
    assert "my_answer = ...\nprint(my_answer)" in text
    for hidden in ("SOLUTION", "x + y", '"b"', "lecturer", "Because"):
        assert hidden not in text
    [place] = [cell.id for cell in notebook.cells if "## Exercise 99.1 (3 min)" in cell.source]
    link = f"../solutions/99_topic.ipynb#cell-id={place}"
    assert f"A hint.\n\n[Solution of Exercise 99.1]({link})" in text


def test_solution_keeps_answers_and_notes_without_markers(lesson):
    text = sources(release.solved(lesson))
    assert "    y = x\n    return x + y" in text
    assert 'my_answer = "b"\nprint' in text
    assert "For the lecturer." in text and "Because of b." in text
    assert "SOLUTION" not in text and "Solution of" not in text


def test_building_twice_gives_the_same_bytes(lesson):
    one, two = (nbformat.writes(release.student(lesson)) for _ in range(2))
    assert one == two


def test_cell_ids_survive_a_change_elsewhere(lesson):
    before = {cell.source: cell.id for cell in release.solved(lesson).cells}
    path = release.SOLUTIONS / "99_topic.py"
    path.write_text(SOURCE.replace("# A hint.", "# Another hint."))
    after = {cell.source: cell.id for cell in release.solved(lesson).cells}
    assert sum(before[source] == after.get(source) for source in before) == len(before) - 1


def test_built_notebooks_are_executed_and_follow_from_the_source(lesson):
    release.build(lesson)
    assert release.drift(lesson) == []
    notebook = nbformat.read(release.SOLUTIONS / "99_topic.ipynb", 4)
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    assert outputs[-1][0].text == "b\n"


@pytest.mark.parametrize("folder", ["solutions", "notebooks"])
def test_edit_by_hand_is_drift(lesson, folder):
    for make in (release.solved, release.student):
        place = release.SOLUTIONS if make is release.solved else release.NOTEBOOKS
        nbformat.write(make(lesson), place / "99_topic.ipynb")
    path = release.ROOT / folder / "99_topic.ipynb"
    path.write_text(path.read_text().replace("# 99 Title", "# 99 Titel"))
    assert release.drift(lesson) == [f"{folder}/99_topic.ipynb"]
    assert release.main(["--check"]) == 1


def test_unknown_lesson_is_named(lesson, capsys):
    with pytest.raises(SystemExit):
        release.main(["98_nothing"])
    assert "no source solutions/98_nothing.py" in capsys.readouterr().err
