"""Whose page is it, and as known when: now, or at an earlier minute?"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from fastapi import Request

from app.domain.errors import InvalidInput, NotFound
from app.http.permitted import rule_of
from app.protocols.library import Library
from app.services.acting import Acting, Permission
from app.services.cases import Case, sheet_ward
from app.services.similar import Similar, similar_in
from app.store import people
from app.store.database import Transaction
from app.web.formats import WardTime
from app.web.moments import NoMoment, TwoMoments, read_moment
from app.web.presenters.banner import Banner, banner
from app.web.presenters.setting import Setting
from app.web.translate import _
from app.web.wardtime import ward_time

_BETWEEN: Final = re.compile(r"[T ]")
_SECONDS: Final = re.compile(r"^(\d{1,2}:\d{2}):\d{2}(\.\d+)?$", re.ASCII)
Find = Callable[[Transaction, Library, Acting, str], Case]


@dataclass(frozen=True, slots=True)
class Chart:
    """A patient's chart as somebody looks at it. `live` is false for a look back, where nothing can be done.

    `reader` is who looks, now, with what an emergency lets them do here.
    """

    case: Case
    setting: Setting
    live: bool
    reader: Acting
    similar: tuple[Similar, ...]

    def may(self, permission: Permission) -> bool:
        """True when the reader may do this here and now."""
        return self.live and self.case.acting.may(permission, sheet_ward(self.case.sheet))

    def banner(self, dose: int | None = None) -> Banner:
        """The strip that says whose chart it is."""
        sheet, setting = self.case.sheet, self.setting
        return banner(sheet, self.case.protocol, setting.ward, setting.now, dose=dose, similar=self.similar)

    def back(self) -> str | None:
        """What a page about the past says of itself."""
        if self.live:
            return None
        return _("As known at {at}: not live").format(at=self.setting.ward.moment(self.setting.now))

    @property
    def known_until(self) -> datetime | None:
        """The moment of a look back; None for now."""
        return None if self.live else self.setting.now

    @property
    def suffix(self) -> str:
        """What keeps a link within the same look back."""
        return "" if self.live else f"?at={self.setting.now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def open_chart(request: Request, tx: Transaction, acting: Acting, find: Find, of: str, at: str | None = None) -> Chart:
    """The chart `find` leads to; with `at`, as it was known then. Raises NotFound, Forbidden, InvalidInput."""
    library: Library = request.app.state.library
    case = find(tx, library, acting, of)
    require_here(request, case)
    reader = case.acting
    ward = ward_time(tx, case.sheet)
    similar = similar_in(case)
    names = people.all_names(tx)
    moment = None if at is None else read_at(at, ward, acting.at)
    if moment is not None:
        case = _as_known(case, moment)
        ward = ward_time(tx, case.sheet)
    setting = Setting(library.measures, ward, moment or acting.at, names)
    return Chart(case, setting, moment is None, reader, similar)


def require_here(request: Request, case: Case) -> None:
    """Raises Forbidden unless who acts holds what this page asks for on the ward of the course."""
    permission = rule_of(request).permission
    if permission is not None:
        case.acting.require(permission, sheet_ward(case.sheet))


def read_at(text: str, ward: WardTime, now: datetime) -> datetime:
    """`2026-11-21T14:00:00Z`, or on the ward's wall `21-Nov-2026 14:00`, `2026-11-21T14:00`; raises InvalidInput.

    In the hour that comes twice it is asked which one is meant, and written as every page does: `02:30 UTC+1`.
    """
    day, _at, clock = _BETWEEN.sub(" ", text.strip(), count=1).partition(" ")
    zoned = _zoned(text)
    try:
        at = zoned.astimezone(UTC) if zoned is not None else read_moment(day, _SECONDS.sub(r"\1", clock), ward)
    except TwoMoments as asked:
        both = ", ".join(ward.moment(one) for one in asked.choices)
        raise InvalidInput("bad_moment", f"{asked.sentence} {both}") from None
    except NoMoment:
        raise InvalidInput("bad_moment", _("Write the moment as 21-Nov-2026 14:00.")) from None
    if at > now:
        raise InvalidInput("future", _("That time is still to come."))
    return at


def _zoned(text: str) -> datetime | None:
    """A moment with its offset; None for anything else."""
    try:
        zoned = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if zoned.tzinfo is None else zoned


def _as_known(case: Case, at: datetime) -> Case:
    if at < case.course.opened_at:
        raise NotFound("not_known", _("Nothing was known of this course at that time."))
    sheet = case.sheet.as_known_at(at)
    return replace(case, sheet=sheet, acting=replace(case.acting, at=at))
