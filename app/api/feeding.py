"""Which events of the feed does a reader ask for, and what do they look like, polled or streamed?"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Depends, Query

from app.api.records import flat_answer
from app.domain.alert import AlertEvent
from app.domain.vocabulary import AlertState, Level
from app.http.fields import Uuid
from app.services.following import Cursor, Wanted

_RESTORED = "A cursor from before a restore: read alerts/open again, and go on from its `after`."
RESTORED: Final[dict[int | str, dict[str, Any]]] = {410: {"description": _RESTORED}}

After = Annotated[
    str | None, Query(max_length=60, description="A cursor of this feed; left out, the feed begins at its first event.")
]
AfterOrNow = Annotated[
    str | None, Query(max_length=60, description="A cursor of this feed; left out, the stream begins at this moment.")
]


async def _wanted(
    level: Annotated[
        list[Level] | None, Query(max_length=len(Level), description="One level; several, said once for each.")
    ] = None,
    ward_id: Annotated[
        Uuid | None, Query(description="The ward; of an open alert, where the patient lies now.")
    ] = None,
    course_id: Annotated[Uuid | None, Query(description="The course.")] = None,
    state: Annotated[
        AlertState | None, Query(description="The state the alert is in; of an event, the one it left the alert in.")
    ] = None,
) -> Wanted:
    return Wanted(None if level is None else frozenset(level), ward_id, course_id, state)


Filters = Annotated[Wanted, Depends(_wanted)]
"""What every reading of alerts may ask for."""


def feed_item(cursor: Cursor, event: AlertEvent) -> dict[str, Any]:
    """The event, and the cursor that asks for what follows it."""
    return {"cursor": str(cursor), **flat_answer(event)}
