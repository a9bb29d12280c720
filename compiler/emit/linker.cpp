#include "emit/linker.hpp"

#include <bpf/libbpf.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>
#include <sys/mman.h>
#include <unistd.h>

#include "emit/variables.hpp"
#include "load/libbpf_messages.hpp"

namespace ebpfxx::cc {
namespace {

/// libbpf's linker reads and writes files by name; these have one, and vanish by themselves.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("ebpfxx-cc", MFD_CLOEXEC)) {}
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

  bool write(llvm::StringRef contents) const {
    llvm::raw_fd_ostream stream(descriptor_, /*shouldClose=*/false);
    stream << contents;
    stream.flush();
    const bool written = !stream.has_error();
    stream.clear_error();
    return written;
  }

  std::optional<std::string> read() const {
    const auto buffer = llvm::MemoryBuffer::getFile(path());
    if (!buffer) return std::nullopt;
    return buffer.get()->getBuffer().str();
  }

 private:
  int descriptor_;
};

int link(const std::vector<NamedObject>& objects, const MemoryFile& output) {
  bpf_linker* linker = bpf_linker__new(output.path().c_str(), nullptr);
  if (!linker) return -1;
  int result = 0;
  for (const NamedObject& object : objects) {
    const MemoryFile input;
    result = input.write(object.contents) ? bpf_linker__add_file(linker, input.path().c_str(), nullptr) : -1;
    if (result != 0) break;
  }
  if (result == 0) result = bpf_linker__finalize(linker);
  bpf_linker__free(linker);
  return result;
}

}  // namespace

std::optional<std::string> link_objects(const std::vector<NamedObject>& objects) {
  for (const NamedObject& object : objects)
    if (!read_variables(object.contents)) {
      llvm::errs() << "ebpfxx-cc: error: '" << object.name << "' is not a BPF object\n";
      return std::nullopt;
    }
  const MemoryFile output;
  const detail::load::LibbpfMessages messages;
  if (link(objects, output) == 0) return output.read();
  llvm::errs() << "ebpfxx-cc: error: libbpf cannot link the objects: " << messages.first() << '\n';
  return std::nullopt;
}

}  // namespace ebpfxx::cc
