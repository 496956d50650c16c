"""A progress bar for work that takes long enough to be felt."""

import sys
from collections.abc import Iterable, Iterator

from tqdm import tqdm


def progress(things: Iterable, what: str) -> Iterator:
    """Go through `things`, with a bar after the first second; nothing is shown before that.

    A bar inside another one vanishes when it is full.

    The environment variable ``TQDM_DISABLE=1`` silences it, as in the tests.
    """
    return iter(tqdm(things, desc=what, file=sys.stdout, delay=1.0, leave=None))
