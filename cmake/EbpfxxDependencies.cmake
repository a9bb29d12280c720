# What the header libraries are built on; used by the project's build and, installed, by ebpfxxConfig.cmake.
find_package(PkgConfig REQUIRED)
pkg_check_modules(libbpf REQUIRED IMPORTED_TARGET GLOBAL libbpf>=1.1)
pkg_check_modules(libmnl REQUIRED IMPORTED_TARGET GLOBAL libmnl)
# Only <ebpfxx/testing/pcap.hpp> needs it.
pkg_check_modules(libpcap QUIET IMPORTED_TARGET GLOBAL libpcap)
# Boost.PFR came with 1.75; Debian 12's default, 1.74, is too old.
find_package(Boost 1.81 REQUIRED)
