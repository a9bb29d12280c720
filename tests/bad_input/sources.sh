# shellcheck shell=bash
# The sources that the rows compile, written into the current folder. Sourced.

# source_file FILE LINE...
source_file() {
  local file=$1
  shift
  printf '#include <ebpfxx.hpp>\nusing namespace ebpfxx;\n' >"$file"
  printf '%s\n' "$@" >>"$file"
}

passing='[](Lwt::Out::Packet) { return Lwt::Out::Verdict::Ok; };'
source_file good.cpp "inline constexpr Program<Lwt::Out> pass = $passing"
source_file unparsed.cpp 'int main() { return undeclared; }'
source_file breaks_a_rule.cpp 'inline constexpr Program<Lwt::Out> hasty = [](Lwt::Out::Packet packet) {' \
  '  auto ip = packet.parse<Ipv4>();' \
  '  return ip->ttl == 1 ? Lwt::Out::Verdict::Drop : Lwt::Out::Verdict::Ok;' \
  '};'
source_file clash_here.cpp "namespace a { inline constexpr Program<Lwt::Out> b = $passing }"
source_file clash_there.cpp "inline constexpr Program<Lwt::Out> a__b = $passing"
source_file clash.cpp "namespace a { inline constexpr Program<Lwt::Out> b = $passing }" \
  "inline constexpr Program<Lwt::Out> a__b = $passing"
# Two texts with one hash.
source_file logs_here.cpp '#include <ebpfxx/log/log.hpp>' 'inline constexpr Program<Lwt::Out> here = [](Lwt::Out::Packet) {' \
  '  log<LogLevel::Info, "8yn0iYCKYHlIj4-BwPqk">();' '  return Lwt::Out::Verdict::Ok;' '};'
source_file logs_there.cpp '#include <ebpfxx/log/log.hpp>' 'inline constexpr Program<Lwt::Out> there = [](Lwt::Out::Packet) {' \
  '  log<LogLevel::Info, "GReLUrM4wMqfg9yzV3KQ">();' '  return Lwt::Out::Verdict::Ok;' '};'
source_file licensed.cpp 'EBPFXX_LICENSE("Proprietary")' "inline constexpr Program<Lwt::Out> mine = $passing"
printf 'int main() {}\n' >without_programs.cpp
printf 'not an object' >text.bpf.o
mkdir folder read-only
chmod 555 read-only
