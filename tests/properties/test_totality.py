"""Is there always an answer, and is it never a pass that nobody can vouch for?"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.decision import Decision
from app.domain.measure import Kind
from app.domain.observation import Reading, by_measure
from app.domain.protocol import Protocol
from app.domain.record import decode_decision, decode_situation, encode_decision, encode_situation
from app.domain.situation import Previous, Situation
from app.domain.vocabulary import Action, Verdict
from tests.builders import (
    AT,
    MEASURES,
    SHIPPED,
    a_situation,
    action,
    decision,
    every,
    poisoned,
    well_readings,
    with_readings,
)
from tests.properties.patients import PROFILE, anything, few, many, moments, patients, protocols
from tests.rules.source import ROOT

PASSES = (Action.PROCEED, Action.CAUTION)


def check(made: Decision, situation: Situation, protocol: Protocol) -> None:
    """What is true of every answer."""
    assert made.action in Action
    unknown = [finding for finding in made.findings if finding.verdict is Verdict.UNKNOWN]
    if unknown or made.missing:
        assert made.missing
        assert made.action not in PASSES
    if any(finding.verdict is Verdict.MET for finding in made.findings):
        assert made.action is not Action.PROCEED
    if situation.at > situation.due_at + protocol.timing.delay_limit:
        assert made.action.rank >= Action.SKIP.rank
    for finding in made.findings:
        assert made.action.rank >= finding.action.rank
    assert (made.valid_until is None) is made.provisional


@pytest.mark.hazard("HZ-01")
@PROFILE
@given(patients(many), protocols)
def test_every_charting_has_an_answer_and_unknown_never_passes(situation: Situation, protocol: Protocol) -> None:
    check(decision(situation, protocol), situation, protocol)


@pytest.mark.hazard("HZ-01")
@PROFILE
@given(patients(), st.lists(anything(), min_size=1, max_size=5), protocols)
def test_values_nobody_should_have_let_in_have_an_answer_and_never_pass(
    situation: Situation, odd: list[Reading], protocol: Protocol
) -> None:
    odd_situation = with_readings(situation, (*every(situation), *odd))
    check(decision(odd_situation, protocol), odd_situation, protocol)


@pytest.mark.hazard("HZ-06")
@PROFILE
@given(patients(), protocols, st.data())
def test_without_any_reading_of_a_required_measure_nothing_passes(
    situation: Situation, protocol: Protocol, data: st.DataObject
) -> None:
    gone = data.draw(st.sampled_from(protocol.required))
    kept = tuple(row for row in every(situation) if row.measure != gone)
    made = decision(with_readings(situation, kept), protocol)
    assert made.action not in PASSES
    assert gone in {row.measure for row in made.missing}


@pytest.mark.hazard("HZ-10")
@PROFILE
@given(patients(), protocols, moments)
def test_a_clock_that_runs_behind_never_makes_a_stale_patient_pass(
    situation: Situation, protocol: Protocol, minutes: float
) -> None:
    """Decided long after the last reading nothing passes; decided before most of them either."""
    late = replace(situation, at=situation.at + timedelta(days=3), due_at=situation.due_at + timedelta(days=3))
    early = replace(situation, at=situation.at - timedelta(days=3), due_at=situation.due_at - timedelta(days=3))
    assert decision(late, protocol).action not in PASSES
    assert decision(early, protocol).action not in PASSES


@pytest.mark.hazard("HZ-01")
@PROFILE
@given(patients(), protocols)
def test_a_fault_inside_never_passes_and_never_escapes(situation: Situation, protocol: Protocol) -> None:
    made = decision(situation, poisoned(protocol))
    assert made.action not in PASSES
    assert [row.measure for row in made.missing] == ["engine"]


@pytest.mark.hazard("HZ-08")
@PROFILE
@given(patients(many), protocols)
def test_what_was_stored_is_decided_to_the_same_bytes_again(situation: Situation, protocol: Protocol) -> None:
    stored, document = encode_situation(situation), encode_decision(decision(situation, protocol))
    again = decode_situation(stored)
    assert encode_situation(again) == stored
    assert encode_decision(decision(again, protocol)) == document
    assert encode_decision(decode_decision(document, protocol)) == document


@PROFILE
@given(few, protocols)
def test_the_action_is_the_one_the_same_readings_gave_before(rows: list[Reading], protocol: Protocol) -> None:
    assert action(a_situation(rows), protocol) is action(a_situation(rows), protocol)


DIGEST = """
import hashlib
from tests.builders import SHIPPED, decision
from tests.properties.patients import histories
from app.domain.record import encode_decision
found = (encode_decision(decision(one, protocol)) for one in histories(9041, 100) for protocol in SHIPPED)
print(hashlib.sha256(b"".join(found)).hexdigest())
"""


@pytest.mark.hazard("HZ-08")
def test_another_process_decides_to_the_same_bytes() -> None:
    """Nothing hangs on the order in which Python happens to keep a set."""
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "9041")
    }
    assert len(digests) == 1


# ---- Thousands of them, made cheaply


def random_situations(seed: int, count: int) -> Iterator[Situation]:
    """A well patient with up to five measures charted anew, at random values and times."""
    dice, well = random.Random(seed), well_readings()
    names = list(MEASURES)
    base = a_situation()
    for _ in range(count):
        changed = dice.sample(names, dice.randint(1, 5))
        rows = [row for row in well if row.measure not in changed]
        for name in changed:
            rows += [_random_reading(dice, name) for _ in range(dice.randint(0, 3))]
        yield replace(
            base,
            readings=by_measure(rows),
            due_at=AT - timedelta(minutes=dice.choice((-200, 0, 0, 0, 61))),
            held_doses=dice.randint(0, 3),
            last_given_at=dice.choice((None, AT - timedelta(hours=8))),
            previous=dice.choice((None, None, None, Previous(Action.STOP))),
        )


def _random_reading(dice: random.Random, name: str) -> Reading:
    measure = MEASURES[name]
    at = AT - timedelta(minutes=dice.choice((-2, 0, 3, 10, 40, 120, 239, 241, 500, 1441)))
    start = at - timedelta(minutes=dice.choice((60, 450, 480, 720))) if measure.kind is Kind.INTERVAL else None
    if measure.kind is Kind.FINDING:
        return Reading(name, name, dice.random() < 0.5, at, start)
    if measure.kind is Kind.CHOICE:
        return Reading(name, name, dice.choice(measure.choices), at, start)
    low, high = measure.hard or (Decimal(0), Decimal(1))
    return Reading(name, name, low + Decimal(dice.randint(0, 1000)) * (high - low) / 1000, at, start)


@pytest.mark.hazard("HZ-01")
def test_two_thousand_random_patients_of_each_protocol_have_an_answer_that_nobody_need_doubt() -> None:
    actions = set()
    for number, situation in enumerate(random_situations(9041, 2000 * len(SHIPPED))):
        protocol = SHIPPED[number % len(SHIPPED)]
        made = decision(situation, protocol)
        check(made, situation, protocol)
        assert "engine" not in {row.measure for row in made.missing}
        actions.add(made.action)
    assert actions == set(Action)
