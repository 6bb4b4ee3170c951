"""Which single parts of the bedside form can be opened at once?"""

from __future__ import annotations

from app.domain.measure import Measures
from app.web.entry.layout import quick
from app.web.pages import Link
from app.web.translate import _


def quick_links(dose_id: str, measures: Measures, here: str | None = None) -> tuple[Link, ...]:
    """One for each part that is often charted alone; `here` is the one that is open."""
    path = f"/doses/{dose_id}/observe?only="
    return tuple(Link(path + part.id, _(part.title), part.id == here) for part in quick(measures))
