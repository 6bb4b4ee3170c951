"""What do the rules read? The program's files, as text and as syntax trees."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


def python_files(*folders: str) -> list[Path]:
    """Every Python file under these folders of the checkout; a folder that is not there has none."""
    return sorted(path for folder in folders for path in _under(ROOT / folder))


def _under(path: Path) -> Iterator[Path]:
    return iter([path]) if path.is_file() else path.rglob("*.py")


def templates() -> list[Path]:
    """Every page template."""
    return sorted(path for path in (ROOT / "app").rglob("templates/**/*") if path.is_file())


def name(path: Path) -> str:
    """The file as a reader of a failure wants it: from the top of the checkout."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text())


def imports(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported; `from a import b` gives `a.b`. Relative imports have no name."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def dotted(node: ast.expr) -> str:
    """`a.b.c` for such an expression, else an empty text."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that is in the repository or would be at the next commit; in a bare copy, every file not hidden."""
    if not (ROOT / ".git").exists():
        return tuple(path for path in ROOT.rglob("*") if path.is_file() and not _hidden(path))
    everything = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    # A build server's checkout often belongs to somebody else; git may read it all the same.
    command = ["git", "-c", "safe.directory=*", *everything]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return tuple(path for line in listing.split("\0") if line and (path := ROOT / line).is_file())


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(ROOT).parts)
