# `cmake --install`: headers, the sources of the runtime, ebpfxx-cc, ebpfxx, and a package that find_package(ebpfxx) finds.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(EBPFXX_PACKAGE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/ebpfxx")

install(DIRECTORY include/ runtime/include/ DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
if(TARGET ebpfxx-cc)
  install(TARGETS ebpfxx-cc RUNTIME)
elseif(EBPFXX_CC)
  install(PROGRAMS "${EBPFXX_CC}" DESTINATION "${CMAKE_INSTALL_BINDIR}" RENAME ebpfxx-cc)
endif()

install(TARGETS ebpfxx_tool RUNTIME)
# What `ebpfxx verify` asks other kernels with.
install(PROGRAMS scripts/vm DESTINATION "${CMAKE_INSTALL_DATADIR}/ebpfxx/scripts")
install(FILES scripts/lib/common.sh scripts/lib/kernels.sh scripts/lib/packages.sh
  DESTINATION "${CMAKE_INSTALL_DATADIR}/ebpfxx/scripts/lib")
install(DIRECTORY scripts/lib/vm DESTINATION "${CMAKE_INSTALL_DATADIR}/ebpfxx/scripts/lib")

install(DIRECTORY runtime/src/ DESTINATION "${CMAKE_INSTALL_DATADIR}/ebpfxx/src")
install(TARGETS ebpfxx EXPORT ebpfxxTargets)
install(EXPORT ebpfxxTargets NAMESPACE ebpfxx:: DESTINATION "${EBPFXX_PACKAGE_DIR}")
configure_package_config_file(cmake/ebpfxxConfig.cmake.in "${PROJECT_BINARY_DIR}/ebpfxxConfig.cmake"
  INSTALL_DESTINATION "${EBPFXX_PACKAGE_DIR}" PATH_VARS CMAKE_INSTALL_BINDIR CMAKE_INSTALL_DATADIR)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/ebpfxxConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/ebpfxxConfig.cmake"
  "${PROJECT_BINARY_DIR}/ebpfxxConfigVersion.cmake"
  cmake/EbpfxxDependencies.cmake
  cmake/EbpfxxProgramTest.cmake
  cmake/EbpfxxRuntime.cmake
  cmake/EbpfxxTargetPrograms.cmake
  cmake/EbpfxxVmlinux.cmake
  cmake/program_test_main.cpp
  DESTINATION "${EBPFXX_PACKAGE_DIR}")

# For builds without CMake; the path to the prefix is relative, so that the package can be moved.
file(RELATIVE_PATH EBPFXX_PC_TO_PREFIX "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
string(REGEX REPLACE "/$" "" EBPFXX_PC_TO_PREFIX "${EBPFXX_PC_TO_PREFIX}")
configure_file(cmake/ebpfxx.pc.in "${PROJECT_BINARY_DIR}/ebpfxx.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/ebpfxx.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
