"""How is a change put into a running program, or into one that is about to start?"""

from __future__ import annotations

import gc
import importlib.util
from collections import defaultdict
from collections.abc import Sequence
from functools import _lru_cache_wrapper
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

from tests.mutants.operators import Mutant

ROOT = Path(__file__).parents[2]
DOMAIN = ROOT / "app" / "domain"


def source_of(file: str) -> str:
    """The text of a module of the domain."""
    return (DOMAIN / file).read_text("utf-8")


def compiled(mutant: Mutant) -> CodeType:
    """The module with the change made, ready to run."""
    return compile(mutant.tree(source_of(mutant.file)), str(DOMAIN / mutant.file), "exec", dont_inherit=True)


class Program:
    """The functions and caches of the program and its tests as they are loaded now."""

    def __init__(self) -> None:
        self._functions: dict[tuple[str, str], list[FunctionType]] = defaultdict(list)
        self._caches = []
        for one in gc.get_objects():
            if isinstance(one, FunctionType) and one.__code__.co_filename.startswith(str(DOMAIN)):
                self._functions[one.__code__.co_filename, one.__code__.co_qualname].append(one)
            elif isinstance(one, _lru_cache_wrapper) and one.__module__.startswith("app.domain"):
                self._caches.append(one)

    def put(self, mutant: Mutant) -> None:
        """Change the function in place, so that every table and name that holds it sees the change."""
        new = _named(compiled(mutant), mutant.function)
        found = self._functions[str(DOMAIN / mutant.file), mutant.function]
        if new is None or not found:
            raise LookupError(f"nothing is loaded to change for {mutant.name}")
        for function in found:
            # What no longer says `super()` still needs the room that the function has for it.
            function.__code__ = new if new.co_freevars else new.replace(co_freevars=function.__code__.co_freevars)
        self.forget()

    def forget(self) -> None:
        """Empty every cache."""
        for cache in self._caches:
            cache.cache_clear()


def _named(code: CodeType, name: str) -> CodeType | None:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            if one.co_qualname == name:
                return one
            if name.startswith(f"{one.co_qualname}.") and (inner := _named(one, name)):
                return inner
    return None


class Import(MetaPathFinder):
    """Lets the change in where the module is imported; to be placed before anything of the program is."""

    def __init__(self, mutant: Mutant) -> None:
        parts = Path("app", "domain", mutant.file).with_suffix("").parts
        self.name = ".".join(parts)
        self.mutant = mutant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        return importlib.util.spec_from_loader(fullname, _Loader(fullname, self.mutant))


class _Loader(SourceFileLoader):
    def __init__(self, fullname: str, mutant: Mutant) -> None:
        super().__init__(fullname, str(DOMAIN / mutant.file))
        self.code = compiled(mutant)

    def get_code(self, fullname: str) -> CodeType:
        return self.code
