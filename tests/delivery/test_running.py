"""Does what runs by itself go on after a fault, hear of a commit at once, and end when told to?"""

from itertools import pairwise
from threading import Event
from time import monotonic

from app.delivery.running import RESTS, Loop, Running
from app.store.wake import Wake

SOON = 5.0
"""Seconds after which a test gives up."""


def test_a_step_that_fails_is_taken_again() -> None:
    steps, again = list[int](), Event()

    def step() -> None:
        steps.append(1)
        if len(steps) == 1:
            raise ValueError("CANARY-9041")
        again.set()

    running = Running((Loop("fails", 0.01, step),), Wake())
    assert again.wait(SOON)
    running.stop()


def test_a_commit_is_heard_of_at_once() -> None:
    wake, first, second = Wake(), Event(), Event()

    def step() -> None:
        (second if first.is_set() else first).set()

    running = Running((Loop("rings", 3600, step, rings=True),), wake)
    assert first.wait(SOON)
    assert not second.is_set()
    wake.ring()
    assert second.wait(SOON)
    running.stop()


def test_between_two_steps_there_is_rest_however_often_it_rings() -> None:
    wake, steps = Wake(), list[float]()
    running = Running((Loop("rings", 3600, lambda: steps.append(monotonic()), rings=True),), wake)
    ends = monotonic() + SOON
    while len(steps) < 4 and monotonic() < ends:
        wake.ring()
    running.stop()
    assert len(steps) >= 4
    assert all(after - before >= RESTS for before, after in pairwise(steps))


def test_no_step_is_taken_once_it_was_stopped() -> None:
    steps = list[int]()
    wake = Wake()
    running = Running((Loop("counts", 0.001, lambda: steps.append(1), rings=True),), wake)
    running.stop()
    taken = len(steps)
    wake.ring()
    assert len(steps) == taken
