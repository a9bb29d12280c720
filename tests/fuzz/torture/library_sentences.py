"""Sentences of the library: algorithms, ranges and text over arrays."""

import re

from tree import block, expression, statement

TEXTS = ("GET ", "POST", "Host", "nginx", "abc", "HTTP/1.1")


class LibrarySentences:
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

    def make_changing_algorithm(self):
        """One that moves what an array has, and gives an end or an element."""
        size, element = self.random.choice((6, 8, 12, 16)), self.random.choice(("u8", "u16", "u32"))
        name, i, end, other = self.name("w"), self.name("i"), self.name("end"), self.name("other")
        edge = self.random.choice((0, 3, 47, 127))
        whole = f"{name}.begin(), {name}.end()"
        code = [statement(f"std::array<{element}, {size}> {name}{{}};"),
                statement(f"for (u32 {i} = 0; {i} < {size}; ++{i}) {name}[{i}] = {element}(in.s[{i}] {self.random.choice(('& 3', '+ a', '* 257u'))});")]  # fmt: skip
        gives_end = self.random.choice((
            f"std::remove({whole}, {element}({edge}))", f"std::remove_if({whole}, [](auto one) {{ return one > {edge}; }})",
            f"std::unique({whole})", f"std::partition({whole}, [](auto one) {{ return one % 2 == 0; }})",
            f"std::rotate({name}.begin(), {name}.begin() + {self.random.randrange(1, size)}, {name}.end())",
            f"std::copy_if({whole}, {other}.begin(), [](auto one) {{ return one > {edge}; }})",
            f"std::transform({whole}, {other}.begin(), [](auto one) {{ return {element}(one * 3 + 1); }})",
            f"std::copy_backward({name}.begin(), {name}.end() - 2, {name}.end())", f"std::move({name}.begin() + 2, {name}.end(), {name}.begin())",
            f"std::max_element({whole})", f"std::min_element({whole})", f"std::adjacent_find({whole})", f"std::partial_sum({whole}, {other}.begin())",
            f"std::adjacent_difference({whole}, {other}.begin())", f"std::lower_bound({whole}, {element}(a))", f"std::is_sorted_until({whole})",
            f"std::find_if_not({whole}, [](auto one) {{ return one < {edge}; }})", f"std::swap_ranges({whole}, {other}.begin())",
            f"std::search({whole}, {other}.begin(), {other}.begin() + 2)", f"std::find_end({whole}, {other}.begin(), {other}.begin() + 2)",
            f"std::find_first_of({whole}, {other}.begin(), {other}.begin() + 2)", f"std::mismatch({whole}, {other}.begin()).first",
            f"std::minmax_element({whole}).second", f"std::equal_range({whole}, {element}(a)).second", f"std::upper_bound({whole}, {element}(a))",
            f"std::ranges::min_element({name})", f"std::ranges::unique({name}).begin()", f"std::is_heap_until({whole})"))  # fmt: skip
        base = other if f"{other}.begin(), [" in gives_end or re.search(rf"{other}\.begin\(\)\)$", gives_end) else name
        if other in gives_end:
            code.insert(1, statement(f"std::array<{element}, {size}> {other}{{}};"))
        code += [statement(f"const auto {end} = {gives_end};"), self.use(expression(f"u64({end} - {base}.begin())"))]
        if self.chance(3):
            code.append(statement(f"for (auto one = {base}.begin(); one != {end}; ++one) ", block([self.use(expression("*one"))])))
        return [*code, statement(f"for (auto one : {base}) ", block([self.use(expression("one"))]))]

    def make_range(self):
        """An algorithm over a range, as std::ranges has it."""
        size, name, i = self.random.choice((6, 8, 16)), self.name("w"), self.name("i")
        edge = self.random.choice((3, 32, 127))
        code = [statement(f"std::array<u16, {size}> {name}{{}};"), statement(f"for (u32 {i} = 0; {i} < {size}; ++{i}) {name}[{i}] = u16(in.s[{i}] * 3u);")]
        kind = self.random.randrange(10)
        if kind == 0:
            return [*code, self.use(expression(f"u64(std::ranges::count_if({name}, [](u16 one) {{ return one > {edge}; }}))"))]
        if kind == 1:
            return [*code, statement(f"const auto [least{i}, most{i}] = std::ranges::minmax({name});"), self.use(expression(f"most{i} - least{i}"))]
        if kind == 2:
            return [*code, statement(f"std::ranges::sort({name});"), self.use(expression(f"{name}[", self.index(size), "]"))] if size <= 8 else [
                *code, statement(f"std::ranges::reverse({name});"), self.use(expression(f"{name}[", self.index(size), "]"))]  # fmt: skip
        if kind == 3:
            return [*code, statement(f"if (auto found = std::ranges::find({name}, u16(a)); found != {name}.end()) ", block([self.use(expression(f"u64(found - {name}.begin())"))]))]
        if kind == 4:
            return [*code, statement(f"std::ranges::fill({name} | std::views::drop({size // 2}), u16(", self.number(1), "));"), self.use(expression(f"{name}[", self.index(size), "]"))]
        if kind == 5:
            return [*code, statement(f"for (u16 one : {name} | std::views::take_while([](u16 n) {{ return n < {edge}; }})) ", block([self.use(expression("one"))]))]
        if kind == 6:
            return [*code, statement(f"for (u16 one : {name} | std::views::reverse | std::views::drop(2)) ", block([self.use(expression("one"))]))]
        if kind == 7:
            return [*code, self.use(expression(f"*std::ranges::max_element({name})")), statement(f"if (std::ranges::is_sorted({name})) r += 3;")]
        if kind == 8:
            return [*code, self.use(expression(f"std::accumulate({name}.begin(), {name}.end(), u64{{}}, [](u64 all, u16 one) {{ return all * 3 + one; }})"))]
        return [*code, statement(f"if (std::ranges::all_of(std::span({name}).subspan<1, 3>(), [&](u16 one) {{ return one != (b & 255); }})) r += 7;"),
                self.use(expression(f"*std::ranges::min_element(std::span({name}).first<4>())"))]  # fmt: skip

    def make_string_view(self):
        text, view = self.name("text"), self.name("view")
        size, i = self.random.choice((8, 16, 24)), self.name("i")
        word = self.random.choice(TEXTS)
        code = [statement(f"char {text}[{size}] = {{}};"), statement(f"for (u32 {i} = 0; {i} < {size}; ++{i}) {text}[{i}] = static_cast<char>(in.s[{i}]);"),
                statement(f"std::string_view {view}({text}, {size});")]  # fmt: skip
        kind, at = self.random.randrange(10), self.name("at")
        if kind == 0:
            return [*code, statement(f"{view}.remove_prefix({self.random.randrange(1, 5)});"), statement(f'if ({view}.starts_with("{word}")) r += 5;'),
                    self.use(expression(f"u64({view}.size() + u8({view}.front()))"))]  # fmt: skip
        if kind == 1:
            return [*code, statement(f"const auto {at} = {view}.find(' ');"),
                    statement(f"if ({at} != std::string_view::npos) ", block([self.use(expression(f"u64({at})")), statement(f'if ({view}.substr(0, {at}) == "{word[:3]}") r += 11;')]))]  # fmt: skip
        if kind == 2:
            return [*code, self.use(expression(f"u64({view}.find_first_of(\" :/\"))")), self.use(expression(f"u64({view}.find_first_not_of('G'))"))]
        if kind == 3:
            return [*code, self.use(expression(f"u64({view}.rfind('{word[0]}'))")), statement(f"if ({view}.ends_with('\\0')) r += 2;")]
        if kind == 4:
            return [*code, statement(f'r += {view}.substr(0, 4).compare("{word[:4]}") < 0 ? 3 : 8;')]
        if kind == 5:
            return [*code, statement(f"for (char c : {view}.substr({self.random.randrange(4)}, 4)) ", block([statement("r = r * 31 + u8(c);")]))]
        if kind == 6:
            words = self.name("known")
            names = ", ".join(f'"{one}"' for one in TEXTS[:4])
            self.globals.append(statement(f"inline constexpr char {words}[][{max(map(len, TEXTS)) + 1}] = {{{names}}};"))
            return [*code, statement(f"for (u32 {at} = 0; {at} < 4; ++{at}) if ({view}.starts_with(std::string_view({words}[{at}]))) r += {at} + 1;")]
        if kind == 7:
            return [*code, statement(f"u32 {at} = 0;"), statement(f"while ({at} < {view}.size() && {view}[{at}] != ':') ++{at};"), self.use(expression(at))]
        if kind == 8:
            return [*code, self.use(expression(f"u64(std::ranges::count({view}, '{word[0]}'))"))]
        return [*code, statement(f"u32 {at} = 0;"), statement(f"for (const char c : {view}) ", block([
            statement(f"if (c < '0' || c > '9') break;"), statement(f"{at} = {at} * 10 + u32(c - '0');")])), self.use(expression(at))]  # fmt: skip
