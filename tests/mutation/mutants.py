"""Mutants of a module: small faults of the kind that people make, one at a time.

Left alone are docstrings, annotations, decorators, what only type checkers read, and the words of errors.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

COMPARISONS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Add,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}


@dataclass(frozen=True)
class Mutant:
    """One place of a tree with something else in it."""

    tree: ast.Module
    owner: ast.AST
    field: str
    index: int | None
    there: ast.AST
    instead: ast.AST

    @property
    def line(self) -> int:
        """The line of the fault."""
        return getattr(self.there, "lineno", None) or getattr(self.owner, "lineno", 0)

    def __str__(self) -> str:
        """Say what stands there and what stands there instead."""
        told = [self.there, self.instead]
        if not isinstance(self.there, (ast.expr, ast.stmt)):  # an operator: show what it works on
            told = [self.owner, None]
        before = ast.unparse(told[0]).splitlines()[0]
        after = type(self.instead).__name__ if told[1] is None else ast.unparse(told[1]).splitlines()[0]
        return f"line {self.line}: {before}  ->  {after}"

    def compile(self, path: str) -> CodeType:
        """Return the module's code with this fault in it."""
        self._put(self.instead)
        try:
            return compile(ast.fix_missing_locations(self.tree), path, "exec")
        finally:
            self._put(self.there)

    def _put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.owner, self.field, node)
        else:
            getattr(self.owner, self.field)[self.index] = node


def mutants(source: str) -> list[Mutant]:
    """Return every mutant of a module's source, in the order of its lines."""
    tree = ast.parse(source)
    return sorted(_within(tree, tree, words=True), key=lambda mutant: mutant.line)


def _within(tree: ast.Module, owner: ast.AST, *, words: bool) -> Iterator[Mutant]:
    """Yield the mutants below a node; `words` says whether texts count there."""
    for field, index, node in _children(owner):
        for instead in _instead(node, words=words):
            yield Mutant(tree, owner, field, index, node, ast.copy_location(instead, node))
        yield from _within(tree, node, words=words and not isinstance(node, ast.Raise))


def _children(owner: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    for field, value in ast.iter_fields(owner):
        if field in {"annotation", "returns", "decorator_list", "type_comment", "bases"}:
            continue
        nodes = value if isinstance(value, list) else [value]
        for at, node in enumerate(nodes):
            if isinstance(node, ast.AST) and not _left_alone(node):
                yield field, at if isinstance(value, list) else None, node


def _left_alone(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING"
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)  # a docstring, or one of an attribute
    if isinstance(node, ast.AnnAssign):
        return ast.unparse(node.annotation) == "TypeAlias"
    if isinstance(node, ast.Assign):
        of_types = isinstance(node.value, ast.Call) and ast.unparse(node.value.func) in {"NewType", "TypeVar"}
        return of_types or ast.unparse(node.targets[0]) in {"__all__", "__slots__"}
    return isinstance(node, (ast.Import, ast.ImportFrom, ast.JoinedStr))


def _instead(node: ast.AST, *, words: bool) -> Iterator[ast.AST]:
    """Yield what could stand in the place of a node by mistake."""
    if isinstance(node, ast.cmpop):
        yield COMPARISONS[type(node)]()
    elif type(node) in OPERATORS:
        yield OPERATORS[type(node)]()
    elif isinstance(node, ast.boolop):
        yield ast.Or() if isinstance(node, ast.And) else ast.And()
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Constant):
        yield from _other_constants(node.value, words=words)
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.stmt):
        yield from _other_statements(node)


def _other_constants(value: object, *, words: bool) -> Iterator[ast.AST]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
    elif words and isinstance(value, str):
        yield ast.Constant(value + "?")
    elif words and isinstance(value, bytes):
        yield ast.Constant(value + b"?")


def _other_statements(node: ast.stmt) -> Iterator[ast.AST]:
    if isinstance(node, (ast.If, ast.While)):
        changed = type(node)(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
        yield changed
    elif isinstance(node, ast.Return) and node.value is not None:
        if not (isinstance(node.value, ast.Constant) and node.value.value is None):
            yield ast.Return(ast.Constant(None))
    elif isinstance(node, (ast.Expr, ast.AugAssign, ast.Raise)):
        yield ast.Pass()
    elif isinstance(node, ast.Continue):
        yield ast.Break()
    elif isinstance(node, ast.Assign) and not isinstance(node.targets[0], (ast.Name, ast.Tuple)):
        yield ast.Pass()
