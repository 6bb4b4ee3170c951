"""What does a program read of how much a ward's alerts ask of it?"""

from __future__ import annotations

from app.api.fatigue import AlertFigures
from tests.api.bedside import items
from tests.api.world import Stay, World
from tests.builders import AT, reading

FIGURES = "/alerts/figures"


def _period(world: World, first: str, last: str) -> dict[str, str]:
    return {"ward_id": world.ward, "from": first, "to": last}


def test_the_figures_of_a_ward_keep_their_shape(small_world: World, small_stay: Stay) -> None:
    charted = items(reading("creatinine", "2.6", at=AT), at=AT)
    small_world.nurse.make(f"/courses/{small_stay.course_id}/observation-sets", {"items": charted})
    answer = small_world.nurse.read(FIGURES, ward_id=small_world.ward)
    AlertFigures.model_validate(answer)
    assert (answer["alerts"], answer["decisions"], answer["doses_given"]) == (1, 1, 0)
    assert answer["alerts_per_100_doses"] is None
    assert answer["acknowledged"] == {"alerts": 1, "followed": 0, "median_seconds": None}
    whole, one = answer["firing"]
    assert (whole["key"], whole["centre"], whole["limited"]) == (None, "1.0000", False)
    assert one["alerts"] == 1
    assert one["key"] not in answer["never_fired"]
    assert [day["rate"] for day in one["days"]] == [None] * 27 + ["1.0000"]


def test_a_period_is_of_whole_days_and_not_backwards(small_world: World) -> None:
    answer = small_world.nurse.read(FIGURES, **_period(small_world, "2026-11-01", "2026-11-03"))
    assert (answer["first_day"], answer["last_day"]) == ("2026-11-01", "2026-11-03")
    assert len(answer["firing"][0]["days"]) == 3
    for period in (("2026-11-03", "2026-11-01"), ("2020-01-01", "2026-11-01"), ("1.11.2026", "2026-11-01")):
        assert small_world.nurse.get(FIGURES, **_period(small_world, *period)).status_code == 422
