"""What does a row answer over its window?

Each kind of window is one function of row and facts. Missing, stale and discordant readings widen an answer; they never
lower it. clinical-rules.md section 3 and its fine print are the source.
"""

from __future__ import annotations

from collections.abc import Callable

from app.domain.answer import Answer
from app.domain.facts import Facts
from app.domain.protocol import Row, WindowKind
from app.domain.windows_baseline import against_baseline, since_baseline
from app.domain.windows_lasting import duration, outlasted, persistent
from app.domain.windows_latched import count, latched
from app.domain.windows_point import event_since_last_dose, latest, max_since_last_dose
from app.domain.windows_volume import volume

ANSWERS: dict[WindowKind, Callable[[Row, Facts], Answer]] = {
    WindowKind.LATEST: latest,
    WindowKind.MAX_SINCE_LAST_DOSE: max_since_last_dose,
    WindowKind.EVENT_SINCE_LAST_DOSE: event_since_last_dose,
    WindowKind.SUM: volume,
    WindowKind.CONSECUTIVE_SUMS: volume,
    WindowKind.SINCE_BASELINE: since_baseline,
    WindowKind.AGAINST_BASELINE: against_baseline,
    WindowKind.PERSISTENT: persistent,
    WindowKind.DURATION: duration,
    WindowKind.OUTLASTED: outlasted,
    WindowKind.LATCHED: latched,
    WindowKind.COUNT: count,
}

REMEMBERING = (WindowKind.LATCHED, WindowKind.OUTLASTED)
"""What one reading settles only where nothing was carried over from before the readings at hand."""
SETTLED = (
    WindowKind.LATEST,
    WindowKind.MAX_SINCE_LAST_DOSE,
    WindowKind.EVENT_SINCE_LAST_DOSE,
    WindowKind.AGAINST_BASELINE,
    WindowKind.PERSISTENT,
    WindowKind.DURATION,
    *REMEMBERING,
)
"""Where a fresh reading that is the only one and meets no criterion says what the window would say."""
