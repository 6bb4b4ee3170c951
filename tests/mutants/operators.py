"""Which small changes can be made to a module, and what is each one called?

A change is named by its file, function, operator and its place among those of the same operator in the function: a
name outlives edits elsewhere. Left alone are text, annotations, decorators, type aliases and arms nobody can reach.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass

MODULE = "<module>"
"""The function of what runs when a module is imported: constants, defaults, class attributes."""

Step = tuple[str, int | None]
Change = tuple[str, ast.AST]
"""The operator, and what takes the place of the node."""

COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
COMBINED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
SWAPPED = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "sorted": "list",
    "ROUND_HALF_UP": "ROUND_HALF_EVEN",
    "ROUND_CEILING": "ROUND_FLOOR",
    "ROUND_FLOOR": "ROUND_CEILING",
}
UNDONE = ("abs", "reversed")
SIGNS = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.BitOr: "|",
    ast.BitAnd: "&",
    ast.And: "and",
    ast.Or: "or",
}


@dataclass(frozen=True)
class Mutant:
    """One change to one module; `change` says it in source, `lines` are those of what is changed."""

    file: str
    function: str
    operator: str
    occurrence: int
    change: str
    lines: range
    path: tuple[Step, ...]
    put: ast.AST

    @property
    def name(self) -> str:
        """What identifies it."""
        return f"{self.file}: {self.function}: {self.operator} #{self.occurrence}"

    def tree(self, source: str) -> ast.Module:
        """The module with the change made."""
        module = ast.parse(source)
        *way, (field, index) = self.path
        parent = _follow(module, way)
        if index is None:
            setattr(parent, field, deepcopy(self.put))
        else:
            getattr(parent, field)[index] = deepcopy(self.put)
        return ast.fix_missing_locations(module)


def mutants(file: str, source: str) -> list[Mutant]:
    """Every mutant of a module, in the order of the source."""
    module = ast.parse(source)
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for function, path, node in _places(module):
        for operator, put in _changes(node, function):
            seen[function, operator] += 1
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            ast.copy_location(put, node)
            change = f"{_said(node)} -> {_said(put)}"
            found.append(Mutant(file, function, operator, seen[function, operator], change, lines, path, put))
    return found


def _follow(node: ast.AST, way: list[Step]) -> ast.AST:
    for field, index in way:
        node = getattr(node, field) if index is None else getattr(node, field)[index]
    return node


def _said(node: ast.AST) -> str:
    shown = ast.If(node.test, [ast.Expr(ast.Constant(...))], []) if isinstance(node, ast.If | ast.While) else node
    text = " ".join(ast.unparse(shown).split())
    return text if len(text) <= 100 else f"{text[:60]} … {text[-37:]}"


Place = tuple[str, tuple[Step, ...], "ast.expr | ast.stmt | ast.ExceptHandler"]


def _places(module: ast.Module) -> Iterator[Place]:
    """Every node that may be changed, with the function it belongs to and the way to it."""
    yield from _inside(module, MODULE, (), "")


def _inside(node: ast.AST, function: str, path: tuple[Step, ...], scope: str) -> Iterator[Place]:
    for field, index, child in _children(node):
        here = (*path, (field, index))
        if isinstance(child, ast.FunctionDef):
            yield from _function(child, function, here, scope)
            continue
        inner = f"{scope}{child.name}." if isinstance(child, ast.ClassDef) else scope
        if isinstance(child, ast.expr | ast.stmt | ast.ExceptHandler):
            yield function, here, child
        yield from _inside(child, function, here, inner)


def _function(node: ast.FunctionDef, outer: str, path: tuple[Step, ...], scope: str) -> Iterator[Place]:
    """The body belongs to the function, the defaults to what surrounds it."""
    name = f"{scope}{node.name}" if outer == MODULE else outer
    for at, child in enumerate(node.args.defaults):
        yield outer, (*path, ("args", None), ("defaults", at)), child
    for at, keyword_default in enumerate(node.args.kw_defaults):
        if keyword_default is not None:
            yield outer, (*path, ("args", None), ("kw_defaults", at)), keyword_default
    for at, statement in enumerate(node.body):
        here = (*path, ("body", at))
        if _skipped(statement):
            continue
        yield name, here, statement
        yield from _inside(statement, name, here, scope)


def _children(node: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "bases", "format_spec", "ctx"):
            continue
        many = isinstance(value, list)
        for index, child in enumerate(value if many else [value]):
            if isinstance(child, ast.AST) and not _skipped(child):
                yield field, index if many else None, child


def _skipped(node: ast.AST) -> bool:
    """Docstrings, type aliases, type variables, and what only a type checker reads."""
    match node:
        case ast.Expr(ast.Constant()) | ast.Expr(ast.Call(ast.Name("assert_never"))):
            return True
        case ast.AnnAssign(annotation=ast.Name("TypeAlias")) | ast.If(ast.Name("TYPE_CHECKING")):
            return True
        case ast.Assign([ast.Name("__slots__")]) | ast.Assign(value=ast.Subscript(ast.Name("tuple" | "dict"))):
            return True
        case _:
            pass
    return isinstance(node, ast.Import | ast.ImportFrom | ast.TypeIgnore)


def _changes(node: ast.AST, function: str) -> Iterator[Change]:
    for kind, change in _CHANGES:
        if isinstance(node, kind):
            yield from change(node)
    if function == MODULE:
        yield from _shorter(node)


def _compare(node: ast.Compare) -> Iterator[Change]:
    for at, old in enumerate(node.ops):
        for new in COMPARED[type(old)]:
            put = deepcopy(node)
            put.ops[at] = new()
            yield f"{SIGNS[type(old)]} to {SIGNS[new]}", put


def _both(node: ast.BoolOp) -> Iterator[Change]:
    old, new = (ast.And, ast.Or) if isinstance(node.op, ast.And) else (ast.Or, ast.And)
    yield f"{SIGNS[old]} to {SIGNS[new]}", ast.BoolOp(new(), node.values)
    for at in range(len(node.values)):
        rest = [value for other, value in enumerate(node.values) if other != at]
        yield f"{SIGNS[old]} without one", rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _unary(node: ast.UnaryOp) -> Iterator[Change]:
    if isinstance(node.op, ast.Not):
        yield "not to nothing", node.operand
    elif isinstance(node.op, ast.USub):
        yield "minus to plus", node.operand


def _binary(node: ast.BinOp) -> Iterator[Change]:
    if new := COMBINED.get(type(node.op)):
        yield f"{SIGNS[type(node.op)]} to {SIGNS[new]}", ast.BinOp(node.left, new(), node.right)


def _constant(node: ast.Constant) -> Iterator[Change]:
    if isinstance(node.value, bool):
        yield "the other truth", ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        yield "one more", ast.Constant(node.value + 1)


def _choice(node: ast.If | ast.IfExp | ast.While) -> Iterator[Change]:
    for value in (True, False):
        if isinstance(node, ast.While) and value:
            continue
        put = deepcopy(node)
        put.test = ast.Constant(value)
        yield f"{'always' if value else 'never'}", put


def _filter(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> Iterator[Change]:
    for at, part in enumerate(node.generators):
        for which in range(len(part.ifs)):
            for value in (True, False):
                put = deepcopy(node)
                put.generators[at].ifs[which] = ast.Constant(value)
                yield f"{'keep all' if value else 'keep none'}", put


def _named(node: ast.Name) -> Iterator[Change]:
    if isinstance(node.ctx, ast.Load) and (new := SWAPPED.get(node.id)):
        yield f"{node.id} to {new}", ast.Name(new, node.ctx)


def _call(node: ast.Call) -> Iterator[Change]:
    if isinstance(node.func, ast.Name) and node.func.id in UNDONE:
        yield f"without {node.func.id}", node.args[0]
    for at, keyword in enumerate(node.keywords):
        if keyword.arg is not None:
            put = deepcopy(node)
            del put.keywords[at]
            yield f"without {keyword.arg}=", put


def _slice(node: ast.Subscript) -> Iterator[Change]:
    if isinstance(node.slice, ast.Slice):
        for bound in ("lower", "upper", "step"):
            if getattr(node.slice, bound) is not None:
                put = deepcopy(node)
                setattr(put.slice, bound, None)
                yield f"slice without {bound}", put


def _answer(node: ast.Return) -> Iterator[Change]:
    if node.value is not None and not (
        isinstance(node.value, ast.Constant) and node.value.value in (None, True, False)
    ):
        yield "return nothing", ast.Return(ast.Constant(None))


def _deleted(node: ast.Expr | ast.Raise | ast.AugAssign | ast.Delete) -> Iterator[Change]:
    yield f"without {type(node).__name__.lower()}", ast.Pass()


def _augmented(node: ast.AugAssign) -> Iterator[Change]:
    if new := COMBINED.get(type(node.op)):
        yield f"{SIGNS[type(node.op)]}= to {SIGNS[new]}=", ast.AugAssign(node.target, new(), node.value)
    yield f"{SIGNS[type(node.op)]}= to =", ast.Assign([node.target], node.value)


def _leave(node: ast.Break | ast.Continue) -> Iterator[Change]:
    if isinstance(node, ast.Break):
        yield "break to continue", ast.Continue()
    else:
        yield "continue to break", ast.Break()
        yield "continue to nothing", ast.Pass()


def _handler(node: ast.ExceptHandler) -> Iterator[Change]:
    yield "except nothing", ast.ExceptHandler(ast.Tuple([], ast.Load()), node.name, node.body)


def _match(node: ast.Match) -> Iterator[Change]:
    for at, case in enumerate(node.cases):
        if len(node.cases) > 1 and not _skipped(case.body[0]):
            yield "without a case", ast.Match(node.subject, [one for one in node.cases if one is not case])
        if case.guard is not None:
            put = deepcopy(node)
            put.cases[at].guard = None
            yield "without a guard", put


def _shorter(node: ast.AST) -> Iterator[Change]:
    """A table of the module without one of its entries."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set) and not isinstance(getattr(node, "ctx", None), ast.Store):
        for at in range(len(node.elts)):
            if len(node.elts) > 1:
                put = deepcopy(node)
                del put.elts[at]
                yield "without an entry", put
    elif isinstance(node, ast.Dict):
        for at in range(len(node.keys)):
            put_dict = deepcopy(node)
            del put_dict.keys[at], put_dict.values[at]
            yield "without an entry", put_dict


_CHANGES: tuple[tuple[type | tuple[type, ...], Callable[..., Iterator[Change]]], ...] = (
    (ast.Compare, _compare),
    (ast.BoolOp, _both),
    (ast.UnaryOp, _unary),
    (ast.BinOp, _binary),
    (ast.Constant, _constant),
    ((ast.If, ast.IfExp, ast.While), _choice),
    ((ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp), _filter),
    (ast.Name, _named),
    (ast.Call, _call),
    (ast.Subscript, _slice),
    (ast.Return, _answer),
    ((ast.Expr, ast.Raise, ast.AugAssign, ast.Delete), _deleted),
    (ast.AugAssign, _augmented),
    ((ast.Break, ast.Continue), _leave),
    (ast.ExceptHandler, _handler),
    (ast.Match, _match),
)
