"""How does a ward read of which class a criterion is, and how sure we are of what it says?"""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.source import Verification
from app.domain.tongue import mark, worded
from app.domain.vocabulary import Class

_SURE: Mapping[Verification, str] = {
    Verification.READ_AT_SOURCE: mark("read at the source"),
    Verification.COLUMN_INFERRED: mark("column inferred"),
    Verification.SITE_PARAMETER: mark("site parameter"),
    Verification.CAUTIOUS_READING: mark("cautious reading"),
}

_CLASSES: Mapping[Class, str] = {
    Class.RELATIVE: mark("relative"),
    Class.ABSOLUTE: mark("absolute"),
    Class.WITHHOLD: mark("withhold"),
    Class.PERMANENT: mark("permanent"),
    Class.HOLD: mark("hold"),
    Class.STOP: mark("stop"),
    Class.UNCOVERED: mark("not covered"),
}


def class_name(cls: Class) -> str:
    """The class of a criterion in a word."""
    return worded(_CLASSES[cls])


def class_words(cls: Class) -> str:
    """The class of a criterion as the field says it."""
    return class_name(cls) if cls is Class.UNCOVERED else worded("{cls} criterion", cls=class_name(cls))


def verification_words(verification: Verification) -> str:
    """How sure we are that a line says what its source says: `column inferred`."""
    return worded(_SURE[verification])
