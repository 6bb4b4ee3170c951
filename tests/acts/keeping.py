"""Is the record whole, and does all that is kept beside it say the same?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from app.services import summarising
from app.store import alerts, derived, flowsheets, ledger
from app.store import tables as t
from app.store.chain import verify_chain
from tests.acts.house import AUDIT_KEY
from tests.acts.looking import Look
from tests.builders import LIBRARY


def summaries_follow(look: Look) -> Iterator[str]:
    """They are those made again from the record alone (docs/decisions/0016)."""
    with look.afresh() as tx:
        for course in summarising.look_again(tx, LIBRARY):
            yield from (f"the summary of {cycle} is another" for cycle in course.differed)


def the_trail_is_whole(look: Look) -> Iterator[str]:
    """The audit chain verifies, and the indexes beside the record say what it says (reliability.md 2.4)."""
    with look.reading() as tx:
        yield from map(str, verify_chain(tx, AUDIT_KEY))
        yield from derived.faults(tx)


def the_feed_is_whole(look: Look) -> Iterator[str]:
    """Every alert event stands in it once, in order and without a gap (design.md 6)."""
    with look.reading() as tx:
        stands = ledger.position(tx)
        fed = [tuple(row) for row in tx.connection.execute(t.feed.select().order_by(t.feed.c.n))]
        ids = t.alert_event.select().with_only_columns(t.alert_event.c.id)
        happened = Counter(tx.connection.execute(ids).scalars())
    if [row[1] for row in fed] != list(range(1, stands.feed + 1)):
        yield "the numbers of the feed have a gap"
    if Counter(row[2] for row in fed) != happened:
        yield "the feed holds other events than happened"


def each_dose_was_given_once(look: Look) -> Iterator[str]:
    """At most one word on what was done with a dose is in force (design.md 4 "One administration per dose")."""
    replaced = {row.supersedes for row in look.sheet.administrations}
    in_force = Counter(row.dose_id for row in look.sheet.administrations if row.id not in replaced)
    yield from (f"dose {dose_id} has {many} in force" for dose_id, many in in_force.items() if many > 1)


def the_process_knows_what_is_stored(look: Look) -> Iterator[str]:
    """The next act sees what somebody sees who reads everything anew (docs/decisions/0025)."""
    course_id, due = look.sheet.course.id, look.due
    dose_id = None if due is None else due.dose.id
    with look.afresh() as tx:
        sheet, raised = flowsheets.load_bare(tx, course_id), alerts.raised(tx, course_id, dose_id)
    with look.locked(course_id) as tx:
        mine, told = flowsheets.load_bare(tx, course_id), alerts.raised(tx, course_id, dose_id)
    if mine != sheet:
        yield "the process remembers another course"
    if mine.held() != sheet.held():
        yield "the process holds other values"
    wanted = {one.id: one for one in raised}
    yield from (f"the process remembers another alert {one.key}" for one in told if wanted.get(one.id, one) != one)
    if wanted.keys() - {one.id for one in told}:
        yield "the process has forgotten an alert"


def the_past_stays(look: Look) -> Iterator[str]:
    """What a look back at an earlier minute shows is not changed by later acts (design.md 1, interface.md `?at=`)."""
    past, now, course_id = look.looks.past, look.house.now, look.sheet.course.id
    for key in [one for one in past if one[1] >= now]:
        del past[key]  # the clock has gone back before it
    mine = [key for key in past if key[0] == course_id]
    if mine:
        key = look.house.random.choice(mine[-40:])
        if _known(look, key) != past[key]:
            yield f"the past of {key[1]} has changed"
    before = look.looks.before
    if before is not None and before < now:
        key = course_id, before
        past.setdefault(key, _known(look, key))


def _known(look: Look, key: tuple[str, object]) -> dict[str, tuple[str, ...]]:
    sheet = look.sheet.as_known_at(key[1])  # type: ignore[arg-type]
    rows = ("cycles", "events", "observations", "decisions", "orders", "administrations")
    return {name: tuple(row.id for row in getattr(sheet, name)) for name in rows}
