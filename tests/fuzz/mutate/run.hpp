#pragma once

// Runs mutants that ebpfxx-cc refuses and every kernel takes without the check: natively and in the kernel, as
// scripts/fuzz does, and natively beside their originals.

#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "../programs/headers.hpp"
#include "../wanted.hpp"

namespace mutate {

using namespace ebpfxx;

/// A mutant that is to do what its original does, natively.
template <class Hook>
class BesideOriginal final : public fuzz::Fuzzed {
 public:
  BesideOriginal(std::string name, const Program<Hook>& original, const Program<Hook>& mutant)
      : name_(std::move(name)), original_(&original), mutant_(&mutant) {}

  const std::string& name() const override { return name_; }

  /// Of more cases than are counted, as most do not come to the change.
  bool run_batch(std::uint64_t seed, std::uint64_t batch, fuzz::Progress& progress) override {
    const std::uint64_t own = fuzz::seed_of_batch(seed, batch, name_);
    for (std::size_t i = 0; i < 16 * fuzz::cases_of_batch; ++i) {
      const std::string found = difference(fuzz::case_of<Hook>(fuzz::seed_of(own, i)));
      progress.all += 1;
      if (found.empty()) continue;
      progress.difference = "// " + found;
      return false;
    }
    progress.cases += fuzz::cases_of_batch;
    return true;
  }

 private:
  std::string difference(const fuzz::Case<Hook>& one) {
    try {
      return fuzz::difference(of_original_(*original_)(one.packet, one.context),
                              of_mutant_(*mutant_)(one.packet, one.context));
    } catch (const std::exception& error) {
      return std::string("it throws: ") + error.what();
    }
  }

  std::string name_;
  const Program<Hook>*original_, *mutant_;
  Native of_original_, of_mutant_;
};

/// Has a mutant run natively.
template <class Hook>
bool add_beside_original(const std::string& name, const Program<Hook>& original, const Program<Hook>& mutant) {
  if (!fuzz::is_wanted(name)) return false;
  const std::string title = name + " beside its original";
  fuzz::Registry::all().entries.push_back(
      {title,
       [title, &original, &mutant] { return std::make_unique<BesideOriginal<Hook>>(title, original, mutant); },
       {}});
  return true;
}

/// Has it run in the kernel, too.
template <class Hook, class... Maps>
bool add(const std::string& name, const Program<Hook>& original, const Program<Hook>& mutant, const Maps&... maps) {
  if (!fuzz::is_wanted(name)) return false;
  fuzz::Registration().both(name, mutant, maps...);
  return add_beside_original(name, original, mutant);
}

}  // namespace mutate
