"""What do heart and vessels, lungs, kidneys, blood and gut show under a burden?

Each function reads traits and burden and answers by measure name; volumes are per hour.
"""

from __future__ import annotations

from math import exp

from app.demo.physiology import Burden, Latent, Wobble
from app.demo.traits import Traits

_PRESSOR_BELOW = 82.0
_PRESSOR_TARGET = 94.0
_PRESSOR_PER_MMHG = 0.045
_FAST_HEART = 150.0
_TARGET_SATURATION = 95.6
_PER_LITRE = 1.4
_MOST_BY_CANNULA = 6
_MASK_FLOW = 8
_BREATHLESS, _VOMITING, _DISTENDED = 1.45, 2.6, 3.2
_CRACKLES = ((1.75, "half_or_more"), (1.2, "third_to_half"), (0.75, "below_a_third"))


def circulation(traits: Traits, burden: Burden, wobble: Wobble) -> dict[str, Latent]:
    """Temperature, heart rate and rhythm, pressures, and the phenylephrine that holds the pressure up."""
    temperature = traits.temperature + traits.fever * burden.fever + wobble(0.12)
    fall = traits.vascular * (8.0 * burden.dilation + 39.0 * burden.leak)
    untreated = traits.systolic - fall
    needed = max(0.0, _PRESSOR_TARGET - untreated) * _PRESSOR_PER_MMHG if untreated < _PRESSOR_BELOW else 0.0
    systolic = max(untreated, _PRESSOR_TARGET - 2.0 if needed > 0 else untreated) + wobble(3.5)
    diastolic = min(systolic - 15.0, traits.diastolic - 0.62 * fall * (0.5 if needed > 0 else 1.0) + wobble(3.0))
    heart_rate = traits.heart_rate + 8.0 * max(0.0, temperature - 36.8) + 13.0 * burden.rigor
    heart_rate += traits.vascular * 15.0 * burden.leak + 0.35 * max(0.0, 100.0 - untreated) + wobble(3.0)
    fibrillating = burden.slow * 8.0 > traits.arrhythmia_after
    return {
        "temperature": temperature,
        "heart_rate": min(_FAST_HEART, heart_rate) + (45.0 if fibrillating else 0.0),
        "rhythm": "atrial_fibrillation" if fibrillating else "sinus",
        "systolic_bp": systolic,
        "diastolic_bp": diastolic,
        "phenylephrine_rate": needed,
        "norepinephrine_rate": 0.0,
        "dopamine_rate": 0.0,
    }


def breathing(traits: Traits, burden: Burden, wobble: Wobble, extra_litres: int) -> dict[str, Latent]:
    """Respiration, saturation and the oxygen it takes; `extra_litres` is what a nurse added on a recheck."""
    load = traits.pulmonary * burden.leak
    on_air = min(99.0, traits.saturation) - 5.0 * load - 0.6 * burden.rigor
    missing = max(0.0, _TARGET_SATURATION - on_air) / _PER_LITRE
    flow = int(missing + 0.999) + (extra_litres if missing > 0 or extra_litres > 0 else 0)
    device = "room_air" if flow == 0 else "nasal_cannula" if flow <= _MOST_BY_CANNULA else "mask_40_percent"
    flow = _MASK_FLOW if device == "mask_40_percent" else flow
    return {
        "respiratory_rate": traits.respiratory_rate + 4.0 * burden.rigor + 4.5 * load + wobble(0.9),
        "spo2": min(100.0, on_air + _PER_LITRE * flow + wobble(0.45)),
        "oxygen_device": device,
        "oxygen_flow": float(flow),
        "crackles": _crackles(load),
        "dyspnoea_at_rest": load > _BREATHLESS,
    }


def _crackles(load: float) -> str:
    for least, name in _CRACKLES:
        if load > least:
            return name
    return "none"


def kidneys(traits: Traits, burden: Burden, wobble: Wobble) -> dict[str, Latent]:
    """Urine per hour, creatinine, bicarbonate, weight."""
    dry = traits.vascular * (1.55 * burden.leak + 0.06 * burden.dilation) + 0.35 * traits.renal * burden.kidney
    excess = 3.1 * traits.renal * burden.kidney
    return {
        "urine_volume": traits.urine_per_hour * exp(-dry) * (1.0 + wobble(0.10)),
        "creatinine": (traits.creatinine + excess) * (1.0 + wobble(0.02)),
        "bicarbonate": traits.bicarbonate - 3.6 * traits.renal * burden.leak + wobble(0.5),
        "weight": traits.weight * (1.0 + 0.085 * traits.vascular * burden.leak) + wobble(0.15),
    }


def blood(traits: Traits, burden: Burden, wobble: Wobble) -> dict[str, Latent]:
    """Platelets, bilirubin, transaminases, and bleeding."""
    liver = traits.hepatic * burden.slow
    bleeding = burden.slow * 8.0 > traits.bleeding_after
    return {
        "platelets": traits.platelets * exp(-1.15 * traits.marrow * burden.slow) * (1.0 + wobble(0.04)),
        "bilirubin": traits.bilirubin + 2.6 * liver**1.3 + wobble(0.05),
        "ast": 22.0 + 45.0 * liver + wobble(2.0),
        "alt": 20.0 + 50.0 * liver + wobble(2.0),
        "stool_occult_blood": "positive" if bleeding else "negative",
        "frank_blood": False,
    }


def gut(traits: Traits, burden: Burden, wobble: Wobble) -> dict[str, Latent]:
    """Diarrhoea per hour, vomiting, distension."""
    load = traits.gut * burden.leak
    return {
        "stool_volume": max(0.0, 62.0 * (load - 0.35)) * (1.0 + wobble(0.15)),
        "vomiting_refractory": load > _VOMITING,
        "abdominal_distension": "present" if load > _DISTENDED else "none",
    }
