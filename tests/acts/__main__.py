"""Does the record hold after every one of many random acts?"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from app.store import migrations
from tests.acts.at_once import play_at_once
from tests.acts.play import Broken, Played, play


def main() -> int:
    """Plays the seeds one after another, says what broke, and counts what was done and refused."""
    options = _options()
    started, broken = time.monotonic(), 0
    total = Played()
    with tempfile.TemporaryDirectory() as folder:
        empty, played = Path(folder, "empty.db"), Path(folder, "played.db")
        migrations.upgrade(f"sqlite:///{empty}")
        for seed in range(options.first, options.first + options.seeds):
            for left in Path(folder).glob("played.db*"):
                left.unlink()
            shutil.copy(empty, played)
            try:
                found = _played(f"sqlite:///{played}", seed, options)
            except Broken as fault:
                broken += 1
                _say(str(fault))
            else:
                total.done += found.done
                total.refused += found.refused
    _say(_table(total.done, "done"))
    _say(_table(total.refused, "refused"))
    _say(f"{options.seeds} seeds of {options.acts} acts, {broken} broken, {time.monotonic() - started:.0f} s")
    return 1 if broken else 0


def _played(url: str, seed: int, options: argparse.Namespace) -> Played:
    if options.at_once > 1:
        return play_at_once(url, seed, options.acts // options.at_once, options.at_once)
    return play(url, seed, options.acts, options.every, options.back)


def _table(counts: Counter[str], what: str) -> str:
    return "\n".join([f"{sum(counts.values()):>8,} {what}", *(f"{counts[one]:>8,}   {one}" for one in sorted(counts))])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.acts", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--acts", type=int, default=250, help="acts of each seed")
    parser.add_argument("--every", type=int, default=1, help="look at the whole record after every so many acts")
    parser.add_argument("--back", type=float, default=0.0, help="share of acts before which the clock is set back")
    parser.add_argument("--at-once", type=int, default=1, help="people who act at the same moment")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
