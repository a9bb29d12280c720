"""Runs of programs that ebpfxx-cc refuses and every kernel takes without the check."""

import os
import re
import subprocess
from dataclasses import dataclass

from compiler import BY_TYPE, write_source
from outcomes import FALSE_ALARM, NO_EFFECT, NOT_RUN, WRONG, Verdict

AT_ONCE = 16
# What is not set has a pattern, so that what it goes into differs from the kernel's run.
SANITIZED = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-ftrivial-auto-var-init=pattern", "-D_GLIBCXX_ASSERTIONS")
LONGEST_RUN = 30  # seconds


@dataclass
class Run:
    """How a program is run."""

    harness: str = ""  # what is included first; it runs the programs of the namespaces that EBPFXX_WANTED names
    before: str = ""
    sources: dict = None  # by namespace: its own, and its original's
    registration: str = ""  # an expression
    compared: tuple = ()  # with what the lines begin that the harness writes of runs in the kernel and natively
    beside: str = ""  # and of the one that is compared with the original's
    why_not: str = ""  # it cannot be run


def run(threads, refusals, runs, verdicts):
    """The verdict on each program of `runs`, which are by name."""
    found, alike = {}, {}
    for name, one in runs.items():
        if one.why_not:
            found[name] = verdict_of(verdicts[name], NOT_RUN, one.why_not)
        else:
            alike.setdefault((one.harness, one.before), []).append(name)
    parts = [names[first : first + AT_ONCE] for names in alike.values() for first in range(0, len(names), AT_ONCE)]
    for verdicts_of_part in threads.map(lambda names: run_some(refusals, {name: runs[name] for name in names}, verdicts), parts):
        found.update(verdicts_of_part)
    return found


def verdict_of(refusal, outcome, reason):
    return Verdict(outcome, reason, refusal.rule)


def run_some(refusals, runs, verdicts):
    compiler, folder, first = refusals.unchecked, refusals.new_folder(), next(iter(runs.values()))
    sources = {scope: text for one in runs.values() for scope, text in one.sources.items()}
    added = "".join(f"[[maybe_unused]] const bool added_{name} = {one.registration};\n" for name, one in runs.items())
    with_runs = {**sources, "end": f"\n#if !defined(__EBPFXX_DEVICE__)\n{added}#endif\n"}
    write_source(folder / "host.cpp", first.before, with_runs, f'#include "{first.harness}"\n')
    refused = {}
    compiler.compile(first.before, sources, folder / "run.bpf.o", refused, "--embed", folder / "embedded.cpp")
    if refused:
        raise RuntimeError(f"what was compiled before isn't now: {refused}")
    command = [refusals.settings["cxx"], *compiler.flags, *SANITIZED, "host.cpp", "embedded.cpp", *refusals.settings["objects"], "-lbpf", "-lmnl", "-o", "run"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        names = list(runs)
        if len(names) == 1:
            return {names[0]: verdict_of(verdicts[names[0]], NOT_RUN, "g++ refuses it: " + (re.findall("error: (.*)", done.stderr) or [""])[0])}
        halves = names[: len(names) // 2], names[len(names) // 2 :]
        return {name: verdict for half in halves for name, verdict in run_some(refusals, {name: runs[name] for name in half}, verdicts).items()}
    return {name: verdict_of_run(folder / "run", name, one, verdicts[name], is_silent(verdicts[name], one.sources[name], refusals.silent))
            for name, one in runs.items()}  # fmt: skip


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


def verdict_of_run(executable, name, one, refusal, is_silent_rule):
    environment = dict(os.environ, EBPFXX_WANTED=name, EBPFXX_FUZZ_CASES="512", EBPFXX_FUZZ_SEED="1", ASAN_OPTIONS="detect_leaks=0")
    try:
        done = subprocess.run([executable], env=environment, capture_output=True, text=True, timeout=LONGEST_RUN)
    except subprocess.TimeoutExpired:
        return verdict_of(refusal, NOT_RUN, f"it runs for more than {LONGEST_RUN} seconds")
    said = done.stdout + done.stderr
    if "AddressSanitizer: allocator is out of memory" in said:
        return verdict_of(refusal, NOT_RUN, "its maps are too large for AddressSanitizer")
    if error := re.search(r"runtime error: .*|ERROR: AddressSanitizer: .*", said):
        return verdict_of(refusal, WRONG, re.sub(r" on (?:unknown )?address.*", "", error[0]))
    compared = [difference_of(title, said) for title in one.compared]
    if in_kernel := next(filter(None, compared), None):
        return verdict_of(refusal, WRONG, "differs: " + in_kernel)
    beside = difference_of(one.beside, said) if one.beside else ""
    if None in compared or beside is None:
        return verdict_of(refusal, WRONG, f"ends with {done.returncode}: " + " ".join((re.findall(r"ERROR.*", said) or [said[-200:]])[0].split()))
    if is_silent_rule:
        return verdict_of(refusal, WRONG, "does something else than before: " + beside) if beside else verdict_of(refusal, NO_EFFECT, refusal.reason)
    if not compared:
        return verdict_of(refusal, NOT_RUN, "tests/fuzz has no run of it in both")
    return verdict_of(refusal, FALSE_ALARM, refusal.reason)


def difference_of(title, said):
    """Of what the harness said of a run: the first difference; "": none; None: it did not come to its end."""
    if re.search(rf"^{title}: (?:.*, 0 differences|same)$", said, re.MULTILINE):
        return ""
    difference = re.search(rf"^{title}: .*, 1 differences\n\| // (.*)$|^(?=torture){title}: (.*)$", said, re.MULTILINE)
    return difference and (difference[1] or difference[2])
