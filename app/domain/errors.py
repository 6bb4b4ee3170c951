"""Which refusals does the program know, and what does a person read?

Named here, mapped to HTTP in one table (`app.http.problems`). A clinical outcome is never one: it is a Decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault in what was sent: a JSON pointer, a stable code, and a sentence that repeats nothing sent."""

    pointer: str
    code: str
    message: str


class DosewardError(Exception):
    """A refusal with a stable `code` and a `sentence` fit for a ward; `errors` name the fields."""

    def __init__(self, code: str, sentence: str, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.errors = errors

    @classmethod
    def at(cls, pointer: str, code: str, sentence: str) -> Self:
        """The refusal of one field: what is said of the whole is what is said at the field."""
        return cls(code, sentence, (FieldError(pointer, code, sentence),))


class Malformed(DosewardError):
    """The bytes are not the JSON or the form they claim to be."""


class InvalidInput(DosewardError):
    """Well-formed, and refused: outside limits, unknown measure, wrong unit, against a schedule rule."""


class TooLarge(DosewardError):
    """More than the door lets in."""


class NotSignedIn(DosewardError):
    """Nobody stands behind the request."""


class Forbidden(DosewardError):
    """Somebody stands behind it who may not do this."""


class ProofNeeded(Forbidden):
    """They may, once they show their password or PIN: the last time is too long ago, or what they showed was wrong."""


class Locked(DosewardError):
    """Somebody stands behind it whose session is locked: it shows nothing until they prove who they are."""


class NotFound(DosewardError):
    """No such thing, or none this person may see: both answer alike."""


class Conflict(DosewardError):
    """True when asked, no longer true now: expired, replaced, recorded already."""


class PreconditionFailed(DosewardError):
    """Edited by somebody else since it was read."""


class Gone(DosewardError):
    """A cursor of an earlier epoch: the reader must start again from the open alerts."""


class TooManyRequests(DosewardError):
    """Slow down; nothing was done, and nothing will be for so many seconds."""

    def __init__(self, code: str, sentence: str, errors: tuple[FieldError, ...] = (), *, seconds: int = 30) -> None:
        super().__init__(code, sentence, errors)
        self.seconds = seconds


class Unavailable(DosewardError):
    """The database did not answer before anything was written: nothing was saved."""


class OutcomeUnknown(DosewardError):
    """The database failed at commit: retry with the same key to learn what happened."""


class ProtocolRefused(DosewardError):
    """A protocol or measure file that must not be used; the sentence names file and key."""


class StartRefused(DosewardError):
    """The program must not start: the sentence says why and what to do."""
