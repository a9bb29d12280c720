#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <ebpfxx/explain/log_line.hpp>

namespace ebpfxx::explain {

/// A program that was not loaded, and what was written about it.
struct LoadOutput {
  std::string program{};  ///< empty: the output does not tell
  std::string log{};      ///< the verifier's; or a line of libbpf's, which stopped before it asked the verifier
};

namespace detail {

/// Reads what a loader prints: bare logs of the verifier, or libbpf's messages with logs between marks.
class LoadOutputReader {
 public:
  std::vector<LoadOutput> read(std::string_view output) {
    while (!output.empty()) {
      std::string_view line = take_line(output);
      line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
      read_line(line);
    }
    if (!current_.log.empty()) finish();
    if (found_.empty()) finish_object();
    return found_;
  }

 private:
  void read_line(std::string_view line) {
    bool is_message = line.starts_with("libbpf: ");
    if (is_message) line.remove_prefix(8);
    bool marks_log = line.find("-- BEGIN ") != std::string_view::npos;
    if (marks_log || line.starts_with("-- END ")) {
      if (!has_marks_) found_.clear();  // what came before is the application's own output
      if (!has_marks_) current_ = {};
      has_marks_ = true;
      finish();
      between_marks_ = marks_log;
      is_of_program_ = line.find("PROG LOAD LOG") != std::string_view::npos;
      if (marks_log) current_.program = program_of(line);
    } else if (between_marks_ ? is_of_program_ : !is_message && !has_marks_) {
      add(line);
    } else if (is_message && line.starts_with("failed to load object")) {
      finish_object();
    } else if (is_message && stopped_.log.empty() && line.find("BPF program load failed") == line.npos) {
      stopped_ = {program_of(line), std::string(without_program(line))};
    }
  }

  // libbpf's first message about an object counts when the verifier was not asked.
  void finish_object() {
    if (!has_log_ && !stopped_.log.empty()) found_.push_back(stopped_);
    stopped_ = {};
    has_log_ = false;
  }

  void add(std::string_view line) {
    current_.log += std::string(line) + '\n';
    if (!between_marks_ && line.find("processed ") != line.npos && line.find(" insns (limit ") != line.npos) finish();
  }

  void finish() {
    has_log_ = has_log_ || !current_.log.empty();
    if (!current_.log.empty()) found_.push_back(current_);
    current_ = {};
  }

  static std::string program_of(std::string_view line) {
    if (!line.starts_with("prog '")) return {};
    line.remove_prefix(6);
    return std::string(line.substr(0, line.find('\'')));
  }

  static std::string_view without_program(std::string_view line) {
    std::size_t end = line.find("': ");
    return line.starts_with("prog '") && end != line.npos ? line.substr(end + 3) : line;
  }

  std::vector<LoadOutput> found_;
  LoadOutput current_;
  LoadOutput stopped_;  // libbpf's first message, for when no log says more
  bool has_marks_ = false;
  bool has_log_ = false;
  bool between_marks_ = false;
  bool is_of_program_ = false;
};

}  // namespace detail

/// Finds the logs in what a loader printed: each between libbpf's marks, with its program's name, or bare logs one
/// after another. Where libbpf stopped before the verifier was asked, its first message stands for the log.
inline std::vector<LoadOutput> read_load_output(std::string_view output) {
  return detail::LoadOutputReader().read(output);
}

}  // namespace ebpfxx::explain
