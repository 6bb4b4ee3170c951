"""Do the documents speak of this program? Links lead somewhere, commands exist, decisions are short and listed."""

import re
from pathlib import Path

import typer
from typer.core import TyperGroup

from app.cli import cli
from app.settings import Settings
from tests.rules.source import ROOT, name, tracked

DECISION_LINES = 15


def _documents() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".md"]


def _broken_links(path: Path, text: str) -> list[str]:
    links = re.findall(r"\]\(([^)#\s]+)", text)
    return [link for link in links if not re.match(r"\w+:", link) and not (path.parent / link).exists()]


def _make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_every_link_to_a_file_leads_to_one() -> None:
    found = {name(path): _broken_links(path, path.read_text()) for path in _documents()}
    assert {path: links for path, links in found.items() if links} == {}


def test_a_broken_link_is_seen() -> None:
    assert _broken_links(ROOT / "README.md", "[a](nowhere.md) [b](Makefile) [c](https://example.org)") == ["nowhere.md"]


def test_every_make_command_in_a_document_exists() -> None:
    named = {(name(path), word) for path in _documents() for word in re.findall(r"`make ([a-z-]+)", path.read_text())}
    assert {(path, word) for path, word in named if word not in _make_targets()} == set()


def _commands() -> set[str]:
    group = typer.main.get_command(cli)
    assert isinstance(group, TyperGroup)
    nested = {f"{name} {word}" for name, one in group.commands.items() for word in getattr(one, "commands", ())}
    return {name for name, one in group.commands.items() if not hasattr(one, "commands")} | nested


def _called(text: str) -> set[str]:
    """The commands of the program a document names in code; of a group, with the word after it."""
    groups = {command.partition(" ")[0] for command in _commands() if " " in command}
    named = re.findall(r"(?:^|`|bin/)doseward ([a-z-]+)(?: ([a-z-]+))?", text, re.MULTILINE)
    return {f"{first} {second}".strip() if first in groups else first for first, second in named}


def test_every_command_of_the_program_in_a_document_exists() -> None:
    found = {name(path): _called(path.read_text()) - _commands() for path in _documents()}
    assert {path: commands for path, commands in found.items() if commands} == {}


def test_a_command_that_does_not_exist_is_seen() -> None:
    assert _called("`doseward export`\ndoseward audit foot") - _commands() == {"export", "audit foot"}


def test_every_decision_fits_on_fifteen_lines_and_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text()
    decisions = sorted(path for path in folder.glob("*.md") if path.name != "README.md")
    lengths = {path.name: sum(1 for line in path.read_text().splitlines() if line.strip()) for path in decisions}
    assert {decision: length for decision, length in lengths.items() if length > DECISION_LINES} == {}
    assert [path.name for path in decisions if f"({path.name})" not in listed] == []


def test_every_setting_is_listed_for_an_operator_and_nothing_else_is() -> None:
    listed = re.findall(r"^\| `DOSEWARD_(\w+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)
    assert sorted(name.lower() for name in listed) == sorted(Settings.model_fields)


def test_every_test_of_kills_is_run_at_full_size() -> None:
    faults = [path for path in tracked() if path.suffix == ".py" and path.is_relative_to(ROOT / "tests" / "faults")]
    counted = {name(path) for path in faults if 'get("KILLS"' in path.read_text()}
    assert counted == set(re.findall(r"tests/faults/\w+\.py", (ROOT / "Makefile").read_text()))
