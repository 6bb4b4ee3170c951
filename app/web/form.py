"""What did a page's form send?

Browsers send `application/x-www-form-urlencoded`; every field is text, said once. Nothing here guesses: what cannot be
read is refused, and what was sent is never repeated in a refusal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from pydantic_core import PydanticCustomError
from starlette.exceptions import HTTPException

from app.domain.errors import Malformed
from app.http.fields import NOTE_LIMIT, TEXT_LIMIT, read_text
from app.web.translate import _

MOST_FIELDS = 600
KEY, PROOF, SECOND_PROOF = "key", "proof", "second.proof"
_UNSUPPORTED = 415


class Form:
    """The fields of a form by name; one that was not sent, and one left empty, reads as ""."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields

    def __getitem__(self, name: str) -> str:
        return self._fields.get(name, "")

    def sent(self, name: str) -> bool:
        """True when the field was on the form, filled in or not."""
        return name in self._fields

    def sent_or(self, name: str, otherwise: str) -> str:
        """What was sent, also when it was left empty; `otherwise` before anything was."""
        return self._fields.get(name, otherwise)

    def without(self, names: Container[str]) -> Form:
        """The form but for these fields."""
        return Form({name: value for name, value in self._fields.items() if name not in names})

    def encoded(self) -> bytes:
        """The fields as a browser sends them; `read_form` reads them again."""
        return urlencode(self._fields).encode("ascii")

    def hash(self) -> str:
        """What tells one filled-in form from another; key and proof belong to the attempt alone."""
        rest = sorted((name, value) for name, value in self._fields.items() if name not in (KEY, PROOF, SECOND_PROOF))
        return hashlib.sha256(repr(rest).encode("utf-8", "backslashreplace")).hexdigest()


EMPTY = Form({})


# async: a body is read here, and FastAPI would run a plain function in the small thread pool.
async def posted(request: Request) -> Form:
    """The form of this request; raises Malformed."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise HTTPException(_UNSUPPORTED)
    return read_form(await request.body())


def read_form(body: bytes) -> Form:
    """The fields of a body; raises Malformed for bytes that no form sends and for a field sent twice."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=body != b"",
            encoding="utf-8",
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as fault:
        raise Malformed("malformed_form", _("The form could not be read. Nothing was saved.")) from fault
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Malformed("field_twice", _("A field of the form was sent twice. Nothing was saved."))
    return Form(fields)


class BadText(ValueError):
    """A text that cannot be kept as it is; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def read_words(text: str, *, long: bool = False) -> str:
    """A name, or with `long` a reason of several lines; raises BadText."""
    try:
        return read_text(text, limit=NOTE_LIMIT if long else TEXT_LIMIT, lines=long)
    except PydanticCustomError as fault:
        raise BadText(fault.message()) from None
