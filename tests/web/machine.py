"""How does a test get a shared machine on the ward, and people with a PIN at it?"""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi.testclient import TestClient

from app.services import pin_codes, secret, workstations
from app.services.acting import Acting
from app.store.workstations import Workstation
from tests.web.house import House

PINS = {"nurse": "294617", "charge": "830254", "prescriber": "617305"}


class Machine:
    """An enrolled workstation and its one browser."""

    def __init__(self, house: House) -> None:
        self.house = house
        with house.database.transaction() as tx:
            found: tuple[Workstation, str] = workstations.enrol(
                tx, house.acting("charge"), "CANARY-DESK", house.ward.id
            )
        self.enrolled, self.secret = found
        self.browser = house.client()
        self.browser.cookies.set("workstation", self.secret)

    def sit_down(self, login: str, *, begun: datetime | None = None) -> TestClient:
        """Somebody who has a PIN signs in with the password, `begun` or now; whoever sat there before is left alone."""
        set_pin(self.house, login)
        key = self.house.session(login, begun=begun or self.house.clock.at, at=self.enrolled.id)
        self.browser.cookies.set("sid", key)
        return self.browser

    def revoke(self) -> None:
        with self.house.database.transaction() as tx:
            workstations.revoke(tx, self.house.acting("charge"), self.enrolled.id)


def set_pin(house: House, login: str) -> None:
    """The PIN of PINS, as if its person had set it."""
    acting: Acting = house.acting(login)
    pin_hash = pin_codes.hash_code(house.database.audit_key, acting.person_id, PINS[login])
    with house.database.transaction() as tx:
        pin_codes.put(tx, acting, pin_hash)


def session_row(house: House, client: TestClient) -> tuple[int, int, int | None, int] | None:
    """`active_at`, `proved_at`, `locked_at`, `expires_at` of the session a browser holds, in microseconds."""
    with house.database.reading() as tx:
        columns = "active_at, proved_at, locked_at, expires_at"
        of = secret.hashed(client.cookies.get("sid", "", domain="ward.test") or client.cookies.get("sid") or "")
        row = tx.connection.exec_driver_sql(f"SELECT {columns} FROM session WHERE hash = ?", (of,)).fetchone()
    return None if row is None else tuple(row)


def idle(house: House, **length: float) -> None:
    """Time in which nobody touches anything."""
    house.clock.at += timedelta(**length)
