"""Which drawing of a course is sent, and does the page have it already?

Kept for a minute of the ward's clock and as long as nothing was recorded since; the mark of a drawing is made of its
bytes, so that no page keeps a picture that would be drawn otherwise.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

import orjson
from fastapi import Request, Response

from app.domain.flowsheet import Flowsheet
from app.http.packing import pack, sent
from app.web.chart import Chart
from app.web.presenters.figures import Window, view_of
from app.web.translate import language
from dashboards.pages import figure

_MOST = 64
_MARK = 32
SEEN_AT = "Doseward-At"
"""Header: the moment the drawing is seen from. A page tells the age of a value by it, not by the browser's clock."""


class Drawing(NamedTuple):
    """One figure as it is sent: JSON in gzip, and its mark (RFC 9110, 8.8.3)."""

    packed: bytes
    mark: str


class Drawings:
    """The drawings made last, by what they were made of."""

    def __init__(self) -> None:
        self._kept: OrderedDict[object, Drawing] = OrderedDict()
        self._lock = Lock()

    def get(self, key: object, make: Callable[[], Drawing]) -> Drawing:
        """The drawing kept under the key, or one made now; several readers may make the same at once."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return made


_DRAWINGS = Drawings()


def drawing(request: Request, chart: Chart, panel_id: str, window: Window) -> Response:
    """The figure as JSON, or 304 where the page has it (If-None-Match); raises NotFound."""
    sheet, now = chart.case.sheet, chart.setting.now
    minute = now.replace(second=0, microsecond=0)
    key = (language(), panel_id, window, chart.live, minute, chart.case.protocol.pin.sha256, version(sheet))
    found = _DRAWINGS.get(key, lambda: _draw(chart, panel_id, window))
    headers = {"ETag": found.mark, SEEN_AT: now.isoformat()}
    if request.headers.get("if-none-match") == found.mark:
        return Response(status_code=304, headers=headers)
    return sent(request, found.packed, "application/json", headers)


def version(sheet: Flowsheet) -> tuple[object, ...]:
    """What changes whenever something is recorded: rows are only ever added."""
    rows = (sheet.cycles, sheet.events, sheet.observations, sheet.decisions, sheet.orders, sheet.administrations)
    return (sheet.course.id, *((len(found), found[-1].id if found else None) for found in rows))


def _draw(chart: Chart, panel_id: str, window: Window) -> Drawing:
    drawn = figure(panel_id, chart.case.sheet, chart.case.protocol, view_of(chart, window))
    packed = pack(orjson.dumps(drawn))
    return Drawing(packed, f'"{hashlib.sha256(packed).hexdigest()[:_MARK]}"')
