"""What becomes of a program, as it is printed, recorded and counted."""

import re
from dataclasses import dataclass

NOT_CPP, SAME_CODE = "not C++", "same code"  # these don't count
LOADS, MISSED = "loads", "missed"  # ebpfxx-cc takes it
# It loads: what its runs give, or that its native run is undefined.
SAME, DIFFERS, UNDEFINED = "same", "differs", "undefined"
# ebpfxx-cc refuses it, and the first two deserve that.
REFUSED_TOO, WRONG, FALSE_ALARM = "refused, and by a kernel without the check", "refused, and wrong when it runs", "false alarm"
# ebpfxx-cc refuses it, though it loads without the check and does the same; rewritten as the message says, it loads.
WAY_OUT = "refused, and loads as the message says"
# ebpfxx-cc refuses it, and nobody has judged that.
NO_FORM, NOT_RUN, NO_EFFECT = "refused, without an unchecked form", "refused, and not run", "refused, and no effect was seen"
REFUSED = (REFUSED_TOO, WRONG, FALSE_ALARM, WAY_OUT, NO_EFFECT, NO_FORM, NOT_RUN)
# What becomes of a refused one that is rewritten as its message says, beside LOADS.
REFUSED_AGAIN, WAY_MISSED = "refused again", "missed when rewritten as the message says"
FAULTS = (MISSED, DIFFERS, WAY_MISSED, FALSE_ALARM)


@dataclass
class Verdict:
    outcome: str
    reason: str = ""  # the first line of what was said
    rule: str = ""
    kernel: str = ""
    line: int | None = None  # of the program's text, from 0: where it was said
    column: int = 0

    @property
    def kind(self):
        """The same for programs that fail alike: without names and numbers."""
        reason = "" if self.outcome in (NO_FORM, REFUSED_TOO, WRONG) else re.sub(r"'[^']*'|0x[0-9a-f]+", "_", self.reason)
        reason = re.sub(r"-?\d+", "N", reason)
        return ": ".join(filter(None, (self.outcome, self.rule, reason)))
