"""The names that a module's ``__getattr__`` gives: its body is read branch by branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from . import grammar as g

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

DEEPEST = 16
"""Blocks in one another, tables in one another, and parts of a condition."""


class Source(Protocol):
    """What is asked of the module."""

    def names_of(self, node: Node) -> frozenset[str] | None:
        """What ``name in node`` compares with."""

    def text_of(self, node: Node) -> str | None:
        """The text that a node is."""

    def written(self, node: Node | None) -> str:
        """The bytes of a node."""


class Given:
    """The names that ``__getattr__`` gives. ``parameter``: what its own name for the name is."""

    def __init__(self, module: Source, parameter: str) -> None:
        self.names: set[str] = set()
        self.open = False
        """Whether a name that was compared with nothing reaches a result."""
        self._module = module
        self._parameter = parameter
        self._looked: dict[str, frozenset[str] | None] = {}
        """The variables that are None for names that a table does not have, with those that it has."""

    def passes(self, block: Node, depth: int) -> bool:
        """Whether any name reaches the end of a block, when any reaches its beginning."""
        if depth > DEEPEST:
            return True
        return all(self._statement(each, depth) for each in block.named_children)

    def _statement(self, node: Node, depth: int) -> bool:
        kind = node.kind_id
        if kind == g.RAISE:
            return False
        if kind == g.RETURN:
            if not self._looks_up(node):
                self.open = True
            return False
        if kind == g.IF_STATEMENT:
            return self._branches(node, depth)
        if kind == g.TRY_STATEMENT:
            return self._tried(node, depth)
        if kind == g.MATCH and self._module.written(node.child_by_field_name("subject")) == self._parameter:
            return self._cases(node, depth)
        if kind == g.WITH_STATEMENT:
            return all(self.passes(each, depth + 1) for each in node.named_children if each.kind_id in g.BLOCK)
        if kind in g.CONTAINERS or kind == g.MATCH:
            for each in node.named_children:
                if each.kind_id in g.CONTAINERS:
                    self.passes(each, depth + 1)
            return True
        return kind in g.DEFINING or kind == g.DECORATED or not self._looks_up(node)

    def _branches(self, node: Node, depth: int) -> bool:
        passed = False
        clauses = [node, *(each for each in node.named_children if each.kind_id in (g.ELIF, g.ELSE))]
        for clause in clauses:
            condition = clause.child_by_field_name("condition")
            block = clause.child_by_field_name("consequence" if condition is not None else "body")
            if block is None:
                continue
            if condition is None:
                return self.passes(block, depth + 1) or passed
            test = self._test(condition, 0)
            if test is None:
                passed |= self.passes(block, depth + 1)
                continue
            positive, names = test
            if not positive:
                self._give(names)
                return self.passes(block, depth + 1) or passed
            if not self._refuses(block):
                self._give(names)
        return True

    def _tried(self, node: Node, depth: int) -> bool:
        passed = False
        for each in node.named_children:
            if each.kind_id in g.BLOCK:
                passed = self.passes(each, depth + 1)
            elif each.kind_id != g.FINALLY and each.kind_id in g.CONTAINERS:
                for part in each.named_children:
                    passed |= part.kind_id in g.BLOCK and self.passes(part, depth + 1)
        return passed

    def _cases(self, node: Node, depth: int) -> bool:
        body = node.child_by_field_name("body")
        for clause in body.named_children if body is not None else ():
            block = clause.child_by_field_name("consequence")
            if clause.kind_id != g.CASE or block is None:
                continue
            patterns = [each for each in clause.named_children if each.type == "case_pattern"]
            texts = [text for each in patterns for text in self._pattern(each)]
            if texts and None not in texts:
                if not self._refuses(block):
                    self._give(frozenset(text for text in texts if text is not None))
            elif clause.child_by_field_name("guard") is None:
                return self.passes(block, depth + 1)
            else:
                self.passes(block, depth + 1)
        return True

    def _pattern(self, node: Node) -> Iterator[str | None]:
        """The texts of ``"a" | "b"``; None for another pattern."""
        inner = node.named_children[0] if node.named_child_count else node
        for each in inner.named_children if inner.type == "union_pattern" else [inner]:
            yield self._module.text_of(each)

    def _refuses(self, block: Node) -> bool:
        """Whether a branch is there to raise an error."""
        written = self._module.written(block)
        return "raise" in written and "return" not in written

    def _give(self, names: frozenset[str] | None) -> None:
        if names is None:
            self.open = True
        else:
            self.names |= names

    def _looks_up(self, statement: Node) -> bool:
        """Whether a statement raises an error for names that a table does not have: ``table[name]``."""
        found = False
        waiting = [statement]
        while waiting:
            node = waiting.pop()
            if node.kind_id == g.SUBSCRIPT and not is_assigned(node):
                key, value = node.child_by_field_name("subscript"), node.child_by_field_name("value")
                if self._is_name(key) and value is not None and value.kind_id in (g.IDENTIFIER, g.DICTIONARY):
                    self._give(self._module.names_of(value))
                    found = True
            elif node.kind_id in (g.ASSIGNMENT, g.NAMED):
                self._look(node)
            if node.kind_id not in g.LAMBDA and node.kind_id not in g.DEFINING:
                waiting += node.named_children
        return found

    def _look(self, node: Node) -> None:
        """``found = table.get(name)``."""
        name = node.child_by_field_name("left") or node.child_by_field_name("name")
        value = node.child_by_field_name("right") or node.child_by_field_name("value")
        called = value.child_by_field_name("function") if value is not None and value.kind_id == g.CALL else None
        arguments = value.child_by_field_name("arguments") if value is not None and called is not None else None
        if called is None or arguments is None or called.kind_id != g.ATTRIBUTE or arguments.named_child_count > 2:
            return
        table = called.child_by_field_name("object")
        asked = arguments.named_children[0] if arguments.named_child_count else None
        if self._module.written(called).endswith(".get") and table is not None and self._is_name(asked):
            self._looked[self._module.written(name)] = self._module.names_of(table)

    def _is_name(self, node: Node | None) -> bool:
        return node is not None and node.kind_id == g.IDENTIFIER and self._module.written(node) == self._parameter

    def _test(self, node: Node, depth: int) -> tuple[bool, frozenset[str] | None] | None:
        """(whether names that are known pass a condition, or those that are not, which these are); None if a condition
        says nothing of the name."""
        if depth > DEEPEST:
            return None
        kind = node.kind_id
        inner = [each for each in node.named_children if each.kind_id not in g.SKIPPED]
        if kind == g.PARENTHESES and inner:
            return self._test(inner[0], depth + 1)
        if kind == g.NAMED:
            self._look(node)
            return self._of_variable(node.child_by_field_name("name"))
        if kind == g.NOT and inner:
            found = self._test(inner[0], depth + 1)
            return (not found[0], found[1]) if found is not None else None
        if kind == g.BOOLEAN and len(inner) == 2:
            return self._both(node, inner, depth)
        if kind == g.COMPARISON and len(inner) == 2:
            return self._compared(node, inner)
        return self._of_variable(node)

    def _of_variable(self, node: Node | None) -> tuple[bool, frozenset[str] | None] | None:
        name = self._module.written(node) if node is not None and node.kind_id == g.IDENTIFIER else ""
        return (True, self._looked[name]) if name in self._looked else None

    def _both(self, node: Node, inner: list[Node], depth: int) -> tuple[bool, frozenset[str] | None] | None:
        one, other = (self._test(each, depth + 1) for each in inner)
        either = self._module.written(node.child_by_field_name("operator")) == "or"
        if one is None or other is None:
            found = one or other
            # what also asks something else may let fewer known names pass, never more of the others
            return found if found is not None and found[0] is not either else None
        names = one[1] | other[1] if one[1] is not None and other[1] is not None else None
        if one[0] == other[0]:
            return one[0], names
        return None

    def _compared(self, node: Node, inner: list[Node]) -> tuple[bool, frozenset[str] | None] | None:
        sign = self._module.written(node.child_by_field_name("operators"))
        left, right = inner
        if sign in ("is", "is not") and self._module.written(right) == "None":
            found = self._test(left, 1)
            return (sign == "is not", found[1]) if found is not None else None
        if sign in ("==", "!="):
            if self._is_name(right):
                left, right = right, left
            if self._is_name(left):
                text = self._module.text_of(right)
                return sign == "==", frozenset((text,)) if text is not None else None
        if sign in ("in", "not in") and self._is_name(left):
            return sign == "in", self._module.names_of(right)
        return None


def is_assigned(node: Node) -> bool:
    """Whether a statement assigns to a node."""
    around = node.parent
    return (
        around is not None
        and around.kind_id in (g.ASSIGNMENT, g.AUGMENTED)
        and around.child_by_field_name("left") == node
    )
