"""What does the ward's clock say, and where does a moment lie on the time axis?

The axis is elapsed time, drawn with the offset in force where the view starts: a dose every eight hours stays a dose
every eight hours, and nothing runs backwards on the night the clocks go back. Everything written (ticks, hover, tables)
is wall time. In the repeated hour the offset stands beside it; in a view that crosses a change the header of the hover
box, which Plotly takes from the axis, names the axis' own offset.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dashboards.view import View

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = timedelta(days=1)
_TICKS, _PAD = 12, 80
_STEPS = tuple(timedelta(hours=hours) for hours in (4, 8, 24, 72, 168))


class WardClock:
    """Ward time for one view: `21-Nov-2026 14:00`, 24 h, whatever the browser's locale.

    Remembers the moments it has placed: the values of one set share theirs.
    """

    def __init__(self, view: View) -> None:
        self._zone = view.zone
        self._view = view
        self._offset = self._offset_at(view.start)
        days = (view.end - view.start) // _DAY + 1
        moments = (view.start + _DAY * day for day in range(days))
        self._shifts = any(self._offset_at(moment) != self._offset for moment in (*moments, view.end))
        self._places: dict[datetime, str] = {}
        self._today = self.date(view.at)

    def x(self, at: datetime) -> str:
        """The place on the axis: a local time without offset, to the minute."""
        place = self._places.get(at)
        if place is None:
            naive = at.astimezone(UTC).replace(tzinfo=None) + self._offset
            place = self._places[at] = naive.isoformat(" ", "minutes")
        return place

    def ends(self) -> tuple[str, str]:
        """The ends of the axis: a little more than the view, so that no mark at an edge is cut."""
        pad = (self._view.end - self._view.start) / _PAD
        return self.x(self._view.start - pad), self.x(self._view.end + pad)

    def label(self, at: datetime) -> str:
        """Date and time: `21-Nov-2026 14:00`."""
        wall = self._wall(at)
        return f"{_date(wall)} {wall[11:]}"

    def time(self, at: datetime) -> str:
        """The time alone: `14:00`."""
        return self._wall(at)[11:]

    def date(self, at: datetime) -> str:
        """The date alone: `21-Nov-2026`."""
        return _date(self._wall(at))

    def brief(self, at: datetime, beside: datetime | None = None) -> str:
        """The time alone where the date is clear: on the day the view is seen from, or on that of a moment `beside`."""
        clear = self._today if beside is None else self.date(beside)
        return self.time(at) if self.date(at) == clear else self.label(at)

    def hover_format(self) -> str:
        """The format of the hover box's header, for Plotly."""
        return f"%d-%b-%Y %H:%M{_utc(self._offset) if self._shifts else ''}"

    def even_ticks(self) -> list[datetime]:
        """Moments for an axis without doses: whole local hours or days, twelve at most."""
        length = self._view.end - self._view.start
        step = next((step for step in _STEPS if length <= step * _TICKS), _STEPS[-1])
        local = self._view.start.astimezone(self._zone)
        first = self._view.start - timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
        count = (self._view.end - first) // step + 1
        return [moment for n in range(count) if self._view.holds(moment := first + step * n)]

    def _offset_at(self, at: datetime) -> timedelta:
        return at.astimezone(self._zone).utcoffset() or timedelta(0)

    def _wall(self, at: datetime) -> str:
        """`2026-11-21 14:00`, with the offset behind it in the hour that comes twice."""
        if not self._shifts:
            return self.x(at)
        local = at.astimezone(self._zone)
        twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        return local.isoformat(" ")[:16] + (_utc(local.utcoffset() or timedelta(0)) if twice else "")


def _date(wall: str) -> str:
    return f"{wall[8:10]}-{_MONTHS[int(wall[5:7]) - 1]}-{wall[:4]}"


def _utc(offset: timedelta) -> str:
    minutes = offset // timedelta(minutes=1)
    return f" UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
