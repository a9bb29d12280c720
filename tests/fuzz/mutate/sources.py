"""The programs of sources, each with the declarations that it needs: found by their tokens, as most of what surrounds a program in a
test's source is of the application's side."""

import re
from dataclasses import dataclass, replace

from cpp_text import OPENING, end_of_group, masked, without_comments

TESTS = re.compile(r"(?:TEST_CASE|TEST_SUITE|SCENARIO|static_assert|DOCTEST|TYPE_TO_STRING)\w*\b")


@dataclass
class Declaration:
    """One of namespace scope."""

    text: str
    namespaces: tuple  # "" for one without a name
    names: frozenset = frozenset()
    words: frozenset = frozenset()
    kind: str = "other"  # program, function, variable, type, using, directive, other


@dataclass
class Program:
    """A program, and what it mentions."""

    scope: str  # what its source is called
    name: str
    hook: str
    before: str  # what has to be outside of any namespace of a mutant: includes, and specialisations of our templates
    declarations: list  # the others, in their order
    namespaces: tuple = ()  # that it is in, in its source
    compared: list = None  # the maps that are compared when it runs, as tests/fuzz/programs says; None: it isn't run

    def plain_hook(self):
        return self.hook.removeprefix("ebpfxx::")

    def text(self, namespace, changed=None, replacement=""):
        """The source in a namespace of its own, with one declaration changed."""
        lines = [f"namespace {namespace} {{"]
        for i, declaration in enumerate(self.declarations):
            lines.append(nested(declaration if i != changed else replace(declaration, text=replacement)))
        return "\n".join(lines) + "}\n"


def declarations(text, namespaces=()):
    """Those of a source or of a namespace's contents, in their order."""
    text = without_comments(text)
    found, start = [], 0
    code = masked(text)
    while start < len(code):
        if code[start].isspace() or code[start] == ";":
            start += 1
        elif code[start] == "#":
            end = re.compile(r"(?:[^\n]*\\\n)*[^\n]*").match(code, start).end()
            found.append(Declaration(text[start:end] + "\n", namespaces, kind="directive"))
            start = end
        elif opened := re.compile(r"(?:inline\s+)?namespace\s*([\w:]*)\s*\{").match(code, start):
            end = end_of_group(code, opened.end() - 1)
            found += declarations(text[opened.end() : end - 1], (*namespaces, opened[1]))
            start = end
        elif test := TESTS.match(code, start):
            start = end_of_group(code, code.index("(", test.start())) if "(" in code[test.start():] else len(code)
            if (body := re.compile(r"\s*\{").match(code, start)) and not test[0].startswith("static_assert"):
                start = end_of_group(code, body.end() - 1)
        else:
            end = end_of_declaration(code, start)
            found.append(described(text[start:end], namespaces))
            start = end
    return found


def end_of_declaration(code, start):
    """Behind its semicolon, or behind the body of a function."""
    i = start
    while i < len(code):
        if code[i] == ";":
            return i + 1
        if code[i] in OPENING:
            head = code[start:i]
            i = end_of_group(code, i)
            if code[i - 1] == "}" and is_head_of_function(head):
                return i
        else:
            i += 1
    return len(code)


def is_head_of_function(head):
    head = without_templates(head)
    return not is_type(head) and re.search(r"\)[\w\s:*&>.-]*$", head) is not None and not re.search(r"(?<![=!<>])=(?!=)", head)


def is_type(head):
    return re.search(r"^\s*(?:template\s*<[^{]*>\s*)?(?:struct|class|union|enum)\b", head) is not None


def described(text, namespaces):
    code = masked(text)
    words = frozenset(re.findall(r"[A-Za-z_]\w*", code))
    head = re.split(r"[{=]", code, maxsplit=1)[0]
    program = re.match(r"\s*(?:\[\[.*?\]\]\s*)?(?:inline\s+|static\s+|extern\s+)?(?:constexpr|const|constinit)\s+(?:ebpfxx::)?Program<(.*?)>\s+(\w+)\s*=\s*(?=\[)", code, re.DOTALL)
    if program:
        return Declaration(text, namespaces, frozenset([program[2]]), words, "program")
    if re.match(r"\s*using\s+(?:namespace|enum)\b|\s*using\s+[\w:]+\s*;", code):
        return Declaration(text, namespaces, frozenset(), words, "using")
    if alias := re.match(r"\s*(?:template\s*<.*?>\s*)?(?:using|concept)\s+(\w+)\s*=|\s*namespace\s+(\w+)\s*=", code, re.DOTALL):
        return Declaration(text, namespaces, frozenset([alias[1] or alias[2]]), words, "type")
    if is_type(code):
        names = re.findall(r"\b(?:struct|class|union|enum)\s+(?:class\s+|struct\s+)?(?:\[\[.*?\]\]\s*|alignas\s*\(.*?\)\s*|EBPFXX_\w+(?:\(.*?\))?\s*)*(\w+)", head)
        enumerators = re.findall(r"\w+", code[len(head):]) if re.match(r"\s*enum\b", code) else []
        return Declaration(text, namespaces, frozenset([*names, *enumerators]), words, "type")
    flat = without_templates(head)
    if (function := re.search(r"((?:operator\s*[^\s\w(]+)|\w+)\s*\((?!\s*\*)", flat)) and code.rstrip().endswith("}"):
        return Declaration(text, namespaces, frozenset([function[1]]), words, "function")
    names = re.findall(r"(\w+)\s*(?:\[.*?\])?\s*(?=[,;=({]|$)", without_templates(without_values(code)))
    return Declaration(text, namespaces, frozenset(names), words, "variable")


