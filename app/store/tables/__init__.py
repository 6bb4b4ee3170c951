"""Which tables are there, and which of them are only ever added to?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Table

from app.store.tables.access import draft, provider_attempt, provider_logout, session, token, workstation
from app.store.tables.alerts import alert_event, feed, open_alert
from app.store.tables.approvals import protocol_acknowledgement, protocol_signoff
from app.store.tables.base import metadata
from app.store.tables.courses import (
    active_cycle,
    course,
    course_place,
    cycle,
    cycle_event,
    dose,
    patient,
    protocol_text,
)
from app.store.tables.decisions import administration, decision, dose_order, order_request
from app.store.tables.delivery import delivery, lane, receiver
from app.store.tables.duty import assignment, ladder, shift, timer, timer_step
from app.store.tables.emergency import break_glass, break_glass_end, break_glass_review, chart_read
from app.store.tables.ledger import audit, idempotency, ledger, meta
from app.store.tables.observations import observation, observation_set, score
from app.store.tables.people import invitation, person, person_identity, person_role, pin, throttle
from app.store.tables.summaries import cycle_summary
from app.store.tables.wards import bed, ward

APPEND_ONLY = (
    ward,
    patient,
    protocol_text,
    protocol_signoff,
    protocol_acknowledgement,
    cycle,
    cycle_event,
    dose,
    observation_set,
    observation,
    score,
    decision,
    dose_order,
    administration,
    alert_event,
    feed,
    audit,
    idempotency,
    break_glass,
    break_glass_end,
    break_glass_review,
    chart_read,
    order_request,
    ladder,
    shift,
    assignment,
    timer_step,
    delivery,
)
"""A row of these is inserted once and never changed or removed; triggers refuse everything else."""

GUARDED = (*APPEND_ONLY, course)
"""Those with triggers: of a course only `version` moves, one step at a time."""

_BOTH: Final = ("UPDATE", "DELETE")
MUTABLE: Final[Mapping[Table, tuple[str, ...]]] = {
    active_cycle: _BOTH,
    bed: ("UPDATE",),
    course: ("UPDATE (version)",),
    course_place: ("UPDATE",),
    cycle_summary: _BOTH,
    draft: _BOTH,
    invitation: ("DELETE",),
    lane: _BOTH,
    ledger: ("UPDATE",),
    meta: ("DELETE",),
    open_alert: _BOTH,
    person: ("UPDATE",),
    person_identity: ("DELETE",),
    person_role: ("DELETE",),
    pin: _BOTH,
    provider_attempt: ("DELETE",),
    provider_logout: ("DELETE",),
    receiver: ("UPDATE",),
    session: _BOTH,
    throttle: _BOTH,
    timer: _BOTH,
    token: ("UPDATE",),
    workstation: ("UPDATE",),
}
"""What may be done to the rows of all others, beyond reading and adding: the rights of the role that serves."""

__all__ = [
    "APPEND_ONLY",
    "GUARDED",
    "MUTABLE",
    "active_cycle",
    "administration",
    "alert_event",
    "assignment",
    "audit",
    "bed",
    "break_glass",
    "break_glass_end",
    "break_glass_review",
    "chart_read",
    "course",
    "course_place",
    "cycle",
    "cycle_event",
    "cycle_summary",
    "decision",
    "delivery",
    "dose",
    "dose_order",
    "draft",
    "feed",
    "idempotency",
    "invitation",
    "ladder",
    "lane",
    "ledger",
    "meta",
    "metadata",
    "observation",
    "observation_set",
    "open_alert",
    "order_request",
    "patient",
    "person",
    "person_identity",
    "person_role",
    "pin",
    "protocol_acknowledgement",
    "protocol_signoff",
    "protocol_text",
    "provider_attempt",
    "provider_logout",
    "receiver",
    "score",
    "session",
    "shift",
    "throttle",
    "timer",
    "timer_step",
    "token",
    "ward",
    "workstation",
]
