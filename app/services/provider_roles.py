"""Which roles do somebody's groups at the sign-on provider stand for?"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from app.domain.errors import StartRefused
from app.domain.vocabulary import Role
from app.store.people import Grant
from app.store.wards import Ward

EVERYWHERE: Final = "*"
_ON: Final = " on "


class Placed(NamedTuple):
    """A role on the ward of this name, or on all of them where it is EVERYWHERE."""

    role: Role
    ward: str


@dataclass(frozen=True, slots=True)
class RoleMap:
    """What each group of the provider stands for; a group that is not named stands for nothing."""

    of_group: Mapping[str, tuple[Placed, ...]]

    def grants(self, groups: Iterable[str], wards: Iterable[Ward]) -> frozenset[Grant]:
        """The roles of somebody in these groups; one on a ward there is not is left out."""
        named: dict[str, list[str | None]] = {EVERYWHERE: [None]}
        for ward in wards:
            named.setdefault(ward.name, []).append(ward.id)
        placed = {one for group in groups for one in self.of_group.get(group, ())}
        return frozenset(Grant(one.role, ward_id) for one in placed for ward_id in named.get(one.ward, ()))

    def unknown_wards(self, wards: Iterable[Ward]) -> tuple[str, ...]:
        """The names here that no ward has, in order."""
        named = {one.ward for placed in self.of_group.values() for one in placed}
        return tuple(sorted(named - {EVERYWHERE} - {ward.name for ward in wards}))


def read_roles(text: str) -> RoleMap:
    """The map written as TOML or as one JSON object, `group = "role on ward"` or a list of those.

    Raises StartRefused, which says what is wrong and where.
    """
    try:
        found: Any = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except ValueError as fault:
        raise _refused("it is neither TOML nor JSON") from fault
    if not found:
        raise _refused("it names no group, so nobody could sign in")
    return RoleMap({group: _placed(group, said) for group, said in found.items()})


def _placed(group: str, said: object) -> tuple[Placed, ...]:
    every = said if isinstance(said, list) else [said]
    if not every:
        raise _refused(f'group "{group}" stands for nothing')
    return tuple(_one(group, one) for one in every)


def _one(group: str, said: object) -> Placed:
    role, on, ward = said.partition(_ON) if isinstance(said, str) else ("", "", "")
    spelled = role.strip().replace(" ", "_")
    if on == "" or ward.strip() == "" or spelled not in set(Role):
        roles = ", ".join(Role)
        raise _refused(f'group "{group}" needs a role ({roles}), then " on ", then a ward or {EVERYWHERE}')
    return Placed(Role(spelled), ward.strip())


def _refused(why: str) -> StartRefused:
    return StartRefused("bad_setting", f"DOSEWARD_OIDC_ROLES cannot be used: {why}.")
