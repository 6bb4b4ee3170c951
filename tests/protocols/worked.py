"""Which worked cases do the tests ask about? Those the program carries, told of the measures it ships."""

from __future__ import annotations

from app.protocols import cases
from app.protocols.cases import Case
from tests.builders import MEASURES


def load_cases(file: str) -> tuple[Case, ...]:
    """Every case of a file of app/protocols/cases."""
    return cases.load_cases(file, MEASURES)


__all__ = ["Case", "load_cases"]
