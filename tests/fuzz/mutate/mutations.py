"""What breaks a program: each change is one replacement in the text of one declaration."""

import re
from dataclasses import dataclass

from sources import end_of_group, masked

KINDS = {}  # by name: a function of a Code that yields replacements: start, end, text


@dataclass(frozen=True)
class Mutation:
    kind: str
    declaration: int
    text: str  # of the declaration, changed
    change: str  # in words: what became what


class Code:
    """The text of a declaration, and where in it which variables can be named."""

    def __init__(self, text, hook):
        self.text, self.hook = text, hook
        self.code = masked(text)
        opened = self.code.find("{", self.code.find(")"))
        self.body = opened + 1 if opened >= 0 else len(text)
        self.has_packet = re.search(r"\bPacket\s+packet\b|auto\S*\s+packet\b", self.code[: self.body]) is not None

    def find(self, pattern):
        """Where the body matches."""
        return re.compile(pattern, re.DOTALL).finditer(self.code, self.body)

    def group(self, start):
        return end_of_group(self.code, start)

    def statements(self):
        """Start and end of each simple statement of the body: those that end in a semicolon."""
        start = self.body
        i = start
        while i < len(self.code):
            letter = self.code[i]
            if letter == "(" or letter == "[":
                i = self.group(i)
            elif letter == ";":
                head = self.code[start:i].lstrip()
                first = i - len(head)
                if head and not re.match(r"(?:else|case|default|public|private)\b", head):
                    yield first, i + 1
                i = start = i + 1
            elif letter == "{":
                before = self.code[start:i].rstrip()
                if re.search(r"[\w>=,(]$", before) and not re.search(r"\b(?:else|do|try|mutable|const|noexcept)$", before):
                    i = self.group(i)  # the braces of a value
                else:
                    i = start = i + 1
            elif letter == "}":
                i = start = i + 1
            else:
                i += 1

    def points(self):
        """Behind the statements after which another one may be inserted."""
        for start, end in self.statements():
            if not re.match(r"(?:return|break|continue)\b", self.code[start:end]):
                yield end

    def views(self, end):
        """Names of what was parsed, found or required before."""
        return re.findall(r"auto\s*\*?&?\s+(\w+)\s*=\s*[^;]*?(?:parse|next|payload|require|find|reserve|transport|part|option)\b", self.code[self.body : end])


def kind(function):
    KINDS[function.__name__.replace("_", " ")] = function
    return function


def mutations(program):
    """All changes of a program, by their kinds."""
    found = {}
    for number, declaration in enumerate(program.declarations):
        if declaration.kind not in ("program", "function", "variable"):
            continue
        code = Code(declaration.text, program.hook)
        for name, changes in KINDS.items():
            if (declaration.kind == "variable") != (name in OF_VARIABLES):
                continue
            for start, end, text in changes(code):
                changed = code.text[:start] + text + code.text[end:]
                if changed != code.text:
                    words = f"'{short(code.text[start:end])}' to '{short(text)}'"
                    found.setdefault(name, []).append(Mutation(name, number, changed, words))
    return found


def short(text):
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."


def ifs(code):
    """Of each `if`: its start, its condition, and the statement that depends on it."""
    for match in code.find(r"\bif\s*(?:constexpr\s*)?\("):
        end = code.group(match.end() - 1)
        statement = re.compile(r"\s*").match(code.code, end).end()
        if code.code[statement] == "{":
            last = code.group(statement)
        else:
            last = statement
            while code.code[last] != ";":
                last = code.group(last) if code.code[last] in "([{" else last + 1
            last += 1
        yield match.start(), (match.end(), end - 1), (statement, last)


def operands(code, start, end):
    """The parts of a condition between || or &&, and where they are."""
    parts, depth, first = [], 0, start
    i = start
    while i < end:
        if code.code[i] in "([{":
            i = code.group(i)
            continue
        if code.code[i : i + 2] in ("||", "&&"):
            parts.append((first, i))
            first = i + 2
            i += 1
        i += 1
    return [*parts, (first, end)]


