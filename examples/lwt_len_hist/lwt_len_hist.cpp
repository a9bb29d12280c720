/// Counts the lengths of the packets that leave through a route, in buckets of powers of two: a live bar chart on a
/// terminal, JSON lines when piped.
///
///     lwt_len_hist 10.0.0.3/32 --device veth0
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "command_line.hpp"
#include "until_stopped.hpp"

using namespace ebpfxx;

// --- what runs in the kernel ---

/// Bucket n counts the packets of 2^n to 2^(n+1) - 1 bytes, IP header included.
inline Map<std::uint32_t, std::uint64_t, PerCpuArray<32>> lengths;

inline constexpr Program<Lwt::Out> count_lengths = [](Lwt::Out::Packet packet) {
  lengths.at(floor_log2(packet.length())).update([](std::uint64_t& count) { count += 1; });
  return Lwt::Out::Verdict::Ok;
};

// --- the application ---

using Buckets = std::vector<std::uint64_t>;

/// The counts of all CPUs, from the handle that an Object or a Native gives.
template <class Handle>
Buckets read(Handle handle) {
  Buckets buckets(32);
  for (auto [index, counts] : handle) buckets[index] = counts.sum();
  return buckets;
}

/// A bar a bucket, from the first to the last that counted anything; returns the number of lines.
int draw(const Buckets& buckets) {
  constexpr std::uint64_t width = 50;
  const auto counted = [](std::uint64_t count) { return count != 0; };
  const auto first = std::find_if(buckets.begin(), buckets.end(), counted);
  const auto last = std::find_if(buckets.rbegin(), std::make_reverse_iterator(first), counted).base();
  const std::uint64_t most = *std::max_element(buckets.begin(), buckets.end());
  std::cout << "       bytes       packets\n";
  for (auto bucket = first; bucket != last; ++bucket) {
    const std::uint64_t low = std::uint64_t{1} << (bucket - buckets.begin());
    const std::uint64_t bar = (*bucket * width + most - 1) / most;
    std::cout << std::setw(7) << low << " - " << std::left << std::setw(7) << 2 * low - 1 << std::right << std::setw(8)
              << *bucket << " |" << std::string(bar, '#') << '\n';
  }
  return 1 + static_cast<int>(last - first);
}

void write_json(const Buckets& buckets) {
  std::cout << "{\"lengths\":[";
  for (std::size_t i = 0; i < buckets.size(); ++i) std::cout << (i == 0 ? "" : ",") << buckets[i];
  std::cout << "]}" << std::endl;
}

/// Draws over what it drew before.
class LiveChart {
 public:
  void show(const Buckets& buckets) {
    if (lines_ > 0) std::cout << "\x1b[" << lines_ << "A\x1b[J";  // up, and clear to the end of the screen
    lines_ = draw(buckets);
    std::cout << std::flush;
  }

 private:
  int lines_ = 0;
};

struct Options {
  std::string destination, device;
  bool replace = false;
  bool native = false;
};

Route route_of(const Options& options) {
  Route route(options.destination);
  if (!options.device.empty()) route.device(options.device);
  if (options.replace) route.replace();
  return route;
}

void run_in_kernel(const Route& route, const UntilStopped& until_stopped) {
  auto object = Object::open(count_lengths);
  object.load();
  Link link = object[count_lengths].attach(route);
  if (link.taken_over()) std::cerr << "lwt_len_hist: took over the route from an earlier run that was killed\n";
  LiveChart chart;
  until_stopped.every(1, [&] {
    if (isatty(STDOUT_FILENO))
      chart.show(read(object[lengths]));
    else
      write_json(read(object[lengths]));
  });
  link.detach();
}

/// The same lambda on packets of our own, without a kernel.
void run_natively() {
  Native native;
  for (std::size_t bytes = 20; bytes <= 1500; bytes += 20) native(count_lengths, std::vector<std::uint8_t>(bytes));
  std::cout << "natively, over packets of 20, 40, ... 1500 bytes:\n";
  draw(read(native[lengths]));
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
