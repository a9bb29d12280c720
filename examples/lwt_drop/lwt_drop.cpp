/// Drops TCP packets to one port on one route: those that leave (`egress`), or those that arrive from one address
/// (`ingress`).
///
///     lwt_drop egress 10.0.0.3/32 --device veth0 --port 8080
///     lwt_drop ingress 10.0.0.2/32 --device lo --from 10.0.0.3 --headroom 14
#include <CLI/CLI.hpp>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <iostream>
#include <stdexcept>
#include <string>

#include "command_line.hpp"
#include "lwt_drop.hpp"
#include "until_stopped.hpp"

struct Options {
  std::string destination, device, source, table = "main";
  std::uint32_t headroom = 0;
  std::uint16_t port_to_drop = port;
  std::string address_to_drop = "10.0.0.3";
  bool replace = false;
  bool native = false;
};

Route route_of(const Options& options) {
  Route route(options.destination);
  route.table(options.table).headroom(options.headroom);
  if (!options.device.empty()) route.device(options.device);
  if (!options.source.empty()) route.source(options.source);
  if (options.replace) route.join();
  return route;
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

template <class Hook>
void run_in_kernel(const Program<Hook>& program, const Options& options, const Route& route,
                   const UntilStopped& until_stopped) {
  Object object = Object::open(program);
  configure(object, options);
  object.load();
  Link link = object[program].attach(route);
  if (link.taken_over()) std::cout << "took over the route from an earlier run that was killed\n";
  std::cout << "attached to " << options.destination << ", dropping TCP to port " << options.port_to_drop << std::endl;

  std::uint64_t shown = 0;
  until_stopped.every(1, [&] {
    const Drops total = object[drops].sum();
    if (total.packets != shown)
      std::cout << "dropped " << packets(total.packets) << ", " << total.bytes << " bytes" << std::endl;
    shown = total.packets;
  });
  link.detach();
  std::cout << "detached after dropping " << packets(object[drops].sum().packets) << '\n';
}

/// The same lambda on packets of our own, without a kernel.
template <class Hook>
void run_natively(const Program<Hook>& program, const Options& options) {
  Native native;
  configure(native, options);
  for (const char* source : {"10.0.0.3", "10.0.0.4"})
    for (std::uint16_t destination : {std::uint16_t{8080}, std::uint16_t{9090}}) {
      const auto packet = ipv4({.source = address_of(source)}) / tcp({.destination = destination});
      const bool dropped = native(program)(packet) == Hook::Verdict::Drop;
      std::cout << "natively: TCP from " << source << " to port " << destination
                << (dropped ? ": dropped\n" : ": passed\n");
    }
  for (const std::string& line : native.trace()) std::cout << "natively: trace: " << line << '\n';
  std::cout << "natively: dropped " << packets(native[drops].sum().packets) << '\n';
}

template <class Hook>
void run(const Program<Hook>& program, const Options& options, const UntilStopped& until_stopped) {
  const Route route = route_of(options);
  if (options.native)
    run_natively(program, options);
  else
    run_in_kernel(program, options, route, until_stopped);
}

int main(int argc, char** argv) {
  const UntilStopped until_stopped;
  Options options;
  CLI::App app("Drops TCP packets to one port on one route, in the kernel.", "lwt_drop");
  app.require_subcommand(1);
  CLI::App* egress = app.add_subcommand("egress", "drop what leaves through the route");
  CLI::App* ingress = app.add_subcommand("ingress", "drop what arrives for the route from one address");
  for (CLI::App* direction : {egress, ingress}) {
    direction->add_option("route", options.destination, "destination with its prefix length, as 10.0.0.3/32")
        ->required();
    direction->add_option("--device", options.device, "interface that the route leads through");
    direction->add_option("--table", options.table, "routing table: main, local, default")->capture_default_str();
    direction->add_option("--source", options.source, "preferred source address of the route");
    direction->add_option("--headroom", options.headroom, "bytes to keep free in front of each packet")
        ->check(CLI::Range(0, 256));
    direction->add_option("--port", options.port_to_drop, "TCP port to drop")
        ->capture_default_str()
        ->check(CLI::Range(0, 65535));
    direction->add_flag("--replace", options.replace, "join the route that exists instead of creating one");
    direction->add_flag("--native", options.native,
                        "run the filter on sample packets in this process, without a kernel");
  }
  ingress->add_option("--from", options.address_to_drop, "source address to drop")->capture_default_str();
  if (const auto exit_code = read_command_line(app, argc, argv)) return *exit_code;

  try {
    if (egress->parsed())
      run(drop_egress, options, until_stopped);
    else
      run(drop_ingress, options, until_stopped);
  } catch (const std::exception& error) {
    std::cerr << "lwt_drop: " << error.what() << '\n';
    return 1;
  }
}
