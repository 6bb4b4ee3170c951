"""How does a context look as the evaluate request that REST and the command line take, and back?"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.second.charted import Context, Point, Value, Volume
from tests.second.names import ours, theirs
from tests.second.rules import MEASURES

MICROSECOND = timedelta(microseconds=1)
INTERVALS = frozenset(name for name, entry in MEASURES.items() if entry["kind"] == "interval")


def parse(request: dict[str, Any]) -> Context:
    """The context of a request whose numbers are Decimals or ints."""
    at = _time(request["at"])
    points: dict[str, list[Point]] = {}
    volumes: dict[str, list[Volume]] = {}
    for row in request["observations"]:
        if "from" in row:
            ages = (at - _time(row["from"])) // MICROSECOND, (at - _time(row["to"])) // MICROSECOND
            volumes.setdefault(row["measure"], []).append((*ages, Decimal(row["value"])))
        else:
            age = (at - _time(row["observed_at"])) // MICROSECOND
            points.setdefault(row["measure"], []).append((age, _value(row["value"], row.get("unit"))))
    history, previous = request["history"], request["history"].get("previous")
    return Context(
        at=at,
        late=(at - _time(request["dose"]["due_at"])) // MICROSECOND,
        number=request["dose"]["number"],
        cycle=request["dose"]["cycle"],
        admitted=_age(at, request.get("admitted_at")),
        baseline={name: value if isinstance(value, str) else Decimal(value) for name, value in _baseline(request)},
        held=history["held_doses"],
        given=_age(at, history.get("last_given_at")),
        previous=None if previous is None else (previous["action"], _spo2(previous.get("spo2"))),
        unresolved=ours(request["protocol"], history.get("unresolved", ())),
        points={measure: tuple(rows) for measure, rows in points.items()},
        volumes={measure: tuple(rows) for measure, rows in volumes.items()},
    )


def render(context: Context, protocol: str) -> dict[str, Any]:
    """The request of a context, ready for json.dumps."""
    history: dict[str, Any] = {"held_doses": context.held}
    if context.given is not None:
        history["last_given_at"] = _text(context, context.given)
    if context.previous is not None:
        action, spo2 = context.previous
        history["previous"] = {"action": action} | ({} if spo2 is None else {"spo2": _number(spo2)})
    if context.unresolved:
        history["unresolved"] = list(theirs(protocol, context.unresolved))
    request: dict[str, Any] = {
        "protocol": protocol,
        "at": _text(context, 0),
        "dose": {"due_at": _text(context, context.late), "number": context.number, "cycle": context.cycle},
        "baseline": {name: _number(value) for name, value in context.baseline.items()},
        "history": history,
        "observations": _observations(context),
    }
    return request if context.admitted is None else request | {"admitted_at": _text(context, context.admitted)}


def _observations(context: Context) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for measure, points in context.points.items():
        unit = {"unit": MEASURES[measure]["unit"]} if "unit" in MEASURES[measure] else {}
        for age, value in points:
            rows.append({"measure": measure, "value": _number(value), **unit, "observed_at": _text(context, age)})
    for measure, volumes in context.volumes.items():
        for start, end, volume in volumes:
            times = {"from": _text(context, start), "to": _text(context, end)}
            rows.append({"measure": measure, "value": _number(volume), "unit": "mL", **times})
    return rows


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _age(at: datetime, text: str | None) -> int | None:
    return None if text is None else (at - _time(text)) // MICROSECOND


def _baseline(request: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in request.get("baseline", {}).items() if value is not None]


def _spo2(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _value(value: Any, unit: str | None) -> Value:
    """A charted value; Fahrenheit exactly, then half up to a tenth of a degree Celsius (fine print 17)."""
    if isinstance(value, bool | str):
        return value
    number = Decimal(value)
    if unit == "[degF]":
        tenths = ((number - 32) * 50 / 9).quantize(Decimal(1), ROUND_HALF_UP)
        return tenths / 10
    return number


def _text(context: Context, age: int) -> str:
    return (context.at - age * MICROSECOND).isoformat()


def _number(value: Value | Decimal | str) -> Any:
    """JSON writes a Decimal of few digits as the digits it has."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(str(value))
