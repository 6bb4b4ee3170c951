"""How do people and their roles stand on the pages of those who administer them?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.domain.vocabulary import Role
from app.services.accounts import administers, handles_whole
from app.services.acting import Acting
from app.services.invitations import Invited
from app.store.invitations import Invitation
from app.store.people import Grant, Person
from app.store.wards import Ward
from app.web.formats import first_upper, plain
from app.web.translate import _
from app.web.wardtime import UNIVERSAL

ALL_WARDS = "*"
"""How a form says that a role is held everywhere."""
SHOWN = 200
"""People on one page; beyond that the search is narrowed."""


class Choice(NamedTuple):
    """One of a list; `value` is what the form sends."""

    value: str
    words: str
    chosen: bool = False


class RoleLine(NamedTuple):
    """A role somebody holds; `taking` is what a form sends to take it, None for whoever may not."""

    role: str
    ward: str
    taking: str | None


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person in the list."""

    href: str
    name: str
    login: str
    roles: str
    active: bool


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person, and what the reader may do: `whole` with the account, `own` when it is the reader's."""

    href: str
    name: str
    login: str
    active: bool
    own: bool
    whole: bool
    roles: tuple[RoleLine, ...]
    signed_in: str
    link: str


@dataclass(frozen=True, slots=True)
class LinkView:
    """A one-time link as it is shown once."""

    name: str
    login: str
    href: str
    address: str
    until: str


def role_words(role: Role) -> str:
    """`Charge nurse`."""
    return first_upper(_(plain(role)))


def ward_words(ward_id: str | None, names: Mapping[str, str]) -> str:
    return _("all wards") if ward_id is None else names.get(ward_id, _("another ward"))


def person_line(person: Person, names: Mapping[str, str]) -> PersonLine:
    held = _("{role} on {ward}")
    roles = [held.format(role=role_words(one.role), ward=ward_words(one.ward_id, names)) for one in _sorted(person)]
    return PersonLine(
        f"/admin/people/{person.id}", person.name, person.login, "; ".join(roles) or _("No role yet"), person.active
    )


def person_view(
    person: Person, acting: Acting, names: Mapping[str, str], last: datetime | None, link: Invitation | None
) -> PersonView:
    own = person.id == acting.person_id
    return PersonView(
        href=f"/admin/people/{person.id}",
        name=person.name,
        login=person.login,
        active=person.active,
        own=own,
        whole=handles_whole(acting, person),
        roles=tuple(
            RoleLine(
                role_words(one.role),
                ward_words(one.ward_id, names),
                None if own or not administers(acting, one.ward_id) else f"{one.role} {one.ward_id or ALL_WARDS}",
            )
            for one in _sorted(person)
        ),
        signed_in=_("never") if last is None else _("{at} UTC").format(at=UNIVERSAL.moment(last)),
        link=_link_words(link, acting.at),
    )


def link_view(made: Invited, origin: str) -> LinkView:
    """The address a browser opens; the secret stands behind the #, which no server and no log ever sees."""
    return LinkView(
        made.person.name,
        made.person.login,
        f"/admin/people/{made.person.id}",
        f"{origin}/welcome#{made.secret}",
        _("{at} UTC").format(at=UNIVERSAL.moment(made.expires_at)),
    )


def role_choices(chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(role.value, role_words(role), role.value == chosen) for role in Role)


def ward_choices(acting: Acting, wards: Iterable[Ward], chosen: str) -> tuple[Choice, ...]:
    """The wards the reader administers, and all of them for whoever administers all."""
    found = [Choice(ward.id, ward.name, ward.id == chosen) for ward in wards if administers(acting, ward.id)]
    if administers(acting, None):
        found.append(Choice(ALL_WARDS, first_upper(_("all wards")), chosen == ALL_WARDS))
    return tuple(found)


def _sorted(person: Person) -> list[Grant]:
    return sorted(person.grants, key=lambda held: (held.ward_id or "", held.role))


def _link_words(link: Invitation | None, now: datetime) -> str:
    if link is None:
        return _("none")
    if now >= link.expires_at:
        return _("expired unused on {at} UTC").format(at=UNIVERSAL.moment(link.expires_at))
    return _("open until {at} UTC").format(at=UNIVERSAL.moment(link.expires_at))
