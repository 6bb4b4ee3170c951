"""What was wrong with which field, in words a person can act on, without repeating what was sent?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError

from app.domain.errors import FieldError
from app.http.body import declared_names
from app.http.fields import PREFIX

MAX_ERRORS = 50

# Pydantic's error type: our code and message. {} takes a limit or choice of the model, never the input.
_MESSAGES = {
    "missing": ("missing", "This field is required."),
    "extra_forbidden": ("unknown_field", "Field number {ordinal} of this object is not known here."),
    "string_type": ("not_text", "Must be text."),
    "int_type": ("not_a_whole_number", "Must be a whole number, without quotation marks."),
    "int_parsing": ("not_a_whole_number", "Must be a whole number."),
    "bool_type": ("not_true_or_false", "Must be true or false."),
    "bool_parsing": ("not_true_or_false", "Must be true or false."),
    "list_type": ("not_a_list", "Must be a list."),
    "tuple_type": ("not_a_list", "Must be a list."),
    "model_type": ("not_an_object", "Must be an object."),
    "model_attributes_type": ("not_an_object", "Must be an object."),
    "dict_type": ("not_an_object", "Must be an object."),
    "literal_error": ("unknown_choice", "Must be one of: {expected}."),
    "enum": ("unknown_choice", "Must be one of: {expected}."),
    "union_tag_invalid": ("unknown_choice", "Must be one of: {expected_tags}."),
    "union_tag_not_found": ("missing", "The field that says which kind this is must be present."),
    "none_required": ("not_null", "Must be null."),
    "greater_than": ("too_low", "Must be more than {gt}."),
    "greater_than_equal": ("too_low", "Must be at least {ge}."),
    "less_than": ("too_high", "Must be less than {lt}."),
    "less_than_equal": ("too_high", "Must be at most {le}."),
    "string_too_short": ("too_short", "Must be at least {min_length} characters."),
    "string_too_long": ("too_long", "Must be at most {max_length} characters."),
    "too_short": ("too_short", "Must have at least {min_length} entries."),
    "too_long": ("too_long", "Must have at most {max_length} entries."),
}
_OTHERWISE = ("not_accepted", "This value is not accepted.")


def field_errors(error: RequestValidationError) -> tuple[FieldError, ...]:
    """At most MAX_ERRORS faults; the alternatives of one union field are one fault."""
    known = declared_names()
    found: dict[tuple[str, int | None], FieldError] = {}
    for fault in error.errors():
        pointer, ordinal = _place(fault, error.body, known)
        code, message = _words(fault, ordinal)
        previous = found.get((pointer, ordinal))
        if previous is not None and previous.code != code:
            code, message = "wrong_kind", "This value has the wrong kind."
        found[pointer, ordinal] = FieldError(pointer, code, message)
        if len(found) == MAX_ERRORS:
            break
    return tuple(found.values())


def _words(fault: Mapping[str, Any], ordinal: int | None) -> tuple[str, str]:
    kind: str = fault["type"]
    if kind.startswith(PREFIX):
        return kind.removeprefix(PREFIX), fault["msg"]
    code, message = _MESSAGES.get(kind, _OTHERWISE)
    return code, message.format(**{**fault.get("ctx", {}), "ordinal": ordinal})


def _place(fault: Mapping[str, Any], body: object, known: frozenset[str]) -> tuple[str, int | None]:
    """JSON pointer of a fault, and for an unknown field, whose name is the client's own, its position in its object.

    A parameter is /query/name, /path/name or /header/name; everything else is a place in the body.
    """
    origin, *parts = fault["loc"]
    unknown = parts.pop() if fault["type"] == "extra_forbidden" else None
    if origin != "body":
        return "/".join(["", str(origin), *(str(part) for part in parts[:1])]), None
    pointer, node = _walk(parts, body, known)
    if unknown is None or not isinstance(node, Mapping) or unknown not in node:
        return pointer, None
    return pointer, list(node).index(unknown) + 1


def _walk(parts: Sequence[object], body: object, known: frozenset[str]) -> tuple[str, object]:
    """Follow the parts that are places; the others name the alternative of a union that was being tried."""
    pointer, node = "", body
    for position, part in enumerate(parts):
        last = position == len(parts) - 1
        if isinstance(part, int) and isinstance(node, list) and part < len(node):
            pointer, node = f"{pointer}/{part}", node[part]
        elif isinstance(part, str) and part in known and isinstance(node, Mapping) and (last or part in node):
            pointer, node = f"{pointer}/{part}", node.get(part)
    return pointer, node
