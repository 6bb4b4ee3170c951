"""How fast is Doseward beside the least that could do the same?

    python -m bench [--quick] [--rounds N] [--clients N] [--json FILE]

Ends with 1 when a goal was missed, unless it was quick: a few rounds prove nothing.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import orjson
from rich.console import Console

from app.protocols.library import load
from bench import asking, copies, servers
from bench.charted import Charted, chart, utc_now
from bench.deciding import decision_seconds
from bench.places import POSTGRESQL, SQLITE, Places, places
from bench.plans import Plan, plans
from bench.report import Results, show
from bench.rounds import Outcome, Variant, run

COURSES = 100
"""Patients in a house; each gets one set per volley."""

BOARDS = 10
ROUNDS, QUICK_ROUNDS = 9, 2
SIZES, QUICK_SIZES = (10_000, 1_000_000), (10_000, 100_000)
FIGURE = "labs"
WIDTH = 120


def main() -> int:
    """Measures everything and prints it."""
    wanted = _arguments()
    logging.disable(logging.INFO)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers and databases are cleared away
    console = Console(stderr=True)

    def say(sentence: str) -> None:
        console.print(sentence, style="dim", highlight=False)

    rounds = wanted.rounds or (QUICK_ROUNDS if wanted.quick else ROUNDS)
    with tempfile.TemporaryDirectory(prefix="doseward-bench-") as name:
        folder = Path(name)
        say("timing the engine")
        decisions = decision_seconds(utc_now())
        say("charting a patient")
        charted = chart(folder, utc_now())
        with places(folder) as found:
            found_plans = {size: _plans(found, charted, size, say) for size in _sizes(wanted)}
            outcomes = _requests(found, charted, rounds, wanted.clients, say)
    results = Results(rounds, wanted.clients, outcomes, found_plans, decisions)
    show(results, Console(width=max(WIDTH, Console().width)))
    if wanted.json is not None:
        wanted.json.write_bytes(orjson.dumps(results.document(), option=orjson.OPT_INDENT_2))
    return 0 if wanted.quick or all(goal.kept for goal in results.goals()) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Doseward against a bare floor.")
    parser.add_argument("--quick", action="store_true", help="a few rounds and a smaller database")
    parser.add_argument("--rounds", type=int, help=f"rounds of requests (default {ROUNDS}, quick {QUICK_ROUNDS})")
    parser.add_argument("--clients", type=int, default=8, help="requests at once (default 8)")
    parser.add_argument("--no-plans", action="store_true", help="leave out the plans, and the large database")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    return parser.parse_args()


def _sizes(wanted: argparse.Namespace) -> tuple[int, ...]:
    if wanted.no_plans:
        return ()
    return QUICK_SIZES if wanted.quick else SIZES


def _plans(found: Places, charted: Charted, size: int, say: Callable[[str], None]) -> list[Plan]:
    own = next(len(rows.rows) for rows in charted.course if rows.table == "observation")
    courses = -(-size // own)
    say(f"filling a database with {courses * own:,} observations")
    with found.migrated(POSTGRESQL) as url:
        copies.fill(url, charted, courses, min(courses, COURSES))
        return plans(url, charted, courses)


def _requests(found: Places, charted: Charted, rounds: int, clients: int, say: Callable[[str], None]) -> list[Outcome]:
    with ExitStack() as stack:
        variants = []
        for kind, label in ((SQLITE, "SQLite"), (POSTGRESQL, "PostgreSQL")):
            urls = [stack.enter_context(found.migrated(kind)) for _ in range(2)]
            patients = COURSES * -(-rounds // asking.RENEWED)
            for url in urls:
                copies.fill(url, charted, patients, patients)
            floor = stack.enter_context(servers.floor(urls[0], found.folder, charted))
            product = stack.enter_context(servers.product(urls[1], found.folder))
            variants += _variants(charted, floor, product, label)
        return run(variants, rounds, clients, say)


def _variants(charted: Charted, floor: servers.Server, product: servers.Server, label: str) -> list[Variant]:
    ingest, figure = f"ingest, {label}", copies.of_copy(charted.course_id, 1)

    def sets(house: int) -> list[bytes]:
        bodies = [asking.body(load(), utc_now(), breach=breach) for breach in (False, True)]
        of = [copies.of_copy(charted.course_id, house * COURSES + copy) for copy in range(COURSES)]
        return [asking.post(one, charted.token, bodies[n % asking.BREACHES == 0]) for n, one in enumerate(of)]

    def boards(_: int) -> list[bytes]:
        return [asking.get("/", charted.ward_token)] * BOARDS

    def figures(_: int) -> list[bytes]:
        return [asking.get(f"/api/v1/courses/{figure}/figures/{FIGURE}", charted.ward_token)] * COURSES

    return [
        Variant(f"bare floor, {label}", floor, sets, 201, None),
        Variant(ingest, product, sets, 201, f"bare floor, {label}"),
        Variant(f"ward board of 40, {label}", product, boards, 200, ingest, volleys=1),
        Variant(f"figure, {label}", product, figures, 200, ingest, volleys=1),
    ]


if __name__ == "__main__":
    sys.exit(main())
