"""Tell whether everything is here that the lessons need, in the pinned versions."""

import re
from importlib import metadata
from pathlib import Path

REQUIREMENTS = Path(__file__).parents[1] / "requirements.txt"


def pinned() -> dict[str, str]:
    """Return the pinned version of each package that the lessons themselves need."""
    text = REQUIREMENTS.read_text(encoding="utf-8").split("# To test")[0]
    return dict(re.findall(r"^([\w-]+)==([\w.]+)$", text, re.MULTILINE))


def compare(package: str, version: str) -> str:
    """Say in a few words how an installed package compares with its pin."""
    try:
        found = metadata.version(package)
    except metadata.PackageNotFoundError:
        return "missing"
    plain = found.split("+")[0]  # torch writes 2.13.0+cpu for the same release
    return "as pinned" if plain == version else f"differs: {found} is installed"


def report() -> bool:
    """Print one line a package and what to do; return whether all is well."""
    lines = {package: compare(package, version) for package, version in pinned().items()}
    for package, version in pinned().items():
        print(f"{package:<14} {version:<8} {lines[package]}")
    missing = [package for package, line in lines.items() if line == "missing"]
    others = [package for package, line in lines.items() if line.startswith("differs")]
    if missing:
        print(f"Missing: {', '.join(missing)}. Leave JupyterLab and run python3 start.py.")
    elif others:
        print("Other versions usually work; numbers may differ in the last digits.")
    else:
        print("All is well.")
    return not missing
