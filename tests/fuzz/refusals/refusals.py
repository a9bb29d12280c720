"""What becomes of programs that ebpfxx-cc refuses: of ebpfxx-cc without its checks, of the kernels' verifiers, of runs, and of what the message
says to do. scripts/mutate and scripts/torture judge with it. Each program is in a namespace of its own: m1, p1; o1 is an original."""

import itertools
import pathlib
import re
import subprocess
from dataclasses import dataclass, field, replace

from compiler import Compiler
from cpp_text import without_comments
from machine_code import undefined_names
from outcomes import FALSE_ALARM, LOADS, MISSED, NO_FORM, NOT_CPP, NOT_RUN, REFUSED_AGAIN, REFUSED_TOO, SAME, WAY_MISSED, WAY_OUT, Verdict
from runs import run, verdict_of
from unchecked import unchecked_headers
from ways_out import ways_out

MOST_ATTEMPTS = 8  # to rewrite a program: each gets past one message
OLDEST = "vm:6.1"  # which ebpfxx-cc compiles for


class UnreadableObject(Exception):
    """For libbpf, because of one program."""

    def __init__(self, name, reason):
        super().__init__(reason)
        self.name, self.reason = name, reason


@dataclass
class Judged:
    """What is known of programs so far, by name."""

    verdicts: dict = field(default_factory=dict)
    pending: list = field(default_factory=list)  # refused by us, and by nobody else so far
    rewritten: dict = field(default_factory=dict)  # verdicts on those that can be rewritten as their message says

    def add(self, other):
        self.verdicts.update(other.verdicts)
        self.pending += other.pending
        self.rewritten.update(other.rewritten)


