#include "files.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>

#include "subcommand.hpp"

namespace ebpfxx::tool {

std::string content_of(const std::string& path, const std::string& name) {
  const auto fail = [&](int number) { return Failure("cannot read " + name + ": " + std::strerror(number)); };
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) throw fail(errno);
  std::string content;
  char block[1 << 16];
  while (const std::size_t size = std::fread(block, 1, sizeof block, file)) content.append(block, size);
  const int number = std::ferror(file) ? errno : 0;
  std::fclose(file);
  if (number != 0) throw fail(number);
  return content;
}

}  // namespace ebpfxx::tool
