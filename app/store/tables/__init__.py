"""Which tables are there, and which of them are only ever added to?"""

from __future__ import annotations

from app.store.tables.alerts import alert_event, feed, open_alert
from app.store.tables.approvals import protocol_acknowledgement, protocol_signoff
from app.store.tables.base import metadata
from app.store.tables.courses import active_cycle, course, cycle, cycle_event, dose, patient, protocol_text
from app.store.tables.decisions import administration, decision, dose_order
from app.store.tables.ledger import audit, idempotency, ledger, meta
from app.store.tables.observations import observation, observation_set, score
from app.store.tables.people import person, person_role, session, token
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
)
"""A row of these is inserted once and never changed or removed; triggers refuse everything else."""

GUARDED = (*APPEND_ONLY, course)
"""Those with triggers: of a course only `version` moves, one step at a time."""

__all__ = [
    "APPEND_ONLY",
    "GUARDED",
    "active_cycle",
    "administration",
    "alert_event",
    "audit",
    "bed",
    "course",
    "cycle",
    "cycle_event",
    "decision",
    "dose",
    "dose_order",
    "feed",
    "idempotency",
    "ledger",
    "meta",
    "metadata",
    "observation",
    "observation_set",
    "open_alert",
    "patient",
    "person",
    "person_role",
    "protocol_acknowledgement",
    "protocol_signoff",
    "protocol_text",
    "score",
    "session",
    "token",
    "ward",
]
