"""Run rivals in turns on one thread, and set their time beside their quality."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


@dataclass(eq=False)
class Rival:
    """One program: `run` does the timed work, `judge` measures what came out, untimed.

    Several settings of a program are several rivals with the same `name`.
    """

    name: str
    setting: str
    run: Callable[[], object]
    judge: Callable[[object], dict[str, float]]
    seconds: list[float] = field(default_factory=list)
    quality: dict[str, float] = field(default_factory=dict)

    def turn(self) -> None:
        """Run once more, and add the CPU seconds."""
        start = time.process_time()
        answer = self.run()
        self.seconds.append(time.process_time() - start)
        self.quality = self.judge(answer)

    @property
    def median(self) -> float:
        """Median of the CPU seconds so far."""
        return float(np.median(self.seconds))


def race(title: str, rivals: list[Rival], rounds: int = 3) -> None:
    """Give the rivals turns, interleaved, and print a table.

    After the first round only the best setting of each name goes on, by held-out loss, or else by
    neighbors or misspellings found. The ratio is how many times longer the first name takes: of
    medians, and in brackets the smallest and the largest of a round.
    """
    print(f"\n{title}", flush=True)
    for rival in rivals:
        rival.turn()
    finalists = [best(rivals, name) for name in dict.fromkeys(rival.name for rival in rivals)]
    for _ in range(rounds - 1):
        for rival in finalists:
            rival.turn()
    for rival in rivals:
        quality = "  ".join(f"{name} {value:.4f}" for name, value in rival.quality.items())
        ratio = "" if rival not in finalists else against(finalists[0], rival)
        took = f"{rival.name:22s} {rival.setting:12s} {rival.median:8.3f} CPU s"
        print(f"  {took} {ratio:22s} {quality}", flush=True)


def against(base: Rival, rival: Rival) -> str:
    """Return the ratio of medians and the range of the ratios of the rounds."""
    ratios = [a / b for a, b in zip(base.seconds, rival.seconds, strict=True)]
    return f"x{base.median / rival.median:.2f} ({min(ratios):.2f}-{max(ratios):.2f})"


def best(rivals: list[Rival], name: str) -> Rival:
    """Return the best setting of the rivals of this name."""
    same = [rival for rival in rivals if rival.name == name]

    def badness(rival):
        shares = (rival.quality.get(name, 0.0) for name in ("neighbors", "misspellings"))
        return rival.quality.get("held-out loss", -max(shares))

    return min(same, key=badness)
