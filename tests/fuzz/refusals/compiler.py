"""ebpfxx-cc, and what it says of each of many programs in one source: each is in a namespace of its own behind a precompiled header, as most
of what a source costs is what it includes."""

import os
import pathlib
import re
import subprocess

from outcomes import NO_FORM, NOT_CPP, REFUSED_TOO, Verdict

# These say in our words what C++ refuses by itself: a conversion or a header that is not there.
OF_CPP = ("conversion", "missing-include")
BY_TYPE = "a type"  # stands for a rule where C++ refuses with a concept or an assertion of our headers
PRELUDE = '#include "fuzz/programs/headers.hpp"\n'


class Compiler:
    """ebpfxx-cc with one folder of headers, those of the project or their unchecked copy, and with some options."""

    def __init__(self, settings, folder, include, options=()):
        self.settings, self.folder, self.options = settings, folder, [*options]
        project = pathlib.Path(settings["project"])
        folders = (include, project / "runtime/include", project / "tests/kernel", project / "tests")
        self.flags = ["-std=c++20", "-w", *(f"-I{one}" for one in folders), *settings["definitions"]]
        self.precompiled = folder / "precompiled.pch"
        folder.mkdir(parents=True, exist_ok=True)
        self.precompile()

    def precompile(self):
        """Once for the compiler and the headers as they are."""
        depfile, header = self.folder / "precompiled.d", self.folder / "precompiled.hpp"
        if self.precompiled.exists() and depfile.exists():
            parts = depfile.read_text(encoding="utf-8").split(":", 1)[1].replace("\\\n", " ").split()
            changed = max(os.stat(part).st_mtime for part in [*filter(os.path.exists, parts), self.settings["cc"], *pathlib.Path(__file__).parent.glob("*.py")])
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
