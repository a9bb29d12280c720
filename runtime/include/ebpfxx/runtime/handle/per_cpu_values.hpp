#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <ebpfxx/runtime/detail/backing/sum.hpp>

namespace ebpfxx {

/// What a per-CPU map holds under one key: a value for each possible CPU, in the order of their numbers.
template <class Value>
class PerCpuValues {
 public:
  PerCpuValues() = default;
  /// One value for each CPU, in the order of the CPUs' numbers.
  explicit PerCpuValues(std::vector<Value> values) : values_(std::move(values)) {}

  /// All CPUs' values added up: an integer to 64 bits; std::array, and aggregates of numbers and these, field by field.
  /// Throws Error (EOVERFLOW) when a sum does not fit into its field.
  const detail::backing::Sum<Value> sum() const {
    detail::backing::Sum<Value> total{};
    for (const Value& value : values_) detail::backing::add(total, value);
    return total;
  }

  /// In the order of the CPUs' numbers.
  const std::vector<Value>& values() const { return values_; }
  /// How many CPUs there may be.
  std::size_t size() const { return values_.size(); }
  const Value& operator[](std::size_t cpu) const { return values_[cpu]; }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }

 private:
  std::vector<Value> values_;
};

}  // namespace ebpfxx
