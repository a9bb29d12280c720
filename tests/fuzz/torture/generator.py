"""What sentences of programs are made of: names, numbers, conditions and indexes. What is undefined in C++ is avoided by construction, as
far as that is easy: numbers are unsigned, shifts and indexes are bounded, in all the ways that people bound them."""

import random

from tree import expression, statement


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.names = 0
        self.globals = []  # maps, tables, types and functions in front of f
        self.numbers = []  # names of u32 variables in scope

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
