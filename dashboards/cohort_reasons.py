"""Why were doses withheld: which reason at how many of them?"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.cohort import Reason
from app.domain.cohort_tables import percent, share_words
from app.domain.tongue import worded
from dashboards.plain import BLUE, FOOT, LETTER, ROW, SIDE, cut, frame
from dashboards.theme import INK, Figure
from dashboards.words import escape


def reasons_figure(found: Sequence[Reason], doses: int) -> Figure:
    """The most frequent at the top; a bar says of how many withheld doses it was a reason."""
    labels = [cut(one.name) for one in found]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [one.doses for one in found],
        "y": list(range(len(found))),
        "marker": {"color": BLUE, "line": {"color": INK, "width": 1}},
        "text": [share_words(one.doses, doses) for one in found],
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"size": 12, "color": INK},
        "hovertext": [escape(_said(one, doses)) for one in found],
        "hoverinfo": "text",
    }
    most = max((one.doses for one in found), default=1)
    return frame(
        [bars],
        {"range": [0, most * 1.35], "title": {"text": worded("Withheld doses")}, "tickformat": "d", "nticks": 6},
        {
            "range": [max(len(found), 1) - 0.5, -0.5],
            "tickvals": list(range(len(found))),
            "ticktext": [escape(label) for label in labels],
            "showgrid": False,
        },
        height=FOOT + ROW * max(len(found), 1),
        left=LETTER * max([len(label) for label in labels] + [8]) + SIDE,
    )


def _said(one: Reason, doses: int) -> str:
    return worded(
        "{name}: {share}; with those above {percent} %",
        name=one.name,
        share=share_words(one.doses, doses),
        percent=percent(one.share),
    )
