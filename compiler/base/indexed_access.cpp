#include "base/indexed_access.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/ADT/SmallVectorExtras.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/GetElementPtrTypeIterator.h>
#include <llvm/IR/GlobalVariable.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/PatternMatch.h>

#include "base/conditions.hpp"
#include "base/context_address.hpp"
#include "base/helper_table.hpp"
#include "base/opaque.hpp"
#include "base/relocated_array.hpp"

namespace ebpfxx::cc {
namespace {

using namespace llvm::PatternMatch;

/// Adds what the address has of offsets. Returns false for one whose offsets are not numbers of bytes.
bool add_offsets(llvm::GEPOperator& address, const llvm::DataLayout& layout, IndexedAccess& access) {
  const llvm::Type* indexed = nullptr;
  for (auto part = llvm::gep_type_begin(address), end = llvm::gep_type_end(address); part != end; ++part) {
    const llvm::Type* outer = std::exchange(indexed, part.getIndexedType());
    const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(part.getOperand());
    if (llvm::StructType* record = part.getStructTypeOrNull()) {
      access.constant += layout.getStructLayout(record)->getElementOffset(constant->getZExtValue()).getFixedValue();
      continue;
    }
    const llvm::TypeSize stride = part.getSequentialElementStride(layout);
    if (stride.isScalable() || !part.getOperand()->getType()->isIntegerTy(64)) return false;
    if (constant) {
      access.constant += constant->getSExtValue() * static_cast<int64_t>(stride.getFixedValue());
      continue;
    }
    const auto operand = static_cast<unsigned>(std::distance(llvm::gep_type_begin(address), part)) + 1;
    const uint64_t elements = outer && outer->isArrayTy() ? outer->getArrayNumElements() : 0;
    access.indexes.push_back({&address, operand, static_cast<int64_t>(stride.getFixedValue()), elements});
  }
  return true;
}

/// Adds an access through this operand, unless its offset is unknown.
void add(llvm::Instruction& instruction, unsigned pointer, uint64_t size, std::vector<IndexedAccess>& accesses) {
  IndexedAccess access{&instruction, pointer, size, instruction.getOperand(pointer), 0, {}};
  while (auto* address = llvm::dyn_cast<llvm::GEPOperator>(access.base)) {
    if (!add_offsets(*address, instruction.getDataLayout(), access)) return;
    access.base = address->getPointerOperand();
  }
  accesses.push_back(std::move(access));
}

void add_transfer(llvm::MemIntrinsic& intrinsic, std::vector<IndexedAccess>& accesses) {
  const auto* size = llvm::dyn_cast<llvm::ConstantInt>(intrinsic.getLength());
  if (!size || size->isZero()) return;
  add(intrinsic, 0, size->getZExtValue(), accesses);
  if (llvm::isa<llvm::MemTransferInst>(intrinsic)) add(intrinsic, 1, size->getZExtValue(), accesses);
}

/// What bpf_probe_read_kernel reads.
void add_kernel_read(llvm::CallBase& call, std::vector<IndexedAccess>& accesses) {
  const HelperInfo* helper = called_helper(call);
  if (!helper || helper->name != "probe_read_kernel") return;
  if (const auto* size = llvm::dyn_cast<llvm::ConstantInt>(call.getArgOperand(1)))
    add(call, 2, size->getZExtValue(), accesses);
}

Extent sum(const IndexedAccess& access, const auto& range_of) {
  Extent extent{access.constant, access.constant};
  for (const IndexOperand& index : access.indexes) {
    const llvm::ConstantRange range = range_of(index);
    extent.low += static_cast<__int128>(range.getSignedMin().getSExtValue()) * index.stride;
    extent.high += static_cast<__int128>(range.getSignedMax().getSExtValue()) * index.stride;
  }
  return extent;
}

/// The field `value` of a map's definition, a pointer to a value.
const clang::FieldDecl* value_field(const clang::CXXRecordDecl& record) {
  for (const clang::FieldDecl* field : record.fields())
    if (field->getName() == "value" && field->getType()->isPointerType()) return field;
  for (const clang::CXXBaseSpecifier& base : record.bases())
    if (const clang::CXXRecordDecl* definition = base.getType()->getAsCXXRecordDecl())
      if (const clang::FieldDecl* field = value_field(*definition)) return field;
  return nullptr;
}

std::optional<uint64_t> value_size(const llvm::Value& map, const TranslationUnit& unit) {
  for (const DeviceVariable& variable : unit.variables) {
    const clang::CXXRecordDecl* type = variable.variable->getType()->getAsCXXRecordDecl();
    const clang::FieldDecl* field = variable.symbol == map.getName() && type ? value_field(*type) : nullptr;
    if (field) return unit.context().getTypeSizeInChars(field->getType()->getPointeeType()).getQuantity();
  }
  return std::nullopt;
}

std::optional<uint64_t> size_given_by(const llvm::CallBase& call, const TranslationUnit& unit) {
  const HelperInfo* helper = called_helper(call);
  if (!helper) return std::nullopt;
  if (helper->name == "map_lookup_elem") return value_size(*call.getArgOperand(0)->stripPointerCasts(), unit);
  const auto* size =
      helper->name == "ringbuf_reserve" ? llvm::dyn_cast<llvm::ConstantInt>(call.getArgOperand(1)) : nullptr;
  return size ? std::optional(size->getZExtValue()) : std::nullopt;
}

/// Whether the program's context has this pointer.
bool is_of_context(const llvm::Value& pointer) {
  const llvm::Value* number = &pointer;
  while (llvm::isa<llvm::IntToPtrInst, llvm::ZExtInst>(number))
    number = llvm::cast<llvm::CastInst>(number)->getOperand(0);
  const auto* load = llvm::dyn_cast<llvm::LoadInst>(number);
  return load && llvm::isa<llvm::Argument>(load->getPointerOperand()->stripInBoundsOffsets());
}

struct Comparison {
  llvm::ICmpInst* comparison;
  llvm::Value* end;
  bool is_left;  ///< the address is on the left of it
};

/// The comparisons of the address with a pointer of the context.
llvm::SmallVector<Comparison> comparisons_of(llvm::Value& address) {
  llvm::SmallVector<Comparison> found;
  for (llvm::User* user : address.users()) {
    auto* comparison = llvm::dyn_cast<llvm::ICmpInst>(user);
    if (!comparison) continue;
    const bool is_left = comparison->getOperand(0) == &address;
    llvm::Value* other = comparison->getOperand(is_left ? 1 : 0);
    if (other != &address && is_of_context(*other)) found.push_back({comparison, other, is_left});
  }
  return found;
}

/// Whether it is known at the instruction that the address is not behind the end.
bool holds(const Comparison& comparison, const llvm::Instruction& at, const llvm::DominatorTree& dominators) {
  const llvm::CmpInst::Predicate predicate =
      comparison.is_left ? comparison.comparison->getPredicate() : comparison.comparison->getSwappedPredicate();
  const bool when_true = predicate == llvm::CmpInst::ICMP_ULE || predicate == llvm::CmpInst::ICMP_ULT;
  if (!when_true && predicate != llvm::CmpInst::ICMP_UGT && predicate != llvm::CmpInst::ICMP_UGE) return false;
  return came_out(*comparison.comparison, when_true, at, dominators);
}

/// What comparisons tell of the packet behind the base; empty when none does.
std::optional<PacketBound> packet_bound(const IndexedAccess& access, const llvm::DominatorTree& dominators) {
  const llvm::DataLayout& layout = access.instruction->getDataLayout();
  std::optional<PacketBound> bound;
  const auto compare = [&](llvm::Value& address, uint64_t bytes) {
    for (const Comparison& comparison : comparisons_of(address))
      if ((!bound || bound->bytes < bytes) && holds(comparison, *access.instruction, dominators))
        bound = PacketBound{comparison.end, bytes};
  };
  for (llvm::User* user : access.base->users()) {
    auto* address = llvm::dyn_cast<llvm::GetElementPtrInst>(user);
    llvm::APInt offset(64, 0);
    if (address && address->getPointerOperand() == access.base && address->accumulateConstantOffset(layout, offset) &&
        offset.isStrictlyPositive())
      compare(*address, offset.getZExtValue());
  }
  return bound;
}

/// Whether the address itself, index included, was compared with the end of the packet.
bool is_compared(const IndexedAccess& access) {
  llvm::SmallVector<llvm::Value*> addresses;
  for (const IndexOperand& index : access.indexes) addresses.push_back(index.address);
  while (!addresses.empty()) {
    llvm::Value* address = addresses.pop_back_val();
    if (!comparisons_of(*address).empty()) return true;
    for (llvm::User* user : address->users())
      if (llvm::isa<llvm::GetElementPtrInst>(user)) addresses.push_back(user);
  }
  return false;
}

/// How much is behind a pointer: of objects that are chosen at run time, behind the start of each.
struct Sizes {
  uint64_t least;
  uint64_t greatest;
};

/// The pointers in a constant, as in a table of tables, of which a load takes one.
llvm::SmallVector<llvm::Value*> pointers_in_table(const llvm::LoadInst& load) {
  const auto* table = llvm::dyn_cast<llvm::GlobalVariable>(llvm::getUnderlyingObject(load.getPointerOperand()));
  llvm::SmallVector<llvm::Value*> pointers, rest;
  if (table && table->isConstant() && table->hasInitializer())
    rest.push_back(const_cast<llvm::Constant*>(table->getInitializer()));
  while (!rest.empty()) {
    auto* part = llvm::cast<llvm::Constant>(rest.pop_back_val());
    if (llvm::isa<llvm::ConstantAggregate>(part))
      llvm::append_range(rest, part->operand_values());
    else if (part->getType()->isPointerTy() && !part->isNullValue())
      pointers.push_back(part);
  }
  return pointers;
}

std::optional<Sizes> sizes_behind(llvm::Value& base, const TranslationUnit& unit) {
  std::optional<Sizes> sizes;
  llvm::SmallPtrSet<llvm::Value*, 16> seen;
  llvm::SmallVector<llvm::Value*> rest = {&base};
  while (!rest.empty()) {
    llvm::Value* value = rest.pop_back_val();
    if (!seen.insert(value).second) continue;
    if (auto* choice = llvm::dyn_cast<llvm::SelectInst>(value)) {
      rest.append({choice->getTrueValue(), choice->getFalseValue()});
    } else if (auto* phi = llvm::dyn_cast<llvm::PHINode>(value)) {
      rest.append(phi->value_op_begin(), phi->value_op_end());
    } else if (auto* load = llvm::dyn_cast<llvm::LoadInst>(value)) {
      const auto pointers = pointers_in_table(*load);
      if (pointers.empty()) return std::nullopt;
      llvm::append_range(rest, pointers);
    } else {
      const std::optional<uint64_t> size = object_size(*value, unit);
      if (!size) return std::nullopt;
      sizes = sizes ? Sizes{std::min(sizes->least, *size), std::max(sizes->greatest, *size)} : Sizes{*size, *size};
    }
  }
  return sizes;
}

bool fits(const IndexedAccess& access, const Extent& extent, uint64_t size) {
  return extent.low >= 0 && extent.high + static_cast<__int128>(access.size) <= static_cast<__int128>(size);
}

}  // namespace

std::optional<uint64_t> object_size(const llvm::Value& base, const TranslationUnit& unit) {
  if (const auto* variable = llvm::dyn_cast<llvm::AllocaInst>(&base)) {
    const auto size = variable->getAllocationSize(variable->getDataLayout());
    return size ? std::optional(size->getFixedValue()) : std::nullopt;
  }
  if (const auto* global = llvm::dyn_cast<llvm::GlobalVariable>(&base))
    return global->getDataLayout().getTypeAllocSize(global->getValueType()).getFixedValue();
  if (const auto field = relocated_field(base)) {
    const auto array = relocated_array(*field->relocation);
    return array ? std::optional(array->element_size * array->elements) : std::nullopt;
  }
  const auto* call = llvm::dyn_cast<llvm::CallBase>(&base);
  return call ? size_given_by(*call, unit) : std::nullopt;
}

Extent IndexedAccess::proven(NumberRanges& ranges) const {
  Extent extent = sum(*this, [&](const IndexOperand& index) { return ranges.proven(index.number(), *instruction); });
  const auto have_stride = [&](const IndexOperand& index) { return index.stride == indexes.front().stride; };
  if (indexes.size() < 2 || extent.low < constant || !llvm::all_of(indexes, have_stride)) return extent;
  const auto numbers = llvm::map_to_vector(indexes, [](const IndexOperand& index) { return &index.number(); });
  if (const auto most = ranges.proven_most(numbers, *instruction))
    extent.high =
        std::min(extent.high, constant + static_cast<__int128>(most->getZExtValue()) * indexes.front().stride);
  return extent;
}

Extent IndexedAccess::followed(NumberRanges& ranges) const {
  return sum(*this, [&](const IndexOperand& index) { return index.followed(ranges, *instruction); });
}

llvm::PHINode* IndexOperand::counter() const {
  llvm::Value* value = &number();
  for (llvm::Value* inner = nullptr; match(value, m_CombineOr(m_ZExtOrSExt(m_Value(inner)), m_Trunc(m_Value(inner)))) ||
                                     match(value, m_And(m_Value(inner), m_ConstantInt()));)
    value = inner;
  return llvm::dyn_cast<llvm::PHINode>(value);
}

/// A shift to the right before a multiplication becomes one shift and a mask, of which the verifier knows the bits. A
/// mask that changes nothing, as a counter does not come as far, is left out when code is generated.
llvm::ConstantRange IndexOperand::followed(NumberRanges& ranges, llvm::Instruction& at) const {
  llvm::ConstantRange range = ranges.followed(number(), at);
  if (llvm::PHINode* counted = counter(); counted && ranges.is_counter(*counted)) {
    const llvm::ConstantRange proven = ranges.proven(*counted, at).zextOrTrunc(64);
    if (proven.getUnsignedMax().ule(range.getUnsignedMax()))
      range = range.unionWith(ranges.followed(*counted, at).zextOrTrunc(64));
  }
  const llvm::Value* shift = &number();
  while (llvm::isa<llvm::CastInst>(shift) && shift->hasOneUse())
    shift = llvm::cast<llvm::CastInst>(shift)->getOperand(0);
  const auto* operation = llvm::dyn_cast<llvm::BinaryOperator>(shift);
  if (stride == 1 || !operation || operation->getOpcode() != llvm::Instruction::LShr || !operation->hasOneUse())
    return range;
  const unsigned digits = range.getUnsignedMax().getActiveBits();
  return llvm::ConstantRange::getNonEmpty(range.getUnsignedMin(), llvm::APInt::getLowBitsSet(64, digits) + 1);
}

std::vector<IndexedAccess> indexed_accesses(llvm::Function& function) {
  const llvm::DataLayout& layout = function.getParent()->getDataLayout();
  std::vector<IndexedAccess> accesses;
  for (llvm::BasicBlock& block : function)
    for (llvm::Instruction& instruction : block) {
      const auto size_of = [&](const llvm::Type* type) {
        return layout.getTypeStoreSize(const_cast<llvm::Type*>(type)).getFixedValue();
      };
      if (auto* load = llvm::dyn_cast<llvm::LoadInst>(&instruction)) {
        add(*load, llvm::LoadInst::getPointerOperandIndex(), size_of(load->getType()), accesses);
      } else if (auto* store = llvm::dyn_cast<llvm::StoreInst>(&instruction)) {
        add(*store, llvm::StoreInst::getPointerOperandIndex(), size_of(store->getValueOperand()->getType()), accesses);
      } else if (auto* change = llvm::dyn_cast<llvm::AtomicRMWInst>(&instruction)) {
        add(*change, llvm::AtomicRMWInst::getPointerOperandIndex(), size_of(change->getType()), accesses);
      } else if (auto* exchange = llvm::dyn_cast<llvm::AtomicCmpXchgInst>(&instruction)) {
        add(*exchange, llvm::AtomicCmpXchgInst::getPointerOperandIndex(),
            size_of(exchange->getNewValOperand()->getType()), accesses);
      } else if (auto* intrinsic = llvm::dyn_cast<llvm::MemIntrinsic>(&instruction)) {
        add_transfer(*intrinsic, accesses);
      } else if (auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction)) {
        add_kernel_read(*call, accesses);
      }
    }
  return accesses;
}

