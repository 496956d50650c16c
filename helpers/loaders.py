"""Read health records from wherever they are: one call, one line to change.

>>> from helpers.loaders import load_ehr
>>> ehr = load_ehr("mimic4", "~/mimic-iv-clinical-database-demo-2.2")  # doctest: +SKIP
"""

from pathlib import Path

from helpers.med2vec_files import load_med2vec
from helpers.mime_files import load_mime
from helpers.mimic import load_mimic3, load_mimic4
from helpers.records import EHR
from helpers.synthea import load_synthea

LOADERS = {
    "mimic3": load_mimic3,
    "mimic4": load_mimic4,
    "synthea": load_synthea,
    "med2vec": load_med2vec,
    "mime": load_mime,
}
"""The loader of every source."""


def load_ehr(
    source: str, folder: str | Path, max_patients: int | None = None, seed: int = 0
) -> EHR:
    """Read records of a named source; the same tables come back whatever it is.

    Parameters
    ----------
    source
        ``"mimic3"``, ``"mimic4"``, ``"synthea"``; ``"med2vec"`` or ``"mime"`` for what was
        prepared for the released programs of these names.
    folder
        Where its tables lie; for the released programs their folder or the file ``.seqs``.
    max_patients
        Read this many patients, drawn at random with `seed`; all by default.

    Raises
    ------
    ValueError
        If there is no loader for `source`, or as the loader says.
    FileNotFoundError
        As the loader says.
    """
    if source not in LOADERS:
        raise ValueError(f"no loader for {source!r}; there are {', '.join(LOADERS)}")
    return LOADERS[source](folder, max_patients=max_patients, seed=seed)
