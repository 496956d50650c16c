"""The ICD tree above a code, and tables of the nodes on the way up.

The tree is read off the codes themselves: ``I25.10`` lies below ``I25.1``, below ``I25``, below
the letter ``I``, below the root. GRAM (Choi et al. 2017) takes the multi-level CCS instead, whose
groups are drawn by hand; a letter is only nearly a chapter of ICD-10.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int

from helpers.codes import ICD_SYSTEMS, category_length, split_key

Path = tuple[str, ...]


def ancestors(key: str) -> Path:
    """Return the nodes from a code up to the root; the code itself is the first.

    A node above the category, such as the letter, has its own shorter path.

    Raises
    ------
    ValueError
        If the code is of a system without a tree, such as a drug name.

    Examples
    --------
    >>> ancestors("ICD10CM:I2510")
    ('ICD10CM:I2510', 'ICD10CM:I251', 'ICD10CM:I25', 'ICD10CM:I', 'ICD10CM')
    """
    system, code = split_key(key)
    if system not in ICD_SYSTEMS:
        raise ValueError(f"{key!r} has no ancestors: {system} is a list, not a tree")
    category = category_length(code, system)
    lengths = [len(code), *range(len(code) - 1, category - 1, -1), 1]
    return (*dict.fromkeys(f"{system}:{code[:length]}" for length in lengths), system)


def deal_paths(paths: Sequence[Path], rng: np.random.Generator) -> list[Path]:
    """Give every leaf the ancestors of another leaf, drawn at random: a tree that tells nothing.

    Every path above a leaf is dealt out once, so the tree keeps its shape.

    Examples
    --------
    >>> deal_paths([("a", "x"), ("b", "y"), ("c", "y")], np.random.default_rng(1))
    [('a', 'x'), ('b', 'y'), ('c', 'y')]
    """
    order = rng.permutation(len(paths))
    return [(path[0], *paths[other][1:]) for path, other in zip(paths, order, strict=True)]


@dataclass(frozen=True, eq=False)
class Ancestry:
    """The paths of all codes as one table of numbers.

    Parameters
    ----------
    nodes
        All nodes on any path, sorted.
    ids
        Row by row the nodes of a path, the leaf first; what follows the root is padding.
    mask
        True for a node, False for padding.
    """

    nodes: Path
    ids: Int[np.ndarray, "codes depth"]
    mask: Bool[np.ndarray, "codes depth"]

    @classmethod
    def of(cls, paths: Sequence[Path]) -> "Ancestry":
        """Give every node of these paths a number.

        Raises
        ------
        ValueError
            If there is no path, or an empty one.

        Examples
        --------
        >>> Ancestry.of([("a", "root"), ("b", "B", "root")]).ids
        array([[1, 3, 0],
               [2, 0, 3]])
        """
        if not paths or not all(paths):
            raise ValueError("a code has at least itself on its path; got none")
        nodes = tuple(sorted({node for path in paths for node in path}))
        place = {node: i for i, node in enumerate(nodes)}
        depth = np.array([len(path) for path in paths])
        mask = np.arange(depth.max()) < depth[:, None]
        ids = np.zeros(mask.shape, int)
        ids[mask] = [place[node] for path in paths for node in path]
        return cls(nodes, ids, mask)
