"""How is a demo patient at any moment, given when the doses went in?

Every effect of a dose is a curve over the hours since it, and effects add up, so any moment can be asked for in any
order and gives the same answer. The organs read the sums. What it is calibrated to, and on which evidence
(reference dossier of the project, sections 1.5 and 6):

* doses in cycle 1: median 7 (Kammula 1998, last group) to 8 (Pittsburgh 2017, 692 cycles);
* peak creatinine: mean 2.6 mg/dL in cycle 1 and 3.8 in cycle 2 (Belldegrun, two-cycle series);
* creatinine back at baseline in 62, 84 and 95 % by 7, 14 and 30 days (Belldegrun 1987);
* chills 1 to 2 h and fever 2 to 4 h after a dose (2014 consensus), hypotension 2 to 12 h (UK product summary).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple, TypeAlias

from app.demo import curves
from app.demo.traits import MOST_DOSES, Traits

Latent: TypeAlias = float | bool | str | None
"""What the body says before anybody charts it; volumes are per hour, None cannot be taken."""

Wobble: TypeAlias = Callable[[float], float]
"""A random deviation with the given standard deviation, in the units of what it is added to."""

_HOUR = timedelta(hours=1)
_ACUTE = 48.0
_TYPICAL = 8.0
_KIDNEY_TIRES = 0.05
_KIDNEY_AGAIN = 2.5
_AGAIN = 1.05


class Burden(NamedTuple):
    """The sums over all doses. The last three are in units of a typical cycle, the others of a dose."""

    fever: float
    rigor: float
    dilation: float
    leak: float
    kidney: float
    slow: float


class _Dose(NamedTuple):
    given_at: datetime
    vigour: float
    again: float
    kidney: float


def still(_: float) -> float:
    """No deviation: the model itself."""
    return 0.0


class Physiology:
    """One patient and the doses of each cycle so far; a value, asked for any moment."""

    def __init__(self, traits: Traits, cycles: Sequence[Sequence[datetime]]) -> None:
        self.traits = traits
        self._doses = tuple(_weights(traits, cycles))

    def burden(self, at: datetime) -> Burden:
        """What the doses given before `at` add up to."""
        fever = rigor = dilation = leak = kidney = slow = 0.0
        for dose in self._doses:
            hours = (at - dose.given_at) / _HOUR
            if hours <= 0:
                continue
            if hours < _ACUTE:
                fever += dose.vigour * curves.fever(hours)
                rigor += dose.vigour * curves.rigor(hours)
                dilation += dose.vigour * curves.dilation(hours)
            leak += dose.again * curves.leak(hours)
            kidney += dose.kidney * curves.injury(hours, self.traits.recovery_hours)
            slow += dose.again * curves.gathering(hours, 24.0, 96.0)
        return Burden(fever, rigor, dilation, leak / _TYPICAL, kidney / _TYPICAL, slow / _TYPICAL)


def _weights(traits: Traits, cycles: Sequence[Sequence[datetime]]) -> Iterator[_Dose]:
    """Each dose with how much of each effect it has: kidneys tire over a cycle and suffer more in the second."""
    index = 0
    for cycle, doses in enumerate(cycles):
        for number, given_at in enumerate(doses):
            kidney = (1.0 + _KIDNEY_TIRES * number) * (_KIDNEY_AGAIN if cycle > 0 else 1.0)
            yield _Dose(given_at, traits.vigour[index % MOST_DOSES], _AGAIN if cycle > 0 else 1.0, kidney)
            index += 1


def wobble_of(seed: int, minute: int) -> Wobble:
    """The deviations of one visit to the bedside: they depend on patient and minute, not on what was asked before."""
    random = Random(f"wobble:{seed}:{minute}")
    return lambda spread: random.gauss(0.0, spread)
