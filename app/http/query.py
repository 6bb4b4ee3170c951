"""Is each parameter of an address known to its operation, and said once where it counts once?

A filter that is misspelt, or said a second time, would be passed over in silence: whoever asks for the alerts of two
wards, or of two states, would be sent those of one, and take them for all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import get_args, get_origin

from fastapi.dependencies.models import Dependant
from starlette.datastructures import QueryParams

from app.domain.errors import FieldError, InvalidInput


def parameters(dependant: Dependant) -> Mapping[str, bool]:
    """The parameters an operation takes, and whether each may be said several times."""
    return dict(_parameters(dependant))


def check_query(said: QueryParams, known: Mapping[str, bool]) -> None:
    """Raises InvalidInput; a name that is not known is the client's own, and is not repeated."""
    times = Counter(name for name, _ in said.multi_items())
    unknown = tuple(
        FieldError("/query", "unknown_parameter", f"Parameter number {place} of this address is not known here.")
        for place, name in enumerate(times, 1)
        if name not in known
    )
    twice = tuple(
        FieldError(f"/query/{name}", "said_twice", "This parameter is said once.")
        for name, count in times.items()
        if count > 1 and known.get(name) is False
    )
    if unknown or twice:
        raise InvalidInput("bad_query", "The query of this address cannot be read as it stands.", unknown + twice)


def _parameters(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    for field in dependant.query_params:
        kinds = (field.field_info.annotation, *get_args(field.field_info.annotation))
        yield field.alias, any(get_origin(kind) is list for kind in kinds)
    for other in dependant.dependencies:
        yield from _parameters(other)
