# Compiles through ccache where it is installed, so that another clone finds what one has compiled;
# -DCMAKE_CXX_COMPILER_LAUNCHER= turns that off.
if(PROJECT_IS_TOP_LEVEL AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(EBPFXX_CCACHE ccache)
  mark_as_advanced(EBPFXX_CCACHE)
  if(EBPFXX_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${PROJECT_SOURCE_DIR};CCACHE_NOHASHDIR=1;CCACHE_SLOPPINESS=pch_defines,time_macros;${EBPFXX_CCACHE}"
      CACHE STRING "What starts the C++ compiler")
  endif()
endif()
