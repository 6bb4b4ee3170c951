"""How does the feed hold under the full load? A million rows, fifty thousand events of sets, a thousand readers."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.databases import running_postgresql
from tests.faults.serving import serving
from tests.faults.ward import a_ward
from tests.feedload.load import Outcome, a_place, through_the_store
from tests.feedload.service import through_the_service
from tests.feedload.streams import a_thousand

PROCESSES = 4
PATIENTS = 320
EVENTS_OF_A_SET = 3


def main() -> int:
    """Runs the parts that were asked for; 0 when nothing was missed, and the control missed something."""
    asked = argparse.ArgumentParser(prog="python -m tests.feedload", description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--events", type=int, default=50_000)
    asked.add_argument("--readers", type=int, default=950)
    asked.add_argument("--deaf", type=int, default=50)
    asked.add_argument("--sets", type=int, default=200)
    given = asked.parse_args()
    failed = 0
    with running_postgresql() as server:
        if given.rows:
            url = server.migrated()
            failed += _judge("store", through_the_store(url, [a_place(url)], given.rows, PROCESSES, 200), given.rows)
        if given.events:
            ward = a_ward(server.migrated(), PATIENTS)
            sets = given.events // EVENTS_OF_A_SET
            failed += _judge("service", through_the_service(ward, sets, PROCESSES), given.events, control=False)
        if given.readers:
            failed += _streams(server.migrated(), given.readers, given.deaf, given.sets)
    return 1 if failed else 0


def _judge(name: str, outcome: Outcome, least: int, *, control: bool = True) -> bool:
    """Says how it ended; True when it ended badly, or fewer than `least` were written."""
    _say(f"{name}: {outcome.sentence}")
    whole = least <= outcome.committed == outcome.seen.events and outcome.seen.missed == outcome.seen.out_of_order == 0
    return not whole or (control and not all(outcome.naive_missed.values()))


def _streams(url: str, readers: int, deaf: int, sets: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        ward = a_ward(url, 16)
        with serving(ward.url, Path(folder)) as server:
            figures = a_thousand(server, ward, readers, deaf, sets, 0.1)
    _say(f"streams: {figures.sentence}")
    return (figures.complete, figures.disorders, figures.dropped) != (readers, 0, deaf)


def _say(text: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
