"""Run rivals in turns on one thread, and set their time beside their quality."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


@dataclass
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


def race(title: str, rivals: list[Rival], rounds: int = 3, baseline: str | None = None) -> None:
    """Give every rival `rounds` turns, interleaved, and print a table.

    The ratio is how many times longer the median of the first rival of the name `baseline` is,
    with the smallest and the largest ratio within a round.
    """
    print(f"\n{title}")
    for _ in range(rounds):
        for rival in rivals:
            rival.turn()
    base = next((r for r in rivals if r.name == (baseline or rivals[0].name)), rivals[0])
    base = _best(rivals, base.name)
    for rival in rivals:
        ratios = [a / b for a, b in zip(base.seconds, rival.seconds, strict=True)]
        quality = "  ".join(f"{name} {value:.4f}" for name, value in rival.quality.items())
        print(
            f"  {rival.name:24s} {rival.setting:14s} {rival.median:8.3f} CPU s  "
            f"x{base.median / rival.median:7.2f} ({min(ratios):.2f}-{max(ratios):.2f})  {quality}"
        )
    print(f"  ratios against: {base.name} {base.setting}", flush=True)


def _best(rivals: list[Rival], name: str) -> Rival:
    """Return the setting with the lowest held-out loss, of the rivals of this name."""
    same = [rival for rival in rivals if rival.name == name]
    return min(same, key=lambda rival: rival.quality.get("held-out loss", 0.0))
