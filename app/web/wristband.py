"""What did a scanner, or somebody's fingers, put into the fields of the two patient identifiers?

A scanner types fast and ends with Enter. On the band stands the record number alone, or the record number and the date
of birth with `^`, `|` or a tab between them: then one scan answers both fields.
"""

from __future__ import annotations

import re
from typing import Final

from app.services.administering import Identifiers
from app.web.form import Form
from app.web.forms import Filled
from app.web.translate import _

_BETWEEN: Final = re.compile(r"[\^|\t]")
# Read as year, month, day: no date written day or month first makes one of these that exists, from 1900 to 2099.
_DIGITS: Final = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)", re.ASCII)


def read_identifiers(filled: Filled) -> Identifiers | None:
    """Record number and date of birth; None, with faults, where one cannot be used or the two sources differ."""
    number, _between, scanned = (part.strip() for part in _parted(filled.form["mrn"]))
    typed = filled.form["born"].strip()
    one = Filled(Form({"mrn": number, "born": _dashed(scanned or typed)}), filled.ward, filled.faults)
    mrn = one.words("mrn", _("Read the record number from the wristband."))
    born = one.day("born", _("Ask for the date of birth, or read it from the wristband."))
    if scanned and typed and born is not None:
        other = Filled(Form({"born": _dashed(typed)}), filled.ward, filled.faults).day("born", "")
        if other is not None and other != born:
            filled.blame("born", _("This is not the date of birth that was scanned. Look at the wristband again."))
            return None
    return None if mrn is None or born is None else Identifiers(mrn, born)


def _parted(text: str) -> tuple[str, str, str]:
    between = _BETWEEN.search(text)
    return (text, "", "") if between is None else text.partition(between[0])


def _dashed(text: str) -> str:
    digits = _DIGITS.fullmatch(text)
    return text if digits is None else "-".join(digits.groups())
