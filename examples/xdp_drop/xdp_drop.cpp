/// Drops TCP packets from one address to one port where an interface receives them, before the kernel's network stack.
///
///     xdp_drop veth0 --from 10.0.0.3 --port 8080
///     xdp_drop veth0 --from 10.0.0.3 --mode generic
#include <CLI/CLI.hpp>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <iostream>
#include <stdexcept>
#include <string>

#include "command_line.hpp"
#include "until_stopped.hpp"
#include "xdp_drop.hpp"

struct Options {
  std::string device, mode;
  std::uint16_t port_to_drop = port;
  std::string address_to_drop = "10.0.0.3";
  bool replace = false;
  bool native = false;
};

XdpInterface place_of(const Options& options) {
  XdpInterface place = Interface(options.device);
  if (options.mode == "driver") place.driver_mode();
  if (options.mode == "generic") place.generic_mode();
  if (options.replace) place.replace();
  return place;
}

Ipv4Address address_of(const std::string& text) {
  if (const auto address = Ipv4Address::from_text(text)) return *address;
  throw std::invalid_argument("'" + text + "' is not an IPv4 address");
}

/// Sets what the command line says, on an Object and on a Native alike.
template <class Target>
void configure(Target& target, const Options& options) {
  target[port] = options.port_to_drop;
  target[from] = address_of(options.address_to_drop);
}

std::string packets(std::uint64_t count) { return std::to_string(count) + (count == 1 ? " packet" : " packets"); }

/// "dropped 3 packets, 180 bytes (CPU 0: 1, CPU 1: 2)".
template <class Values>
void show(const Drops& total, const Values& values) {
  std::cout << "dropped " << packets(total.packets) << ", " << total.bytes << " bytes (";
  const char* separator = "";
  for (std::size_t cpu = 0; cpu < values.size(); ++cpu) {
    if (values[cpu].packets == 0) continue;
    std::cout << separator << "CPU " << cpu << ": " << values[cpu].packets;
    separator = ", ";
  }
  std::cout << ")" << std::endl;
}

void run_in_kernel(const Options& options, const UntilStopped& until_stopped) {
  auto object = Object::open(drop_tcp);
  configure(object, options);
  object.load();
  Link link = object[drop_tcp].attach(place_of(options));
  std::cout << "attached to " << options.device << ", dropping TCP from " << options.address_to_drop << " to port "
            << options.port_to_drop << std::endl;

  std::uint64_t shown = 0;
  until_stopped.every(1, [&] {
    const Drops total = object[drops].sum();
    if (total.packets != shown) show(total, object[drops].per_cpu());
    shown = total.packets;
  });
  link.detach();
  std::cout << "detached after dropping " << packets(object[drops].sum().packets) << '\n';
}

/// The same lambda on frames of our own, without a kernel.
void run_natively(const Options& options) {
  Native native;
  configure(native, options);
  for (const char* source : {"10.0.0.3", "10.0.0.4"})
    for (std::uint16_t destination : {std::uint16_t{8080}, std::uint16_t{9090}}) {
      const auto frame = ethernet() / ipv4({.source = address_of(source)}) / tcp({.destination = destination});
      const bool dropped = native(drop_tcp)(frame) == Xdp::Verdict::Drop;
      std::cout << "natively: TCP from " << source << " to port " << destination
                << (dropped ? ": dropped\n" : ": passed\n");
    }
  std::cout << "natively: dropped " << packets(native[drops].sum().packets) << '\n';
}

int main(int argc, char** argv) {
  const UntilStopped until_stopped;
  Options options;
  CLI::App app("Drops TCP packets from one address to one port where an interface receives them.", "xdp_drop");
  app.add_option("interface", options.device, "the interface that receives them")->required();
  app.add_option("--from", options.address_to_drop, "source address to drop")->capture_default_str();
  app.add_option("--port", options.port_to_drop, "TCP port to drop")
      ->capture_default_str()
      ->check(CLI::Range(0, 65535));
  app.add_option("--mode", options.mode, "where it runs: driver or generic; the kernel chooses without it")
      ->check(CLI::IsMember({"driver", "generic"}));
  app.add_flag("--replace", options.replace, "take the place of the program that is there, and put it back at the end");
  app.add_flag("--native", options.native, "run the filter on sample packets in this process, without a kernel");
  if (const auto exit_code = read_command_line(app, argc, argv)) return *exit_code;

  try {
    if (options.native)
      run_natively(options);
    else
      run_in_kernel(options, until_stopped);
  } catch (const std::exception& error) {
    std::cerr << "xdp_drop: " << error.what() << '\n';
    return 1;
  }
}
