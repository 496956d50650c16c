"""A lecturer's own questions: every ``.toml`` and ``.py`` file of a folder.

A TOML file holds items in words, see :mod:`helpers.exam.worded`. A Python file sets ``FAMILIES``,
a list of :class:`helpers.exam.families.Family`, or ``ENTRIES``, a list of
:class:`helpers.exam.bank.Entry`, or both. Python files are run: use those that you trust.
"""

import importlib.util
from pathlib import Path

from helpers.exam.bank import Entry, entry_of
from helpers.exam.families import Family
from helpers.exam.seeds import generator
from helpers.exam.worded import BadItem, read_items

TRIALS = 20  # draws of a new family before it is believed


def read_folder(folder: Path, known: frozenset[str] = frozenset()) -> dict[str, Entry]:
    """Read all questions of a folder.

    Parameters
    ----------
    known
        Ids that are taken.

    Raises
    ------
    BadItem
        If a file or an item is not as it should be; the message names both.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise BadItem(f"there is no folder {folder}")
    files = sorted(f for f in folder.iterdir() if f.suffix in (".toml", ".py"))
    if not files:
        raise BadItem(f"{folder.name} holds no .toml and no .py file")
    found: dict[str, Entry] = {}
    for file in files:
        for entry in read_items(file) if file.suffix == ".toml" else _run(file):
            if entry.id in known | set(found):
                raise BadItem(f"{file.name}: there is an item {entry.id} already")
            found[entry.id] = entry
    return found


def _run(file: Path) -> list[Entry]:
    spec = importlib.util.spec_from_file_location(f"own_bank_{file.stem}", file)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise BadItem(f"{file.name} does not run: {type(error).__name__}: {error}") from error
    entries = []
    for family in getattr(module, "FAMILIES", ()):
        if not isinstance(family, Family):
            raise BadItem(f"{file.name}: FAMILIES holds a {type(family).__name__}, not a Family")
        entries.append(entry_of(family))
    for entry in getattr(module, "ENTRIES", ()):
        if not isinstance(entry, Entry):
            raise BadItem(f"{file.name}: ENTRIES holds a {type(entry).__name__}, not an Entry")
        entries.append(entry)
    if not entries:
        raise BadItem(f"{file.name} sets neither FAMILIES nor ENTRIES")
    for entry in entries:
        _try_out(file, entry)
    return entries


def _try_out(file: Path, entry: Entry) -> None:
    for seed in range(TRIALS):
        try:
            item, again = (entry.make(generator(str(seed), "A", entry.id), 0) for _ in range(2))
        except Exception as error:
            raise BadItem(
                f"{file.name}, item {entry.id}, seed {seed}: {type(error).__name__}: {error}"
            ) from error
        if item != again:
            raise BadItem(
                f"{file.name}, item {entry.id}, seed {seed}: the same seed gives two different "
                "questions; use the rng that is given to you"
            )
