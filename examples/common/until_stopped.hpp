#pragma once

#include <csignal>
#include <ctime>

/// Calls `body` every `seconds` until Ctrl-C or a SIGTERM, then returns, so that destructors detach what is attached.
/// Construct it first thing in main(): from then on the signals wait until somebody asks for them.
class UntilStopped {
 public:
  UntilStopped() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals_, nullptr);
  }

  template <class Body>
  void every(long seconds, Body body) const {
    const timespec interval{.tv_sec = seconds, .tv_nsec = 0};
    do body();
    while (sigtimedwait(&signals_, nullptr, &interval) < 0);
  }

 private:
  sigset_t signals_;
};
