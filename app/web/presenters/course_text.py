"""By which protocol text is a course decided, and is it still what the file of that version says?"""

from __future__ import annotations

from dataclasses import dataclass

from app.protocols.library import Library
from app.services.approving import Approval
from app.services.pins import file_differs
from app.web.presenters.protocol import fingerprint
from app.web.translate import _


@dataclass(frozen=True, slots=True)
class CourseText:
    """The pinned text; `notes` say in what it is not the one a new course would get."""

    words: str
    href: str
    notes: tuple[str, ...]


def course_text(found: Approval, library: Library) -> CourseText:
    """The text a course is pinned to, `found` being how that text stands."""
    pin = found.protocol.pin
    differs = file_differs(library, pin)
    newest = library.protocols.get(pin.id)
    notes = []
    if differs:
        words = _("The file of {id} {version} reads otherwise today. This course goes on with the text it began with.")
        notes.append(words.format(id=pin.id, version=pin.version))
    if newest is not None and newest.pin.version != pin.version:
        words = _("New courses are decided by version {version}. This course keeps the text it began with.")
        notes.append(words.format(version=newest.pin.version))
    if found.demo and not found.signed:
        notes.append(_("Demonstration: nobody has signed this protocol here."))
    words = _("Decided by {id} version {version}, text {fingerprint}")
    return CourseText(
        words=words.format(id=pin.id, version=pin.version, fingerprint=fingerprint(pin)),
        href=f"/protocols/{pin.id}/{pin.version}" + (f"?sha256={pin.sha256}" if differs else ""),
        notes=tuple(notes),
    )
