import pickle

import pytest

from helpers.loaders import LOADERS, load_ehr
from tests.exports import MIMIC3, MIMIC4, SYNTHEA, write_export

EXPORTS = {"mimic3": MIMIC3, "mimic4": MIMIC4, "synthea": SYNTHEA}
SEQS = {"med2vec": [[1, 2], [-1], [3], [1], [-1], [2]], "mime": [[[[0, [1], []]]]] * 3}


@pytest.mark.parametrize("source", LOADERS)
def test_one_call_reads_every_source(tmp_path, source):
    if source in SEQS:
        (tmp_path / "sample.seqs").write_bytes(pickle.dumps(SEQS[source]))
        folder = tmp_path
    else:
        folder = write_export(tmp_path, EXPORTS[source])
    ehr, direct = load_ehr(source, folder), LOADERS[source](folder)
    assert ehr.as_patients() == direct.as_patients()
    assert len(load_ehr(source, folder, max_patients=2, seed=1).as_patients()) == 2


def test_an_unknown_source_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(
        ValueError, match="no loader for 'eicu'; there are mimic3, mimic4, synthea, med2vec, mime"
    ):
        load_ehr("eicu", tmp_path)
