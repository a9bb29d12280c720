# The parts of ebpfxx that are compiled: once for each build folder and configuration, with the flags of the project. Whoever
# includes this has set EBPFXX_RUNTIME_SOURCES to their folder, and has the target ebpfxx::ebpfxx.
#
# ebpfxx_add_runtime(<target>)
#
# Adds a static library that is ebpfxx::runtime once more, for targets that need it compiled with flags of their own: give it those
# flags, and link the targets with it instead of ebpfxx::runtime. For a test of programs, name it in LIBRARIES of
# ebpfxx_add_program_test.
#
#   ebpfxx_add_runtime(sanitized_runtime)
#   target_compile_options(sanitized_runtime PUBLIC -fsanitize=address)
#   target_link_options(sanitized_runtime PUBLIC -fsanitize=address)
#   target_link_libraries(app PRIVATE sanitized_runtime)
cmake_policy(PUSH)
cmake_policy(VERSION 3.25)

set(_EBPFXX_NATIVE_PARTS error.cpp log/log.cpp backing/handles.cpp native/execution.cpp native/interface.cpp os/pinning.cpp shared.cpp)
set(_EBPFXX_RUNTIME_PARTS attach/events.cpp attach/interfaces.cpp attach/link.cpp attach/routes.cpp attach/sockets.cpp
  load/opened_object.cpp backing/kernel_maps.cpp test_run/test_run.cpp)

# _ebpfxx_add_part(<target> <file>...): a static library of these sources, of which a project that uses it sees no warnings.
function(_ebpfxx_add_part target)
  list(TRANSFORM ARGN PREPEND "${EBPFXX_RUNTIME_SOURCES}/" OUTPUT_VARIABLE sources)
  add_library(${target} STATIC EXCLUDE_FROM_ALL ${sources})
  target_link_libraries(${target} PUBLIC ebpfxx::ebpfxx)
  target_include_directories(${target} PUBLIC ${EBPFXX_RUNTIME_HEADERS})
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON AUTOGEN_ORIGIN_DEPENDS OFF
    AUTOMOC OFF AUTOUIC OFF AUTORCC OFF CXX_CLANG_TIDY "" CXX_CPPCHECK "" CXX_CPPLINT "" CXX_INCLUDE_WHAT_YOU_USE "")
  if(NOT EBPFXX_RUNTIME_WARNINGS)
    target_compile_options(${target} PRIVATE -w)
  else()
    target_link_libraries(${target} PRIVATE ${EBPFXX_RUNTIME_WARNINGS})
  endif()
endfunction()

function(ebpfxx_add_runtime target)
  _ebpfxx_add_part(${target} ${_EBPFXX_NATIVE_PARTS} ${_EBPFXX_RUNTIME_PARTS})
  target_link_libraries(${target} PUBLIC PkgConfig::libbpf PkgConfig::libmnl)
endfunction()

# ebpfxx::native, what native runs need: no libbpf. ebpfxx::runtime, all of the runtime. ebpfxx::testing, for tests of programs.
# Imported, so that a project may install and export what links with them.
if(NOT TARGET ebpfxx_native)
  _ebpfxx_add_part(ebpfxx_native ${_EBPFXX_NATIVE_PARTS})
  _ebpfxx_add_part(ebpfxx_runtime ${_EBPFXX_RUNTIME_PARTS})
  target_link_libraries(ebpfxx_runtime PUBLIC ebpfxx_native PkgConfig::libbpf PkgConfig::libmnl)
endif()
if(NOT TARGET ebpfxx::runtime)
  foreach(part IN ITEMS native runtime testing)
    add_library(ebpfxx::${part} INTERFACE IMPORTED GLOBAL)  # also for who adds this folder to a project
  endforeach()
  target_link_libraries(ebpfxx::native INTERFACE ebpfxx_native)
  target_link_libraries(ebpfxx::runtime INTERFACE ebpfxx_runtime)
  target_link_libraries(ebpfxx::testing INTERFACE ebpfxx_native $<TARGET_NAME_IF_EXISTS:PkgConfig::libpcap>)
endif()

cmake_policy(POP)
