"""What a paper asks: how many points on which topic, at which level, in which kind of question."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from helpers.exam.items import LEVELS


@dataclass(frozen=True)
class Topic:
    """A row of the blueprint: a title, its lessons, and points for each of `LEVELS`."""

    title: str
    lessons: tuple[str, ...]
    points: tuple[int, ...]


TOPICS: tuple[Topic, ...] = (
    Topic("One-hot, similarity, PCA and SVD", ("01", "02"), (1, 2, 5, 2, 0)),
    Topic("Skip-gram, CBOW, negative sampling", ("03", "04"), (1, 3, 7, 3, 0)),
    Topic("Counts, GloVe, FastText", ("05",), (0, 2, 3, 0, 0)),
    Topic("Contextual vectors and documents", ("06", "07"), (1, 3, 2, 1, 0)),
    Topic("Seeing and measuring", ("08",), (0, 1, 3, 2, 2)),
    Topic("Health records and codes", ("09", "10"), (1, 2, 3, 2, 0)),
    Topic("Med2Vec", ("11",), (1, 2, 5, 1, 0)),
    Topic("MiME", ("12",), (1, 1, 4, 2, 0)),
    Topic("Heart failure with few labels", ("13",), (0, 1, 2, 1, 2)),
    Topic("Entities, images, graphs, trees", ("14", "15", "17"), (1, 2, 1, 1, 0)),
)
"""Topics are numbered from 1. All points add up to 80."""

PREREQUISITE = {1, 2, 5, 6, 7, 8}
"""Topics that a later one builds on."""


@dataclass(frozen=True)
class Part:
    """A section of the paper: `count` items of these kinds, worth `points` each.

    With a `spread` of 1 single items may be worth one point more or less; the sum stays.
    """

    letter: str
    title: str
    kinds: tuple[str, ...]
    count: int
    points: int
    spread: int = 0


FULL = (
    Part("A", "One right answer", ("single",), 14, 1),
    Part("B", "True or false, each on its own", ("multi",), 5, 2),
    Part("C", "Compute", ("numeric", "shape"), 8, 3, spread=1),
    Part("D", "Step by step", ("steps",), 2, 5),
    Part("E", "What does the program do", ("trace",), 1, 4),
    Part("E", "Find the mistake", ("bug",), 1, 5),
    Part("F", "Read a figure", ("plot",), 1, 5),
    Part("G", "Judge a claim", ("essay",), 1, 8),
)
HALF = (
    Part("A", "One right answer", ("single",), 7, 1),
    Part("B", "True or false, each on its own", ("multi",), 2, 2),
    Part("C", "Compute", ("numeric", "shape"), 4, 3, spread=1),
    Part("D", "Step by step", ("steps",), 1, 5),
    Part("E", "What does the program do", ("trace",), 1, 4),
    Part("F", "Read a figure", ("plot",), 1, 4),
    Part("G", "Judge a claim", ("essay",), 1, 4),
)
QUIZ = (
    Part("A", "One right answer", ("single",), 5, 1),
    Part("B", "True or false, each on its own", ("multi",), 1, 2),
    Part("C", "Compute", ("numeric", "shape"), 4, 2, spread=1),
)


MOCKS: dict[int, tuple[Part, ...]] = {
    10: (
        Part("A", "One right answer", ("single",), 4, 1),
        Part("B", "True or false, each on its own", ("multi",), 2, 2),
        Part("C", "Compute", ("numeric", "shape"), 3, 3, spread=1),
        Part("D", "Step by step", ("steps",), 1, 5),
    ),
    20: (
        Part("A", "One right answer", ("single",), 7, 1),
        Part("B", "True or false, each on its own", ("multi",), 5, 2),
        Part("C", "Compute", ("numeric", "shape"), 6, 3, spread=1),
        Part("D", "Step by step", ("steps",), 1, 5),
        Part("E", "What does the program do", ("trace",), 1, 4),
    ),
    33: FULL,
}
"""Mock exams by their number of items; those of 10 and 20 are marked without a person."""


@dataclass(frozen=True)
class Blueprint:
    """The plan of a paper.

    Parameters
    ----------
    parts
        In the order of the paper.
    topics
        Points wanted, a row a topic and a column a level.
    slack
        By how many points the sum of a topic or of a level may miss the plan.
    keeps
        What must be met: ``"all"``, parts and sums; ``"points"``, those of the whole; ``"items"``,
        how many there are in each part. The rest is met as well as the bank allows.
    offered
        How many items must offer each cluster of mistakes; none offers more than half of them.
    """

    parts: tuple[Part, ...]
    topics: Float[np.ndarray, "topics levels"]
    slack: float
    keeps: str
    offered: int

    @property
    def points(self) -> int:
        """Of the whole paper, and its planned minutes."""
        return sum(part.count * part.points for part in self.parts)


def table() -> Float[np.ndarray, "topics levels"]:
    """Return the points of the full paper, a row a topic and a column a level."""
    return np.array([topic.points for topic in TOPICS], float)


def core_only(points: Float[np.ndarray, "topics levels"]) -> Float[np.ndarray, "topics levels"]:
    """Ask the electives only for what their exam cards hold.

    Topics 3, 4 and 10 keep what is to be remembered and understood. Their other points go to
    skip-gram, Med2Vec and MiME, in proportion to what these have already.
    """
    points = points.copy()
    electives, core = [2, 3, 9], [1, 6, 7]
    upper = slice(LEVELS.index("Ap"), None)
    moved = points[electives, upper].sum(axis=0)
    points[electives, upper] = 0
    share = points[core].sum(axis=1) / points[core].sum()
    points[core, upper] += share[:, None] * moved
    return points


def plan(minutes: int = 80, topics: list[int] | None = None, *, core: bool = False) -> Blueprint:
    """Plan a paper; one point is meant to cost one minute.

    Parameters
    ----------
    minutes
        80, 40 and 15 are set papers; another length takes the shares of the nearest.
    topics
        Numbers of the topics to ask about, from 1; all when not given.
    core
        Ask the electives only for what their exam cards hold.

    Raises
    ------
    ValueError
        If there is no such topic, or the time is too short for any paper.
    """
    points = core_only(table()) if core else table()
    if topics is not None:
        unknown = [t for t in topics if not 1 <= t <= len(TOPICS)]
        if unknown or not topics:
            raise ValueError(f"topics are numbered 1 to {len(TOPICS)}, not {unknown or topics}")
        left_out = np.setdiff1d(np.arange(len(TOPICS)), np.array(topics) - 1)
        points[left_out] = 0
    if not 5 <= minutes <= 180:
        raise ValueError(f"a paper takes 5 to 180 minutes, not {minutes}")
    set_papers = {80: FULL, 40: HALF, 15: QUIZ}
    return Blueprint(
        set_papers.get(minutes) or _parts(minutes),
        points * minutes / points.sum(),
        slack=1 if minutes == 80 else 3,
        keeps="all" if topics is None and minutes in set_papers else "points",
        offered=5 if topics is None and minutes == 80 else 0,
    )


def mock_plan(items: int, topics: list[int] | None = None) -> Blueprint:
    """Plan a mock exam of 10, 20 or 33 items; from 20 on it can be diagnosed.

    Raises
    ------
    ValueError
        If there is no mock of this size.
    """
    if items not in MOCKS:
        raise ValueError(f"a mock has {', '.join(map(str, MOCKS))} items, not {items}")
    if items == 33 and topics is None:
        return plan(80)
    blueprint = plan(80, topics)
    wanted = blueprint.topics * _points(MOCKS[items]) / 80
    offered = 5 if items == 20 and topics is None else 0
    return Blueprint(MOCKS[items], wanted, slack=1, keeps="items", offered=offered)


def _parts(minutes: int) -> tuple[Part, ...]:
    """Scale the nearest set paper, and fill up with single choices."""
    model = min((QUIZ, HALF, FULL), key=lambda parts: abs(minutes - _points(parts)))
    scale = minutes / _points(model)
    parts = [replace(part, count=int(part.count * scale + 0.5)) for part in model]
    while _points(parts) > minutes:
        i = max(range(len(parts)), key=lambda i: (parts[i].count > 0, parts[i].points))
        parts[i] = replace(parts[i], count=parts[i].count - 1)
    parts[0] = replace(parts[0], count=parts[0].count + minutes - _points(parts))
    return tuple(part for part in parts if part.count)


def _points(parts) -> int:
    return sum(part.count * part.points for part in parts)
