"""Sentences that work with maps: lookups with a test, updates, and reading again. In constant evaluation a map has no entries."""

from tree import block, expression, statement


class MapSentences:
    def map(self, key, value, kind):
        name = self.name("map")
        self.globals.append(statement(f"inline Map<{key}, {value}, {kind}> {name};"))
        return name

    def make_array_map(self):
        size = self.random.choice((4, 7, 8, 32))
        name, found = self.map("u32", "Atomic<u64>", f"Array<{size}>"), self.name("found")
        kind = self.random.randrange(4)
        if kind == 0:
            return [statement(f"if (auto {found} = {name}.find(", self.number(1), ")) ", block([
                statement(f"*{found} += ", self.number(1), ";"), self.use(expression(f"{found}->load()"))]))]  # fmt: skip
        if kind == 1:
            index = self.name("k")
            return [statement(f"u32 {index} = ", self.index(size), ";"), statement(f"auto {found} = {name}.find({index});"),
                    statement(f"if (!{found}) return r;"), statement(f"*{found} += in.s[{index} & 7];"),
                    statement(f"if (auto again = {name}.find({index})) ", block([self.use(expression("again->load()"))]))]  # fmt: skip
        if kind == 2:
            i = self.name("i")
            return [statement(f"for (u32 {i} = 0; {i} < {size}; ++{i}) ", block([
                statement(f"if (auto {found} = {name}.find({i})) ", block([self.use(expression(f"{found}->load() + {i}"))]))])),
                statement(f"{name}.at<{size - 1}>().update([&](auto& count) {{ count += ", self.number(1), "; });")]  # fmt: skip
        return [statement(f"{name}.at(bounded(u8(", self.number(1), f")) % constant<{size}>).update([&](auto& count) {{ count += a; }});"),
                self.use(expression(f"{name}.at<0>().value()"))]  # fmt: skip

    def make_array_of_structs(self):
        size, record = self.random.choice((4, 16)), self.name("Record")
        self.globals.append(statement(f"struct {record} {{ u32 count; u16 last; u16 most; u8 bytes[8]; }};"))
        name, found = self.map("u32", record, f"PerCpuArray<{size}>"), self.name("found")
        work = [statement(f"{found}->count += 1;"), statement(f"{found}->most = std::max({found}->most, u16(", self.number(1), "));"),
                statement(f"{found}->bytes[", self.index(8), "] += in.s[0];"),
                statement(f"if ({found}->bytes[0] > {found}->bytes[7]) ", block([statement(f"std::swap({found}->bytes[0], {found}->bytes[7]);")])),
                self.use(expression(f"{found}->bytes[", self.index(8), "]")), self.use(expression(f"u64({found}->most) << 16 | {found}->last"))]  # fmt: skip
        return [statement(f"if (auto {found} = {name}.find(", self.index(size), ")) ", block(self.random.sample(work, 4)))]

    def make_hash(self):
        key = self.random.choice(("u8", "u16", "u32", "u64"))
        per_cpu = self.chance(2)
        value = "u64" if per_cpu else "Atomic<u64>"
        name = self.map(key, value, f"{'PerCpuHash' if per_cpu else 'Hash'}<{self.random.choice((4, 64, 1024))}>")
        number, found = self.name("k"), self.name("found")
        read = f"*{found}" if per_cpu else f"{found}->load()"
        code = [statement(f"{key} {number} = {key}(", self.number(1), ");")]
        kind = self.random.randrange(4)
        if kind == 0:
            code.append(statement(f"{name}.update({number}, [&](auto& count) {{ count += ", self.number(1), "; });"))
        elif kind == 1:
            code.append(statement(f"{name}.set({number}, {value}(", self.number(1), "));"))
        elif kind == 2:
            code.append(statement(f"if (auto {found} = {name}.find({number})) *{found} += 3; else {name}.set({number}, {value}(b));"))
        else:
            code.append(statement(f"if (!{name}.insert({number}, {value}(a))) ", block([statement(f"{name}.erase({number});")])))
        return [*code, statement(f"if (auto {found} = {name}.find({number})) ", block([self.use(expression(read))]))]

    def make_hash_of_structs(self):
        key, value = self.name("Flow"), self.name("State")
        self.globals.append(statement(f"struct {key} {{ u32 from, to; u16 port; u16 kind; bool operator==(const {key}&) const = default; }};"))
        self.globals.append(statement(f"struct {value} {{ u64 bytes; u32 packets; u32 last; }};"))
        name, flow, state = self.map(key, value, "PerCpuHash<64>"), self.name("flow"), self.name("state")
        return [statement(f"const {key} {flow}{{.from = ", self.number(1), f" & 3, .to = in.b & 1, .port = u16(in.c & 3), .kind = 0}};"),
                statement(f"{name}.update({flow}, [&]({value}& one) {{ one.bytes += in.s[1]; ++one.packets; one.last = ", self.number(1), "; });"),
                statement(f"if (auto {state} = {name}.find({flow})) ", block([
                    statement(f"if ({state}->packets > 2) ", block([statement(f"{state}->packets = 0;")])),
                    self.use(expression(f"{state}->bytes + {state}->packets")), self.use(expression(f"{state}->last"))]))]  # fmt: skip

    def make_per_cpu(self):
        count = self.random.choice((4, 8))
        value, name, i = self.name("Counts"), self.name("counts"), self.name("i")
        self.globals.append(statement(f"struct {value} {{ u64 all; u32 of[{count}]; }};"))
        self.globals.append(statement(f"inline PerCpu<{value}> {name};"))
        body = self.random.choice((f"++one.of[in.s[0] % {count}];", f"for (u32 {i} = 0; {i} < {count}; ++{i}) one.of[{i}] += in.s[{i}];",
                                   f"if (one.of[a % {count}] < 5) one.of[a % {count}] += 2; else one.all = 0;"))  # fmt: skip
        return [statement(f"{name}.update([&]({value}& one) {{ one.all += ", self.number(1), f"; {body} }});"), self.use(expression(f"{name}.value().of[1]"))]

    def make_scratch(self):
        """A buffer that is too large for the stack."""
        size, name, buffer, i = self.random.choice((64, 256)), self.name("scratch"), self.name("Buffer"), self.name("i")
        self.globals.append(statement(f"struct {buffer} {{ std::array<u32, {size}> words; }};"))
        self.globals.append(statement(f"inline PerCpu<{buffer}> {name};"))
        return [statement(f"{name}.update([&]({buffer}& one) ", block([
            statement(f"for (u32 {i} = 0; {i} < 32; ++{i}) one.words[{i}] = in.s[{i}] * {i};"),
            statement(f"one.words[", self.index(size), "] += ", self.number(1), ";"),
            self.use(expression("one.words[", self.index(size), "]"))]), ");")]  # fmt: skip

    def make_global(self):
        name = self.name("shared")
        self.globals.append(statement(f"inline constexpr Global<u32> {name} = {self.random.choice((0, 7, 1000))};"))
        change = self.random.choice((f"{name}.fetch_add(in.s[0]);", f"if ({name}.value() < 20) {name}.set(a & 31);"))
        return [self.use(expression(f"{name}.value()")), statement(change), self.use(expression(f"u64({name}.value()) << 8"))]
