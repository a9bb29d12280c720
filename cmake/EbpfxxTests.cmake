# How a test joins the suite. Every test carries one label, by which scripts/test and `ctest -L` choose:
#   static native rejects compiler   no rights needed, no kernel involved
#   kernel                           loads and attaches on this machine's kernel; needs root
#   vm                               the same executables on other kernels, in QEMU
#   language package style           other compilers and standards; the installed package; the source's form
# A second label, `thorough`, is for what takes minutes and repeats much of what others show: `scripts/test --thorough` runs it.
# COST is about the seconds that a test takes, given where that is more than a minute: those start first, so that none runs alone at the
# end on one of several processors.
find_package(doctest REQUIRED)

set(EBPFXX_TEST_RESULTS "${PROJECT_BINARY_DIR}/tests/results")
file(MAKE_DIRECTORY "${EBPFXX_TEST_RESULTS}")

# doctest's implementation and main(), compiled once, with the listener that writes the results of each test case.
add_library(ebpfxx_doctest OBJECT "${PROJECT_SOURCE_DIR}/tests/support/doctest_main.cpp")
target_compile_features(ebpfxx_doctest PUBLIC cxx_std_20)
target_link_libraries(ebpfxx_doctest PUBLIC doctest::doctest PRIVATE ebpfxx_warnings)

