"""Which random patients does the comparison look at? Seeded, and crowded around every limit of the rules page.

A context is the well patient with some things changed. `Draft` is the context while it is being changed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

from tests.second.charted import HOUR, MINUTE, Context, Point, Value, Volume
from tests.second.rules import MEASURES, RULES
from tests.second.wellness import POINTS, VOLUMES, WELL, hourly

SECOND = 1_000_000
MOMENTS = (
    datetime(2026, 3, 4, 16, tzinfo=UTC),
    datetime(2026, 3, 29, 3, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    datetime(2028, 3, 1, 2, tzinfo=UTC),
    datetime(2027, 1, 1, tzinfo=UTC),
)
"""An afternoon, both changes of the clocks, the day after a leap day, and a midnight that ends the year."""

AGES = (
    0,
    1,
    MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    30 * MINUTE,
    90 * MINUTE,
    2 * HOUR,
    3 * HOUR,
    4 * HOUR,
    5 * HOUR,
    8 * HOUR,
)
AGES_LONG = (12 * HOUR, 20 * HOUR, 24 * HOUR, 30 * HOUR, 48 * HOUR, 50 * HOUR, 72 * HOUR, 80 * HOUR)
GAPS = (0, 1, MINUTE, 3 * MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR)
NUDGES = (-SECOND, -1, 0, 0, 0, 1, SECOND)
AHEAD = (-1, -MINUTE, -90 * SECOND, -2 * MINUTE)


def _bounds() -> dict[str, tuple[Decimal, ...]]:
    """Every number that a table prints for a measure, its warn limits, and zero."""
    found: dict[str, set[Decimal]] = {}
    for rules in RULES.values():
        for row in rules.rows:
            printed = [Decimal(str(bound.numerator)) for _, _, bound in row["levels"]] if "sum" in row["how"] else []
            printed += [bound for _, _, bound in row["levels"]] if not printed else []
            printed += [
                Decimal(row[key]) for key in ("from", "above", "below", "bound", "least", "pressure") if key in row
            ]
            found.setdefault(row["measure"], set()).update(printed)
    found["fio2"], found["temperature"] = {Decimal(40)}, {Decimal("38.0")}
    for measure, entry in MEASURES.items():
        if entry["kind"] == "quantity":
            found.setdefault(measure, set()).update({*map(Decimal, entry["warn"]), Decimal(entry.get("well", 0))})
    return {measure: tuple(sorted(numbers)) for measure, numbers in found.items()}


BOUNDS = _bounds()
POINT_MEASURES = (*POINTS, "fio2")
JUDGED = tuple(dict.fromkeys(row["measure"] for rules in RULES.values() for row in rules.rows))
JUDGED_POINTS = tuple(measure for measure in JUDGED if measure in POINT_MEASURES)
EVENTS = tuple(
    dict.fromkeys(
        row["measure"] for rules in RULES.values() for row in rules.rows if row["how"] in ("event", "ever_event")
    )
)
MILD: tuple[tuple[str, Value], ...] = (
    ("creatinine", Decimal("2.5")),
    ("platelets", Decimal(50)),
    ("stool_occult_blood", "positive"),
    ("dyspnoea_at_rest", True),
    ("crackles", "third_to_half"),
    ("bilirubin", Decimal("7.1")),
    ("bicarbonate", Decimal(18)),
    ("extreme_tightness", True),
    ("anxiety_mild", True),
)


def step(measure: str) -> Decimal:
    """The smallest difference a person can enter."""
    return Decimal(1).scaleb(-int(MEASURES[measure]["decimals"]))


def within(measure: str, number: Decimal) -> Decimal:
    low, high = MEASURES[measure]["hard"]
    return min(max(number, Decimal(low)), Decimal(high))


def a_value(random: Random, measure: str) -> Value:
    """Near a limit for a number, any for the rest."""
    entry = MEASURES[measure]
    if entry["kind"] == "finding":
        return random.random() < 0.6
    if entry["kind"] == "choice":
        return str(random.choice(entry["choices"]))
    number = random.choice(BOUNDS[measure]) + random.choice((-1, 0, 0, 1)) * step(measure)
    if random.random() < 0.1:
        low, high = entry["hard"]
        number = Decimal(random.randint(int(low), int(high)))
    return within(measure, number)


class Draft:
    """The well patient, with what has been changed so far."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.points: dict[str, tuple[Point, ...]] = dict(POINTS)
        self.volumes: dict[str, tuple[Volume, ...]] = dict(VOLUMES)
        self.baseline: dict[str, Decimal | str] = dict(WELL.baseline)
        self.rest: dict[str, Any] = {}

    def age(self) -> int:
        """An age near a limit of freshness or duration, now and then ahead of the decision."""
        if self.random.random() < 0.05:
            return self.random.choice(AHEAD)
        ages = AGES_LONG if self.random.random() < 0.2 else AGES
        return max(0, self.random.choice(ages) + self.random.choice(NUDGES))

    def ages(self, count: int) -> list[int]:
        """Several ages, each a telling gap before the next."""
        found = [self.age()]
        while len(found) < count:
            found.append(found[-1] + max(0, self.random.choice(GAPS) + self.random.choice(NUDGES)))
        return found

    def chart(self, measure: str, *points: Point) -> None:
        entered = list(points)
        self.random.shuffle(entered)
        self.points[measure] = tuple(entered)

    def context(self) -> Context:
        return Context(
            at=self.rest.get("at", WELL.at),
            late=self.rest.get("late", 0),
            number=self.rest.get("number", WELL.number),
            cycle=WELL.cycle,
            admitted=self.rest.get("admitted"),
            baseline=self.baseline,
            held=self.rest.get("held", 0),
            given=self.rest.get("given"),
            previous=self.rest.get("previous"),
            unresolved=self.rest.get("unresolved", ()),
            points=self.points,
            volumes=self.volumes,
        )


