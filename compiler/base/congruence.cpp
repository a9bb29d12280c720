#include "base/congruence.hpp"

#include <llvm/ADT/MapVector.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/PatternMatch.h>
#include <llvm/Support/KnownBits.h>
#include <llvm/Support/MathExtras.h>

#include <numeric>
#include <optional>

#include "base/opaque.hpp"

namespace ebpfxx::cc {
namespace {

using namespace llvm::PatternMatch;

constexpr unsigned most_bits = 64;
/// Numbers to look at for one answer.
constexpr std::size_t most_numbers = 100;
/// Factors beyond which products might not fit.
constexpr uint64_t greatest_modulus = uint64_t{1} << 31;

Congruence reduced(uint64_t modulus, uint64_t remainder) {
  if (modulus > greatest_modulus) modulus = modulus & -modulus;
  if (modulus > greatest_modulus) modulus = greatest_modulus;
  if (modulus == 0) return {0, remainder};
  if (llvm::isPowerOf2_64(modulus)) return {modulus, remainder & (modulus - 1)};
  // Remainders are of signed numbers.
  const auto left = static_cast<int64_t>(remainder) % static_cast<int64_t>(modulus);
  return {modulus, static_cast<uint64_t>(left < 0 ? left + static_cast<int64_t>(modulus) : left)};
}

/// What stays where a number of so many bits may have wrapped around.
Congruence wrapped(const Congruence& one, unsigned bits) {
  const uint64_t modulus = one.modulus == 0 ? greatest_modulus : one.modulus & -one.modulus;
  return reduced(std::min(modulus, bits < most_bits ? uint64_t{1} << bits : greatest_modulus), one.remainder);
}

uint64_t distance(uint64_t one, uint64_t other) {
  const uint64_t more = one - other;
  return static_cast<int64_t>(more) < 0 ? -more : more;
}

Congruence joined(const Congruence& one, const Congruence& other) {
  const uint64_t apart = distance(one.remainder, other.remainder);
  return reduced(std::gcd(std::gcd(one.modulus, other.modulus), apart), one.remainder);
}

Congruence known_bits(const llvm::Value& number, const llvm::DataLayout& layout) {
  if (const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(&number))
    return {0, static_cast<uint64_t>(constant->getSExtValue())};
  const llvm::KnownBits bits = llvm::computeKnownBits(&number, layout);
  const unsigned known = std::min((bits.Zero | bits.One).countr_one(), most_bits / 2 - 1);
  return reduced(uint64_t{1} << known, bits.One.getLoBits(known).getZExtValue());
}

/// Finds the congruences of a number and of all that it is made of; empty as long as none of their values was seen.
class Congruences {
 public:
  explicit Congruences(const llvm::Instruction& number) : layout_(number.getDataLayout()) { add(number); }

  Congruence find() {
    for (std::size_t next = 0; next < found_.size(); ++next) {
      if (found_.size() > most_numbers) return {};
      for (const llvm::Value* part : parts_of(*std::next(found_.begin(), next)->first)) add(*part);
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (auto& [number, known] : found_) {
        std::optional<Congruence> now = computed(*number);
        if (now && known) now = joined(*known, *now);
        changed |= now && (!known || now->modulus != known->modulus);
        known = now;
      }
    }
    return found_.front().second.value_or(Congruence{});
  }

 private:
  void add(const llvm::Value& number) { found_.try_emplace(&number); }

  /// The numbers that a choice, a sum or a product is made of; none of any other.
  static llvm::SmallVector<const llvm::Value*, 4> parts_of(const llvm::Value& number) {
    if (const llvm::Value* shown = behind_opaque(number)) return {shown};
    if (const auto* phi = llvm::dyn_cast<llvm::PHINode>(&number)) return {phi->op_begin(), phi->op_end()};
    if (const auto* choice = llvm::dyn_cast<llvm::SelectInst>(&number))
      return {choice->getTrueValue(), choice->getFalseValue()};
    const auto* operation = llvm::dyn_cast<llvm::Instruction>(&number);
    if (!operation) return {};
    switch (operation->getOpcode()) {
      case llvm::Instruction::Add:
      case llvm::Instruction::Sub:
      case llvm::Instruction::Mul:
      case llvm::Instruction::Shl:
        return {operation->op_begin(), operation->op_end()};
      case llvm::Instruction::Freeze:
      case llvm::Instruction::ZExt:
      case llvm::Instruction::SExt:
      case llvm::Instruction::Trunc:
        return {operation->getOperand(0)};
      default:
        return {};
    }
  }

