"""Does the record hold where several people act at the same moment, at one process or at two?

The seed decides what each does, but not in which order it is saved: to see a finding again may take several runs.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random
from typing import Final

from sqlalchemy.exc import IntegrityError

from app.domain.errors import DosewardError
from app.store.opening import open_database
from tests.acts import staffing
from tests.acts.house import AUDIT_KEY, House, a_house, a_stay
from tests.acts.looking import Looks
from tests.acts.play import ACTS, Broken, Played, look, step

_ACTS: Final = {act: weight for act, weight in ACTS.items() if act is not staffing.hand_over_to_another_process}
_EACH: Final = 2
"""Acts of each person between two looks."""


def play_at_once(url: str, seed: int, rounds: int, people: int) -> Played:
    """So many rounds in each of which so many people act at once, every other one at another process on a server.

    Raises Broken with seed and round.
    """
    random = Random(seed)
    house, looks, played = a_house(url, random), Looks(), Played()
    shared = url.startswith("sqlite")
    other = house if shared else replace(house, database=open_database(url, audit_key=AUDIT_KEY))
    try:
        for number in range(rounds):
            house.tick(step(random))
            other.now = house.now
            where = f"seed {seed}, round {number} at {house.now:%d %H:%M:%S}"
            acting = [replace((house, other)[one % 2], random=Random(random.random())) for one in range(people)]
            with ThreadPoolExecutor(people) as pool:
                for done in pool.map(_act, acting, [where] * people):
                    played.done += done.done
                    played.refused += done.refused
            for seen in (house, other):
                look(seen, looks, where)
            looks.before = looks.latest = house.now
    finally:
        for one in {id(house): house, id(other): other}.values():
            one.database.close()
    return played


def _act(house: House, where: str) -> Played:
    """What one person does while others act, too; whoever loses a race for a unique row is refused."""
    played = Played()
    for act in house.random.choices(list(_ACTS), list(_ACTS.values()), k=_EACH):
        try:
            act(house, a_stay(house, house.random.choice(house.courses)))
            played.done[act.__name__] += 1
        except DosewardError as refusal:
            played.refused[f"{act.__name__}: {refusal.code}"] += 1
        except IntegrityError:
            played.refused[f"{act.__name__}: lost a race"] += 1
        except Exception as fault:
            raise Broken(f"{where} ({act.__name__}): {fault!r}") from fault
    return played
