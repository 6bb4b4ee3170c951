"""Which protocols are there, and what exactly does one say?"""

from __future__ import annotations

from typing import Annotated

from fastapi import Response

from app.api import rulebook, shapes
from app.api.calls import Call, answered, needs, read
from app.api.lists import Paging, cut, listed
from app.api.routers import router_for
from app.domain.errors import NotFound
from app.services.acting import Permission
from app.store import protocol_texts
from app.store.database import Transaction

router = router_for("protocols")
Reads = Annotated[Call, needs(Permission.READ)]


@router.get(
    "/protocols",
    response_model=shapes.Page[rulebook.ProtocolLine],
    response_description="The newest version of each protocol; nothing is preselected.",
)
def list_protocols(call: Reads, asked: Paging) -> Response:
    """In the order of every list."""
    page, following = cut(tuple(call.library.protocols.values()), lambda protocol: protocol.pin.id, asked)
    return answered(listed(map(rulebook.line_answer, page), following))


@router.get(
    "/protocols/{protocol_id}", response_model=rulebook.ProtocolText, response_description="The newest version."
)
def read_protocol(call: Reads, protocol_id: str) -> Response:
    """Every criterion with its source, and how sure we are that it says so."""
    return answered(rulebook.protocol_answer(call.library.protocol(protocol_id)))


@router.get(
    "/protocols/{protocol_id}/{version}", response_model=rulebook.ProtocolText, response_description="That version."
)
def read_protocol_version(call: Reads, protocol_id: str, version: str) -> Response:
    """The version shipped, or one that a course is pinned to."""
    shipped = call.library.protocols.get(protocol_id)
    if shipped is not None and shipped.pin.version == version:
        return answered(rulebook.protocol_answer(shipped))
    document = read(call, lambda tx: _stored(tx, protocol_id, version))
    return answered(rulebook.protocol_answer(call.library.parse(document)))


def _stored(tx: Transaction, protocol_id: str, version: str) -> bytes:
    pins = [pin for pin in protocol_texts.pins(tx) if (pin.id, pin.version) == (protocol_id, version)]
    if not pins:
        raise NotFound("unknown_protocol", "There is no such version of a protocol.")
    return protocol_texts.text(tx, pins[-1].sha256)
