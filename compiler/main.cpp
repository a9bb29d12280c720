#include "driver.hpp"
#include "options.hpp"

int main(int argc, char** argv) {
  using namespace ebpfxx::cc;
  const ParsedOptions parsed = parse_options({argv + 1, argv + argc});
  if (parsed.exit_code) return *parsed.exit_code;
  return run(parsed.options) ? exit_success : exit_failure;
}
