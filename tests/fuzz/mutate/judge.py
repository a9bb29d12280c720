"""What becomes of mutants: of ebpfxx-cc with its checks and without them, of the kernels' verifiers, and of runs. Many mutants are one
source, each in a namespace of its own behind a precompiled header, as most of what a source costs is what it includes."""

import itertools
import os
import pathlib
import re
import shutil
import subprocess
from dataclasses import dataclass

from machine_code import code_of, undefined_names
from outcomes import LOADS, MISSED, NO_FORM, NOT_CPP, REFUSED_AGAIN, REFUSED_TOO, SAME_CODE, UNDEFINED, WAY_MISSED
from sources import without_comments
from ways_out import ways_out

# The unchecked form of a mutant is compiled with a copy of the headers in which these texts are replaced: concepts by which overloads and
# types refuse are true, and a verdict is what the program returns.
TRUE = r"\g<0>true || "
UNCHECKED = (
    ("packet/packet_view.hpp", r"concept ProvenFor = ", TRUE),
    ("packet/packet_view.hpp", r"concept Writable = ", TRUE),
    ("packet/packet_view.hpp", r"concept WithinPacket = ", TRUE),
    ("kernel/helper.hpp", r"concept Offers = ", TRUE),
    ("map/kind.hpp", r"(?<=static_assert\()MaxEntries > 0", "true"),
    ("map/map.hpp", r"(?<=static_assert\()detail::map::is_key_for<Key, Kind::key_role> (?=\|\| Kind::key_role != KeyRole::Index)", "true "),
    ("map/ring_buffer.hpp", r"concept PowerOfTwoOfPages = ", TRUE),
    ("map/array.hpp", r"(?<=requires\()(?=Index < size\)|Interval\{0, size - 1\})", "true || "),
    ("number/arithmetic.hpp", r"(?<=requires\()(?=Interval\{0, Size - 1\})", "true || "),
    ("program.hpp", r"(?<=return )(wrong|unwanted)_verdict<Returned>\(\)", "unchecked_verdict<Body>(Input(context))"),
    ("program.hpp", r"(?<=return )wrong_(packet|connection|context|event)\(\)", "unchecked_input(&Body::operator(), context)"),
    ("program.hpp", r"  Verdict \(\*body_\)\(Input\);", r"""  template <class Body>
  static constexpr int unchecked_verdict(auto input) {
    int verdict;  // of a body that returns nothing, not set
    if constexpr (requires { static_cast<int>(Body{}(input)); })
      verdict = static_cast<int>(Body{}(input));
    else
      Body{}(input);
    return verdict;
  }
  template <class Body, class Verdict, class OtherInput>
  static int unchecked_input(Verdict (Body::*)(OtherInput) const, void* context) {
    return unchecked_verdict<Body>(OtherInput(static_cast<typename OtherInput::Raw*>(context)));
  }

\g<0>"""),
    ("program.hpp", r"(?<!constexpr )Program\(Body\) = delete;",
     "constexpr Program(Body) : body_([](Input input) { return static_cast<Verdict>(unchecked_verdict<Body>(input)); }) {}"),
)  # fmt: skip
# These say in our words what C++ refuses by itself: a conversion or a header that is not there.
OF_CPP = ("conversion", "missing-include")
BY_TYPE = "a type"  # stands for a rule where C++ refuses with a concept or an assertion of our headers
MOST_ATTEMPTS = 8  # to rewrite a mutant: each gets past one message
PRELUDE = '#include "fuzz/programs/headers.hpp"\n'


@dataclass
class Verdict:
    outcome: str
    reason: str = ""  # the first line of what was said
    rule: str = ""
    kernel: str = ""
    line: int | None = None  # of the mutant's text, from 0: where it was said
    column: int = 0

    @property
    def kind(self):
        """The same for mutants that fail alike: without names and numbers."""
        reason = "" if self.outcome in (NO_FORM, REFUSED_TOO, UNDEFINED) else re.sub(r"'[^']*'|0x[0-9a-f]+", "_", self.reason)
        reason = re.sub(r"-?\d+", "N", reason)
        return ": ".join(filter(None, (self.outcome, self.rule, reason)))


class UnreadableObject(Exception):
    """For libbpf, because of one program."""

    def __init__(self, name, reason):
        super().__init__(reason)
        self.name, self.reason = name, reason


