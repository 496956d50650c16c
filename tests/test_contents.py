import pytest

from helpers import contents, release


def test_readme_lists_every_lesson_with_its_minutes_and_a_run_time():
    readme = (contents.ROOT / "README.md").read_text(encoding="utf-8")
    written = readme.split(contents.BEGIN)[1].split(contents.END)[0].strip()
    assert written == contents.table(contents.measured(readme), release.lessons())
    assert set(contents.measured(readme)) == set(release.lessons())


def test_run_times_stay_below_the_promise():
    readme = (contents.ROOT / "README.md").read_text(encoding="utf-8")
    assert max(contents.measured(readme).values()) < 60


def test_new_measurements_replace_old_ones(tmp_path, monkeypatch):
    rows = "| [01 One](notebooks/01_one.ipynb) | why? | 5 | 7 s |"
    (tmp_path / "README.md").write_text(f"a\n{contents.BEGIN}\n{rows}\n{contents.END}\nb\n")
    monkeypatch.setattr(contents, "ROOT", tmp_path)
    about = {"title": "T", "question": "why?", "minutes": 5}
    monkeypatch.setattr(contents, "course", lambda lesson: about)
    contents.update({"02_two": 3.4}, ["01_one", "02_two"])
    readme = (tmp_path / "README.md").read_text()
    assert contents.measured(readme) == {"01_one": 7, "02_two": 3}
    assert readme.startswith("a\n") and readme.endswith("\nb\n")


@pytest.mark.parametrize("lesson", release.lessons())
def test_head_of_a_lesson_is_complete(lesson):
    about = contents.course(lesson)
    assert {"title", "question", "minutes", "status"} <= set(about)
    assert about["status"] in ("core", "elective") and 5 <= about["minutes"] <= 70


def test_the_map_of_the_first_lesson_names_every_lesson():
    source = (release.SOLUTIONS / "00_start_here.py").read_text(encoding="utf-8")
    linked = {name for name in release.lessons() if f"]({name}.ipynb)" in source}
    assert linked == set(release.lessons()) - {"00_start_here"}
