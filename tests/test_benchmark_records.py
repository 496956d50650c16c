"""A speed is worth nothing if the ways that are compared do not do the same."""

from tests.benchmarks import records


def test_both_ways_to_visits_find_the_same_codes(tmp_path):
    rows, visits = records.write_files(tmp_path, 3_000)
    plain = records.polars_to_visits(tmp_path)
    ehr = records.load_ehr(tmp_path)
    assert plain.height == visits == ehr.visits.height
    assert ehr.diagnoses.height == rows
    ours = {v.visit_id: v.dx for patient in ehr.as_patients() for v in patient.visits}
    for hadm_id, codes in plain.iter_rows():
        assert list(ours[hadm_id]) == [f"ICD9CM:{code}" for code in codes]
    assert len(records.load_ehr_visit_codes(tmp_path).code_ids) == rows
    assert ehr.report.dropped == {}
