#include "emit/finish.hpp"

#include <llvm/ADT/SmallString.h>
#include <llvm/ObjCopy/ConfigManager.h>
#include <llvm/ObjCopy/ObjCopy.h>
#include <llvm/Object/ELFObjectFile.h>
#include <llvm/Support/raw_ostream.h>

#include <ebpfxx/abi.hpp>

namespace ebpfxx::cc {
namespace {

using llvm::objcopy::MatchStyle;
using llvm::objcopy::NameOrPattern;

llvm::Expected<NameOrPattern> exactly(llvm::StringRef name) {
  return NameOrPattern::create(name, MatchStyle::Literal, [](llvm::Error error) { return error; });
}

llvm::Error choose_symbols(const llvm::object::ObjectFile& object, llvm::objcopy::CommonConfig& config) {
  constexpr unsigned weak = llvm::object::SymbolRef::SF_Weak;
  constexpr unsigned undefined = llvm::object::SymbolRef::SF_Undefined;
  for (const llvm::object::SymbolRef& symbol : object.symbols()) {
    llvm::Expected<std::uint32_t> flags = symbol.getFlags();
    if (!flags) return flags.takeError();
    if ((*flags & (weak | undefined)) != weak) continue;
    llvm::Expected<llvm::StringRef> name = symbol.getName();
    if (!name) return name.takeError();
    if (llvm::Error error = config.SymbolsToGlobalize.addMatcher(exactly(*name))) return error;
  }
  return llvm::Error::success();
}

/// The object as llvm-objcopy writes it, which sorts the symbols and counts the local ones in .symtab's sh_info;
/// libbpf's linker does neither.
llvm::Error write_finished(const std::string& object, llvm::raw_ostream& out) {
  auto binary = llvm::object::createBinary(llvm::MemoryBufferRef(object, "object"));
  if (!binary) return binary.takeError();
  llvm::objcopy::ConfigManager config;
  if (llvm::Error error = choose_symbols(llvm::cast<llvm::object::ObjectFile>(**binary), config.Common)) return error;
  if (llvm::Error error = config.Common.ToRemove.addMatcher(exactly(abi::names_section))) return error;
  return llvm::objcopy::executeObjcopyOnBinary(config, **binary, out);
}

}  // namespace

std::optional<std::string> finish_object(const std::string& object) {
  llvm::SmallString<0> copied;
  llvm::raw_svector_ostream stream(copied);
  llvm::Error error = write_finished(object, stream);
  if (!error) return std::string(copied);
  llvm::errs() << "ebpfxx-cc: error: cannot finish the object: " << llvm::toString(std::move(error)) << '\n';
  return std::nullopt;
}

}  // namespace ebpfxx::cc
