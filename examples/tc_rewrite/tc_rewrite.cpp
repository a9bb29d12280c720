/// Lets a TCP server answer on a second port of one interface: what arrives for the port goes to the server's, and its
/// answers come from the port that the client knows.
///
///     tc_rewrite veth0 --port 80 --to 8080
#include <CLI/CLI.hpp>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <iostream>
#include <string>

#include "command_line.hpp"
#include "tc_rewrite.hpp"
#include "until_stopped.hpp"

struct Options {
  std::string device;
  std::uint16_t known_port = port, server_port = to, priority = 0;
  bool native = false;
};

/// Sets what the command line says, on an Object and on a Native alike.
template <class Target>
void configure(Target& target, const Options& options) {
  target[port] = options.known_port;
  target[to] = options.server_port;
}

void run_in_kernel(const Options& options, const UntilStopped& until_stopped) {
  auto object = Object::open(rewrite_requests, rewrite_answers);
  configure(object, options);
  object.load();
  const TcInterface place = Interface(options.device).priority(options.priority);
  Link out = object[rewrite_answers].attach(place);
  Link in = object[rewrite_requests].attach(place);
  if (in.taken_over()) std::cout << "took over from an earlier run that was killed\n";
  std::cout << "attached to " << options.device << ", port " << options.known_port << " leads to port "
            << options.server_port << std::endl;

  std::uint64_t shown = 0;
  until_stopped.every(1, [&] {
    const std::uint64_t arrived = object[requests].sum(), left = object[answers].sum();
    if (arrived + left != shown)
      std::cout << "rewrote " << arrived << " packets that arrived, " << left << " that left" << std::endl;
    shown = arrived + left;
  });
  in.detach();
  out.detach();
  std::cout << "detached after rewriting " << object[requests].sum() + object[answers].sum() << " packets\n";
}

/// The same lambdas on packets of our own, without a kernel.
void run_natively(const Options& options) {
  Native native;
  configure(native, options);
  for (const std::uint16_t destination : {options.known_port, options.server_port, std::uint16_t{443}}) {
    const auto outcome = native(rewrite_requests)(ethernet() / ipv4() / tcp({.destination = destination}));
    std::cout << "natively: TCP to port " << destination << " goes to port "
              << outcome.at<Tcp, 34>().destination.value() << '\n';
  }
  std::cout << "natively: rewrote " << native[requests].sum() << " packets\n";
}

int main(int argc, char** argv) {
  const UntilStopped until_stopped;
  Options options;
  CLI::App app("Lets a TCP server answer on a second port of one interface.", "tc_rewrite");
  app.add_option("interface", options.device, "the interface that clients come by")->required();
  app.add_option("--port", options.known_port, "TCP port that clients know")
      ->capture_default_str()
      ->check(CLI::Range(1, 65535));
  app.add_option("--to", options.server_port, "TCP port that the server listens on")
      ->capture_default_str()
      ->check(CLI::Range(1, 65535));
  app.add_option("--priority", options.priority, "of the filters among others; the kernel chooses without it")
      ->check(CLI::Range(1, 65535));
  app.add_flag("--native", options.native, "run the programs on sample packets in this process, without a kernel");
  if (const auto exit_code = read_command_line(app, argc, argv)) return *exit_code;

  try {
    if (options.native)
      run_natively(options);
    else
      run_in_kernel(options, until_stopped);
  } catch (const std::exception& error) {
    std::cerr << "tc_rewrite: " << error.what() << '\n';
    return 1;
  }
}
