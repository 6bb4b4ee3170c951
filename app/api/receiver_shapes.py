"""What is sent and answered about a receiver and the attempts at it?"""

from __future__ import annotations

from app.api.shapes import Shape
from app.domain.receiver import Ending
from app.domain.vocabulary import Level
from app.http.body import Body
from app.http.fields import Note, Text, Uuid


class ReceiverToAdd(Body):
    """`url` is of an origin the site has opened; `ward_id` null is all wards, `least` the lowest level told."""

    name: Text
    url: Text
    ward_id: Uuid | None = None
    least: Level = Level.PRIORITY


class NewName(Body):
    """Who gets its messages."""

    name: Text


class Removal(Body):
    """Why nothing is to go there any more."""

    reason: Note


class Replay(Body):
    """Everything after `cursor` is sent again; null is everything from the oldest alert that is open now."""

    cursor: Text | None = None


class ReceiverShape(Shape):
    """A receiver. Everything up to `cursor` arrived; `failures` in a row since, the first at `failing_since`.

    Of a removed one these three and `next_at` are null. `earlier_until`: so long the secret before the last rotation
    signs, too.
    """

    id: str
    name: str
    url: str
    ward_id: str | None
    least: Level
    created_at: str
    created_by: str
    earlier_until: str | None
    removed_at: str | None
    cursor: str | None
    failures: int | None
    failing_since: str | None
    next_at: str | None


class ReceiverSecret(Shape):
    """A receiver's id with its secret, which nobody can read again."""

    id: str
    secret: str


class Attempt(Shape):
    """One attempt; a test has no `event_id`, `status` null is no answer."""

    id: str
    event_id: str | None
    attempt: int
    at: str
    took_ms: int
    status: int | None
    outcome: Ending


class Asked(Shape):
    """What will be done, and shows in the list of attempts."""

    id: str
    asked_at: str
