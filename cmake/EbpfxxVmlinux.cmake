# ebpfxx_vmlinux(<target> [BTF <file>] <name>...)
#
# Writes the header <vmlinux.hpp> for the target's sources: the kernel's types and tracepoints of these names and what they contain,
# in namespace ebpfxx::kernel, as `ebpfxx vmlinux` does. BTF is a kernel's, or an ELF file with a .BTF section; without it the
# running kernel's, so that machines without BTF cannot build the target. Programs built with it run on other kernels too, which
# have their fields elsewhere; so the header stays when the machine gets another kernel, and is written anew with another FILE.
cmake_policy(PUSH)
cmake_policy(VERSION 3.25)

function(ebpfxx_vmlinux target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "BTF" "")
  if(NOT TARGET ${target})
    message(FATAL_ERROR "ebpfxx_vmlinux: there is no target '${target}'")
  endif()
  if(NOT arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "ebpfxx_vmlinux(${target}): it takes the names of types or tracepoints")
  endif()
  set(btf "/sys/kernel/btf/vmlinux")  # no dependency: its time is when the kernel was last asked for it
  set(file "")
  if(arg_BTF)
    cmake_path(ABSOLUTE_PATH arg_BTF NORMALIZE OUTPUT_VARIABLE file)
    set(btf "${file}")
  endif()
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${target}.vmlinux")
  set(header "${folder}/vmlinux.hpp")
  file(MAKE_DIRECTORY "${folder}")
  add_custom_command(OUTPUT "${header}"
    COMMAND "$<TARGET_FILE:ebpfxx::tool>" vmlinux --btf "${btf}" -o "${header}" ${arg_UNPARSED_ARGUMENTS}
    DEPENDS "$<TARGET_FILE:ebpfxx::tool>" ${file}
    COMMENT "Writing kernel types for ${target}" VERBATIM)
  target_sources(${target} PRIVATE "${header}")
  target_include_directories(${target} PRIVATE "${folder}")
  # ebpfxx_target_programs compiles the sources before the target does.
  set_property(TARGET ${target} APPEND PROPERTY EBPFXX_GENERATED_HEADERS "${header}")
endfunction()

cmake_policy(POP)