def one_reading(draft: Draft) -> None:
    measure = draft.random.choice(POINT_MEASURES)
    draft.chart(measure, (draft.age(), a_value(draft.random, measure)))


def one_fresh_reading(draft: Draft) -> None:
    measure = draft.random.choice(JUDGED_POINTS)
    draft.chart(measure, (draft.random.choice(AGES[:7]), a_value(draft.random, measure)))


def several_readings(draft: Draft) -> None:
    measure = draft.random.choice(JUDGED_POINTS)
    ages = draft.ages(draft.random.choice((2, 2, 3, 3, 4, 5)))
    draft.chart(measure, *((age, a_value(draft.random, measure)) for age in ages))


def two_readings_close(draft: Draft) -> None:
    """On both sides of something, five minutes apart or just not."""
    measure = draft.random.choice(POINT_MEASURES)
    gap = draft.random.choice((0, 1, MINUTE, 5 * MINUTE - 1, 5 * MINUTE, 5 * MINUTE + 1, 5 * MINUTE + SECOND))
    first = draft.random.choice((0, 10 * MINUTE, 4 * HOUR - MINUTE, 4 * HOUR, -MINUTE))
    before = [(first + gap + 30 * MINUTE, a_value(draft.random, measure))] if draft.random.random() < 0.3 else []
    draft.chart(
        measure, (first, a_value(draft.random, measure)), (first + gap, a_value(draft.random, measure)), *before
    )


def nothing_charted(draft: Draft) -> None:
    draft.points.pop(draft.random.choice(JUDGED_POINTS), None)


def tachycardia(draft: Draft) -> None:
    """Readings about a quarter of an hour apart, with fever and dopamine near their limits."""
    random = draft.random
    latest = random.choice((0, MINUTE, 10 * MINUTE, 30 * MINUTE, 4 * HOUR))
    gaps = (5 * MINUTE, 14 * MINUTE, 15 * MINUTE, 15 * MINUTE, 30 * MINUTE, 2 * HOUR, 4 * HOUR)
    ages = [latest]
    for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
        ages.append(ages[0] + random.choice(gaps) + random.choice(NUDGES))
    rates = (99, 100, 100, 101, 110, 119, 120, 129, 130, 130, 131, 131, 140)
    draft.chart("heart_rate", *((age, Decimal(random.choice(rates))) for age in ages))
    if random.random() < 0.5:
        heats = [Decimal(text) for text in ("36.8", "37.9", "37.9", "38.0", "38.1")]
        draft.chart("temperature", *((age, random.choice(heats)) for age in draft.ages(random.choice((1, 1, 2, 3)))))
    if random.random() < 0.2:
        doses = [Decimal(text) for text in ("0", "0", "0.1", "2")]
        draft.chart("dopamine_rate", *((age, random.choice(doses)) for age in draft.ages(random.choice((1, 2)))))


def oxygen(draft: Draft) -> None:
    """A device with a flow and a saturation, mostly ones that fit together."""
    random = draft.random
    worn = str(random.choice(MEASURES["oxygen_device"]["choices"]))
    flow = random.choice(("0", "2.9", "3", "3.9", "4", "4", "4.1", "6", "60.1"))
    flow = "0" if worn == "room_air" and random.random() < 0.9 else flow
    draft.chart("oxygen_device", (30 * MINUTE, worn))
    draft.chart("oxygen_flow", (30 * MINUTE, Decimal(flow)))
    draft.chart("spo2", (30 * MINUTE, Decimal(random.choice((49, 88, 89, 90, 91, 94, 94, 95, 95, 96)))))
    if random.random() < 0.5:
        draft.chart("fio2", (draft.age(), Decimal(random.choice((21, 39, 40, 41)))))


