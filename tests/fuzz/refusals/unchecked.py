"""The headers by which what an overload or a type refuses compiles."""

import os
import re
import shutil

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
