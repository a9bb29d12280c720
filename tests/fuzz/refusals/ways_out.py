"""What a message says to do instead, done to the text: a test put in front, a loop over up_to, a value given. Only where that is one
change at the error's position; the others have no way out that a program could take."""

import re

from cpp_text import end_of_group, masked

ROUNDS = 32  # of a loop that is given an end


def ways_out(text, refusal, hook):
    """Texts that do what the message of `refusal` says, the likeliest first; several, as it depends on the function what it returns."""
    if refusal.line is None:
        return []
    at = sum(len(line) for line in text.splitlines(keepends=True)[: refusal.line]) + refusal.column - 1
    for pattern, way in WAYS:
        if match := re.search(pattern, refusal.reason):
            return list(way(Position(text, at, hook), *match.groups()))
    return []


class Position:
    def __init__(self, text, at, hook):
        self.text, self.code, self.at, self.hook = text, masked(text), at, hook

    def replaced(self, start, end, text):
        return self.text[:start] + text + self.text[end:]

    def returns(self):
        """How a function ends early: a program, then others."""
        verdict = f"{self.hook}::Drop" if self.hook.endswith("SocketFilter") else f"{self.hook}::Verdict{{}}"
        return f"return {verdict};", "return {};", "return;", "return false;"

    def enclosing(self, at):
        """The bracket that is open at `at`."""
        depth = 0
        for i in range(at - 1, -1, -1):
            if self.code[i] in ")]}":
                depth += 1
            elif self.code[i] in "([{":
                if depth == 0:
                    return i
                depth -= 1
        return -1

    def statement(self):
        """Where the statement begins that the position is in; None: in front of it there can be no other."""
        at, opened = self.at, self.enclosing(self.at)
        while opened >= 0 and not (self.code[opened] == "{" and self.is_block(opened)):
            at, opened = opened, self.enclosing(opened)
        start = i = opened + 1
        while i < at:
            if self.code[i] in "([{":
                end = end_of_group(self.code, i)
                if self.code[i] == "{" and self.is_block(i) and end <= at and not re.match(r"\s*else\b", self.code[end:]):
                    start = end
                i = end
            else:
                i += 1
                if self.code[i - 1] == ";":
                    start = i
        start += len(self.code[start:]) - len(self.code[start:].lstrip())
        return None if re.match(r"(?:else|case|default)\b", self.code[start:]) else start

    def is_block(self, brace):
        return re.search(r"(?:\)|\]|\b(?:else|do|mutable|noexcept))\s*(?:->\s*[\w:<>]+\s*)?$", self.code[max(0, brace - 80) : brace]) is not None

    def with_test(self, failure):
        """A test in front of the statement, and an early end where it fails."""
        start = self.statement()
        if start is not None:
            for ending in self.returns():
                yield self.replaced(start, start, f"if ({failure}) {ending} ")


def test_object(position, name):
    return position.with_test(f"!{name}")


def ask_object(position, name, question):
    return position.with_test(f"{name}.{question}()")


def test_index(position, most):
    opened = position.code.find("[", position.at)
    if opened < 0 or "\n" in position.code[position.at : opened]:
        return
    index = position.text[opened + 1 : end_of_group(position.code, opened) - 1]
    if index and not re.search(r"\+\+|--|(?<![=!<>])=(?!=)", index):
        yield from position.with_test(f"!(({index}) >= 0 && ({index}) <= {most})")


def last_entry(position, entry, last):
    if match := re.compile(rf"\bat<{entry}>").search(position.code, position.at):
        yield position.replaced(match.start(), match.end(), f"at<{last}>")


def set_variable(position, name):
    for match in reversed(list(re.finditer(rf"(?<=[\w>*&]) {name}(?:\[[^\]]*\])*(?=[;,])", position.code[: position.at]))):
        yield position.replaced(match.end(), match.end(), " = {}")


