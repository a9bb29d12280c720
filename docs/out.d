out.bpf.o: \
  /tmp/tmp.WxxLOzgcyk/in_good.cpp \
  /work/main/docs/../tests/compiler/minimal_program.hpp \
  /work/main/include/ebpfxx/abi.hpp
