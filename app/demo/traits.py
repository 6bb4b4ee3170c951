"""Who is this demo patient: what is normal for them, and how frail is each organ?

Frailty is a random effect: one number for the person, spread a little further for each organ. Every draw comes from one
seed; the same seed is the same person for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import exp
from random import Random
from statistics import NormalDist

MOST_DOSES = 28
_FRAILTY = 0.25
_RECOVERY_DAYS = (1.62, 1.07)
"""Log-normal days from the last dose to a creatinine back at baseline: 62, 84 and 95 % by 7, 14 and 30 days
(Belldegrun 1987, n = 99)."""
_CREATININE_LEFT = 2.9
"""The logarithm of a typical excess over what counts as back at baseline: turns days into a time constant."""
_GOLDEN = (5.0**0.5 - 1.0) / 2.0
_WARNINGS = ("dreams", "anxiety", "lability", "none", "none", "none")


@dataclass(frozen=True, slots=True)
class Traits:
    """Baselines in charted units, then sensitivities as multiples of the typical patient's.

    `fever` is in degrees per dose as antipyretics leave it; `*_after` are how many doses' worth of burden bring an
    event on; `vigour` varies each dose of the course a little.
    """

    weight: float
    temperature: float
    heart_rate: float
    systolic: float
    diastolic: float
    respiratory_rate: float
    saturation: float
    urine_per_hour: float
    creatinine: float
    bilirubin: float
    bicarbonate: float
    platelets: float
    fever: float
    vascular: float
    renal: float
    pulmonary: float
    hepatic: float
    marrow: float
    gut: float
    recovery_hours: float
    confused_after: float
    arrhythmia_after: float
    infection_after: float
    bleeding_after: float
    skin_after: float
    warning: str
    vigour: tuple[float, ...]


def draw(seed: int) -> Traits:
    """The person behind a seed."""
    random = Random(f"traits:{seed}")
    frailty = random.gauss(0.0, _FRAILTY)
    organ = partial(random.lognormvariate, frailty)
    return Traits(
        weight=min(125.0, max(48.0, random.gauss(80.0, 13.0))),
        temperature=random.gauss(36.7, 0.2),
        heart_rate=random.gauss(74.0, 7.0),
        systolic=random.gauss(126.0, 9.0),
        diastolic=random.gauss(75.0, 5.0),
        respiratory_rate=random.gauss(15.0, 1.2),
        saturation=random.gauss(97.8, 0.6),
        urine_per_hour=random.gauss(85.0, 12.0),
        creatinine=min(1.4, max(0.6, random.gauss(0.95, 0.15))),
        bilirubin=random.uniform(0.3, 1.0),
        bicarbonate=random.gauss(25.0, 1.2),
        platelets=random.gauss(240.0, 45.0),
        fever=max(0.6, random.gauss(1.65, 0.45)),
        vascular=organ(0.25),
        renal=organ(0.35),
        pulmonary=organ(0.30),
        hepatic=organ(0.40),
        marrow=organ(0.25),
        gut=organ(0.50),
        recovery_hours=_recovery(seed),
        confused_after=random.lognormvariate(1.85 - frailty, 0.45),
        arrhythmia_after=random.expovariate(0.010),
        infection_after=random.expovariate(0.006),
        bleeding_after=random.expovariate(0.004),
        skin_after=random.expovariate(0.003),
        warning=random.choice(_WARNINGS),
        vigour=tuple(random.lognormvariate(0.0, 0.15) for _ in range(MOST_DOSES)),
    )


def _recovery(seed: int) -> float:
    """Time constant in hours; nothing recovers in the first day and a half after a dose (`curves.injury`).

    Neighbouring seeds are spread evenly over the distribution (golden-ratio sequence), so that a small ward shows all
    of it.
    """
    place = (seed * _GOLDEN + 0.5) % 1.0
    days = exp(NormalDist(*_RECOVERY_DAYS).inv_cdf(min(0.999, max(0.001, place))))
    return max(10.0, days * 24.0 - 45.0) / _CREATININE_LEFT
