import json

import pytest

from helpers import experiment, recurrent_methods
from helpers.clinic import ClinicConfig
from helpers.cohort import make_study
from helpers.experiment import Fit, Plan, judge, main, run
from helpers.methods import METHODS, Prepared
from helpers.results import BEGIN, CARD, END, STORED, ceiling, load_results, markdown

SMALL = Plan(260, clinics=(0, 1), sizes=(40,), methods=("LR one-hot", "GRU vectors"), draws=2)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setitem(recurrent_methods.SETTINGS, "epochs", 2)
    monkeypatch.setattr(recurrent_methods, "VOTES", 2)


def test_a_run_that_was_stopped_ends_with_the_same_bytes(tmp_path, monkeypatch):
    whole, pieces = tmp_path / "whole.csv", tmp_path / "pieces.csv"
    run(SMALL, whole)
    assert load_results(whole).height == 8
    for more in (3, 2):
        left = iter(range(more))

        def stopping(*fit, left=left):
            if next(left, None) is None:
                raise KeyboardInterrupt
            return judge(*fit)

        monkeypatch.setattr(experiment, "judge", stopping)
        with pytest.raises(KeyboardInterrupt):
            run(SMALL, pieces)
        pieces.write_text(pieces.read_text() + "1,40,1,LR o")  # cut off in the middle of a line
    monkeypatch.setattr(experiment, "judge", judge)
    run(SMALL, pieces)
    assert pieces.read_bytes() == whole.read_bytes()
    assert pieces.with_suffix(".json").read_bytes() == whole.with_suffix(".json").read_bytes()


def test_a_finished_run_does_nothing_more(tmp_path, monkeypatch):
    plan = Plan(patients=260, clinics=(0,), sizes=(40,), methods=("chance",), draws=2)
    run(plan, tmp_path / "r.csv")
    monkeypatch.setattr(experiment, "make_study", None)
    run(plan, tmp_path / "r.csv")


def test_a_run_that_was_stopped_before_its_first_fit_can_start_again(tmp_path, monkeypatch):
    def stopping(config):
        raise KeyboardInterrupt

    plan = Plan(patients=260, clinics=(0,), sizes=(40,), methods=("chance",), draws=1)
    with monkeypatch.context() as patch:
        patch.setattr(experiment, "make_study", stopping)
        with pytest.raises(KeyboardInterrupt):
            run(plan, tmp_path / "r.csv")
    run(plan, tmp_path / "r.csv")
    assert load_results(tmp_path / "r.csv").height == 1


def test_foreign_files_are_left_alone(tmp_path):
    out = tmp_path / "r.csv"
    out.write_text("patient_id,sex\nP1,F\n")
    with pytest.raises(SystemExit, match=r"r\.json"):
        main(["--out", str(out), "--patients", "260"])
    assert out.read_text() == "patient_id,sex\nP1,F\n"
    out.unlink()
    small = ["--out", str(out), "--methods", "chance", "--sizes", "40", "--clinics", "0"]
    main([*small, "--patients", "260", "--draws", "1"])
    with pytest.raises(SystemExit, match="another --out"):
        main([*small, "--patients", "261"])
    out.write_text("patient_id,sex\nP1,F\n")
    with pytest.raises(SystemExit, match="no file of results"):
        main([*small, "--patients", "260"])


def test_other_seeds_are_another_experiment(tmp_path):
    """One option, and the same command again adds nothing."""
    out = tmp_path / "r.csv"
    command = ["--out", str(out), "--patients", "260", "--sizes", "40", "--draws", "1"]
    for _ in range(2):
        main([*command, "--methods", "LR one-hot", "--clinics", "2", "3"])
    found = load_results(out)
    assert found["clinic_seed"].to_list() == [2, 3]
    assert found["auc"].n_unique() == 2
    assert set(ceiling(out)) == {2, 3}


def test_help_explains_every_option(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    options = capsys.readouterr().out.split("options:")[1]
    for words in ("seeds of the clinics (0 1)", "labeled patients (100 300", "MiME vectors"):
        assert words in " ".join(options.split())


def test_another_simulation_is_noticed(tmp_path):
    out = tmp_path / "r.csv"
    plan = Plan(patients=260, clinics=(0,), sizes=(40,), methods=("chance",), draws=1)
    run(plan, out)
    stored = json.loads(out.with_suffix(".json").read_text())
    stored["clinics"]["0"]["fingerprint"] = "of another simulation"
    out.with_suffix(".json").write_text(json.dumps(stored))
    with pytest.raises(ValueError, match="clinic 0 is not the one"):
        run(Plan(patients=260, clinics=(0,), sizes=(40,), methods=("chance",), draws=2), out)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"methods": ("oracle",)}, "no method 'oracle'"),
        ({"sizes": (5,)}, "fewer than 20"),
        ({"draws": 0}, "1 or more"),
    ],
)
def test_plans_that_cannot_be_run(wrong, message):
    with pytest.raises(ValueError, match=message):
        Plan(**wrong)


# the stored results -----------------------------------------------------------------------------


def test_the_stored_results_are_of_these_methods_and_these_records():
    stored = load_results()
    assert set(stored["method"]) == set(METHODS)
    known = json.loads(STORED.with_suffix(".json").read_text())
    wanted = experiment.settings(Plan())
    wanted["recurrent"].pop("epochs")  # fewer in these tests
    known["recurrent"].pop("epochs")
    assert {name: known[name] for name in wanted} == wanted
    for seed in (0, 1):
        small = make_study(ClinicConfig(patients=260, seed=seed))
        assert known["clinics"][str(seed)]["fingerprint"] == small.fingerprint


def test_the_data_card_shows_the_stored_means():
    card = CARD.read_text(encoding="utf-8")
    assert card.split(BEGIN)[1].split(END)[0].strip() == markdown(load_results())


def test_a_stored_fit_is_what_a_new_one_gives():
    """One method that needs no pretraining, one that does, on the whole clinic."""
    study = make_study(ClinicConfig(patients=experiment.PATIENTS))
    prepared = Prepared(study.cohort)
    stored = load_results().filter(clinic_seed=0, labeled=100, draw=0)
    for name in ("LR one-hot", "LR linked"):
        row = stored.filter(method=name).row(0, named=True)
        auc, precision = judge(study, METHODS[name](prepared), Fit(0, 100, 0, name))
        assert auc == pytest.approx(row["auc"], abs=2e-3)
        assert precision == pytest.approx(row["average_precision"], abs=4e-3)
