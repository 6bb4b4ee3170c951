"""Where may messages go, when is the next attempt, and when must somebody hear of it?"""

from datetime import timedelta
from itertools import pairwise

import pytest

from app.domain.errors import InvalidInput
from app.domain.ids import new_id
from app.domain.receiver import Doors, Receiver, louder, origin_of, read_doors, trouble, wait_after
from app.domain.vocabulary import Level
from tests.builders import AT

OPEN = read_doors("https://pager.example, https://[2001:db8::1]:8443", "10.20.0.0/16 fd00:20::/32", demo=False)


def a_receiver(generation: int = 1, hours: float | None = None, least: Level = Level.PRIORITY) -> Receiver:
    """A receiver of the house; the secret before counts for so many hours."""
    until = None if hours is None else AT + timedelta(hours=hours)
    here = new_id(AT)
    return Receiver(here, "pager", "https://pager.example/in", None, least, generation, until, AT, here, None, None)


@pytest.mark.parametrize(
    "url, origin",
    [
        ("https://pager.example/alerts?ward=1", "https://pager.example"),
        ("https://pager.example:443/", "https://pager.example"),
        ("https://PAGER.example:8443/x", "https://pager.example:8443"),
        ("http://127.0.0.1:9000/in", "http://127.0.0.1:9000"),
        ("https://[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    "url",
    [
        "pager.example/in",
        "ftp://pager.example/in",
        "https:///in",
        "https://somebody@pager.example/in",
        "https://pager.example\\@other.example/in",
        "https://pager.example:70000/in",
        "https://pager.example/in#part",
        "https://pager.example/ in",
        "https://pagér.example/in",
        "https://pager.example/\r\nHost: other",
        "https://[fe80::1/in",
        "https://pager.example/" + "x" * 500,
    ],
)
def test_what_is_no_plain_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        origin_of(url)
    assert refusal.value.code == "bad_url"
    assert not OPEN.opens(url)


@pytest.mark.parametrize(
    "url, opens",
    [
        ("https://pager.example/any/path", True),
        ("https://pager.example:8443/in", False),
        ("http://pager.example/in", False),
        ("https://pager.example.evil.example/in", False),
        ("https://sub.pager.example/in", False),
        ("https://[2001:db8::1]:8443/in", True),
    ],
)
def test_only_an_exact_origin_is_open(url: str, opens: bool) -> None:
    assert OPEN.opens(url) is opens


def test_nothing_is_open_until_the_site_opens_it() -> None:
    assert not Doors().opens("https://pager.example/in")


@pytest.mark.parametrize(
    "word",
    ["http://pager.example", "https://pager.example/", "https://*.example", "https://PAGER.example", "pager.example"],
)
def test_a_list_of_origins_takes_nothing_but_origins_over_https(word: str) -> None:
    if "*" in word:
        assert not read_doors(word, "", demo=False).opens("https://pager.example/in")
        return
    with pytest.raises(InvalidInput):
        read_doors(word, "", demo=False)


def test_this_machine_is_open_in_a_demonstration_alone() -> None:
    assert read_doors("http://127.0.0.1:9000", "", demo=True).opens("http://127.0.0.1:9000/in")
    for origin, demo in (("http://127.0.0.1:9000", False), ("http://pager.example", True), ("http://10.1.1.1", True)):
        with pytest.raises(InvalidInput):
            read_doors(origin, "", demo=demo)


def test_a_list_of_networks_takes_nothing_but_networks() -> None:
    with pytest.raises(InvalidInput):
        read_doors("", "10.20.0.0/8", demo=False)


@pytest.mark.parametrize(
    "address, reached",
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("10.20.1.1", True),
        ("fd00:20::5", True),
        ("::ffff:10.20.1.1", True),
        ("10.21.1.1", False),
        ("192.168.1.1", False),
        ("127.0.0.1", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("169.254.169.254", False),
        ("fe80::1%eth0", False),
        ("0.0.0.0", False),  # noqa: S104 - never bound, only asked about
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("2002:7f00:1::", False),
    ],
)
def test_only_the_open_internet_and_named_networks_are_reached(address: str, reached: bool) -> None:
    assert OPEN.reaches(address) is reached


def test_naming_every_network_still_opens_neither_this_machine_nor_its_link() -> None:
    every = read_doors("", "0.0.0.0/0 ::/0", demo=False)
    assert [every.reaches(one) for one in ("127.0.0.1", "::1", "169.254.169.254", "fe80::1")] == [False] * 4
    assert every.reaches("192.168.1.1")


def test_waits_grow_from_a_second_to_a_minute_and_no_further() -> None:
    longest = [wait_after(failures, 1000).total_seconds() for failures in range(1, 2000)]
    assert longest[:7] == [2, 4, 8, 16, 32, 60, 60]
    assert max(longest) == 60
    assert all(one <= other for one, other in pairwise(longest))
    assert {wait_after(failures, 0).total_seconds() for failures in range(1, 50)} == {1}


@pytest.mark.parametrize(
    "failures, minutes, level",
    [
        (1, 0, None),
        (2, 1.9, None),
        (3, 0, Level.PRIORITY),
        (1, 2, Level.PRIORITY),
        (500, 14.9, Level.PRIORITY),
        (2, 15, Level.HIGH_PRIORITY),
    ],
)
def test_somebody_hears_after_three_failures_or_two_minutes_and_louder_after_fifteen(
    failures: int, minutes: float, level: Level | None
) -> None:
    assert trouble(failures, AT, AT + timedelta(minutes=minutes)) is level


def test_two_secrets_count_until_the_earlier_one_is_over() -> None:
    assert a_receiver().generations(AT) == (1,)
    rotated = a_receiver(2, hours=24)
    assert rotated.generations(AT + timedelta(hours=23.9)) == (2, 1)
    assert rotated.generations(AT + timedelta(hours=24)) == (2,)


def test_a_receiver_is_told_from_its_level_on() -> None:
    assert a_receiver(least=Level.INFORMATION).levels() == tuple(Level)
    assert a_receiver(least=Level.HIGH_PRIORITY).levels() == (Level.HIGH_PRIORITY,)


@pytest.mark.parametrize(
    "told,now,said",
    [
        (None, None, None),
        (None, Level.PRIORITY, Level.PRIORITY),
        (None, Level.HIGH_PRIORITY, Level.HIGH_PRIORITY),
        (Level.PRIORITY, None, Level.PRIORITY),
        (Level.PRIORITY, Level.PRIORITY, Level.PRIORITY),
        (Level.PRIORITY, Level.HIGH_PRIORITY, Level.HIGH_PRIORITY),
        (Level.HIGH_PRIORITY, None, Level.HIGH_PRIORITY),
        (Level.HIGH_PRIORITY, Level.PRIORITY, Level.HIGH_PRIORITY),
    ],
)
def test_nobody_is_told_of_less_than_before(told: Level | None, now: Level | None, said: Level | None) -> None:
    assert louder(told, now) is said


def test_the_first_secret_has_none_before_it() -> None:
    assert a_receiver(1, hours=1).generations(AT) == (1,)
    assert a_receiver(2, hours=1).generations(AT) == (2, 1)


def test_an_address_has_five_hundred_characters_at_most() -> None:
    url = "https://pager.example/".ljust(500, "x")
    assert origin_of(url) == "https://pager.example"
    with pytest.raises(InvalidInput):
        origin_of(url + "x")


@pytest.mark.parametrize("address", ["::", "240.0.0.1", "255.255.255.255", "5f00::1"])
def test_what_is_nobody_is_reached_by_no_list(address: str) -> None:
    everywhere = read_doors("https://pager.example", "0.0.0.0/0 ::/0", demo=False)
    assert not everywhere.reaches(address)
