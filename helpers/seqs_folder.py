"""Which files belong together: the released programs know them by their endings.

One name, several endings: ``sample.seqs`` holds the visits, ``sample.types`` the names of the
codes, ``sample.labels`` the labels of MiME, ``sample.demo`` the demographics of Med2Vec, and
``sample.3digitICD9.seqs`` (anything may stand between the dots) the same visits in grouped codes.
Each may be gzipped, with ``.gz`` behind.
"""

from pathlib import Path

SEQS = (".seqs", ".seqs.gz")


def find_seqs(path: str | Path) -> Path:
    """Return the file of visits that is meant by a file or by the folder it lies in.

    Raises
    ------
    FileNotFoundError
        If there is no such file or folder, or no file of visits in it.
    ValueError
        If there are several that may be meant.
    """
    path = Path(path).expanduser()
    if path.is_file():
        return path
    if not path.is_dir():
        raise FileNotFoundError(f"{path} does not exist")
    every = [file for file in sorted(path.iterdir()) if file.name.endswith(SEQS)]
    stems = {stem(file) for file in every}
    found = [file for file in every if not any(_is_below(stem(file), other) for other in stems)]
    if not found:
        there = ", ".join(sorted(entry.name for entry in path.iterdir())[:10]) or "nothing"
        raise FileNotFoundError(f"no file that ends with .seqs in {path}; it holds {there}")
    if len(found) > 1:
        names = ", ".join(file.name for file in found)
        raise ValueError(f"several files of visits in {path}: {names}. Give the path of one")
    return found[0]


def stem(seqs: Path) -> str:
    """Return the name that the files share: all in front of the last ending."""
    return seqs.name.removesuffix(".gz").rpartition(".")[0] or seqs.name


def companion(seqs: Path, ending: str) -> Path | None:
    """Return the file of the same name with another ending, such as ``".types"``, or None."""
    names = (f"{stem(seqs)}{ending}", f"{stem(seqs)}{ending}.gz")
    return next((seqs.with_name(name) for name in names if seqs.with_name(name).is_file()), None)


def grouped_seqs(seqs: Path) -> list[Path]:
    """Return the files that hold the same visits in grouped codes."""
    files = (file for file in seqs.parent.iterdir() if file.name.endswith(SEQS))
    return sorted(file for file in files if _is_below(stem(file), stem(seqs)))


def _is_below(name: str, other: str) -> bool:
    return name.startswith(f"{other}.")
