"""What becomes of programs: of ebpfxx-cc, of the kernels' verifiers, and of their runs in constant evaluation, natively and in the
kernel. Many programs are one source, as most of what a source costs is what it includes."""

import json
import os
import pathlib
import re
import subprocess
from dataclasses import dataclass

NOT_CPP, UNDEFINED, REFUSED, MISSED, DIFFERS, SAME, LOADED = (
    "not C++", "undefined", "refused by ebpfxx-cc", "refused by a kernel", "differs", "same", "loaded")  # fmt: skip
FAULTS = (MISSED, DIFFERS)


@dataclass
class Verdict:
    outcome: str
    reason: str = ""  # the first line of what was said
    kernel: str = ""

    @property
    def kind(self):
        """The same for programs that fail alike: without names and numbers."""
        reason = re.sub(r"'[^']*'|0x[0-9a-f]+", "_", self.reason)
        return (self.outcome, re.sub(r"-?\d+", "N", reason))


class Judge:
    def __init__(self, build, folder):
        self.settings = json.loads((pathlib.Path(build) / "tests/fuzz/torture/settings.json").read_text(encoding="utf-8"))
        self.folder = folder
        self.objects = []  # of all sources that were judged

    def judge(self, programs, runs=True, kernels="host", seed=1):
        """The verdict on each program, a tree by its name. Without `runs`, they run in constant evaluation only."""
        verdicts = {}
        lines = self.write_sources(programs)
        host = self.start_host_pass(verdicts)
        self.compile(programs, lines, verdicts)
        self.end_host_pass(host, lines, verdicts)
        if left := [name for name in programs if name not in verdicts]:
            refused = self.verify([self.objects[-1]], kernels)
            verdicts.update({name: refused[name] for name in left if name in refused})
            left = [name for name in left if name not in verdicts]
        if runs and left:
            self.run(left, lines, verdicts, seed)
        return {name: verdicts.get(name, Verdict(LOADED)) for name in programs}

    # Sources

    def write_sources(self, programs):
        """Returns the name of the program that each line of programs.hpp is in."""
        lines, text = {}, "#pragma once\n"
        for name, tree in programs.items():
            own = f"#ifndef LEAVE_OUT_{name}\n{source_of(name, tree)}#endif\n"
            first = text.count("\n") + 1
            lines.update({line: name for line in range(first, first + own.count("\n"))})
            text += own
        added = "".join(f"#ifndef LEAVE_OUT_{name}\n[[maybe_unused]] const bool added_{name} = {registration(name, tree)};\n#endif\n"
                        for name, tree in programs.items())  # fmt: skip
        self.write("programs.hpp", text)
        self.write("device.cpp", '#include "harness.hpp"\n#include "programs.hpp"\n')
        self.write("host.cpp", '#include "run.hpp"\n#include "programs.hpp"\n' + added)
        self.objects.append(self.folder / f"{len(self.objects)}.bpf.o")
        return lines

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def call(self, command):
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True)

    # The compilers

    def flags(self, left_out):
        folders = (self.folder, *self.settings["includes"])
        return ["-std=c++20", "-w", *(f"-I{folder}" for folder in folders), *(f"-DLEAVE_OUT_{name}" for name in left_out)]

    def start_host_pass(self, left_out):
        command = [self.settings["cxx"], *self.flags(left_out), "-fsanitize=undefined", "-c", "host.cpp", "-o", "host.o"]
        return subprocess.Popen(command, cwd=self.folder, stderr=subprocess.PIPE, text=True)

    def end_host_pass(self, host, lines, verdicts):
        said = host.communicate()[1]
        while host.returncode != 0:
            invalid = {}
            if not note_errors(said, lines, invalid, NOT_CPP):
                raise RuntimeError("the host's compiler fails:\n" + said[-2000:])
            verdicts.update(invalid)  # whatever ebpfxx-cc says of them
            host = self.start_host_pass(verdicts)
            said = host.communicate()[1]

    def compile(self, programs, lines, verdicts):
        """Has ebpfxx-cc write an object of what it takes; what it refuses is left out of the next attempt."""
        while len(verdicts) < len(programs):
            done = self.call_compiler(verdicts)
            if done.returncode == 0:
                return
            if not note_errors(done.stderr, lines, verdicts, REFUSED):
                name = self.bisect([name for name in programs if name not in verdicts], set(verdicts))
                verdicts[name] = Verdict(REFUSED, "without a line: " + done.stderr.split("error: ")[-1].split("\n")[0])

    def call_compiler(self, left_out):
        return self.call([self.settings["cc"], "-o", self.objects[-1], "--embed", "embedded.cpp", "--", self.settings["cxx"],
                          *self.flags(left_out), "-c", "device.cpp"])  # fmt: skip

    def bisect(self, suspects, left_out):
        """A program with which the source cannot be compiled, where no error names a line."""
        while len(suspects) > 1:
            half, other = suspects[: len(suspects) // 2], suspects[len(suspects) // 2 :]
            if self.call_compiler(left_out | set(other)).returncode != 0:
                suspects, left_out = half, left_out | set(other)
            else:
                suspects, left_out = other, left_out | set(half)
        return suspects[0]

    # The kernels

    def verify(self, objects, kernel):
        """The verdict on each program of the objects that a kernel refuses."""
        command = [self.settings["tool"], "verify", "--on", kernel, *(path for path in objects if path.exists())]
        verdicts, name = {}, ""
        for line in self.call(command).stderr.splitlines():
            if error := re.search(r"error: program '(\w+?)__(?:view|copy)' (?:is refused: )?(.*)", line):
                name = error[1] if error[1] not in verdicts else ""
                if name:
                    verdicts[name] = Verdict(MISSED, error[2])
            elif name and (words := re.match(r" +(Linux [\d.]+): (.*)", line)):
                verdicts[name] = Verdict(MISSED, words[2], words[1])
            elif name and (words := re.match(r"note: refused by (Linux [\d.]+)", line)):
                verdicts[name].kernel = words[1]
        return verdicts

    # Runs

    def run(self, names, lines, verdicts, seed):
        link = [self.settings["cxx"], *self.flags(()), "-fsanitize=undefined", "host.o", "embedded.cpp", *self.settings["objects"],
                "-lbpf", "-lmnl", "-o", "run"]  # fmt: skip
        done = self.call(link)
        if done.returncode != 0:
            raise RuntimeError("cannot link the programs:\n" + done.stderr[-2000:])
        both = ",".join(f"{name}::view,{name}::copy" for name in names)
        environment = dict(os.environ, EBPFXX_TORTURE_PROGRAMS=both, EBPFXX_FUZZ_SEED=str(seed), EBPFXX_FUZZ_CASES="64")
        done = subprocess.run([self.folder / "run"], env=environment, capture_output=True, text=True)
        said = done.stdout + done.stderr
        for line, text in re.findall(r"^(?:\S*/)?programs\.hpp:(\d+):\d+: runtime error: (.*)$", said, re.MULTILINE):
            verdicts[lines[int(line)]] = Verdict(UNDEFINED, text)
        compared = re.findall(r"^torture: ((\w+)::\w+): (.*)$", said, re.MULTILINE)
        for _, name, text in compared:
            if text != "same":
                verdicts.setdefault(name, Verdict(DIFFERS, text))
        for name, text in re.findall(r"^fuzz: (\w+)::\w+: .*, 1 differences\n\| // (.*)$", said, re.MULTILINE):
            verdicts.setdefault(name, Verdict(DIFFERS, text))
        both = [program for program, _, _ in compared]
        for name in names:
            if f"{name}::view" not in both or f"{name}::copy" not in both:
                verdicts.setdefault(name, Verdict(DIFFERS, "the run ended before it: " + said[-200:].replace("\n", " ")))
            verdicts.setdefault(name, Verdict(SAME))


def note_errors(said, lines, verdicts, outcome):
    """Whether a program was found that an error, or a note to it, is about."""
    before, reason = len(verdicts), ""
    for line in said.splitlines():
        if "error: " in line:
            reason = line.split("error: ", 1)[1]
        elif "warning: " in line:
            reason = ""
        location = re.match(r"(?:In file included from )?(?:\S*/)?programs\.hpp:(\d+):", line)
        name = lines.get(int(location[1])) if location else None
        if name and reason:
            verdicts.setdefault(name, Verdict(outcome, reason))
    return len(verdicts) > before


def source_of(name, tree):
    return (f"namespace {name} {{\nusing namespace torture;\n{tree}"
            "inline constexpr Program<Hook> view = by_view<Hook>([](const In& in) { return f(in); });\n"
            "inline constexpr Program<Hook> copy = by_copy<Hook>([](const In& in) { return f(in); });\n}\n")  # fmt: skip


def registration(name, tree):
    """Of both programs, with the maps that they work with."""
    maps = "".join(f", {name}::{one}" for one in re.findall(r"^inline .*?\b(?:Map|PerCpu|Global)<.*> (\w+)(?: = \d+)?;$", str(tree), re.MULTILINE))
    return " | ".join(f'torture::add<{name}::{one}{maps}>("{name}::{one}")' for one in ("view", "copy"))
