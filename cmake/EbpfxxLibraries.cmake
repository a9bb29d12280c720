# ebpfxx::ebpfxx, the headers; and what EbpfxxRuntime.cmake compiles.
include(EbpfxxDependencies)
include(GNUInstallDirs)

add_library(ebpfxx INTERFACE)
add_library(ebpfxx::ebpfxx ALIAS ebpfxx)
target_compile_features(ebpfxx INTERFACE cxx_std_20)
target_include_directories(ebpfxx INTERFACE
  "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>"
  "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
target_link_libraries(ebpfxx INTERFACE Boost::headers)

set(EBPFXX_RUNTIME_SOURCES "${PROJECT_SOURCE_DIR}/runtime/src")
set(EBPFXX_RUNTIME_HEADERS "${PROJECT_SOURCE_DIR}/runtime/include")
set(EBPFXX_RUNTIME_WARNINGS ebpfxx_warnings)
include(EbpfxxRuntime)
