"""Is every decision of the record one that could have been taken, and does it bind as the rules say?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from app.domain.decision import Decision, DecisionRecord
from app.domain.engine import decide
from app.domain.protocol import Protocol
from app.domain.record import decode_situation, encode_decision
from app.domain.situation import Situation
from app.domain.vocabulary import BINDING, Action, Choice, Verdict
from app.store import decisions
from tests.acts.looking import Look
from tests.builders import LIBRARY, a_situation


def decisions_hold(look: Look) -> Iterator[str]:
    """Each new one comes out the same again, and is safe (design.md 4 "Frozen decisions", 7 invariants 1 and 2)."""
    course_id = look.sheet.course.id
    new = look.sheet.decisions[look.looks.judged.get(course_id, 0) :]
    look.looks.judged[course_id] = len(look.sheet.decisions)
    with look.reading() as tx:
        stored = decisions.documents(tx, [row.id for row in new]) if new else {}
    for row in new:
        situation = decode_situation(stored[row.id].situation)
        again = decide(situation, look.protocol, LIBRARY.news2)
        if encode_decision(again) != stored[row.id].document:
            yield f"decision {row.id} comes out otherwise"
        yield from _goes_ahead_on_everything(look, again, situation)
        yield from _is_bound(look, row)


def _goes_ahead_on_everything(look: Look, decision: Decision, situation: Situation) -> Iterator[str]:
    """Nothing is missing or open where nothing blocks, and without a required measure something does."""
    if decision.action is not Action.PROCEED:
        return
    if decision.missing or any(one.verdict is not Verdict.NOT_MET for one in decision.findings):
        yield f"proceed with {decision.missing or decision.met() or decision.open()}"
    for measure in _required(look.protocol):
        kept = {name: rows for name, rows in situation.readings.items() if name != measure}
        without = decide(replace(situation, readings=kept), look.protocol, LIBRARY.news2)
        if without.action is Action.PROCEED:
            yield f"proceed without {measure}"


@cache
def _required(protocol: Protocol) -> tuple[str, ...]:
    """What a decision on nothing asks for."""
    nothing = replace(a_situation(), readings={})
    return tuple(one.measure for one in decide(nothing, protocol, LIBRARY.news2).missing)


def _is_bound(look: Look, row: DecisionRecord) -> Iterator[str]:
    """After a stop nothing milder in the cycle, after a discontinue in the course (clinical-rules.md, 3.16)."""
    if row.reviews is not None:
        return
    upto = look.sheet.decisions.index(row)
    sheet = replace(look.sheet, decisions=look.sheet.decisions[:upto], sought={})
    for earlier in sheet.decisions:
        word = sheet.latest_word(earlier)
        here = word.cycle_id == row.cycle_id or word.action is Action.DISCONTINUE
        binds = earlier.reviews is None and not word.provisional and here and word.action in BINDING
        if binds and row.action.rank < word.action.rank:
            yield f"{row.action} after the {word.action} of {word.id}"


def what_was_charted_is_decided_on(look: Look) -> Iterator[str]:
    """Newer data replaces the decision of the pending dose at once (design.md 4 "Frozen decisions")."""
    due = look.due
    if due is None or due.decision is None or due.decision.provisional:
        return
    later = [row for row in look.sheet.observations if row.recorded_at > due.decision.recorded_at]
    if later:
        yield f"dose {due.dose.number} is at {due.decision.action} without {later[-1].measure} {later[-1].value}"


def the_last_order_counts(look: Look) -> Iterator[str]:
    """A dose whose last order is anything but to give is not to be given (design.md 4 "Frozen decisions")."""
    due = look.due
    if due is None or due.decision is None:
        return
    mine = [one for one in look.sheet.orders_of(due.dose.id) if one.decision_id == due.decision.id]
    if mine and due.order is not mine[-1]:
        yield f"the order {mine[-1].choice} is passed over for {due.order and due.order.choice}"


def doses_were_allowed(look: Look) -> Iterator[str]:
    """One that went in without a word of why stood on proceed or an order to give (design.md 4)."""
    given = [row for row in look.sheet.given() if row.deviation is None]
    for row in given:
        orders = [one for one in look.sheet.orders_of(row.dose_id) if one.choice is Choice.GIVE]
        on = next((one for one in look.sheet.decisions if one.id == row.decision_id), None)
        if on is None or (on.action is not Action.PROCEED and on.id not in {one.decision_id for one in orders}):
            yield f"dose {row.dose_id} went in on {on and on.action}"
