# ebpfxx_add_program_test(<target> SOURCES <file>... [LIBRARIES <target>...])
#
# Adds an executable of doctest cases that run programs as functions, and registers it as the test <target>, with the label
# "native": it needs no rights and no kernel, and ebpfxx-cc is not called. The sources include <ebpfxx/testing/doctest.hpp> and the
# programs, and define no main(). It links with ebpfxx::testing, doctest, and LIBRARIES.
#
# A division by 0 in a program, for which processors have a signal and the kernel a result, stops the test with its line, by the
# compiler's sanitizer where that is installed (clang's is in libclang-rt-19-dev).
#
# doctest is looked for when the function is first called; its main() is compiled once for all targets.
cmake_policy(PUSH)
cmake_policy(VERSION 3.25)

set(_EBPFXX_PROGRAM_TEST_MAIN "${CMAKE_CURRENT_LIST_DIR}/program_test_main.cpp")

include(CheckCXXSourceCompiles)

# _ebpfxx_stop_at_division_by_zero(<target>)
function(_ebpfxx_stop_at_division_by_zero target)
  set(sanitizer -fsanitize=integer-divide-by-zero -fno-sanitize-recover=integer-divide-by-zero)
  list(JOIN sanitizer " " CMAKE_REQUIRED_FLAGS)
  set(CMAKE_REQUIRED_LINK_OPTIONS ${sanitizer})
  set(CMAKE_REQUIRED_QUIET TRUE)
  check_cxx_source_compiles("int main(int count, char**) { return 1 / count; }" EBPFXX_HAS_DIVISION_SANITIZER)
  if(EBPFXX_HAS_DIVISION_SANITIZER)
    target_compile_options(${target} PRIVATE ${sanitizer})
    target_link_options(${target} PRIVATE ${sanitizer})
  endif()
endfunction()

function(ebpfxx_add_program_test target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "ebpfxx_add_program_test(${target}): unknown argument '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  if(NOT arg_SOURCES)
    message(FATAL_ERROR "ebpfxx_add_program_test(${target}): name the sources of its test cases: SOURCES <file>...")
  endif()
  find_package(doctest QUIET)
  if(NOT doctest_FOUND)
    message(FATAL_ERROR "ebpfxx_add_program_test(${target}): doctest is missing; install doctest-dev, or set doctest_DIR")
  endif()
  if(NOT TARGET _ebpfxx_program_test_main)
    add_library(_ebpfxx_program_test_main OBJECT EXCLUDE_FROM_ALL "${_EBPFXX_PROGRAM_TEST_MAIN}")
    target_link_libraries(_ebpfxx_program_test_main PRIVATE doctest::doctest)
  endif()
  add_executable(${target} ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE _ebpfxx_program_test_main ${arg_LIBRARIES} ebpfxx::testing doctest::doctest)
  _ebpfxx_stop_at_division_by_zero(${target})
  add_test(NAME ${target} COMMAND ${target})
  set_tests_properties(${target} PROPERTIES LABELS native)
endfunction()

cmake_policy(POP)
