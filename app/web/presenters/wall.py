"""What does the screen on the wall say of a bed? Which bed, when, and what is called for: no name and no value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from app.domain.vocabulary import DoseState
from app.services.acting import Acting
from app.services.board import Board, Line, WardBoard
from app.web.formats import WardTime, ago_words, due_words
from app.web.presenters.board import line_chip
from app.web.presenters.verdict import Chip
from app.web.translate import _, several

_SOON: Final = timedelta(hours=1)
_FEW, _SOME = 9, 20
"""Up to so many beds are drawn in the largest type, up to so many in the next."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One bed; `urgency` is that of its line on the board."""

    bed: str
    urgency: str
    due: str
    due_in: str
    chip: Chip
    observed: str
    alerts: str


@dataclass(frozen=True, slots=True)
class WallWard:
    """One ward, the most urgent bed first."""

    name: str
    overdue: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Wall:
    """The whole screen. `until` is when it will be signed out, `soon` that somebody should see to it before."""

    query: str
    at: str
    size: str
    wards: tuple[WallWard, ...]
    until: str
    soon: bool


def wall_view(board: Board, acting: Acting, ends: datetime | None) -> Wall:
    """`ends` is when the session of the screen is over."""
    zone = ZoneInfo(board.boards[0].ward.time_zone) if board.boards else ZoneInfo("UTC")
    ward = WardTime(zone)
    return Wall(
        query="?" + urlencode([("ward", one) for one in sorted(board.wanted.wards)]) if board.wanted.wards else "",
        at=ward.seconds(acting.at),
        size="few" if board.in_house <= _FEW else "some" if board.in_house <= _SOME else "many",
        wards=tuple(_ward(one, acting.at) for one in board.boards),
        until="" if ends is None else _("Signed in until {at}").format(at=ward.brief(ends, acting.at)),
        soon=ends is not None and ends - acting.at < _SOON,
    )


def _ward(board: WardBoard, now: datetime) -> WallWard:
    ward = WardTime(ZoneInfo(board.ward.time_zone))
    late = sum(1 for one in board.lines if one.next is not None and one.next.state is DoseState.OVERDUE)
    overdue = several("{number} dose overdue", "{number} doses overdue", late) if late else ""
    return WallWard(board.ward.name, overdue, tuple(_tile(one, ward, now) for one in board.lines))


def _tile(line: Line, ward: WardTime, now: datetime) -> Tile:
    at = None if line.next is None else line.next.window.due_at
    return Tile(
        bed=line.bed,
        urgency=DoseState.CANCELLED if line.next is None else line.next.state,
        due=_("Nothing due") if at is None else ward.clock(at),
        due_in="" if at is None else due_words(at, now),
        chip=line_chip(line, now),
        observed=ago_words(line.observed_at, now),
        alerts=several("{number} alert", "{number} alerts", line.open_alerts) if line.open_alerts else "",
    )
