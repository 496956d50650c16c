"""From a marked paper to what to repair: sections, ideas behind mistakes, three things to do.

One wrong answer is a slip until another of the same idea joins it. The rule of two hits, and two
fifths of what was offered, was tried on simulated students (``tests/exam/test_diagnosis.py``).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from helpers.exam.blueprint import PREREQUISITE, TOPICS
from helpers.exam.forms import clusters_offered
from helpers.exam.items import Item
from helpers.exam.marking import Mark
from helpers.exam.misconceptions import CLUSTERS, cluster_of

HITS = 2  # wrong answers of one cluster that make a flag
SHARE = 0.4  # of the answered items that offered the cluster
REPAIRS = 3
NEEDED = 2  # right answers to three new questions that make a repair done
SLOW = 2.0  # times the planned minutes


@dataclass(frozen=True)
class Answered:
    """An item with what became of it.

    Parameters
    ----------
    number
        In the paper, from 1.
    minutes
        Spent on it; None where nobody looked at the clock.
    sure
        Whether the learner was sure of the answer; None where not asked.
    """

    number: int
    item: Item
    mark: Mark
    minutes: float | None = None
    sure: bool | None = None


@dataclass(frozen=True)
class Cluster:
    """How an idea behind mistakes fared: ``flag``, ``watch`` or ``clear``, and which items tell."""

    id: str
    state: str
    hits: tuple[int, ...]
    offered: int


@dataclass(frozen=True)
class Section:
    """Points of a lesson's section; the score leans to one half, so one item says little."""

    lesson: str
    section: int
    points: float
    possible: int

    @property
    def score(self) -> float:
        """``(points + 1) / (possible + 2)``."""
        return (self.points + 1) / (self.possible + 2)


@dataclass(frozen=True)
class Repair:
    """What to do: where to read, why, and which questions to try again."""

    lesson: str
    section: int
    evidence: str
    advice: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Diagnosis:
    """What a paper tells about who answered it.

    Parameters
    ----------
    points, possible
        Of all items that were marked; an essay waits for a person.
    sections
        Weakest first.
    clusters
        Flags first.
    repairs
        At most three.
    drill, explain
        Numbers of items that were right and slow, right and unsure.
    trustworthy
        False for a paper too short to diagnose from: then the clusters say "watch" at most.
    """

    points: float
    possible: int
    sections: tuple[Section, ...]
    clusters: tuple[Cluster, ...]
    repairs: tuple[Repair, ...]
    drill: tuple[int, ...]
    explain: tuple[int, ...]
    trustworthy: bool


LEAST_ITEMS = 20


def diagnose(answers: Sequence[Answered]) -> Diagnosis:
    """Read a marked paper.

    A blank adds to its section's points and to no mistake: not knowing is not believing.
    """
    marked = [a for a in answers if a.mark.points is not None]
    trustworthy = sum(not a.mark.blank for a in marked) >= LEAST_ITEMS
    clusters = _clusters(marked, trustworthy)
    sections = _sections(marked)
    right = [a for a in marked if a.mark.right]
    return Diagnosis(
        points=sum(a.mark.points for a in marked),
        possible=sum(a.item.points for a in marked),
        sections=sections,
        clusters=clusters,
        repairs=_repairs(marked, clusters),
        drill=tuple(a.number for a in right if _slow(a)),
        explain=tuple(a.number for a in right if a.sure is False),
        trustworthy=trustworthy,
    )


@dataclass(frozen=True)
class Outcome:
    """What became of a repair: how many of its new questions were right."""

    repair: Repair
    right: int
    asked: int

    @property
    def done(self) -> bool:
        """Two of three right; all of them where there are fewer."""
        return self.right >= min(NEEDED, self.asked) > 0


def outcomes(
    repairs: Sequence[Repair], letters: Sequence[str], answers: Sequence[Answered]
) -> list[Outcome]:
    """Say which repairs are done; the letter of a question is the number of its repair."""
    found = []
    for number, repair in enumerate(repairs, 1):
        mine = [a for a, part in zip(answers, letters, strict=True) if part == str(number)]
        found.append(Outcome(repair, sum(a.mark.right for a in mine), len(mine)))
    return found


