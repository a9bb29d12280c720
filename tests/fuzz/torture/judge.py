"""What becomes of programs: of ebpfxx-cc, of the kernels' verifiers, and of their runs in constant evaluation, natively and in the
kernel; and of what ebpfxx-cc refuses. Many programs are one source, as most of what a source costs is what it includes."""

import json
import os
import re
import subprocess

from outcomes import DIFFERS, LOADS, NOT_CPP, SAME, UNDEFINED, Verdict
from refusals import Refusals
from runs import Run

BEFORE = '#include "fuzz/torture/harness.hpp"\n'


def judge_of(build, folder):
    """What judges with what is built."""
    settings = json.loads((build / "tests/fuzz/refusals/settings.json").read_text(encoding="utf-8"))
    return Judge(settings, folder, build / "tests/fuzz/refusals")


class Judge(Refusals):
    def judge_programs(self, programs, runs=True, seed=1):
        """The verdict on each program, a tree by its name, of ebpfxx-cc and this kernel. Without `runs`, they run in constant evaluation only."""
        folder, verdicts, refused = self.new_folder(), {}, {}
        sources = {name: source_of(name, tree) for name, tree in programs.items()}
        lines = self.write_sources(folder, sources, programs)
        host = self.start_host_pass(folder, verdicts)
        path = folder / "programs.bpf.o"
        taken = self.checked.compile(BEFORE, sources, path, refused, "--embed", folder / "embedded.cpp")
        self.end_host_pass(folder, host, lines, verdicts)
        self.objects.append(path)
        refused.update(self.load(self.checked, BEFORE, taken, path))
        verdicts = {**refused, **verdicts}  # what is not C++ isn't, whatever ebpfxx-cc says of it
        if runs and (left := [name for name in programs if name not in verdicts]):
            self.compare(folder, left, lines, verdicts, seed)
        return {name: verdicts.get(name, Verdict(LOADS)) for name in programs}

    def judge_refusals(self, programs, verdicts):
        sources = {name: source_of(name, tree) for name, tree in programs.items()}
        return self.judge(BEFORE, sources, verdicts, {name: "Hook" for name in programs})

    def run_of(self, name, tree):
        """How it is run without the checks."""
        return Run("fuzz/torture/run.hpp", BEFORE, {name: source_of(name, tree)}, registration(name, tree),
                   tuple(f"{harness}: {name}::{one}" for one in ("view", "copy") for harness in ("torture", "fuzz")))  # fmt: skip

    # The host's compiler

    def write_sources(self, folder, sources, programs):
        """Returns the name of the program that each line of programs.hpp is in."""
        lines, text = {}, "#pragma once\n"
        for name, source in sources.items():
            own = f"#ifndef LEAVE_OUT_{name}\n{source}#endif\n"
            first = text.count("\n") + 1
            lines.update({line: name for line in range(first, first + own.count("\n"))})
            text += own
        added = "".join(f"#ifndef LEAVE_OUT_{name}\n[[maybe_unused]] const bool added_{name} = {registration(name, tree)};\n#endif\n"
                        for name, tree in programs.items())  # fmt: skip
        (folder / "programs.hpp").write_text(text, encoding="utf-8")
        (folder / "host.cpp").write_text('#include "fuzz/torture/run.hpp"\n#include "programs.hpp"\n' + added, encoding="utf-8")
        return lines

    def start_host_pass(self, folder, left_out):
        command = [self.settings["cxx"], *self.checked.flags, *(f"-DLEAVE_OUT_{name}" for name in left_out), "-fsanitize=undefined", "-c", "host.cpp", "-o", "host.o"]
        return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)

    def end_host_pass(self, folder, host, lines, verdicts):
        said = host.communicate()[1]
        while host.returncode != 0:
            invalid = {}
            if not note_errors(said, lines, invalid, NOT_CPP):
                raise RuntimeError("the host's compiler fails:\n" + said[-2000:])
            verdicts.update(invalid)
            host = self.start_host_pass(folder, verdicts)
            said = host.communicate()[1]

    # Runs

    def compare(self, folder, names, lines, verdicts, seed):
        link = [self.settings["cxx"], *self.checked.flags, "-fsanitize=undefined", "host.o", "embedded.cpp", *self.settings["objects"],
                "-lbpf", "-lmnl", "-o", "run"]  # fmt: skip
        done = subprocess.run(link, cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError("cannot link the programs:\n" + done.stderr[-2000:])
        environment = dict(os.environ, EBPFXX_WANTED=",".join(names), EBPFXX_FUZZ_SEED=str(seed), EBPFXX_FUZZ_CASES="64")
        done = subprocess.run([folder / "run"], env=environment, capture_output=True, text=True)
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
