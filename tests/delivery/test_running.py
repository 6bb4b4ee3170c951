"""Does what runs by itself go on after a fault, hear of a commit at once, and end when told to?"""

from threading import Event

from app.delivery.running import Loop, Running
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


def test_no_step_is_taken_once_it_was_stopped() -> None:
    steps = list[int]()
    wake = Wake()
    running = Running((Loop("counts", 0.001, lambda: steps.append(1), rings=True),), wake)
    running.stop()
    taken = len(steps)
    wake.ring()
    assert len(steps) == taken
