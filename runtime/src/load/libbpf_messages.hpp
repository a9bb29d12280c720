#pragma once

#include <bpf/libbpf.h>

#include <cstdarg>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace ebpfxx::detail::load {

/// Keeps what libbpf would print while it lives, instead of letting it print. What libbpf says on other threads
/// meanwhile goes where the application has sent it (libbpf_set_print).
class LibbpfMessages {
 public:
  LibbpfMessages() : lock_(mutex()) {
    earlier_ = libbpf_set_print(&take);
    current_ = this;
  }
  LibbpfMessages(const LibbpfMessages&) = delete;
  LibbpfMessages& operator=(const LibbpfMessages&) = delete;
  ~LibbpfMessages() {
    current_ = nullptr;
    libbpf_set_print(earlier_);
  }

  /// The warnings, as libbpf would print them.
  const std::string& text() const { return text_; }

  /// The warnings, without "libbpf: " and the final line break.
  const std::vector<std::string>& warnings() const { return warnings_; }

  /// The first of them, which says why; those behind it, what libbpf could not do then. Empty: there is none.
  std::string first() const { return warnings_.empty() ? std::string() : warnings_.front(); }

 private:
  static std::mutex& mutex() {
    static std::mutex mutex;
    return mutex;
  }

  static int take(libbpf_print_level level, const char* format, va_list arguments) {
    if (current_ == nullptr) return earlier_ ? earlier_(level, format, arguments) : 0;
    if (level != LIBBPF_WARN) return 0;
    va_list measured;
    va_copy(measured, arguments);
    int size = std::vsnprintf(nullptr, 0, format, measured);
    va_end(measured);
    if (size <= 0) return 0;
    std::string text(static_cast<std::size_t>(size), '\0');
    std::vsnprintf(text.data(), text.size() + 1, format, arguments);
    current_->text_ += text;
    if (text.ends_with('\n')) text.pop_back();
    constexpr std::string_view prefix = "libbpf: ";
    current_->warnings_.push_back(text.starts_with(prefix) ? text.substr(prefix.size()) : text);
    return 0;
  }

  static inline libbpf_print_fn_t earlier_ = nullptr;
  static inline thread_local LibbpfMessages* current_ = nullptr;

  std::unique_lock<std::mutex> lock_;
  std::string text_;
  std::vector<std::string> warnings_;
};

}  // namespace ebpfxx::detail::load
