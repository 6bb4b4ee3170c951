"""What do mind, skin and the rest show under a burden: the findings a nurse asks for before each dose?

Confusion comes late in a cycle and clears days after the last dose; some patients have a warning sign first.
"""

from __future__ import annotations

from app.demo.physiology import Burden, Latent
from app.demo.traits import Traits

_WARNS_AT = 0.85
_TESTS_FAIL_AT = 1.05
_DISORIENTED_AT = 1.1
_SLEEPY_AT = 1.3


def mind(traits: Traits, burden: Burden) -> dict[str, Latent]:
    """Consciousness, attention tests and every neurologic finding."""
    load = burden.slow * 8.0 / traits.confused_after
    warned = load > _WARNS_AT
    confused = load > 1.0
    failing = load > _TESTS_FAIL_AT
    return {
        "consciousness": "new_confusion" if confused else "alert",
        "serial_sevens": "fail" if failing else "pass",
        "world_backward": "fail" if failing else "pass",
        "vivid_dreams": warned and traits.warning == "dreams",
        "anxiety_mild": warned and traits.warning == "anxiety",
        "emotional_lability": warned and traits.warning == "lability",
        "persistent_crying": False,
        "disorientation": load > _DISORIENTED_AT,
        "confusion_or_agitation": confused,
        "hallucinations": False,
        "lethargy_or_somnolence": load > _SLEEPY_AT,
        "seizure": False,
        "coma_or_toxic_psychosis": False,
    }


def others(traits: Traits, burden: Burden) -> dict[str, Latent]:
    """Findings of the remaining systems."""
    doses = burden.slow * 8.0
    return {
        "ecg_ischaemia": False,
        "chest_pain": False,
        "fluid_refractory_hypotension": False,
        "other_vasopressor": False,
        "abdominal_pain_severe": False,
        "bowel_ischaemia_or_perforation": False,
        "infection_suspected": doses > traits.infection_after,
        "moist_desquamation": doses > traits.skin_after,
        "extreme_tightness": False,
        "extreme_paraesthesia": False,
    }
