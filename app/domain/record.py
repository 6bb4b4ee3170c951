"""How are a decision and the situation it was taken in written down, byte for byte?

Canonical JSON (sorted keys, no spaces, UTF-8). The bytes are the record; sentences are rendered from it and are no part
of it, so that a better sentence never changes what was decided. `replay` compares these bytes.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

from app.domain.course import ProtocolPin
from app.domain.decision import Counts, Decision, DecisionRecord, Finding, Missing, Rule
from app.domain.held import Texts
from app.domain.measure import Value
from app.domain.observation import ByMeasure, Reading, by_measure
from app.domain.protocol import Criterion, Protocol
from app.domain.scores.news2 import News2, Part
from app.domain.situation import Previous, Situation
from app.domain.vocabulary import Action, SpO2Scale, Verdict, Why


@lru_cache(maxsize=4096)
def instant(at: datetime) -> str:
    """RFC 3339 in UTC with `Z`; refuses a naive time. Cached: what is charted together has one time."""
    if at.tzinfo is None:
        raise ValueError("a time without an offset is no moment")
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _instant(at: datetime | None) -> str | None:
    return None if at is None else instant(at)


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def plain(value: Value | None) -> bool | str | None:
    """A value for JSON: decimals become strings with their charted digits."""
    return f"{value:f}" if isinstance(value, Decimal) else value


_CANONICAL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
)

_text = _CANONICAL.encode
_WORDS = {True: "true", False: "false"}


def canonical(document: dict[str, Any]) -> bytes:
    """Sorted keys, no spaces, UTF-8: one document, one text."""
    return _CANONICAL.encode(document).encode()


def encode_decision(decision: Decision) -> bytes:
    """The canonical bytes of a decision; what a criterion says in general stays in the protocol, named by its hash."""
    return canonical(
        {
            "action": str(decision.action),
            "provisional": decision.provisional,
            "at": instant(decision.at),
            "due_at": instant(decision.due_at),
            "findings": [_finding_row(finding) for finding in decision.findings],
            "missing": [[m.measure, str(m.why), _instant(m.observed_at)] for m in decision.missing],
            "rules": [[rule.name, str(rule.action), rule.citation] for rule in decision.rules],
            "counts": decision.counts._asdict(),
            "news2": encode_news2(decision.news2),
            "protocol": [decision.protocol.id, decision.protocol.version, decision.protocol.sha256, decision.coverage],
            "engine": decision.engine,
            "valid_until": _instant(decision.valid_until),
        }
    )


def encode_news2(news2: News2) -> tuple[Any, ...]:
    """The first saturation scale goes without saying, so that what was written before there were two stays the same."""
    return news2[:-1] if news2.scale is SpO2Scale.ONE else news2


def _finding_row(finding: Finding) -> list[bool | str | None]:
    row = [finding.criterion.id, str(finding.verdict), plain(finding.value), _instant(finding.observed_at)]
    return row if finding.why is None else [*row, str(finding.why), finding.blame]


def decode_decision(document: bytes, protocol: Protocol) -> Decision:
    """The decision of canonical bytes, taken under `protocol`; ValueError or KeyError when they are none."""
    stored = json.loads(document)
    criteria = {criterion.id: criterion for row in protocol.rows for criterion in row.criteria}
    return Decision(
        action=Action(stored["action"]),
        provisional=stored["provisional"],
        at=_at(stored["at"]),
        due_at=_at(stored["due_at"]),
        findings=tuple(_finding(row, criteria[row[0]]) for row in stored["findings"]),
        missing=tuple(Missing(measure, Why(why), _time(at)) for measure, why, at in stored["missing"]),
        rules=tuple(Rule(name, Action(action), citation) for name, action, citation in stored["rules"]),
        counts=Counts(**stored["counts"]),
        news2=decode_news2(stored["news2"]),
        protocol=ProtocolPin(*stored["protocol"][:3]),
        coverage=stored["protocol"][3],
        engine=stored["engine"],
        valid_until=_time(stored["valid_until"]),
    )


def decode_news2(row: list[Any]) -> News2:
    """The score of what `encode_news2` wrote."""
    score, level, response, single, parts, missing, *scale = row
    parted = tuple(Part(*part) for part in parts)
    return News2(score, level, response, single, parted, tuple(missing), *map(SpO2Scale, scale))


def _finding(row: list[Any], criterion: Criterion) -> Finding:
    verdict = Verdict(row[1])
    value = Decimal(row[2]) if criterion.unit is not None and row[2] is not None else row[2]
    why, blame = (Why(row[4]), row[5]) if row[4:] else (None, criterion.measure)
    action = {Verdict.MET: criterion.action, Verdict.UNKNOWN: Action.INCOMPLETE, Verdict.NOT_MET: Action.PROCEED}[
        verdict
    ]
    return Finding(criterion, verdict, action, value, _time(row[3]), why, blame)


def encode_situation(situation: Situation, texts: Texts | None = None) -> bytes:
    """The canonical bytes of a situation; `texts` keeps the text of each reading, so that it is written only once."""
    previous = situation.previous
    scale = {} if situation.spo2_scale is SpO2Scale.ONE else {"spo2_scale": situation.spo2_scale}
    before = {
        "at": instant(situation.at),
        "due_at": instant(situation.due_at),
        "dose_number": situation.dose_number,
        "cycle_number": situation.cycle_number,
        "admitted_at": _instant(situation.admitted_at),
        "last_given_at": _instant(situation.last_given_at),
        "baseline": _tagged_pairs(situation.baseline),
        "held_doses": situation.held_doses,
        "previous": None if previous is None else [str(previous.action), _tagged_pairs(previous.charted)],
    }
    head, tail = _CANONICAL.encode(before), _CANONICAL.encode({**scale, "unresolved": list(situation.unresolved)})
    readings = ",".join(_reading_texts(situation.readings, {} if texts is None else texts))
    return f'{head[:-1]},"readings":[{readings}],{tail[1:]}'.encode()


def _reading_texts(readings: ByMeasure, texts: Texts) -> Iterator[str]:
    """Each reading as canonical JSON, by name of its measure. What is kept counts only for the very same reading."""
    for measure in sorted(readings):
        for reading in readings[measure]:
            kept = texts.get(reading.id)
            if kept is None or kept[0] is not reading:
                texts[reading.id] = kept = reading, _reading_text(reading)
            yield kept[1]


def _reading_text(reading: Reading) -> str:
    value, start = reading.value, reading.start
    if isinstance(value, Decimal):
        charted = f'["{value:f}"]'
    else:
        charted = _WORDS[value] if isinstance(value, bool) else _text(value)
    began = "null" if start is None else f'"{instant(start)}"'
    return f'[{_text(reading.id)},{_text(reading.measure)},{charted},"{instant(reading.at)}",{began}]'


def decode_situation(document: bytes) -> Situation:
    """The situation of canonical bytes; ValueError or KeyError when they are none."""
    stored = json.loads(document)
    previous = stored["previous"]
    return Situation(
        at=_at(stored["at"]),
        due_at=_at(stored["due_at"]),
        dose_number=stored["dose_number"],
        cycle_number=stored["cycle_number"],
        admitted_at=_time(stored["admitted_at"]),
        last_given_at=_time(stored["last_given_at"]),
        baseline=_untagged_pairs(stored["baseline"]),
        held_doses=stored["held_doses"],
        previous=None if previous is None else Previous(Action(previous[0]), _untagged_pairs(previous[1])),
        unresolved=tuple(stored["unresolved"]),
        readings=by_measure(Reading(r[0], r[1], _untagged(r[2]), _at(r[3]), _time(r[4])) for r in stored["readings"]),
        spo2_scale=SpO2Scale(stored.get("spo2_scale", SpO2Scale.ONE)),
    )


def is_amended(record: DecisionRecord, superseded: Collection[str]) -> bool:
    """True when a value it was taken on was corrected or retracted since; `superseded` are the ids of those."""
    if not superseded:
        return False
    charted = decode_situation(record.situation).readings.values()
    return any(reading.id in superseded for mine in charted for reading in mine)


_Tagged: TypeAlias = bool | str | list[str]


def _tagged(value: Value) -> _Tagged:
    """Numbers stand in a list of one, so that "40" the choice and 40 the number stay two things."""
    return [f"{value:f}"] if isinstance(value, Decimal) else value


def _untagged(value: _Tagged) -> Value:
    return Decimal(value[0]) if isinstance(value, list) else value


def _tagged_pairs(pairs: tuple[tuple[str, Value], ...]) -> list[list[_Tagged]]:
    return [[measure, _tagged(value)] for measure, value in pairs]


def _untagged_pairs(pairs: list[list[Any]]) -> tuple[tuple[str, Value], ...]:
    return tuple((measure, _untagged(value)) for measure, value in pairs)
