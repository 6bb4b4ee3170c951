"""Which part of the wards does a board show, how is another part asked for, and what is left out of it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from app.domain.vocabulary import DoseState
from app.services.acting import Acting
from app.services.board import NOBODY, Board, Line, Nurse, Wanted
from app.web.entry.fields import Option
from app.web.pages import Link
from app.web.translate import _, several

ME: Final = "me"
"""In an address: whoever looks at it, so that everybody may keep the same bookmark."""


@dataclass(frozen=True, slots=True)
class FilterView:
    """The form of a board and what it says of itself.

    `query` is what the address holds of it, `left_out` what is not shown; `wall` is the same wards without names.
    """

    query: str
    wards: tuple[Option, ...]
    nurses: tuple[Option, ...]
    quick: tuple[Link, ...]
    left_out: str
    late_left_out: str
    wall: str


def wanted(acting: Acting, wards: list[str] | None, nurse: str | None) -> Wanted:
    """What an address asks for."""
    return Wanted(frozenset(wards or ()), (acting.person_id if nurse == ME else nurse) or None)


def filter_view(board: Board, acting: Acting, nurse: str | None) -> FilterView:
    """`nurse` is what the address says."""
    wards = sorted(board.wanted.wards)
    mine = next((one.patients for one in board.nurses if one.id == acting.person_id), 0)
    everybody = Link(_path("/", wards, ""), _("Everybody ({number})").format(number=board.in_house), not nurse)
    own = Link(_path("/", wards, ME), _("My patients ({number})").format(number=mine), nurse == ME)
    left_out = sum(len(one.left_out) for one in board.boards)
    late = sum(_is_late(line) for one in board.boards for line in one.left_out)
    return FilterView(
        query=_path("", wards, nurse or ""),
        wards=_wards(board),
        nurses=_nurses(board, nurse or "", mine),
        quick=(everybody, own),
        left_out=several("{number} patient is not shown.", "{number} patients are not shown.", left_out)
        if left_out
        else "",
        late_left_out=several("{number} of those doses is overdue.", "{number} of those doses are overdue.", late)
        if late
        else "",
        wall=_path("/board/wall", wards, ""),
    )


def _is_late(line: Line) -> bool:
    return line.next is not None and line.next.state is DoseState.OVERDUE


def _wards(board: Board) -> tuple[Option, ...]:
    """One for each ward, where there is a choice; none ticked asks for all."""
    if len(board.wards) < 2:  # noqa: PLR2004 - a choice is between two
        return ()
    return tuple(Option(f"ward-{one.id}", one.id, one.name, one.id in board.wanted.wards) for one in board.wards)


def _nurses(board: Board, chosen: str, mine: int) -> tuple[Option, ...]:
    """Whose patients can be asked for; a nurse who has gone home is said to have."""
    found = [
        Option("nurse-all", "", _("everybody's"), chosen == ""),
        Option("nurse-me", ME, _("mine ({number})").format(number=mine), chosen == ME),
        Option("nurse-nobody", NOBODY, _("nobody's ({number})").format(number=board.nobodys), chosen == NOBODY),
        *(Option(f"nurse-{one.id}", one.id, _counted(one), chosen == one.id) for one in board.nurses),
    ]
    if not any(one.checked for one in found):
        found.append(Option("nurse-gone", chosen, _("of a nurse who is not on duty now"), checked=True))
    return tuple(found)


def _counted(one: Nurse) -> str:
    return f"{one.name} ({one.patients})"


def _path(path: str, wards: list[str], nurse: str) -> str:
    query = urlencode([*(("ward", one) for one in wards), *((("nurse", nurse),) if nurse else ())])
    return f"{path}?{query}" if query else path
