"""Pytest plugin: the same ground for every kernel, and nbval's blind spots closed.

nbval never compares pictures and knows no tolerance for numbers. Here a picture may differ
a little (fonts hint differently), and a printed decimal by one unit in its last place
(processors round differently). Everything else has to be equal to the letter.
Written for nbval 0.11.0, whose private ``compare_outputs`` it wraps.
"""

import base64
import inspect
import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import jaxtyping
import numpy as np
from beartype import BeartypeConf, beartype
from matplotlib.image import imread
from nbval.plugin import IPyNbCell

PICTURE_TOLERANCE = 4.0  # root mean square over grey levels 0..255; a shifted curve has > 4
LOOSE = 6  # times these tolerances, for a cell with the tag "loose"
DECIMAL = re.compile(r"-?\d+\.\d+")

GROUND = {
    "OMP_NUM_THREADS": "1",  # torch sums in another order with two threads
    "PYTHONHASHSEED": "0",  # the order of a set of strings
    "TQDM_DISABLE": "1",  # progress bars
}
os.environ.update(GROUND)

# In tests every call of a helper that annotates arrays is held against the types and shapes of
# its signature. The checks are left out: whatever a learner hands them has to be judged, not
# refused. Notebooks run in kernels of their own, without this.
HELPERS = Path(__file__).parents[1] / "helpers"
TYPED = sorted(
    f"helpers.{path.stem}"
    for path in HELPERS.glob("*.py")
    if "\nfrom jaxtyping import " in path.read_text(encoding="utf-8")
)
# an int will do where a float is asked for, as the language has it (PEP 484)
held_to_signature = beartype(conf=BeartypeConf(is_pep484_tower=True))
jaxtyping.install_import_hook(TYPED, "tests.plugin.held_to_signature")


def as_in_a_notebook(function: Callable) -> Callable:
    """Return a helper without that check, for a test of what it says to a wrong shape itself."""
    return inspect.unwrap(function)


def same_text(stored: str, fresh: str, units: int = 1) -> bool:
    """Tell whether two outputs agree, decimals to so many units in the last place."""
    if _words(stored) != _words(fresh):
        return False
    for left, right in zip(DECIMAL.findall(stored), DECIMAL.findall(fresh), strict=True):
        places = [len(number.split(".")[1]) for number in (left, right)]
        if (
            places[0] != places[1]
            or abs(float(left) - float(right)) > (units + 0.01) * 10 ** -places[0]
        ):
            return False
    return True


def _words(text: str) -> list[list[str]]:
    """Return a text without its decimals, whatever the padding around them."""
    return [line.split() for line in DECIMAL.sub("#", text).split("\n")]


def picture_distance(stored: str, fresh: str) -> float:
    """Return the root mean square difference of two PNGs (base64) in grey levels."""
    left, right = (
        255 * imread(io.BytesIO(base64.b64decode(png)), format="png")[..., :3]
        for png in (stored, fresh)
    )
    if left.shape != right.shape:
        return float("inf")
    return float(np.sqrt(np.mean((left - right) ** 2)))


def _parts(outputs: list) -> list[tuple[dict, str]]:
    """Return (container, key) of every text and picture in a list of outputs."""
    places = []
    for output in outputs:
        if output["output_type"] == "stream":
            places.append((output, "text"))
        for mime in ("text/plain", "text/html", "image/png"):
            if mime in output.get("data", {}):
                places.append((output["data"], mime))
    return places


def _compare(self: IPyNbCell, test: list, ref: list, skip_compare: tuple | None = None) -> bool:
    # what a long training ends in differs between processors; such a cell says so by its tag
    loose = LOOSE if "loose" in self.cell.metadata.get("tags", ()) else 1
    fresh_parts, stored_parts = _parts(test), _parts(ref)
    keys = [[key for _, key in parts] for parts in (fresh_parts, stored_parts)]
    if keys[0] == keys[1]:
        for (fresh, key), (stored, _) in zip(fresh_parts, stored_parts, strict=True):
            if key == "image/png":
                distance = picture_distance(stored[key], fresh[key])
                if distance > loose * PICTURE_TOLERANCE:
                    self.comparison_traceback = [f"the figure changed: RMS {distance:.1f}"]
                    return False
            elif same_text(str(stored[key]), str(fresh[key]), loose):
                fresh[key] = stored[key]
    elif [key for key in keys[0] if key == "image/png"] != [
        key for key in keys[1] if key == "image/png"
    ]:
        self.comparison_traceback = ["the number of figures changed"]
        return False
    return _nbval_compare(self, test, ref, skip_compare)


_nbval_compare = IPyNbCell.compare_outputs
IPyNbCell.compare_outputs = _compare
