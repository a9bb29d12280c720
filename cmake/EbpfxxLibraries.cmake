# The two header libraries: ebpfxx::ebpfxx, the language, and ebpfxx::runtime, the host side over libbpf and libmnl.
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
