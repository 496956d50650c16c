"""Where the tests find real records: the folder that EHR_SAMPLES names.

Real records are not part of the repository. Without them the tests that need them are skipped,
and say so.
"""

import os
from pathlib import Path

import pytest


def sample(name: str) -> Path:
    """Return the folder of one sample, or skip the test."""
    root = os.environ.get("EHR_SAMPLES")
    if not root:
        pytest.skip("real records: set EHR_SAMPLES to a folder with the public samples")
    folder = Path(root) / name
    if not folder.is_dir():
        pytest.skip(f"real records: no folder {name} in EHR_SAMPLES={root}")
    return folder
