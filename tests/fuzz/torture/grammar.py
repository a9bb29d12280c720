"""Ordinary C++ from a seeded grammar: functions `u64 f(const In& in)` of numbers and bytes that came with a packet, and the hook of the
programs that call them."""

from code_sentences import CodeSentences
from generator import Generator
from library_sentences import LibrarySentences
from map_sentences import MapSentences
from tree import Node, block, statement

# Those whose programs run natively and in the kernel's test runs. More than half of the programs are of the first.
HOOKS = ("Tc::Ingress", "Tc::Egress", "Xdp", "SocketFilter", "Lwt::In", "Lwt::Out", "Lwt::Xmit")


class Grammar(CodeSentences, LibrarySentences, MapSentences, Generator):
    def program(self):
        self.numbers = ["a", "b", "c", "d"]
        body = [statement(f"u32 {name} = in.{name};") for name in self.numbers]
        body.append(statement("u64 r = in.x;"))
        sentences = [getattr(self, name) for name in dir(self) if name.startswith("make_")]
        for _ in range(self.random.choice((1, 1, 2, 3))):
            body += self.random.choice(sentences)()
        body.append(Node("text", ["return r;\n"]))
        hook = HOOKS[0] if self.chance(2) else self.random.choice(HOOKS)
        return Node("text", [f"using Hook = {hook};\n", *self.globals, "constexpr u64 f([[maybe_unused]] const In& in) ", block(body), "\n"])


def program(seed, number):
    """The program with this number of a seed, as a tree."""
    return Grammar(f"{seed}/{number}").program()
