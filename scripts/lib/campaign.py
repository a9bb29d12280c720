"""What scripts/torture and scripts/mutate share: arguments, and what is recorded."""

import argparse
import collections
import json
import os
import pathlib
import platform
import subprocess
import sys
import time

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"{self.prog}: {message} (see --help)\n")


def parse_arguments(help_text, count):
    """`count` is the option that says how many there are to be."""
    parser = Parser(add_help=False)
    parser.add_argument("seconds", nargs="?", type=int, default=60)
    parser.add_argument("--seed", type=int)
    parser.add_argument(count, type=int, dest="count")
    parser.add_argument("--on", default="")
    parser.add_argument("--build", type=pathlib.Path, default=PROJECT / "build")
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--record", type=pathlib.Path)
    parser.add_argument("-h", "--help", action="store_true")
    arguments = parser.parse_args()
    if arguments.help:
        print(help_text, end="")
        sys.exit(0)
    if not arguments.build.is_dir():
        parser.error(f"'{arguments.build}' is not a folder")
    if arguments.seed is None:
        arguments.seed = int(time.time())
    arguments.build = arguments.build.resolve()
    arguments.kernels = [kernel for kernel in arguments.on.split(",") if kernel]
    return arguments


def why_not_here(name, build):
    """The exit status of a script that cannot run; None: it can, and `build` has what it needs."""
    if os.geteuid() != 0:
        print(f"{name}: skipped: this kernel takes programs from root only", file=sys.stderr)
        return 77
    if subprocess.run(["cmake", "--build", build, "--target", "refusals"], stdout=subprocess.DEVNULL).returncode != 0:
        print(f"{name}: cannot build what it needs in {build}", file=sys.stderr)
        return 1
    return None


def record(path, arguments, counts, kinds, rewritten):
    """What docs/promise.md is made of."""
    ways = collections.Counter(verdict.outcome for verdict in rewritten.values())
    kernels = [f"host ({platform.release().split('-')[0]})", *arguments.kernels]
    content = {"seed": arguments.seed, "kernels": kernels, "counts": dict(sorted(counts.items())), "kinds": dict(kinds.most_common()),
               "rewritten": dict(sorted(ways.items()))}  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def report_rewritten(rewritten):
    ways = collections.Counter(verdict.outcome for verdict in rewritten.values())
    print(f"==> rewritten as the message says: {len(rewritten)}" + "".join(f", {outcome}: {count}" for outcome, count in sorted(ways.items())))
