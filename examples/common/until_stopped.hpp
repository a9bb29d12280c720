#pragma once

#include <csignal>
#include <ctime>

/// Calls `body` every `seconds` until Ctrl-C or a SIGTERM, or until the terminal or the reader of the output is gone;
/// then returns, so that destructors detach what is attached. Construct it first thing in main(): from then on the
/// signals wait until somebody asks for them.
class UntilStopped {
 public:
  UntilStopped() {
    sigemptyset(&signals_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) sigaddset(&signals_, signal);
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
