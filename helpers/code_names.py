"""What the numbers mean: the file ``.types`` of the released programs.

It is a dict from the name of a code to its number, ``{"D_428.0": 0, "D_401.9": 1}``. The first
letter says what the code is: ``D_`` a diagnosis, ``R_`` a medication, ``P_`` a procedure. The
authors' script for MIMIC-III writes ICD-9 codes with their dot; this project writes keys
(:mod:`helpers.codes`), ``"D_ICD10CM:I509"``.
"""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from jaxtyping import Int

from helpers.code_lists import LARGEST, shown
from helpers.codes import dotted, key, looks_valid, normalize
from helpers.safe_pickle import load_pickle

PREFIXES = {"dx": "D_", "rx": "R_", "px": "P_"}
"""How the name of a code begins."""

MEANINGS = {
    "id": pl.Int64,
    "kind": pl.String,
    "system": pl.String,
    "code": pl.String,
    "description": pl.String,
}
"""Columns of what :func:`read_types` returns."""

ENOUGH = 0.95
"""Share of the names that must look like ICD codes, for them to be read as such."""

_KEY = re.compile(r"([A-Z][A-Z0-9_]*):(.*\S.*)")


def read_types(path: Path, system: str, per_kind: bool = False) -> pl.DataFrame:
    """Read what the ids mean; columns :data:`MEANINGS`.

    A name that holds a key means this key. Diagnoses whose names look like ICD codes with their
    dot are read as ICD-9 or ICD-10, whichever fits nearly all of them. Any other name is the
    code itself, in `system`.

    Parameters
    ----------
    per_kind
        True if diagnoses, medications and procedures are numbered each from 0, as in MiME.
        Otherwise a name without prefix is a diagnosis.

    Raises
    ------
    ValueError
        If the file is no dict from names to ids, gives an id to two names, or a code two ids.
    """
    names = _names(path, per_kind)
    bare = {place: _without_prefix(name, place[0]) for place, name in names.items()}
    icd = _icd_version([text for (kind, _), text in bare.items() if kind == "dx"])
    rows, seen = [], {}
    for (kind, number), text in bare.items():
        name = names[kind, number]
        row = (kind, *_meaning(text, name, icd if kind == "dx" else None, system))
        if row[:3] in seen:
            raise ValueError(f"{path.name}: {seen[row[:3]]!r} and {name!r} are one code ({path})")
        seen[row[:3]] = name
        rows.append((number, *row))
    return pl.DataFrame(rows, MEANINGS, orient="row")


def nameless(
    ids: Int[np.ndarray, " ids"], kind: str, system: str, prefix: str = ""
) -> pl.DataFrame:
    """Return the same for ids without names: they stand for themselves.

    Examples
    --------
    >>> nameless(np.array([17]), "rx", "MIME", "R_").rows()
    [(17, 'rx', 'MIME', 'R_17', 'rx 17')]
    """
    rows = [(i, kind, system, f"{prefix}{i}", f"{kind} {i}") for i in ids.tolist()]
    return pl.DataFrame(rows, MEANINGS, orient="row")


def used_names(
    named: pl.DataFrame, used: Int[np.ndarray, " ids"], path: Path, where: Callable[[int], str]
) -> pl.DataFrame:
    """Keep the meanings of the ids in use.

    Parameters
    ----------
    where
        Names the first place at which an id stands, for a message.

    Raises
    ------
    ValueError
        If an id has no name.
    """
    missing = np.setdiff1d(used, named["id"].to_numpy())
    if missing.size:
        raise ValueError(
            f"{where(int(missing[0]))}: the id {missing[0]} has no name in {path.name}, nor have "
            f"{missing.size:,} of {used.size:,} ids. Was it made with these visits? ({path})"
        )
    return named.filter(pl.col("id").is_in(used))


def name_of(kind: str, code_key: str) -> str:
    """Return the name under which a code is written.

    Examples
    --------
    >>> name_of("dx", "ICD10CM:I509")
    'D_ICD10CM:I509'
    """
    return PREFIXES[kind] + code_key


def _names(path: Path, per_kind: bool) -> dict[tuple[str, int], str]:
    """Read the names by kind and id, and look for what does not fit."""
    types = load_pickle(path)
    if not isinstance(types, dict) or not types:
        raise ValueError(f"{path.name} is {shown(types)}, not a dict from names to ids ({path})")
    names: dict[tuple[str, int], str] = {}
    taken: dict[object, str] = {}
    for name, number in types.items():
        kind = _checked_kind(name, number, per_kind, path)
        place = (kind, number) if per_kind else number
        if place in taken:
            raise ValueError(
                f"{path.name}: {taken[place]!r} and {name!r} both have the id {number} ({path})"
            )
        taken[place] = name
        names[kind, number] = _as_text(name)
    return names


def _checked_kind(name: object, number: object, per_kind: bool, path: Path) -> str:
    if isinstance(number, str) and isinstance(name, int):
        raise ValueError(
            f"{path.name} goes from ids to names. Turn it around: "
            f"{{name: number for number, name in types.items()}} ({path})"
        )
    if not isinstance(name, str) or not name.strip():
        raise ValueError(f"{path.name}: a name is text, not {shown(name)} ({path})")
    if type(number) is not int or not 0 <= number <= LARGEST:
        raise ValueError(f"{path.name}: {name!r} has the id {shown(number)} ({path})")
    kind = next((kind for kind, prefix in PREFIXES.items() if name.startswith(prefix)), None)
    if kind is None and per_kind:
        raise ValueError(
            f"{path.name}: {name!r} does not say what it is. Diagnoses, medications and procedures "
            f"have ids of their own: begin each name with D_, R_ or P_ ({path})"
        )
    return kind or "dx"


def _without_prefix(name: str, kind: str) -> str:
    return name.removeprefix(PREFIXES[kind]).strip() or name


def _meaning(text: str, name: str, icd: str | None, system: str) -> tuple[str, str, str | None]:
    if found := _KEY.fullmatch(text):
        return found[1], normalize(found[2], found[1]), None
    if icd and _is_dotted(text, icd):
        return icd, normalize(text, icd), None
    return system, name.strip(), text


def _icd_version(texts: list[str]) -> str | None:
    plain = [text for text in texts if not _KEY.fullmatch(text)]
    for system in ("ICD9CM", "ICD10CM"):
        if plain and sum(_is_dotted(t, system) for t in plain) >= ENOUGH * len(plain):
            return system
    return None


def _is_dotted(text: str, system: str) -> bool:
    """Say whether this is an ICD code as people write it, its dot in the right place."""
    code = normalize(text, system)
    return looks_valid(code, system) and dotted(key(system, code)) == text.upper()


def _as_text(name: str) -> str:
    """Undo what Python 2 does to letters outside of ASCII: UTF-8 that was read as latin1."""
    try:
        return name.encode("latin1").decode("utf-8")
    except UnicodeError:
        return name