def return_at_end(position):
    if position.code[position.at : position.at + 1] == "}":
        for ending in position.returns():
            yield position.replaced(position.at, position.at, ending)


def by_payload(position):
    if match := re.compile(r"\bnext(?=<)").search(position.code, position.at):
        yield position.replaced(match.start(), match.end(), "payload")


def end_of_statement(code, start):
    start += len(code[start:]) - len(code[start:].lstrip())
    if code[start] == "{":
        return end_of_group(code, start)
    if head := re.compile(r"(?:if\s*(?:constexpr\s*)?|for\s*|while\s*|switch\s*)(?=\()").match(code, start):
        end = end_of_statement(code, end_of_group(code, head.end()))
        other = re.compile(r"\s*else\b").match(code, end)
        return end_of_statement(code, other.end()) if other else end
    while code[start] != ";":
        start = end_of_group(code, start) if code[start] in "([{" else start + 1
    return start + 1


def counted_by_up_to(first, condition, step, body):
    """`for (u32 i = 0; i < n; ++i)` as a loop over up_to, whose body leaves `i` as it is; None for another."""
    start = re.fullmatch(r"(?:const\s+)?([\w:]+)\s+(\w+)\s*=\s*0[uUlL]*", first)
    if not start:
        return None
    name = start[2]
    limit = re.fullmatch(rf"{name}\s*<\s*([^&|]+)", condition)
    changes = rf"\b{name}\b\s*(?:[-+*/%|^&]|<<|>>)?=(?!=)|\b{name}\s*(?:\+\+|--)|(?:\+\+|--)\s*{name}\b"
    if not limit or step not in (f"++{name}", f"{name}++") or re.search(changes, body):
        return None
    return f"for (const {start[1]} {name} : ebpfxx::up_to<{ROUNDS}>({limit[1]})){body}"


def loop_with_end(position):
    """`for` and `while` as they are, in a loop over up_to."""
    heads = [match for match in re.finditer(r"\b(for|while)\s*\(", position.code) if not re.search(r"\}\s*$", position.code[: match.start()]) or match[1] == "for"]
    around = [match for match in heads if match.start() <= position.at < end_of_statement(position.code, end_of_group(position.code, match.end() - 1))]
    if not around:
        return
    head = around[-1]
    opened, closed = head.end(), end_of_group(position.code, head.end() - 1) - 1
    end = end_of_statement(position.code, closed + 1)
    body = position.text[closed + 1 : end]
    parts = [opened - 1, *(i for i in range(opened, closed) if position.code[i] == ";"), closed]
    texts = [position.text[one + 1 : other].strip() for one, other in zip(parts, parts[1:])]
    if (head[1] == "for") != (len(texts) == 3):
        return  # over a range
    first, condition, step = texts if len(texts) == 3 else ("", texts[0], "")
    if re.match(r"(?:const\s+)?auto\b", condition):
        return
    if counted := counted_by_up_to(first, condition, step, body):
        yield position.replaced(head.start(), end, counted)
    going_on = f"if (!({condition})) break; " if condition else ""
    stepping = f"if (round != 0) {{ {step}; }} " if step else ""
    yield position.replaced(head.start(), end, f"{{ {first}; for (const auto round : ebpfxx::up_to<{ROUNDS}>()) {{ (void)round; {stepping}{going_on}{body} }} }}")


WAYS = (  # of the first that matches
    (r"^'(\w+)' may .*; test it first$", test_object),
    (r"^'(\w+)' .*; ask '(\w+)\(\)' first$", ask_object),
    (r"test first that the index is at most (\d+)", test_index),
    (r"takes entry (\d+) of an array of \d+; the last one is entry (\d+)", last_entry),
    (r"^'(\w+)' is not set here; give it a value", set_variable),
    (r"a path ends here without a result", return_at_end),
    (r"take it by 'payload<", by_payload),
    (r"up_to<N>|give it a constant bound", loop_with_end),
)
