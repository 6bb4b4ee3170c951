"""What would every instrument and every question at the bedside say at one moment?"""

from __future__ import annotations

from datetime import datetime

from app.demo import mind, organs
from app.demo.physiology import Latent, Physiology, Wobble, still


def signs(physiology: Physiology, at: datetime, wobble: Wobble = still, extra_litres: int = 0) -> dict[str, Latent]:
    """Every measure by name, unrounded, volumes per hour; the same moment and wobble give the same answer."""
    traits, burden = physiology.traits, physiology.burden(at)
    return {
        **organs.circulation(traits, burden, wobble),
        **organs.breathing(traits, burden, wobble, extra_litres),
        **organs.kidneys(traits, burden, wobble),
        **organs.blood(traits, burden, wobble),
        **organs.gut(traits, burden, wobble),
        **mind.mind(traits, burden),
        **mind.others(traits, burden),
    }


def number_of(sign: Latent) -> float:
    """A sign that is a number; raises TypeError for any other."""
    if not isinstance(sign, float):
        raise TypeError("a sign that is a number was expected")
    return sign
