"""Runs of mutants that ebpfxx-cc refuses and every kernel takes without the check."""

import os
import re
import subprocess

from judge import BY_TYPE, Verdict, write_source
from outcomes import FALSE_ALARM, NO_EFFECT, NOT_RUN, UNDEFINED

AT_ONCE = 16
# What is not set has a pattern, so that what it goes into differs from the kernel's run.
SANITIZED = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-ftrivial-auto-var-init=pattern", "-D_GLIBCXX_ASSERTIONS")
LONGEST_RUN = 30  # seconds


def run(threads, judge, names, mutants, programs, verdicts):
    """The verdict on each of `names`. What cannot be run there isn't."""
    hooks = {program.plain_hook() for program in programs if program.compared is not None}
    found, by_before = {}, {}
    for name in names:
        number, mutation = mutants[name]
        program = programs[number]
        if mutation.kind == "swap the hook":
            found[name] = verdict_of(verdicts[name], NOT_RUN, "its original is of another hook")
        elif program.plain_hook() not in hooks:
            found[name] = verdict_of(verdicts[name], NOT_RUN, "its hook has no test run")
        else:
            by_before.setdefault(program.before, []).append(name)
    parts = [(before, group[first : first + AT_ONCE]) for before, group in by_before.items() for first in range(0, len(group), AT_ONCE)]
    for verdicts_of_part in threads.map(lambda part: run_some(judge, *part, mutants, programs, verdicts), parts):
        found.update(verdicts_of_part)
    return found


def without_runs(threads, judge, names, mutants, programs, verdicts):
    return {name: verdict_of(verdicts[name], NOT_RUN, "the oldest kernel was not asked") for name in names}


def verdict_of(refusal, outcome, reason):
    return Verdict(outcome, reason, refusal.rule)


def run_some(judge, before, names, mutants, programs, verdicts):
    compiler, folder = judge.unchecked, judge.new_folder()
    sources, added = {}, "\n#if !defined(__EBPFXX_DEVICE__)\n"
    for name in names:
        number, mutation = mutants[name]
        program, original = programs[number], f"o{number}"
        sources[original] = program.text(original)
        sources[name] = program.text(name, mutation.declaration, mutation.text)
        path = "".join(f"{one}::" for one in program.namespaces if one)
        known = " ".join(declaration.text for declaration in program.declarations)
        maps = "".join(f", {name}::{path}{one}" for one in program.compared or () if re.search(rf"\b{one}\b", known))
        function = "add_beside_original" if program.compared is None else "add"
        added += f'[[maybe_unused]] const bool added_{name} = mutate::{function}("{name}", {original}::{path}{program.name}, {name}::{path}{program.name}{maps});\n'
    sources["end"] = added + "#endif\n"
    write_source(folder / "host.cpp", before, sources, '#include "run.hpp"\n')
    refused = {}
    taken = compiler.compile(before, {name: text for name, text in sources.items() if name != "end"}, folder / "run.bpf.o", refused, "--embed", folder / "embedded.cpp")
    if len(taken) + 1 < len(sources):
        raise RuntimeError(f"what was compiled before isn't now: {refused}")
    command = [judge.settings["cxx"], *compiler.flags, *SANITIZED, "host.cpp", "embedded.cpp", *judge.settings["objects"], "-lbpf", "-lmnl", "-o", "run"]
    done = subprocess.run([*command, f'-I{judge.settings["project"]}/tests/fuzz/mutate'], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        if len(names) == 1:
            return {names[0]: verdict_of(verdicts[names[0]], NOT_RUN, "g++ refuses it: " + (re.findall("error: (.*)", done.stderr) or [""])[0])}
        half = len(names) // 2
        return {**run_some(judge, before, names[:half], mutants, programs, verdicts), **run_some(judge, before, names[half:], mutants, programs, verdicts)}
    return {name: verdict_of_run(folder / "run", name, verdicts[name], is_silent(verdicts[name], sources[name], judge.silent),
                                 programs[mutants[name][0]].compared is not None) for name in names}  # fmt: skip


def is_silent(refusal, source, silent):
    """Whether the kernel says nothing of what was refused. What is copied from a packet, or found by a walk, is there in any case; what it
    holds is nothing when it was not tested. A checksum is amended at an offset, and the kernel looks whether the packet has it."""
    name = re.match(r"'(\w+)'", refusal.reason)
    is_amended = name and re.search(rf"amend_checksum\(\w+, {name[1]}\b", source) and not re.search(rf"\b{name[1]}(?:->|\.)|\*{name[1]}\b", source)
    is_copy = re.search(r"\bload<|\bSocketFilter\b", source) is not None or re.search("may be (?:nothing|no option)", refusal.reason)
    if refusal.rule == "array-bounds":
        return "takes entry" in refusal.reason or "takes any entry" in refusal.reason  # of a map, which looks the index up
    if refusal.rule == "unset-variable":
        return True  # where LLVM has chosen a value, which may be the one that a native run finds
    return refusal.rule in silent or refusal.rule == BY_TYPE or (refusal.rule == "packet-bounds" and bool(is_copy or is_amended))


def verdict_of_run(executable, name, refusal, is_silent_rule, runs_in_kernel):
    environment = dict(os.environ, EBPFXX_MUTANT=name, EBPFXX_FUZZ_CASES="512", EBPFXX_FUZZ_SEED="1", ASAN_OPTIONS="detect_leaks=0")
    try:
        done = subprocess.run([executable], env=environment, capture_output=True, text=True, timeout=LONGEST_RUN)
    except subprocess.TimeoutExpired:
        return verdict_of(refusal, NOT_RUN, f"it runs for more than {LONGEST_RUN} seconds")
    said = done.stdout + done.stderr
    if "AddressSanitizer: allocator is out of memory" in said:
        return verdict_of(refusal, NOT_RUN, "its maps are too large for AddressSanitizer")
    if error := re.search(r"runtime error: .*|ERROR: AddressSanitizer: .*", said):
        return verdict_of(refusal, UNDEFINED, re.sub(r" on (?:unknown )?address.*", "", error[0]))
    in_kernel, beside = (differences_of(f"{name}{title}", said) for title in ("", " beside its original"))
    if in_kernel:
        return verdict_of(refusal, UNDEFINED, "differs: " + in_kernel)
    if (runs_in_kernel and in_kernel is None) or beside is None:
        (executable.parent / f"{name}.said").write_text(said)
        return verdict_of(refusal, UNDEFINED, f"ends with {done.returncode}: " + " ".join((re.findall(r"ERROR.*", said) or [said[-200:]])[0].split()))
    if is_silent_rule:
        return verdict_of(refusal, UNDEFINED, "does something else than before: " + beside) if beside else verdict_of(refusal, NO_EFFECT, refusal.reason)
    if not runs_in_kernel:
        return verdict_of(refusal, NOT_RUN, "tests/fuzz has no run of it in both")
    return verdict_of(refusal, FALSE_ALARM, refusal.reason)


def differences_of(title, said):
    """Of what the fuzzer said of a program: the first difference; "": none; None: it did not come to its end."""
    if re.search(rf"^fuzz: {title}: .*, 0 differences$", said, re.MULTILINE):
        return ""
    difference = re.search(rf"^fuzz: {title}: .*, 1 differences\n\| // (.*)$", said, re.MULTILINE)
    return difference and difference[1]