def pressures(draft: Draft) -> None:
    random = draft.random
    ages = draft.ages(random.choice((1, 2, 2, 3)))
    draft.chart("systolic_bp", *((age, Decimal(random.choice((39, 79, 80, 81, 89, 90, 91, 118)))) for age in ages))
    draft.chart("diastolic_bp", *((age, Decimal(random.choice((38, 50, 50, 79)))) for age in ages))


def a_latch(draft: Draft) -> None:
    """Something set some time ago, and what might clear it."""
    random = draft.random
    pairs: tuple[tuple[str, tuple[Value, ...]], ...] = (
        ("spo2", tuple(Decimal(number) for number in (89, 90, 91))),
        ("rhythm", ("sinus", "atrial_fibrillation", "sinus", "uncontrolled", "ventricular_tachycardia")),
        ("systolic_bp", tuple(Decimal(number) for number in (89, 90, 110))),
        ("stool_occult_blood", ("negative", "positive")),
        ("oxygen_device", ("room_air", "intubated", "intubated")),
        *(
            (measure, (False, True))
            for measure in (*POINTS, "seizure", "frank_blood")
            if POINTS[measure][0][1] is False
        ),
    )
    for measure, values in random.sample(pairs, random.choice((1, 2, 3))):
        ages = draft.ages(random.choice((1, 2, 3, 4)))
        draft.chart(measure, *((age, random.choice(values)) for age in ages))


def an_event(draft: Draft) -> None:
    random = draft.random
    measure = random.choice(EVENTS)
    ages = draft.ages(random.choice((1, 2, 3)))
    draft.chart(measure, *((age, a_value(random, measure)) for age in ages))
    if random.random() < 0.6:
        draft.rest["given"] = max(0, random.choice(ages) + random.choice((-HOUR, *NUDGES, HOUR)))
    if random.random() < 0.5:
        answer = max(0, random.choice(ages) + random.choice(NUDGES))
        draft.chart("ecg_ischaemia", (answer, random.random() < 0.3))


def several_mild(draft: Draft) -> None:
    for measure, value in draft.random.sample(MILD, draft.random.choice((1, 2, 2, 3, 3, 4))):
        draft.chart(measure, (30 * MINUTE, value))


def weights(draft: Draft) -> None:
    """A gain of exactly 15 per cent, a step more or less, or no baseline."""
    random = draft.random
    base = Decimal(random.choice(("80.0", "82.0", "60.0", "61.4", "100.0", "40.0")))
    if random.random() < 0.1:
        draft.baseline.pop("weight", None)
    else:
        draft.baseline["weight"] = base
    edge = base * 115 / 100 if random.random() < 0.7 else base
    now = [
        within("weight", edge.quantize(Decimal("0.1")) + random.choice((-1, 0, 0, 1)) * Decimal("0.1")) for _ in "ab"
    ]
    draft.chart(
        "weight", *((age, weight) for age, weight in zip(draft.ages(random.choice((1, 1, 2))), now, strict=False))
    )


def attention(draft: Draft) -> None:
    for test in ("serial_sevens", "world_backward"):
        before = draft.random.choice(("pass", "pass", "fail", None))
        draft.baseline.pop(test, None)
        draft.baseline |= {} if before is None else {test: before}
        draft.chart(test, (draft.age(), draft.random.choice(("pass", "fail"))))


def even_volumes(draft: Draft) -> None:
    """A total at a limit, in equal hours."""
    random = draft.random
    if random.random() < 0.6:
        total = Decimal(random.choice((0, 79, 80, 81, 159, 160, 161, 319, 320, 321, 240, 328)))
        draft.volumes["urine_volume"] = hourly(
            total + random.choice((0, 0, Decimal("0.008"), Decimal("-0.008"))) * (total > 0)
        )
    else:
        last, before = (Decimal(random.choice((0, 992, 1000, 1008))) for _ in "ab")
        draft.volumes["stool_volume"] = (*hourly(last), *hourly(before, 8 * HOUR))


