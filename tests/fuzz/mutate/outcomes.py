"""What becomes of a mutant, as it is printed, recorded and counted."""

NOT_CPP, SAME_CODE = "not C++", "same code"  # these don't count
LOADS, MISSED = "loads", "missed"  # ebpfxx-cc takes it
# ebpfxx-cc refuses it, and the first two deserve that.
REFUSED_TOO, UNDEFINED, FALSE_ALARM = "refused, and by a kernel without the check", "refused, and wrong when it runs", "false alarm"
# ebpfxx-cc refuses it, though it loads without the check and does the same; rewritten as the message says, it loads.
WAY_OUT = "refused, and loads as the message says"
# ebpfxx-cc refuses it, and nobody has judged that.
NO_FORM, NOT_RUN, NO_EFFECT = "refused, without an unchecked form", "refused, and not run", "refused, and no effect was seen"
# What becomes of a refused one that is rewritten as its message says, beside LOADS.
REFUSED_AGAIN, WAY_MISSED = "refused again", "missed when rewritten as the message says"