def without_templates(head):
    """Without template arguments, as far as brackets tell."""
    before = None
    while before != head:
        before = head
        head = re.sub(r"<[^<>;{}]*>", " ", head)
    return head


def without_values(code):
    """`int a = f(1), b{2};` without the values."""
    result, i = "", 0
    while i < len(code):
        if code[i] in "{(":
            i = end_of_group(code, i)
            result += ";"
        else:
            result += code[i]
            i += 1
    return re.sub(r"=[^,;]*", "=", result)


def programs_of(scope, text, compared, included=()):
    """The programs that are written out in a source, with what each mentions, directly or not. `included` is there already."""
    everything = [one for one in declarations(text) if not re.match(r"#\s*(?:include|pragma|if|else|endif|undef)", one.text)]
    for one in everything:
        if one.kind == "directive" and (macro := re.match(r"#\s*define\s+(\w+)", one.text)):
            one.names, one.words = frozenset([macro[1]]), frozenset(re.findall(r"\w+", one.text))
    includes = "".join(f'#include "{path}"\n' for path in re.findall(r'#include "((?:support/)?\w+\.hpp)"', text) if path not in included)
    outside = closed(everything, [one for one in everything if is_of_ours(one)], ("type", "other"))
    before = includes + ("using namespace ebpfxx;\n" if outside else "") + "".join(nested(one) for one in outside)
    found = []
    for program in everything:
        if program.kind == "program":
            needed = closed(everything, [program, *(one for one in everything if one.kind == "using")])
            hook = re.search(r"Program<(.*?)>\s+\w+\s*=", program.text, re.DOTALL)[1]
            name = next(iter(program.names))
            inside = [one for one in needed if one not in outside]
            found.append(Program(scope, name, hook, before, inside, program.namespaces, compared.get((scope, name))))
    return found


def closed(everything, first, kinds=None):
    """`first` and what they mention, directly or not, in its order."""
    needed, grows = {id(one) for one in first}, True
    while grows:
        words = frozenset().union(*(one.words for one in everything if id(one) in needed))
        more = {id(one) for one in everything if one.names & words and (kinds is None or one.kind in kinds)}
        grows = not more <= needed
        needed |= more
    return [one for one in everything if id(one) in needed]


def is_of_ours(declaration):
    """It adds to the library's namespace, so it can be there once only."""
    return any(one.startswith("ebpfxx") for one in declaration.namespaces) or re.match(r"\s*template\s*<>\s*(?:struct|inline|constexpr)[^;{=]*\bebpfxx::", declaration.text) is not None


def nested(declaration):
    text = declaration.text
    for inner in reversed(declaration.namespaces):
        text = f"namespace {inner} {{\n{text}\n}}"
    return text + "\n"


def registrations_of(texts):
    """What tests/fuzz/programs says of programs that run in both: the maps that are compared, by scope and program."""
    found = {}
    for text in texts:
        scope = ""
        for match in re.finditer(r"^namespace (\w+) \{|\.(both|prepared)\(", text, re.MULTILINE):
            if match[1]:
                scope = match[1]
                continue
            group = text[match.end() : end_of_group(masked(text), match.end() - 1) - 1]
            words = [word.strip() for word in group.split(",")]
            if match[2] == "both":
                found[(scope, words[1].split("::")[-1])] = words[2:]
            else:
                found.setdefault((scope, words[1].split("::")[-1]), [])
    return found


def programs_of_project(project):
    """Those of examples and of tests that kernels run."""
    fuzzed = project / "tests/fuzz/programs"
    compared = registrations_of([path.read_text(encoding="utf-8") for path in sorted(fuzzed.glob("*.cpp"))])
    included = re.findall(r'#include "../../kernel/(support/\w+\.hpp)"', (fuzzed / "headers.hpp").read_text(encoding="utf-8"))
    found = []
    for pattern in ("examples/*/*.hpp", "tests/kernel/*.cpp", "tests/kernel/support/*.hpp"):
        for path in sorted(project.glob(pattern)):
            found += programs_of(path.stem, path.read_text(encoding="utf-8"), compared, included)
    return found
