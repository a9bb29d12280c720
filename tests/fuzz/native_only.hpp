#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <utility>

#include <ebpfxx/native/native.hpp>
#include <ebpfxx/program.hpp>

#include "case.hpp"
#include "code.hpp"
#include "compare.hpp"
#include "fuzzed.hpp"

namespace ebpfxx::fuzz {

/// A program that a run in the kernel says nothing about, as it sees other things there: the time, the CPU, a random
/// number. It takes every case, and does the same in two Natives, in which nothing of that is different.
template <class Hook>
class NativeOnly final : public Fuzzed {
 public:
  NativeOnly(std::string name, const Program<Hook>& program) : name_(std::move(name)), program_(&program) {}

  const std::string& name() const override { return name_; }

  bool run_batch(std::uint64_t seed, std::uint64_t batch, Progress& progress) override {
    const std::uint64_t own = seed_of_batch(seed, batch, name_);
    Native first, second;
    for (std::size_t i = 0; i < cases_of_batch; ++i) {
      const Case<Hook> one = case_of<Hook>(seed_of(own, i));
      progress.all += 1;
      progress.cases += counts(one);
      const std::string found = difference_of_natives(first, second, one);
      if (found.empty()) continue;
      progress.difference = "// " + found + "\nnative(" + name_of(program_) + ")(std::vector<std::uint8_t>{" +
                            code_of_bytes(one.packet, "\n    ") + "}, " + code_of_context(one.context) + ");\n";
      return false;
    }
    return true;
  }

 private:
  std::string difference_of_natives(Native& first, Native& second, const Case<Hook>& one) const {
    try {
      const RunOutcome<Hook> a = first(*program_)(one.packet, one.context),
                             b = second(*program_)(one.packet, one.context);
      return difference(a, b).empty() ? "" : "it did something else the second time";
    } catch (const std::exception& error) {
      return std::string("it throws: ") + error.what();
    }
  }

  std::string name_;
  const Program<Hook>* program_;
};

}  // namespace ebpfxx::fuzz
