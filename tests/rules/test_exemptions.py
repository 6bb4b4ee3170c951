"""Does every rule that is switched off say why? An exemption without a sentence is one nobody decided on."""

import re

from tests.rules.source import ROOT


def _without_a_reason(text: str) -> list[str]:
    lint = text.partition("[tool.ruff.lint]\n")[2].partition("[tool.ruff.lint.pydocstyle]")[0]
    return re.findall(r'^ {4}"([A-Z]+\d*)",\s*$', lint, re.MULTILINE)


def test_every_rule_that_is_switched_off_has_a_sentence() -> None:
    assert _without_a_reason((ROOT / "pyproject.toml").read_text()) == []


def test_one_without_a_sentence_is_seen() -> None:
    lint = '[tool.ruff.lint]\nignore = [\n    "S101",\n    "S102", # because\n]\n"tests/**" = [\n    "D1",\n]\n'
    assert _without_a_reason(lint) == ["S101", "D1"]