class Compiler:
    """ebpfxx-cc with one folder of headers, those of the project or their unchecked copy, and with some options."""

    def __init__(self, settings, folder, include, options=()):
        self.settings, self.folder, self.options = settings, folder, [*options]
        project = pathlib.Path(settings["project"])
        folders = (include, project / "runtime/include", project / "tests/kernel", project / "tests", *settings["includes"])
        self.flags = ["-std=c++20", "-w", *(f"-I{one}" for one in folders), *settings["definitions"]]
        self.precompiled = folder / "precompiled.pch"
        folder.mkdir(parents=True, exist_ok=True)
        self.precompile()

    def precompile(self):
        """Once for the compiler and the headers as they are."""
        depfile, header = self.folder / "precompiled.d", self.folder / "precompiled.hpp"
        if self.precompiled.exists() and depfile.exists():
            parts = depfile.read_text(encoding="utf-8").split(":", 1)[1].replace("\\\n", " ").split()
            changed = max(os.stat(part).st_mtime for part in [*filter(os.path.exists, parts), self.settings["cc"], __file__])
            if changed < self.precompiled.stat().st_mtime:
                return
        header.write_text(PRELUDE, encoding="utf-8")
        done = self.call(self.folder, "--precompile", "-o", self.precompiled, "--depfile", depfile, "--", self.settings["cxx"], *self.flags, "-c", header)
        if done.returncode != 0:
            raise RuntimeError("cannot precompile:\n" + done.stderr[-3000:])

    def call(self, folder, *arguments):
        return subprocess.run([self.settings["cc"], *arguments], cwd=folder, capture_output=True, text=True)

    def compile(self, before, sources, output, refused, *options):
        """Writes an object of those of `sources`, texts by name, that are taken, and returns them; the others get a verdict in `refused`. The
        source is a file beside `output`."""
        left = dict(sources)
        while left:
            lines = write_source(output.parent / "device.cpp", before, left)
            done = self.call(output.parent, *self.options, *options, "--precompiled", self.precompiled, "-o", output, "--", self.settings["cxx"], *self.flags,
                             "-ferror-limit=0", "-ftemplate-backtrace-limit=0", "-c", "device.cpp")  # fmt: skip
            if done.returncode == 0:
                break
            found = verdicts_of(done.stderr, lines) or self.divide(before, left, output, done, options)
            refused.update(found)
            left = {name: text for name, text in left.items() if name not in found}
        if not left:
            output.unlink(missing_ok=True)
        return left

    def divide(self, before, left, output, done, options):
        """Those with which the source cannot be compiled, where no error names a line."""
        if len(left) == 1:
            reason = (re.findall(r"error: (.*)", done.stderr) or re.findall(r"\S.*", done.stderr) or [f"it ends with {done.returncode}"])[0]
            return {name: Verdict(REFUSED_TOO, reason, "without a line") for name in left}
        names, found = list(left), {}
        for half in (names[: len(names) // 2], names[len(names) // 2 :]):
            self.compile(before, {name: left[name] for name in half}, output.with_suffix(".half"), found, *options)
        if not found:
            raise RuntimeError("refused together only:\n" + done.stderr[-2000:])
        return found


def write_source(path, before, sources, prelude=PRELUDE):
    """Returns the name of what each line is of."""
    lines, text = {}, prelude + before
    for name, source in sources.items():
        first = text.count("\n") + 1
        lines.update({line: name for line in range(first, first + source.count("\n"))})
        text += source
    path.write_text(text, encoding="utf-8")
    return lines


def verdicts_of(said, lines):
    """Of what a compiler said, by name."""
    errors = []  # each: its words, its file, where it and its notes are, and its line and column in the source
    firsts = {}
    for line, name in lines.items():
        firsts.setdefault(name, line)
    for line in said.splitlines():
        if match := re.match(r"(\S+?):(\d+):(\d+): (?:fatal )?error: (.*)", line):
            here = (int(match[2]), int(match[3])) if match[1].endswith("device.cpp") else None
            errors.append((match[4], match[1], [], here))
        if errors and (location := re.match(r"(?:In file included from |\s*)?(\S*?):(\d+):\d*", line)):
            errors[-1][2].append((location[1], int(location[2]), line))
    found = {}
    for reason, file, locations, here in errors:
        names = [lines[number] for path, number, _ in locations if path.endswith("device.cpp") and number in lines]
        # Where no note leads there, a lambda's type has the line that it is in.
        names += [lines[int(number)] for _, _, line in locations for number in re.findall(r"lambda at device\.cpp:(\d+)", line) if int(number) in lines]
        if not names or names[0] in found:
            continue
        rule = re.search(r"\[ebpfxx-([\w-]+)\]$", reason)
        # Each of these words is of a concept, a deleted function, an assertion, or a const of ours.
        is_ours = "/include/ebpfxx/" in file or any(
            "/include/ebpfxx/" in path and re.search(r"constraint|deleted|assertion", line) for path, _, line in locations)
        if rule and rule[1] not in OF_CPP:
            found[names[0]] = Verdict(NO_FORM, reason[: rule.start()].strip(), rule[1])
            if here and lines.get(here[0]) == names[0]:
                found[names[0]].line, found[names[0]].column = here[0] - firsts[names[0]], here[1]
        elif rule or "call to object of type '(lambda" in reason:
            found[names[0]] = Verdict(NOT_CPP, reason)
        elif is_ours or re.search(r"returns a const value|no viable overloaded '='", reason):
            found[names[0]] = Verdict(NO_FORM, reason, BY_TYPE)
        else:
            found[names[0]] = Verdict(NOT_CPP, reason)
    return found


class Judge:
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
        self.numbers = itertools.count()

    def new_folder(self):
        """For what is compiled together: several groups are at the same time."""
        folder = self.folder / str(next(self.numbers))
        folder.mkdir()
        return folder

    def judge(self, before, originals, mutants, is_code, hooks):
        """The verdict on each mutant, by name: a source, with that of its original. Of `is_code` only the machine code counts. What can only
        be known later is without a verdict: `pending`, refused by us, and nobody else so far. And what becomes of those that are rewritten
        as their message says."""
        verdicts, refused = {}, {}
        path = self.new_folder() / "mutants.bpf.o"
        sources = {**originals, **{name: source for name, (_, source) in mutants.items()}}
        taken = self.checked.compile(before, sources, path, refused)
        self.objects.append(path)
        code = code_of(path, taken) if taken else {}
        missed = self.load(self.checked, before, taken, path)
        unusable = {name for name in originals if name not in taken or name in missed or name in self.not_verified}
        for name, (original, _) in mutants.items():
            if original in unusable:
                continue
            if name in refused:
                verdicts[name] = refused[name]
            elif name in missed:
                verdicts[name] = missed[name]
            else:
                verdicts[name] = Verdict(SAME_CODE if name in is_code and code[name] == code[original] else LOADS)
        again = {name: sources[name] for name, verdict in verdicts.items() if verdict.outcome == NO_FORM}
        rewritten = self.rewritten(before, again, verdicts, hooks)
        pending = self.without_checks(before, again, verdicts)
        return verdicts, pending, unusable, rewritten

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
        if unreadable := re.search(r"error: libbpf does not take '.*?': (.*'([om]\d+)__\w+'.*)", done.stderr):
            raise UnreadableObject(unreadable[2], unreadable[1])
        if done.returncode not in (0, 3):
            raise RuntimeError(f"cannot verify {objects}:\n" + done.stderr[-2000:])
        verdicts, name = {}, ""
        for line in done.stderr.splitlines():
            if "note: not verified on" in line:
                self.not_verified.update(re.findall(r"'([om]\d+)__\w+'", line))
            if error := re.search(r"error: program '([om]\d+)__\w+' (?:is refused: )?(.*)", line):
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


def unchecked_headers(project, folder):
    """A copy of the headers in which what an overload or a type refuses compiles. It is as old as they are."""
    copy = folder / "include"
    if copy.exists():
        shutil.rmtree(copy)
    shutil.copytree(project / "include", copy)
    for file, pattern, replacement in UNCHECKED:
        path = copy / "ebpfxx" / file
        times = path.stat()
        text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"))
        if count == 0:
            raise RuntimeError(f"{file} has nothing like '{pattern}'")
        path.write_text(text, encoding="utf-8")
        os.utime(path, (times.st_atime, times.st_mtime))
    return copy
