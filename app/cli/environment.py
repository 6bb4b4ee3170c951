"""Are the settings in the environment ones this program knows and can use?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from app.domain.errors import StartRefused
from app.settings import Settings

PREFIX = "DOSEWARD_"


def check_names() -> None:
    """Refuses a variable that looks like a setting and is none: a typo must not leave a default in force."""
    known = {f"{PREFIX}{field}".upper() for field in Settings.model_fields}
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise StartRefused("unknown_setting", f"{name} is no setting of this version: see docs/settings.md.")


@contextmanager
def in_words() -> Iterator[None]:
    """Turns a setting that cannot be used into a sentence that names it and repeats nothing else."""
    try:
        yield
    except ValidationError as fault:
        if fault.title != Settings.__name__:
            raise
        first = fault.errors(include_input=False, include_url=False)[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        raise StartRefused("bad_setting", f"{name} cannot be used: {first['msg']}.") from fault