def odd_volumes(draft: Draft) -> None:
    """Gaps, overlaps, edges, long and late intervals."""
    random = draft.random
    measure = random.choice(("urine_volume", "urine_volume", "stool_volume"))
    if random.random() < 0.3:
        start, end, total = random.choice(
            ((12 * HOUR, 0, 120), (12 * HOUR, 0, 100), (24 * HOUR, 0, 240), (24 * HOUR, 0, 3000), (24 * HOUR, 0, 3001))
        )
        draft.volumes[measure] = ((start, end, Decimal(total)),)
        return
    cuts = sorted(_cuts(random), reverse=True)
    rows = [(start, end, Decimal(random.choice((0, 10, 20, 40, 75, 80, 160, 500)))) for start, end in pairwise(cuts)]
    if random.random() < 0.4 and len(rows) > 1:
        rows.pop(random.randrange(len(rows)))
    if random.random() < 0.2:
        start, end, volume = random.choice(rows)
        rows.append((start + random.choice((0, MINUTE)), end, volume))
    random.shuffle(rows)
    draft.volumes[measure] = tuple(row for row in rows if row[0] > max(row[1], 0))


def _cuts(random: Random) -> set[int]:
    edges = (0, 0, 30 * MINUTE, 30 * MINUTE + 1, 30 * MINUTE - 1, -MINUTE, -2 * MINUTE)
    starts = (
        8 * HOUR,
        8 * HOUR,
        450 * MINUTE,
        450 * MINUTE - 1,
        9 * HOUR,
        16 * HOUR,
        17 * HOUR,
        930 * MINUTE,
        24 * HOUR,
    )
    cuts = {random.choice(edges), random.choice(starts)}
    while len(cuts) < random.choice((2, 3, 4, 6)):
        cuts.add(random.randint(1, 48) * 20 * MINUTE + random.choice((0, 0, 1, SECOND)))
    return cuts


def admission(draft: Draft) -> None:
    """Admitted about eight hours ago, charted since then with or without a gap."""
    random = draft.random
    admitted = max(0, random.choice((HOUR, 4 * HOUR, 8 * HOUR, 8 * HOUR, 12 * HOUR, 16 * HOUR)) + random.choice(NUDGES))
    draft.rest["admitted"] = admitted
    for measure in ("urine_volume", "stool_volume"):
        if random.random() < 0.7:
            first = admitted + random.choice((0, 0, 0, -1, MINUTE))
            middle = first // 2 + random.choice((0, 0, 0, 1))
            volumes = (Decimal(random.choice((0, 10, 200, 1000))) for _ in "ab")
            rows = ((first, first // 2, next(volumes)), (middle, 0, next(volumes)))
            draft.volumes[measure] = tuple(row for row in rows if row[0] > row[1])
        elif random.random() < 0.3:
            draft.volumes[measure] = ()


def the_clock(draft: Draft) -> None:
    late = draft.random.choice((-8 * HOUR, -2 * HOUR, -2 * HOUR, -HOUR, HOUR, HOUR, 5 * HOUR))
    draft.rest["late"] = late + draft.random.choice(NUDGES)
    draft.rest["at"] = draft.random.choice(MOMENTS)


def the_past(draft: Draft) -> None:
    random = draft.random
    draft.rest["held"] = random.choice((0, 1, 2, 2, 3, 4))
    if random.random() < 0.4:
        action = random.choice(("proceed", "caution", "incomplete", "hold", "hold", "skip", "stop", "discontinue"))
        spo2 = random.choice((None, Decimal(88), Decimal(89), Decimal(90), Decimal(91), Decimal(95)))
        draft.rest["previous"] = (action, spo2)
    if random.random() < 0.4:
        draft.rest["given"] = random.choice(
            (0, 10 * MINUTE, 30 * MINUTE, 6 * HOUR, 8 * HOUR, 9 * HOUR)
        ) + random.choice((0, 0, 1))


def unresolved(draft: Draft) -> None:
    rows = [f"{row['name']}/{name}" for row in RULES["uspi-2023"].rows for name in sorted(row["classes"] & {"W", "P"})]
    draft.rest["unresolved"] = tuple(draft.random.sample(rows, draft.random.choice((1, 1, 2))))


CHANGES: tuple[tuple[Callable[[Draft], None], int], ...] = (
    (one_reading, 4),
    (one_fresh_reading, 8),
    (several_readings, 6),
    (two_readings_close, 4),
    (nothing_charted, 1),
    (tachycardia, 4),
    (oxygen, 4),
    (pressures, 2),
    (a_latch, 4),
    (an_event, 4),
    (several_mild, 4),
    (weights, 2),
    (attention, 2),
    (even_volumes, 3),
    (odd_volumes, 3),
    (admission, 2),
    (the_clock, 2),
    (the_past, 4),
    (unresolved, 2),
)
_DRAWN = [change for change, weight in CHANGES for _ in range(weight)]


def context(seed: int, index: int) -> Context:
    """Context number `index` of a seed; the same for ever."""
    random = Random(seed * 1_000_003 + index)
    draft = Draft(random)
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4, 6))):
        random.choice(_DRAWN)(draft)
    return draft.context()
