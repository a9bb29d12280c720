"""What becomes of mutants: they are compared with their originals, and what ebpfxx-cc refuses is judged."""

from machine_code import code_of
from outcomes import LOADS, SAME_CODE, Verdict
from refusals import Refusals


class Judge(Refusals):
    def judge_mutants(self, before, originals, mutants, is_code, hooks):
        """What is known of each mutant, by name: a source, with that of its original. Of `is_code` only the machine code counts. And the
        originals with which nothing can be compared."""
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
        return self.judge(before, sources, verdicts, hooks), unusable
