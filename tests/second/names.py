"""Which criterion of a protocol file is meant by which row of ours? Only `unresolved` needs to know."""

from __future__ import annotations

from collections.abc import Iterable

_USPI = {
    "rhythm/W": "rhythm-withhold",
    "rhythm uncontrolled/P": "rhythm-permanent",
    "ventricular tachycardia/P": "ventricular-tachycardia-permanent",
    "ischaemia/P": "ischaemia-permanent",
    "chest pain/P": "chest-pain-permanent",
    "pressure/W": "low-systolic-withhold",
    "saturation/W": "saturation-withhold",
    "intubation/W": "intubation-withhold",
    "intubation/P": "long-intubation-permanent",
    "occult blood/W": "occult-blood-withhold",
    "frank blood/W": "frank-blood-withhold",
    "bowel/P": "bowel-permanent",
    "infection/W": "infection-withhold",
    "crying/W": "persistent-crying-withhold",
    "hallucinations/W": "hallucinations-withhold",
    "disorientation/W": "disorientation-withhold",
    "confusion/W": "confusion-withhold",
    "lethargy/W": "lethargy-withhold",
    "coma/W": "coma-withhold",
    "coma/P": "long-coma-permanent",
    "seizure/W": "seizure-withhold",
    "seizure/P": "repeated-seizures-permanent",
}

THEIRS = {("uspi-2023", name): criterion for name, criterion in _USPI.items()}
"""Our protocol and row/class: the criterion's id in the program's protocol file, the one word the two share."""

OURS = {(protocol, criterion): name for (protocol, name), criterion in THEIRS.items()}


def theirs(protocol: str, names: Iterable[str]) -> tuple[str, ...]:
    """The ids of the protocol file; what the protocol does not have is left out."""
    return tuple(THEIRS[protocol, name] for name in names if (protocol, name) in THEIRS)


def ours(protocol: str, criteria: Iterable[str]) -> tuple[str, ...]:
    """Our row/class names; a criterion that latches nothing here has none."""
    return tuple(OURS[protocol, criterion] for criterion in criteria if (protocol, criterion) in OURS)
