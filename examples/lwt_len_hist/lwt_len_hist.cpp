/// Counts the lengths of the packets that leave through a route, in buckets of powers of two: a live bar chart on a
/// terminal, JSON lines when piped.
///
///     lwt_len_hist 10.0.0.3/32 --device veth0
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <iostream>
#include <string>
#include <vector>

#include "command_line.hpp"
#include "histogram.hpp"
#include "lwt_len_hist.hpp"
#include "until_stopped.hpp"

constexpr const char* title = "       bytes       packets";

struct Options {
  std::string destination, device;
  bool replace = false;
  bool native = false;
};

Route route_of(const Options& options) {
  Route route(options.destination);
  if (!options.device.empty()) route.device(options.device);
  if (options.replace) route.join();
  return route;
}

void run_in_kernel(const Route& route, const UntilStopped& until_stopped) {
  auto object = Object::open(count_lengths);
  object.load();
  Link link = object[count_lengths].attach(route);
  if (link.taken_over()) std::cerr << "lwt_len_hist: took over the route from an earlier run that was killed\n";
  LiveChart chart(title);
  until_stopped.every(1, [&] {
    if (isatty(STDOUT_FILENO))
      chart.show(read(object[lengths]));
    else
      write_json(read(object[lengths]), "lengths");
  });
  link.detach();
}

/// The same lambda on packets of our own, without a kernel.
void run_natively() {
  Native native;
  for (std::size_t bytes = 20; bytes <= 1500; bytes += 20) native(count_lengths)(std::vector<std::uint8_t>(bytes));
  std::cout << "natively, over packets of 20, 40, ... 1500 bytes:\n";
  draw(read(native[lengths]), title);
}

int main(int argc, char** argv) {
  const UntilStopped until_stopped;
  Options options;
  CLI::App app("Shows how long the packets on a route are.", "lwt_len_hist");
  app.add_option("route", options.destination, "destination with its prefix length, as 10.0.0.3/32")->required();
  app.add_option("--device", options.device, "interface that the route leads through");
  app.add_flag("--replace", options.replace, "join the route that exists instead of creating one");
  app.add_flag("--native", options.native, "run the filter on sample packets in this process, without a kernel");
  if (const auto exit_code = read_command_line(app, argc, argv)) return *exit_code;

  try {
    const Route route = route_of(options);
    if (options.native)
      run_natively();
    else
      run_in_kernel(route, until_stopped);
  } catch (const std::exception& error) {
    std::cerr << "lwt_len_hist: " << error.what() << '\n';
    return 1;
  }
}
