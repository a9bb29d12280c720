/// Sends the TCP connections of a cgroup to one port to another port of this machine, and forbids those to a
/// third.
///
///     connect_rewrite /sys/fs/cgroup/web --port 80 --to 8080 --forbid 25
#include <CLI/CLI.hpp>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/text.hpp>
#include <iostream>
#include <string>

#include "command_line.hpp"
#include "connect_rewrite.hpp"
#include "until_stopped.hpp"

struct Options {
  std::string group;
  std::uint16_t port = ::port, local_port = ::local_port, forbidden_port = ::forbidden_port;
  bool native = false;
};

/// Sets what the command line says, on an Object and on a Native alike.
template <class Target>
void configure(Target& target, const Options& options) {
  target[port] = options.port;
  target[local_port] = options.local_port;
  target[forbidden_port] = options.forbidden_port;
}

/// "rewritten 3 connections, forbidden 1".
std::string text_of(const Connects& total) {
  return "rewritten " + std::to_string(total.rewritten) + (total.rewritten == 1 ? " connection" : " connections") +
         ", forbidden " + std::to_string(total.forbidden);
}

void run_in_kernel(const Options& options, const UntilStopped& until_stopped) {
  auto object = Object::open(rewrite_ipv4, rewrite_ipv6);
  configure(object, options);
  object.load();
  const CgroupPath group(options.group);
  Link ipv4_link = object[rewrite_ipv4].attach(group), ipv6_link = object[rewrite_ipv6].attach(group);
  std::cout << "attached to " << options.group << ", port " << options.port << " is port " << options.local_port
            << " of this machine" << std::endl;

  std::string shown;
  until_stopped.every(1, [&] {
    const Connects total = object[connects].sum();
    if (total.rewritten + total.forbidden == 0 || text_of(total) == shown) return;
    shown = text_of(total);
    std::cout << shown << std::endl;
  });
  ipv4_link.detach();
  ipv6_link.detach();
  std::cout << "detached after " << text_of(object[connects].sum()) << '\n';
}

/// The same lambdas on connections of our own, without a kernel.
void run_natively(const Options& options) {
  Native native;
  configure(native, options);
  for (const std::uint16_t wanted : {options.port, options.forbidden_port, std::uint16_t{443}}) {
    const auto outcome = native(rewrite_ipv4)({.destination = "10.0.0.3", .port = wanted});
    std::cout << "natively: 10.0.0.3:" << wanted << " -> ";
    if (outcome == Verdict::Deny)
      std::cout << "forbidden\n";
    else
      std::cout << outcome.context.destination << ':' << outcome.context.port << '\n';
  }
  std::cout << "natively: " << text_of(native[connects].sum()) << '\n';
}

int main(int argc, char** argv) {
  const UntilStopped until_stopped;
  Options options;
  CLI::App app("Sends the TCP connections of a cgroup to another port, of this machine.", "connect_rewrite");
  app.add_option("group", options.group, "folder of the group, as /sys/fs/cgroup/web")->required();
  const auto add_port = [&](const char* name, std::uint16_t& value, const char* meaning) {
    app.add_option(name, value, meaning)->capture_default_str()->check(CLI::Range(0, 65535));
  };
  add_port("--port", options.port, "connections to this port");
  add_port("--to", options.local_port, "go to this port of this machine");
  add_port("--forbid", options.forbidden_port, "connections to this port fail");
  app.add_flag("--native", options.native, "run the programs on connections of their own, without a kernel");
  if (const auto exit_code = read_command_line(app, argc, argv)) return *exit_code;

  try {
    if (options.native)
      run_natively(options);
    else
      run_in_kernel(options, until_stopped);
  } catch (const std::exception& error) {
    std::cerr << "connect_rewrite: " << error.what() << '\n';
    return 1;
  }
}
