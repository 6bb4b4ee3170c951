"""Does what is grave ask who is acting, at the service itself and to the microsecond?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.decision import goes_against
from app.domain.errors import ProofNeeded
from app.domain.vocabulary import Action, Choice, Role
from app.services import alerting, approving, tokens
from app.services.acting import PROOF_LASTS, Acting
from app.services.administering import administer
from app.services.correcting import Change, correct
from app.services.ordering import order
from app.store import alerts
from tests.builders import AT, LIBRARY
from tests.services.ward import Ward, later, somebody

_EARLIER = AT - timedelta(minutes=30)


def _stale(acting: Acting) -> Acting:
    return replace(acting, proved_at=_EARLIER)


def _fresh(acting: Acting) -> Acting:
    return replace(acting, proved_at=acting.at)


def test_a_proof_lasts_sixty_seconds_and_no_microsecond_more() -> None:
    nurse = replace(somebody(Role.NURSE), proved_at=AT)
    replace(nurse, at=AT + PROOF_LASTS).require_proof()
    with pytest.raises(ProofNeeded) as refusal:
        replace(nurse, at=AT + PROOF_LASTS + timedelta(microseconds=1)).require_proof()
    assert refusal.value.code == "proof_needed"
    assert refusal.value.errors[0].pointer == "/proof"


def test_a_token_shows_its_secret_every_time() -> None:
    somebody(Role.NURSE).require_proof()


def test_a_wrong_proof_is_refused_even_while_the_last_is_fresh() -> None:
    nurse = replace(somebody(Role.NURSE), proved_at=AT, refused="That is not your PIN.")
    with pytest.raises(ProofNeeded, match="That is not your PIN"):
        nurse.require_proof()


def test_giving_asks_for_a_proof(ward: Ward) -> None:
    decided = ward.chart().record
    assert decided is not None
    done = ward.done(decision_id=decided.id)
    dose = ward.doses[0].id
    with pytest.raises(ProofNeeded), ward.database.transaction() as tx:
        administer(tx, LIBRARY, _stale(ward.nurse), dose, done)
    assert ward.count("administration") == 0
    with ward.database.transaction() as tx:
        administer(tx, LIBRARY, _fresh(ward.nurse), dose, done)


def test_correcting_asks_for_a_proof(ward: Ward) -> None:
    ward.chart()
    row = ward.sheet().observations[0]
    with pytest.raises(ProofNeeded), ward.database.transaction() as tx:
        correct(tx, LIBRARY, _stale(later(ward.nurse, 1)), row.id, Change("CANARY wrong patient", retract=True))


def test_an_order_against_the_criteria_asks_for_a_proof_and_another_does_not(ward: Ward) -> None:
    held = ward.chart(creatinine="2.6").record
    assert held is not None
    assert held.action is Action.HOLD
    prescriber = _stale(later(ward.prescriber, 1))
    dose = ward.doses[0].id
    with pytest.raises(ProofNeeded), ward.database.transaction() as tx:
        order(tx, LIBRARY, prescriber, dose, held.id, Choice.GIVE, "CANARY reason")
    with ward.database.transaction() as tx:
        order(tx, LIBRARY, prescriber, dose, held.id, Choice.HOLD, "CANARY reason")


@pytest.mark.parametrize(
    "action, choice, against",
    [
        (Action.PROCEED, Choice.GIVE, False),
        (Action.CAUTION, Choice.GIVE, False),
        (Action.INCOMPLETE, Choice.GIVE, True),
        (Action.HOLD, Choice.GIVE, True),
        (Action.HOLD, Choice.HOLD, False),
        (Action.HOLD, Choice.STOP, False),
        (Action.SKIP, Choice.HOLD, True),
        (Action.STOP, Choice.HOLD, True),
        (Action.DISCONTINUE, Choice.STOP, True),
        (Action.DISCONTINUE, Choice.DISCONTINUE, False),
    ],
)
def test_an_order_milder_than_the_criteria_goes_against_them(action: Action, choice: Choice, against: bool) -> None:
    assert goes_against(action, choice) is against


def test_ending_a_high_priority_alert_asks_for_a_proof(ward: Ward) -> None:
    ward.chart(creatinine="3.2", hallucinations=True)
    with ward.database.reading() as tx:
        grave = [one for one in alerts.open_alerts(tx, course_id=ward.course.id) if alerting.grave(one)]
    assert grave
    nurse = _stale(later(ward.nurse, 1))
    with pytest.raises(ProofNeeded), ward.database.transaction() as tx:
        alerting.acknowledge(tx, nurse, grave[0].id, grave[0].action)
    with pytest.raises(ProofNeeded), ward.database.transaction() as tx:
        alerting.close(tx, nurse, grave[0].id, alerting.Shown(grave[0].action), "CANARY reason")
    with ward.database.transaction() as tx:
        alerting.acknowledge(tx, _fresh(nurse), grave[0].id, grave[0].action)


def test_signing_a_protocol_asks_for_a_proof(ward: Ward) -> None:
    pharmacist = _stale(somebody(Role.PHARMACIST))
    text = LIBRARY.protocol("lvhn-2015").pin
    with pytest.raises(ProofNeeded), ward.database.transaction() as tx:
        approving.sign(tx, LIBRARY, pharmacist, text.id, text.sha256, "CANARY checked")


def test_acknowledging_what_is_not_covered_asks_for_a_proof(ward: Ward) -> None:
    text = LIBRARY.protocol("til-2024")
    admin = _stale(somebody(Role.ADMINISTRATOR))
    with pytest.raises(ProofNeeded), ward.database.transaction() as tx:
        approving.acknowledge(tx, LIBRARY, admin, text.pin.id, text.pin.sha256, text.uncovered)


def test_making_a_token_asks_for_a_proof(ward: Ward) -> None:
    with pytest.raises(ProofNeeded), ward.database.transaction() as tx:
        tokens.create_token(tx, _stale(somebody(Role.ADMINISTRATOR)), "gateway", None, ["alerts:read"])
