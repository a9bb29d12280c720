# ebpfxx_warnings: the warnings that the project's own executables compile with; linked privately, never installed.
add_library(ebpfxx_warnings INTERFACE)
target_compile_options(ebpfxx_warnings INTERFACE -Wall -Wextra -Wpedantic)
