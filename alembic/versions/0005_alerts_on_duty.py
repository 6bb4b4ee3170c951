"""Snooze, outcome and escalation of alerts; who is on duty; timers; receivers and every attempt to reach them.

Revision: 0005
Follows: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What the tables were on the day of this revision, whatever app/store says today.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

EARLIER = ("raised", "repeated", "worsened", "cleared", "acknowledged", "closed")
KINDS = (*EARLIER, "seen", "snoozed", "woken", "escalated", "outcome")
DUTIES = ("nurse", "charge_nurse", "attending", "second_attending")
LEVELS = ("information", "priority", "high_priority")
ACTIONS = ("proceed", "caution", "incomplete", "hold", "skip", "stop", "discontinue")
GUARDED = {
    "ladder": ("id",),
    "shift": ("id",),
    "assignment": ("id",),
    "timer_step": ("kind", "subject", "step"),
    "delivery": ("id",),
}
OLD_COLUMNS = (
    "id, alert_id, course_id, cycle_id, dose_id, decision_id, ward_id, kind, key, level, action, "
    "summary, at, by, reason"
)


def upgrade() -> None:
    if _sqlite():
        _rebuild_alert_event(KINDS, later=True)
        _rebuild_open_alert(nullable=True)
    else:
        for table in ("alert_event", "open_alert"):
            op.alter_column(table, "course_id", existing_type=WORD, nullable=True)
        for name, kind in (("until", WHOLE), ("told", sa.Text()), ("duty", WORD)):
            op.add_column("alert_event", sa.Column(name, kind, nullable=True))
        op.drop_constraint(op.f("ck_alert_event_kind"), "alert_event")
        op.create_check_constraint(op.f("ck_alert_event_kind"), "alert_event", _listed("kind", KINDS))
        op.create_check_constraint(op.f("ck_alert_event_duty"), "alert_event", _listed("duty", DUTIES))
    op.create_index(
        "uq_open_alert_ward_id_key",
        "open_alert",
        ["ward_id", "key"],
        unique=True,
        sqlite_where=sa.text("course_id IS NULL"),
        postgresql_where=sa.text("course_id IS NULL"),
    )
    _duty()
    _timers()
    _receivers()
    for table, keys in GUARDED.items():
        _guard(table, keys)


def downgrade() -> None:
    for table in ("delivery", "lane", "receiver", "timer_step", "timer", "assignment", "shift", "ladder"):
        op.drop_table(table)
    op.drop_index("uq_open_alert_ward_id_key", "open_alert")
    if _sqlite():
        _rebuild_alert_event(EARLIER, later=False)
        _rebuild_open_alert(nullable=False)
    else:
        op.drop_constraint(op.f("ck_alert_event_duty"), "alert_event")
        op.drop_constraint(op.f("ck_alert_event_kind"), "alert_event")
        op.create_check_constraint(op.f("ck_alert_event_kind"), "alert_event", _listed("kind", EARLIER))
        for name in ("duty", "told", "until"):
            op.drop_column("alert_event", name)
        for table in ("alert_event", "open_alert"):
            op.alter_column(table, "course_id", existing_type=WORD, nullable=False)


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _listed(column: str, words: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({listed})"


def _duty() -> None:
    _table(
        "ladder",
        *(_id("id"), _id("ward_id"), _text("document"), _at("recorded_at"), _id("recorded_by")),
        keys=["id"],
        refers={"ward_id": "ward"},
        checks={"id": "length(id) = 36"},
    )
    op.create_index("ix_ladder_ward_id", "ladder", ["ward_id"])
    _table(
        "shift",
        *(_id("id"), _id("ward_id"), _id("person_id"), _id("duty"), _at("begins"), _at("ends")),
        *(_at("recorded_at"), _id("recorded_by"), _id("cancels", nullable=True)),
        keys=["id"],
        refers={"ward_id": "ward", "person_id": "person", "cancels": "shift"},
        checks={"id": "length(id) = 36", "duty": _listed("duty", DUTIES), "ends": "ends > begins"},
        once=[("cancels",)],
    )
    op.create_index("ix_shift_ward_id_ends", "shift", ["ward_id", "ends"])
    _table(
        "assignment",
        *(_id("id"), _id("cycle_id"), _id("person_id"), _at("begins"), _at("ends")),
        *(_at("recorded_at"), _id("recorded_by"), _id("cancels", nullable=True)),
        keys=["id"],
        refers={"cycle_id": "cycle", "person_id": "person", "cancels": "assignment"},
        checks={"id": "length(id) = 36", "ends": "ends > begins"},
        once=[("cancels",)],
    )
    op.create_index("ix_assignment_cycle_id_ends", "assignment", ["cycle_id", "ends"])


def _timers() -> None:
    _table(
        "timer",
        *(_id("id"), _id("course_id", nullable=True), _id("kind"), _id("subject"), _id("step"), _at("due_at")),
        keys=["id"],
        refers={"course_id": "course"},
        checks={"id": "length(id) = 36"},
    )
    op.create_index("ix_timer_course_id", "timer", ["course_id"])
    op.create_index("ix_timer_due_at", "timer", ["due_at"])
    op.create_index("uq_timer_kind_subject_step", "timer", ["kind", "subject", "step"], unique=True)
    _table(
        "timer_step",
        *(_id("kind"), _id("subject"), _id("step"), _at("due_at"), _at("done_at")),
        keys=["kind", "subject", "step"],
    )


def _receivers() -> None:
    _table(
        "receiver",
        *(_id("id"), _text("name"), _text("url"), _id("ward_id", nullable=True), _id("least")),
        *(_count("generation"), _at("earlier_until", nullable=True), _at("created_at"), _id("created_by")),
        *(_at("removed_at", nullable=True), _id("removed_by", nullable=True)),
        keys=["id"],
        refers={"ward_id": "ward"},
        checks={
            "id": "length(id) = 36",
            "least": _listed("least", LEVELS),
            "generation": "generation >= 1",
            "removed": "(removed_at IS NULL) = (removed_by IS NULL)",
        },
    )
    _table(
        "lane",
        *(_id("receiver_id"), _id("epoch"), _at("n"), _count("attempts"), _at("next_at")),
        *(_at("failing_since", nullable=True), _id("told", nullable=True)),
        *(_id("leased_by", nullable=True), _at("leased_until", nullable=True)),
        keys=["receiver_id"],
        refers={"receiver_id": "receiver"},
        checks={
            "counts": "n >= 0 AND attempts >= 0",
            "told": _listed("told", LEVELS),
            "leased": "(leased_by IS NULL) = (leased_until IS NULL)",
        },
    )
    op.create_index("ix_lane_next_at", "lane", ["next_at"])
    _table(
        "delivery",
        *(_id("id"), _id("receiver_id"), _id("event_id", nullable=True), _count("attempt"), _at("at")),
        *(_count("took_ms"), sa.Column("status", sa.Integer(), nullable=True), _count("delivered"), _id("outcome")),
        keys=["id"],
        refers={"receiver_id": "receiver", "event_id": "alert_event"},
        checks={"id": "length(id) = 36", "delivered": "delivered IN (0, 1)"},
    )
    op.create_index("ix_delivery_receiver_id_id", "delivery", ["receiver_id", "id"])
    op.create_index("ix_delivery_event_id", "delivery", ["event_id"])


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, WORD, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=nullable)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _table(
    name: str,
    *columns: sa.Column[str] | sa.Column[int],
    keys: list[str],
    refers: dict[str, str] | None = None,
    checks: dict[str, str] | None = None,
    once: list[tuple[str, ...]] | None = None,
    of: str | None = None,
) -> None:
    """A table; `of` is the name its constraints carry where it is about to take the place of another."""
    own = of or name
    op.create_table(
        name,
        *columns,
        *[sa.CheckConstraint(text, name=op.f(f"ck_{own}_{word}")) for word, text in (checks or {}).items()],
        *[
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{own}_{column}"))
            for column, other in (refers or {}).items()
        ],
        *[sa.UniqueConstraint(*names, name=op.f(f"uq_{own}_{'_'.join(names)}")) for names in once or ()],
        sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{own}")),
        sqlite_strict=True,
    )


def _rebuild_alert_event(kinds: tuple[str, ...], *, later: bool) -> None:
    """SQLite cannot change a check: the rows move to a new table of the old name, which gets its guards back."""
    more = (_at("until", nullable=True), _text("told", nullable=True), _id("duty", nullable=True))
    _table(
        "alert_event_new",
        *(_id("id"), _id("alert_id"), _id("course_id", nullable=later), _id("cycle_id", nullable=True)),
        *(
            _id("dose_id", nullable=True),
            _id("decision_id", nullable=True),
            _id("ward_id"),
            _id("kind"),
            _id("key"),
            _id("level"),
            _id("action"),
        ),
        *(_text("summary"), _at("at"), _id("by", nullable=True), _text("reason", nullable=True)),
        *(more if later else ()),
        keys=["id"],
        refers={
            "course_id": "course",
            "cycle_id": "cycle",
            "dose_id": "dose",
            "decision_id": "decision",
            "ward_id": "ward",
        },
        checks={
            "id": "length(id) = 36",
            "kind": _listed("kind", kinds),
            "level": _listed("level", LEVELS),
            "action": _listed("action", ACTIONS),
            **({"duty": _listed("duty", DUTIES)} if later else {}),
        },
        of="alert_event",
    )
    op.execute(f"INSERT INTO alert_event_new ({OLD_COLUMNS}) SELECT {OLD_COLUMNS} FROM alert_event ORDER BY rowid")  # noqa: S608 - names of this file
    op.drop_table("alert_event")
    op.rename_table("alert_event_new", "alert_event")
    op.create_index("ix_alert_event_alert_id", "alert_event", ["alert_id"])
    op.create_index("ix_alert_event_course_id_dose_id", "alert_event", ["course_id", "dose_id"])
    _guard("alert_event", ("id",))


def _rebuild_open_alert(*, nullable: bool) -> None:
    _table(
        "open_alert_new",
        *(_id("alert_id"), _id("course_id", nullable=nullable), _id("ward_id"), _id("key")),
        keys=["alert_id"],
        refers={"course_id": "course", "ward_id": "ward"},
        once=[("course_id", "key")],
        of="open_alert",
    )
    op.execute("INSERT INTO open_alert_new (alert_id, course_id, ward_id, key) SELECT * FROM open_alert")
    op.drop_table("open_alert")
    op.rename_table("open_alert_new", "open_alert")
    op.create_index("ix_open_alert_ward_id", "open_alert", ["ward_id"])


def _guard(table: str, keys: tuple[str, ...]) -> None:
    """A row is inserted once and never changed, removed or replaced."""
    if not _sqlite():
        refuse = "EXECUTE FUNCTION doseward_append_only()"
        for act in ("update", "delete"):
            op.execute(f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} FOR EACH ROW {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}")
        return
    refuse = f"SELECT RAISE(ABORT, '{table} is only ever added to')"
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refuse}; END")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {refuse}; END")
    same = " AND ".join(f"{key} = NEW.{key}" for key in keys)
    taken = f"SELECT RAISE(ABORT, 'pk_{table}') WHERE EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of this file
    by_rowid = f"{refuse} WHERE EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid)"  # noqa: S608 - likewise
    op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} BEGIN {taken}; {by_rowid}; END")
