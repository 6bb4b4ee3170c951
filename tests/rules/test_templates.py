"""Does every page escape what it shows? A patient's name may hold anything a keyboard has."""

import re

import pytest

from tests.rules.source import name, templates

UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+false|Markup\(")


def test_no_template_switches_escaping_off() -> None:
    assert [name(path) for path in templates() if UNESCAPED.search(path.read_text())] == []


@pytest.mark.parametrize("text", ["{{ name|safe }}", "{{ name | safe }}", "{% autoescape false %}"])
def test_unescaped_output_is_seen(text: str) -> None:
    assert UNESCAPED.search(text)
