"""A program's source as a tree, from which smaller ones are made."""


class Node:
    """Text and further nodes. A statement may be left out or replaced by what is in its block, an expression by one of those in it."""

    def __init__(self, kind, parts):
        self.kind, self.parts = kind, list(parts)

    def __str__(self):
        return "".join(map(str, self.parts))

    def children(self):
        return [part for part in self.parts if isinstance(part, Node)]

    def replaced(self, target, replacement):
        """The same tree with another node at one position."""
        if self is target:
            return replacement
        return Node(self.kind, [part.replaced(target, replacement) if isinstance(part, Node) else part for part in self.parts])


def statement(*parts):
    return Node("statement", [*parts, "\n"])


def block(statements):
    return Node("block", ["{\n", *statements, "}"])


def expression(*parts):
    return Node("expression", parts)


def smaller(tree):
    """Trees with one thing less, the ones with much less first."""
    found = []
    pending = [tree]
    while pending:
        node = pending.pop()
        pending += node.children()
        replacements = []
        if node.kind == "statement":
            replacements.append(Node("text", []))
            replacements += [Node("text", child.parts[1:-1]) for child in node.children() if child.kind == "block"]
        elif node.kind == "expression":
            replacements += [child for child in node.children() if child.kind == "expression"]
            replacements += [expression("1u")] if len(str(node)) > 2 else []
        found += [tree.replaced(node, replacement) for replacement in replacements]
    return sorted(found, key=lambda smaller_tree: len(str(smaller_tree)))
