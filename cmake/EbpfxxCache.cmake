# Compiles through ccache where it is installed, so that another clone finds what one has compiled;
# -DCMAKE_CXX_COMPILER_LAUNCHER= turns that off. Depend mode hashes the headers as they are: a precompiled header holds sums of the
# files that it read, and g++ includes a file with `#pragma once` a second time when a comment in it has changed since.
if(PROJECT_IS_TOP_LEVEL AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(EBPFXX_CCACHE ccache)
  mark_as_advanced(EBPFXX_CCACHE)
  if(EBPFXX_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${PROJECT_SOURCE_DIR};CCACHE_NOHASHDIR=1;CCACHE_DEPEND=1;CCACHE_SLOPPINESS=pch_defines,time_macros;${EBPFXX_CCACHE}")
  endif()
endif()
