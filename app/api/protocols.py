"""Which protocols are there, what exactly does one say, and who lets it decide here?"""

from __future__ import annotations

from typing import Annotated

from fastapi import Response
from pydantic import Field

from app.api import approval_shapes, rulebook, shapes
from app.api.calls import Answer, Called, answered, read
from app.api.lists import Paging, cut, listed
from app.api.routers import router_for
from app.api.writing import takes_key, write
from app.http.body import Body
from app.http.fields import Note, Text
from app.services import pins
from app.services.approving import Approval, acknowledge, approval, sign

router = router_for("protocols")

Sha256 = Annotated[Text, Field(min_length=64, max_length=64)]


class ToSign(Body):
    """A signature: the hash of the text that was read, and what was checked."""

    sha256: Sha256
    statement: Note


class ToAcknowledge(Body):
    """Every system that the text with this hash does not cover, by name."""

    sha256: Sha256
    uncovered: Annotated[tuple[Text, ...], Field(max_length=100)]


@router.get(
    "/protocols",
    response_model=shapes.Page[rulebook.ProtocolLine],
    response_description="The newest version of each protocol; nothing is preselected.",
)
def list_protocols(call: Called, asked: Paging) -> Response:
    """In the order of every list."""
    order = list(call.library.protocols)
    page, following = cut(
        call.library.protocols.values(), lambda protocol: (f"{order.index(protocol.pin.id):04}",), asked
    )
    return answered(listed(map(rulebook.line_answer, page), following))


@router.get(
    "/protocols/{protocol_id}", response_model=rulebook.ProtocolText, response_description="The newest version."
)
def read_protocol(call: Called, protocol_id: str) -> Response:
    """Every criterion with its source, how sure we are that it says so, and whether the text may decide here."""
    protocol = call.library.protocol(protocol_id)
    return answered(_whole(read(call, lambda tx: approval(tx, protocol))))


@router.get(
    "/protocols/{protocol_id}/{version}", response_model=rulebook.ProtocolText, response_description="That version."
)
def read_protocol_version(call: Called, protocol_id: str, version: str) -> Response:
    """A version at hand, or one that a course is pinned to."""
    return answered(_whole(read(call, lambda tx: approval(tx, pins.version(tx, call.library, protocol_id, version)))))


def _whole(found: Approval) -> Answer:
    return {**rulebook.protocol_answer(found.protocol), "standing": approval_shapes.standing_answer(found)}


@router.post(
    "/protocols/{protocol_id}/signoffs",
    status_code=201,
    response_model=approval_shapes.Signature,
    response_description="The signature.",
    openapi_extra=takes_key(),
)
def sign_protocol(call: Called, protocol_id: str, sent: ToSign) -> Response:
    """A text decides once two people have signed it. 409: `signed_already`, `other_text`."""
    return write(
        call,
        lambda tx: sign(tx, call.library, call.acting, protocol_id, sent.sha256, sent.statement),
        approval_shapes.signature_answer,
    )


@router.post(
    "/protocols/{protocol_id}/acknowledgements",
    status_code=201,
    response_model=approval_shapes.KnownGaps,
    response_description="What is acknowledged.",
    openapi_extra=takes_key(),
)
def acknowledge_coverage(call: Called, protocol_id: str, sent: ToAcknowledge) -> Response:
    """It decides once its gaps are known. 409: `acknowledged_already`, `nothing_uncovered`, `other_text`."""
    return write(
        call,
        lambda tx: acknowledge(tx, call.library, call.acting, protocol_id, sent.sha256, sent.uncovered),
        approval_shapes.gaps_answer,
    )
