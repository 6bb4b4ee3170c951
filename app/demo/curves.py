"""What does one dose do to the body, as curves over the hours since it?

Timings: management table of the 2014 consensus (chills 1 to 2 h, fever 2 to 4 h after a dose) and the UK product
summary (hypotension 2 to 12 h after, leak within hours). Curves have no unit; 1 is the full effect of one dose.
Latent numbers are floats on purpose: nobody charts them. `charting` turns what is charted into Decimals.
"""

from __future__ import annotations

from math import exp

_DILATION_PEAK = 4.0


def ramp(hours: float, start: float, full: float) -> float:
    """0 until `start`, 1 from `full`, smooth between."""
    x = min(1.0, max(0.0, (hours - start) / (full - start)))
    return x * x * (3.0 - 2.0 * x)


def fade(hours: float, start: float, tau: float) -> float:
    """1 until `start`, then falling with the time constant `tau`."""
    return 1.0 if hours <= start else exp((start - hours) / tau)


def gathering(hours: float, rise: float, fall: float) -> float:
    """An effect that builds up with `rise` and wears off with `fall`."""
    return (1.0 - exp(-hours / rise)) * exp(-hours / fall)


def fever(hours: float) -> float:
    """The rise of temperature: it crosses 38.0 between 2 and 4 h after a dose and is gone by the next."""
    return ramp(hours, 1.25, 3.5) * fade(hours, 3.5, 1.8)


def rigor(hours: float) -> float:
    """Chills, 1 to 2 h after a dose; charted only through heart and breathing."""
    return ramp(hours, 0.75, 1.4) * (1.0 - ramp(hours, 1.6, 2.25))


def dilation(hours: float) -> float:
    """Loss of vascular tone: deepest at 4 h, most of it between 2 and 12 h."""
    x = hours / _DILATION_PEAK
    return (x * exp(1.0 - x)) ** 2


def leak(hours: float) -> float:
    """Plasma leaking from the capillaries: it gathers over the doses and takes days to reverse."""
    return gathering(hours, 6.0, 60.0)


def injury(hours: float, recovery: float) -> float:
    """Kidney function lost to a dose: creatinine follows within a day, then recovers with `recovery` hours."""
    return (1.0 - exp(-hours / 26.0)) * fade(hours, 30.0, recovery)
