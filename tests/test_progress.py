import os
import subprocess
import sys

import pytest

from helpers.progress import progress

CODE = """
import time
from helpers.progress import progress
for turn in progress(range(3), "training"):
    time.sleep({seconds})
"""


def test_it_yields_what_it_is_given():
    assert list(progress([3, 1, 2], "counting")) == [3, 1, 2]


@pytest.mark.parametrize(
    "seconds, silenced, shown", [(0, 0, False), (0.6, 0, True), (0.6, 1, False)]
)
def test_only_long_work_shows_a_bar(seconds, silenced, shown):
    environment = {k: v for k, v in os.environ.items() if k != "TQDM_DISABLE"}
    if silenced:
        environment["TQDM_DISABLE"] = "1"
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(seconds=seconds)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ("training: 100%" in done.stdout) == shown
    assert done.stderr == ""
