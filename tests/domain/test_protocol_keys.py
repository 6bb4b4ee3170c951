"""Is a table of a protocol file read key by key, and is every fault said with its place?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.errors import ProtocolRefused
from app.domain.protocol_keys import Keys
from app.domain.vocabulary import Action, Class

Reading = Callable[[Keys], Any]


def keys(**table: Any) -> Keys:
    return Keys(table, "file: row x")


READ: list[tuple[Reading, Any, Any]] = [
    (lambda one: one.text("k"), " a ", " a "),
    (lambda one: one.texts("k"), [], []),
    (lambda one: one.texts("k"), ["a", "b"], ["a", "b"]),
    (lambda one: one.optional_texts("k"), ["a"], ["a"]),
    (lambda one: one.values("k", ("a", "b", True)), ["b", True], frozenset({"b", True})),
    (lambda one: one.flag("k"), True, True),
    (lambda one: one.flag("k"), False, False),
    (lambda one: one.number("k"), 3, Decimal(3)),
    (lambda one: one.number("k"), Decimal("2.50"), Decimal("2.50")),
    (lambda one: one.optional_number("k"), 0, Decimal(0)),
    (lambda one: one.whole("k"), 1, 1),
    (lambda one: one.count("k", 3), 0, 0),
    (lambda one: one.count("k", 3), 3, 3),
    (lambda one: one.duration("k"), "30 min", timedelta(minutes=30)),
    (lambda one: one.duration("k"), "7.5 h", timedelta(hours=7, minutes=30)),
    (lambda one: one.duration("k"), "2 d", timedelta(days=2)),
    (lambda one: one.one_of("k", Action), "hold", "hold"),
]


@pytest.mark.parametrize("read,written,value", READ)
def test_what_is_written_is_read_and_taken(read: Reading, written: Any, value: Any) -> None:
    table = keys(k=written)
    assert read(table) == value
    table.done()


REFUSED: list[tuple[Reading, Any, str]] = [
    (lambda one: one.text("k"), 7, "is not a text"),
    (lambda one: one.text("k"), "", "is empty"),
    (lambda one: one.text("k"), " \n", "is empty"),
    (lambda one: one.texts("k"), "a", "is not a list"),
    (lambda one: one.texts("k"), ["a", 7], "is not a list of texts"),
    (lambda one: one.values("k", ("a",)), ["b"], "names what cannot be charted for the measure"),
    (lambda one: one.values("k", ("a",)), ["a", "b"], "names what cannot be charted for the measure"),
    (lambda one: one.values("k", (True,)), [1], "names what cannot be charted for the measure"),
    (lambda one: one.values("k", (True,)), [{}], "names what cannot be charted for the measure"),
    (lambda one: one.flag("k"), 1, "is not true or false"),
    (lambda one: one.number("k"), "3", "is not a number"),
    (lambda one: one.number("k"), True, "is not a number"),
    (lambda one: one.number("k"), Decimal("Infinity"), "is not a number"),
    (lambda one: one.whole("k"), 0, "must be at least 1"),
    (lambda one: one.whole("k"), True, "is not a whole number"),
    (lambda one: one.count("k", 3), -1, "must lie between 0 and 3"),
    (lambda one: one.count("k", 3), 4, "must lie between 0 and 3"),
    (lambda one: one.duration("k"), "30min", 'is not a length of time such as "4 h"'),
    (lambda one: one.duration("k"), "0 min", "is no time at all"),
    (lambda one: one.one_of("k", ("a", "b")), "c", "is 'c', not one of a, b"),
    (lambda one: one.inner("k"), [], "is not a table"),
    (lambda one: one.tables("k"), {"a": {}, "b": 7}, "is not a group of tables"),
    (lambda one: one.tables("k"), [], "is not a group of tables"),
    (lambda one: one.list_of_tables("k"), [{}, 7], "is not a list of tables"),
    (lambda one: one.list_of_tables("k"), {}, "is not a list of tables"),
]


@pytest.mark.parametrize("read,written,fault", REFUSED)
def test_what_is_written_otherwise_is_refused_with_its_place(read: Reading, written: Any, fault: str) -> None:
    with pytest.raises(ProtocolRefused) as refused:
        read(keys(k=written))
    assert refused.value.sentence == f"file: row x: k {fault}."


@pytest.mark.parametrize(
    "read,value",
    [
        (lambda one: one.optional_text("k"), None),
        (lambda one: one.optional_texts("k"), []),
        (lambda one: one.values("k", ("a",)), frozenset()),
        (lambda one: one.flag("k"), False),
        (lambda one: one.optional_number("k"), None),
        (lambda one: one.list_of_tables("k"), []),
    ],
)
def test_what_may_be_left_out_reads_as_nothing(read: Reading, value: Any) -> None:
    assert read(keys()) == value


@pytest.mark.parametrize(
    "read",
    [lambda one: one.text("k"), lambda one: one.number("k"), lambda one: one.inner("k"), lambda one: one.tables("k")],
)
def test_what_may_not_be_left_out_is_missed(read: Reading) -> None:
    with pytest.raises(ProtocolRefused, match="file: row x: k is missing"):
        read(keys())


def test_a_key_that_nobody_took_is_a_stranger() -> None:
    table = keys(a="x", b="y", c="z")
    table.text("a")
    with pytest.raises(ProtocolRefused, match="file: row x: b is an unknown key"):
        table.done()


def test_tables_below_are_named_by_their_key_their_id_or_their_place() -> None:
    table = keys(one={"k": 1}, group={"a": {"k": 1}}, rows=[{"id": "urine"}, {"k": 1}, {"k": 2}])
    places = [table.inner("one"), *table.tables("group").values(), *table.list_of_tables("rows")]
    said = []
    for place in places:
        with pytest.raises(ProtocolRefused) as refused:
            place.refuse("k", "is wrong")
        said.append(refused.value.sentence.removeprefix("file: row x: "))
    named = ["one", "group.a", "rows urine", "rows 2", "rows 3"]
    assert said == [f"{name}: k is wrong." for name in named]


def test_a_word_is_known_or_refused() -> None:
    assert keys().known("relative", Class)
    with pytest.raises(ProtocolRefused, match="worrying is an unknown key"):
        keys().known("worrying", Class)
    assert (keys(k={}).is_table("k"), keys(k="x").is_table("k"), keys().is_table("k")) == (True, False, False)
    assert (keys(k="x").is_text("k"), keys(k={}).is_text("k"), keys().is_text("k")) == (True, False, False)
    assert keys(b=1, a=2).names() == ("b", "a")
