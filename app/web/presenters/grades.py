"""Which grades go with what was charted, each by what, and what has none? They change no decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.explain import value_words
from app.domain.flowsheet import Flowsheet
from app.domain.scores.book import Scores
from app.domain.scores.crs import TERM as CRS
from app.domain.scores.ctcae import ArmKind
from app.domain.scores.grade import Grade, Ungraded
from app.domain.scores.ice import TERM as ICANS
from app.domain.vocabulary import SpO2Scale
from app.services.scored import Scored
from app.web.chart import Chart
from app.web.presenters.setting import Setting
from app.web.translate import _, mark

_ARMS: Mapping[str, str] = {
    ArmKind.VALUE: mark("{value}"),
    ArmKind.LASTING: mark("{value}, lasting for more than a day"),
    ArmKind.GAIN: mark("{value}, baseline {against}"),
    ArmKind.TIMES_UPPER: mark("{value}, upper limit of normal {against}, a site parameter"),
    ArmKind.TIMES_LOWER: mark("{value}, lower limit of normal {against}, a site parameter"),
    ArmKind.TIMES_BASELINE: mark("{value}, baseline {against}"),
}
_RECENT = 6
_ENTERED = (CRS, ICANS)
_WHY = {
    Ungraded.MISSING: mark("not recorded"),
    Ungraded.STALE: mark("too old, last taken {at}"),
    Ungraded.BASELINE: mark("there is no baseline to compare with"),
    Ungraded.LIMIT: mark("the laboratory's limit of normal is not known"),
    Ungraded.COVERAGE: mark("what is charted does not cover the period"),
    Ungraded.OVERLAP: mark("charted intervals overlap"),
    Ungraded.FAULT: mark("the grading failed: report it"),
}


@dataclass(frozen=True, slots=True)
class GradeLine:
    """One graded term: `grade` in words, and what gave it."""

    term: str
    grade: str
    by: str


@dataclass(frozen=True, slots=True)
class GradesView:
    """The grades of one moment. `graded` are those above 0, `zero` the terms graded 0, `open` those with no grade."""

    at: str
    news2: str
    graded: tuple[GradeLine, ...]
    zero: str
    open: tuple[str, ...]
    open_terms: str
    amended: str


@dataclass(frozen=True, slots=True)
class CourseScores:
    """The scores of a course, moment by moment; `older` are those before the recent ones."""

    recent: tuple[GradesView, ...]
    older: tuple[GradesView, ...]


def grades_view(scored: Scored, chart: Chart) -> GradesView:
    """The scores of one set as a person reads them."""
    scores, setting = scored.scores, chart.setting
    grades = (*scores.ctcae, scores.crs, scores.icans)
    names = {grade.term: _(chart.case.library.scores.name(grade.term)) for grade in grades}
    open_ = [grade for grade in grades if grade.grade is None]
    return GradesView(
        at=setting.at(scores.at),
        news2=_news2(scores),
        graded=tuple(
            _line(grade, names[grade.term], setting) for grade in grades if grade.grade is not None and grade.grade > 0
        ),
        zero=", ".join(names[grade.term] for grade in grades if grade.grade == 0),
        open=tuple(f"{names[grade.term]}: {_whys(grade, setting)}" for grade in open_),
        open_terms=", ".join(names[grade.term] for grade in open_),
        amended=_amended(scored, chart),
    )


def course_scores(found: Iterable[Scored], chart: Chart) -> CourseScores:
    """Those of every moment, handed over newest first."""
    rows = tuple(grades_view(scored, chart) for scored in found)
    return CourseScores(rows[:_RECENT], rows[_RECENT:])


def _news2(scores: Scores) -> str:
    news2 = scores.news2
    if news2.score is None:
        return _("no score") if news2.least == 0 else _("at least {score}").format(score=news2.least)
    if news2.scale is SpO2Scale.TWO:
        return _("{score} (SpO2 scale 2)").format(score=news2.score)
    return str(news2.score)


def _line(grade: Grade, name: str, setting: Setting) -> GradeLine:
    words = _("at least grade {grade}") if grade.at_least else _("grade {grade}")
    by = _by(grade, setting)
    if grade.at_least:
        by = _("{by}; open: {why}").format(by=by, why=_whys(grade, setting))
    return GradeLine(name, words.format(grade=grade.grade), by)


def _by(grade: Grade, setting: Setting) -> str:
    """What gave the grade: `2.60 mg/dL, baseline 0.90 mg/dL, 12:00`."""
    value, arm = value_words(grade.value, grade.unit), grade.arm or ""
    if grade.term in _ENTERED:
        words = f"{arm}: {value}"
    elif arm in _ARMS:
        words = _(_ARMS[arm]).format(value=value, against=value_words(grade.against, grade.unit))
    else:
        words = _("{value} in {period}").format(value=value, period=arm)
    return words if grade.observed_at is None else f"{words}, {setting.at(grade.observed_at)}"


def _whys(grade: Grade, setting: Setting) -> str:
    """Why what is open is open; of an entered scale also which of its items."""
    arms: dict[str, list[str]] = {}
    for one in grade.open:
        at = "" if one.observed_at is None else setting.at(one.observed_at)
        arms.setdefault(_(_WHY[one.why]).format(at=at), []).append(_(one.arm))
    if grade.term in _ENTERED:
        return "; ".join(f"{', '.join(names)} {why}" for why, names in arms.items())
    return "; ".join(arms)


def _amended(scored: Scored, chart: Chart) -> str:
    """What is said where a value that may have been scored was corrected since, or where it was scored anew on that."""
    sheet: Flowsheet = chart.case.sheet
    names, since = chart.case.library.scores.names, scored.scores.at - chart.case.protocol.horizon()
    later = {row.supersedes for row in sheet.observations if row.recorded_at > scored.known_at}
    amended = any(
        row.id in later and row.measure in names and since <= row.observed_at <= scored.scores.at
        for row in sheet.observations
    )
    if amended:
        return _("Based on amended data")
    return _("Scored anew on what was entered or corrected since") if scored.anew else ""
