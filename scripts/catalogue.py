"""Which sentences do the pages say, and does every catalogue have each of them?

`make catalogue` writes what is new into every catalogue, for a translator, and the form the program reads.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.domain.vocabulary import Choice, NotTaken, Role

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "app/web/locale"
_SPOKEN = ("app/web", "app/domain", "app/services", "dashboards")
"""Where sentences are built in the language of whoever reads."""
_REFUSING = ("app/services", "app/http", "app/domain", "app/store")
"""Where refusals are raised, in English; a page says them in the reader's language."""
_UNSAID = re.compile(r"DOSEWARD_|[{}]{2}|\.toml|\}\.[\w{]|\{table_|^\{(where|file|database|role)_0\}")
"""Stands in what is said to whoever starts the program or writes a protocol, where there is no page."""
_GAP = re.compile(r"\{\w+\}")
_PAIRS = {"several": (1, 2), "ngettext": (1, 2)}
_KEYWORDS: Mapping[str, Any] = {"_": None, "worded": None, "mark": None, "gettext": None, **_PAIRS}
_SAID = ("ask", "coverage", "name", "response", "system")
"""Keys of a protocol or score whose words stand on a page."""
_SHORTEST = 12
"""Letters of a refusal's own: fewer could be mistaken for another sentence."""


def sentences(root: Path = ROOT) -> Catalog:
    """Every sentence the pages can say, without a translation, as the sources stand."""
    found = Catalog(domain="doseward")
    for message in (*_called(root), *_charted(root), *_refused(root), *_titles(root)):
        if message not in ("", ("", "")):
            found.add(message)
    return found


def _called(root: Path) -> Iterator[str | tuple[str, str]]:
    """What stands in a call of the catalogue."""
    places = [(path, "python") for folder in _SPOKEN for path in sorted((root / folder).rglob("*.py"))]
    places += [(path, "jinja2.ext:babel_extract") for path in sorted((root / "app/web/templates").glob("*.html"))]
    for path, method in places:
        with path.open("rb") as file:
            for _line, message, _comments, _context in extract(method, file, _KEYWORDS):
                yield message if isinstance(message, str) else (message[0], message[1])


def _charted(root: Path) -> Iterator[str]:
    """The words of the vocabulary and of the files of measures, protocols and scores that stand on a page."""
    yield from (str(one).replace("_", " ") for words in (Role, Choice, NotTaken) for one in words)
    measures = tomllib.loads((root / "app/protocols/measures.toml").read_text(encoding="utf-8"))
    for one in measures.values():
        yield one["label"]
        yield one["system"]
        yield from (choice.replace("_", " ") for choice in one.get("choices", ()))
    for path in sorted((root / "app/protocols").glob("*.toml")):
        yield from _asked(tomllib.loads(path.read_text(encoding="utf-8")))


def _asked(part: Any) -> Iterator[str]:
    """What a table asks for while something cannot be judged, which systems it names, and what a score calls for."""
    if isinstance(part, Mapping):
        yield from (part[key] for key in _SAID if isinstance(part.get(key), str))
    if isinstance(part, Mapping | list):
        for inner in part.values() if isinstance(part, Mapping) else part:
            yield from _asked(inner)


def _refused(root: Path) -> Iterator[str]:
    """Whole sentences in the code that refuses: what is filled in stands as a gap with the name it has there."""
    for path in sorted(path for folder in _REFUSING for path in (root / folder).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        gapped = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
        inner = {id(part) for node in gapped for part in ast.walk(node) if part is not node}
        passed = inner | _documents(tree)
        for node in ast.walk(tree):
            message = "" if id(node) in passed else _written(node).strip()
            if _is_sentence(message):
                yield message


def _documents(tree: ast.AST) -> set[int]:
    """The strings that stand alone: they document."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def _written(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    return "".join(_gap(part, place) for place, part in enumerate(node.values))


def _gap(part: ast.expr, place: int) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    value = part.value if isinstance(part, ast.FormattedValue) else part
    name = value.id if isinstance(value, ast.Name) else value.attr if isinstance(value, ast.Attribute) else ""
    return f"{{{name.strip('_').lower() or 'part'}_{place}}}"


def _titles(root: Path) -> Iterator[str]:
    """What a refusal is called by its status."""
    tree = ast.parse((root / "app/http/problems.py").read_text(encoding="utf-8"))
    tuples = [value for node in ast.walk(tree) if isinstance(node, ast.Dict) for value in node.values]
    yield from (_written(value.elts[0]) for value in tuples if isinstance(value, ast.Tuple))


def _is_sentence(message: str) -> bool:
    own = len(_GAP.sub("", message))
    begins = message[:1] == "{" or message[:1].isupper() or message[:1].isdigit()
    return (
        begins and message.endswith((".", "?")) and " " in message and own >= _SHORTEST and not _UNSAID.search(message)
    )


def catalogues(folder: Path = LOCALE) -> dict[str, Path]:
    """Every translator's file by its language."""
    return {path.parent.parent.name: path for path in sorted(folder.glob("*/LC_MESSAGES/doseward.po"))}


def read(path: Path) -> Catalog:
    """A translator's file."""
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def compiled(catalog: Catalog) -> bytes:
    """What the program reads."""
    written = io.BytesIO()
    write_mo(written, catalog)
    return written.getvalue()


def faults(catalog: Catalog, wanted: Catalog) -> Iterator[str]:
    """What a translator still has to do, a line each."""
    for message in wanted:
        if message.id == "":
            continue
        known = catalog.get(message.id)
        if known is None or not all(_texts(known.string)) or known.fuzzy:
            yield f"not translated: {message.id!r}"
    for message in catalog:
        if message.id != "" and wanted.get(message.id) is None:
            yield f"no page says this any more: {message.id!r}"


def _texts(string: Any) -> Iterable[str]:
    return tuple(string or ("",)) if isinstance(string, tuple | list | None) else (string,)


def main() -> int:
    """Renews every catalogue; says what a translator still has to do."""
    wanted, left = sentences(), 0
    for name, path in catalogues().items():
        catalog = read(path)
        wanted.creation_date = catalog.creation_date
        catalog.update(wanted, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalog, width=120, sort_output=True, no_location=True)
        path.with_suffix(".mo").write_bytes(compiled(catalog))
        found = [*faults(catalog, wanted)]
        left += len(found)
        print(*(f"{name}: {fault}" for fault in found), sep="\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