Judgement judge(const IndexedAccess& access, NumberRanges& ranges, const TranslationUnit& unit) {
  using Outcome = Judgement::Outcome;
  Judgement judgement;
  const std::optional<Sizes> sizes = sizes_behind(*access.base, unit);
  if (sizes) {
    judgement.size = sizes->least;
    judgement.is_in_kernel = relocated_field(*access.base).has_value();
    if (fits(access, access.followed(ranges), sizes->least)) return judgement;
  } else if (!access.indexes.empty() && !is_compared(access)) {
    judgement.packet = packet_bound(access, ranges.dominators());
    if (!judgement.packet) return judgement;
    judgement.size = judgement.packet->bytes;
  } else {
    return judgement;
  }
  const Extent proven = access.proven(ranges);
  if (!fits(access, proven, judgement.size)) {
    // Which of several objects it is, the verifier knows on each path.
    if (sizes && fits(access, proven, sizes->greatest)) return judgement;
    if (sizes) judgement.size = sizes->greatest;
    judgement.outcome = Outcome::Unproven;
  } else if (!llvm::all_of(access.indexes,
                           [&](const IndexOperand& index) { return ranges.is_walked(index.number()); })) {
    judgement.outcome = Outcome::Proven;
  }
  return judgement;
}

}  // namespace ebpfxx::cc
