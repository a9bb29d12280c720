"""Sentences of the language alone: loops, tables, structs, parsers, bits."""

from tree import block, expression, statement


class CodeSentences:
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

    def make_two_level_table(self):
        rows, columns = self.random.choice((2, 3, 4)), self.random.choice((3, 4, 5, 8))
        name, element = self.name("table"), self.random.choice(("u8", "u16", "u32"))
        values = ["{" + ", ".join(str(self.random.randrange(256)) for _ in range(columns)) + "}" for _ in range(rows)]
        if self.chance(2):
            self.globals.append(statement(f"inline constexpr {element} {name}[{rows}][{columns}] = {{{', '.join(values)}}};"))
        else:
            self.globals.append(statement(f"inline constexpr std::array<std::array<{element}, {columns}>, {rows}> {name}{{{{{', '.join(values)}}}}};"))
        i = self.name("i")
        kind = self.random.randrange(3)
        if kind == 0:
            return [self.use(expression(f"{name}[", self.index(rows), "][", self.index(columns), "]"))]
        if kind == 1:
            row = self.name("row")
            return [statement(f"const auto& {row} = {name}[", self.index(rows), "];"),
                    statement(f"for (u32 {i} = 0; {i} < {columns}; ++{i}) ", block([self.use(expression(f"{row}[{i}] * (in.s[{i}] & 1)"))]))]  # fmt: skip
        other = self.name("grid")
        return [statement(f"{element} {other}[{rows}][{columns}] = {{}};"),
                statement(f"for (u32 {i} = 0; {i} < 8; ++{i}) {other}[in.s[{i}] % {rows}][", self.index(columns), f"] += {element}({i} + 1);"),
                self.use(expression(f"{other}[", self.index(rows), "][", self.index(columns), "]"))]  # fmt: skip

    def make_struct_by_value(self):
        type_, size = self.name("Pair"), self.random.choice((2, 3, 6))
        one, step, merge = self.name("one"), self.name("step"), self.name("merge")
        self.globals += [
            statement(f"struct {type_} {{ u64 sum; u32 of[{size}]; u8 kind; }};"),
            statement(f"constexpr {type_} {step}({type_} one, u32 n) {{ one.sum += n; one.of[n % {size}] ^= n; one.kind = u8(n >> 4); return one; }}"),
            statement(f"constexpr {type_} {merge}(const {type_}& one, {type_} other) {{ "
                      f"for (u32 i = 0; i < {size}; ++i) other.of[i] += one.of[{size - 1} - i]; "
                      "return one.kind > other.kind ? one : other; }"),
        ]  # fmt: skip
        i, other = self.name("i"), self.name("other")
        return [statement(f"{type_} {one}{{}}, {other} = {step}({{}}, ", self.number(1), ");"),
                statement(f"for (u32 {i} = 0; {i} < {self.random.choice((3, 5, 8))}; ++{i}) {one} = {step}({one}, in.s[{i}]);"),
                statement(self.random.choice((f"{one} = {merge}({one}, {other});", f"std::swap({one}, {other});", f"{other} = {merge}({other}, {step}({one}, b));"))),
                self.use(expression(f"{one}.sum")), self.use(expression(f"{other}.of[", self.index(size), "]"))]  # fmt: skip

    def make_state_machine(self):
        state, next_, i = self.name("State"), self.name("next"), self.name("i")
        rounds, now = self.random.choice((6, 10, 16)), self.name("now")
        if self.chance(2):
            self.globals.append(statement(f"enum class {state} : u8 {{ Start, Name, Value, End }};"))
            self.globals.append(statement(
                f"constexpr {state} {next_}({state} state, u8 c) {{ switch (state) {{ "
                f"case {state}::Start: return c > ' ' ? {state}::Name : {state}::Start; "
                f"case {state}::Name: return c == ':' ? {state}::Value : c == 0 ? {state}::End : {state}::Name; "
                f"case {state}::Value: return c == '\\n' ? {state}::Start : {state}::Value; "
                f"default: return {state}::End; }} }}"))  # fmt: skip
            return [statement(f"{state} {now} = {state}::Start;"),
                    statement(f"for (u32 {i} = 0; {i} < {rounds}; ++{i}) ", block([
                        statement(f"{now} = {next_}({now}, in.s[{i}]);"), statement(f"if ({now} == {state}::End) break;"),
                        statement(f"if ({now} == {state}::Value) ", block([self.use(expression(f"u64(in.s[{i}])"))]))])),
                    self.use(expression(f"u64({now})"))]  # fmt: skip
        table = self.name("steps")
        states, classes = self.random.choice((3, 4, 5)), self.random.choice((3, 4))
        rows = ", ".join("{" + ", ".join(str(self.random.randrange(states)) for _ in range(classes)) + "}" for _ in range(states))
        self.globals.append(statement(f"inline constexpr u8 {table}[{states}][{classes}] = {{{rows}}};"))
        sort = self.random.choice((f"in.s[{i}] % {classes}", f"(in.s[{i}] > '9' ? 2 : in.s[{i}] == ' ' ? 1 : 0)"))
        return [statement(f"u8 {now} = 0;"),
                statement(f"for (u32 {i} = 0; {i} < {rounds}; ++{i}) ", block([
                    statement(f"{now} = {table}[{now}][{sort}];"), statement(f"if ({now} == {states - 1}) ", block([self.use(expression(i))]))])),
                self.use(expression(f"{now}"))]  # fmt: skip

    def make_ring_of_values(self):
        """The last few values, and a checksum over them."""
        size, name, at, i = self.random.choice((4, 6, 8)), self.name("ring"), self.name("head"), self.name("i")
        return [statement(f"u16 {name}[{size}] = {{}};"), statement(f"u32 {at} = 0;"),
                statement(f"for (u32 {i} = 0; {i} < 12; ++{i}) ", block([
                    statement("if ", self.condition(), " continue;"), statement(f"{name}[{at}] = u16(in.s[{i}] << 8 | in.s[{i} + 1]);"),
                    statement(self.random.choice((f"{at} = ({at} + 1) % {size};", f"if (++{at} == {size}) {at} = 0;")))])),
                statement(f"for (u16 one : {name}) ", block([self.use(expression("one"))]))]  # fmt: skip

    def make_up_to(self):
        i, bound = self.name("i"), self.random.choice((16, 32, 100, 400))
        index = i if bound <= 32 else f"{i} & 31"
        return [statement(f"for (const u32 {i} : up_to<{bound}>(", self.number(1), ")) ", block([
            statement("if ", self.condition(), " break;"), self.use(expression(f"in.s[{index}]"))]))]  # fmt: skip
