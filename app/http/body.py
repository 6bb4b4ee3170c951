"""What must every model of a request body keep to?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, ClassVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, PlainValidator, Strict
from pydantic.fields import FieldInfo

_GUESSING = {
    int: "Whole",
    float: "Number",
    Decimal: "Number",
    bool: "Flag",
    str: "Text or Note",
    datetime: "Instant",
    date: "Day",
    time: "Instant",
    timedelta: "Number",
}


class Body(BaseModel):
    """Unknown fields are refused, and so is a model with a field whose type would guess: see `app.http.fields`."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True
    )

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        for name, field in cls.model_fields.items():
            for guess in _guessing(field.annotation, field.metadata):
                raise TypeError(f"{cls.__name__}.{name} is a plain {guess.__name__}: use {_GUESSING[guess]}.")


def declared_names() -> frozenset[str]:
    """Every field name of every body: what an error may name without repeating what a client made up."""
    names: set[str] = set()
    waiting: list[type[Body]] = [Body]
    while waiting:
        model = waiting.pop()
        waiting += model.__subclasses__()
        names |= {field.alias or name for name, field in model.model_fields.items()}
    return frozenset(names)


def _guessing(annotation: Any, metadata: Iterable[Any] = ()) -> Iterator[type]:
    marks = [inner for mark in metadata for inner in (mark.metadata if isinstance(mark, FieldInfo) else [mark])]
    if any(isinstance(mark, PlainValidator | Strict) for mark in marks):
        return
    if get_origin(annotation) is Annotated:
        inner, *outer = get_args(annotation)
        yield from _guessing(inner, outer)
    elif isinstance(annotation, type) and annotation in _GUESSING:
        yield annotation
    else:
        for part in get_args(annotation):
            if isinstance(part, type) or get_args(part):  # a Literal's choices are values
                yield from _guessing(part)
