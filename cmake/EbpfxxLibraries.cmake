# The header libraries: ebpfxx::ebpfxx, the language; ebpfxx::runtime, the host side over libbpf and libmnl; ebpfxx::testing, for
# tests of programs, which need neither.
include(EbpfxxDependencies)
include(GNUInstallDirs)

add_library(ebpfxx INTERFACE)
add_library(ebpfxx::ebpfxx ALIAS ebpfxx)
target_compile_features(ebpfxx INTERFACE cxx_std_20)
target_include_directories(ebpfxx INTERFACE
  "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>"
  "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
target_link_libraries(ebpfxx INTERFACE Boost::headers)

add_library(ebpfxx_runtime INTERFACE)
add_library(ebpfxx::runtime ALIAS ebpfxx_runtime)
set_target_properties(ebpfxx_runtime PROPERTIES EXPORT_NAME runtime)
target_include_directories(ebpfxx_runtime INTERFACE "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/runtime/include>")
target_link_libraries(ebpfxx_runtime INTERFACE ebpfxx PkgConfig::libbpf PkgConfig::libmnl)

add_library(ebpfxx_testing INTERFACE)
add_library(ebpfxx::testing ALIAS ebpfxx_testing)
set_target_properties(ebpfxx_testing PROPERTIES EXPORT_NAME testing)
target_include_directories(ebpfxx_testing INTERFACE "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/runtime/include>")
target_link_libraries(ebpfxx_testing INTERFACE ebpfxx $<TARGET_NAME_IF_EXISTS:PkgConfig::libpcap>)
