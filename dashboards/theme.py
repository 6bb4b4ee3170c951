"""Which colours, symbols and scales do all figures share?

One palette, told apart by colour-blind readers and in greyscale, never by colour alone: an action is a word, a symbol
and a colour. Scales are fixed per measure: the same height means the same thing on every screen. They are drawing only:
no decision reads them.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

from app.domain.vocabulary import Action

Figure: TypeAlias = dict[str, Any]
"""A figure in Plotly's JSON schema: data and layout."""

INK = "#1A1A1A"
MUTED = "#595959"
GREY = "#8C8C8C"
GRID = "#DEDEDE"
PAPER = "#FFFFFF"
FONT = {"family": "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif", "size": 13, "color": INK}
BAND_OPACITY = 0.12

NIGHT = {
    INK: "#E9ECEF",
    MUTED: "#AAB2BC",
    GREY: "#7F8A95",
    GRID: "#303841",
    PAPER: "#14181D",
    "#005AB5": "#4C9BF0",
    "#FFC20A": "#8A6400",
    "#DC3220": "#FF9A8C",
    "#000000": "#F7F7F7",
    "#FFF3C4": "#3A3317",
}
"""What each colour of the day becomes at night. A drawing holds those of the day, for paper and for saved pictures; the
page that shows it exchanges them, so that one drawing serves both."""

BOX = {"showline": True, "linecolor": MUTED, "linewidth": 1, "mirror": True, "zeroline": False, "gridcolor": GRID}
TIME_AXIS = BOX | {
    "type": "date",
    "mirror": "all",
    "tickformat": "%d-%b-%Y %H:%M",
    "tickmode": "array",
    "tickangle": 0,
    "ticks": "outside",
    "ticklen": 4,
    "tickfont": {"size": 12, "color": INK},
    "griddash": "dot",
}

LEFT, RIGHT = 118, 18
"""Margins in pixels, the same on every figure: panels below each other share one time axis."""

CORRECTED = "circle-open"
NOT_TAKEN = "x-thin-open"


def canvas(height: int, *, top: int, below: int, left: int = LEFT, right: int = RIGHT) -> dict[str, Any]:
    """The layout every figure begins with: pixels of height and margins, the house's paper, ink and hover."""
    return {
        "template": {},
        "meta": {"night": NIGHT},
        "height": height,
        "margin": {"l": left, "r": right, "t": top, "b": below, "pad": 0},
        "font": FONT,
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": PAPER, "bordercolor": INK, "font": {"size": 12}, "align": "left", "namelength": -1},
        "dragmode": False,
        "showlegend": False,
    }


class Style(NamedTuple):
    """How an action looks: Plotly's symbol, and its fill."""

    symbol: str
    fill: str


ACTIONS = {
    Action.PROCEED: Style("circle", "#005AB5"),
    Action.CAUTION: Style("diamond", "#FFC20A"),
    Action.INCOMPLETE: Style("circle", "#FFFFFF"),
    Action.HOLD: Style("square", "#DC3220"),
    Action.SKIP: Style("triangle-down", "#DC3220"),
    Action.STOP: Style("x", "#000000"),
    Action.DISCONTINUE: Style("hexagon", "#000000"),
}
"""Every symbol has a black outline: `incomplete` is a hollow circle by its white fill."""


class Scale(NamedTuple):
    """The lowest and highest value drawn, the step between ticks, and the height of the panel in pixels."""

    low: Decimal
    high: Decimal
    step: Decimal
    height: int

    @property
    def middle(self) -> Decimal:
        """The value half-way up."""
        return (self.low + self.high) / 2


def _scale(low: str, high: str, step: str, height: int) -> Scale:
    return Scale(Decimal(low), Decimal(high), Decimal(step), height)


SCALES = {
    "systolic_bp": _scale("30", "190", "20", 190),
    "phenylephrine_rate": _scale("0", "2", "0.5", 190),
    "norepinephrine_rate": _scale("0", "1", "0.25", 100),
    "dopamine_rate": _scale("0", "20", "5", 100),
    "heart_rate": _scale("40", "180", "20", 180),
    "respiratory_rate": _scale("0", "50", "10", 120),
    "spo2": _scale("80", "100", "5", 140),
    "oxygen_flow": _scale("0", "10", "2", 140),
    "fio2": _scale("20", "100", "20", 120),
    "temperature": _scale("35", "42", "1", 150),
    "urine_volume": _scale("0", "800", "200", 170),
    "fluid_balance": _scale("-1000", "2000", "500", 140),
    "weight": _scale("-5", "20", "5", 130),
    "ice_score": _scale("0", "10", "2", 110),
    "creatinine": _scale("0", "6", "1", 150),
    "platelets": _scale("0", "300", "50", 160),
    "bilirubin": _scale("0", "12", "2", 130),
    "bicarbonate": _scale("8", "32", "4", 130),
    "news2": _scale("0", "20", "5", 150),
}


def coordinate(value: Decimal | Fraction) -> int | float:
    """Where a value is drawn: a place on the screen, not a clinical number; every text keeps the exact value."""
    number = float(value)
    return int(number) if number.is_integer() else number
