"""Does an answer to a sign-in tell by its time whether the login exists?

    python -m bench.signing [ROUNDS]

Known and unknown logins turn by turn, a wrong password each, on a database of its own, with as many rounds as it takes
for the medians to stand still. Ends with 1 when they differ by more than a tenth.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

from app.domain.errors import NotSignedIn
from app.domain.vocabulary import Role
from app.services import accounts, passwords, sessions
from app.store import migrations
from app.store.database import Database
from app.store.opening import open_database
from app.store.people import Grant
from bench.charted import utc_now

ROUNDS = 200
TOLERATED = 0.1
PASSWORD = "lantern over nine bridges"  # noqa: S105 - of a database that lasts as long as the measuring
LOGINS = ("known", "unknown")


def main() -> int:
    """Measures and prints."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory(prefix="doseward-bench-") as name:
        url = f"sqlite:///{Path(name) / 'signing.db'}"
        migrations.upgrade(url)
        database = open_database(url)
        _hire(database, utc_now())
        took: dict[str, list[float]] = {login: [] for login in LOGINS}
        for _ in range(rounds):
            for login, times in took.items():
                times.append(_refused(database, login))
        database.close()
    for login, times in took.items():
        low, middle, high = (1000 * cut for cut in quantiles(times, n=4))
        print(f"{login:<8} median {middle:6.2f} ms   quarters {low:6.2f} to {high:6.2f} ms   {rounds} rounds")
    ratio = median(took["unknown"]) / median(took["known"])
    print(f"unknown / known: {ratio:.3f}")
    return 0 if abs(ratio - 1) <= TOLERATED else 1


def _hire(database: Database, at: datetime) -> None:
    hashed = passwords.hash_password(PASSWORD)
    with database.transaction() as tx:
        accounts.create_person(tx, accounts.operator(at), LOGINS[0], "DEMO", hashed, [Grant(Role.NURSE, None)])


def _refused(database: Database, login: str) -> float:
    """Seconds until a wrong password is refused."""
    began = time.perf_counter()
    with database.reading() as tx:
        claimed = sessions.claim(tx, login)
    try:
        sessions.check(claimed, "a wrong password")
    except NotSignedIn:
        return time.perf_counter() - began
    raise RuntimeError("a wrong password was right")


if __name__ == "__main__":
    sys.exit(main())
