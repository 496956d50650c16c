"""Medical codes are text: keys, dots, and the tree above a code.

A code means nothing without its system: ``E8881`` is a fall in ICD-9-CM and the metabolic
syndrome in ICD-10-CM. A *key* therefore holds both, ``"ICD9CM:E8881"``. Inside the course codes
are upper case and without dots; :func:`dotted` writes the dot back for people to read.
"""

import re

ICD_SYSTEMS = ("ICD9CM", "ICD10CM", "ICD9PCS", "ICD10PCS")
"""ICD diagnoses (CM) and procedures (ICD9PCS is ICD-9-CM volume 3)."""

NAMES = ("GENERIC", "DRUGNAME")
"""Drugs by name: generic names, and names as a hospital's pharmacy writes them."""

_PATTERNS = {
    "ICD9CM": re.compile(r"\d{3,5}|V\d{2,4}|E\d{3,4}"),
    "ICD10CM": re.compile(r"[A-Z]\d[0-9A-Z]{1,5}"),
    "ICD9PCS": re.compile(r"\d{3,4}"),
    "ICD10PCS": re.compile(r"[0-9A-HJ-NP-Z]{3,7}"),
}


def key(system: str, code: str) -> str:
    """Join a system and a code that is already normalized.

    Examples
    --------
    >>> key("ICD10CM", "I509")
    'ICD10CM:I509'
    """
    return f"{system}:{code}"


def split_key(key: str) -> tuple[str, str]:
    """Take a key apart again; the code itself may hold a colon.

    Raises
    ------
    ValueError
        If there is no system in front of the code.

    Examples
    --------
    >>> split_key("ICD10CM:I509")
    ('ICD10CM', 'I509')
    """
    system, colon, code = key.partition(":")
    if not (colon and system and code):
        raise ValueError(f"{key!r} is not a key: write it as SYSTEM:CODE, e.g. 'ICD10CM:I509'")
    return system, code


def normalize(code: str, system: str) -> str:
    """Write a code the way the course stores it.

    ICD codes lose blanks and dots and become upper case. Drug names (systems :data:`NAMES`)
    become lower case with single blanks, so that ``" Aspirin EC"`` and ``"aspirin  ec"`` are one
    drug. Other systems only lose blanks at the ends. Digits are never touched: ``"0331"`` stays
    ``"0331"``.

    Examples
    --------
    >>> normalize(" i50.9", "ICD10CM")
    'I509'
    >>> normalize("0.9%  Sodium Chloride ", "DRUGNAME")
    '0.9% sodium chloride'
    """
    if not isinstance(code, str):
        raise ValueError(f"a code is text, got {code!r}: read code columns as text")
    if system in ICD_SYSTEMS:
        return code.strip().replace(".", "").upper()
    if system in NAMES:
        return " ".join(code.lower().split())
    return code.strip()


def looks_valid(code: str, system: str) -> bool:
    """Say whether a normalized code has the shape of its system.

    The shape only, not a look-up: ``"I999"`` looks valid though nobody defined it. Systems
    without a known shape accept every code that is not empty.

    Examples
    --------
    >>> looks_valid("0331", "ICD9CM"), looks_valid("31", "ICD9CM")
    (True, False)
    """
    pattern = _PATTERNS.get(system)
    return bool(code) if pattern is None else pattern.fullmatch(code) is not None


def category_length(code: str, system: str) -> int:
    """Count the characters in front of the dot.

    Three for diagnoses, but four for the E codes of ICD-9-CM (``E878.1``); two for ICD-9
    procedures (``88.56``). ICD-10 procedures have no dot, their first three characters
    (section, body system, operation) are their table.
    """
    if system == "ICD9CM" and code.startswith("E"):
        return 4
    return 2 if system == "ICD9PCS" else 3


def dotted(key: str) -> str:
    """Write the code of a key for people, with its dot and without its system.

    Examples
    --------
    >>> dotted("ICD10CM:I509"), dotted("ICD9CM:E8781"), dotted("ICD9PCS:8856")
    ('I50.9', 'E878.1', '88.56')
    >>> dotted("GENERIC:metoprolol")
    'metoprolol'
    """
    system, code = split_key(key)
    if system not in ICD_SYSTEMS or system == "ICD10PCS":
        return code
    cut = category_length(code, system)
    return f"{code[:cut]}.{code[cut:]}" if len(code) > cut else code


def roll_up(code: str, level: int = 0) -> str:
    """Climb to a coarser code: keep `level` characters after the dot.

    `code` is a key, or a code with its dot; codes of systems without a tree (drug names, SNOMED)
    come back unchanged, and so do codes that are already as coarse.

    Raises
    ------
    ValueError
        If `level` is negative, or if the text has neither a system nor a dot and is longer than
        a category: ``"E8781"`` could be cut in two places.

    Examples
    --------
    >>> roll_up("ICD9CM:25002"), roll_up("ICD9CM:25002", level=1)
    ('ICD9CM:250', 'ICD9CM:2500')
    >>> roll_up("E878.1"), roll_up("250.02", level=1), roll_up("042")
    ('E878', '250.0', '042')
    """
    if level < 0:
        raise ValueError(f"level counts characters after the dot, so it is 0 or more, not {level}")
    if ":" not in code:
        return _roll_up_dotted(code, level)
    system, text = split_key(code)
    if system not in ICD_SYSTEMS:
        return code
    return key(system, text[: category_length(text, system) + level])


def _roll_up_dotted(code: str, level: int) -> str:
    front, dot, after = code.partition(".")
    if not dot and len(code) > 3:
        raise ValueError(f"{code!r} has no system and no dot: write a key or the dotted code")
    return f"{front}.{after[:level]}" if after and level else front
