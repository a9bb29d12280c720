"""Ordinary C++ from a seeded grammar: functions `u64 f(const In& in)` of numbers and bytes that came with a packet. What is undefined
in C++ is avoided by construction, as far as that is easy: numbers are unsigned, shifts and indexes are bounded, in all the ways that
people bound them."""

import random

from tree import Node, block, expression, statement

TEXTS = ("GET ", "POST", "Host", "nginx", "abc", "HTTP/1.1")


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.names = 0
        self.globals = []  # tables, types and functions in front of f
        self.numbers = []  # names of u32 variables in scope

    def program(self):
        self.numbers = ["a", "b", "c", "d"]
        body = [statement(f"u32 {name} = in.{name};") for name in self.numbers]
        body.append(statement("u64 r = in.x;"))
        recipes = [getattr(self, name) for name in dir(self) if name.startswith("make_")]
        for _ in range(self.random.choice((1, 1, 2, 3))):
            body += self.random.choice(recipes)()
        body.append(Node("text", ["return r;\n"]))
        return Node("text", [*self.globals, "constexpr u64 f([[maybe_unused]] const In& in) ", block(body), "\n"])

    # Names and numbers

    def name(self, stem):
        self.names += 1
        return f"{stem}{self.names}"

    def chance(self, out_of):
        return self.random.randrange(out_of) == 0

    def leaf(self):
        kind = self.random.randrange(8)
        if kind < 4:
            return self.random.choice(self.numbers)
        if kind == 4:
            return self.random.choice(("u32(in.x)", "u32(in.y)", "u32(in.x >> 32)", "u32(r)"))
        if kind == 5:
            return f"u32(in.s[{self.random.randrange(32)}])"
        return f"{self.random.choice((1, 2, 3, 5, 7, 8, 13, 31, 64, 100, 255, 256, 1000, 65535, 2654435761))}u"

    def number(self, depth=2):
        """A u32."""
        if depth == 0 or self.chance(4):
            return expression(self.leaf())
        one, other = self.number(depth - 1), self.number(depth - 1)
        kind = self.random.randrange(10)
        if kind < 5:
            return expression("(", one, f" {self.random.choice('+-*&|^')} ", other, ")")
        if kind == 5:
            return expression("(", one, f" {self.random.choice(('<<', '>>'))} (", other, " & 31))")
        if kind == 6:
            return expression("(", one, f" {self.random.choice('/%')} {self.random.choice((3, 5, 7, 10, 16, 60))}u)")
        if kind == 7:
            return expression("(", self.condition(depth - 1), " ? ", one, " : ", other, ")")
        if kind == 8:
            return expression(f"std::{self.random.choice(('min', 'max'))}<u32>(", one, ", ", other, ")")
        function = self.random.choice(("std::popcount({})", "std::countl_zero({})", "std::countr_zero({})", "std::bit_width({})",
                                       "std::rotl({}, 7)", "std::rotr({}, 13)"))  # fmt: skip
        before, after = function.split("{}")
        return expression(f"u32({before}", one, f"{after})")

    def condition(self, depth=1):
        one, other = self.number(depth), self.number(depth)
        if self.chance(6):
            return expression("(", self.condition(0), f" {self.random.choice(('&&', '||'))} ", self.condition(0), ")")
        return expression("(", one, f" {self.random.choice(('<', '<=', '==', '!=', '>', '>='))} ", other, ")")

    def index(self, size, counters=()):
        """A number below `size`, bounded in one of the usual ways; a counter is a loop's, with its bound."""
        fitting = [name for name, bound in counters if bound <= size]
        if fitting and not self.chance(4):
            return expression(self.random.choice(fitting))
        number = self.number(1)
        if size & (size - 1) == 0 and self.chance(2):
            return expression("(", number, f" & {size - 1}u)")
        if self.chance(3):
            return expression("std::min<u32>(", number, f", {size - 1}u)")
        if self.chance(4):
            return expression("std::clamp<u32>(", number, f", 0u, {size - 1}u)")
        return expression("(", number, f" % {size}u)")

    def use(self, value):
        return statement(self.random.choice(("r += ", "r ^= ", "r = r * 31 + ")), value, ";")

    def table(self, size):
        name = self.name("table")
        element = self.random.choice(("u8", "u16", "u32", "u64"))
        most = {"u8": 255, "u16": 65535, "u32": 2**32 - 1, "u64": 2**32}[element]
        values = ", ".join(str(self.random.randrange(most)) for _ in range(size))
        shape = self.random.choice((f"std::array<{element}, {size}> {name}", f"{element} {name}[{size}]"))
        self.globals.append(statement(f"inline constexpr {shape}{{{values}}};"))
        return name

    # What programs are made of

    def make_loops(self):
        depth = self.random.choice((1, 1, 2, 2, 3))
        bounds = [self.random.choice((2, 3, 4, 5, 8, 16) if depth > 1 else (4, 7, 10, 16, 32)) for _ in range(depth)]
        counters = [(self.name("i"), bound) for bound in bounds]
        before = list(self.numbers)
        self.numbers += [name for name, _ in counters]
        inner = [self.use(self.number())]
        if self.chance(2):
            inner.insert(0, statement("if ", self.condition(), " continue;"))
        if self.chance(3):
            inner.append(statement("if ", self.condition(), " break;"))
        if self.chance(2):
            inner.append(self.use(expression("in.s[", self.index(32, counters), "]")))
        loop = inner
        for name, bound in reversed(counters):
            step = self.random.choice(("++{}", "++{}", "{} += 2"))
            loop = [statement(f"for (u32 {name} = 0; {name} < {bound}; {step.format(name)}) ", block(loop))]
        self.numbers = before
        return loop

    def make_counted_loop(self):
        name, limit = self.name("i"), self.name("n")
        most = self.random.choice((8, 16, 32))
        bound = self.random.choice((f"std::min<u32>(a, {most}u)", f"a % {most}u", f"a & {most - 1}u"))
        return [statement(f"u32 {limit} = {bound};"),
                statement(f"for (u32 {name} = 0; {name} < {limit}; ++{name}) ",
                          block([self.use(expression(f"in.s[{name}]")), statement("if ", self.condition(), " break;")]))]  # fmt: skip

    def make_table_lookup(self):
        size = self.random.choice((4, 5, 7, 8, 10, 16, 33))
        name = self.table(size)
        if self.chance(2):
            return [self.use(expression(f"{name}[", self.index(size), "]")) for _ in range(self.random.choice((1, 2)))]
        index = self.name("k")
        return [statement(f"u32 {index} = ", self.number(1), ";"),
                statement(f"if ({index} < {size}) ", block([self.use(expression(f"{name}[{index}]"))]))]  # fmt: skip

    def make_array(self):
        size, name = self.random.choice((4, 6, 8, 12, 16)), self.name("w")
        element = self.random.choice(("u8", "u16", "u32", "u64"))
        i = self.name("i")
        fill = self.random.choice((f"{name}[{i}] = {element}(in.s[{i}] * 3u + {i});", f"{name}[{i}] = {element}(a >> {i});"))
        code = [statement(f"std::array<{element}, {size}> {name}{{}};"),
                statement(f"for (u32 {i} = 0; {i} < {size}; ++{i}) ", block([statement(fill)]))]  # fmt: skip
        work = self.random.randrange(6)
        j = self.name("j")
        if work == 0:
            code.append(statement(f"for (u32 {i} = 1; {i} < {size}; ++{i}) ", block([
                statement(f"for (u32 {j} = {i}; {j} > 0 && {name}[{j} - 1] > {name}[{j}]; --{j}) std::swap({name}[{j} - 1], {name}[{j}]);")])))  # fmt: skip
        elif work == 1:
            code.append(statement(f"for (u32 {i} = 0; {i} < {size} / 2; ++{i}) std::swap({name}[{i}], {name}[{size} - 1 - {i}]);"))
        elif work == 2:
            code.append(statement(f"for (u32 {i} = 1; {i} < {size}; ++{i}) {name}[{i}] = {element}({name}[{i}] + {name}[{i} - 1]);"))
        elif work == 3:
            code.append(statement(f"{name}[", self.index(size), f"] = {element}(", self.number(), ");"))
        elif work == 4:
            code.append(statement(f"for (u32 {i} = 0; {i} < 8; ++{i}) {name}[in.s[{i}] % {size}u] += 1;"))
        else:
            code.append(statement(f"for (auto& one : {name}) one = {element}(one * 5u + ", self.number(1), ");"))
        if self.chance(2):
            code.append(statement(f"for (auto one : {name}) ", block([self.use(expression("one"))])))
        else:
            code.append(self.use(expression(f"{name}[", self.index(size), "]")))
        return code

    def make_struct(self):
        name, one, count = self.name("Point"), self.name("p"), self.random.choice((2, 3, 4, 8))
        self.globals.append(statement(
            f"struct {name} {{ u32 x; u16 y; u8 z[4]; constexpr u32 sum() const {{ return x + y + z[0] + z[3]; }} "
            f"constexpr bool operator==(const {name}&) const = default; }};"))  # fmt: skip
        make = self.name("make")
        self.globals.append(statement(
            f"constexpr {name} {make}(u32 n) {{ return {{n, u16(n >> 3), {{u8(n), u8(n >> 8), u8(n >> 16), u8(n >> 24)}}}}; }}"))
        i, best = self.name("i"), self.name("best")
        code = [statement(f"std::array<{name}, {count}> {one}{{}};"),
                statement(f"for (u32 {i} = 0; {i} < {count}; ++{i}) {one}[{i}] = {make}(in.s[{i} * 3] + ", self.number(1), ");")]  # fmt: skip
        if self.chance(2):
            code += [statement(f"{name} {best} = {one}[0];"),
                     statement(f"for (const {name}& other : {one}) if (other.sum() > {best}.sum()) {best} = other;"),
                     self.use(expression(f"{best}.sum()"))]  # fmt: skip
        else:
            code += [statement(f"{one}[", self.index(count), "].y += 7;"), self.use(expression(f"{one}[", self.index(count), "].sum()"))]
            code.append(statement(f"if ({one}[0] == {one}[1]) r += 9;"))
        return code

    def make_algorithm(self):
        bytes_, span = self.name("bytes"), self.random.choice(("", "std::span(in.s)"))
        code = [] if span else [statement(f"std::array<u8, 32> {bytes_}{{}};"), statement(f"std::copy(std::begin(in.s), std::end(in.s), {bytes_}.begin());")]
        range_ = span or bytes_
        begin, end = ("std::begin(in.s)", "std::end(in.s)") if span else (f"{bytes_}.begin()", f"{bytes_}.end()")
        kind = self.random.randrange(10)
        edge = self.random.choice((0, 32, 47, 127))
        if kind == 0:
            code.append(self.use(expression(f"u64(std::count_if({begin}, {end}, [](u8 one) {{ return one > {edge}; }}))")))
        elif kind == 1:
            code.append(self.use(expression(f"std::accumulate({begin}, {end}, 0u)")))
        elif kind == 2:
            code.append(self.use(expression(f"u64(std::find({begin}, {end}, u8({edge})) - {begin})")))
        elif kind == 3:
            code.append(self.use(expression(f"*std::max_element({begin}, {end})")))
        elif kind == 4:
            code.append(statement(f"if (std::ranges::any_of({range_}, [&](u8 one) {{ return one == (a & 255); }})) r += 3;"))
        elif kind == 5:
            code.append(statement(f"for (u32 one : {range_} | std::views::transform([](u8 n) {{ return u32(n) * 3; }}) | std::views::take({self.random.choice((5, 9))})) ",
                                  block([self.use(expression("one"))])))  # fmt: skip
        elif kind == 6:
            code.append(statement(f"for (u32 one : {range_} | std::views::filter([](u8 n) {{ return n % 2 == 0; }})) ", block([self.use(expression("one"))])))
        elif kind == 7:
            code.append(statement(f"for (u32 one : std::views::iota(0u, {self.random.choice((5, 12))}u)) ", block([self.use(expression("in.s[one] + one"))])))
        elif kind == 8 and not span:
            code += [statement(self.random.choice((f"std::reverse({begin}, {end});", f"std::rotate({begin}, {begin} + 5, {end});",
                                                   f"std::fill_n({begin} + 3, 7, u8(a));", f"std::ranges::replace({range_}, u8(0), u8(9));"))),
                     self.use(expression(f"{bytes_}[", self.index(32), "]"))]  # fmt: skip
        else:
            code.append(self.use(expression(f"std::inner_product({begin}, {begin} + 8, {begin} + 8, 0u)")))
        return code

    def make_switch(self):
        count = self.random.choice((3, 4, 6, 9))
        values = self.random.sample(range(0, 16 if self.chance(2) else 300), count)
        cases = []
        for value in values:
            end = "" if self.chance(4) else " break;"
            cases.append(statement(f"case {value}: ", self.use(self.number(1)), f"{end or ' [[fallthrough]];'}"))
        cases.append(statement("default: ", self.use(expression("1u"))))
        return [statement("switch (", self.random.choice((self.index(16), expression("in.s[1]"), self.number(1))), ") ", block(cases))]

    def make_bits(self):
        kind = self.random.randrange(6)
        n, i = self.name("n"), self.name("i")
        if kind == 0:
            polynomial = self.random.choice(("0xedb88320u", "0x82f63b78u"))
            return [statement(f"u32 {n} = ~0u;"),
                    statement(f"for (u32 {i} = 0; {i} < {self.random.choice((2, 4))}; ++{i}) ", block([
                        statement(f"{n} ^= in.s[{i}];"),
                        statement(f"for (u32 bit = 0; bit < 8; ++bit) {n} = ({n} >> 1) ^ ({polynomial} & (0u - ({n} & 1u)));")])),
                    self.use(expression(n))]  # fmt: skip
        if kind == 1:
            return [statement(f"u64 {n} = in.x ^ ", self.number(1), ";"),
                    statement(f"{n} = ({n} ^ ({n} >> 33)) * 0xff51afd7ed558ccdULL; {n} ^= {n} >> 29;"), self.use(expression(n))]  # fmt: skip
        if kind == 2:
            return [statement(f"u32 {n} = ", self.number(1), ";"),
                    statement(f"{n} = ({n} & 0x55555555u) << 1 | ({n} >> 1 & 0x55555555u); {n} = {n} << 16 | {n} >> 16;"), self.use(expression(n))]  # fmt: skip
        if kind == 3:
            return [statement(f"u32 {n} = ", self.number(1), ";"),
                    statement(f"for (u32 {i} = 0; {i} < 32 && {n} != 0; ++{i}) ", block([self.use(expression(f"{i}")), statement(f"{n} &= {n} - 1;")]))]  # fmt: skip
        if kind == 4:
            other = self.name("m")
            return [statement(f"u32 {n} = ", self.number(1), f", {other} = ", self.number(1), " | 1u;"),
                    statement(f"for (u32 {i} = 0; {i} < {self.random.choice((8, 12, 20))} && {other} != 0; ++{i}) ", block([statement(f"u32 rest = {n} % {other}; {n} = {other}; {other} = rest;")])),
                    self.use(expression(n))]  # fmt: skip
        return [statement(f"std::array<u64, 4> {n}{{}};"),
                statement(f"for (u32 {i} = 0; {i} < 8; ++{i}) {n}[in.s[{i}] / 64] |= 1ULL << (in.s[{i}] % 64);"),
                self.use(expression(f"u64(std::popcount({n}[0]) + std::popcount({n}[3]))"))]  # fmt: skip

    def make_walk(self):
        """Options of a type, a length and a value, or headers that say where the next one is."""
        at, i, size = self.name("at"), self.name("i"), self.random.choice((8, 16, 24, 32))
        rounds = self.random.choice((4, 6, 8))
        wanted = self.random.randrange(9)
        kind = self.random.randrange(3)
        if kind == 0:
            return [statement(f"u32 {at} = 0;"), statement(f"for (u32 {i} = 0; {i} < {rounds}; ++{i}) ", block([
                statement(f"if ({at} + 2 > {size}) break;"),
                statement(f"u32 type = in.s[{at}], length = in.s[{at} + 1];"),
                statement("if (type == 0) break;"),
                statement(f"if (type == {wanted}) ", block([self.use(expression("length"))])),
                statement(self.random.choice((f"if (length < 2) break; {at} += length;", f"{at} += 2 + length;", f"{at} += 2 + (length & 7);")))])),
                self.use(expression(at))]  # fmt: skip
        if kind == 1:
            return [statement(f"u32 {at} = 0;"), statement(f"while ({at} < {size}) ", block([
                statement(f"u8 kind = in.s[{at}];"), statement("if (kind == 0) break;"),
                statement(f"if (kind == 1) {{ ++{at}; continue; }}"),
                statement(f"if ({at} + 1 >= {size}) break;"), self.use(expression("u64(kind)")),
                statement(f"{at} += 2 + in.s[{at} + 1] % 4;")]))]  # fmt: skip
        return [statement(f"u32 {at} = in.s[0] & 15;"), statement(f"for (u32 {i} = 0; {i} < {rounds}; ++{i}) ", block([
            self.use(expression(f"in.s[{at}]")), statement(f"{at} = in.s[{at}] {self.random.choice(('& 31', '% 32', '% 20'))};"),
            statement(f"if ({at} == {wanted}) break;")]))]  # fmt: skip

    def make_parser(self):
        n, i = self.name("n"), self.name("i")
        most = self.random.choice((6, 10, 16))
        kind = self.random.randrange(4)
        if kind == 0:
            return [statement(f"u32 {n} = 0;"), statement(f"for (u32 {i} = {self.random.randrange(6)}; {i} < {most}; ++{i}) ", block([
                statement(f"u8 digit = in.s[{i}];"), statement("if (digit < '0' || digit > '9') break;"),
                statement(f"{n} = {n} * 10 + (digit - '0');")])), self.use(expression(n))]  # fmt: skip
        if kind == 1:
            return [statement(f"u64 {n} = 0;"), statement(f"for (u32 {i} = 0; {i} < {most}; ++{i}) ", block([
                statement(f"u8 c = in.s[{i}];"),
                statement(f"if (c >= '0' && c <= '9') {n} = {n} << 4 | u32(c - '0'); else if (c >= 'a' && c <= 'f') {n} = {n} << 4 | u32(c - 'a' + 10); else break;")])),
                self.use(expression(n))]  # fmt: skip
        if kind == 2:
            state = self.name("state")
            return [statement(f"u32 {state} = 0, {n} = 0;"), statement(f"for (u32 {i} = 0; {i} < {most}; ++{i}) ", block([
                statement(f"u8 c = in.s[{i}];"), statement(f"switch ({state}) ", block([
                    statement(f"case 0: if (c == ' ') {state} = 1; else ++{n}; break;"),
                    statement(f"case 1: {state} = c == ':' ? 2 : c == ' ' ? 1 : 0; break;"),
                    statement(f"default: {n} += c; {state} = 0;")]))])), self.use(expression(f"{n} * 4 + {state}"))]  # fmt: skip
        begin = self.name("begin")
        return [statement(f"u32 {begin} = 0;"), statement(f"while ({begin} < {most} && in.s[{begin}] == ' ') ++{begin};"),
                statement(f"for (u32 {i} = {begin}; {i} < {begin} + 4; ++{i}) ", block([self.use(expression(f"in.s[{i}]"))]))]  # fmt: skip

    def make_text(self):
        text, kind = self.random.choice(TEXTS), self.random.randrange(5)
        copy, i = self.name("text"), self.name("i")
        code = [statement(f"std::array<char, 16> {copy}{{}};"),
                statement(f"for (u32 {i} = 0; {i} < 16; ++{i}) {copy}[{i}] = static_cast<char>(in.s[{i}]);")]  # fmt: skip
        view = f"std::string_view({copy}.data(), {copy}.size())"
        if kind == 0:
            return code + [statement(f'if ({view}.starts_with("{text}")) r += 5;')]
        if kind == 1:
            return code + [statement(f'if (std::string_view({copy}.data(), {len(text)}) == "{text}") r += 7;')]
        if kind == 2:
            return code + [self.use(expression(f"u64({view}.find('{text[0]}'))"))]
        if kind == 3:
            return code + [statement(f"for (char& c : {copy}) if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);"),
                           self.use(expression(f"static_cast<u8>({copy}[", self.index(16), "])"))]  # fmt: skip
        name = self.name("words")
        width = max(map(len, TEXTS)) + 1
        self.globals.append(statement(f'inline constexpr char {name}[][{width}] = {{{", ".join(chr(34) + one + chr(34) for one in TEXTS)}}};'))
        return [self.use(expression(f"u64({name}[", self.index(len(TEXTS)), "][", self.index(width), "])"))]

    def make_optional(self):
        function = self.name("find")
        limit = self.random.choice((8, 16, 32))
        self.globals.append(statement(
            f"constexpr std::optional<u32> {function}(const In& in, u8 wanted) {{ for (u32 i = 0; i < {limit}; ++i) if (in.s[i] == wanted) return i; return std::nullopt; }}"))
        found = self.name("found")
        return [statement(f"auto {found} = {function}(in, u8(", self.number(1), "));"),
                statement(f"if ({found}) ", block([self.use(expression(f"in.s[*{found}] + *{found}"))]))]  # fmt: skip

    def make_pointers(self):
        low, high, limit = self.name("low"), self.name("high"), self.random.choice((8, 16, 32))
        if self.chance(2):
            return [statement(f"u32 {low} = 0, {high} = {limit};"), statement(f"while ({low} < {high}) ", block([
                statement(f"u32 middle = ({low} + {high}) / 2;"),
                statement(f"if (in.s[middle] < (a & 255)) {low} = middle + 1; else {high} = middle;")])), self.use(expression(low))]  # fmt: skip
        return [statement(f"for (const u8 *{low} = in.s, *{high} = in.s + {limit}; {low} != {high}; ++{low}) ",
                          block([self.use(expression(f"*{low}")), statement("if ", self.condition(), " break;")]))]  # fmt: skip


def program(seed, number):
    """The program with this number of a seed, as a tree."""
    return Generator(f"{seed}/{number}").program()