def hits_of(answer: Answered) -> set[str]:
    """Return the clusters of the mistakes in one answer."""
    return {cluster_of(mistake) for mistake in answer.mark.mistakes}


def _slow(answer: Answered) -> bool:
    return answer.minutes is not None and answer.minutes > SLOW * answer.item.points


def _clusters(marked: Sequence[Answered], trustworthy: bool) -> tuple[Cluster, ...]:
    found = []
    for id_ in CLUSTERS:
        offered = [a for a in marked if not a.mark.blank and id_ in clusters_offered(a.item)]
        hits = tuple(a.number for a in offered if id_ in hits_of(a))
        flag = trustworthy and len(hits) >= HITS and len(hits) >= SHARE * len(offered)
        state = "flag" if flag else "watch" if hits else "clear"
        found.append(Cluster(id_, state, hits, len(offered)))
    order = {"flag": 0, "watch": 1, "clear": 2}
    return tuple(sorted(found, key=lambda c: (order[c.state], -len(c.hits))))


def _sections(marked: Sequence[Answered]) -> tuple[Section, ...]:
    points, possible = defaultdict(float), defaultdict(int)
    for a in marked:
        place = a.item.lesson, a.item.section
        points[place] += a.mark.points
        possible[place] += a.item.points
    sections = [Section(*place, points[place], possible[place]) for place in possible]
    return tuple(sorted(sections, key=lambda s: (s.score, s.lesson, s.section)))


def _repairs(marked: Sequence[Answered], clusters: Sequence[Cluster]) -> tuple[Repair, ...]:
    """Choose flags first, by what they cost; then the sections that lost most.

    A flag sends to a home of its idea, if possible to one where a wrong answer came from: what is
    tried there shows the idea, which a section where it happened to be met may not.
    """
    repairs: list[Repair] = []
    by_number = {a.number: a for a in marked}
    flags = [c for c in clusters if c.state == "flag"]
    for cluster in sorted(flags, key=lambda c: -_cost([by_number[n] for n in c.hits])):
        hits = [by_number[n] for n in cluster.hits]
        homes = CLUSTERS[cluster.id].review
        met = {(a.item.lesson, a.item.section) for a in hits}
        home = next((place for place in homes if place in met), homes[0])
        numbers = " and ".join(", ".join(map(str, cluster.hits)).rsplit(", ", 1))
        repairs.append(
            Repair(
                *home,
                f"Questions {numbers}: {CLUSTERS[cluster.id].idea}.",
                CLUSTERS[cluster.id].advice,
                tuple(a.item.id for a in hits),
            )
        )
    explained = {n for c in flags for n in c.hits}
    lost = defaultdict(list)
    for a in marked:
        if not a.mark.right and a.number not in explained:
            lost[a.item.lesson, a.item.section].append(a)
    for (lesson, section), some in sorted(lost.items(), key=lambda entry: -_cost(entry[1])):
        numbers = ", ".join(str(a.number) for a in some)
        blank = sum(a.mark.blank for a in some)
        how = "left open" if blank == len(some) else "not right"
        repairs.append(
            Repair(
                lesson,
                section,
                f"{'Questions' if len(some) > 1 else 'Question'} {numbers}: {how}.",
                "Read the section again.",
                tuple(a.item.id for a in some),
            )
        )
    return tuple(repairs[:REPAIRS])


def _cost(some: Sequence[Answered]) -> float:
    """Weigh lost points: by the topic's share of the paper, more where a later topic needs it."""
    total = 0.0
    for a in some:
        topic = TOPICS[a.item.topic - 1]
        bonus = 1.5 if a.item.topic in PREREQUISITE else 1.0
        wrong_and_sure = 2.0 if a.sure and not a.mark.blank else 1.0
        lost = a.item.points - a.mark.points
        total += lost * sum(topic.points) * bonus * wrong_and_sure
    return total