  std::optional<Congruence> computed(const llvm::Value& number) const {
    const auto parts = parts_of(number);
    if (parts.empty()) return known_bits(number, layout_);
    const auto* operation = llvm::dyn_cast<llvm::BinaryOperator>(&number);
    if (operation) return computed(*operation);
    std::optional<Congruence> all;
    for (const llvm::Value* part : parts)
      if (const std::optional<Congruence>& one = found_.lookup(part)) all = all ? joined(*all, *one) : *one;
    if (!all || !llvm::isa<llvm::ZExtInst, llvm::TruncInst>(number)) return all;
    return wrapped(*all, std::min(number.getType()->getIntegerBitWidth(), parts[0]->getType()->getIntegerBitWidth()));
  }

  std::optional<Congruence> computed(const llvm::BinaryOperator& operation) const {
    const std::optional<Congruence>&left = found_.lookup(operation.getOperand(0)),
          &right = found_.lookup(operation.getOperand(1));
    if (!left || !right) return std::nullopt;
    const Congruence result = computed(operation.getOpcode(), *left, *right);
    return operation.hasNoSignedWrap() ? result : wrapped(result, operation.getType()->getIntegerBitWidth());
  }

  static Congruence computed(unsigned opcode, const Congruence& left, const Congruence& right) {
    if (opcode == llvm::Instruction::Add)
      return reduced(std::gcd(left.modulus, right.modulus), left.remainder + right.remainder);
    if (opcode == llvm::Instruction::Sub)
      return reduced(std::gcd(left.modulus, right.modulus), left.remainder - right.remainder);
    const bool is_shift = opcode == llvm::Instruction::Shl;
    const bool is_known = right.modulus == 0 && right.remainder < (is_shift ? most_bits / 2 : greatest_modulus);
    if (!is_known) return {};
    const uint64_t factor = is_shift ? uint64_t{1} << right.remainder : right.remainder;
    return reduced(left.modulus * factor, left.remainder * factor);
  }

  const llvm::DataLayout& layout_;
  llvm::MapVector<const llvm::Value*, std::optional<Congruence>> found_;
};

}  // namespace

bool Congruence::is_apart_by(uint64_t step, const Congruence& other) const {
  return std::gcd(std::gcd(modulus, other.modulus), distance(remainder, other.remainder)) % step == 0;
}

llvm::ConstantRange Congruence::within(const llvm::ConstantRange& range) const {
  if (modulus <= 1 || range.getBitWidth() > most_bits || range.isFullSet() || range.isEmptySet() ||
      range.isSignWrappedSet())
    return range;
  const __int128 low = range.getSignedMin().getSExtValue(), high = range.getSignedMax().getSExtValue();
  const auto left = static_cast<__int128>(remainder), step = static_cast<__int128>(modulus);
  const auto above = [&](__int128 number) { return ((number - left) % step + step) % step; };
  const __int128 least = low + (step - above(low)) % step, greatest = high - above(high);
  if (least > greatest) return range;
  const auto bound = [&](__int128 number) {
    return llvm::APInt(range.getBitWidth(), static_cast<uint64_t>(number), /*isSigned=*/true);
  };
  return llvm::ConstantRange::getNonEmpty(bound(least), bound(greatest) + 1);
}

Congruence congruence_of(const llvm::Value& number) {
  const auto* instruction = llvm::dyn_cast<llvm::Instruction>(&number);
  if (!number.getType()->isIntegerTy() || number.getType()->getIntegerBitWidth() > most_bits) return {};
  if (!instruction)
    return llvm::isa<llvm::ConstantInt>(number)
               ? Congruence{0, static_cast<uint64_t>(llvm::cast<llvm::ConstantInt>(number).getSExtValue())}
               : Congruence{};
  return Congruences(*instruction).find();
}

}  // namespace ebpfxx::cc
