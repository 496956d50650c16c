from collections import Counter
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from helpers.clinic import ClinicConfig
from helpers.record_graph import name_features, record_graph
from helpers.simulate import simulate_clinic


@pytest.fixture(scope="module")
def ehr():
    return simulate_clinic(ClinicConfig(patients=60)).ehr


def test_edges_are_those_of_the_patients_records(ehr):
    graph = record_graph(ehr, ("patient-dx", "patient-rx"))
    for patient in ehr.as_patients()[:20]:
        codes = {code for visit in patient.visits for code in (*visit.dx, *visit.rx)}
        assert set(graph.neighbors(patient.patient_id)) == codes


@pytest.mark.parametrize("min_times", [1, 5])
def test_reasons_are_counted_over_all_visits(ehr, min_times):
    graph = record_graph(ehr, ("dx-rx",), min_times=min_times)
    times = Counter(
        (f"{r['reason_system']}:{r['reason_code']}", f"{r['system']}:{r['code']}")
        for r in ehr.treatments.iter_rows(named=True)
        if r["kind"] == "rx" and r["reason_code"] is not None
    )
    kept = {tuple(sorted(pair)) for pair, n in times.items() if n >= min_times}
    receiver, sender = graph.edge_list()
    pairs = {(graph.names[a], graph.names[b]) for a, b in zip(receiver, sender, strict=True)}
    assert {tuple(sorted(pair)) for pair in pairs} == kept


def test_three_kinds_of_edges_are_together(ehr):
    parts = [record_graph(ehr, (kind,)) for kind in ("patient-dx", "patient-rx", "dx-rx")]
    assert record_graph(ehr).n_edges == sum(part.n_edges for part in parts)


def test_features_say_what_the_name_says():
    keys = ["GENERIC:ramipril", "ICD10CM:E119", "GENERIC:enalapril", "ICD10CM:I10", "ICD9CM:V58"]
    X, columns = name_features(keys)
    assert columns == ["ICD E", "ICD I", "ICD V", "...pril"]
    np.testing.assert_array_equal(X.argmax(axis=1), [3, 0, 3, 1, 2])
    np.testing.assert_array_equal(X.sum(axis=1), 1)


def test_bad_input_is_named(ehr):
    with pytest.raises(ValueError, match="there are no edges 'dx-px'"):
        record_graph(ehr, ("dx-px",))
    nothing = pl.lit(None, pl.String)
    silent = replace(ehr, treatments=ehr.treatments.with_columns(reason_code=nothing))
    with pytest.raises(ValueError, match="no drug of these records has a reason"):
        record_graph(silent)
    assert record_graph(silent, ("patient-dx",)).n_edges > 0
    with pytest.raises(ValueError, match="'P00001' is not a key"):
        name_features(["P00001"])


def test_no_keys_make_no_rows():
    X, columns = name_features([])
    assert X.shape == (0, 0) and columns == []
