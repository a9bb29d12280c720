#include "checks/rules.hpp"

#include "base/helper_table.hpp"
#include "checks/packet_flow.hpp"
#include "checks/program_code.hpp"

namespace ebpfxx::cc {
namespace {

/// What the user called.
std::string called_name(const llvm::CallBase& call, const IrLocations& locations) {
  if (const std::string name = locations.callee(call); !name.empty()) return name;
  if (const HelperInfo* helper = called_helper(call)) return helper->name.str();
  const llvm::Function* function = call.getCalledFunction();
  const llvm::DISubprogram* description = function ? function->getSubprogram() : nullptr;
  return description ? description->getName().str() : "a call";
}

std::string message_of(const StaleUse& stale, const IrLocations& locations) {
  const std::string moved = " from before '" + called_name(*stale.moved_by, locations) + "' moved it";
  const std::string remedy = "; parse the packet again after the call";
  switch (stale.kind) {
    case PacketUse::Read:
      return "reads bytes of the packet" + moved + remedy;
    case PacketUse::Write:
      return "writes bytes of the packet" + moved + remedy;
    case PacketUse::Compare:
      return "compares a packet pointer" + moved + " with one from after it" + remedy;
    case PacketUse::HandOver:
      return "hands on bytes of the packet" + moved + remedy;
  }
  llvm_unreachable("all uses are there");
}

/// The calls that lead to the use, the move, and the calls that lead there and not to the use.
std::vector<Note> notes_of(const CallTrail& use, const CallTrail& move) {
  std::vector<Note> notes = use.calls;
  notes.push_back({move.where, "moves the packet here"});
  for (const Note& call : move.calls)
    if (llvm::none_of(use.calls, [&](const Note& other) { return other.where == call.where; })) notes.push_back(call);
  return notes;
}

}  // namespace

/// Bytes of a packet used after a call that moves the packet: what was known of its memory ended at the call.
void check_stale_packet(const OptimisedCode& code, Diagnostics& diagnostics) {
  for (const Program& program : code.locations.unit().programs) {
    const bpf_prog_type type = type_of(program);
    if (!has_packet(type)) continue;
    const llvm::SetVector<const llvm::Function*> functions = code_of(program, code.module);
    for (const StaleUse& stale : PacketFlow(functions, type).stale_uses()) {
      const CallTrail use = code.locations.trail(*stale.use);
      diagnostics.error(use.where, "stale-packet", message_of(stale, code.locations),
                        notes_of(use, code.locations.trail(*stale.moved_by)));
    }
  }
}

}  // namespace ebpfxx::cc
