"""Do imports stay where import-linter cannot look: the standard library, the settings, the alembic folder?"""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

from tests.rules.source import ROOT, imports, name, python_files, tracked, tree

READS_SETTINGS = ("app/main.py", "app/cli.py", "app/cli/", "alembic/env.py", "app/settings.py")


def _beyond_the_standard_library(module: ast.Module) -> list[str]:
    own = ("app.domain", "__future__")
    return [
        f"{line} {imported}"
        for line, imported in imports(module)
        if not imported.startswith(own) and imported.split(".")[0] not in sys.stdlib_module_names
    ]


def _settings_read(module: ast.Module) -> list[str]:
    reads = [f"{line} {imported}" for line, imported in imports(module) if re.match(r"app\.settings\b", imported)]
    environment = [
        f"{node.lineno} os.{node.attr}"
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]
    return reads + environment


def test_the_domain_imports_only_the_standard_library() -> None:
    found = [
        f"{name(path)}:{line}"
        for path in python_files("app/domain")
        for line in _beyond_the_standard_library(tree(path))
    ]
    assert found == []


@pytest.mark.parametrize("line", ["import pydantic", "from sqlalchemy import select", "from app.store import rows"])
def test_an_import_from_elsewhere_is_seen(line: str) -> None:
    assert _beyond_the_standard_library(ast.parse(line))


@pytest.mark.parametrize(
    "line", ["import decimal", "from app.domain.measure import Measure", "from datetime import date"]
)
def test_an_import_the_domain_may_make_passes(line: str) -> None:
    assert not _beyond_the_standard_library(ast.parse(line))


def test_only_the_entrances_and_the_migrations_read_settings_or_the_environment() -> None:
    found = [
        f"{name(path)}:{line}"
        for path in python_files("app", "dashboards", "alembic")
        if not name(path).startswith(READS_SETTINGS)
        for line in _settings_read(tree(path))
    ]
    assert found == []


@pytest.mark.parametrize("line", ["from app.settings import Settings", "from app import settings", "os.environ['X']"])
def test_a_reader_of_settings_is_seen(line: str) -> None:
    assert _settings_read(ast.parse(line))


def test_every_package_of_the_program_stands_on_a_floor() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    floors, figures = (set(re.findall(r"app\.\w+", " ".join(contract["layers"]))) for contract in contracts[:2])
    modules = {f"app.{path.stem}" for path in _modules() if path.stem != "__init__"}
    assert modules - floors == set()
    assert modules - figures == {"app.domain"}


def _modules() -> list[Path]:
    return [path.parent for path in (ROOT / "app").glob("*/__init__.py")] + list((ROOT / "app").glob("*.py"))


def test_the_alembic_folder_is_no_package_or_it_would_hide_the_library() -> None:
    assert [name(path) for path in tracked() if name(path) == "alembic/__init__.py"] == []
    assert not (ROOT / "alembic" / "__init__.py").exists()
