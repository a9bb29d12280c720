#pragma once

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <exception>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

#include <ebpfxx/runtime/detail/os/file_descriptor.hpp>

namespace ebpfxx::test {

/// A network namespace without a name: it goes with the last process and descriptor, so that a killed test leaves
/// nothing.
class NetworkNamespace {
 public:
  NetworkNamespace() {
    std::thread([this] {
      if (unshare(CLONE_NEWNET) != 0) {
        error_ = errno;
        return;
      }
      descriptor_ = detail::os::FileDescriptor(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    }).join();
    if (error_ != 0) throw std::system_error(error_, std::generic_category(), "cannot make a network namespace");
  }

  int descriptor() const { return descriptor_.fd(); }

  /// The path by which a program that this process starts reaches the namespace.
  std::string path() const { return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(descriptor()); }

  /// Runs `body` on a thread inside the namespace and gives back what it gives, an exception too.
  template <class Body>
  auto run(Body body) const {
    using Result = std::invoke_result_t<Body>;
    std::exception_ptr failure;
    std::conditional_t<std::is_void_v<Result>, std::unique_ptr<char>, std::unique_ptr<Result>> result;
    std::thread([&] {
      try {
        if (setns(descriptor(), CLONE_NEWNET) != 0)
          throw std::system_error(errno, std::generic_category(), "cannot enter a network namespace");
        if constexpr (std::is_void_v<Result>) {
          body();
        } else {
          result = std::make_unique<Result>(body());
        }
      } catch (...) {
        failure = std::current_exception();
      }
    }).join();
    if (failure) std::rethrow_exception(failure);
    if constexpr (!std::is_void_v<Result>) return std::move(*result);
  }

  /// What a shell command prints inside the namespace; throws when it fails.
  std::string shell(const std::string& command) const {
    return run([&] {
      std::string output;
      FILE* pipe = popen(("exec 2>&1; " + command).c_str(), "r");
      if (pipe == nullptr) throw std::system_error(errno, std::generic_category(), command);
      std::array<char, 4096> buffer;
      while (std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe)) output.append(buffer.data(), size);
      if (int status = pclose(pipe); status != 0) throw std::runtime_error(command + ": " + output);
      return output;
    });
  }

 private:
  detail::os::FileDescriptor descriptor_;
  int error_ = 0;
};

/// Waits until an interface sends what it is given: a while after `up` the kernel notices that the other end is up too,
/// and until then it drops everything.
inline void wait_until_up(const NetworkNamespace& place, const std::string& interface) {
  const bool up = place.run([&] {
    const detail::os::FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    interface.copy(request.ifr_name, sizeof request.ifr_name - 1);
    for (int attempt = 0; attempt < 500; ++attempt) {
      if (ioctl(socket.fd(), SIOCGIFFLAGS, &request) != 0) return false;
      // Setting the flags as they are waits for whoever is still at work on the interface.
      if ((request.ifr_flags & IFF_RUNNING) != 0) return ioctl(socket.fd(), SIOCSIFFLAGS, &request) == 0;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  });
  if (!up) throw std::runtime_error(interface + " does not come up");
}

/// Two namespaces joined by a veth pair: `left` has 10.0.0.2 and fd00::2 on veth0, `right` 10.0.0.3, 10.0.0.4 and
/// fd00::3 on veth1. Interface indexes are above 100, so that no index is taken for something else.
struct Network {
  NetworkNamespace left, right;

  Network() {
    // One process for all commands of a namespace: under emulation, starting `ip` is what takes the time.
    left.shell(
        "ip -batch - <<'END'\n"
        "link add veth0 index 201 type veth peer name veth1 index 202 netns " +
        right.path() + "\n" + commands("veth0", {"10.0.0.2/24", "fd00::2/64"}) + "END");
    right.shell("ip -batch - <<'END'\n" + commands("veth1", {"10.0.0.3/24", "10.0.0.4/24", "fd00::3/64"}) + "END");
    wait_until_up(left, "veth0");
    wait_until_up(right, "veth1");
  }

 private:
  static std::string commands(const std::string& device, std::initializer_list<std::string> addresses) {
    std::string lines = "link set lo up\n";
    for (const std::string& address : addresses)
      lines += "addr add " + address + " dev " + device + (address.find(':') != std::string::npos ? " nodad\n" : "\n");
    return lines + "link set " + device + " addrgenmode none up\n";
  }
};

}  // namespace ebpfxx::test
