"""How does a test make one function of the engine fail, wherever it was bound, and see that the failure was reached?"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, NoReturn
from unittest.mock import patch

from app.domain import (
    criteria,
    facts,
    intervals,
    plan,
    windows,
    windows_baseline,
    windows_lasting,
    windows_latched,
    windows_point,
    windows_volume,
)

MODULES: tuple[ModuleType, ...] = (
    windows,
    windows_baseline,
    windows_lasting,
    windows_latched,
    windows_point,
    windows_volume,
    criteria,
    intervals,
    facts,
    plan,
)


class Broken(Exception):
    """What the broken function raises; the canary must be seen by nobody."""


@dataclass
class Broke:
    """How often the broken function was called."""

    calls: int = field(default=0)

    def __call__(self, *_args: object, **_kwargs: object) -> NoReturn:
        self.calls += 1
        raise Broken("CANARY-FAULT-9041")


def public_functions(module: ModuleType) -> list[str]:
    """The dotted names of the functions a module defines for others, and of the methods of its classes."""
    found = []
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(value):
            methods = [key for key, one in vars(value).items() if inspect.isfunction(one) and _public(key)]
            found += [f"{name}.{key}" for key in methods if value.__dict__[key].__module__ == module.__name__]
        elif inspect.isfunction(inspect.unwrap(value)):
            found.append(name)
    return found


def _public(name: str) -> bool:
    return name == "__init__" or not name.startswith("_")


FUNCTIONS = [(module, name) for module in MODULES for name in public_functions(module)]


@contextmanager
def broken(module: ModuleType, name: str) -> Iterator[Broke]:
    """The function raises for as long as the block lasts: under every name it was imported as, and in every table."""
    broke = Broke()
    owner, _, method = name.rpartition(".")
    patches = [patch.object(getattr(module, owner), method, broke)] if owner else list(_everywhere(module, name, broke))
    for one in patches:
        one.start()
    _forget()
    try:
        yield broke
    finally:
        for one in reversed(patches):
            one.stop()
        _forget()


def _everywhere(module: ModuleType, name: str, broke: Broke) -> Iterator[Any]:
    original: Callable[..., Any] = getattr(module, name)
    for other in [one for key, one in sys.modules.items() if key.startswith("app.")]:
        for bound, value in list(vars(other).items()):
            if value is original:
                yield patch.object(other, bound, broke)
    kinds = [kind for kind, answer in windows.ANSWERS.items() if answer is original]
    yield patch.dict(windows.ANSWERS, dict.fromkeys(kinds, broke))


def _forget() -> None:
    """Plans keep the functions they were made of."""
    if hasattr(plan.plan_of, "cache_clear"):
        plan.plan_of.cache_clear()
