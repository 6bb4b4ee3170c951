"""What do nurse and prescriber do next about a dose, given the decision?

An order, a visitor's too, is followed. The prescriber of the demo ward is simple and consistent:

* `proceed` is given, about when it is due, and recorded when the infusion is over;
* `caution`: one relative criterion is given, but not for two doses in a row; two are omitted (skipped by order);
* `incomplete`: what is missing is put right and charted again every twenty minutes, until the window closes;
* `hold`: where the protocol counts held occasions it reassesses at the next scheduled dose, and this one is left out;
  elsewhere one reassessment follows a quarter of an hour after the dose was due;
* `stop` and `discontinue` are followed; where the protocol never stops by itself, three doses in a row left out end the
  cycle: toxicity that does not clear in a day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from app.demo.acts import Act, Administer, Task, WriteOrder
from app.demo.rota import BEFORE_DOSE
from app.domain.course import Order
from app.domain.decision import DecisionRecord
from app.domain.flowsheet import Flowsheet
from app.domain.progress import DoseProgress
from app.domain.protocol import Protocol
from app.domain.vocabulary import Action, Choice, Outcome

ASSESSED_WITHIN = timedelta(minutes=45)
"""A decision counts as the one before the dose from this long before it is due."""
_RECHECK = timedelta(minutes=20)
_REASSESS = timedelta(minutes=15)
_WALK = timedelta(minutes=5)
_CALL = timedelta(minutes=10)
_ROUND = timedelta(minutes=25)
_LEFT_OUT_IN_A_ROW = 3
_INFUSED_WHEN_INTERRUPTED = Decimal("0.6")


@dataclass(frozen=True, slots=True)
class Duty:
    """One dose, the sheet it stands on, and how the staff works: how it charts, how late it is, what goes wrong.

    Nothing is done before `frontier`, the last thing written on the sheet.
    """

    sheet: Flowsheet
    frontier: datetime
    dose: DoseProgress
    protocol: Protocol
    chart: Callable[[datetime, int], Act]
    late: timedelta
    interrupted: bool

    def next(self) -> Task:
        """The next thing to do about the dose."""
        since = self.dose.window.due_at - ASSESSED_WITHIN
        decided = [row for row in self.sheet.decisions_of(self.dose.dose.id) if not row.provisional and row.at >= since]
        if not decided:
            return self._chart(self.dose.window.due_at - BEFORE_DOSE + self.late, 0)
        return self._after(decided[-1], len(decided))

    def _after(self, decision: DecisionRecord, attempts: int) -> Task:
        order = self.dose.order
        if order is not None and order.decision_id == decision.id:
            return self._as_ordered(decision, order, attempts)
        match decision.action:
            case Action.PROCEED:
                at = max(self.dose.window.due_at + self.late, decision.at + _WALK)
                task = self._give(decision, None, at, attempts)
            case Action.CAUTION:
                task = self._weigh(decision)
            case Action.INCOMPLETE:
                task = self._repair(decision, attempts)
            case Action.HOLD:
                task = self._withhold(decision, attempts)
            case Action.SKIP:
                task = self._leave_out(decision.at + _WALK, "Its window had closed.")
            case Action.STOP | Action.DISCONTINUE:
                task = self._order(
                    decision, Choice.STOP, decision.at + _CALL, "The criteria call for ending this cycle."
                )
        return task

    def _repair(self, decision: DecisionRecord, attempts: int) -> Task:
        closes_at = self.dose.window.closes_at
        if decision.at + _RECHECK < closes_at:
            return self._chart(decision.at + _RECHECK, attempts)
        return self._leave_out(closes_at, "It could not be evaluated before its window closed.")

    def _withhold(self, decision: DecisionRecord, attempts: int) -> Task:
        due = self.dose.window.due_at
        if self._reassesses() and decision.at < due:
            return self._chart(due + _REASSESS, attempts)
        if self._persists():
            return self._order(decision, Choice.STOP, decision.at + _CALL, "A third dose in a row would be left out.")
        return self._leave_out(max(due, decision.at) + _ROUND, "Withheld: a hold criterion was met.")

    def _weigh(self, decision: DecisionRecord) -> Task:
        at = decision.at + _CALL
        if decision.relative == 1 and not self._ordered_last():
            return self._order(decision, Choice.GIVE, at, "One relative criterion, treated: give.")
        return self._order(decision, Choice.SKIP, at, "Omit, treat, and reassess at the next.")

    def _as_ordered(self, decision: DecisionRecord, order: Order, attempts: int) -> Task:
        if order.choice is Choice.GIVE:
            at = max(self.dose.window.due_at + self.late, order.ordered_at + _WALK)
            return self._give(decision, order, at, attempts)
        return self._leave_out(order.ordered_at + _WALK, "Left out by order.")

    def _ordered_last(self) -> bool:
        """True when the dose before this one was given by order against a relative criterion."""
        before = {dose.id: dose.number for dose in self.sheet.doses_of(self.dose.dose.cycle_id)}
        numbers = {before.get(order.dose_id) for order in self.sheet.orders if order.choice is Choice.GIVE}
        return self.dose.dose.number - 1 in numbers

    def _reassesses(self) -> bool:
        return self.protocol.held_rule is None

    def _persists(self) -> bool:
        """True when the doses just before this one were left out too and no rule of the protocol counts them."""
        before = [dose for dose in self.sheet.doses_of(self.dose.dose.cycle_id) if dose.number < self.dose.dose.number]
        last = [self.sheet.administration(dose.id) for dose in before[1 - _LEFT_OUT_IN_A_ROW :]]
        left_out = [row for row in last if row is not None and row.outcome is Outcome.NOT_GIVEN]
        return self._reassesses() and len(left_out) == _LEFT_OUT_IN_A_ROW - 1

    def _chart(self, at: datetime, attempts: int) -> Task:
        return Task(at, lambda moment: self.chart(moment, attempts))

    def _order(self, decision: DecisionRecord, choice: Choice, at: datetime, reason: str) -> Task:
        return Task(at, lambda moment: WriteOrder(moment, self.dose.dose.id, decision.id, choice, reason))

    def _give(self, decision: DecisionRecord, order: Order | None, at: datetime, attempts: int) -> Task:
        whole, length = self.dose.units, self.protocol.dosing.infusion
        at = max(at, self.frontier - length)
        if decision.valid_until is None or at > decision.valid_until:
            return self._chart(at, attempts)
        units = (whole * _INFUSED_WHEN_INTERRUPTED).quantize(Decimal(1)) if self.interrupted else whole
        outcome = Outcome.INTERRUPTED if self.interrupted else Outcome.GIVEN
        order_id = None if order is None else order.id
        return Task(
            at + length,
            lambda moment: Administer(
                moment, moment - length, self.dose.dose.id, outcome, decision.id, order_id, units, None
            ),
        )

    def _leave_out(self, at: datetime, reason: str) -> Task:
        return Task(
            at,
            lambda moment: Administer(
                moment, moment, self.dose.dose.id, Outcome.NOT_GIVEN, None, None, Decimal(0), reason
            ),
        )
