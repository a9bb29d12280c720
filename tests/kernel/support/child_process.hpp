#pragma once

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

#include "network.hpp"

namespace ebpfxx::test {

/// A forked copy of the test that runs `body` inside a namespace and then waits to be killed: an application that does
/// not get to clean up. The constructor returns when `body` has.
class ChildProcess {
 public:
  template <class Body>
  ChildProcess(const NetworkNamespace& place, Body body) {
    int ready[2];
    if (pipe(ready) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    process_ = fork();
    if (process_ == 0) {
      close(ready[0]);
      run(place, body, ready[1]);
    }
    close(ready[1]);
    char answer = 0;
    ssize_t size = read(ready[0], &answer, 1);
    close(ready[0]);
    if (size != 1) {
      kill();
      throw std::runtime_error("the child process failed");
    }
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess() { kill(); }

  pid_t process() const { return process_; }

  /// kill -9, and waits for the end.
  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = -1;
  }

 private:
  template <class Body>
  [[noreturn]] static void run(const NetworkNamespace& place, Body body, int ready) {
    try {
      if (setns(place.descriptor(), CLONE_NEWNET) != 0) _exit(1);
      auto kept_alive = body();
      if (write(ready, "x", 1) != 1) _exit(1);
      for (;;) pause();
    } catch (const std::exception& error) {
      std::cerr << "child process: " << error.what() << std::endl;
    }
    _exit(1);
  }

  pid_t process_ = -1;
};

/// The text that `body` returns when it runs in a forked copy of the test. What it does to its process (dropped rights,
/// libbpf's memory of what the kernel can do) ends with it.
template <class Body>
std::string text_from_child(Body body) {
  int channel[2];
  if (pipe(channel) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  pid_t process = fork();
  if (process == 0) {
    close(channel[0]);
    std::string text;
    try {
      text = body();
    } catch (const std::exception& error) {
      text = std::string("exception: ") + error.what();
    }
    ssize_t size = write(channel[1], text.data(), text.size());
    _exit(size == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  close(channel[1]);
  std::string text;
  std::array<char, 4096> buffer;
  for (ssize_t size; (size = read(channel[0], buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(size));
  close(channel[0]);
  waitpid(process, nullptr, 0);
  return text;
}

}  // namespace ebpfxx::test
