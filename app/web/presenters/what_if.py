"""How do the decisions read that another protocol would have taken otherwise, and how far has the look come?"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import Final

from app.domain.explain import shown_as
from app.domain.vocabulary import Action
from app.services.cohort_rehearsing import Looked
from app.services.rehearsing import Differing
from app.web.presenters.verdict import Chip, action_chip
from app.web.translate import _, several

_TOLD: Final = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})((?:;[a-z]+>[a-z]+\.\d{1,9})*)", re.ASCII)
_PAIR: Final = re.compile(r";([a-z]+)>([a-z]+)\.(\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tally:
    """What has been counted so far. It goes to the page and back: nothing of a look is kept by the program."""

    decisions: int
    differing: int
    courses: int
    pairs: tuple[tuple[Action, Action, int], ...]

    @property
    def told(self) -> str:
        """The tally as a page sends it back."""
        pairs = "".join(f";{one}>{other}.{count}" for one, other, count in self.pairs)
        return f"{self.decisions}.{self.differing}.{self.courses}{pairs}"

    def and_(self, looked: Looked) -> Tally:
        """With what was looked at just now."""
        more = list(chain.from_iterable(one.differing for one in looked.found))
        pairs = Counter({(one, other): count for one, other, count in self.pairs})
        pairs.update((one.recorded.action, one.other.action) for one in more)
        return Tally(
            decisions=self.decisions + sum(one.decisions for one in looked.found),
            differing=self.differing + len(more),
            courses=self.courses + sum(1 for one in looked.found if one.differing),
            pairs=tuple((*pair, count) for pair, count in pairs.most_common()),
        )


NOTHING: Final = Tally(0, 0, 0, ())


def read_tally(text: str) -> Tally | None:
    """The tally a page sends back; None for what is none."""
    match = _TOLD.fullmatch(text)
    if match is None:
        return None
    try:
        pairs = tuple((Action(one), Action(other), int(count)) for one, other, count in _PAIR.findall(match[4]))
    except ValueError:
        return None
    return Tally(int(match[1]), int(match[2]), int(match[3]), pairs)


@dataclass(frozen=True, slots=True)
class DifferingLine:
    """One decision: where it stands, what was recorded, what the other says, and the reasons only one of them has."""

    href: str
    dose: str
    recorded: Chip
    other: Chip
    only_recorded: tuple[str, ...]
    only_other: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhatIfPart:
    """What one look adds; `next` is where to go on, None when all was looked at."""

    lines: tuple[DifferingLine, ...]
    upto: int
    courses: int
    words: str
    pairs: tuple[tuple[str, str, int], ...]
    next: str | None


def what_if_part(looked: Looked, tally: Tally, address: str) -> WhatIfPart:
    """The lines of this look and the tally with them; `address` is that of a look without its beginning."""
    so_far = _("{upto} of {courses} courses looked at").format(upto=looked.upto, courses=looked.courses)
    differ = several("in {number} course", "in {number} courses", tally.courses)
    words = _("{so_far}: {differing} of {decisions} decisions would differ, {courses}.").format(
        so_far=so_far, differing=tally.differing, decisions=tally.decisions, courses=differ
    )
    return WhatIfPart(
        lines=tuple(_line(one, course.course_id) for course in looked.found for one in course.differing),
        upto=looked.upto,
        courses=looked.courses,
        words=words,
        pairs=tuple((shown_as(one), shown_as(other), count) for one, other, count in tally.pairs),
        next=None if looked.over else f"{address}&start={looked.upto}&told={tally.told.replace('>', '%3E')}",
    )


def _line(one: Differing, course_id: str) -> DifferingLine:
    return DifferingLine(
        href=f"/courses/{course_id}",
        dose=_("Cycle {cycle}, dose {number}").format(cycle=one.cycle_number, number=one.dose_number),
        recorded=action_chip(one.recorded.action, provisional=one.recorded.provisional),
        other=action_chip(one.other.action, provisional=one.other.provisional),
        only_recorded=one.only_recorded,
        only_other=one.only_other,
    )
