"""Does the second evaluator agree with the program on the grid and on a million random contexts?"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing import Pool

from tests.second.compare import COMPARED, Difference, differences, smallest
from tests.second.contexts import context
from tests.second.grid import contexts as grid

CHUNK = 1000
SHOWN = 5
EVERY = 10.0
"""Seconds between two lines of progress."""


@dataclass
class Tally:
    """What has been compared so far; the first few differences are kept whole."""

    wanted: int
    contexts: int = 0
    differences: int = 0
    shown: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    said: float = 0.0

    def add(self, contexts: int, differences: int, told: list[str]) -> None:
        self.contexts += contexts
        self.differences += differences
        for text in told:
            if len(self.shown) < SHOWN:
                self.shown.append(text)
                _say(text)
        if time.monotonic() - self.said > EVERY or self.contexts == self.wanted:
            self.said = time.monotonic()
            rate = self.contexts / (self.said - self.started)
            _say(
                f"{self.contexts:>9,} of {self.wanted:,} contexts, {self.differences} differences, {rate:,.0f} a second"
            )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _compare(work: tuple[int, int, int]) -> tuple[int, int, list[str]]:
    """One chunk of random contexts: how many, how many differ, and the smallest of the first that do."""
    seed, first, count = work
    found = [one for index in range(first, first + count) for one in differences(context(seed, index))]
    return count, len(found), _told(found)


def _compare_grid(part: tuple[int, int]) -> tuple[int, int, list[str]]:
    """Every so many-th context of the grid, starting with one of them."""
    own = list(grid())[part[0] :: part[1]]
    found = [one for each in own for one in differences(each)]
    return len(own), len(found), _told(found)


def _told(found: list[Difference]) -> list[str]:
    """At most one per protocol: the rest of a chunk mostly says the same."""
    first = {one.protocol: one for one in reversed(found)}
    return [smallest(one).told() for one in first.values()]


def _chunks(seed: int, contexts: int) -> Iterator[tuple[int, int, int]]:
    for first in range(0, contexts, CHUNK):
        yield seed, first, min(CHUNK, contexts - first)


def main() -> int:
    """0 when nothing differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.second", description=__doc__)
    parser.add_argument("--contexts", type=int, default=1_000_000, help="random contexts (default: a million)")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another million")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    on_grid = sum(1 for _ in grid())
    tally = Tally(on_grid + asked.contexts)
    _say(f"{on_grid:,} contexts of the boundary grid and {asked.contexts:,} random ones (seed {asked.seed}),")
    _say(f"each under {', '.join(COMPARED)}")
    with Pool(asked.processes) as pool:
        for result in pool.imap_unordered(_compare_grid, [(part, asked.processes) for part in range(asked.processes)]):
            tally.add(*result)
        for result in pool.imap_unordered(_compare, _chunks(asked.seed, asked.contexts)):
            tally.add(*result)
    seconds = time.monotonic() - tally.started
    _say(
        f"{tally.contexts:,} contexts compared under {len(COMPARED)} protocols "
        f"({tally.contexts * len(COMPARED):,} decisions), {tally.differences} differences, {seconds:.0f} s"
    )
    return 1 if tally.differences else 0


if __name__ == "__main__":
    sys.exit(main())