class Refusals:
    def __init__(self, settings, folder, cache):
        self.settings, self.folder = settings, folder
        project = pathlib.Path(settings["project"])
        rules = sorted(set(re.findall(r'"([\w-]+)"', without_comments((project / "compiler/rules.inc").read_text(encoding="utf-8")))))
        self.silent = silent_rules((project / "docs/diagnostics.md").read_text(encoding="utf-8"))
        self.checked = Compiler(settings, cache / "checked", project / "include")
        self.unchecked = Compiler(settings, cache / "unchecked", unchecked_headers(project, cache / "unchecked"), [f"--no-check={rule}" for rule in rules])
        self.objects = []  # of what compiles
        self.unchecked_objects = []  # of what does without the checks
        self.rewritten_objects = []  # of what compiles when it is rewritten as the message says
        self.rewritten_sources = {}  # by name
        self.not_verified = set()  # what a kernel was not asked about, as it has no memory for a map, or the like
        self.asked = {}  # other kernels as they were asked for, by the names that the verdicts have
        self.numbers = itertools.count()

    def new_folder(self):
        """For what is compiled together: several groups are at the same time."""
        folder = self.folder / str(next(self.numbers))
        folder.mkdir()
        return folder

    def judge(self, before, sources, verdicts, hooks):
        """What is known of programs with these verdicts, once those that ebpfxx-cc refuses are compiled without its checks, and rewritten as
        their message says, and this kernel has had both."""
        refused = {name: sources[name] for name, verdict in verdicts.items() if verdict.outcome == NO_FORM}
        rewritten = self.rewritten(before, refused, verdicts, hooks)
        pending = self.without_checks(before, refused, verdicts)
        return Judged(verdicts, pending, rewritten)

    def ask_kernels(self, judged, threads, kernels):
        """The other kernels, about all that this one takes."""
        objects = [*self.objects, *self.unchecked_objects]
        for kernel, verdicts in zip(kernels, threads.map(lambda kernel: self.verify(objects, kernel), kernels)):
            for name, verdict in verdicts.items():
                self.asked[verdict.kernel] = kernel
                if name in judged.pending:
                    judged.pending.remove(name)
                    judged.verdicts[name] = self.refused_too(judged.verdicts[name], verdict)
                elif name in judged.verdicts and judged.verdicts[name].outcome in (LOADS, SAME):
                    judged.verdicts[name] = verdict
        for verdicts in threads.map(lambda kernel: self.verify(self.rewritten_objects, kernel), kernels):
            for name, verdict in verdicts.items():
                judged.rewritten[name] = Verdict(WAY_MISSED, verdict.reason, judged.verdicts[name].rule, verdict.kernel)
        if OLDEST not in kernels:  # what only others take may be refused for its sake
            judged.verdicts.update({name: verdict_of(judged.verdicts[name], NOT_RUN, "the oldest kernel was not asked") for name in judged.pending})
            judged.pending = []

    def run_pending(self, judged, threads, run_of):
        """What every kernel takes without the checks: run_of(name) says how it is run."""
        judged.verdicts.update(run(threads, self, {name: run_of(name) for name in judged.pending}, judged.verdicts))
        judged.pending = []
        for name, verdict in judged.verdicts.items():
            if verdict.outcome == FALSE_ALARM and name in judged.rewritten and judged.rewritten[name].outcome == LOADS:
                judged.verdicts[name] = replace(verdict, outcome=WAY_OUT)

    def rewritten(self, before, sources, verdicts, hooks):
        """A verdict on each of `sources` that can be rewritten as its message says, and as that of the next one, if there is another."""
        path = self.new_folder() / "rewritten.bpf.o"
        attempts = {name: ways_out(text, verdicts[name], hooks[name]) for name, text in sources.items()}
        attempts = {name: texts for name, texts in attempts.items() if texts}
        found, left = {name: Verdict(REFUSED_AGAIN, "no text is C++") for name in attempts}, {}
        for _ in range(MOST_ATTEMPTS):
            asked = {name: texts.pop(0) for name, texts in attempts.items() if texts and name not in left}
            refused = {}
            left.update({name: asked[name] for name in self.checked.compile(before, asked, path, refused)} if asked else {})
            for name, verdict in refused.items():
                if verdict.outcome != NOT_CPP:
                    found[name] = Verdict(REFUSED_AGAIN, verdict.reason, verdict.rule)
                    attempts[name] = ways_out(asked[name], verdict, hooks[name])
        self.rewritten_sources.update(left)
        if left:
            self.checked.compile(before, left, path, {})
            self.rewritten_objects.append(path)
        found.update({name: Verdict(LOADS) for name in left})
        found.update({name: Verdict(WAY_MISSED, verdict.reason, verdicts[name].rule, verdict.kernel)
                      for name, verdict in self.load(self.checked, before, left, path).items()})  # fmt: skip
        return found

    def without_checks(self, before, sources, verdicts):
        """Those of `sources` that load without the checks; the others' verdicts are final."""
        path = self.new_folder() / "unchecked.bpf.o"
        refused = {}
        text = path.with_suffix(".ll")
        part = self.unchecked.compile(before, sources, text, refused, "--emit-llvm")
        for name, symbols in undefined_names(text.read_text(encoding="utf-8"), part).items() if part else ():
            ours = next((symbol for symbol in symbols if "6ebpfxx" in symbol), None)
            outcome = NO_FORM if ours else REFUSED_TOO
            refused[name] = Verdict(outcome, f"calls '{ours or symbols[0]}', which nothing defines")
        left = self.unchecked.compile(before, {name: text for name, text in part.items() if name not in refused}, path, refused)
        self.unchecked_objects.append(path)
        refused_by_kernel = self.load(self.unchecked, before, left, path)
        refused.update({name: self.refused_too(verdict, verdict) for name, verdict in refused_by_kernel.items()})
        for name, verdict in refused.items():
            if verdict.outcome == REFUSED_TOO:
                verdicts[name] = self.refused_too(verdicts[name], verdict)
        return [name for name in left if name not in refused]

    def load(self, compiler, before, sources, path):
        """The verdict on each of `sources` that this kernel refuses. The object has the others then: a million instructions take other
        kernels long."""
        verdicts = {}
        while path.exists():
            try:
                found = self.verify([path])
            except UnreadableObject as error:
                found = {error.name: Verdict(MISSED, error.reason)}
            if not found:
                break
            verdicts.update(found)
            compiler.compile(before, {name: text for name, text in sources.items() if name not in verdicts}, path, {})
        return verdicts

    def refused_too(self, ours, verdict):
        return Verdict(REFUSED_TOO, verdict.reason, ours.rule, verdict.kernel)

    def verify(self, objects, kernels="host"):
        """The verdict on each namespace with a program that a kernel refuses."""
        objects = [path for path in objects if path.exists()]
        if not objects:
            return {}
        done = subprocess.run([self.settings["tool"], "verify", "--on", kernels, *objects], capture_output=True, text=True)
        if unreadable := re.search(r"error: libbpf does not take '.*?': (.*'([mop]\d+)__\w+'.*)", done.stderr):
            raise UnreadableObject(unreadable[2], unreadable[1])
        if done.returncode not in (0, 3):
            raise RuntimeError(f"cannot verify {objects}:\n" + done.stderr[-2000:])
        verdicts, name = {}, ""
        for line in done.stderr.splitlines():
            if "note: not verified on" in line:
                self.not_verified.update(re.findall(r"'([mop]\d+)__\w+'", line))
            if error := re.search(r"error: program '([mop]\d+)__\w+' (?:is refused: )?(.*)", line):
                name = error[1] if error[1] not in verdicts else ""
                if name:
                    verdicts[name] = Verdict(MISSED, error[2])
            elif name and (words := re.match(r" +(Linux [\d.]+): (.*)", line)):
                verdicts[name].reason, verdicts[name].kernel = words[2], words[1]
            elif name and (words := re.match(r"note: refused by (Linux [\d.]+)", line)):
                verdicts[name].kernel = words[1]
        return verdicts


def silent_rules(page):
    """Those of which docs/diagnostics.md says that the kernel takes what they refuse."""
    silent = set()
    for rule, paragraph in re.findall(r"^## ([\w-]+)\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE):
        if re.search(r"\*\*The kernel\*\*:? (?:nothing(?! comes as far)|mostly nothing|takes it|never sees)", paragraph):
            silent.add(rule)
    return silent