# The language's headers for sources that ebpfxx-cc compiles by itself, with EBPFXX_LANGUAGE behind a host compiler's name: parsed
# once, as they are nine tenths of what a small source costs. Who takes EBPFXX_LANGUAGE_PRECOMPILED depends on it and on its target.
file(GLOB_RECURSE EBPFXX_LANGUAGE_HEADERS CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/*")
set(EBPFXX_LANGUAGE -std=c++20 "-I${PROJECT_SOURCE_DIR}/include")
set(EBPFXX_LANGUAGE_PRECOMPILED "${PROJECT_BINARY_DIR}/tests/language.hpp.pch")
if(TARGET ebpfxx::cc)
  file(CONFIGURE OUTPUT language.hpp CONTENT "#include <ebpfxx/language.hpp>\n")
  add_custom_command(OUTPUT "${EBPFXX_LANGUAGE_PRECOMPILED}"
    COMMAND "$<TARGET_FILE:ebpfxx::cc>" --precompile -o "${EBPFXX_LANGUAGE_PRECOMPILED}" --
      "${CMAKE_CXX_COMPILER}" ${EBPFXX_LANGUAGE} -c "${CMAKE_CURRENT_BINARY_DIR}/language.hpp"
    DEPENDS "${CMAKE_CURRENT_BINARY_DIR}/language.hpp" "$<TARGET_FILE:ebpfxx::cc>" ${EBPFXX_LANGUAGE_HEADERS}
    COMMENT "Precompiling the language's headers" VERBATIM)
  add_custom_target(language_precompiled DEPENDS "${EBPFXX_LANGUAGE_PRECOMPILED}")
endif()

# ebpfxx_precompile_test_headers(<target> <library> <header>)
# What most tests include, parsed once for all that ebpfxx_use_test_headers names: half of the time that a test costs.
function(ebpfxx_precompile_test_headers target library header)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp")
  file(CONFIGURE OUTPUT "${source}" CONTENT "// Only the precompiled headers are of use.\n")
  add_library(${target} OBJECT EXCLUDE_FROM_ALL "${source}")
  target_link_libraries(${target} PRIVATE ${library} doctest::doctest ebpfxx_warnings)
  target_precompile_headers(${target} PRIVATE <doctest/doctest.h> ${header})
  ebpfxx_cache_precompiled(${target})
endfunction()

# ebpfxx_use_test_headers(<target> <target of ebpfxx_precompile_test_headers>): both have the same options.
function(ebpfxx_use_test_headers target headers)
  target_precompile_headers(${target} REUSE_FROM ${headers})
  ebpfxx_cache_precompiled(${target})
endfunction()

# Without these, ccache does not know what is in a precompiled header.
function(ebpfxx_cache_precompiled target)
  target_compile_options(${target} PRIVATE
    $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess> "$<$<CXX_COMPILER_ID:Clang>:-Xclang;-fno-pch-timestamp>")
endfunction()

ebpfxx_precompile_test_headers(ebpfxx_language_test_headers ebpfxx::ebpfxx <ebpfxx/language.hpp>)
ebpfxx_precompile_test_headers(ebpfxx_runtime_test_headers ebpfxx::runtime <ebpfxx.hpp>)

# The same of ebpfxx-cc, for the programs in kernel tests without definitions of their own.
if(TARGET ebpfxx::cc)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/ebpfxx_runtime_test_headers.ebpfxx")
  _ebpfxx_write_arguments(ebpfxx_runtime_test_headers "${folder}" arguments)
  _ebpfxx_precompile("${folder}" "#include <doctest/doctest.h>\n#include <ebpfxx.hpp>" "${arguments}" EBPFXX_RUNTIME_PRECOMPILED)
  add_custom_target(runtime_precompiled DEPENDS "${EBPFXX_RUNTIME_PRECOMPILED}")
endif()

# ebpfxx_doctest_executable(<target> SOURCES <file>... [LIBRARIES <target>...])
# An executable of doctest cases; its sources include <doctest/doctest.h> and define no main().
function(ebpfxx_doctest_executable target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  add_executable(${target} ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE ${arg_LIBRARIES} ebpfxx_doctest ebpfxx_warnings)
endfunction()

# ebpfxx_add_doctest(<target> LABEL <label> SOURCES <file>... [LIBRARIES <target>...])
# A doctest executable that runs on the host with no rights, registered as the test <label>.<target>. It leaves its cases'
# outcomes in tests/results/<label>/<target>.tsv of the build folder.
function(ebpfxx_add_doctest target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL" "SOURCES;LIBRARIES")
  ebpfxx_doctest_executable(${target} SOURCES ${arg_SOURCES} LIBRARIES ${arg_LIBRARIES})
  ebpfxx_use_test_headers(${target} ebpfxx_language_test_headers)
  add_test(NAME ${arg_LABEL}.${target} COMMAND ${target})
  set_tests_properties(${arg_LABEL}.${target} PROPERTIES LABELS ${arg_LABEL} TIMEOUT 120
    ENVIRONMENT "EBPFXX_TEST_RESULTS=${EBPFXX_TEST_RESULTS}/${arg_LABEL}/${target}.tsv")
  set_property(GLOBAL APPEND PROPERTY EBPFXX_TESTS_WITH_RESULTS ${arg_LABEL}.${target})
endfunction()

set(EBPFXX_RUN_KERNEL_TESTS "${PROJECT_SOURCE_DIR}/tests/support/run-kernel-tests")

# ebpfxx_add_kernel_test(<target> SOURCES <file>... [LIBRARIES <target>...] [CPUS 2])
# A doctest executable that loads its sources' programs into a kernel: the test kernel.<target> on this machine, and part of
# vm.<version> on the others, or with CPUS 2 of vm.two-cpus.<version>, whose machine has as many. A case that cannot run says
# MESSAGE("skipped: <reason>") and returns.
function(ebpfxx_add_kernel_test target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "CPUS" "SOURCES;LIBRARIES")
  if(NOT arg_CPUS)
    set(arg_CPUS 1)
  endif()
  ebpfxx_doctest_executable(${target} SOURCES ${arg_SOURCES} LIBRARIES ebpfxx::runtime ${arg_LIBRARIES})
  ebpfxx_use_test_headers(${target} ebpfxx_runtime_test_headers)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests/kernel")
  set_target_properties(${target} PROPERTIES
    EBPFXX_PRECOMPILED "${EBPFXX_RUNTIME_PRECOMPILED}" EBPFXX_GENERATED_HEADERS runtime_precompiled)
  ebpfxx_target_programs(${target})
  add_test(NAME kernel.${target} COMMAND "${EBPFXX_RUN_KERNEL_TESTS}" "${EBPFXX_TEST_RESULTS}/host" $<TARGET_FILE:${target}>)
  # One at a time: the trace pipe and the tables of routes and programs belong to the whole machine.
  set_tests_properties(kernel.${target} PROPERTIES LABELS kernel TIMEOUT 600 RESOURCE_LOCK host_kernel)
  set_property(GLOBAL APPEND PROPERTY EBPFXX_KERNEL_TESTS ${target})
  set_target_properties(${target} PROPERTIES EBPFXX_TEST_CPUS ${arg_CPUS})
  set_property(GLOBAL APPEND PROPERTY EBPFXX_TESTS_WITH_RESULTS kernel.${target})
endfunction()

# ebpfxx_add_vm_tests(<version>...)
# All kernel tests declared so far, on each of Debian's kernels that scripts/vm knows: one boot for all that one CPU is enough for,
# which is the faster machine. What takes long there is skipped, and run by vm.thorough.<version>.
function(ebpfxx_add_vm_tests)
  get_property(targets GLOBAL PROPERTY EBPFXX_KERNEL_TESTS)
  foreach(target IN LISTS targets)
    get_target_property(cpus ${target} EBPFXX_TEST_CPUS)
    list(APPEND executables_for_${cpus} $<TARGET_FILE:${target}>)
  endforeach()
  foreach(version IN LISTS ARGN)
    set(machine "${PROJECT_SOURCE_DIR}/scripts/vm" ${version} --timeout 1500 --share "${EBPFXX_TEST_RESULTS}")
    set(run "${EBPFXX_RUN_KERNEL_TESTS}" "${EBPFXX_TEST_RESULTS}/${version}")
    add_test(NAME vm.${version} COMMAND ${machine} -- env EBPFXX_TEST_BRIEFLY=yes ${run} ${executables_for_1})
    add_test(NAME vm.two-cpus.${version} COMMAND ${machine} --cpus 2 -- ${run} ${executables_for_2})
    add_test(NAME vm.thorough.${version} COMMAND ${machine} -- ${run} $<TARGET_FILE:explained>)
    set_tests_properties(vm.${version} PROPERTIES LABELS vm TIMEOUT 1800 COST 1000)
    set_tests_properties(vm.two-cpus.${version} PROPERTIES LABELS vm TIMEOUT 600 PROCESSORS 2)
    set_tests_properties(vm.thorough.${version} PROPERTIES LABELS "vm;thorough" TIMEOUT 1800 DEPENDS vm.${version})
  endforeach()
endfunction()

# ebpfxx_add_language_tests(<preset>...)
# The static and native tests again, with the sanitizers an application too, in a build of their own with another preset; ebpfxx-cc is
# not built again.
function(ebpfxx_add_language_tests)
  foreach(preset IN LISTS ARGN)
    add_test(NAME language.${preset} COMMAND
      "${PROJECT_SOURCE_DIR}/tests/support/run-preset" ${preset} "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/tests/language"
      "-DEBPFXX_CC=$<TARGET_FILE:ebpfxx::cc>" "-DEBPFXX_TESTS=static$<SEMICOLON>native$<SEMICOLON>testing"
      "-DEBPFXX_BUILD_EXAMPLES=$<IF:$<STREQUAL:${preset},asan>,ON,OFF>")
    set_tests_properties(language.${preset} PROPERTIES LABELS language TIMEOUT 1200 PROCESSORS 2 COST 500)
  endforeach()
endfunction()
