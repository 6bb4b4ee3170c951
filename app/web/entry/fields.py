"""What is drawn at one place of the bedside form?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    """One of several answers; `note` is what it calls for."""

    id: str
    value: str
    words: str
    checked: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Times:
    """A date and a time on the ward's wall; `which` asks for one of two when it came twice."""

    day: str
    clock: str
    which: tuple[Option, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One measure on the form. `kind` names the template's way of drawing it; `none` is the tap for nothing passed.

    `idle` is the answer, `oxygen_device:room_air`, beside which there is nothing to enter here; "" for none.
    """

    id: str
    name: str
    kind: str
    label: str
    unit: str
    mode: str
    value: str
    options: tuple[Option, ...]
    limit: str
    last: str
    fault: str
    again: bool
    again_value: str
    again_fault: str
    why: tuple[Option, ...]
    not_taken: bool
    units: tuple[Option, ...]
    fix: str
    start: Times | None
    end: Times | None
    none: Option | None
    idle: str


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the form. `none` is the tap that answers for its whole organ system, and what it records.

    `pressors` are the fields behind the tap that says none is running; open where one was, or is being entered.
    """

    id: str
    title: str
    fields: tuple[Field, ...]
    pressors: tuple[Field, ...]
    pressors_open: bool
    blood: Times | None
    none: Option | None
    pressor: Option | None
    fault: str