# Checks


@kind
def drop_a_check(code):
    for start, _, (first, last) in ifs(code):
        if re.match(r"\{?\s*(?:return|break|continue)\b", code.code[first:last]) and not re.match(r"\s*else\b", code.code[last:]):
            yield start, last, ";"


@kind
def drop_a_part_of_a_check(code):
    for _, (first, last), _ in ifs(code):
        parts = operands(code, first, last)
        for i in range(len(parts)):
            if len(parts) > 1 and ";" not in code.code[first:last]:
                start = parts[i][0] if i == 0 else parts[i - 1][1]
                end = parts[1][0] if i == 0 else parts[i][1]
                yield start, end, ""


@kind
def negate_a_check(code):
    for _, (first, last), _ in ifs(code):
        for start, end in operands(code, first, last):
            part = code.text[start:end]
            if ";" not in part and "auto " not in part:
                yield start, end, f" !({part.strip()}) "


@kind
def remove_a_null_test(code):
    for start, (first, last), (begin, _) in ifs(code):
        if re.match(r"\s*(?:const\s+)?auto\b", code.code[first:last]) and not re.match(r"\s*else\b", code.code[last:]):
            declared = code.text[first:last].split(";")[0]
            yield start, begin, declared + "; "
    for match in code.find(r"(?<![\w>)])!(\w+)\b(?!\s*[.(\[-])"):
        yield match.start(), match.end(), "false"


@kind
def or_for_and(code):
    for match in code.find(r"&&|\|\|"):
        yield match.start(), match.end(), "||" if match[0] == "&&" else "&&"


@kind
def compare_otherwise(code):
    other = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
    for match in code.find(r"(?<=\s)(<=|>=|==|!=|<|>)(?=\s)"):
        yield match.start(), match.end(), other[match[1]]


@kind
def assign_for_compare(code):
    for match in code.find(r"(?<=\s)==(?=\s)"):
        yield match.start(), match.end(), "="


# Sizes and offsets


@kind
def widen_an_offset(code):
    for match in code.find(r"\b(\w+)<([^<>;]*?)\b(\d+)([^<>;\d]*)>"):
        if match[1] in ("print", "log"):
            continue
        number = int(match[3])
        for other in (number + 1, number * 2 + 1, 70000, max(number - 1, 0)):
            yield match.start(3), match.end(3), str(other)


@kind
def change_an_argument(code):
    for match in code.find(r"(?<=[(,{] )(\d+)(?=[,)}u])|(?<=[(])(\d+)(?=[,)u])"):
        for other in (int(match[0]) + 1, 70000, 0):
            yield match.start(), match.end(), str(other)
        yield match.start(), match.end(), f"-{match[0]}"


@kind
def change_a_bound(code):
    for match in code.find(r"(?:<=?|>=?|<)\s(\d+)\b|\bup_to<(\d+)>|& (\d+|0x[0-9a-f]+)\b|% (\d+)\b"):
        group = match.lastindex
        number = int(match[group], 0)
        for other in (number + 1, number * 16, 1000000):
            yield match.start(group), match.end(group), str(other)


@kind
def drop_a_mask(code):
    for match in code.find(r" & (?:\d+|0x[0-9a-f]+)u?\b| % \d+u?\b"):
        yield match.start(), match.end(), ""


@kind
def shift_an_index(code):
    for match in code.find(r"(?<=[\w\])])\["):
        end = code.group(match.start()) - 1
        index = code.text[match.end() : end]
        if not index or "]" in index[:1]:
            continue
        yield match.end(), end, f"({index}) + 1"
        yield match.end(), end, f"({index}) - 1"
        yield match.end(), end, f"({index}) * 3"
        if code.has_packet:
            yield match.end(), end, "packet.length()"


