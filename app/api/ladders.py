"""Whom does an alert of a ward reach that nobody answers, and after how long?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import Response

from app.api.calls import Called, answered, read
from app.api.routers import router_for
from app.api.shapes import Shape
from app.api.writing import takes_key, write
from app.domain.ladder import Climb
from app.domain.record import instant
from app.domain.vocabulary import Duty, Level
from app.http.body import Body
from app.http.fields import Note, Uuid
from app.services.laddering import WardLadder, remove_ladder, ward_ladder, write_ladder

router = router_for("ladders")
_MINUTE = timedelta(minutes=1)


class LadderToWrite(Body):
    """`document` is a whole ladder in TOML, as `GET` shows the one that holds."""

    document: Note
    reason: Note


class LadderToRemove(Body):
    """Why the shipped ladder is to hold again."""

    reason: Note


class Rung(Shape):
    """A duty, reached so many minutes after the alert was raised, became worse, or woke."""

    duty: Duty
    after: int


class Climbed(Shape):
    """How alerts of a level climb; `key` where a kind of alert has its own. `snooze` is the longest, in minutes."""

    key: str | None
    level: Level
    snooze: int
    rungs: list[Rung]


class WardsLadder(Shape):
    """The ladder that holds on a ward; `own` is false of the shipped one, which nobody need have recorded."""

    ward_id: str
    own: bool
    version: str
    document: str
    climbs: list[Climbed]
    recorded_at: str | None
    recorded_by: str | None


@router.get("/wards/{ward_id}/ladder", response_model=WardsLadder, response_description="The ladder that holds.")
def read_ladder(call: Called, ward_id: Uuid) -> Response:
    """The ward's own, or the shipped one."""
    return answered(_ladder(read(call, lambda tx: ward_ladder(tx, call.acting, ward_id))))


@router.post(
    "/wards/{ward_id}/ladder",
    status_code=201,
    response_model=WardsLadder,
    response_description="The ladder that holds from now on.",
    openapi_extra=takes_key(),
)
def write_a_ladder(call: Called, ward_id: Uuid, sent: LadderToWrite) -> Response:
    """For administrators of the ward. 422 `ladder_refused` for a level without a rung, or rungs out of order."""
    return write(call, lambda tx: write_ladder(tx, call.acting, ward_id, sent.document, sent.reason), _ladder)


@router.post(
    "/wards/{ward_id}/ladder/removal",
    status_code=201,
    response_model=WardsLadder,
    response_description="The shipped ladder, which holds from now on.",
    openapi_extra=takes_key(),
)
def remove_the_ladder(call: Called, ward_id: Uuid, sent: LadderToRemove) -> Response:
    """For administrators of the ward. 409 `shipped_already` where the ward has none of its own."""
    return write(call, lambda tx: remove_ladder(tx, call.acting, ward_id, sent.reason), _ladder)


def _ladder(found: WardLadder) -> dict[str, Any]:
    ladder = found.ladder
    levels = [_climb(None, level, climb) for level, climb in ladder.levels.items()]
    return {
        "ward_id": found.ward_id,
        "own": found.own,
        "version": ladder.version,
        "document": ladder.document.decode(),
        "climbs": levels + [_climb(key, level, climb) for (key, level), climb in ladder.keys.items()],
        "recorded_at": None if found.recorded_at is None else instant(found.recorded_at),
        "recorded_by": found.recorded_by,
    }


def _climb(key: str | None, level: Level, climb: Climb) -> dict[str, Any]:
    rungs = [{"duty": rung.duty, "after": rung.after // _MINUTE} for rung in climb.rungs]
    return {"key": key, "level": level, "snooze": climb.snooze // _MINUTE, "rungs": rungs}