@kind
def grow_the_stack(code):
    for point in code.points():
        for size in (200, 600):
            yield point, point, f' {{ std::uint8_t grown[{size}] = {{}}; asm volatile("" : : "r"(&grown) : "memory"); }}'
    for match in code.find(r"\bstd::array<[^<>;]*?(\d+)>|\b\w+\s+\w+\[(\d+)\]"):
        group = match.lastindex
        yield match.start(group), match.end(group), str(int(match[group]) * 16)


@kind
def shrink_an_array(code):
    for match in code.find(r"\bstd::array<[^<>;]*?(\d+)>|\b\w+\s+\w+\[(\d+)\]"):
        group = match.lastindex
        yield match.start(group), match.end(group), str(max(int(match[group]) // 2, 1))


# Loops


@kind
def unbound_a_loop(code):
    for match in code.find(r"\bfor\s*\("):
        end = code.group(match.end() - 1) - 1
        parts = [i for i in range(match.end(), end) if code.code[i] == ";"]
        if len(parts) == 2:
            condition = code.text[parts[0] + 1 : parts[1]]
            yield parts[0] + 1, parts[1], " true"
            yield parts[1] + 1, end, ""
            if bound := re.match(r"(.*[<>]=?\s*|.*!=\s*)(\w+)\s*$", condition):
                first = parts[0] + 1 + bound.start(2)
                yield first, parts[1], "packet.length()" if code.has_packet else "monotonic_time()"
    for match in code.find(r"\bwhile\s*\("):
        yield match.end(), code.group(match.end() - 1) - 1, "true"
    for point in code.points():
        if code.has_packet:
            yield point, point, ' for (std::uint32_t again = 0; again < packet.length(); ++again) asm volatile("" : : "r"(again) : "memory");'


@kind
def nest_a_loop(code):
    for start, end in code.statements():
        if not re.match(r"(?:return|break|continue|auto|const|using|std::)\b", code.code[start:end]) and "=" in code.code[start:end]:
            yield start, end, f"for (int again = 0; again < 100; ++again) {{ {code.text[start:end]} }}"


# Verdicts and helpers


@kind
def swap_the_verdict(code):
    for match in code.find(r"\breturn\s+([\w:]+);"):
        yield match.start(1), match.end(1), "77"
        yield match.start(1), match.end(1), f"static_cast<decltype({match[1]})>(77)"
        yield match.start(1), match.end(1), "Tc::Ingress::Verdict::Drop" if "Xdp" in code.hook else "Xdp::Verdict::Drop"
        yield match.start(), match.end(), ";"


SIBLINGS = (
    ("find", "erase", "with", "contains"), ("set", "insert", "replace"), ("parse", "load", "require"), ("next", "payload", "part"), ("submit", "discard"),
    ("adjust_head", "change_head", "adjust_tail", "change_tail"), ("length", "mark", "priority", "protocol", "rx_queue_index", "ifindex", "hash", "socket_uid"),
    ("set_mark", "set_priority", "set_tc_classid", "set_queue_mapping"), ("pull", "require", "skip"), ("redirect", "clone_redirect", "redirect_peer"),
    ("fetch_add", "exchange", "set"), ("monotonic_time", "boot_time", "random_number", "current_cpu", "current_command", "current_task_ids"),
    ("Tcp", "Udp", "Ipv4", "Ipv6", "Icmp", "Ethernet", "Vlan"), ("update", "with", "find"), ("peek", "pop", "push"),
)  # fmt: skip


@kind
def swap_a_helper(code):
    for siblings in SIBLINGS:
        for match in code.find(rf"\b({'|'.join(siblings)})\b(?=[(<>,:])"):
            for other in siblings:
                if other != match[1]:
                    yield match.start(), match.end(), other


@kind
def call_a_helper(code):
    for point in code.points():
        yield point, point, " if (current_task_ids().process == 1) asm volatile(\"\");"
        yield point, point, " print<\"{} {}\">(monotonic_time(), 1u);"
        if code.has_packet:
            yield point, point, " if (packet.socket_uid() == 1) asm volatile(\"\");"


@kind
def swap_the_hook(code):
    hooks = ("Xdp", "Tc::Ingress", "Lwt::In", "Lwt::Out", "Lwt::Xmit", "SocketFilter", "Cgroup::Connect4")
    if code.hook in hooks:
        for other in hooks:
            if other != code.hook:
                yield 0, len(code.text), re.sub(rf"\b{code.hook}\b", other, code.text)


# References and views


@kind
def unbalance_a_reference(code):
    for match in code.find(r"\b[\w.>-]+(?:\.|->)(?:submit|discard|release|unlock)\([^;]*\);"):
        yield match.start(), match.end(), ";"
        yield match.start(), match.end(), code.text[match.start() : match.end()] * 2
    for match in code.find(r"\bauto\s*&?\s*(\w+)\s*=\s*[^;]*\b(?:reserve|lock|acquire|keep|socket\w*)\b[^;]*;"):
        yield match.start(), match.end(), code.text[match.start() : match.end()] + f" auto kept = std::move({match[1]});"
        yield match.start(), match.end(), code.text[match.start() : match.end()].replace(match[1], "second_" + match[1], 1) + " " + code.text[match.start() : match.end()]
    for match in code.find(r"\bstd::move\((\w+)\)"):
        yield match.start(), match.end(), match[1]


@kind
def use_after_a_move(code):
    for point in code.points():
        for view in code.views(point):
            yield point, point, f" {{ auto moved = std::move({view}); asm volatile(\"\" : : \"r\"(&moved) : \"memory\"); }}"


@kind
def change_the_packet(code):
    if code.has_packet:
        calls = ("packet.pull<40>()", "packet.adjust_head(4)", "packet.adjust_tail(4)", "packet.change_tail(60)", "packet.change_head(14)", "packet.store(0, std::uint8_t{1})")
        for point in code.points():
            for call in calls:
                yield point, point, f" (void){call};"


@kind
def write_where_reading_is_allowed(code):
    for point in code.points():
        for view in code.views(point):
            yield point, point, f" *const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>({view}.operator->())) = 1;"
    for match in code.find(r"\bconst\s+(?=(?:auto|[A-Z]\w*)\s*[&*])"):
        yield match.start(), match.end(), ""


@kind
def read_past_a_view(code):
    for point in code.points():
        for view in code.views(point):
            for index in ("200", "-3", "1"):
                yield point, point, f" if (reinterpret_cast<const volatile std::uint8_t*>({view}.operator->())[{index}] == 7) asm volatile(\"\" ::: \"memory\");"


@kind
def use_without_a_test(code):
    for match in code.find(r"\b(?:auto|const auto)\s*\*?&?\s+(\w+)\s*=\s*[^;]*?(?:parse|next|payload|require|find|reserve|load|option|part)\b[^;]*;"):
        yield match.end(), match.end(), f" if (reinterpret_cast<const volatile std::uint8_t&>(*{match[1]}) == 7) asm volatile(\"\" ::: \"memory\");"


@kind
def leak_a_pointer(code):
    for point in code.points():
        for view in code.views(point):
            yield point, point, f" if (reinterpret_cast<std::uintptr_t>({view}.operator->()) & 4) asm volatile(\"\" ::: \"memory\");"
            if code.has_packet:
                yield point, point, f" packet.set_mark(static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>({view}.operator->())));"


# Order


@kind
def swap_statements(code):
    found = list(code.statements())
    for (start, end), (next_start, next_end) in zip(found, found[1:]):
        if not code.code[end:next_start].strip() and not re.match(r"return\b", code.code[next_start:next_end]):
            yield start, next_end, code.text[next_start:next_end] + code.text[end:next_start] + code.text[start:end]


@kind
def repeat_a_statement(code):
    for start, end in code.statements():
        if not re.match(r"(?:return|break|continue|auto|const|using)\b", code.code[start:end]):
            yield end, end, " " + code.text[start:end]


@kind
def drop_a_statement(code):
    for start, end in code.statements():
        if not re.match(r"(?:auto|const|using)\b", code.code[start:end]):
            yield start, end, ";"


@kind
def put_a_check_later(code):
    found = list(ifs(code))
    for start, _, (_, last) in found:
        following = [end for first, end in code.statements() if first >= last]
        if following and not code.code[last : following[0]].count("}"):
            yield start, following[0], code.text[last : following[0]] + " " + code.text[start:last]


# Types and values


@kind
def change_a_type(code):
    numbers = ("std::uint8_t", "std::uint16_t", "std::uint32_t", "std::uint64_t", "std::int32_t", "std::int64_t")
    for match in code.find(r"\b(?:std::)?u?int(?:8|16|32|64)_t\b"):
        for other in numbers:
            yield match.start(), match.end(), other


@kind
def leave_a_value_unset(code):
    for match in code.find(r"\b(\w+)(?:\{\}| = 0u?)(?=;)"):
        yield match.end(1), match.end(), ""


@kind
def calculate_otherwise(code):
    other = {"+": "-", "-": "+", "*": "/", "/": "*", "<<": ">>", ">>": "<<", "&": "|", "|": "&", "%": "/"}
    for match in code.find(r"(?<=[\w)\]] )(\+|-|\*|/|%|<<|>>|&|\|)(?= [\w(])"):
        yield match.start(), match.end(), other[match[1]]
    for match in code.find(r"(?<=[\w)\]] )([*/%] )(\d+)u?\b"):
        if code.has_packet:
            yield match.start(2), match.end(), "packet.length()"
            yield match.start(2), match.end(), "(packet.length() & 3)"


@kind
def use_what_bpf_has_not(code):
    statements = (
        "static std::uint32_t calls = 0; if (++calls > 5) asm volatile(\"\");", "if (monotonic_time() == 1) throw 1;", "auto* heap = new std::uint32_t(7); asm volatile(\"\" : : \"r\"(heap) : \"memory\");",
        "volatile double real = 1.5; real = real * 2;", "if (monotonic_time() == 1) ::abort();",
        "std::uint32_t (*chosen)(std::uint32_t) = monotonic_time() & 1 ? +[](std::uint32_t n) { return n + 1; } : +[](std::uint32_t n) { return n * 3; }; if (chosen(7) == 7) asm volatile(\"\");",
    )  # fmt: skip
    for point in code.points():
        for statement in statements:
            yield point, point, f" {{ {statement} }}"


# Maps


@kind
def change_a_key_type(code):
    if match := re.search(r"\bMap<\s*([\w:]+)\s*,", code.code):
        for other in ("std::uint8_t", "std::uint16_t", "std::uint64_t", "std::array<std::uint8_t, 3>", "std::pair<std::uint8_t, std::uint32_t>"):
            yield match.start(1), match.end(1), other


@kind
def change_a_value_type(code):
    for match in re.finditer(r"\b(?:Map<\s*[\w:]+\s*,|PerCpu<|Global<|Config<|Atomic<|RingBuffer<\d+,)\s*((?:ebpfxx::)?[\w:]+)\s*(?=[,>])", code.code):
        for other in ("std::uint8_t", "std::uint16_t", "std::uint32_t", "std::uint64_t"):
            yield match.start(1), match.end(1), other


@kind
def change_a_map(code):
    for match in re.finditer(r"\b\w+<(\d+)>|RingBuffer<(\d+)", code.code):
        group = match.lastindex
        for other in (1, int(match[group]) // 2, int(match[group]) * 2 + 1):
            yield match.start(group), match.end(group), str(other)
    for match in re.finditer(r"\b(Hash|Array|LruHash|PerCpuHash|PerCpuArray)(?=<)", code.code):
        for other in ("Hash", "Array", "LruHash", "PerCpuHash", "PerCpuArray"):
            yield match.start(), match.end(), other


OF_VARIABLES = {"change a key type", "change a value type", "change a map"}
